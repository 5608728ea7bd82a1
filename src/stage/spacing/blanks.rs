use std::rc::Rc;

use crate::knowledge::{Lexicon, Word};
use crate::stage::layout::Line;
use crate::text::{Kind, Span, beside_han, is_han, kind};

/// A run of blanks inside a line, and what stands around it.
#[derive(Debug, Clone)]
pub struct Blank<'t> {
    /// The page.
    pub text: &'t str,
    /// Where the run stands.
    pub span: Span,
    /// The character before it.
    pub left: char,
    /// The character after it.
    pub right: char,
    /// The text between the blank before and this one, or from the line's start.
    pub left_part: &'t str,
    /// The text between this blank and the next, or to the line's end.
    pub right_part: &'t str,
    /// How many blanks the line has.
    pub in_line: usize,
    /// Which of them this is.
    pub number: usize,
    /// How unlike one another the parts of the line are in length, the last one apart: the mean deviation from their
    /// median, in characters.
    pub unevenness: f32,
    /// The median length of the line's parts, the last one apart, in characters.
    pub usual_part: f32,
    /// Whether a quotation or bracket is open before it.
    pub is_inside_pair: bool,
    /// The line.
    pub line: Rc<Line<'t>>,
}

/// The blanks inside the lines of `text` that hold Chinese, but for those between Latin words.
pub fn blanks(text: &str) -> Vec<Blank<'_>> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        in_line(text, Span::new(start, start + line.len()), &mut found);
    }
    found
}

/// The lines of `text`, with where each begins.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = (start, &rest[..length]);
        start += length + 1;
        Some(line)
    })
}

fn in_line<'t>(text: &'t str, span: Span, found: &mut Vec<Blank<'t>>) {
    let content = span.of(text).trim();
    let offset = span.start() + (span.len() - span.of(text).trim_start().len());
    let runs = runs(content, offset);
    if runs.is_empty() || !content.contains(is_han) {
        return;
    }
    let line = Rc::new(Line::new(Span::new(offset, offset + content.len()), content, offset > span.start(), 0));
    let end = offset + content.len();
    let bounds: Vec<(usize, usize)> = std::iter::once(offset)
        .chain(runs.iter().map(|run| run.end()))
        .zip(runs.iter().map(|run| run.start()).chain([end]))
        .collect();
    let parts: Vec<&str> = bounds.iter().map(|&(start, end)| &text[start..end]).collect();
    let (usual_part, unevenness) = lengths(&parts[..parts.len() - 1]);
    let mut pairs = Pairs::default();
    for (number, run) in runs.iter().enumerate() {
        pairs.read(parts[number]);
        let (Some(left), Some(right)) = (parts[number].chars().next_back(), parts[number + 1].chars().next()) else {
            continue;
        };
        // Between Latin words, and between a word and its number, blanks are Latin's own.
        let is_latin = |c: char| matches!(kind(c), Kind::Letter | Kind::Digit);
        if is_latin(left) && is_latin(right) && (kind(left) == Kind::Letter || kind(right) == Kind::Letter) {
            continue;
        }
        found.push(Blank {
            text,
            span: *run,
            left,
            right,
            left_part: parts[number],
            right_part: parts[number + 1],
            in_line: runs.len(),
            number,
            unevenness,
            usual_part,
            is_inside_pair: pairs.is_inside(),
            line: Rc::clone(&line),
        });
    }
}

/// The runs of blanks in `content`, which stands at `offset`.
fn runs(content: &str, offset: usize) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for (at, c) in beside_han(content).filter(|(_, c)| kind(*c) == Kind::Blank) {
        let (start, end) = (offset + at, offset + at + c.len_utf8());
        match runs.last_mut() {
            Some(last) if last.end() == start => *last = Span::new(last.start(), end),
            _ => runs.push(Span::new(start, end)),
        }
    }
    runs
}

/// The median of the parts' lengths in characters, and the mean deviation from it.
fn lengths(parts: &[&str]) -> (f32, f32) {
    let mut lengths: Vec<usize> = parts.iter().map(|part| part.chars().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    let deviation: usize = lengths.iter().map(|length| length.abs_diff(median)).sum();
    (median as f32, deviation as f32 / lengths.len() as f32)
}

/// Which quotations and brackets are open, as a line is read.
#[derive(Default)]
struct Pairs {
    is_open: [bool; 4],
}

impl Pairs {
    fn read(&mut self, part: &str) {
        for (_, c) in beside_han(part) {
            match c {
                '“' => self.is_open[0] = true,
                '”' => self.is_open[0] = false,
                '《' => self.is_open[1] = true,
                '》' => self.is_open[1] = false,
                '（' => self.is_open[2] = true,
                '）' => self.is_open[2] = false,
                '"' => self.is_open[3] = !self.is_open[3],
                _ => {}
            }
        }
    }

    fn is_inside(&self) -> bool {
        self.is_open.contains(&true)
    }
}

impl Blank<'_> {
    /// Whether it is two or more ordinary spaces or tabs.
    pub fn is_run_of_spaces(&self) -> bool {
        self.span.len() > 1 && self.span.of(self.text).bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// Whether it stands between Latin words, ASCII marks aside: said "yes" to.
    pub(super) fn is_latin(&self) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Letter);
        let is_mark = |c: &char| c.is_ascii_punctuation();
        is_word(self.left_part.chars().rev().find(|c| !is_mark(c)))
            && is_word(self.right_part.chars().find(|c| !is_mark(c)))
    }

    /// Whether it sets a number apart from Chinese in running text.
    pub(super) fn sets_number_apart(&self) -> bool {
        let line = &self.line;
        !(line.is_running_head || line.is_caption || line.is_credit)
            && is_number(self.left) != is_number(self.right)
            && (is_han(self.left) || is_han(self.right))
    }

    /// The best-known word that would stand across the place if the blank were gone, with what is known of it.
    pub fn word_across(&self, lexicon: &Lexicon) -> Option<(String, Word)> {
        let (left, right, word) = lexicon.across(self.left_part, self.right_part)?;
        let (start, end) = (self.left_part.len() - left, right);
        Some((format!("{}{}", &self.left_part[start..], &self.right_part[..end]), word))
    }
}

/// Whether the page, on which so many blanks set numbers apart from Chinese, does so throughout, as web texts do.
///
/// Three places at least, and more than half of all. Chosen by hand; by regular expression it holds of 2 of 157 pages as
/// Tesseract read them, by columns, of none of 58 that `RapidOCR` read, and of 2 of their 157 clean texts.
pub(super) fn sets_numbers_apart(text: &str, apart: usize) -> bool {
    if apart < 3 {
        return false;
    }
    let numbers = beside_han(text).filter(|(_, c)| is_number(*c));
    let around = numbers.flat_map(|(at, c)| [text[..at].chars().next_back(), text[at + c.len_utf8()..].chars().next()]);
    let together = around.flatten().filter(|c| is_han(*c)).count();
    apart > together
}

fn is_number(c: char) -> bool {
    matches!(kind(c), Kind::Digit | Kind::Letter)
}
