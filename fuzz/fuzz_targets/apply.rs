//! Corrections that no stage would make: one verdict each, and the text before comes back.

#![no_main]

use kanwu::correction::{Confidence, Correction, Edit, Policy, Rule, apply};
use kanwu::text::Span;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (String, Vec<(u16, u8, String, u8, u8, Option<u8>)>)| {
    let (text, drawn) = input;
    let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let corrections: Vec<Correction> = drawn
        .into_iter()
        .map(|(start, length, replacement, sure, rule, moved)| {
            let start = usize::from(start) % boundaries.len();
            let end = (start + usize::from(length)).min(boundaries.len() - 1);
            let edit = Edit::replace(Span::new(boundaries[start], boundaries[end]), replacement);
            let rule = Rule::ALL[usize::from(rule) % Rule::ALL.len()];
            let mut correction = Correction::new(rule, edit, Confidence::new(f64::from(sure) / 255.0), Vec::new());
            correction.part_of_move = moved.map(u32::from);
            correction
        })
        .collect();
    let effective = corrections.iter().filter(|c| c.edit.replacement() != c.edit.span().of(&text)).count();
    let revision = apply(&text, corrections, &Policy::default());
    assert_eq!(revision.applied.len() + revision.others.len(), effective);
    assert_eq!(revision.undo(), text);
});
