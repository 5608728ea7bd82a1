use encoding_rs::GB18030;
use kanwu::error::Error;
use kanwu::page;

use super::{NEWS, decode, encode};

#[track_caller]
fn refused(bytes: &[u8], says: &str) {
    for encoding in [page::Encoding::Auto, page::Encoding::Named(GB18030)] {
        let error = page::decode("2024/a.txt", bytes, encoding).unwrap_err();
        assert!(
            matches!(&error, Error::Page { problem } if problem.contains("2024/a.txt") && problem.contains(says)),
            "{error}"
        );
    }
}

#[test]
fn files_of_other_kinds_are_refused_with_a_remedy() {
    refused(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdftotext");
    refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "OCR");
    refused(b"\xff\xd8\xff\xe0\0\x10JFIF", "image");
    refused(b"RIFF\x24\0\0\0WEBPVP8 ", "image");
    refused(b"PK\x03\x04\x14\0\x06\0", "docx");
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "plain text");
    refused(b"\x1f\x8b\x08\0\0\0\0\0", "unpack");
    refused(b"\0\0\0\x20ftypisom", "video");
}

#[test]
fn documents_of_markup_are_refused_with_a_remedy() {
    refused(b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<alto/>", "ALTO");
    refused(b"\n <!DOCTYPE html>", "plain text");
    refused(b"<html><body title='image'>", "hOCR");
    refused(b"<PcGts xmlns='http://schema.primaresearch.org'>", "PAGE");
    refused(b"{\"text\": \"a,b\"}\n", "--format jsonl");
    refused(b"{\"text\": \"a\"}\n{\"text\": \"b\"}\n", "--format jsonl");
    refused(b"[{\"text\": \"a\"}]", "JSON");
    let utf_16: Vec<u8> = "\u{feff}<html>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    refused(&utf_16, "HTML");
}

#[test]
fn text_with_brackets_is_text() {
    let texts =
        ["<本报讯>今日", "<htmls>", "[1]\n", "[3] [4]", "{}", "[“刁镇”]", "[\"刁镇\"]今日", "{\"a\": 1", "今日<html>"];
    for text in texts {
        assert_eq!(decode(text).text, text);
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    // A linear congruential generator makes bytes as even as those of compressed data.
    let mut state = 1_u32;
    let mut noise = vec![0xC3, 0x28];
    noise.extend((0..4000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    }));
    let error = page::decode("a.bin", &noise, page::Encoding::Auto).unwrap_err();
    assert!(error.to_string().contains("--encoding"), "{error}");
    assert!(page::decode("a.bin", &[0; 4096], page::Encoding::Auto).is_err());
}

#[test]
fn text_about_such_files_is_text() {
    for text in ["PDF与PNG\n", "PK\n", "RIFF\n", "GIF图片\n", "BM\n"] {
        assert_eq!(decode(text).text, text);
    }
}

#[test]
fn text_with_many_controls_is_text() {
    let text = NEWS.replace('，', "\u{1}").replace('。', "\0");
    assert_eq!(decode(text.clone()).text, text);
    let bytes = encode(&text, GB18030);
    assert_eq!(decode(bytes).text, text);
}
