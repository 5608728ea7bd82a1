//! What reports say, and that it can be relied on.

mod patch;
mod records;

use kanwu::correction::{Confidence, Correction, Edit, Policy, Rule, StageName};
use kanwu::knowledge::Asked;
use kanwu::page::{Encoding, Page, decode};
use kanwu::pipeline::{Cleaned, Pipeline};
use kanwu::stage::{Memory, Sheet, Stage};
use kanwu::text::Span;

pub(crate) fn page(name: &str, text: &str) -> Page {
    decode(name.to_owned(), text.as_bytes(), Encoding::Auto).unwrap()
}

/// Proposes what no sane stage would, but the same for the same text: edits that meet, insertions, deletions, moves.
pub(crate) struct Wild {
    pub(crate) name: StageName,
    pub(crate) seed: u64,
}

impl Stage for Wild {
    fn name(&self) -> StageName {
        self.name
    }

    fn read(&self, Sheet { text, .. }: Sheet<'_>, _: &mut Asked, _: &mut Memory, corrections: &mut Vec<Correction>) {
        let mut state =
            text.bytes().fold(self.seed, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for number in 0..draw(6) {
            let start = draw(places.len());
            let end = (start + draw(4)).min(places.len() - 1);
            let span = Span::new(places[start], places[end]);
            let mut correction = |edit, move_number| {
                let confidence = Confidence::new([0.3, 0.7, 0.96, 0.99, 1.0][draw(5)]);
                let rules: Vec<Rule> = Rule::ALL.iter().copied().filter(|rule| rule.stage() == self.name).collect();
                let mut correction = Correction::new(rules[draw(rules.len())], edit, confidence, Vec::new());
                correction.part_of_move = move_number;
                corrections.push(correction);
                draw(places.len())
            };
            let target = correction(Edit::replace(span, ["", "，", "\n", "刁\n镇"][number % 4]), None);
            if number == 3 {
                correction(Edit::delete(span), Some(7));
                correction(Edit::insert(places[target], span.of(text)), Some(7));
            }
        }
    }
}

/// `page` through wild stages.
pub(crate) fn cleaned(page: &Page, seed: u64) -> Cleaned {
    let stages = [StageName::Characters, StageName::Layout, StageName::Punctuation];
    let wild = stages.map(|name| -> Box<dyn Stage> { Box::new(Wild { name, seed }) });
    Pipeline::new(wild.into(), Policy::default()).clean(page.text.clone())
}
