use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::clean::finish_report;
use super::object::{Object, restored};
use super::outputs::{self, path_of, prepare};
use super::{Format, reason};
use crate::page::{Encoding, Page, decode};
use crate::pipeline::Cleaned;
use crate::report::{self, Entry, Failure, Folder, Lock, PageReport, Report, Summary, Totals, records};
use crate::review::{Decisions, Refusal, Resolver, Reviewer, Ruling, replay};
use crate::{Error, Result};

/// Writes the clean pages of a report again, as a reviewer's decisions want them. Nothing is cleaned for that: the report
/// holds the sources and all that was done to them.
pub struct Apply<'a> {
    /// The folder of the report.
    pub report: &'a Path,
    /// What was decided, and the file that says so; without decisions the pages come out as they were.
    pub decisions: Option<(&'a Path, &'a Decisions)>,
    /// The folder for the pages.
    pub output: &'a Path,
    /// The folder for the report on them.
    pub new_report: Option<&'a Path>,
    /// The folder of the clean files of JSON Lines, whose other fields no report holds.
    pub clean: Option<&'a Path>,
}

/// What came of applying decisions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reviewed {
    /// What was done, all told.
    pub totals: Totals,
    /// Corrections that were accepted, occurrence by occurrence.
    pub accepted: u64,
    /// Corrections that were rejected.
    pub rejected: u64,
    /// Pages whose clean text is another than before.
    pub changed: u64,
    /// Decisions that were refused, and pages that could not be written.
    pub failures: u64,
}

/// Sources that are held at once, in bytes.
const HELD: usize = 8 << 20;

/// A page on its way.
struct Work<'d> {
    entry: Entry,
    source: String,
    lines: Vec<report::Line>,
    rulings: Vec<Option<Ruling<'d>>>,
}

/// What is made of it.
struct Made {
    page: Page,
    cleaned: Cleaned,
    report: PageReport,
    totals: Totals,
    refused: Vec<(usize, String)>,
}

