//! Marks: width, quotation marks, brackets, dots and dashes, a paragraph at a time.

mod brackets;
mod context;
pub mod meant;
mod quotes;
mod widths;

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Knowledge, Trees};
use context::Page;
use meant::HalfWidth;

/// Gives marks the shape that Chinese print has.
pub struct Punctuation<'k> {
    known: Knowledge,
    trees: &'k Trees,
}

impl<'k> Punctuation<'k> {
    /// With what is known of characters and words, and the fitted trees of half-width marks.
    pub fn new(known: Knowledge, trees: &'k Trees) -> Self {
        Self { known, trees }
    }

    /// The half-width marks of `text` that may be full-width ones, however unlikely, from left to right.
    pub fn half_widths(&self, text: &str) -> Vec<HalfWidth> {
        let page = Page::of(text);
        let places = page
            .paragraphs
            .iter()
            .map(|paragraph| (paragraph, widths::propose(paragraph, page.has_specks, &mut Vec::new())));
        meant::half_widths(text, &page, &places.collect::<Vec<_>>(), &self.known)
    }

    fn widen(&self, text: &str, half_width: &HalfWidth) -> Option<Correction> {
        let HalfWidth { span, instead, features, typed } = half_width;
        let log_odds = || self.trees.log_odds(features);
        let confidence = typed.map_or_else(|| Confidence::from_log_odds(log_odds()), Confidence::new);
        let neighbours = Evidence::Neighbours {
            left: text[..span.start()].chars().next_back(),
            right: text[span.end()..].chars().next(),
        };
        let edit = Edit::replace(*span, instead.to_string());
        (confidence.probability() > 0.5)
            .then(|| Correction::new(Rule::HalfWidthMark, edit, confidence, vec![neighbours]))
    }
}

impl Stage for Punctuation<'_> {
    fn name(&self) -> StageName {
        StageName::Punctuation
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        let page = Page::of(text);
        let mut half_width = Vec::new();
        for paragraph in &page.paragraphs {
            let places = widths::propose(paragraph, page.has_specks, corrections);
            if !places.is_empty() {
                half_width.push((paragraph, places));
            }
            quotes::propose(paragraph, corrections);
            brackets::propose(paragraph, &page, corrections);
        }
        let half_widths = meant::half_widths(text, &page, &half_width, &self.known);
        corrections.extend(half_widths.iter().filter_map(|half_width| self.widen(text, half_width)));
    }
}
