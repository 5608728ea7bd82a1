//! Columns that an engine read across: their lines stand in turn, or side by side with a gap between.

use super::lines::Line;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::knowledge::Model;
use crate::knowledge::model::Context;
use crate::text::{Kind, Span, beside_han, kind, last_characters};

/// Nats by which going on a line further down must beat going on in the next line, on average; below it lines that are no
/// sentence, as in verse and tables, would do. Chosen by hand.
const DRIFT: f32 = 1.0;

/// Nats by which a whole stretch must beat it, and how many lines it has at least. Of 60 pairs of columns of news of eight lines
/// and more that were set in turn the least gains 66; of 488 pages that engines read, most of one column, three were found to gain 24 to 30, wrongly.
const ENOUGH: f32 = 40.0;
const LEAST: usize = 10;

/// Lines of a column are no wider, in characters; whole paragraphs are. Chosen by hand.
const WIDEST: f64 = 28.0;

/// How sure it is then: proposed, not applied. Of the one stretch that was found on 215 pages that engines had read, the columns
/// were set wrongly.
const SURE: Confidence = Confidence::of(0.9);

/// Adds to `corrections` what sets columns one after the other; says whether there is such.
pub(super) fn set_apart(text: &str, lines: &[Line<'_>], model: &Model, corrections: &mut Vec<Correction>) -> bool {
    if lines.len() < LEAST {
        return false;
    }
    let mut spans: Vec<Span> = Vec::new();
    for stretch in side_by_side(lines, model).into_iter().chain(in_turn(lines, model)) {
        let span = Span::new(lines[stretch.first].span.start(), lines[stretch.last].span.end());
        if spans.iter().any(|other| other.start() < span.end() && span.start() < other.end()) {
            continue;
        }
        let evidence = Evidence::Columns {
            lines: stretch.last + 1 - stretch.first,
            gain: (f64::from(stretch.gain) * 10.0).round() / 10.0,
        };
        let separator = if span.of(text).contains("\n\n") { "\n\n" } else { "\n" };
        let columns = stretch.columns.map(|column| column.join("\n")).join(separator);
        corrections.push(Correction::new(Rule::ReadAcross, Edit::replace(span, columns), SURE, vec![evidence]));
        spans.push(span);
    }
    !spans.is_empty()
}

/// Lines of two columns, and how much likelier the columns are one after the other.
struct Stretch<'t> {
    first: usize,
    last: usize,
    gain: f32,
    columns: [Vec<&'t str>; 2],
}

/// Stretches in which every second line goes on with the next but one.
fn in_turn<'t>(lines: &[Line<'t>], model: &Model) -> Vec<Stretch<'t>> {
    let down: Vec<f32> = (0..lines.len().saturating_sub(2))
        .map(|at| {
            if lines[at..at + 3].iter().any(|line| line.width > WIDEST) {
                return -ENOUGH;
            }
            let tail = tail(lines[at].text);
            let (_, context) = model.read(&Context::UNKNOWN, tail);
            after(model, &context, lines[at + 2].text) - after(model, &context, lines[at + 1].text) - DRIFT
        })
        .collect();
    best_stretches(&down, 2)
        .into_iter()
        .map(|(first, last, gain)| Stretch {
            first,
            last,
            gain,
            columns: [0, 1].map(|column| (first + column..=last).step_by(2).map(|at| lines[at].text).collect()),
        })
        .collect()
}

/// Stretches of lines that a wide gap parts in two, each half of which goes on with the half below.
fn side_by_side<'t>(lines: &[Line<'t>], model: &Model) -> Vec<Stretch<'t>> {
    let halves: Vec<Option<(&str, &str)>> = lines.iter().map(|line| halves(line.text)).collect();
    let down: Vec<f32> = (0..lines.len().saturating_sub(1))
        .map(|at| {
            let (Some((left, right)), Some((left_below, right_below))) = (halves[at], halves[at + 1]) else {
                return -ENOUGH;
            };
            let (_, left) = model.read(&Context::UNKNOWN, tail(left));
            let (_, right) = model.read(&Context::UNKNOWN, tail(right));
            let across =
                after(model, &left, halves[at].map_or("", |(_, right)| right)) + after(model, &right, left_below);
            after(model, &left, left_below) + after(model, &right, right_below) - across - 2.0 * DRIFT
        })
        .collect();
    best_stretches(&down, 1)
        .into_iter()
        .map(|(first, last, gain)| {
            let both = halves[first..=last].iter().flatten();
            let columns = [both.clone().map(|half| half.0).collect(), both.map(|half| half.1).collect()];
            Stretch { first, last, gain, columns }
        })
        .collect()
}

/// The stretches of lines, from the first to the last, whose seams gain enough together; a seam at `at` reaches to the line
/// `at + reach`.
fn best_stretches(gains: &[f32], reach: usize) -> Vec<(usize, usize, f32)> {
    let mut stretches = Vec::new();
    let (mut start, mut sum) = (0, 0.0);
    let mut best = (0, 0.0);
    for at in 0..=gains.len() {
        let gain = gains.get(at).copied();
        sum += gain.unwrap_or(-f32::MAX);
        if sum > best.1 {
            best = (at + reach, sum);
        }
        if sum <= 0.0 || gain.is_none() || best.1 - sum > ENOUGH {
            if best.1 >= ENOUGH && best.0 + 1 - start >= LEAST {
                stretches.push((start, best.0, best.1));
            }
            (start, sum, best) = (at + 1, 0.0, (at + 1, 0.0));
        }
    }
    stretches
}

/// The two parts of a line that one wide gap parts.
fn halves(text: &str) -> Option<(&str, &str)> {
    let mut blanks = beside_han(text).filter(|(_, c)| kind(*c) == Kind::Blank).peekable();
    let gaps = std::iter::from_fn(|| {
        let &(start, _) = blanks.peek()?;
        let (mut end, mut width) = (start, 0);
        while let Some((_, c)) = blanks.next_if(|(at, _)| *at == end) {
            end += c.len_utf8();
            width += if c == '\u{3000}' { 2 } else { 1 };
        }
        Some((Span::new(start, end), width))
    });
    let mut wide = gaps.filter(|(gap, width)| *width >= 2 && gap.end() < text.len());
    let (gap, _) = wide.next().filter(|_| wide.next().is_none())?;
    Some((&text[..gap.start()], &text[gap.end()..])).filter(|(left, right)| left.len() >= 12 && right.len() >= 12)
}

/// The logarithm of the probability of the first characters of `text` after `context`.
fn after(model: &Model, context: &Context, text: &str) -> f32 {
    let end = text.char_indices().nth(model.order()).map_or(text.len(), |(at, _)| at);
    model.read(context, &text[..end]).0
}

/// The last characters of `text` that the model can tell.
fn tail(text: &str) -> &str {
    last_characters(text, 5)
}
