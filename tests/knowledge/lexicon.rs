use kanwu::knowledge::{Class, Lexicon};
use kanwu::text::Span;
use proptest::prelude::*;

fn lexicon() -> &'static Lexicon {
    Lexicon::embedded()
}

fn at(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the part stands in the text");
    Span::new(start, start + part.len())
}

#[track_caller]
fn check_word(word: &str, class: Class, least: u32) {
    let found = lexicon().get(word).unwrap_or_else(|| panic!("{word} is a word"));
    assert_eq!(found.class, class, "{word}");
    assert!(found.count >= least, "{word} {}", found.count);
}

/// Checks that the most frequent word across the bar is `word`.
#[track_caller]
fn check_crosses(barred: &str, word: Option<&str>) {
    let (before, after) = barred.split_once('|').expect("a bar");
    let text = [before, after].concat();
    let crossing = lexicon().crosses(&text, before.len()).map(|(span, _)| span.of(&text).to_owned());
    assert_eq!(crossing.as_deref(), word, "{barred}");
    let across = lexicon()
        .across(before, after)
        .map(|(left, right, _)| [&before[before.len() - left..], &after[..right]].concat());
    assert_eq!(across.as_deref(), word, "{barred}");
}

#[test]
fn words_have_their_count_and_class() {
    check_word("发展", Class::Common, 100_000);
    check_word("党代会", Class::Common, 50);
    check_word("济南", Class::Place, 500);
    check_word("毛泽东", Class::Person, 500);
    check_word("国务院", Class::Organisation, 1000);
}

#[test]
fn a_common_word_in_a_place_is_no_name() {
    check_word("城镇", Class::Common, 1000);
    check_word("小镇", Class::Common, 100);
    check_word("城市", Class::Common, 1000);
    check_word("文明", Class::Common, 1000);
}

#[test]
fn what_is_no_word_is_not_found() {
    for no_word in ["刀镇", "容破", "的", "", "今天天气很好啊", "GDP"] {
        assert_eq!(lexicon().get(no_word), None, "{no_word}");
    }
}

#[test]
fn a_word_cut_in_two_crosses_the_seam() {
    check_crosses("召开党代|会，", Some("党代会"));
    check_crosses("第一议|题", Some("议题"));
    check_crosses("中华人民共|和国成立", Some("中华人民共和国"));
}

#[test]
fn nothing_crosses_between_words() {
    check_crosses("天气很好。|记者", None);
    check_crosses("党代会|召开", None);
    check_crosses("|党代会", None);
    check_crosses("党代会|", None);
}

#[test]
fn words_come_shortest_first_and_the_longest_last() {
    let text = "在中华人民共和国";
    let words: Vec<&str> = lexicon().words_at(text, 3).map(|(span, _)| span.of(text)).collect();
    assert_eq!(words, ["中华", "中华人民", "中华人民共和国"]);
    assert_eq!(lexicon().longest_at(text, 3).map(|(span, _)| span.of(text)), Some("中华人民共和国"));
    assert_eq!(lexicon().longest_at(text, 0), None);
}

#[test]
fn words_that_cover_a_span_overlap_it() {
    let text = "建设中国共产党的领导";
    let covering =
        |part: &str| -> Vec<&str> { lexicon().covering(text, at(text, part)).map(|(span, _)| span.of(text)).collect() };
    assert!(covering("共").contains(&"中国共产党"));
    assert!(covering("共").contains(&"共产党"));
    assert!(!covering("共").contains(&"中国"));
    assert!(!covering("共").contains(&"领导"));
}

proptest! {
    #[test]
    fn spans_are_words_of_the_text(
        characters in prop::collection::vec(prop::sample::select("党代会中华人民共和国成立，a \n刁镇𠀀".chars().collect::<Vec<_>>()), 0..30),
        offset in 0..120usize,
        length in 0..20usize,
    ) {
        let text: String = characters.into_iter().collect();
        let mut all: Vec<Span> = lexicon().words_at(&text, offset).map(|(span, _)| span).collect();
        all.extend(lexicon().longest_at(&text, offset).map(|(span, _)| span));
        if let Some((span, word)) = lexicon().crosses(&text, offset) {
            prop_assert!(span.start() < offset && offset < span.end());
            let (left, right, same) = lexicon().across(&text[..offset], &text[offset..]).expect("it crosses");
            prop_assert_eq!((Span::new(offset - left, offset + right), same), (span, word));
            all.push(span);
        }
        for (span, _) in lexicon().covering(&text, Span::new(offset, offset + length)) {
            prop_assert!(span.start() < offset + length || length == 0 && span.start() < offset);
            prop_assert!(span.end() > offset);
            all.push(span);
        }
        for span in all {
            prop_assert!(span.fits(&text) && lexicon().get(span.of(&text)).is_some());
        }
    }
}
