//! `kanwu.toml`: found, read, and told where it is wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, IntoDeserializer as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::values::{
    EncodingName, FormatName, FurnitureName, Jobs, Probability, Script, Size, Stage, Value, did_you_mean,
};

/// The name of the file of settings.
const FILE: &str = "kanwu.toml";

/// What `kanwu.toml` may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct File {
    pub(crate) min_confidence: Option<Value<Probability>>,
    #[serde(deserialize_with = "list")]
    pub(crate) dictionary: Vec<PathBuf>,
    #[serde(deserialize_with = "list")]
    pub(crate) confusions: Vec<PathBuf>,
    #[serde(deserialize_with = "list")]
    pub(crate) reviewed: Vec<PathBuf>,
    #[serde(deserialize_with = "list")]
    pub(crate) calibration: Vec<PathBuf>,
    #[serde(deserialize_with = "list")]
    pub(crate) region: Vec<String>,
    pub(crate) script: Option<Value<Script>>,
    pub(crate) furniture: Option<Value<FurnitureName>>,
    #[serde(deserialize_with = "list")]
    pub(crate) only: Vec<Value<Stage>>,
    #[serde(deserialize_with = "list")]
    pub(crate) skip: Vec<Value<Stage>>,
    pub(crate) format: Option<Value<FormatName>>,
    pub(crate) field: Option<String>,
    pub(crate) with_corrections: Option<bool>,
    pub(crate) encoding: Option<Value<EncodingName>>,
    pub(crate) max_page_size: Option<Value<Size>>,
    pub(crate) jobs: Option<Value<Jobs>>,
    pub(crate) quiet: Option<bool>,
    #[serde(skip)]
    pub(crate) origin: Origin,
}

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// The file, where it was found in a folder above the working folder.
    pub(crate) above: Option<PathBuf>,
    /// The file and the line of each key.
    places: BTreeMap<String, String>,
}

impl Origin {
    /// The file and the line that set `key`.
    pub(crate) fn of(&self, key: &str) -> Option<&str> {
        self.places.get(key).map(String::as_str)
    }
}

/// Reads a list, or a single string as a list of one.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct List<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string or a list of strings")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
            T::deserialize(text.into_deserializer()).map(|value| vec![value])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<T>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list))
        }
    }

    deserializer.deserialize_any(List(PhantomData))
}

impl File {
    /// The file that was `named`, or the one in the working folder or the nearest folder above it.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self> {
        if let Some(path) = named {
            return Self::read(path);
        }
        let folder = std::env::current_dir().context("cannot tell the working folder")?;
        let found = folder.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file());
        let Some(path) = found else { return Ok(Self::default()) };
        let mut file = Self::read(&path)?;
        file.origin.above = (path.parent() != Some(&folder)).then_some(path);
        Ok(file)
    }

    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the settings {}", path.display()))?;
        Self::parse(&text, path)
    }

    /// What `text` says, which stands in the file at `path`.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self> {
        let mut file: Self = toml::from_str(text).map_err(|error| located(path, text, &error))?;
        // Paths in a file are meant from where it lies, so that a project works from any of its folders.
        let folder = path.parent().unwrap_or(Path::new(""));
        let File { dictionary, confusions, reviewed, calibration, .. } = &mut file;
        for path in [dictionary, confusions, reviewed, calibration].into_iter().flatten() {
            *path = folder.join(&path);
        }
        file.origin.places = places(text, path);
        Ok(file)
    }
}

/// The place of each key of `text`, which stands in the file at `path`: there are no tables in it.
fn places(text: &str, path: &Path) -> BTreeMap<String, String> {
    let keys = (1..).zip(text.lines()).filter_map(|(line, text)| {
        let key = text.split_once('=')?.0.trim().trim_matches(['"', '\'']);
        Some((key.to_owned(), format!("{}:{line}", path.display())))
    });
    keys.collect()
}

/// `error` with the place in the file where it is.
fn located(path: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let message = error.message().trim_end();
    anyhow!("{}:{line}:{column}: {message}{}", path.display(), meant(message))
}

/// The key that was meant, where `message` says that there is none of that name: it quotes that, and those that there are.
fn meant(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = quoted.next().filter(|_| message.starts_with("unknown field"));
    unknown.map_or_else(String::new, |unknown| did_you_mean(unknown, quoted))
}
