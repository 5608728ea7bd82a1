use std::path::Path;

use kanwu::knowledge::Shapes;

#[track_caller]
fn check(a: char, b: char, least: f64, most: f64) {
    let shapes = Shapes::embedded();
    let similarity = shapes.similarity(a, b).unwrap_or_default();
    assert!((least..most).contains(&similarity), "{a}/{b} {similarity}");
    assert_eq!(shapes.similarity(b, a), shapes.similarity(a, b));
}

/// Where `b` stands among the look-alikes of `a`.
fn rank(a: char, b: char) -> Option<usize> {
    Shapes::embedded().look_alikes(a).position(|(c, _)| c == b)
}

#[test]
fn twins_are_nearly_one() {
    check('未', '末', 0.85, 1.0);
    check('土', '士', 0.85, 1.0);
    check('己', '已', 0.85, 1.0);
}

#[test]
fn siblings_are_near() {
    check('刁', '刀', 0.6, 0.95);
    check('来', '米', 0.6, 0.95);
}

#[test]
fn strangers_have_no_similarity() {
    let shapes = Shapes::embedded();
    for (a, b) in [('镇', '一'), ('刁', 'x'), ('x', 'x')] {
        assert_eq!(shapes.similarity(a, b), None, "{a}/{b}");
        assert_eq!(rank(a, b), None, "{a}/{b}");
    }
    assert!(shapes.look_alikes('x').next().is_none());
}

#[test]
fn a_character_is_like_itself_and_no_look_alike_of_its_own() {
    assert_eq!(Shapes::embedded().similarity('刁', '刁'), Some(1.0));
    assert_eq!(rank('刁', '刁'), None);
}

#[test]
fn what_shares_a_component_is_among_the_nearest() {
    for (a, b) in [('域', '城'), ('涧', '润'), ('官', '宫'), ('莱', '菜'), ('茌', '在')] {
        assert!(rank(a, b).is_some_and(|rank| rank < 20), "{a}/{b} {:?}", rank(a, b));
    }
}

#[test]
fn look_alikes_come_nearest_first_and_agree_with_the_similarity() {
    let shapes = Shapes::embedded();
    assert!(shapes.characters().count() > 6500);
    for c in shapes.characters().step_by(7) {
        let near: Vec<(char, f64)> = shapes.look_alikes(c).collect();
        assert!(near.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{c} {near:?}");
        for (other, similarity) in near {
            assert_ne!(other, c);
            assert_eq!(shapes.similarity(c, other), Some(similarity));
        }
    }
}

#[test]
fn characters_that_no_engine_was_shown_have_a_shape_and_are_no_reading() {
    let shapes = Shapes::embedded();
    assert!(!shapes.characters().any(|c| c == '龘'));
    assert!(shapes.look_alikes('龘').next().is_some());
    assert_eq!(shapes.log_misread('龘', '龙'), None);
}

#[test]
fn the_probabilities_of_misreadings_add_up_to_one() {
    let shapes = Shapes::embedded();
    for truth in "域干目的刁镇".chars() {
        let others = shapes.characters().filter(|&read| read != truth);
        let sum: f64 = others.filter_map(|read| shapes.log_misread(truth, read)).map(f64::exp).sum();
        // Points are rounded to whole steps.
        assert!((0.8..1.25).contains(&sum), "{truth} {sum}");
    }
}

#[test]
fn look_alikes_that_were_worked_out_beforehand_are_those_of_the_shapes() {
    let table = include_bytes!("../../dictionaries/shapes.bin").as_slice();
    let worked_out = Shapes::from_bytes(table, Path::new("shapes.bin")).unwrap();
    for c in "刀未的一龥〇".chars() {
        let alike = |shapes: &Shapes| shapes.look_alikes(c).collect::<Vec<_>>();
        assert_eq!(alike(Shapes::embedded()), alike(&worked_out), "{c}");
    }
}
