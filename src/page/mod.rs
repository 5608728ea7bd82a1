//! Bytes become pages.

/// One input document, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its name in all reports: the path relative to the folder that was named, with `/` between parts.
    pub name: String,
    /// The decoded text, without a byte-order mark.
    pub text: String,
    /// The encoding that it was decoded from, as the WHATWG names it.
    pub encoding: &'static str,
    /// What was done to the bytes before they were decoded, or could not be decoded.
    pub repairs: Vec<Damage>,
}

/// Bytes that could not be decoded; a U+FFFD stands for them in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Damage {
    /// Where they start in the file, in bytes.
    pub offset: usize,
}
