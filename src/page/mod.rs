//! Bytes become pages.
//!
//! Text never fails: what cannot be decoded is a U+FFFD, and its place in the file is kept. Only a file that is no text
//! at all, a PDF or an image, is refused, and one whose text is markup.

mod binary;
mod decode;
mod detect;
mod encoding;
mod markup;
mod mojibake;
mod plausibility;

pub use decode::decode;
pub use encoding::{Encoding, Found, Origin};

/// One input document, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its name in all reports: the path relative to the folder that was named, with `/` between parts.
    pub name: String,
    /// The decoded text, without a byte-order mark.
    pub text: String,
    /// The encoding that it was decoded from, and how that was found.
    pub origin: Origin,
    /// Every place that could not be decoded, in the order of the file.
    pub damage: Vec<Damage>,
}

/// Bytes that could not be decoded; a U+FFFD stands for them in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Damage {
    /// Where they start in the file, in bytes.
    pub offset: usize,
}
