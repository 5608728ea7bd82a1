use encoding_rs::{BIG5, EUC_JP, Encoding, GB18030, SHIFT_JIS, WINDOWS_1252};
use kanwu::error::Error;
use kanwu::page::{self, Found};
use proptest::prelude::*;

use super::{HONG_KONG, JAPANESE, NEWS, REPUBLICAN, decode, encode, first};

/// Decodes the first characters of `source`, from each of its lines on, and counts how many of `lengths` go wrong.
#[track_caller]
fn check(source: &str, encoding: &'static Encoding, lengths: &[usize]) {
    for line in 0..source.lines().count() {
        let from: String = source.split_inclusive('\n').skip(line).collect();
        for &count in lengths {
            let text = first(&from, count);
            let page = decode(encode(&text, encoding));
            assert_eq!(page.text, text, "{} characters in {} read as {}", count, encoding.name(), page.origin);
            assert_eq!((page.origin.encoding, page.origin.found), (encoding, Found::Detected));
        }
    }
}

#[test]
fn simplified_news_in_gb18030() {
    check(NEWS, GB18030, &[4, 8, 16, 40, 400, 5000]);
}

#[test]
fn traditional_news_in_gb18030() {
    check(REPUBLICAN, GB18030, &[8, 16, 40, 400]);
}

#[test]
fn republican_news_in_big5() {
    check(REPUBLICAN, BIG5, &[4, 8, 16, 40, 400, 5000]);
}

#[test]
fn cantonese_in_big5_hkscs() {
    check(HONG_KONG, BIG5, &[8, 16, 40, 400]);
}

#[test]
fn japanese_in_its_two_encodings() {
    check(JAPANESE, SHIFT_JIS, &[16, 40, 400]);
    check(JAPANESE, EUC_JP, &[16, 40, 400]);
}

#[test]
fn french_and_german_in_windows_1252() {
    for text in [
        "Le café était fermé; les élèves ont dû déjeuner à l’école.\n",
        "Die Größe der Straße überraschte die Gäste; sie blieben draußen.\n",
        "déjà vu",
        "café",
        "He said “yes” and left…",
    ] {
        let page = decode(encode(text, WINDOWS_1252));
        assert_eq!((page.text.as_str(), page.origin.label().as_str()), (text, "windows-1252"));
    }
}

#[test]
fn a_long_latin_heading_does_not_hide_gb18030() {
    let text = format!("{}{NEWS}", "Shandong Daily, page 4, printed in Jinan.\n".repeat(400));
    assert_eq!(decode(encode(&text, GB18030)).text, text);
}

#[test]
fn one_line_without_a_line_end_is_enough() {
    let text: String = NEWS.chars().filter(|c| !c.is_ascii()).collect();
    for (encoding, text) in [(GB18030, text.repeat(100)), (BIG5, REPUBLICAN.replace('\n', "").repeat(100))] {
        assert_eq!(decode(encode(&text, encoding)).text, text);
    }
}

#[test]
fn gb18030_cut_within_its_last_character_is_not_windows_1252() {
    for (text, encoding) in [(NEWS, GB18030), (REPUBLICAN, BIG5)] {
        for count in [8, 16, 40] {
            let mut bytes = encode(&first(text, count), encoding);
            let whole = bytes.clone();
            bytes.pop();
            let page = decode(bytes);
            assert_eq!(page.origin.encoding, encoding, "{count}");
            let kept: String = first(text, count - 1);
            assert_eq!(page.text, kept.clone() + "\u{FFFD}", "{count}");
            assert_eq!(page.damage, [page::Damage { offset: encode(&kept, encoding).len() }]);
            assert_eq!(whole.len(), page.damage[0].offset + 2);
        }
    }
}

#[test]
fn a_name_chooses_the_encoding() {
    let named = |name| page::Encoding::from_name(name).unwrap();
    for name in ["gbk", "GB2312", "gb18030", "cp936", " GBK "] {
        let page = page::decode("a", &encode("春", GB18030), named(name)).unwrap();
        assert_eq!((page.text.as_str(), page.origin.found), ("春", Found::Given));
    }
    for name in ["big5", "Big5-HKSCS", "big5hkscs", "cp950"] {
        assert_eq!(page::decode("a", &encode("嘅", BIG5), named(name)).unwrap().text, "嘅");
    }
    assert_eq!(named("auto"), page::Encoding::Auto);
}

#[test]
fn an_unknown_name_is_an_error_that_lists_some() {
    for name in ["gb-18031", "", "replacement", "hz-gb-2312"] {
        let error = page::Encoding::from_name(name).unwrap_err();
        assert!(matches!(&error, Error::Usage(message) if message.contains("gb18030") && message.contains(name)));
    }
}

#[test]
fn a_byte_order_mark_outweighs_the_name() {
    let page = page::decode("a", "\u{FEFF}甲".as_bytes(), page::Encoding::from_name("gbk").unwrap()).unwrap();
    assert_eq!(page.text, "甲");
}

proptest! {
    #[test]
    fn what_was_encoded_decodes_under_the_same_name(text in "[一-龥，。a-z0-9\n]{0,60}", name in 0..5usize) {
        let name = ["gb18030", "gbk", "utf-8", "utf-16le", "utf-16be"][name];
        let encoding = page::Encoding::from_name(name).unwrap();
        let page::Encoding::Named(encoder) = encoding else { unreachable!("{name} is a name") };
        let page = page::decode("a", &encode(&text, encoder), encoding).unwrap();
        prop_assert_eq!(page.text, text);
    }
}
