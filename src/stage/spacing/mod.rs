//! Blanks: which are left over from line ends or an engine's fancy, and which are meant.

mod blanks;
mod features;
mod model;

pub use blanks::{Blank, blanks};
pub use features::{Features, NAMES, features};
pub use model::{SUBJECT, fitted};

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Lexicon, Seams, Trees};
use crate::text::{Kind, Span, kind};

/// Takes away blanks that no one set.
pub struct Spacing<'k> {
    seams: &'k Seams,
    lexicon: &'k Lexicon,
    trees: &'k Trees,
}

impl<'k> Spacing<'k> {
    /// With what is known of characters that meet and of words, and the fitted trees.
    pub fn new(seams: &'k Seams, lexicon: &'k Lexicon, trees: &'k Trees) -> Self {
        Self { seams, lexicon, trees }
    }
}

impl Stage for Spacing<'_> {
    fn name(&self) -> StageName {
        StageName::Spacing
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        trailing(text, corrections);
        let found = blanks(text);
        let sets_numbers_apart = blanks::sets_numbers_apart(text, &found);
        for blank in &found {
            let rule = rule(blank);
            if rule == Rule::SpaceBesideNumber && sets_numbers_apart {
                continue;
            }
            let stray = self.trees.log_odds(&features(blank, self.seams, self.lexicon));
            if stray > 0.0 {
                corrections.push(Correction::new(
                    rule,
                    Edit::delete(blank.span),
                    Confidence::from_log_odds(stray),
                    self.evidence(blank),
                ));
            } else if blank.is_run_of_spaces() {
                corrections.push(Correction::new(
                    Rule::ExtraBlank,
                    Edit::replace(blank.span, " "),
                    Confidence::new(0.99),
                    Vec::new(),
                ));
            }
        }
    }
}

impl Spacing<'_> {
    fn evidence(&self, blank: &Blank<'_>) -> Vec<Evidence> {
        let mut evidence = vec![Evidence::Neighbours { left: Some(blank.left), right: Some(blank.right) }];
        if let Some((word, _)) = blank.word_across(self.lexicon) {
            evidence.push(Evidence::Word { word });
        }
        evidence
    }
}

fn rule(blank: &Blank<'_>) -> Rule {
    match (kind(blank.left), kind(blank.right)) {
        (Kind::Mark, _) | (_, Kind::Mark) => Rule::SpaceBesideMark,
        (Kind::Han, Kind::Han) => Rule::StraySpace,
        _ => Rule::SpaceBesideNumber,
    }
}

/// Proposes to take away the blanks at the ends of lines.
fn trailing(text: &str, corrections: &mut Vec<Correction>) {
    let is_blank = |c: char| kind(c) == Kind::Blank;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    for end in ends {
        // The last byte of any blank but the space and the tab is one that many characters end in.
        let line = &text[..end];
        let kept = line.trim_end_matches(is_blank).len();
        if kept < end {
            corrections.push(Correction::new(
                Rule::ExtraBlank,
                Edit::delete(Span::new(kept, end)),
                Confidence::CERTAIN,
                Vec::new(),
            ));
        }
    }
}
