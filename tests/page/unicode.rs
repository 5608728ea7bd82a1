use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use kanwu::page::Found;

use super::{NEWS, REPUBLICAN, decode, encode, first};

#[test]
fn an_empty_file_is_an_empty_page() {
    let page = decode("");
    assert_eq!((page.text.as_str(), page.origin.label().as_str()), ("", "UTF-8"));
}

#[test]
fn valid_utf8_stays_as_it_is() {
    for text in
        [NEWS, REPUBLICAN, "plain\n", "Le café d’été, déjà à l’œuvre.\n", "Größe übt Maß\n", "甲", "é", "\u{FFFD}"]
    {
        let page = decode(text);
        assert_eq!((page.text.as_str(), page.origin.found), (text, Found::Valid));
        assert!(page.damage.is_empty());
    }
}

#[test]
fn a_byte_order_mark_decides_and_goes() {
    for (mark, encoding) in [(&b"\xef\xbb\xbf"[..], UTF_8), (b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        for count in [0, 1, 8, 16, 40, 400] {
            let text = first(NEWS, count);
            let page = decode([mark, &encode(&text, encoding)].concat());
            assert_eq!(page.text, text);
            assert_eq!((page.origin.encoding, page.origin.found), (encoding, Found::ByteOrderMark));
        }
    }
}

#[test]
fn utf16_without_a_mark_is_recognised_in_both_orders() {
    for encoding in [UTF_16LE, UTF_16BE] {
        for source in [NEWS, REPUBLICAN, "Plain Latin text, page 12.\n"] {
            for count in [4, 8, 16, 40, 400, 4000] {
                let text = first(source, count);
                let page = decode(encode(&text, encoding));
                assert_eq!(page.text, text, "{} at {count}", encoding.name());
                assert_eq!((page.origin.encoding, page.origin.found), (encoding, Found::Detected));
            }
        }
    }
}

#[test]
fn letters_in_even_number_are_not_utf16() {
    for text in ["Bush hid the facts", "this app can break", "ab", "AAAA", "NNNN"] {
        assert_eq!(decode(text).text, text);
    }
}

#[test]
fn a_nul_in_utf8_is_text() {
    for text in ["甲\0乙", "a\0b", "\0", "县\0城\0南\0门\0外", "end of file\n\0\0\0\0\0\0\0\0"] {
        assert_eq!(decode(text).text, text, "{text:?}");
    }
}

#[test]
fn utf8_with_a_stray_byte_is_still_utf8() {
    let mut bytes = NEWS.as_bytes().to_vec();
    bytes.insert(30, 0xFF);
    let page = decode(bytes);
    assert_eq!(page.origin.encoding, UTF_8);
    assert_eq!(page.text.replacen('\u{FFFD}', "", 1), NEWS);
}

#[test]
fn utf8_cut_within_its_last_character_is_still_utf8() {
    for count in [4, 8, 40, 400] {
        let whole = first(NEWS, count);
        let cut = &whole.as_bytes()[..whole.len() - 1];
        if !whole.ends_with(|c: char| c.is_ascii()) {
            let page = decode(cut);
            assert_eq!(page.origin.encoding, UTF_8);
            assert!(page.text.ends_with('\u{FFFD}'));
            assert_eq!(page.damage.len(), 1);
        }
    }
}
