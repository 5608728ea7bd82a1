//! Fitting of the trees that judge line ends and blanks.

use super::evaluate::{Judge, Judgement, Truth};
use super::pairs::{Pair, hits, visible};
use super::{Boosting, Ensemble};
pub use crate::knowledge::Subject;
use crate::knowledge::{Knowledge, Lexicon, Seams, Trees};
use crate::stage::confusables::{Misreading, marks::MarkReading};
use crate::stage::layout::{self, Layout, LineEnds, Sides, fragments, lines};
use crate::stage::punctuation::meant::HalfWidth;
use crate::stage::spacing::{blanks, features};
use crate::stage::{Confusables, Punctuation, Sheet};
use crate::text::{Kind, Span, is_wide, kind};

/// A place of a page, and the truth about it.
#[derive(Debug, Clone)]
pub struct Example {
    /// What the model sees of it.
    pub features: Vec<f32>,
    /// Whether the answer is yes.
    pub yes: bool,
}

/// How the trees that judge line ends are grown.
///
/// On pages that were fitted on nothing, 300 trees of 12 leaves left 172 line ends undecided at 0.95 that a column's width had
/// made, 400 of 24 leaves 152, 600 of 31 149, these 137, and 1,500 at a rate of 0.03 133. (By another program that grows such
/// trees.)
pub const LINE_ENDS: Boosting = Boosting { trees: 800, leaves: 31, rate: 0.05, penalty: 1.0, least: 2.0 };

/// How the trees that judge blanks and marks are grown.
///
/// Chosen by hand.
pub const LINES: Boosting = Boosting { trees: 300, leaves: 12, rate: 0.15, penalty: 1.0, least: 2.0 };

/// The line ends of a page: yes for those that end a paragraph, or a part of one that goes on elsewhere.
///
/// On pages that were shuffled the truth has the characters of the page and is searched for both sides of the line end;
/// otherwise the two are aligned.
pub fn line_end_examples(ocr: &str, truth: &str, is_shuffled: bool, known: &Knowledge) -> Vec<Example> {
    let (lines, mut sides) = (lines(ocr), Sides::default());
    let ends = LineEnds::of(&lines, known, &mut sides);
    let truth: Vec<bool> = if is_shuffled {
        let truth = SeamTruth::of(truth);
        lines.windows(2).map(|two| !truth.joins(two[0].text, two[1].text)).collect()
    } else {
        true_ends(&Pair::new(ocr, truth), &lines)
    };
    let example = |(at, &yes): (usize, &bool)| Example { features: ends.features(at, &mut sides).to_vec(), yes };
    truth.iter().enumerate().take(lines.len().saturating_sub(1)).map(example).collect()
}

/// For each of `lines`, the page of `pair`, whether the truth has a line end where it ends.
fn true_ends(pair: &Pair<'_>, lines: &[layout::Line<'_>]) -> Vec<bool> {
    let mut read = 0;
    let places = lines.iter().map(|line| {
        read += visible(line.text).len();
        pair.place(read)
    });
    hits(&places.collect::<Vec<usize>>(), pair.gaps(|c| c == '\n'))
}

/// The blanks inside the lines of a page: yes for those that the truth does not have.
pub fn blank_examples(ocr: &str, truth: &str, seams: &Seams, lexicon: &Lexicon) -> Vec<Example> {
    let pair = Pair::new(ocr, truth);
    let found = blanks(ocr);
    let (mut read, mut counted) = (0, 0);
    let places: Vec<usize> = found
        .iter()
        .map(|blank| {
            read += visible(&ocr[counted..blank.span.start()]).len();
            counted = blank.span.start();
            pair.place(read)
        })
        .collect();
    let meant = hits(&places, pair.gaps(|c| kind(c) == Kind::Blank || c == '\n'));
    found
        .iter()
        .zip(meant)
        .map(|(blank, meant)| Example { features: features(blank, seams, lexicon).to_vec(), yes: !meant })
        .collect()
}

/// A truth that has the characters of its page, in another order: what tells whether two places of the page are one.
pub struct SeamTruth(String);

impl SeamTruth {
    /// As many characters of each side of a seam as hardly stand side by side twice.
    const SIDE: usize = 8;

    /// Of `truth`, one paragraph a line.
    pub fn of(truth: &str) -> Self {
        Self(truth.chars().filter(|&c| c == '\n' || !c.is_whitespace()).collect())
    }

    /// Whether the end of `tail` goes on with the start of `head`, neither of which holds more than one paragraph.
    pub fn joins(&self, tail: &str, head: &str) -> bool {
        let tail: String = tail.chars().rev().filter(|c| !c.is_whitespace()).take(Self::SIDE).collect();
        let around = tail.chars().rev().chain(head.chars().filter(|c| !c.is_whitespace()).take(Self::SIDE));
        self.0.contains(&around.collect::<String>())
    }
}

