//! Whether a half-width mark beside Chinese is the full-width one, or was another mark, or none, before an engine read it.

use super::context::{Page, Paragraph};
use super::widths::HalfWidthMark;
use crate::engine::Line;
use crate::engine::mark::{Around, MEANT, Mark, PAIRED, is_blank, place_in};
use crate::knowledge::Knowledge;
use crate::knowledge::trees::{features, fitted};
use crate::text::{Kind, Span, is_han, kind};

/// What the model sees of a half-width mark; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

fitted! {
    /// What the fitted trees tell: whether a half-width mark is the full-width one. `kanwu fit widths` writes them.
    "kanwu widths 1", "widths.txt"
}

features! {
    read: "which mark was read: its place in HALF, from 1 on",
    own: "what the full-width mark costs after what stands before it, in nats",
    rest: "what the three letters after it then cost",
    without: "how much likelier the text is with no mark at all",
    rival: "how much likelier it is with the likeliest other mark",
    rival_is: "which mark that is: its place in MEANT, from 1 on",
    left: "what stands before it: 0 nothing, 1 a Chinese character, 2 a digit, 3 a letter, 4 a mark",
    right: "what stands after it",
    left_is: "which of MEANT that is, 0 for none",
    right_is: "the same of what stands after it",
    blank_before: "1 if a blank stands before it",
    blank_after: "1 if one stands after it",
    from_start: "how many letters stand before it in the line, at most 4",
    from_end: "how many after it, at most 4",
    since: "how many letters stand between it and the mark before, at most 40",
    until: "how many between it and the mark after, at most 40",
    again_near: "how many marks of the same kind stand within eight letters, as in a list",
    since_stop: "how many letters stand between it and the last full stop or the start of the line, at most 80",
    line: "how many letters the line has, at most 80",
    odd_quotes: "1 if the line has an odd number of quotation marks",
    word_across: "the longest word that it would stand in the middle of, in characters",
    cost_near: "what a Chinese character within eight letters costs on average",
    page_half: "how many half-width marks the page holds for a hundred letters, at most 50",
    page_full: "how many full-width ones",
    page_same: "how many of the page's marks of this kind are half-width: the share",
    page_own: "how many marks of this kind, of either width, it holds for a hundred letters",
    page_rival: "by how much other marks are likelier than the half-width ones of this kind on average, at most 20",
    page_doubt: "how much likelier its text is without its half-width marks, or with others, on average: from -10 to 10",
    page_cost: "what a Chinese character of its lines that hold half-width marks costs on average",
    page_strange: "how many marks that no text has the page holds for a hundred letters, at most 50",
}

/// The half-width marks that are looked at, and the full-width ones.
const HALF: &[char] = &[',', ';', ':', '?', '!', '.'];
const FULL: &[char] = &['，', '；', '：', '？', '！', '。'];

/// The full-width mark of the half-width one `c`.
pub(super) fn full_width(c: char) -> Option<char> {
    place_in(HALF, c).map(|place| FULL[place - 1])
}

/// A half-width mark that may be the full-width one.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfWidth {
    /// Where it stands.
    pub span: Span,
    /// The full-width mark.
    pub instead: char,
    /// What is seen of it.
    pub features: Features,
}

/// Which of the half-width marks at `places`, which rise, of the paragraphs of a page are the full-width ones: what is seen of
/// each.
pub(super) fn half_widths(
    text: &str,
    page: &Page<'_>,
    places: &[(&Paragraph<'_>, Vec<HalfWidthMark>)],
    known: &Knowledge,
) -> Vec<HalfWidth> {
    let lines: Vec<Widened<'_>> =
        places.iter().map(|(paragraph, marks)| Widened::read(paragraph, marks, known)).collect();
    let mut seen: Vec<(&HalfWidthMark, char, Seen)> = lines.iter().flat_map(|line| line.see(known)).collect();
    if seen.is_empty() {
        return Vec::new();
    }
    let marks = PageMarks::of(text, page);
    let han = || lines.iter().flat_map(|line| line.line.letters()).filter(|letter| letter.is_han);
    let cost = han().map(|letter| letter.cost).sum::<f32>() / han().count().max(1) as f32;
    let doubts = seen.iter().map(|(_, _, seen)| seen.without.max(seen.rival).clamp(-10.0, 10.0));
    let doubt = doubts.sum::<f32>() / seen.len() as f32;
    let mut rivals = [(0.0, 0.0); HALF.len()];
    for (_, _, seen) in &seen {
        let (sum, count) = &mut rivals[seen.read as usize - 1];
        (*sum, *count) = (*sum + seen.rival, *count + 1.0);
    }
    for (_, _, seen) in &mut seen {
        let (sum, count) = rivals[seen.read as usize - 1];
        marks.describe(seen);
        (seen.page_rival, seen.page_doubt, seen.page_cost) = ((sum / count).min(20.0), doubt, cost);
    }
    let half_width = |(mark, instead, seen): (&HalfWidthMark, char, Seen)| HalfWidth {
        span: mark.span,
        instead,
        features: seen.numbers(),
    };
    seen.into_iter().map(half_width).collect()
}

/// A paragraph with its half-width marks made full-width, as the language model reads it.
struct Widened<'p> {
    paragraph: &'p Paragraph<'p>,
    marks: &'p [HalfWidthMark],
    line: Line,
}

impl<'p> Widened<'p> {
    fn read(paragraph: &'p Paragraph<'p>, marks: &'p [HalfWidthMark], known: &Knowledge) -> Self {
        let start = paragraph.span.start();
        let mut next = marks.iter().map(|mark| mark.span.start()).peekable();
        let widened = paragraph.span.of(paragraph.text).char_indices().map(|(at, c)| {
            let is_looked_at = next.next_if_eq(&(start + at)).is_some();
            (start + at, full_width(c).filter(|_| is_looked_at).unwrap_or(c))
        });
        Self { paragraph, marks, line: Line::read(known.model, widened) }
    }

    /// What is seen of each mark in the line, and the full-width one.
    fn see(&self, known: &Knowledge) -> Vec<(&'p HalfWidthMark, char, Seen)> {
        let around = Around::of(&self.line);
        let letters = self.line.letters();
        let seen = |half_width: &'p HalfWidthMark| {
            let HalfWidthMark { span, .. } = half_width;
            let at = letters.binary_search_by_key(&span.start(), |letter| letter.start).ok()?;
            let mark = Mark { line: &self.line, at, model: known.model };
            let half = span.of(self.paragraph.text).chars().next()?;
            Some((half_width, letters[at].c, see(self.paragraph, &mark, &around, half, known)))
        };
        self.marks.iter().filter_map(seen).collect()
    }
}

