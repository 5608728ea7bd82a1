//! Line ends: which of them end a paragraph, and which only a line.
//!
//! A newspaper column is 12 to 20 characters wide, so nearly every sentence is cut by line ends. [`lines`] reads the
//! page's geometry, `features` describes each line end, and a fitted model gives the probability that the text goes
//! on across it.

mod features;
mod lines;
mod model;

pub use features::{Features, NAMES, line_ends};
pub use lines::{Line, lines};
pub use model::{SUBJECT, fitted};

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Lexicon, Seams, Trees};
use crate::text::{Kind, Span, kind};

/// Joins lines that a column's width cut.
pub struct Layout<'k> {
    seams: &'k Seams,
    lexicon: &'k Lexicon,
    trees: &'k Trees,
}

impl<'k> Layout<'k> {
    /// With what is known of characters that meet and of words, and the fitted trees.
    pub fn new(seams: &'k Seams, lexicon: &'k Lexicon, trees: &'k Trees) -> Self {
        Self { seams, lexicon, trees }
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
        for line_end in line_ends(&lines, self.seams, self.lexicon) {
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
            corrections.push(Correction::new(
                rule,
                Edit::replace(gap, between(line, next)),
                Confidence::from_log_odds(goes_on),
                vec![evidence],
            ));
        }
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
