use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Failure;
use super::folder::{CORRECTIONS, FAILURES, PAGES, SOURCES, SUMMARY};
use super::page::{Entry, hash};
use super::record::{At, Context, Place};
use crate::correction::{Confidence, Evidence, Recorded, Rule, StageName, Verdict, Withheld};
use crate::{Error, Result};

/// A report that was written, to be read page by page.
pub struct Report {
    folder: PathBuf,
    corrections: File,
    sources: Option<File>,
}

/// A line of `corrections.jsonl` as it is read again; [`Record`](super::Record) says what its keys mean.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "they are the keys of `Record`")]
pub struct Line {
    pub page: String,
    pub id: usize,
    pub stage: StageName,
    pub rule: Rule,
    pub before: String,
    pub after: String,
    pub source: Place,
    pub clean: Place,
    pub context: Context,
    pub confidence: Confidence,
    pub verdict: String,
    pub evidence: Vec<Recorded>,
    pub withheld: Option<String>,
    pub overlaps: Option<Rule>,
    pub pass: usize,
    pub at: Option<At>,
    #[serde(rename = "move")]
    pub part_of_move: Option<u32>,
}

impl Line {
    /// Whether it stands in the clean text.
    pub fn is_applied(&self) -> bool {
        self.verdict == "applied"
    }

    /// How sure it was before any calibration.
    pub fn stated(&self) -> Confidence {
        let stated = |evidence: &Recorded| match serde_json::from_str(evidence.json()) {
            Ok(Evidence::Calibrated { stated }) => Some(stated),
            _ => None,
        };
        self.evidence.iter().find_map(stated).unwrap_or(self.confidence)
    }

    /// What became of it.
    pub fn verdict(&self) -> Verdict {
        match (self.verdict.as_str(), self.withheld.as_deref()) {
            ("applied", _) => Verdict::Applied,
            ("proposed", _) => Verdict::Proposed,
            (_, Some("overlaps")) => Verdict::Withheld(Withheld::Overlaps(self.overlaps.unwrap_or(self.rule))),
            (_, Some("rejected")) => Verdict::Withheld(Withheld::Rejected),
            (_, Some("depends")) => Verdict::Withheld(Withheld::Depends),
            _ => Verdict::Withheld(Withheld::BelowThreshold),
        }
    }
}

impl Report {
    /// The report in `folder`.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn open(folder: &Path) -> Result<Self> {
        let open = |name: &str| {
            let path = folder.join(name);
            File::open(&path).map_err(|source| Error::Read { path, source })
        };
        Ok(Self { folder: folder.to_owned(), corrections: open(CORRECTIONS)?, sources: open(SOURCES).ok() })
    }

    /// The folder that it lies in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// BLAKE3 of its `corrections.jsonl`, in hexadecimal digits: what decisions are bound to.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn hash(&self) -> Result<String> {
        let path = self.folder.join(CORRECTIONS);
        let read = |source| Error::Read { path: path.clone(), source };
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(File::open(&path).map_err(read)?).map_err(read)?;
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Its pages, in order.
    ///
    /// # Errors
    ///
    /// When `pages.jsonl` cannot be read; each entry, when it is not one.
    pub fn pages(&self) -> Result<impl Iterator<Item = Result<Entry>> + use<>> {
        entries(&self.folder)
    }

    /// The corrections of the page that `entry` is, in the order of their ids.
    ///
    /// # Errors
    ///
    /// When they cannot be read, or are damaged.
    pub fn corrections(&mut self, entry: &Entry) -> Result<Vec<Line>> {
        let lines = self.lines(entry)?;
        let damaged = |_| damaged(&self.folder.join(CORRECTIONS));
        lines.split_terminator('\n').map(|line| serde_json::from_str(line).map_err(damaged)).collect()
    }

    /// The decoded source of the page that `entry` is.
    ///
    /// # Errors
    ///
    /// When `sources.txt` cannot be read, was altered, or is missing, as in reports of earlier versions.
    pub fn source(&mut self, entry: &Entry) -> Result<String> {
        let path = self.folder.join(SOURCES);
        let Some(file) = &self.sources else {
            let problem = "is missing; clean the pages again to get a report that holds their sources".into();
            return Err(Error::Table { path, problem });
        };
        let source = entry.source_text.read(file).map_err(|source| Error::Read { path: path.clone(), source })?;
        if hash(&source) == entry.source_hash { Ok(source) } else { Err(damaged(&path)) }
    }

    /// Whether it holds the sources of its pages, which reports of earlier versions do not.
    pub(crate) fn has_sources(&self) -> bool {
        self.sources.is_some()
    }

    /// The settings that its pages were cleaned with, as `summary.json` has them, and how many files were passed over.
    ///
    /// # Errors
    ///
    /// When that cannot be read.
    pub fn settings(&self) -> Result<(Map<String, Value>, u64)> {
        let path = self.folder.join(SUMMARY);
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let summary: Value = serde_json::from_str(&text).map_err(|_| damaged(&path))?;
        let settings = summary["settings"].as_object().cloned().unwrap_or_default();
        Ok((settings, summary["passed_over"].as_u64().unwrap_or_default()))
    }

    /// How long `corrections.jsonl` is, in bytes.
    pub(crate) fn length(&self) -> Result<u64> {
        let length = self.corrections.metadata().map(|metadata| metadata.len());
        length.map_err(|source| Error::Read { path: self.folder.join(CORRECTIONS), source })
    }

    /// The lines of `corrections.jsonl` that are the page's.
    pub(super) fn lines(&mut self, entry: &Entry) -> Result<String> {
        let path = || self.folder.join(CORRECTIONS);
        entry.corrections.read(&self.corrections).map_err(|source| Error::Read { path: path(), source })
    }
}

/// The entries of `pages.jsonl` in the folder `report`, in order.
pub(crate) fn entries(report: &Path) -> Result<impl Iterator<Item = Result<Entry>> + use<>> {
    rows(report.join(PAGES), "not an entry of a page")
}

/// The pages that failed, in order.
pub(crate) fn failures(report: &Path) -> Result<impl Iterator<Item = Result<Failure>> + use<>> {
    rows(report.join(FAILURES), "not a failure")
}

/// The lines of a file of JSON Lines.
fn rows<T: DeserializeOwned>(path: PathBuf, wrong: &'static str) -> Result<impl Iterator<Item = Result<T>> + use<T>> {
    let file = File::open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
    Ok(BufReader::new(file).lines().enumerate().map(move |(index, line)| {
        let line = line.map_err(|source| Error::Read { path: path.clone(), source })?;
        serde_json::from_str(&line).map_err(|error| Error::Row {
            path: path.clone(),
            line: index + 1,
            problem: format!("{wrong}: {error}; clean the pages again to get a whole report"),
        })
    }))
}

fn damaged(path: &Path) -> Error {
    Error::Table {
        path: path.to_owned(),
        problem: "was altered since the report was written, or is damaged; clean the pages again to get a whole report"
            .into(),
    }
}