fn see(paragraph: &Paragraph<'_>, mark: &Mark<'_>, around: &Around, half: char, known: &Knowledge) -> Seen {
    let (letters, at) = (mark.line.letters(), mark.at);
    let own = mark.as_read();
    let without = mark.cost(None, f32::INFINITY).map_or(0.0, |cost| own.whole() - cost.whole());
    let others = MEANT.iter().filter(|c| **c != letters[at].c);
    let rivals = others.filter_map(|&c| Some((own.whole() - mark.cost(Some(c), f32::INFINITY)?.whole(), c)));
    let (rival, rival_is) = rivals.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or((0.0, ' '));
    let meant = |at: Option<usize>| {
        let letter = at.and_then(|at| letters.get(at));
        letter.and_then(|letter| place_in(MEANT, letter.c)).unwrap_or_default() as f32
    };
    let near = letters[at.saturating_sub(NEAR)..(at + NEAR + 1).min(letters.len())].iter();
    let (han, cost) =
        near.filter(|letter| letter.is_han).fold((0.0, 0.0), |(han, cost), letter| (han + 1.0, cost + letter.cost));
    let span = letters[at].start..letters[at].start + half.len_utf8();
    Seen {
        read: place_in(HALF, half).unwrap_or_default() as f32,
        own: own.own,
        rest: own.rest,
        without,
        rival,
        rival_is: place_in(MEANT, rival_is).unwrap_or_default() as f32,
        left: mark.left(),
        right: mark.right(),
        left_is: meant(at.checked_sub(1)),
        right_is: meant(Some(at + 1)),
        blank_before: is_blank(paragraph.before(span.start)),
        blank_after: is_blank(paragraph.after(span.end)),
        from_start: at.min(4) as f32,
        from_end: (letters.len() - at - 1).min(4) as f32,
        since: around.since(at),
        until: around.until(at),
        again_near: mark.again_near(),
        since_stop: around.since_stop(at),
        line: letters.len().min(80) as f32,
        odd_quotes: around.odd_quotes,
        word_across: mark.word_across(known.lexicon),
        cost_near: cost / f32::max(han, 1.0),
        ..Seen::default()
    }
}

/// How many letters on either side are near.
const NEAR: usize = 8;

/// How many marks a page has.
#[derive(Default)]
struct PageMarks {
    letters: usize,
    /// By mark of [`HALF`], those beside Chinese characters.
    half: [usize; HALF.len()],
    /// By mark of [`FULL`].
    full: [usize; FULL.len()],
    strange: usize,
}

impl PageMarks {
    fn of(text: &str, page: &Page<'_>) -> Self {
        let mut marks = Self::default();
        for c in text.chars() {
            match kind(c) {
                Kind::Blank | Kind::LineEnd => continue,
                Kind::Mark => match place_in(FULL, c) {
                    Some(place) => marks.full[place - 1] += 1,
                    None if place_in(HALF, c).is_none() && !PAIRED.contains(&c) && !MEANT.contains(&c) => {
                        marks.strange += 1;
                    }
                    None => {}
                },
                _ => {}
            }
            marks.letters += 1;
        }
        for paragraph in &page.paragraphs {
            for mark in &paragraph.marks {
                if let Some(place) = place_in(HALF, mark.is)
                    && paragraph.before(mark.at).is_some_and(is_han)
                {
                    marks.half[place - 1] += 1;
                }
            }
        }
        marks
    }

    fn for_a_hundred(&self, count: usize) -> f32 {
        (count as f32 / self.letters.max(1) as f32 * 100.0).min(50.0)
    }

    /// Adds what is seen of the page to what is seen of one of its marks.
    fn describe(&self, seen: &mut Seen) {
        let place = seen.read as usize - 1;
        let (half, full) = (self.half[place], self.full[place]);
        seen.page_half = self.for_a_hundred(self.half.iter().sum());
        seen.page_full = self.for_a_hundred(self.full.iter().sum());
        seen.page_same = half as f32 / (half + full).max(1) as f32;
        seen.page_own = self.for_a_hundred(half + full);
        seen.page_strange = self.for_a_hundred(self.strange);
    }
}
