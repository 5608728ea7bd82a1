use std::fmt;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::page::Extent;
use super::{PageReport, Summary, json};
use crate::{Error, Result};

/// The names of the files that a report folder holds.
pub const FILES: [&str; 6] =
    ["corrections.jsonl", "pages.jsonl", "changes.diff", "failures.jsonl", "sources.txt", "summary.json"];

/// A page that could not be read, decoded or written: one line of `failures.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The page's name.
    pub page: String,
    /// Its file, as it was named or found.
    pub path: String,
    /// Why, and what to do.
    pub reason: String,
}

impl fmt::Display for Failure {
    /// The page and why it failed, the page named once.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, path, reason } = self;
        let named = reason.starts_with(&format!("{page} is ")) || reason.starts_with(&format!("cannot read {path}: "));
        if named { formatter.write_str(reason) } else { write!(formatter, "{page}: {reason}") }
    }
}

/// A report while it is written. Its files appear when it is finished, all of them whole.
pub struct Folder {
    path: PathBuf,
    corrections: Part,
    pages: Part,
    diff: Part,
    failures: Part,
    sources: Part,
}

impl Folder {
    /// In the folder `path`, which is made when there is none.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made or written to.
    pub fn create(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(|source| Error::Write { path: path.to_owned(), source })?;
        sweep(path);
        Ok(Self {
            path: path.to_owned(),
            corrections: Part::create(path)?,
            pages: Part::create(path)?,
            diff: Part::create(path)?,
            failures: Part::create(path)?,
            sources: Part::create(path)?,
        })
    }

    /// Adds the next page, in the order of the pages' names.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written to.
    pub fn add(&mut self, page: &PageReport) -> Result<()> {
        let mut entry = page.entry.clone();
        entry.corrections = Extent { offset: self.corrections.length, length: page.corrections.len() as u64 };
        entry.source_text = Extent { offset: self.sources.length, length: page.source.len() as u64 };
        self.corrections.write(&page.corrections)?;
        self.pages.write(&json::line(&entry)?)?;
        self.diff.write(&page.diff)?;
        self.sources.write(&page.source)
    }

    /// Adds a page that failed.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written to.
    pub fn fail(&mut self, failure: &Failure) -> Result<()> {
        self.failures.write(&json::line(failure)?)
    }

    /// Writes the summary, and puts every file into its place.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written to.
    pub fn finish(self, summary: &Summary) -> Result<()> {
        let mut last = Part::create(&self.path)?;
        last.write(&format!("{:#}\n", summary.to_json()))?;
        let parts = [self.corrections, self.pages, self.diff, self.failures, self.sources, last];
        for (part, name) in parts.into_iter().zip(FILES) {
            part.persist(&self.path.join(name))?;
        }
        settle(&self.path);
        Ok(())
    }
}

/// Corrections come by the megabyte; a few hundred kilobytes at a time keep the system's share of the work small.
const BUFFER: usize = 256 << 10;

/// A file that is written under another name until it is whole.
struct Part {
    file: BufWriter<NamedTempFile>,
    length: u64,
}

impl Part {
    fn create(folder: &Path) -> Result<Self> {
        let file = temporary(folder)?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), length: 0 })
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.length += text.len() as u64;
        self.file
            .write_all(text.as_bytes())
            .map_err(|source| Error::Write { path: self.file.get_ref().path().to_owned(), source })
    }

    fn persist(self, path: &Path) -> Result<()> {
        let file = self
            .file
            .into_inner()
            .map_err(|error| Error::Write { path: path.to_owned(), source: error.into_error() })?;
        persist(file, path)
    }
}

/// What temporary files are called, around a part that is drawn.
const PREFIX: &str = ".kanwu-";
const SUFFIX: &str = ".tmp";

/// No run takes this long to write a file, so what was not written to since was left by one that was stopped.
const LEFT_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes the temporary files in `folder` that earlier runs left when they were stopped. What cannot be removed stays.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let age = || entry.metadata().and_then(|metadata| metadata.modified()).ok()?.elapsed().ok();
        if ours && age().is_some_and(|age| age > LEFT_AFTER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Gives the finished `file` the name `path`: what stands there is the old file or the new one, whole, even when the power
/// fails. [`settle`] makes the name last.
pub(crate) fn persist(file: NamedTempFile, path: &Path) -> Result<()> {
    let write = |source| Error::Write { path: path.to_owned(), source };
    file.as_file().sync_data().map_err(write)?;
    file.persist(path).map_err(|error| write(error.error))?;
    Ok(())
}

/// Makes the names in `folder` last. Not every system lets a folder be opened for that; where it does not, the names last
/// when the system gets to it.
pub(crate) fn settle(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// A new file in `folder` that goes away unless it is given its name.
///
/// # Errors
///
/// When the folder cannot be written to.
pub(crate) fn temporary(folder: &Path) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        // Readable as any other new file is, once the user's mask has its say; temporary files are private otherwise.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder).map_err(|source| Error::Write { path: folder.to_owned(), source })
}