/// The seams between blocks of a page: yes where the truth goes on from the one to the other. With `first`, as they are looked at again
/// when those trees have judged them.
///
/// On pages that were shuffled the truth has the characters of the page and is searched for both sides of the
/// seam. Where an engine misread them, the two are aligned; such pages are in order, and only neighbours can go on.
pub fn seam_examples(
    page: Sheet<'_>,
    truth: &str,
    is_shuffled: bool,
    first: Option<&Trees>,
    layout: &Layout<'_>,
    known: &Knowledge,
) -> Vec<Example> {
    let Some((lines, goes_on, blocks)) = layout.blocks(page) else { return Vec::new() };
    let page = page.text;
    let mut sides = Sides::default();
    let mut seams = fragments::seams(&lines, &blocks, &goes_on, known, &mut sides);
    if let Some(trees) = first {
        seams = fragments::look_again(seams, trees, &lines, &blocks, known, &mut sides).open;
    }
    if is_shuffled {
        let seam_truth = SeamTruth::of(truth);
        let example = |seam: fragments::Seam| {
            let (tail, head) = (blocks[seam.tail].span.of(page), blocks[seam.head].span.of(page));
            Example { features: seam.features().to_vec(), yes: seam_truth.joins(tail, head) }
        };
        return seams.into_iter().map(example).collect();
    }
    let ends = true_ends(&Pair::new(page, truth), &lines);
    seams
        .into_iter()
        .map(|seam| {
            let yes = seam.head == seam.tail + 1 && !ends[blocks[seam.tail].lines.end - 1];
            Example { features: seam.features().to_vec(), yes }
        })
        .collect()
}

/// What may have been misread on a page that the stages before have cleaned: yes where a change gives what the truth has.
///
/// A page whose truth is in a script that the language model does not know has no examples. An engine that does not know it either
/// reads it as another, and what is right there is not what the truth has.
pub fn misreading_examples(page: &str, truth: &str, stage: &Confusables) -> Vec<Example> {
    if !stage.knows_script(truth) {
        return Vec::new();
    }
    let misreadings = stage.misreadings(page).into_iter();
    let changes = misreadings.map(|Misreading { span, instead, features, .. }| (span, instead, features.to_vec()));
    change_examples(page, truth, changes)
}

/// What the marks of a page that the stages before have cleaned may have been: yes where a reading gives what the truth has.
pub fn mark_examples(page: &str, truth: &str, stage: &Confusables) -> Vec<Example> {
    let readings = stage.mark_readings(page).into_iter();
    let changes = readings.map(|MarkReading { span, instead, features, .. }| {
        (span, instead.map(String::from).unwrap_or_default(), features.to_vec())
    });
    change_examples(page, truth, changes)
}

/// The half-width marks of a page that the stages before have cleaned: yes where the full-width one is what the truth has.
pub fn width_examples(page: &str, truth: &str, stage: &Punctuation<'_>) -> Vec<Example> {
    let changes = stage.half_widths(page).into_iter();
    let changes = changes.map(|HalfWidth { span, instead, features, .. }| (span, instead.into(), features.to_vec()));
    change_examples(page, truth, changes)
}

/// Changes of a page, each with what is seen of it: yes where it gives what the truth has.
fn change_examples(page: &str, truth: &str, changes: impl Iterator<Item = (Span, String, Vec<f32>)>) -> Vec<Example> {
    let truth = Truth::of(truth);
    let judge = Judge::new(page, &truth, None);
    let is_right = |span: Span, instead: &str| {
        judge.judge(span, instead).is_some_and(|judged| judged.judgement == Judgement::Right)
    };
    changes.map(|(span, instead, features)| Example { yes: is_right(span, &instead), features }).collect()
}

/// Pages made from a truth that no engine laid out, so that the models know such pages too: one paragraph a line, with
/// and without blank lines or indents; paragraphs broken in the middle; wrapped to a width, with indents or without; and
/// wrapped lines joined by blanks.
pub fn variants(truth: &str, seed: u64) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let paragraphs: Vec<&str> = truth.lines().filter(|line| !line.trim().is_empty()).collect();
    let indented: Vec<String> = paragraphs.iter().map(|paragraph| format!("　　{paragraph}")).collect();
    let mut pages = vec![paragraphs.join("\n"), paragraphs.join("\n\n"), indented.join("\n")];
    for separator in ["\n", "\n\n", "\n\n"] {
        let broken: Vec<String> = paragraphs.iter().flat_map(|paragraph| broken(paragraph, &mut random)).collect();
        pages.push(broken.join(separator));
    }
    for indent in ["", "　　", ""] {
        let width = random.usize(11..22);
        let wrapped: Vec<String> =
            paragraphs.iter().map(|paragraph| wrap(paragraph, width, indent).join("\n")).collect();
        pages.push(wrapped.join("\n"));
    }
    // Wrapped lines joined again with a blank at every line end, or at few of them.
    for (separator, share) in [("\n", 1.0), ("\n\n", 1.0), ("\n", 0.1), ("\n\n", 0.1)] {
        let width = random.usize(11..22);
        let joined: Vec<String> = paragraphs
            .iter()
            .map(|paragraph| {
                if random.f32() < 0.6 {
                    return (*paragraph).to_owned();
                }
                let mut lines = wrap(paragraph, width, "").into_iter();
                let first = lines.next().unwrap_or_default();
                lines.fold(first, |joined, line| joined + if random.f32() < share { " " } else { "" } + &line)
            })
            .collect();
        pages.push(joined.join(separator));
    }
    pages
}

