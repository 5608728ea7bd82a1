use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use tempfile::{NamedTempFile, TempDir};

use super::page::{Entry, Extent};
use super::{PageReport, Summary, json};
use crate::{Error, Result};

/// The names of the files that a report folder holds.
pub const FILES: [&str; 6] = [CORRECTIONS, PAGES, DIFF, FAILURES, SOURCES, SUMMARY];

/// The file of a report that says what it was made of, so that a later run need not do again what still holds.
pub const LEDGER: &str = "ledger.jsonl";

pub(super) const CORRECTIONS: &str = "corrections.jsonl";
pub(super) const PAGES: &str = "pages.jsonl";
const DIFF: &str = "changes.diff";
pub(super) const FAILURES: &str = "failures.jsonl";
pub(crate) const SOURCES: &str = "sources.txt";
pub(super) const SUMMARY: &str = "summary.json";

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
    parts: Parts,
    corrections: Part,
    pages: Part,
    diff: Part,
    failures: Part,
    sources: Part,
}

/// The folder that the files of a report lie in until they are whole.
enum Parts {
    /// One that goes with the report when it is not finished.
    Passing(TempDir),
    /// One that stays, for a run that goes on from it.
    Lasting(PathBuf),
}

/// Where in the files of a report that what is said of one page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Extents {
    corrections: Extent,
    pages: Extent,
    diff: Extent,
    sources: Extent,
}

