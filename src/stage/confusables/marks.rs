//! Marks that an engine took for others, or saw where there are none: what may have stood in the place of each, and what is
//! seen of that.

use super::features::Page;
use crate::engine::mark::{Around, Cost, MEANT, Mark, PAIRED, is_blank, place_in};
use crate::engine::{Change, Letter, Line, Search};
use crate::knowledge::Knowledge;
use crate::knowledge::model::is_seen;
use crate::knowledge::trees::{features, fitted};
use crate::text::{Kind, Span, kind};

/// What the model sees of a reading; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

fitted! {
    /// What the fitted trees tell: whether a reading puts a misread mark right. `kanwu fit marks` writes them.
    "kanwu marks 1", "marks.txt"
}

features! {
    gain: "how much likelier the text is with the reading, in nats",
    margin: "by how much that gain exceeds that of the next best reading, or of leaving the mark as it is",
    stays: "what the mark costs as it was read, after what stands before it",
    becomes: "what the reading itself costs there",
    rest_before: "what the three letters after the mark cost as it was read",
    rest_after: "what they cost with the reading",
    without: "how much likelier the text is with no mark at all",
    read: "which mark was read: its place in READ, from 1 on",
    instead: "which mark may have stood there: its place in MEANT, from 1 on; 0 for none",
    count: "how often the one was read for the other when that was counted: the logarithm",
    left: "what stands before it: 0 nothing, 1 a Chinese character, 2 a digit, 3 a letter, 4 a mark",
    right: "what stands after it",
    since: "how many letters stand between it and the mark before, at most 40",
    until: "how many between it and the mark after, at most 40",
    again_near: "how many marks of the same kind stand within eight letters, as in a list",
    since_stop: "how many letters stand between it and the last full stop or the start of the line, at most 80",
    line: "how many letters the line has, at most 80",
    blank_before: "1 if a blank stands before it",
    blank_after: "1 if one stands after it",
    word_across: "the longest word that it would stand in the middle of, in characters",
    odd_quotes: "1 if the line has an odd number of quotation marks",
    page_cost: "what a Chinese character of the page costs on average",
    page_share: "which share of the page's marks is the mark that was read",
    page_marks: "how many marks that no text has the page holds for a hundred letters, at most 50",
    misread_near: "how many of the three letters on either side may have been misread",
}

/// What engines read for those, or make of a speck.
const READ: &[char] = &[
    '，', '。', '、', '：', '；', '？', '！', '·', '.', ',', ':', ';', '?', '!', '\'', '`', '*', '-', '_', '~', '=',
    '^', '|', '•', '…', '—', '"', '“', '”', '‘', '’', '<', '>',
];

/// A reading is looked at when the text is likelier with it by so much, in nats.
///
/// Of 1,835 readings of check pages that trees proposed which saw all that gain anything, 59 gain less.
const LEAST_GAIN: f32 = 3.0;

/// A mark is looked at when it and the three letters after it cost so much together, in nats.
///
/// Of 797 readings of those pages, Tesseract's of heavy damage left out, that trees proposed which saw all that gain enough, 12
/// stand where they cost less.
const SUSPICIOUS: f32 = 10.0;

/// What may have stood in the place of a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkReading {
    /// The mark.
    pub span: Span,
    /// What may have stood there; nothing where it is a speck.
    pub instead: Option<char>,
    /// What is seen of it.
    pub features: Features,
    /// How much likelier the text is with it, in nats.
    pub gain: f64,
    /// By how much that exceeds the gain of the next best reading, or of leaving the mark as it is.
    pub margin: f64,
}

/// A reading of a mark, and what is seen of it in its line.
pub(super) struct MarkSight {
    /// Where the mark stands in the line.
    span: Span,
    instead: Option<char>,
    /// What is seen of it, but for the page.
    seen: Seen,
}

/// All readings of the marks of `page` under which its text is likelier, from left to right.
pub(super) fn readings(page: &Page<'_>) -> Vec<MarkReading> {
    let marks = Marks::of(page.text());
    let sights = page.lines().iter().flat_map(|(start, line)| line.marks().iter().map(move |sight| (*start, sight)));
    let reading = |(start, MarkSight { span, instead, seen }): (usize, &MarkSight)| MarkReading {
        span: Span::new(start + span.start(), start + span.end()),
        instead: *instead,
        features: Seen {
            page_cost: page.cost(),
            page_share: marks.share(seen.read as usize),
            page_marks: marks.strange,
            ..*seen
        }
        .numbers(),
        gain: f64::from(seen.gain),
        margin: f64::from(seen.margin),
    };
    sights.map(reading).collect()
}

