//! Bytes become pages.

use crate::{Error, Result};

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

/// How pages are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// As each page's bytes suggest.
    #[default]
    Auto,
    /// All in one encoding.
    Given(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The encoding that goes by `name`: `auto`, or a label of the WHATWG's encoding standard.
    pub fn from_name(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("auto") {
            return Some(Self::Auto);
        }
        encoding_rs::Encoding::for_label(name.as_bytes()).map(Self::Given)
    }

    /// As settings name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Given(encoding) => encoding.name(),
        }
    }
}

/// Decodes `bytes`.
///
/// # Errors
///
/// When the bytes are not text.
pub fn decode(name: String, bytes: Vec<u8>, encoding: Encoding) -> Result<Page> {
    if bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"%PDF-") {
        return Err(Error::Page {
            problem: "this is a binary file, not text; give the text that OCR made of it".into(),
        });
    }
    let given = if let Encoding::Given(given) = encoding { given } else { encoding_rs::UTF_8 };
    let (text, encoding, _) = given.decode(&bytes);
    Ok(Page { name, text: text.into_owned(), encoding: encoding.name(), repairs: Vec::new() })
}
