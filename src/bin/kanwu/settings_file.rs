//! `kanwu.toml`: found, read, and told where it is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use serde::Deserialize;

use crate::values::{EncodingName, FormatName, FurnitureName, Jobs, Probability, Script, Size, Stage, Value};

/// The name of the file of settings.
const FILE: &str = "kanwu.toml";

/// What `kanwu.toml` may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct File {
    pub(crate) min_confidence: Option<Value<Probability>>,
    pub(crate) dictionary: Vec<PathBuf>,
    pub(crate) confusions: Vec<PathBuf>,
    pub(crate) reviewed: Vec<PathBuf>,
    pub(crate) calibration: Vec<PathBuf>,
    pub(crate) region: Vec<String>,
    pub(crate) script: Option<Value<Script>>,
    pub(crate) furniture: Option<Value<FurnitureName>>,
    pub(crate) only: Vec<Value<Stage>>,
    pub(crate) skip: Vec<Value<Stage>>,
    pub(crate) format: Option<Value<FormatName>>,
    pub(crate) field: Option<String>,
    pub(crate) with_corrections: Option<bool>,
    pub(crate) encoding: Option<Value<EncodingName>>,
    pub(crate) max_page_size: Option<Value<Size>>,
    pub(crate) jobs: Option<Value<Jobs>>,
    pub(crate) quiet: Option<bool>,
}

impl File {
    /// The file that was `named`, or the one in the working folder or the nearest folder above it.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self> {
        if let Some(path) = named {
            return Self::read(path);
        }
        let folder = std::env::current_dir().context("cannot tell the working folder")?;
        let found = folder.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file());
        found.map_or_else(|| Ok(Self::default()), |path| Self::read(&path))
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
        Ok(file)
    }
}

/// `error` with the place in the file where it is.
fn located(path: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    anyhow!("{}:{line}:{column}: {}", path.display(), error.message().trim_end())
}
