//! Line ends: which of them end a paragraph, and which only a line.
//!
//! A newspaper column is 12 to 20 characters wide, so nearly every sentence is cut by line ends. [`lines`] reads the
//! page's geometry, `features` describes each line end, and a fitted model gives the probability that the text goes
//! on across it.

mod features;
mod lines;

pub use features::{Features, NAMES, SUBJECT, fitted, line_ends};
pub use lines::{Line, lines};

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Knowledge, Trees};
use crate::text::{Kind, Span, kind};

/// Joins lines that a column's width cut.
pub struct Layout<'k> {
    known: Knowledge,
    trees: &'k Trees,
}

impl<'k> Layout<'k> {
    /// With what is known of characters and words, and the fitted trees.
    pub fn new(known: Knowledge, trees: &'k Trees) -> Self {
        Self { known, trees }
    }
}

impl Stage for Layout<'_> {
    fn name(&self) -> StageName {
        StageName::Layout
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        let lines = lines(text);
        if !is_chinese(&lines) {
            return;
        }
        for line_end in line_ends(&lines, &self.known) {
            let (line, next) = (&lines[line_end.line], &lines[line_end.line + 1]);
            let is_running_head = line.is_running_head && next.is_running_head;
            if !(line.has_han || next.has_han || is_running_head) || next.is_indented {
                continue;
            }
            let goes_on = -self.trees.log_odds(&line_end.features);
            if goes_on <= 0.0 {
                continue;
            }
            let rule = if next.blank_lines_before == 0 { Rule::WrappedLine } else { Rule::BrokenParagraph };
            let gap = Span::new(line.span.end(), next.span.start());
            let evidence = Evidence::LineEnd {
                width: line.width,
                column: line_end.column,
                closed: line.is_closed,
                blank: next.blank_lines_before > 0,
            };
            let mut confidence = Confidence::from_log_odds(goes_on);
            if !(line_end.is_wrapped && !line.is_byline || self.has_witness(line, next)) {
                confidence = confidence.min(WITHOUT_WITNESS);
            }
            corrections.push(Correction::new(
                rule,
                Edit::replace(gap, between(line, next)),
                confidence,
                vec![evidence],
            ));
        }
    }
}

/// How sure the trees may be at most that a line goes on where neither widths nor words show it: after a byline, and on pages
/// that were not cut to a width. Below what is applied; chosen by hand.
const WITHOUT_WITNESS: Confidence = Confidence::of(0.9);

impl Layout<'_> {
    /// Whether the text itself shows that it goes on: a word cut in two, a bracket left open, or a sentence that breaks off
    /// in a paragraph of several. The parts of a running head belong together anyway.
    fn has_witness(&self, line: &Line<'_>, next: &Line<'_>) -> bool {
        /// Per 100 million characters; rarer words are often two that meet by chance.
        const KNOWN: u32 = 96;
        /// Bits by which the characters on both sides speak for going on; chosen by hand.
        const GOES_ON: f64 = 0.5;
        let is_word_cut =
            || self.known.lexicon.across(line.text, next.text).is_some_and(|(_, _, word)| word.count >= KNOWN);
        let (bond, starts) = (self.known.seams.bond(line.last, next.first), self.known.seams.starts(next.first));
        let speaks =
            if lines::is_comma(line.last) { -starts - 1.0 } else { bond - starts - self.known.seams.ends(line.last) };
        let breaks_off = !line.is_closed && line.has_inner_stop && speaks >= GOES_ON;
        let is_head = |line: &Line<'_>| line.is_running_head && line.width < 20.0;
        let between_head_parts = is_head(line) && next.width < 20.0 || is_head(next) && line.width < 20.0;
        between_head_parts || line.leaves_open || breaks_off || is_word_cut()
    }
}

/// Whether at least a third of the lines hold Chinese. The line ends of a page in another script are left alone.
fn is_chinese(lines: &[Line<'_>]) -> bool {
    lines.iter().filter(|line| line.has_han).count() * 3 >= lines.len()
}

/// What stands between two lines that are joined.
fn between(line: &Line<'_>, next: &Line<'_>) -> &'static str {
    let words_meet = |a: Option<char>, b: Option<char>| {
        a.is_some_and(|a| kind(a) == Kind::Letter) && b.is_some_and(|b| kind(b) == Kind::Letter)
    };
    let parts_meet = line.is_running_head && next.is_running_head;
    if parts_meet || words_meet(line.text.chars().next_back(), next.text.chars().next()) { " " } else { "" }
}
