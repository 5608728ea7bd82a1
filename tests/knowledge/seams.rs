#![expect(clippy::float_cmp, reason = "values are whole eighths of a bit")]

use kanwu::knowledge::Seams;

fn seams() -> &'static Seams {
    Seams::embedded()
}

/// Checks that the first pair goes together better than the second, by at least a bit.
#[track_caller]
fn check_better(together: &str, apart: &str) {
    let bond = |pair: &str| {
        let (a, b) = pair.split_once('|').expect("a bar");
        seams().bond(a.chars().next().expect("one character"), b.chars().next().expect("one character"))
    };
    assert!(bond(together) > bond(apart) + 1.0, "{together} {} {apart} {}", bond(together), bond(apart));
}

#[test]
fn the_inside_of_a_word_binds() {
    check_better("投|资", "投|的");
    check_better("市|场", "场|市");
    check_better("记|者", "者|记");
    assert!(seams().bond('投', '资') > 6.0);
}

#[test]
fn two_marks_do_not_bind() {
    check_better("了|，", "、|，");
    assert!(seams().bond('，', '。') < -6.0);
    assert!(seams().bond('的', '的') < -2.0);
}

#[test]
fn a_pair_that_chance_would_bring_and_text_does_not_is_evidence_against() {
    assert_eq!(seams().pair('会', '济'), None);
    assert!(seams().expected('会', '济') > 100.0);
    assert!(seams().bond('会', '济') < -2.0);
}

#[test]
fn rare_pairs_say_little() {
    assert_eq!(seams().pair('刁', '镇'), None);
    assert!(seams().bond('刁', '镇').abs() < 1.5);
}

#[test]
fn sentences_end_paragraphs_and_commas_do_not() {
    assert!(seams().ends('。') > 3.0);
    assert!(seams().ends('”') > 0.0);
    assert!(seams().ends('，') < -3.0);
    assert!(seams().ends('的') < -3.0);
}

#[test]
fn marks_and_particles_do_not_start_paragraphs() {
    assert!(seams().starts('本') > 1.0);
    assert!(seams().starts('据') > 1.0);
    for c in ['，', '。', '的', '了', '）'] {
        assert!(seams().starts(c) < -2.0, "{c}");
    }
}

#[test]
fn forms_of_a_character_count_as_one() {
    assert_eq!(seams().bond('1', '年'), seams().bond('９', '年'));
    assert_eq!(seams().ends(','), seams().ends('，'));
    assert_eq!(seams().starts('a'), seams().starts('Ｚ'));
}

#[test]
fn unknown_characters_say_nothing() {
    assert_eq!(seams().starts('𠀀'), 0.0);
    assert_eq!(seams().ends('\u{FFFD}'), 0.0);
    assert_eq!(seams().bond('\u{FFFD}', '的'), 0.0);
    assert_eq!(seams().expected('\u{FFFD}', '的'), 0.0);
    assert_eq!(seams().pair('\u{FFFD}', '的'), None);
}
