use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::{Error, Result};

/// The encoding that a page is to be decoded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Found from the bytes of each page.
    #[default]
    Auto,
    /// This one, for every page that has no byte-order mark.
    Named(&'static encoding_rs::Encoding),
}

/// Names that Windows and HKSCS use and the WHATWG does not list.
const ALIASES: [(&str, &str); 6] = [
    ("cp936", "gbk"),
    ("cp950", "big5"),
    ("cp932", "shift_jis"),
    ("cp1252", "windows-1252"),
    ("big5hkscs", "big5-hkscs"),
    ("utf16", "utf-16"),
];

impl Encoding {
    /// The encoding that goes by `name`, in upper or lower case: `auto`, or any label of the WHATWG's Encoding Standard.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when no encoding goes by that name.
    pub fn from_name(name: &str) -> Result<Self> {
        let name = name.trim().to_ascii_lowercase();
        if name == "auto" {
            return Ok(Self::Auto);
        }
        let label = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, label)| label);
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Self::Named).ok_or_else(|| {
            Error::Usage(format!(
                "no encoding is called `{name}`; try auto, utf-8, gb18030, gbk, big5, utf-16le, utf-16be, shift_jis or euc-jp"
            ))
        })
    }
}

/// The encoding of a page, and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The encoding of the file.
    pub encoding: &'static encoding_rs::Encoding,
    /// How it was found.
    pub found: Found,
    /// The text was UTF-8 that some program had misread as this encoding and saved; that was undone.
    pub misread_as: Option<&'static encoding_rs::Encoding>,
}

/// How a page's encoding was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The file starts with a byte-order mark.
    ByteOrderMark,
    /// The file is valid UTF-8.
    Valid,
    /// The bytes look like it.
    Detected,
    /// The user named it.
    Given,
}

impl Origin {
    /// As reports name it: `UTF-8`, `GB18030`, `UTF-8 misread as GBK`.
    pub fn label(&self) -> String {
        match self.misread_as {
            Some(misread_as) => format!("UTF-8 misread as {}", name(misread_as)),
            None => name(self.encoding).to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.label())
    }
}

fn name(encoding: &'static encoding_rs::Encoding) -> &'static str {
    if encoding == encoding_rs::GB18030 { "GB18030" } else { encoding.name() }
}
