//! Bytes become pages.

use crate::{Error, Result};

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

/// The encoding that a page is to be decoded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Found from the bytes of each page.
    #[default]
    Auto,
    /// The same for every page that has no byte-order mark.
    Named(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The encoding that goes by `name`: `auto`, or a label of the WHATWG's encoding standard.
    ///
    /// # Errors
    ///
    /// When no encoding goes by that name.
    pub fn from_name(name: &str) -> Result<Self> {
        if name.eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        encoding_rs::Encoding::for_label(name.as_bytes()).map(Self::Named).ok_or_else(|| {
            Error::Usage(format!("no encoding is called `{name}`; try auto, utf-8, gb18030, big5 or utf-16le"))
        })
    }
}

/// The encoding of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The encoding of the file.
    pub encoding: &'static encoding_rs::Encoding,
}

impl Origin {
    /// As reports name it.
    pub fn label(&self) -> String {
        self.encoding.name().to_owned()
    }
}

/// Decodes `bytes`.
///
/// # Errors
///
/// When the bytes are not text.
pub fn decode(name: impl Into<String>, bytes: &[u8], encoding: Encoding) -> Result<Page> {
    let name = name.into();
    if bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"%PDF-") {
        return Err(Error::Page { problem: format!("{name} is a binary file; give the text that OCR made of it") });
    }
    let given = if let Encoding::Named(given) = encoding { given } else { encoding_rs::UTF_8 };
    let (text, encoding, _) = given.decode(bytes);
    Ok(Page { name, text: text.into_owned(), origin: Origin { encoding }, damage: Vec::new() })
}