impl Apply<'_> {
    /// Does it. Each failure is told to `failed` as it happens.
    ///
    /// # Errors
    ///
    /// Before anything is written, when the report cannot be read, the decisions were made on another one, or a folder is the
    /// wrong one; later, when the report is
    /// damaged or a report cannot be written.
    pub fn run(&self, mut failed: impl FnMut(&Failure)) -> Result<Reviewed> {
        let mut report = Report::open(self.report)?;
        self.check(&report)?;
        let none = Decisions::default();
        let decisions = self.decisions.map_or(&none, |(_, decisions)| decisions);
        let by = Reviewer { name: decisions.reviewer.as_deref(), time: decisions.time.as_deref() };
        let hash = report.hash()?;
        self.check_decisions(&hash)?;
        let (mut resolver, mut refusals) = Resolver::new(decisions, &hash);
        let mut sink = Sink::new(self, self.settings(&report)?)?;
        let mut pages = report.pages()?;
        loop {
            let (mut held, mut window) = (0, Vec::new());
            while held < HELD
                && let Some(entry) = pages.next().transpose()?
            {
                let source = report.source(&entry)?;
                let lines = report.corrections(&entry)?;
                let rulings = resolver.page(&entry, &lines, &mut refusals);
                held += source.len() + 1;
                window.push(Work { entry, source, lines, rulings });
            }
            if window.is_empty() {
                break;
            }
            let path = self.report.join("corrections.jsonl");
            let made: Vec<Result<Made>> = window.par_iter().map(|work| make(work, by, &path)).collect();
            refusals.drain(..).try_for_each(|refusal| sink.refuse(refusal, &mut failed))?;
            for (work, made) in window.iter().zip(made) {
                sink.take(work, made?, &mut failed)?;
            }
        }
        let rest = resolver.finish();
        refusals.into_iter().chain(rest).try_for_each(|refusal| sink.refuse(refusal, &mut failed))?;
        sink.finish(&mut failed)
    }

    fn check(&self, report: &Report) -> Result<()> {
        if let (Some(new), Ok(old)) =
            (self.new_report.and_then(|path| path.canonicalize().ok()), self.report.canonicalize())
            && new == old
        {
            return Err(Error::Usage(format!(
                "{} is the report that is read and would be overwritten; name another folder with --report",
                self.report.display()
            )));
        }
        if self.output.exists() && !self.output.is_dir() {
            let path = self.output.display();
            return Err(Error::Usage(format!(
                "cannot write {path}: {path} is a file, not a folder; name a folder with -o"
            )));
        }
        if self.clean.is_none() {
            for entry in report.pages()? {
                let entry = entry?;
                if let (Some(_), Some((name, _))) = (&entry.source_line, super::restore::place(&entry.page)) {
                    return Err(Error::Usage(format!(
                        "{} is a line of JSON Lines, and the report holds its text but not its other fields; name the \
                         folder that `kanwu clean -o` wrote with --clean DIR (where clean wrote to standard output, a \
                         folder that holds that as {})",
                        entry.page,
                        path_of(Path::new(""), report::path(name), Format::Jsonl).display()
                    )));
                }
            }
        }
        Ok(())
    }

    /// Refuses decisions that were made on another report than the one with this `hash`: none of them could be done.
    fn check_decisions(&self, hash: &str) -> Result<()> {
        match self.decisions {
            Some((path, decisions)) if !decisions.list.is_empty() && decisions.report != hash => {
                Err(Error::Usage(format!(
                    "the decisions in {} were made on another report than {}, so none of them can be applied; review this \
                     one, or name the report that they were made on",
                    path.display(),
                    self.report.display()
                )))
            }
            _ => Ok(()),
        }
    }

    /// The settings of the report, and what was decided since.
    fn settings(&self, report: &Report) -> Result<(Map<String, Value>, u64)> {
        let (mut settings, passed_over) = report.settings()?;
        if let Some((path, _)) = self.decisions {
            settings.insert("decisions".into(), path.display().to_string().into());
        }
        Ok((settings, passed_over))
    }
}

fn make(work: &Work<'_>, by: Reviewer<'_>, path: &Path) -> Result<Made> {
    let Work { entry, source, lines, rulings } = work;
    let replayed = replay(source, lines, rulings, by).ok_or_else(|| Error::Table {
        path: path.to_owned(),
        problem: format!(
            "what it says of {} does not lead from its source to its clean text; the report was altered or is damaged, so \
             clean the pages again",
            entry.page
        ),
    })?;
    let cleaned = replayed.cleaned;
    let mut page = decode(entry.page.clone(), b"", Encoding::Auto)?;
    page.text.clone_from(source);
    let mut report = PageReport::of(&page, &cleaned)?;
    report.set_decoded(entry);
    let mut totals = Totals::of(&page, &cleaned);
    totals.damage = entry.damage.count as u64;
    totals.encodings = [(entry.encoding.clone(), 1)].into();
    Ok(Made { page, cleaned, report, totals, refused: replayed.refused })
}

/// Takes what became of the pages, in order.
struct Sink<'a> {
    apply: &'a Apply<'a>,
    lock: Lock,
    report: Option<Folder>,
    settings: Map<String, Value>,
    passed_over: u64,
    lines: Option<Lines>,
    reviewed: Reviewed,
    /// Lines of `failures.jsonl`.
    told: u64,
}

impl<'a> Sink<'a> {
    fn new(apply: &'a Apply<'a>, (settings, passed_over): (Map<String, Value>, u64)) -> Result<Self> {
        let lock = Lock::take(apply.output)?;
        let report = apply.new_report.map(Folder::create).transpose()?;
        let mut sink =
            Self { apply, lock, report, settings, passed_over, lines: None, reviewed: Reviewed::default(), told: 0 };
        // What could not be cleaned then is not there now; restoring JSON Lines needs to know.
        for failure in report::failures(apply.report)? {
            sink.note(&failure?)?;
        }
        Ok(sink)
    }

