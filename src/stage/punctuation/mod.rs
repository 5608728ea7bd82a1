//! Marks: width, quotation marks, brackets, dots and dashes, a paragraph at a time.

mod brackets;
mod context;
mod doubled;
pub mod meant;
mod quotes;
mod strokes;
mod widths;

pub(crate) use brackets::{closes_title, opens_title};

use super::memory::{Memory, Parts};
use super::{Sheet, Stage};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Asked, Knowledge, Trees};
use crate::text::Span;
use context::{Page, Paragraph};
use meant::HalfWidth;
use widths::HalfWidthMark;

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
        meant::half_widths(text, &page, &places.collect::<Vec<_>>(), &self.known, &mut Parts::default())
    }

    /// The half-width marks `found` with the full-width ones, and how likely these are meant.
    fn judged(
        &self,
        text: &str,
        page: &Page<'_>,
        found: &[Found<'_>],
        read: &mut Parts<str, Known>,
    ) -> Vec<(Span, char, Confidence)> {
        if page.is_typed {
            let marks = found.iter().flat_map(|(_, marks)| marks);
            let typed = |mark: &HalfWidthMark| {
                let half = mark.span.of(text).chars().next()?;
                Some((mark.span, meant::full_width(half)?, Confidence::new(mark.typed)))
            };
            return marks.filter_map(typed).collect();
        }
        let half_widths = meant::half_widths(text, page, found, &self.known, read);
        let log_odds = self.trees.log_odds_of_each(half_widths.iter().map(|mark| mark.features.as_slice()));
        let judged = half_widths
            .iter()
            .zip(log_odds)
            .map(|(mark, log_odds)| (mark.span, mark.instead, Confidence::from_log_odds(mark.log_odds(log_odds))));
        judged.collect()
    }
}

/// What is known of a paragraph since it was last read.
#[derive(Default)]
struct Known {
    /// What its Chinese characters cost, one after another, if that was asked for.
    costs: Option<Box<[f32]>>,
    /// Whether it has nothing to propose and no mark to look at closer, on a page without specks and on one with them.
    is_settled: [bool; 2],
}

/// A paragraph with the half-width marks in it that may be full-width ones.
type Found<'p> = (&'p Paragraph<'p>, Vec<HalfWidthMark>);

fn widen(text: &str, span: Span, instead: char, confidence: Confidence) -> Correction {
    let (left, right) = (text[..span.start()].chars().next_back(), text[span.end()..].chars().next());
    let edit = Edit::replace(span, instead.to_string());
    Correction::new(Rule::HalfWidthMark, edit, confidence, vec![Evidence::Neighbours { left, right }])
}

impl Stage for Punctuation<'_> {
    fn name(&self) -> StageName {
        StageName::Punctuation
    }

    fn read(
        &self,
        Sheet { text, .. }: Sheet<'_>,
        _: &mut Asked,
        memory: &mut Memory,
        corrections: &mut Vec<Correction>,
    ) {
        let read: &mut Parts<str, Known> = memory.recall();
        read.turn();
        let page = Page::of(text);
        let mut half_width = Vec::new();
        for paragraph in &page.paragraphs {
            let is_settled =
                &mut read.of(paragraph.own_text(), Known::default).is_settled[usize::from(page.has_specks)];
            if *is_settled {
                half_width.push((paragraph, Vec::new()));
                continue;
            }
            let before = corrections.len();
            let marks = widths::propose(paragraph, page.has_specks, corrections);
            doubled::propose(paragraph, corrections);
            strokes::propose(paragraph, &self.known, corrections);
            quotes::propose(paragraph, self.known.model, corrections);
            *is_settled = marks.is_empty() && corrections.len() == before;
            half_width.push((paragraph, marks));
        }
        brackets::propose(&page, self.known.model, corrections);
        let judged = self.judged(text, &page, &half_width, read).into_iter();
        let likely = judged.filter(|(_, _, confidence)| confidence.probability() > 0.5);
        corrections.extend(likely.map(|(span, instead, confidence)| widen(text, span, instead, confidence)));
    }
}
