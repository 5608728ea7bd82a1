//! Conversion between traditional and simplified script, by `OpenCC`.
//!
//! Two backends do the same: the `OpenCC` library (feature `opencc`), and `ferrous-opencc`, in Rust alone. The library
//! cannot take a NUL, so it never sees one.

use std::fmt;

use ferrous_opencc::config::BuiltinConfig;

use crate::error::{Error, Result};

/// What is converted to what, by `OpenCC`'s names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Configuration {
    /// Simplified to traditional.
    S2t,
    /// Traditional to simplified.
    T2s,
    /// Simplified to the forms of Taiwan.
    S2tw,
    /// The forms of Taiwan to simplified.
    Tw2s,
    /// Simplified to the forms and words of Taiwan.
    S2twp,
    /// The forms and words of Taiwan to those of the mainland.
    Tw2sp,
    /// Simplified to the forms of Hong Kong.
    S2hk,
    /// The forms of Hong Kong to simplified.
    Hk2s,
    /// Traditional to the forms of Taiwan.
    T2tw,
    /// The forms of Taiwan to `OpenCC`'s traditional ones.
    Tw2t,
    /// Traditional to the forms of Hong Kong.
    T2hk,
    /// The forms of Hong Kong to `OpenCC`'s traditional ones.
    Hk2t,
    /// Japanese forms to traditional.
    Jp2t,
    /// Traditional to Japanese forms.
    T2jp,
}

impl Configuration {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::S2t,
        Self::T2s,
        Self::S2tw,
        Self::Tw2s,
        Self::S2twp,
        Self::Tw2sp,
        Self::S2hk,
        Self::Hk2s,
        Self::T2tw,
        Self::Tw2t,
        Self::T2hk,
        Self::Hk2t,
        Self::Jp2t,
        Self::T2jp,
    ];

    /// `OpenCC`'s name for it, such as `t2s`.
    pub fn name(self) -> &'static str {
        match self {
            Self::S2t => "s2t",
            Self::T2s => "t2s",
            Self::S2tw => "s2tw",
            Self::Tw2s => "tw2s",
            Self::S2twp => "s2twp",
            Self::Tw2sp => "tw2sp",
            Self::S2hk => "s2hk",
            Self::Hk2s => "hk2s",
            Self::T2tw => "t2tw",
            Self::Tw2t => "tw2t",
            Self::T2hk => "t2hk",
            Self::Hk2t => "hk2t",
            Self::Jp2t => "jp2t",
            Self::T2jp => "t2jp",
        }
    }

    /// The configuration that goes by `name`; `simplified` is `t2s`, `traditional` is `s2t`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "simplified" => Some(Self::T2s),
            "traditional" => Some(Self::S2t),
            _ => Self::ALL.into_iter().find(|configuration| configuration.name() == name),
        }
    }

    /// Whether it gives simplified script.
    pub fn simplifies(self) -> bool {
        matches!(self, Self::T2s | Self::Tw2s | Self::Tw2sp | Self::Hk2s)
    }

    /// Whether it puts other words, of other lengths, for those that one script prefers.
    pub fn replaces_words(self) -> bool {
        matches!(self, Self::S2twp | Self::Tw2sp)
    }

    fn in_rust(self) -> BuiltinConfig {
        match self {
            Self::S2t => BuiltinConfig::S2t,
            Self::T2s => BuiltinConfig::T2s,
            Self::S2tw => BuiltinConfig::S2tw,
            Self::Tw2s => BuiltinConfig::Tw2s,
            Self::S2twp => BuiltinConfig::S2twp,
            Self::Tw2sp => BuiltinConfig::Tw2sp,
            Self::S2hk => BuiltinConfig::S2hk,
            Self::Hk2s => BuiltinConfig::Hk2s,
            Self::T2tw => BuiltinConfig::T2tw,
            Self::Tw2t => BuiltinConfig::Tw2t,
            Self::T2hk => BuiltinConfig::T2hk,
            Self::Hk2t => BuiltinConfig::Hk2t,
            Self::Jp2t => BuiltinConfig::Jp2t,
            Self::T2jp => BuiltinConfig::T2jp,
        }
    }
}

/// Converts text. One serves all threads.
pub struct Converter {
    configuration: Configuration,
    backend: Box<dyn Backend>,
}

trait Backend: Send + Sync {
    /// `text` converted; it holds no NUL.
    fn convert(&self, text: &str) -> String;
}

impl Converter {
    /// With the `OpenCC` library if the program was built with it, in Rust alone otherwise.
    ///
    /// # Errors
    ///
    /// [`Error::Table`] when the dictionaries of the configuration cannot be read.
    pub fn new(configuration: Configuration) -> Result<Self> {
        #[cfg(feature = "opencc")]
        return Self::with_library(configuration);
        #[cfg(not(feature = "opencc"))]
        Self::in_rust(configuration)
    }

    /// With the `OpenCC` library, whose dictionaries must be installed.
    ///
    /// # Errors
    ///
    /// [`Error::Table`] when they are not.
    #[cfg(feature = "opencc")]
    pub fn with_library(configuration: Configuration) -> Result<Self> {
        let file = format!("{}.json", configuration.name());
        match opencc_rust::OpenCC::new(&file) {
            Ok(library) => Ok(Self { configuration, backend: Box::new(Library(library)) }),
            Err(_) => Err(Error::Table {
                path: file.into(),
                problem: "OpenCC cannot load this configuration; install its dictionaries (Debian and Ubuntu: \
                          apt-get install libopencc-data), or build without the feature `opencc`"
                    .to_owned(),
            }),
        }
    }

    /// In Rust alone, with the dictionaries that are compiled in.
    ///
    /// # Errors
    ///
    /// [`Error::Table`] when they are damaged.
    pub fn in_rust(configuration: Configuration) -> Result<Self> {
        match ferrous_opencc::OpenCC::from_config(configuration.in_rust()) {
            Ok(converter) => Ok(Self { configuration, backend: Box::new(InRust(converter)) }),
            Err(error) => Err(Error::Table {
                path: format!("{}.json", configuration.name()).into(),
                problem: format!("the built-in dictionaries cannot be read ({error}); please report this"),
            }),
        }
    }

    /// What it converts to what.
    pub fn configuration(&self) -> Configuration {
        self.configuration
    }

    /// `text` converted.
    pub fn convert(&self, text: &str) -> String {
        let mut parts = text.split('\0');
        let mut converted = parts.next().map_or_else(String::new, |part| self.convert_part(part));
        for part in parts {
            converted.push('\0');
            converted.push_str(&self.convert_part(part));
        }
        converted
    }

    fn convert_part(&self, part: &str) -> String {
        if part.is_empty() { String::new() } else { self.backend.convert(part) }
    }
}

impl fmt::Debug for Converter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Converter").field("configuration", &self.configuration).finish_non_exhaustive()
    }
}

#[cfg(feature = "opencc")]
struct Library(opencc_rust::OpenCC);

#[cfg(feature = "opencc")]
impl Backend for Library {
    fn convert(&self, text: &str) -> String {
        // Never `convert_to_buffer`: it can write past its buffer.
        self.0.convert(text)
    }
}

struct InRust(ferrous_opencc::OpenCC);

impl Backend for InRust {
    fn convert(&self, text: &str) -> String {
        self.0.convert(text)
    }
}
