//! Marks: width, quotation marks, brackets, dots and dashes, a paragraph at a time.

mod brackets;
mod context;
mod quotes;
mod widths;

use super::Stage;
use crate::correction::{Correction, StageName};
use context::Page;

/// Gives marks the shape that Chinese print has.
#[derive(Debug, Default)]
pub struct Punctuation;

impl Stage for Punctuation {
    fn name(&self) -> StageName {
        StageName::Punctuation
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        let page = Page::of(text);
        for paragraph in &page.paragraphs {
            widths::propose(paragraph, corrections);
            quotes::propose(paragraph, corrections);
            brackets::propose(paragraph, page.is_half_width, corrections);
        }
    }
}