/// The readings of the marks of a line, of which `text` is the text, under which it is likelier; `changes` are what else may have been
/// misread in it.
pub(super) fn sights(
    text: &str,
    line: &Line,
    changes: &[Change],
    known: &Knowledge,
    search: Search<'_>,
) -> Vec<MarkSight> {
    let letters = line.letters();
    let mut sights = Vec::new();
    let mut around = None;
    for (at, letter) in letters.iter().enumerate() {
        let Some(read) = place_in(READ, letter.c) else { continue };
        let place = Mark { line, at, model: search.model };
        let as_read = place.as_read();
        if place.is_foreign() || place.is_in_run() || place.is_in_list() || as_read.whole() < SUSPICIOUS {
            continue;
        }
        let options = place.options(as_read);
        if options.iter().all(|option| option.gain < LEAST_GAIN) {
            continue;
        }
        let around = around.get_or_insert_with(|| Around::of(line));
        let first = changes.partition_point(|change| change.end + 3 <= at);
        let misread = changes[first..].iter().take_while(|change| change.start < at + 4);
        let seen = Seen {
            stays: as_read.own,
            rest_before: as_read.rest,
            read: read as f32,
            left: place.left(),
            right: place.right(),
            since: around.since(at),
            until: around.until(at),
            again_near: place.again_near(),
            since_stop: around.since_stop(at),
            line: letters.len().min(80) as f32,
            blank_before: is_blank(text[..letter.start].chars().next_back()),
            blank_after: is_blank(text[letter.span().end()..].chars().next()),
            word_across: place.word_across(known.lexicon),
            odd_quotes: around.odd_quotes,
            misread_near: misread.count().min(7) as f32,
            ..Seen::default()
        };
        weigh(known, *letter, &options, seen, &mut sights);
    }
    sights
}

impl Mark<'_> {
    /// Whether it stands inside a number or a Latin word, where marks are what they are.
    fn is_foreign(&self) -> bool {
        let is_foreign =
            |letter: Option<&Letter>| letter.is_some_and(|letter| matches!(kind(letter.c), Kind::Digit | Kind::Letter));
        let letters = self.line.letters();
        is_foreign(self.at.checked_sub(1).and_then(|at| letters.get(at))) && is_foreign(letters.get(self.at + 1))
    }

    /// Whether three marks or more stand side by side here. They are no punctuation, whichever of them goes; and were they to
    /// go one after another, a page would not be clean when it has been cleaned.
    fn is_in_run(&self) -> bool {
        let is_mark = |letter: &&Letter| kind(letter.c) == Kind::Mark;
        let letters = self.line.letters();
        let before = letters[..self.at].iter().rev().take(2).take_while(is_mark).count();
        let after = letters[self.at + 1..].iter().take(2).take_while(is_mark).count();
        before + after >= 2
    }

    /// Whether it parts short items of a list, which the model knows least of when they are single characters: 戊、戌、戍、戎.
    fn is_in_list(&self) -> bool {
        const LONGEST_ITEM: usize = 3;
        const COMMA: char = '、';
        let letters = self.line.letters();
        let end = (self.at + LONGEST_ITEM + 2).min(letters.len());
        let near = &letters[self.at.saturating_sub(LONGEST_ITEM + 1)..end];
        letters[self.at].c == COMMA && near.iter().filter(|letter| letter.c == COMMA).count() > 1
    }

    /// What may stand here instead, and no mark last. What gains nothing is left out, but for no mark.
    fn options(&self, as_read: Cost) -> Vec<Alternative> {
        let observed = self.line.letters()[self.at].c;
        let option = |instead: Option<char>, most: f32| {
            let cost = self.cost(instead, most)?;
            Some(Alternative { instead, cost, gain: as_read.whole() - cost.whole() })
        };
        let others = MEANT.iter().filter(|c| **c != observed).filter_map(|&c| option(Some(c), as_read.whole()));
        others.chain(option(None, f32::INFINITY)).collect()
    }
}

/// What may stand in the place of a mark, and how much likelier the text is with it.
struct Alternative {
    instead: Option<char>,
    cost: Cost,
    gain: f32,
}

/// Adds every one of `options` for `letter` that gains enough, with what is `seen` of all of them alike.
fn weigh(known: &Knowledge, letter: Letter, options: &[Alternative], seen: Seen, sights: &mut Vec<MarkSight>) {
    let without = options.last().map_or(0.0, |option| option.gain);
    for (index, option) in options.iter().enumerate().filter(|(_, option)| option.gain >= LEAST_GAIN) {
        let rivals = options.iter().enumerate().filter(|(other, _)| *other != index);
        let next_best = rivals.map(|(_, rival)| rival.gain).fold(0.0, f32::max);
        let seen = Seen {
            gain: option.gain,
            margin: option.gain - next_best,
            becomes: option.cost.own,
            rest_after: option.cost.rest,
            without,
            instead: option.instead.and_then(|c| place_in(MEANT, c)).unwrap_or_default() as f32,
            count: option.instead.map_or(0.0, |c| (known.confusions.count(c, letter.c) as f32 + 1.0).ln()),
            ..seen
        };
        sights.push(MarkSight { span: letter.span(), instead: option.instead, seen });
    }
}

/// The marks of a page.
struct Marks {
    /// How many there are of each of [`READ`].
    counts: [usize; READ.len()],
    all: usize,
    /// How many there are that no text has, for a hundred letters.
    strange: f32,
}

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self { counts: [0; READ.len()], all: 0, strange: 0.0 };
        let (mut strange, mut all) = (0_usize, 0_usize);
        for c in text.chars().filter(|c| is_seen(*c)) {
            all += 1;
            if kind(c) == Kind::Mark {
                marks.all += 1;
                strange += usize::from(!MEANT.contains(&c) && !PAIRED.contains(&c));
                if let Some(read) = place_in(READ, c) {
                    marks.counts[read - 1] += 1;
                }
            }
        }
        marks.strange = (strange as f32 / all.max(1) as f32 * 100.0).min(50.0);
        marks
    }

    /// Which share of the page's marks is the one that stands at this place of [`READ`].
    fn share(&self, read: usize) -> f32 {
        self.counts[read - 1] as f32 / self.all.max(1) as f32
    }
}
