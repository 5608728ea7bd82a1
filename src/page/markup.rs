//! Text that is another format's: cleaned as a page, its markup would be corrected too.

use serde::de::IgnoredAny;

const MARKUP: &str =
    "XML or HTML, as hOCR, ALTO and PAGE are; have the OCR engine write plain text, or extract its text first";
const JSON: &str = "JSON; extract its text first, or give --format jsonl if each line is an object that holds a text";

/// What documents of markup begin with, in small letters.
const OPENINGS: [&str; 5] = ["<?xml", "<!doctype", "<html", "<alto", "<pcgts"];

/// What `text` is and what to do with it, when it is a document of markup or JSON.
pub(super) fn refuse(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match text.chars().next()? {
        '<' => is_markup(text).then_some(MARKUP),
        '{' | '[' => is_json(text).then_some(JSON),
        _ => None,
    }
}

fn is_markup(text: &str) -> bool {
    OPENINGS.iter().any(|opening| {
        let head = text.get(..opening.len()).filter(|head| head.eq_ignore_ascii_case(opening));
        head.is_some() && !text[opening.len()..].starts_with(|c: char| c.is_alphanumeric())
    })
}

/// Whether `text` is one document, or several after one another, down to the end. What holds no string, such as the
/// number of a page in brackets, is text.
fn is_json(text: &str) -> bool {
    let mut documents = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    text.contains('"') && documents.all(|document| document.is_ok())
}