impl Folder {
    /// In the folder `path`, which is made when there is none.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made or written to.
    pub fn create(path: &Path) -> Result<Self> {
        let write = |source| Error::Write { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(write)?;
        let parts = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempdir_in(path).map_err(write)?;
        Self::with(path, Parts::Passing(parts))
    }

    /// In the folder `path`, with its files in the folder `parts` until they are whole. They stay there when this is dropped before.
    pub(crate) fn create_from(path: &Path, parts: &Path) -> Result<Self> {
        Self::with(path, Parts::Lasting(parts.to_owned()))
    }

    fn with(path: &Path, parts: Parts) -> Result<Self> {
        let part = |name| Part::create(parts.path().join(name));
        Ok(Self {
            corrections: part(CORRECTIONS)?,
            pages: part(PAGES)?,
            diff: part(DIFF)?,
            failures: part(FAILURES)?,
            path: path.to_owned(),
            sources: part(SOURCES)?,
            parts,
        })
    }

    /// Adds the next page, in the order of the pages' names.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written to.
    pub fn add(&mut self, page: &PageReport) -> Result<()> {
        self.place(page).map(drop)
    }

    /// Adds the next page, as [`Folder::add`] does, and says where it was put.
    pub(crate) fn place(&mut self, page: &PageReport) -> Result<Extents> {
        let mut entry = page.entry.clone();
        entry.corrections = self.corrections.write(&page.corrections)?;
        entry.source_text = self.sources.write(&page.source)?;
        Ok(Extents {
            corrections: entry.corrections,
            pages: self.pages.write(&json::line(&entry)?)?,
            diff: self.diff.write(&page.diff)?,
            sources: entry.source_text,
        })
    }

    /// Adds a page that failed.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written to.
    pub fn fail(&mut self, failure: &Failure) -> Result<()> {
        self.failures.write(&json::line(failure)?).map(drop)
    }

    /// Hands over to the system what was added, so that it stays when the program is killed; with `last`, to the disk.
    pub(crate) fn flush(&mut self, last: bool) -> Result<()> {
        let parts = [&mut self.corrections, &mut self.pages, &mut self.diff, &mut self.failures, &mut self.sources];
        parts.into_iter().try_for_each(|part| part.flush(last))
    }

    /// Writes the summary, and puts every file into its place.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written to.
    pub fn finish(self, summary: &Summary) -> Result<()> {
        self.finish_with(summary, Vec::new(), |_| Ok(Vec::new()))
    }

    /// Like [`Folder::finish`], but after the report's own files `others` are put into their places, and before the summary what `made`
    /// makes of all of them: it is given the folder in which they lie.
    pub(crate) fn finish_with(
        self,
        summary: &Summary,
        others: Vec<(PathBuf, &str)>,
        made: impl FnOnce(&Path) -> Result<Vec<(PathBuf, &'static str)>>,
    ) -> Result<()> {
        let mut last = Part::create(self.parts.path().join(SUMMARY))?;
        last.write(&format!("{:#}\n", summary.to_json()))?;
        let mut whole: Vec<(PathBuf, &str)> = Vec::new();
        for (part, name) in [
            (self.corrections, CORRECTIONS),
            (self.pages, PAGES),
            (self.diff, DIFF),
            (self.failures, FAILURES),
            (self.sources, SOURCES),
        ] {
            whole.push((part.whole()?, name));
        }
        let last = last.whole()?;
        whole.extend(made(self.parts.path())?);
        whole.push((last, SUMMARY));
        whole.extend(others);
        // The summary comes last, and an earlier one goes first: where there is one, the files beside it are of its run.
        let _ = fs::remove_file(self.path.join(SUMMARY));
        for (part, name) in whole {
            let path = self.path.join(name);
            fs::rename(&part, &path).map_err(|source| Error::Write { path, source })?;
        }
        settle(&self.path);
        Ok(())
    }
}

impl Parts {
    fn path(&self) -> &Path {
        match self {
            Self::Passing(folder) => folder.path(),
            Self::Lasting(path) => path,
        }
    }
}

/// What an earlier run reported, whether it was finished or not.
pub(crate) struct Earlier {
    corrections: Mutex<File>,
    pages: Mutex<File>,
    diff: Mutex<File>,
    sources: Mutex<File>,
}

impl Earlier {
    /// Of the run that had its files in the folder `parts`; those that are whole lie in the folder `report`.
    pub(crate) fn open(parts: &Path, report: &Path) -> io::Result<Self> {
        let open = |name| File::open(parts.join(name)).or_else(|_| File::open(report.join(name))).map(Mutex::new);
        Ok(Self { corrections: open(CORRECTIONS)?, pages: open(PAGES)?, diff: open(DIFF)?, sources: open(SOURCES)? })
    }

    /// What was said of the page that stands at `extents`; nothing where there is no such thing.
    pub(crate) fn page(&self, extents: &Extents) -> Option<PageReport> {
        let corrections = read(&self.corrections, extents.corrections)?;
        let diff = read(&self.diff, extents.diff)?;
        let mut entry: Entry = serde_json::from_str(&read(&self.pages, extents.pages)?).ok()?;
        let source = read(&self.sources, extents.sources)?;
        entry.corrections.offset = 0;
        entry.source_text.offset = 0;
        Some(PageReport { corrections, diff, source, entry })
    }
}

fn read(file: &Mutex<File>, extent: Extent) -> Option<String> {
    let text = extent.read(&*file.lock().ok()?).ok()?;
    (text.len() as u64 == extent.length).then_some(text)
}

/// Corrections come by the megabyte; a few hundred kilobytes at a time keep the system's share of the work small.
const BUFFER: usize = 256 << 10;

/// A file that is written under another name until it is whole.
pub(crate) struct Part {
    path: PathBuf,
    file: BufWriter<File>,
    length: u64,
}

impl Part {
    /// At `path`, empty.
    pub(crate) fn create(path: PathBuf) -> Result<Self> {
        match File::create(&path) {
            Ok(file) => Ok(Self { path, file: BufWriter::with_capacity(BUFFER, file), length: 0 }),
            Err(source) => Err(Error::Write { path, source }),
        }
    }

    /// Adds `text`, and says where it stands.
    pub(crate) fn write(&mut self, text: &str) -> Result<Extent> {
        self.copy(text.as_bytes())
    }

    /// Adds what `from` holds, and says where it stands.
    pub(crate) fn copy(&mut self, mut from: impl Read) -> Result<Extent> {
        let length =
            io::copy(&mut from, &mut self.file).map_err(|source| Error::Write { path: self.path.clone(), source })?;
        let offset = self.length;
        self.length += length;
        Ok(Extent { offset, length })
    }

    /// Hands over to the system what was written; with `last`, to the disk.
    pub(crate) fn flush(&mut self, last: bool) -> Result<()> {
        let flushed = self.file.flush().and_then(|()| if last { self.file.get_ref().sync_data() } else { Ok(()) });
        flushed.map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// Where it lies, now that it is whole.
    pub(crate) fn whole(mut self) -> Result<PathBuf> {
        self.flush(true)?;
        Ok(self.path)
    }
}

/// What temporary files are called, around a part that is drawn.
const PREFIX: &str = ".kanwu-";
const SUFFIX: &str = ".tmp";

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
    if let Ok(folder) = File::open(folder) {
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
