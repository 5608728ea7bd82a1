use std::time::{Duration, Instant};

use kanwu::adapter::opencc::Configuration;
use kanwu::correction::{Rule, StageName};
use kanwu::stage::{Script, Stage};
use kanwu::text::is_han;
use proptest::prelude::*;

use super::{changes, read};
use crate::support::{self, growth};

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

/// Checks that the stage takes twice as long where `unit` stands twice as often.
#[track_caller]
fn check_linear(unit: &str) {
    check_stage(support::stage(StageName::Confusables).as_ref(), "", unit, "");
}

/// Checks that `stage` does with `unit` again and again between `begun` and `ended`.
#[track_caller]
fn check_stage(stage: &dyn Stage, begun: &str, unit: &str, ended: &str) {
    let page = |size: usize| [begun, &unit.repeat(size / unit.len()), ended].concat();
    let name = format!("{}: {begun}{unit}…{ended}", stage.name().code());
    growth::check_linear(&name, page, |text| stage.propose(text, &mut Vec::new()));
}

#[test]
fn a_long_line_takes_time_as_it_is_long() {
    check_linear("全县工业产值实现了新容破，同比增长8.3%。");
}

#[test]
fn a_long_run_without_a_mark_takes_time_as_it_is_long() {
    check_linear("经济杜会发展和生态坏境保护");
}

#[test]
fn a_line_of_suspicious_characters_takes_time_as_it_is_long() {
    check_linear("杜坏戍没容凋沦凤寻");
    check_linear("龘靐齉");
}

#[test]
fn many_lines_take_time_as_they_are_many() {
    check_linear("经济杜会发展\n");
}

#[test]
fn marks_take_time_as_they_are_many() {
    let stage = support::stage(StageName::Punctuation);
    let check = |begun, unit, ended| check_stage(stage.as_ref(), begun, unit, ended);
    check("今日", "《人)", "");
    check("今日", "<人", "");
    check("今日", "<1", "");
    check("“今日", "'人家'，", "。”");
    check("今日", "，，人", "");
}

#[test]
fn marks_inside_one_another_take_time_as_they_are_many() {
    let stage = support::stage(StageName::Punctuation);
    for (opens, closes) in [("《人", "人)"), ("‹人", "人›"), ("今(", "人> ")] {
        let page = |size: usize| {
            let times = size / (opens.len() + closes.len());
            opens.repeat(times) + &closes.repeat(times)
        };
        growth::check_linear(opens, page, |text| stage.propose(text, &mut Vec::new()));
    }
}

#[test]
fn long_numbers_take_time_as_they_are_long() {
    let stage = support::stage(StageName::Numerals);
    let check = |begun, unit, ended| check_stage(stage.as_ref(), begun, unit, ended);
    check("今年投资", "1O", "万元。");
    check("今年", "11１", "");
    check("今", "123，", "456万元");
    let listed = |size: usize| ["今", &"1，".repeat(size / 8), &"1：".repeat(size / 8), "1"].concat();
    growth::check_linear("commas, then colons", listed, |text| stage.propose(text, &mut Vec::new()));
}

#[test]
fn a_long_sentence_is_converted_in_time_as_it_is_long() {
    for configuration in [Configuration::T2s, Configuration::S2twp] {
        let script = Script::new(configuration).unwrap();
        for unit in ["鼠标信息网络软件发後", "今日鼠标，"] {
            check_stage(&script, "", unit, "");
        }
    }
}

#[test]
fn a_pair_may_stand_more_often_than_sixteen_bits_can_count() {
    let text = format!("{}经济杜会发展", "杜会".repeat(70_000));
    let begun = Instant::now();
    support::stage(StageName::Confusables).propose(&text, &mut Vec::new());
    assert!(begun.elapsed() < Duration::from_secs(60));
}
