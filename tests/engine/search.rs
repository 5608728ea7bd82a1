use kanwu::knowledge::Attraction;

use super::{changes, read, search};

/// The changes of `text`, written as `新[容→突]破`.
fn marked(text: &str) -> String {
    let line = read(text);
    let letters = line.letters();
    let (mut marked, mut copied) = (String::new(), 0);
    for change in changes(&line) {
        let (start, end) = (letters[change.start].start, letters[change.end - 1].span().end());
        marked.extend([&text[copied..start], "[", &text[start..end], "→", &change.instead, "]"]);
        copied = end;
    }
    marked + &text[copied..]
}

#[track_caller]
fn check(wanted: &str) {
    assert_eq!(marked(&crate::support::unmarked(wanted)), wanted);
}

#[test]
fn a_misread_character_is_found_and_what_is_right_is_not() {
    check("全县工业产值实现了新[容→突]破");
    check("全县工业产值实现了新突破");
    check("我国经济[杜→社]会发展取得显著成就");
}

#[test]
fn two_errors_near_one_another_are_two_changes() {
    check("各级领导[于→干]部要深[人→入]基层调查研究");
    check("经济[杜→社]会发展和生态[坏→环]境保护同步推进");
}

#[test]
fn two_letters_become_one_and_one_becomes_two() {
    check("联合国安全理事[人委→会]的决议");
    check("坚决贯彻党[市→中央]的决策部署");
}

#[test]
fn a_line_without_what_engines_confuse_has_no_changes() {
    for text in ["", "。", "2024-10-08 GDP 8.3%", "国", "国家", "www.example.com", "😀👍", "\u{fffd}\u{fffd}"] {
        check(text);
    }
}

#[test]
fn changes_do_not_reach_over_blanks() {
    for text in ["经济 杜 会发展", "办理人 住手续，切 买加强", "联合国安全理事人 委的决议", "新 容 破 等 理 人 住"]
    {
        let line = read(text);
        let letters = line.letters();
        for change in changes(&line) {
            let read = &text[letters[change.start].start..letters[change.end - 1].span().end()];
            assert!(!read.contains(' '), "{read} in {text}");
        }
    }
}

#[test]
fn the_best_candidate_is_the_first_and_gains() {
    let line = read("全县工业产值实现了新容破");
    let candidates = search().candidates(&line, 10, 1, Attraction::Any);
    assert!(candidates[0].truth.iter().eq("突".chars()) && candidates[0].gain > 0.0, "{candidates:?}");
    assert!(candidates.windows(2).all(|pair| pair[0].gain >= pair[1].gain));
    assert_eq!(
        search().candidates(&line, line.letters().len() - 1, 2, Attraction::Any).len(),
        0,
        "nothing stands after it"
    );
}
