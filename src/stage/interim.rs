//! Two small stages that stand in for all until those are there.

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Rule, StageName};
use crate::text::{Span, is_han};

/// `stages` that there are.
pub fn all(stages: &[StageName]) -> Vec<Box<dyn Stage>> {
    let all: [Box<dyn Stage>; 2] = [Box::new(LineEnds), Box::new(Commas)];
    all.into_iter().filter(|stage| stages.contains(&stage.name())).collect()
}

struct LineEnds;

impl Stage for LineEnds {
    fn name(&self) -> StageName {
        StageName::Characters
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        corrections.extend(text.match_indices("\r\n").map(|(at, found)| {
            let edit = Edit::replace(Span::new(at, at + found.len()), "\n");
            Correction::new(Rule::LineEnding, edit, Confidence::CERTAIN, Vec::new())
        }));
    }
}

struct Commas;

impl Stage for Commas {
    fn name(&self) -> StageName {
        StageName::Punctuation
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        corrections.extend(text.match_indices(',').filter_map(|(at, _)| {
            let left = text[..at].chars().next_back().is_some_and(is_han);
            let right = text[at + 1..].chars().next().is_some_and(is_han);
            let confidence = if left && right { 0.99 } else { 0.7 };
            let edit = Edit::replace(Span::new(at, at + 1), "，");
            (left || right).then(|| Correction::new(Rule::HalfWidthMark, edit, Confidence::new(confidence), Vec::new()))
        }));
    }
}
