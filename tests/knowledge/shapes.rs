use kanwu::knowledge::Shapes;

#[track_caller]
fn check(a: char, b: char, least: f64, most: f64) {
    let shapes = Shapes::embedded();
    let similarity = shapes.similarity(a, b).unwrap_or_default();
    assert!((least..most).contains(&similarity), "{a}/{b} {similarity}");
    assert_eq!(shapes.similarity(b, a), shapes.similarity(a, b));
}

#[test]
fn twins_are_nearly_one() {
    check('未', '末', 0.9, 1.0);
    check('土', '士', 0.9, 1.0);
    check('己', '已', 0.9, 1.0);
}

#[test]
fn siblings_are_near() {
    check('刁', '刀', 0.7, 0.9);
    check('来', '米', 0.8, 0.95);
}

#[test]
fn strangers_are_not_in_the_lists() {
    assert_eq!(Shapes::embedded().similarity('镇', '一'), None);
    assert_eq!(Shapes::embedded().similarity('刁', 'x'), None);
    assert!(Shapes::embedded().look_alikes('x').next().is_none());
}

#[test]
fn a_character_is_like_itself() {
    assert_eq!(Shapes::embedded().similarity('刁', '刁'), Some(1.0));
    assert_eq!(Shapes::embedded().similarity('x', 'x'), None, "unknown to the table");
}

#[test]
fn look_alikes_come_nearest_first_and_agree_with_the_similarity() {
    let shapes = Shapes::embedded();
    assert!(shapes.characters().count() > 6900);
    for c in shapes.characters() {
        let near: Vec<(char, f64)> = shapes.look_alikes(c).collect();
        assert!(near.len() <= 20 && !near.is_empty(), "{c} {near:?}");
        assert!(near.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{c} {near:?}");
        for (other, similarity) in near {
            assert_ne!(other, c);
            assert_eq!(shapes.similarity(c, other), Some(similarity));
        }
    }
    assert!(shapes.look_alikes('刀').any(|(c, _)| c == '刁'));
}
