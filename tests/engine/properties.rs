use std::time::{Duration, Instant};

use kanwu::correction::{Rule, StageName};
use kanwu::text::is_han;
use proptest::prelude::*;

use super::{changes, read};
use crate::support;

/// Characters that the tables confuse, words around them, and what no table knows.
#[rustfmt::skip]
const ALPHABET: &[&str] = &[
    "新容破", "绩效等理", "人住", "末来", "年未", "自已", "杜会", "人委", "安全理事", "党市", "的", "了", "在", "全县", "工业",
    "已", "己", "巳", "人", "入", "大", "天", "太", "土", "士", "干", "千", "于", "日", "曰", "目", "未", "末", "一", "二",
    "龘", "靐", "齉", "𠀀", "𪛖", "國", "縣", "，", "。", "“", "”", "（", "1990．5", "12", "A", "Ａ", " ", "\u{3000}", "\n", "\r\n",
    "😀", "👨‍👩‍👧", "e\u{301}", "\u{301}", "\u{fffd}", "\0", "\u{200b}", "\u{202e}", "한", "か",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(ALPHABET), 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn changes_rise_do_not_meet_and_change_chinese_characters_only(text in text()) {
        let line = read(&text);
        let found = changes(&line);
        let mut end = 0;
        for change in &found {
            prop_assert!(change.start >= end && change.end > change.start && change.end <= line.letters().len());
            prop_assert!(line.letters()[change.start..change.end].iter().all(|letter| letter.is_han));
            let read: String = line.letters()[change.start..change.end].iter().map(|letter| letter.c).collect();
            prop_assert!(!change.instead.is_empty() && change.instead.chars().all(is_han) && change.instead != read);
            end = change.end;
        }
        prop_assert_eq!(found, changes(&line));
    }

    #[test]
    fn what_is_proposed_lies_in_the_text_apart_and_is_the_same_twice(text in text()) {
        let stage = support::stage(StageName::Confusables);
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        stage.propose(&text, &mut once);
        stage.propose(&text, &mut twice);
        prop_assert_eq!(&once, &twice);
        let mut end = 0;
        for correction in once {
            let span = correction.edit.span();
            prop_assert!(span.fits(&text) && span.start() >= end);
            let is_of_characters = correction.rule == Rule::MisreadCharacter;
            prop_assert!(span.of(&text).chars().all(|c| is_han(c) == is_of_characters), "{correction:?}");
            end = span.end();
        }
    }
}

/// How long the stage takes on `text`.
fn time(text: &str) -> Duration {
    let stage = support::stage(StageName::Confusables);
    let mut corrections = Vec::new();
    let start = Instant::now();
    stage.propose(text, &mut corrections);
    start.elapsed()
}

/// Checks that twice as much text takes about twice as long: a quadratic step would take four times as long.
#[track_caller]
fn check_linear(unit: &str, times: usize) {
    time(unit);
    let once = time(&unit.repeat(times)).max(Duration::from_millis(5));
    let eight = time(&unit.repeat(8 * times));
    assert!(eight < once * 30, "{times}: {once:?}, {}: {eight:?}", 8 * times);
}

#[test]
fn a_long_line_takes_time_as_it_is_long() {
    check_linear("全县工业产值实现了新容破，同比增长8.3%。", 400);
}

#[test]
fn a_long_run_without_a_mark_takes_time_as_it_is_long() {
    check_linear("经济杜会发展和生态坏境保护", 400);
}

#[test]
fn a_line_of_suspicious_characters_takes_time_as_it_is_long() {
    check_linear("杜坏戍没容凋沦凤寻", 100);
    check_linear("龘靐齉", 400);
}

#[test]
fn many_lines_take_time_as_they_are_many() {
    check_linear("经济杜会发展\n", 400);
}

#[test]
fn a_pair_may_stand_more_often_than_sixteen_bits_can_count() {
    let text = format!("{}经济杜会发展", "杜会".repeat(70_000));
    assert!(time(&text) < Duration::from_secs(60));
}