    fn note(&mut self, failure: &Failure) -> Result<()> {
        self.told += 1;
        self.report.as_mut().map_or(Ok(()), |report| report.fail(failure))
    }

    fn fail(&mut self, failure: &Failure, failed: &mut impl FnMut(&Failure)) -> Result<()> {
        self.note(failure)?;
        self.reviewed.failures += 1;
        failed(failure);
        Ok(())
    }

    fn refuse(&mut self, refusal: Refusal, failed: &mut impl FnMut(&Failure)) -> Result<()> {
        let path = self.apply.decisions.map_or_else(String::new, |(path, _)| path.display().to_string());
        let Refusal { page, line, reason } = refusal;
        let page = page.unwrap_or_else(|| format!("{path}:{line}"));
        self.fail(&Failure { page, path, reason }, failed)
    }

    fn take(&mut self, work: &Work<'_>, made: Made, failed: &mut impl FnMut(&Failure)) -> Result<()> {
        let Made { page, cleaned, mut report, totals, refused } = made;
        for (index, why) in &refused {
            if let Some(Ruling { decision, .. }) = work.rulings[*index] {
                let id = work.lines[*index].id;
                let refusal = Refusal::of(decision, Some(&page.name), &format!("on correction {id} {why}"));
                self.refuse(refusal, failed)?;
            }
        }
        let written = match &work.entry.source_line {
            None => self.write(&page, &cleaned.text),
            Some(_) => self.write_line(&work.entry, &page, &cleaned).map(|line| report.set_source_line(line)),
        };
        if let Err(error) = written {
            let path = self.path(&page.name).display().to_string();
            return self.fail(&Failure { page: page.name, path, reason: reason(&error) }, failed);
        }
        if let Some(folder) = &mut self.report {
            folder.add(&report)?;
        }
        let decided = |wanted: &str| {
            let rulings = work.rulings.iter().enumerate().filter_map(|(index, ruling)| Some((index, (*ruling)?)));
            let done = rulings.filter(|(index, ruling)| {
                ruling.choice.code() == wanted && !refused.iter().any(|(refused, _)| refused == index)
            });
            done.count() as u64
        };
        self.reviewed.accepted += decided("accept");
        self.reviewed.rejected += decided("reject");
        self.reviewed.changed += u64::from(report::hash(&cleaned.text) != work.entry.clean_hash);
        self.reviewed.totals.add(&totals);
        Ok(())
    }

    /// Where the page called `name` goes, or the file of JSON Lines.
    fn path(&self, name: &str) -> PathBuf {
        path_of(self.apply.output, report::path(name), Format::Text)
    }

    fn write(&self, page: &Page, text: &str) -> Result<()> {
        let path = self.path(&page.name);
        if let Ok(bytes) = fs::read(&path)
            && bytes != text.as_bytes()
            && decode(page.name.clone(), &bytes, Encoding::Auto).is_ok_and(|there| there.text == page.text)
        {
            return Err(Error::Usage(format!(
                "{} holds the source of this page and would be overwritten; name another folder with -o",
                path.display()
            )));
        }
        outputs::write(self.apply.output, &path, text)
    }

