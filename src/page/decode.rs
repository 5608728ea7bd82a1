use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8};

use super::{Damage, Found, Origin, Page, binary, detect, markup, mojibake};
use crate::error::{Error, Result};

/// Decodes the page called `name` from the `bytes` of its file.
///
/// A byte-order mark decides; then the encoding that is given; then, for [`Encoding::Auto`](super::Encoding::Auto), the bytes themselves. Text
/// that was UTF-8, misread as GBK or as windows-1252 and saved again, is put right where nothing was lost.
///
/// # Errors
///
/// [`Error::Page`] when the bytes are no text (an image, a PDF, an archive), or a document of XML, HTML or JSON.
pub fn decode(name: impl Into<String>, bytes: &[u8], encoding: super::Encoding) -> Result<Page> {
    let name = name.into();
    if let Some(remedy) = binary::refuse(bytes) {
        return Err(Error::Page { problem: format!("{name} is {remedy}") });
    }
    let (text, mut origin, damage) = if let Some((marked, length)) = Encoding::for_bom(bytes) {
        read(bytes, length, marked, Found::ByteOrderMark)
    } else if let super::Encoding::Named(given) = encoding {
        read(bytes, 0, given, Found::Given)
    } else {
        find_and_read(bytes).ok_or_else(|| Error::Page { problem: format!("{name} is {}", binary::NO_TEXT) })?
    };
    if let Some(remedy) = markup::refuse(&text) {
        return Err(Error::Page { problem: format!("{name} is {remedy}") });
    }
    if damage.is_empty()
        && let Some((undone, misread_as)) = mojibake::undo(&text)
    {
        origin.misread_as = Some(misread_as);
        return Ok(Page { name, text: undone, origin, damage });
    }
    Ok(Page { name, text, origin, damage })
}

/// The text in the encoding that the bytes show. None when they are no text.
fn find_and_read(bytes: &[u8]) -> Option<(String, Origin, Vec<Damage>)> {
    // UTF-16 of Latin text is valid UTF-8 full of NULs.
    if memchr::memchr(0, bytes).is_none()
        && let Some(text) = valid_utf8(bytes)
    {
        return Some((text, Origin { encoding: UTF_8, found: Found::Valid, misread_as: None }, Vec::new()));
    }
    let (encoding, found) = detect::detect(bytes)?;
    Some(read(bytes, 0, encoding, found))
}

/// The text after the byte-order mark, which is `mark` bytes long.
fn read(bytes: &[u8], mark: usize, encoding: &'static Encoding, found: Found) -> (String, Origin, Vec<Damage>) {
    let origin = Origin { encoding, found, misread_as: None };
    let valid = if encoding == UTF_8 { valid_utf8(&bytes[mark..]) } else { None };
    let (text, damage) = valid.map_or_else(|| decode_damaged(bytes, mark, encoding), |text| (text, Vec::new()));
    (text, origin, damage)
}

/// `bytes` as they are. The library checks them fifteen times as fast as the standard one does, which outweighs a copy.
fn valid_utf8(bytes: &[u8]) -> Option<String> {
    UTF_8.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

fn decode_damaged(bytes: &[u8], mark: usize, encoding: &'static Encoding) -> (String, Vec<Damage>) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    // Two bytes of GB18030, Big5 or UTF-16 are three of UTF-8.
    let mut text = String::with_capacity(bytes.len() / 2 * 3 + 16);
    let (mut damage, mut at) = (Vec::new(), mark);
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return (text, damage),
            DecoderResult::OutputFull => text.reserve(bytes.len() - at + 16),
            DecoderResult::Malformed(length, after) => {
                damage.push(Damage { offset: at - usize::from(length) - usize::from(after) });
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}
