use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use serde::Deserialize;

use super::outputs::{has_report_name, is_report_file, path_of};
use super::{CleanLines, Format};
use crate::report::{self, Entry, Report, SOURCES, STATE};
use crate::{Error, Result};

/// What was found out about clean pages and their report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Pages that are what the report says they are.
    pub pages: u64,
    /// Pages of those that were moved, and found by their text.
    pub moved: u64,
    /// Corrections that were applied to them.
    pub applied: u64,
    /// All that does not hold.
    pub faults: Vec<Fault>,
}

/// Something that does not hold of a clean page or of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The page, or the file.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Proves that every page that the report in the folder `report` speaks of lies in the folder `clean`, and is the decoded
/// source with the corrections that the report calls applied and nothing else; that the report holds these sources, and
/// `clean` no other page.
///
/// A page is found by its path or, where it was moved, by the hash of its text.
///
/// # Errors
///
/// When the report or the folder cannot be read at all. A page that cannot be read is a fault.
pub fn verify(clean: &Path, report: &Path) -> Result<Verified> {
    let mut verified = Verified::default();
    for folder in [clean, report] {
        let state = folder.join(STATE);
        if state.exists() {
            let problem = "a run is writing here, or was stopped; wait for it, or go on with it with `clean --resume`";
            verified.fault(&state.display().to_string(), problem);
        }
    }
    let mut files = files(clean, Some(report))?;
    let mut read_report = Report::open(report)?;
    if !read_report.has_sources() {
        verified.fault(SOURCES, "is not there; without it the report cannot be reviewed or applied");
    }
    let (mut known, mut lost, mut lines) = (Counts::default(), Vec::new(), BTreeSet::new());
    let mut end = 0;
    for entry in read_report.pages()? {
        let entry = entry?;
        known.add(&entry);
        if entry.corrections.offset != end {
            verified.fault(&entry.page, "corrections.jsonl has lines before its own that are no page's");
        }
        end = entry.corrections.offset + entry.corrections.length;
        if read_report.has_sources() && read_report.source(&entry).is_err() {
            verified.fault(SOURCES, &format!("does not hold the source of {}", entry.page));
        }
        if entry.source_line.is_some() {
            lines.insert(entry.page.rsplit_once(':').map_or(entry.page.as_str(), |(name, _)| name).to_owned());
            verified.pages += 1;
            verified.applied += entry.applied;
            continue;
        }
        let path = path_of(clean, report::path(&entry.page), Format::Text);
        match read(&path).filter(|text| report::hash(text) == entry.clean_hash) {
            Some(text) => {
                files.remove(&path);
                verified.page(&mut read_report, &entry, &text)?;
            }
            None => lost.push(entry),
        }
    }
    verified.found_again(lost, clean, &mut files, &mut read_report)?;
    verified.lines(&lines, clean, report, &mut files);
    for path in files {
        // A file of lines all of which failed is as it was, and the report names it only as a failure.
        let is_failed = Format::Jsonl.takes(&path);
        if !is_failed {
            verified.fault(&relative(&path, clean), "is no page that the report knows");
        }
    }
    if end != read_report.length()? {
        verified.fault("corrections.jsonl", "has lines after the last page's");
    }
    known.compare(report, &mut verified)?;
    Ok(verified)
}

impl Verified {
    fn fault(&mut self, name: &str, problem: &str) {
        self.faults.push(Fault { name: name.to_owned(), problem: problem.to_owned() });
    }

    /// Counts the page that `entry` is, whose clean text is `text`, or says what is wrong with it.
    fn page(&mut self, read_report: &mut Report, entry: &Entry, text: &str) -> Result<()> {
        if let Some(problem) = read_report.fault(entry, text)? {
            self.fault(&entry.page, problem);
        } else {
            self.pages += 1;
            self.applied += entry.applied;
        }
        Ok(())
    }

    /// Looks for pages that are not at their paths among the other `files`, by their text.
    fn found_again(
        &mut self,
        lost: Vec<Entry>,
        clean: &Path,
        files: &mut BTreeSet<PathBuf>,
        read_report: &mut Report,
    ) -> Result<()> {
        if lost.is_empty() {
            return Ok(());
        }
        let mut by_hash: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for path in files.iter().rev() {
            by_hash.entry(report::hash_file(path).unwrap_or_default()).or_default().push(path.clone());
        }
        for entry in lost {
            let own = path_of(clean, report::path(&entry.page), Format::Text);
            match by_hash.get_mut(&entry.clean_hash).and_then(Vec::pop) {
                Some(path) => {
                    files.remove(&path);
                    self.moved += 1;
                    self.page(read_report, &entry, &read(&path).unwrap_or_default())?;
                }
                None if files.remove(&own) => {
                    self.fault(&entry.page, "was altered since the report was written, or is of another run");
                }
                None => self.fault(&entry.page, "is not there"),
            }
        }
        Ok(())
    }

    /// The files of JSON Lines called `names`.
    fn lines(&mut self, names: &BTreeSet<String>, clean: &Path, report: &Path, files: &mut BTreeSet<PathBuf>) {
        for name in names {
            let path = path_of(clean, report::path(name), Format::Jsonl);
            files.remove(&path);
            let proven = match CleanLines::find(report, &path) {
                Ok(Some(lines)) => lines.restore(&mut io::sink()),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = proven {
                self.fault(name, &super::reason(&error));
            }
        }
    }
}

/// What `summary.json` says, counted again.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
struct Counts {
    pages: u64,
    changed: u64,
    corrections: Verdicts,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
struct Verdicts {
    applied: u64,
    proposed: u64,
    withheld: u64,
}

impl Counts {
    fn add(&mut self, entry: &Entry) {
        self.pages += 1;
        self.changed += u64::from(entry.source_hash != entry.clean_hash);
        self.corrections.applied += entry.applied;
        self.corrections.proposed += entry.proposed;
        self.corrections.withheld += entry.withheld;
    }

    fn compare(&self, report: &Path, verified: &mut Verified) -> Result<()> {
        let path = report.join("summary.json");
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
        match serde_json::from_str::<Self>(&text) {
            Ok(summary) if summary == *self => {}
            Ok(_) => verified.fault("summary.json", "counts other pages or corrections than the report holds"),
            Err(error) => verified.fault("summary.json", &format!("is damaged: {error}")),
        }
        Ok(())
    }
}

/// The files below `clean` that could be clean pages. Reports may lie there as well: this one, in the folder `report`, also
/// when it is damaged, and others.
pub(super) fn files(clean: &Path, report: Option<&Path>) -> Result<BTreeSet<PathBuf>> {
    let report = report.and_then(|report| report.canonicalize().ok());
    let in_this = |path: &Path| {
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        folder.is_some() && folder == report
    };
    let mut walk = WalkBuilder::new(clean);
    walk.standard_filters(false).follow_links(false);
    walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != STATE);
    let mut files = BTreeSet::new();
    for entry in walk.build() {
        let entry = entry
            .map_err(|error| Error::Read { path: clean.to_owned(), source: io::Error::other(error.to_string()) })?;
        let is_page = [Format::Text, Format::Jsonl].iter().any(|format| format.takes(entry.path()));
        let is_own = has_report_name(entry.path()) && (in_this(entry.path()) || is_report_file(entry.path()));
        if entry.file_type().is_some_and(|kind| kind.is_file()) && is_page && !is_own {
            files.insert(entry.into_path());
        }
    }
    Ok(files)
}

fn relative(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}
