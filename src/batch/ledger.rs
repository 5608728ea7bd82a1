//! What a run writes down as it goes, so that another can go on where it was stopped.
//!
//! The ledger is a line of JSON a page, in the order of the pages, after a head that says what the run began with. A line
//! is added when the clean page has its name and the report has its lines; it holds hashes of all three, so a line that
//! got to the disk before what it speaks of does no harm: what does not fit its hash is made again.
//!
//! A page's clean text depends on its own text, the settings and the program, and through the survey on all other pages.
//! So a ledger holds for a run over the same pages with the same settings. Of a batch of more than a window it also holds,
//! page by page, when other pages have changed, come or gone: where the survey still answers all that was asked of it for
//! the page as it did.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::Format;
use crate::knowledge::Answers;
use crate::report::{self, Earlier, Extent, Extents, LEDGER, PageReport, Part, Totals};
use crate::{Error, Result};

/// What a run begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// A hash of the settings, the dictionaries and the program.
    pub(super) knowledge: String,
    /// A hash of the names and contents of all pages.
    pub(super) pages: String,
}

/// A page that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    /// Its name.
    pub(super) page: String,
    /// A hash of its bytes.
    pub(super) content: String,
    /// A hash of what was written of it.
    pub(super) clean: String,
    /// Where that stands in its file of JSON Lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<Extent>,
    /// A hash of what is reported of it, and where that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) report: Option<(String, Extents)>,
    pub(super) totals: Totals,
    /// What was asked of the survey; nothing where what other pages became weighed on this one as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) answers: Option<Answers>,
}

/// What was written is handed over to the system this often, so that a run that is killed loses little more; and to the
/// disk this often, should the power fail. Chosen by hand.
const HANDED_OVER: Duration = Duration::from_millis(500);
const SYNCED: Duration = Duration::from_secs(10);

/// A ledger while it is written.
pub(super) struct Ledger {
    part: Part,
    handed_over: Instant,
    synced: Instant,
}

impl Ledger {
    /// In the folder `state`, of a run that begins with `head`.
    pub(super) fn create(state: &Path, head: &Head) -> Result<Self> {
        let mut part = Part::create(state.join(LEDGER))?;
        part.write(&report::line(head)?)?;
        part.flush(false)?;
        let now = Instant::now();
        Ok(Self { part, handed_over: now, synced: now })
    }

    /// Adds a page.
    pub(super) fn add(&mut self, done: &Done) -> Result<()> {
        self.part.write(&report::line(done)?).map(drop)
    }

    /// Whether what was added since should be handed over now, and if so, whether to the disk.
    pub(super) fn is_due(&mut self) -> Option<bool> {
        let now = Instant::now();
        (now - self.handed_over >= HANDED_OVER).then(|| {
            self.handed_over = now;
            let sync = now - self.synced >= SYNCED;
            if sync {
                self.synced = now;
            }
            sync
        })
    }

    /// Hands over to the system what was added; with `last`, to the disk.
    pub(super) fn flush(&mut self, last: bool) -> Result<()> {
        self.part.flush(last)
    }

    /// Where it lies, now that it is whole.
    pub(super) fn whole(self) -> Result<PathBuf> {
        self.part.whole()
    }
}

/// What an earlier run with the same settings did.
pub(super) struct Kept {
    /// The number of the run, if it was not finished.
    number: Option<u64>,
    /// Whether it was over the same pages: then all that it did holds, and otherwise only that to which the survey still
    /// answers alike.
    pub(super) is_same: bool,
    format: Format,
    lines: Peekable<Box<dyn Iterator<Item = Done> + Send + Sync>>,
    report: Option<Earlier>,
    /// Where the file of JSON Lines lies that was not whole yet.
    lines_path: Option<PathBuf>,
}

impl Kept {
    /// Of the run that had its ledger in the folder `state`, if it began with the settings of `head`. Its report is, or was
    /// to be, in the folder `report`.
    fn open(
        state: &Path,
        report: Option<&Path>,
        lines_path: Option<PathBuf>,
        head: &Head,
        format: Format,
    ) -> Option<Self> {
        let mut ledger = BufReader::new(File::open(state.join(LEDGER)).ok()?);
        let began = read::<Head>(&mut ledger)?;
        if began.knowledge != head.knowledge {
            return None;
        }
        let lines: Box<dyn Iterator<Item = Done> + Send + Sync> =
            Box::new(std::iter::from_fn(move || read(&mut ledger)));
        let report = report.and_then(|report| Earlier::open(state, report).ok());
        Some(Self { number: None, is_same: began == *head, format, lines: lines.peekable(), report, lines_path })
    }

    /// Whether all that the run did was asked for, of one that was not finished; its number.
    pub(super) fn is_passed(&mut self) -> Option<u64> {
        self.number.filter(|_| self.lines.peek().is_none())
    }