/// A page of which `share` of the full-width marks are half-width ones: as people type who have no others at hand, or as some
/// types look to an engine.
pub fn half_width(page: &str, share: f32, seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let half = |c| match c {
        '，' => ',',
        '；' => ';',
        '：' => ':',
        '？' => '?',
        '！' => '!',
        other => other,
    };
    page.chars().map(|c| if half(c) != c && random.f32() < share { half(c) } else { c }).collect()
}

/// A long paragraph in two, as where a column ends; three in ten.
fn broken(paragraph: &str, random: &mut fastrand::Rng) -> Vec<String> {
    let characters: Vec<char> = paragraph.chars().collect();
    if characters.len() <= 24 || random.f32() >= 0.35 {
        return vec![paragraph.to_owned()];
    }
    let at = random.usize(8..characters.len() - 8);
    vec![characters[..at].iter().collect(), characters[at..].iter().collect()]
}

/// A paragraph in lines as a compositor would set it, the first line of a body two characters shorter.
fn wrap(paragraph: &str, width: usize, indent: &str) -> Vec<String> {
    let is_body = paragraph.contains(['。', '，']);
    let mut lines = vec![if is_body { indent.to_owned() } else { String::new() }];
    let mut room = 2 * width - if is_body { 4 } else { 0 };
    for c in paragraph.chars() {
        let wide = if is_wide(c) { 2 } else { 1 };
        let hangs = matches!(c, '，' | '。' | '、' | '；' | '：' | '”' | '）' | '》' | '！' | '？');
        if room < wide && !hangs {
            lines.push(String::new());
            room = 2 * width;
        }
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
        room = room.saturating_sub(wide);
    }
    lines
}

/// How those that judge fragments are grown; chosen by hand.
pub const FRAGMENTS: Boosting = Boosting { trees: 400, leaves: 16, rate: 0.1, penalty: 1.0, least: 2.0 };

/// How those that look at fragments again are grown; chosen by hand.
pub const FRAGMENTS_AGAIN: Boosting = Boosting { trees: 400, leaves: 16, rate: 0.05, penalty: 10.0, least: 10.0 };

/// How those that judge characters are grown: with many leaves, of many examples each.
///
/// Of five settings tried on 4,682 checked changes, grown onto the same trees, these put the most right among those that left the
/// mean logarithm of the probability that the truth was given at -0.2124 or better: 1,911 of 2,647 right changes at 0.95,
/// precision 0.989. With 24 leaves and a third of the penalty and of the least weight it was -0.2143.
pub const CHARACTERS: Boosting = Boosting { trees: 600, leaves: 31, rate: 0.05, penalty: 10.0, least: 15.0 };

/// How those that judge half-width marks are grown.
///
/// Of eight settings tried, on pages that were fitted on nothing these were sure of the most marks that were full-width ones, 7,268 of
/// 7,822, among those that left the mean logarithm of the probability that the truth was given at -0.081 or better; precision 0.996.
pub const WIDTHS: Boosting = Boosting { trees: 800, leaves: 48, rate: 0.05, penalty: 5.0, least: 5.0 };

/// Fits trees on `examples`, grown as `settings` say, and gives their text: with `onto`, of trees to be added to those.
pub fn fit(examples: &[Example], subject: Subject, settings: Boosting, onto: Option<&Trees>) -> String {
    let rows: Vec<&[f32]> = examples.iter().map(|example| &example.features[..]).collect();
    let labels: Vec<bool> = examples.iter().map(|example| example.yes).collect();
    let names: Vec<&str> = subject.features.iter().map(|(name, _)| *name).collect();
    match onto {
        None => Ensemble::grow(&rows, &labels, settings).to_text(&names),
        Some(trees) => {
            let odds = rows.iter().map(|row| trees.log_odds(row)).collect();
            Ensemble::grow_onto(odds, &rows, &labels, settings).trees_to_text(&names)
        }
    }
}

/// How often a yes was said, was true, and both.
#[derive(Debug, Default, Clone, Copy)]
pub struct Figures {
    /// True yeses.
    pub real: usize,
    /// Yeses said.
    pub said: usize,
    /// Those of both.
    pub right: usize,
}

impl Figures {
    /// Counts one more.
    pub fn add(&mut self, real: bool, said: bool) {
        self.real += usize::from(real);
        self.said += usize::from(said);
        self.right += usize::from(real && said);
    }

    /// The share of what was said that is true.
    pub fn precision(&self) -> f64 {
        self.right as f64 / self.said.max(1) as f64
    }

    /// The share of what is true that was said.
    pub fn recall(&self) -> f64 {
        self.right as f64 / self.real.max(1) as f64
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.real + self.said).max(1) as f64
    }
}
