use kanwu::knowledge::Confusions;

fn confusions() -> &'static Confusions {
    Confusions::embedded()
}

/// Checks that `read` is often read for `truth`, and stands in both lists.
#[track_caller]
fn check_often(truth: char, read: char) {
    let count = confusions().count(truth, read);
    assert!(count >= 5, "{truth} read as {read}: {count}");
    assert!(confusions().rendered(truth) > count);
    assert!(confusions().read_as(truth).any(|found| found == (read, count)));
    assert!(confusions().could_be(read).any(|found| found == (truth, count)));
}

#[test]
fn engines_confuse_these() {
    check_often('域', '城');
    check_often('干', '于');
    check_often('目', '自');
    check_often('；', '：');
}

#[test]
fn engines_do_not_confuse_those() {
    assert_eq!(confusions().count('镇', '的'), 0);
    assert_eq!(confusions().count('一', '一'), 0, "that was read right");
    assert_eq!(confusions().count('\u{FFFD}', '一'), 0);
    assert_eq!(confusions().rendered('\u{FFFD}'), 0);
}

#[test]
fn both_directions_agree_and_the_most_frequent_come_first() {
    let mut pairs = 0;
    for truth in ('\u{20}'..'\u{10000}').filter(|&c| confusions().read_as(c).next().is_some()) {
        let read: Vec<(char, u32)> = confusions().read_as(truth).collect();
        assert!(read.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{truth}");
        for &(read, count) in &read {
            assert!(count > 0 && read != truth);
            assert_eq!(confusions().count(truth, read), count);
            assert_eq!(confusions().could_be(read).filter(|&found| found == (truth, count)).count(), 1);
        }
        pairs += read.len();
    }
    assert!(pairs > 50_000, "{pairs}");
}