    /// Writes the line of JSON Lines that `page` is, and those before it that are no pages.
    fn write_line(&mut self, entry: &Entry, page: &Page, cleaned: &Cleaned) -> Result<report::SourceLine> {
        let altered = |path: &Path| Error::Page {
            problem: format!(
                "is not in {} as the report has it; name the folder that was written with the report with --clean",
                path.display()
            ),
        };
        let (name, number) = super::restore::place(&page.name).ok_or_else(|| altered(Path::new(&page.name)))?;
        if self.lines.as_ref().is_none_or(|lines| lines.name != name) {
            self.end_lines()?;
            let clean = self.apply.clean.unwrap_or(Path::new(""));
            self.lines = Some(Lines::open(name, &path_of(clean, name, Format::Jsonl), self.apply.output)?);
        }
        let (Some(lines), Some(origin)) = (&mut self.lines, &entry.source_line) else {
            return Err(altered(Path::new(name)));
        };
        let line = lines.up_to(number)?.ok_or_else(|| altered(&lines.clean))?;
        let source = Object::parse(line.as_bytes(), &origin.field)
            .ok()
            .filter(|object| report::hash(object.text()) == entry.clean_hash)
            .and_then(|_| restored(origin, &line, &page.text));
        let Some(source) = source else {
            lines.write(line.as_bytes())?;
            return Err(altered(&lines.clean));
        };
        let object = Object::parse(source.as_bytes(), &origin.field)?;
        let records = origin.corrections.then(|| records(page, cleaned));
        let line = object.with(&cleaned.text, records.as_deref())?;
        lines.write(line.as_bytes())?;
        Ok(object.source_line(&line, &page.text, origin.corrections))
    }

    fn end_lines(&mut self) -> Result<()> {
        self.lines.take().map_or(Ok(()), Lines::end)
    }

    fn finish(mut self, failed: &mut impl FnMut(&Failure)) -> Result<Reviewed> {
        if let Err(error) = self.end_lines() {
            let path = self.apply.output.display().to_string();
            self.fail(&Failure { page: path.clone(), path, reason: reason(&error) }, failed)?;
        }
        report::settle(self.apply.output);
        let summary = Summary {
            settings: std::mem::take(&mut self.settings),
            totals: self.reviewed.totals.clone(),
            failures: self.told,
            altered: 0,
            passed_over: self.passed_over,
        };
        if let Some(report) = self.report {
            finish_report(report, &summary, Vec::new())?;
        }
        self.lock.finish();
        Ok(self.reviewed)
    }
}

/// A clean file of JSON Lines that is written again.
struct Lines {
    /// Its name in the report.
    name: String,
    clean: PathBuf,
    from: BufReader<File>,
    output: PathBuf,
    to: BufWriter<NamedTempFile>,
    number: usize,
}

impl Lines {
    fn open(name: &str, clean: &Path, outputs: &Path) -> Result<Self> {
        let output = path_of(outputs, name, Format::Jsonl);
        let from = File::open(clean).map_err(|source| Error::Read { path: clean.to_owned(), source })?;
        Ok(Self {
            name: name.to_owned(),
            clean: clean.to_owned(),
            from: BufReader::new(from),
            to: BufWriter::new(report::temporary(prepare(outputs, &output)?)?),
            output,
            number: 0,
        })
    }

    fn write(&mut self, line: &[u8]) -> Result<()> {
        self.to.write_all(line).map_err(|source| Error::Write { path: self.output.clone(), source })
    }

    /// The line `number`; those before it are copied.
    fn up_to(&mut self, number: usize) -> Result<Option<String>> {
        loop {
            let mut line = Vec::new();
            let read = self.from.read_until(b'\n', &mut line);
            if read.map_err(|source| Error::Read { path: self.clean.clone(), source })? == 0 {
                return Ok(None);
            }
            self.number += 1;
            match String::from_utf8(line) {
                Ok(line) if self.number == number => return Ok(Some(line)),
                Ok(line) => self.write(line.as_bytes())?,
                Err(error) => self.write(error.as_bytes())?,
            }
        }
    }

    /// Copies the rest, and gives the file its name.
    fn end(mut self) -> Result<()> {
        std::io::copy(&mut self.from, &mut self.to)
            .map_err(|source| Error::Write { path: self.output.clone(), source })?;
        let file = self.to.into_inner();
        let file = file.map_err(|error| Error::Write { path: self.output.clone(), source: error.into_error() })?;
        report::persist(file, &self.output)
    }
}