    /// What was done of `page`. Pages are asked for in their order.
    pub(super) fn of(&mut self, page: &str) -> Option<Done> {
        let (format, wanted) = (self.format, place(page, self.format));
        // Pages that are no longer there are passed over.
        while self.lines.next_if(|done| place(&done.page, format) < wanted).is_some() {}
        self.lines.next_if(|done| done.page == page)
    }

    /// What was reported of the page that is `done`, if that is still there as it was.
    pub(super) fn report(&self, done: &Done) -> Option<PageReport> {
        let (digest, extents) = done.report.as_ref()?;
        let page = self.report.as_ref()?.page(extents)?;
        page.digest().is_ok_and(|found| found == *digest).then_some(page)
    }

    /// The file of JSON Lines that the run was writing when it was stopped.
    pub(super) fn lines_path(&self) -> Option<&Path> {
        self.lines_path.as_deref()
    }
}

/// By what pages are ordered: the name of the file, and the number of the line.
fn place(page: &str, format: Format) -> (&str, u64) {
    let line = page.rsplit_once(':').filter(|_| format == Format::Jsonl);
    line.and_then(|(file, number)| Some((file, number.parse().ok()?))).unwrap_or((page, 0))
}

/// What is read of a line of the ledger to count it.
#[derive(Deserialize)]
struct Left {
    answers: Option<IgnoredAny>,
}

/// The next line of a ledger. What follows a line that is not whole, or not one, is nothing to go by.
fn read<T: for<'de> Deserialize<'de>>(ledger: &mut impl BufRead) -> Option<T> {
    let mut line = Vec::new();
    ledger.read_until(b'\n', &mut line).ok()?;
    line.ends_with(b"\n").then(|| serde_json::from_slice(&line).ok())?
}

/// The states that runs into one folder leave: each has a folder of its own, numbered in order.
#[derive(Debug, Clone)]
pub(super) struct States {
    /// The folder with the ledgers and the parts of reports.
    pub(super) state: PathBuf,
    /// The folder with files of JSON Lines that are not whole, where that is another.
    pub(super) outputs: Option<PathBuf>,
    /// The folder that reports are for.
    pub(super) report: Option<PathBuf>,
}

impl States {
    /// The folders that hold states.
    fn folders(&self) -> impl Iterator<Item = &PathBuf> {
        [Some(&self.state), self.outputs.as_ref()].into_iter().flatten()
    }

    fn numbers(&self) -> Vec<u64> {
        let names = self
            .folders()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten()
            .flatten()
            .map(|entry| entry.file_name());
        let mut numbers: Vec<u64> = names.filter_map(|name| name.to_str()?.parse().ok()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// How many pages a run that was stopped left for one that resumes; nothing when there was none. Pages that were cleaned
    /// with others do not count: unless all of them were done, they are cleaned anew.
    pub(super) fn left(&self) -> Option<u64> {
        let counts = self.numbers().into_iter().filter_map(|number| {
            let mut ledger = BufReader::new(File::open(self.state.join(number.to_string()).join(LEDGER)).ok()?);
            // The head is no page.
            read::<IgnoredAny>(&mut ledger);
            let lines = std::iter::from_fn(|| read::<Left>(&mut ledger));
            Some(lines.filter(|line| line.answers.is_some()).count() as u64)
        });
        counts.max()
    }

    /// What earlier runs did that began with the settings of `head`, the latest first.
    pub(super) fn kept(&self, head: &Head, format: Format) -> Vec<Kept> {
        let stopped = self.numbers().into_iter().rev().filter_map(|number| {
            let lines = self.outputs.as_ref().unwrap_or(&self.state).join(number.to_string()).join(LINES);
            let kept =
                Kept::open(&self.state.join(number.to_string()), self.report.as_deref(), Some(lines), head, format);
            if kept.is_none() {
                self.remove_one(number);
            }
            Some(Kept { number: Some(number), ..kept? })
        });
        let finished = self.report.as_deref().and_then(|report| Kept::open(report, Some(report), None, head, format));
        stopped.chain(finished).collect()
    }

    /// Removes what all runs left. What cannot be removed does no harm.
    pub(super) fn remove(&self) {
        self.numbers().into_iter().for_each(|number| self.remove_one(number));
    }

    /// Removes what the run with this number left.
    pub(super) fn remove_one(&self, number: u64) {
        self.folders().for_each(|folder| _ = fs::remove_dir_all(folder.join(number.to_string())));
    }

    /// A number that no run has yet, and folders for it.
    pub(super) fn next(&self) -> Result<u64> {
        let number = self.numbers().last().map_or(1, |last| last + 1);
        for folder in self.folders() {
            let path = folder.join(number.to_string());
            fs::create_dir_all(&path).map_err(|source| Error::Write { path, source })?;
        }
        Ok(number)
    }
}

/// What a file of JSON Lines is called until it is whole.
pub(super) const LINES: &str = "lines";
