use encoding_rs::{GB18030, GBK, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;

use super::{HONG_KONG, JAPANESE, NEWS, REPUBLICAN, decode, encode, first};

/// What a program shows that takes `text` in UTF-8 for windows-1252, or for latin-1.
fn misread_as_latin(text: &str, latin_1: bool) -> String {
    if latin_1 {
        text.bytes().map(char::from).collect()
    } else {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }
}

/// What a program shows that takes `text` in UTF-8 for GBK; None when that loses something.
fn misread_as_gbk(text: &str) -> Option<String> {
    let (misread, lossy) = GBK.decode_without_bom_handling(text.as_bytes());
    (!lossy && GBK.encode(&misread).0 == text.as_bytes()).then(|| misread.into_owned())
}

#[test]
fn utf8_read_as_windows_1252_is_put_right() {
    for source in [NEWS, REPUBLICAN, HONG_KONG, JAPANESE] {
        for count in [4, 8, 40, 400] {
            let text = first(source, count);
            for latin_1 in [false, true] {
                let page = decode(misread_as_latin(&text, latin_1));
                assert_eq!(page.text, text);
                assert_eq!(page.origin.label(), "UTF-8 misread as windows-1252");
            }
        }
    }
    assert_eq!(decode("ä¸\u{AD}å›½").text, "中国");
    assert_eq!(decode(misread_as_latin("\u{FEFF}标题\n", false)).text, "标题\n", "a byte-order mark goes");
}

#[test]
fn utf8_read_as_gbk_is_put_right() {
    for text in [
        "中国",
        "新闻",
        "全县农业工作",
        "今年计划种植小麦三十二万亩，",
        "Page 12 全县农业工作\n经济发展\n人民政府农业生产\n",
    ] {
        let misread = misread_as_gbk(text).unwrap();
        for bytes in [misread.clone().into_bytes(), encode(&format!("\u{FEFF}{misread}"), UTF_16LE)] {
            let page = decode(bytes);
            assert_eq!((page.text.as_str(), page.origin.label().as_str()), (text, "UTF-8 misread as GBK"));
        }
        assert_eq!(decode(encode(&misread, GB18030)).text, text, "saved as GBK it is UTF-8 again");
    }
}

#[test]
fn what_lost_a_byte_stays() {
    let (misread, lossy) = GBK.decode_without_bom_handling("会议指出：\n今年我县\n".as_bytes());
    assert!(lossy);
    for text in [misread.into_owned(), misread_as_latin("全县农业", true).replace('\u{86}', "?")] {
        let page = decode(text.clone());
        assert_eq!((page.text, page.origin.misread_as), (text, None));
    }
}

#[test]
fn real_text_stays() {
    for text in [
        NEWS,
        REPUBLICAN,
        HONG_KONG,
        JAPANESE,
        "Le café « déjà vu », l’été… à Orléans — naïf, où, Noël, cœur, È!\n",
        "«Ça va?» «Très bien…» ½ ° § ¿Qué? ¡Olé! £5, 20 °C, ±3 µm, © 2024 ®\n",
        "Größe, Übung, „Straße“, süß, Äpfel – weiß\n",
        "åäö ÅÄÖ blåbärssoppa\n",
        "犇猋骉龘靐齉爩麤灪籱\n",
        "涓滴之水成海洋，浗浔澧沅\n",
        "鏉ㄦ\n",
        "璩鑫琛珏瑾璇 鑫淼焱垚 瀚灏澔\n",
        "魑魅魍魉，饕餮梼杌，髑髅骷髅。\n",
        "é…”",
        "chanté…» è…”",
        "联通",
        "淇变化",
        "ㄅㄆㄇㄈ",
        "★☆●◎◇",
        "①②③④ⅠⅡⅢ",
        "жизнь и мир\n",
    ] {
        let page = decode(text);
        assert_eq!((page.text.as_str(), page.origin.misread_as), (text, None));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn drawn_text_is_never_taken_for_mojibake(text in "[一-龥㐀-䶵，。a-z\u{E000}-\u{E765}]{0,12}") {
        prop_assert_eq!(decode(text.clone()).text, text);
    }

    #[test]
    fn drawn_latin_text_is_never_taken_for_mojibake(text in "[ -~à-ÿ«»“”‘’…–—\u{A0}-¿]{0,24}") {
        prop_assert_eq!(decode(text.clone()).text, text);
    }
}
