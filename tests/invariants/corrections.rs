//! Corrections that no stage would make: they overlap, touch, contradict one another.

use kanwu::correction::{Confidence, Correction, Edit, Policy, Rule, Verdict, Withheld, apply};
use kanwu::text::Span;
use proptest::prelude::*;

const ALPHABET: &[char] = &['刁', '刀', '镇', '，', ',', 'a', '\n', ' ', '𠀀'];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(ALPHABET), 0..40).prop_map(|chars| chars.into_iter().collect())
}

fn correction(text: &str) -> impl Strategy<Value = Correction> + use<> {
    let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let last = boundaries.len();
    let replacement = prop::collection::vec(prop::sample::select(ALPHABET), 0..3);
    let rule = prop::sample::select(Rule::ALL);
    let moved = prop::option::weighted(0.2, 0..3u32);
    (0..last, 0..last.min(4), replacement, 0..=20u8, rule, moved).prop_map(
        move |(start, length, replacement, sure, rule, moved)| {
            let span = Span::new(boundaries[start], boundaries[(start + length).min(last - 1)]);
            let edit = Edit::replace(span, replacement.into_iter().collect::<String>());
            let mut correction = Correction::new(rule, edit, Confidence::new(f64::from(sure) / 20.0), Vec::new());
            correction.part_of_move = moved;
            correction
        },
    )
}

fn proposals() -> impl Strategy<Value = (String, Vec<Correction>)> {
    text().prop_flat_map(|text| {
        let corrections = prop::collection::vec(correction(&text), 0..12);
        (Just(text), corrections)
    })
}

proptest! {
    #[test]
    fn undoing_gives_the_text_before((text, corrections) in proposals()) {
        prop_assert_eq!(apply(&text, corrections, &Policy::default()).undo(), text);
    }

    #[test]
    fn every_correction_that_changes_something_has_one_verdict((text, corrections) in proposals()) {
        let effective = corrections.iter().filter(|c| c.edit.replacement() != c.edit.span().of(&text)).count();
        let revision = apply(&text, corrections, &Policy::default());
        prop_assert_eq!(revision.applied.len() + revision.others.len(), effective);
    }

    #[test]
    fn applied_spans_rise_and_do_not_meet((text, corrections) in proposals()) {
        let revision = apply(&text, corrections, &Policy::default());
        for pair in revision.applied.windows(2) {
            prop_assert!(pair[0].correction.edit.span().end() <= pair[1].correction.edit.span().start());
            prop_assert!(pair[0].after.end() <= pair[1].after.start());
        }
        for applied in &revision.applied {
            prop_assert_eq!(applied.after.of(&revision.text), applied.correction.edit.replacement());
            prop_assert_eq!(applied.correction.edit.span().of(&text), &applied.before);
        }
    }

    #[test]
    fn the_order_in_which_corrections_come_does_not_matter((text, corrections) in proposals()) {
        let mut distinct: Vec<Correction> = Vec::new();
        for correction in corrections {
            // Two of one rule on one span would differ only in what they write; a stage does not contradict itself.
            if !distinct.iter().any(|c| c.edit.span() == correction.edit.span() && c.rule == correction.rule) {
                distinct.push(correction);
            }
        }
        let forwards = apply(&text, distinct.clone(), &Policy::default());
        distinct.reverse();
        prop_assert_eq!(apply(&text, distinct, &Policy::default()), forwards);
    }

    #[test]
    fn a_move_is_whole_or_absent((text, corrections) in proposals()) {
        let revision = apply(&text, corrections, &Policy::default());
        for judged in &revision.others {
            if let Some(number) = judged.correction.part_of_move {
                let half = revision.applied.iter().any(|a| a.correction.part_of_move == Some(number));
                prop_assert!(!half, "half of move {} was applied", number);
            }
        }
    }

    #[test]
    fn what_is_withheld_for_overlap_meets_something_surer((text, corrections) in proposals()) {
        let revision = apply(&text, corrections, &Policy::default());
        for judged in &revision.others {
            if let Verdict::Withheld(Withheld::Overlaps(_)) = judged.verdict {
                prop_assert!(judged.correction.confidence >= Policy::default().apply_from);
            }
        }
    }

    #[test]
    fn places_outside_edits_map_back_and_forth((text, corrections) in proposals(), at in 0..200usize) {
        let revision = apply(&text, corrections, &Policy::default());
        let Some((start, c)) = text.char_indices().nth(at % 40) else { return Ok(()) };
        let span = Span::new(start, start + c.len_utf8());
        let touched = revision.applied.iter().any(|a| {
            let edit = a.correction.edit.span();
            edit.start() < span.end() && span.start() < edit.end() || edit.is_empty() && edit.start() == start
        });
        if !touched {
            let new = revision.offsets.to_new(span);
            prop_assert_eq!(new.of(&revision.text), span.of(&text));
            prop_assert_eq!(revision.offsets.to_old(new), span);
        }
    }

    #[test]
    fn an_edit_maps_to_all_that_it_wrote((text, corrections) in proposals()) {
        let revision = apply(&text, corrections, &Policy::default());
        for applied in &revision.applied {
            let old = applied.correction.edit.span();
            let new = revision.offsets.to_new(old);
            prop_assert!(new.start() <= applied.after.start() && applied.after.end() <= new.end() || old.is_empty());
            let back = revision.offsets.to_old(applied.after);
            prop_assert!(back.start() <= old.start() && old.end() <= back.end() || applied.after.is_empty());
        }
    }
}
