use encoding_rs::{GB18030, UTF_16LE};
use kanwu::page;
use proptest::prelude::*;

use super::{NEWS, decode, encode};

fn offsets(page: &page::Page) -> Vec<usize> {
    page.damage.iter().map(|damage| damage.offset).collect()
}

#[test]
fn a_byte_that_is_no_gb18030_becomes_one_mark_and_the_rest_is_whole() {
    let mut bytes = encode(NEWS, GB18030);
    bytes.insert(20, 0xFF);
    bytes.insert(61, 0xFF);
    let page = decode(bytes);
    assert_eq!(page.text.replace('\u{FFFD}', ""), NEWS);
    assert_eq!(offsets(&page), [20, 61]);
}

#[test]
fn a_lead_byte_without_its_trail_leaves_the_line_end() {
    let mut bytes = encode("春耕生产现场会召开\n各乡镇负责人参加\n", GB18030);
    bytes.remove(17);
    let page = decode(bytes);
    assert_eq!(page.text, "春耕生产现场会召\u{FFFD}\n各乡镇负责人参加\n");
    assert_eq!(offsets(&page), [16]);
}

#[test]
fn utf16_of_an_odd_length_ends_in_one_mark() {
    let mut bytes = encode(NEWS, UTF_16LE);
    bytes.push(0x4E);
    let page = decode(&bytes);
    assert_eq!(page.text, format!("{NEWS}\u{FFFD}"));
    assert_eq!(offsets(&page), [bytes.len() - 1]);
    let page = decode([b"\xff\xfe", &bytes[..]].concat());
    assert_eq!(offsets(&page), [bytes.len() + 1], "the mark counts as bytes of the file");
}

#[test]
fn half_a_surrogate_pair_becomes_one_mark() {
    let page = decode(b"\xff\xfe\x40\xd8\x2d\x4e");
    assert_eq!((page.text.as_str(), offsets(&page)), ("\u{FFFD}中", vec![2]));
}

#[test]
fn bad_places_of_utf8_are_counted_in_bytes_of_the_file() {
    let page = decode(b"\xef\xbb\xbf\xe7\x94\xb2\xff\xe4\xb9\x99\xe4\xb8");
    assert_eq!((page.text.as_str(), offsets(&page)), ("甲\u{FFFD}乙\u{FFFD}", vec![6, 10]));
}

#[test]
fn a_mark_that_stands_in_the_file_is_no_damage() {
    assert!(decode("甲\u{FFFD}乙").damage.is_empty());
}

proptest! {
    #[test]
    fn any_bytes_decode_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(page) = page::decode("a", &bytes, page::Encoding::Auto) {
            let marks = page.text.matches('\u{FFFD}').count();
            prop_assert!(page.damage.len() <= marks);
            prop_assert!(page.damage.windows(2).all(|pair| pair[0].offset < pair[1].offset));
            prop_assert!(page.damage.iter().all(|damage| damage.offset < bytes.len()));
        }
    }

    #[test]
    fn any_bytes_decode_in_a_named_encoding(bytes in prop::collection::vec(any::<u8>(), 0..100), name in 0..6usize) {
        let name = ["gb18030", "big5", "utf-8", "utf-16le", "shift_jis", "euc-jp"][name];
        let encoding = page::Encoding::from_name(name).unwrap();
        if let Ok(page) = page::decode("a", &bytes, encoding) {
            prop_assert!(page.damage.len() <= page.text.matches(char::REPLACEMENT_CHARACTER).count(), "a mark for each");
        }
    }
}
