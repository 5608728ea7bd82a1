use encoding_rs::GB18030;
use kanwu::correction::{Policy, Rule, StageName, apply};
use kanwu::stage::{Characters, Stage};
use proptest::prelude::*;

use crate::support::{check, unmarked};

#[test]
fn each_manual_is_of_one_rule() {
    for rule in Rule::ALL.iter().filter(|rule| rule.stage() == StageName::Characters) {
        let mut corrections = Vec::new();
        Characters.propose(&unmarked(rule.manual().corrects), &mut corrections);
        assert!(corrections.iter().all(|correction| correction.rule == *rule), "{}", rule.code());
    }
}

#[test]
fn line_ends_become_lf() {
    check(&Characters, "甲[\r\n→\n]乙[\r→\n]丙[\u{85}→\n]丁[\u{2028}→\n]戊[\u{2029}→\n]己\n");
    check(&Characters, "甲[\r→\n][\r→\n]乙");
    check(&Characters, "甲\n[\r→\n]乙");
}

#[test]
fn a_line_end_converted_twice_is_one() {
    check(&Characters, "甲[\r\r\n→\n]乙[\r\r\n→\n]");
}

#[test]
fn page_breaks_beside_line_ends_go() {
    check(&Characters, "上\n[\u{c}→]下");
    check(&Characters, "上[\u{c}→]\n下");
    check(&Characters, "上[\r\n→\n][\u{c}→]下");
    check(&Characters, "[\u{c}→]上[\u{c}→\n]下[\u{c}→]");
    check(&Characters, "上[\u{c}\u{c}→\n]下[\u{b}→\n]左");
    check(&Characters, "上\n[\0→][\u{c}→]下");
}

#[test]
fn controls_go_and_tabs_stay() {
    check(&Characters, "甲[\0\0\0→][\u{1}→]乙\t丙[\u{1b}→][\u{7f}→][\u{80}→]丁[\u{1a}→]");
    check(&Characters, "\u{A0}·×÷°");
}

#[test]
fn invisible_characters_go_from_chinese_and_latin() {
    check(&Characters, "章[\u{200b}→]丘[\u{feff}→]区[\u{200d}→]刁[\u{ad}→]镇 news[\u{ad}→]paper a[\u{200c}→]b");
    check(&Characters, "[\u{202a}→]济南[\u{202c}→] [\u{200e}→]2024[\u{2060}→]年[\u{2066}→]");
    check(&Characters, "[\u{feff}\u{feff}→]标题");
}

#[test]
fn invisible_characters_stay_where_a_script_needs_them() {
    check(&Characters, "👨\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈");
    check(&Characters, "می\u{200c}خواهم क\u{94d}\u{200d}ष ភាសា\u{200b}ខ្មែរ");
    check(&Characters, "שלום \u{202a}Jinan\u{202c} עולם\n济南[\u{202a}→]");
    check(&Characters, "葛\u{e0100} ❤\u{fe0f}");
    check(&Characters, "好[\u{200d}→]👩");
}

#[test]
fn a_soft_hyphen_that_shows_becomes_a_hyphen() {
    check(&Characters, "news[\u{ad}→-]\npaper");
    check(&Characters, "章丘[\u{ad}→]\n刁镇");
}

#[test]
fn radicals_become_characters() {
    check(&Characters, "[⼭→山]东[⽇→日]报[⾦→金][⿓→龍] [⻓→长][⻋→车][⻔→门][⻢→马][⻰→龙][⺠→民]");
    check(&Characters, "⺮⻊⺁⻌⺡⿰〇");
}

#[test]
fn compatibility_ideographs_become_unified() {
    check(&Characters, "[\u{f900}→豈][\u{f9dc}→隆][\u{2f800}→丽]");
    check(&Characters, "\u{fa0e}\u{fa0f}\u{fa11}\u{fa29}");
}

#[test]
fn private_use_of_old_editions_becomes_real() {
    check(&Characters, "[\u{e5e5}→\u{3000}]甲[\u{e78d}→︐][\u{e796}→︙][\u{e816}→𠂇][\u{e864}→龻]");
    check(&Characters, "\u{e797}\u{e7c6}\u{e7c9}\u{e7f4}\u{e814}\u{e865}\u{f8ff}\u{f0000}");
}

/// The WHATWG's decoder leaves six of the last run at their private-use code points; those go by GB 18030-2022.
#[test]
fn private_use_agrees_with_the_decoder_of_gb18030() {
    const STILL_PRIVATE: [char; 6] = ['\u{e816}', '\u{e817}', '\u{e818}', '\u{e831}', '\u{e83b}', '\u{e855}'];
    let runs: [(u32, Vec<[u8; 2]>); 5] = [
        (0xE5E5, vec![[0xA3, 0xA0]]),
        (0xE78D, (0xD9..=0xDF).chain([0xEC, 0xED, 0xF3]).map(|trail| [0xA6, trail]).collect()),
        (0xE7C7, vec![[0xA8, 0xBC], [0xA8, 0xBF]]),
        (0xE7E7, (0x89..=0x95).map(|trail| [0xA9, trail]).collect()),
        (0xE815, (0x50..=0xA0).filter(|trail| *trail != 0x7F).map(|trail| [0xFE, trail]).collect()),
    ];
    for (first, bytes) in runs {
        for (private, pair) in (first..).filter_map(char::from_u32).zip(bytes) {
            let (real, _) = GB18030.decode_without_bom_handling(&pair);
            let revised = revise(&private.to_string());
            if STILL_PRIVATE.contains(&private) {
                assert_eq!(real, private.to_string());
                assert!(revised.chars().all(|c| c >= '\u{20000}'), "{private:?}");
            } else {
                assert_eq!(revised, real, "{private:?}");
            }
        }
    }
}

fn revise(text: &str) -> String {
    let mut corrections = Vec::new();
    Characters.propose(text, &mut corrections);
    apply(text, corrections, &Policy::default()).text
}

const ALPHABET: &[char] = &[
    '章',
    '，',
    'a',
    '\n',
    '\r',
    '\u{c}',
    '\u{b}',
    '\0',
    '\u{85}',
    '\u{2028}',
    '\u{200b}',
    '\u{200d}',
    '\u{ad}',
    '\u{feff}',
    '⻓',
    '⼭',
    '\u{e815}',
    '\u{e000}',
    '\u{f900}',
    '👩',
    '\u{202a}',
    '\u{5d0}',
    '”',
    '\u{2f800}',
];

proptest! {
    #[test]
    fn what_it_revised_it_leaves(text in prop::collection::vec(prop::sample::select(ALPHABET), 0..200)) {
        let once = revise(&text.into_iter().collect::<String>());
        prop_assert_eq!(revise(&once), once);
    }

    #[test]
    fn where_a_character_stands_in_the_text_does_not_matter(before in 0..200usize, index in 0..ALPHABET.len()) {
        let c = ALPHABET[index];
        let alone = revise(&format!("章{c}丘"));
        let text = revise(&format!("{}章{c}丘", "，".repeat(before)));
        prop_assert_eq!(text.trim_start_matches('，'), alone);
    }
}
