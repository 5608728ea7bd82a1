use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value};

use super::event::Line;
use super::ledger::{Done, Head, Kept, LINES, Ledger, States};
use super::outputs::plan_report;
use super::run::Keeping;
use super::windows::open;
use super::{Batch, Event, Format, Input, Inputs, Options, Outputs, Progress, Task, reason};
use crate::knowledge::Survey;
use crate::pipeline::{Pipeline, Settling};
use crate::report::{self, Extent, Failure, Folder, LEDGER, Lock, PageReport, Part, STATE, Summary, Totals, records};
use crate::review;
use crate::{Error, Result};

/// Cleans a batch: writes its clean pages and its report.
pub struct Clean<'a> {
    /// The pages.
    pub inputs: &'a Inputs,
    /// How they are read.
    pub options: &'a Options,
    /// The folder for clean pages; none to write them one after another to `run`'s writer.
    pub output: Option<PathBuf>,
    /// The folder for the report.
    pub report: Option<PathBuf>,
    /// Whether lines of JSON Lines get a field `corrections`.
    pub with_corrections: bool,
    /// Whether nothing is written at all.
    pub dry_run: bool,
    /// The settings, as the summary shows them.
    pub settings: Map<String, Value>,
    /// A hash of all else that the clean pages depend on: dictionaries, tables, the program.
    pub knowledge: String,
    /// Whether what an earlier run did over the same pages is kept, where it still holds. What comes out is the same.
    pub resume: bool,
    /// Stops the run soon after it is set.
    pub stop: Option<&'a AtomicBool>,
}

/// What came of cleaning a batch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// What was done.
    pub totals: Totals,
    /// How many pages failed.
    pub failures: u64,
    /// How many pages an earlier run had done already.
    pub kept: u64,
    /// How many pages were others when the batch was surveyed: they were written while it ran, and are cleaned as they
    /// were in the end.
    pub altered: u64,
    /// The first of them.
    pub first_altered: Option<String>,
    /// How many pages lie in the output folder that this run has no source of; an earlier one may have left them.
    pub strays: u64,
}

/// What a thread makes of a page, or an earlier run made of it.
struct Made {
    /// What goes to the writer or into the file of JSON Lines; a page that is a file is written by its thread.
    text: Option<String>,
    report: Option<PageReport>,
    done: Done,
    is_kept: bool,
    is_altered: bool,
}

impl<'a> Clean<'a> {
    /// Of `inputs`, with nothing else wished: clean pages go to `run`'s writer, and there is no report.
    pub fn new(inputs: &'a Inputs, options: &'a Options) -> Self {
        Self {
            inputs,
            options,
            output: None,
            report: None,
            with_corrections: false,
            dry_run: false,
            settings: Map::new(),
            knowledge: String::new(),
            resume: false,
            stop: None,
        }
    }
}

impl Clean<'_> {
    /// Cleans all pages with the pipeline that `build` makes of the survey. Without an output folder clean pages are
    /// written to `out`. Each failure is told to `failed` as it happens.
    ///
    /// What is written to folders is whole at every moment. When the run is stopped, by an error or altogether, what was
    /// done stays, and one that resumes goes on from there.
    ///
    /// # Errors
    ///
    /// Before anything is written, when outputs and inputs collide, a folder cannot be made, or another run is writing to
    /// it; later, when the report or `out` cannot be written to, nothing at all can, or the run is stopped.
    pub fn run(
        &self,
        build: impl FnMut(Arc<Survey>) -> Result<Pipeline>,
        out: &mut dyn Write,
        mut failed: impl FnMut(&Failure),
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Outcome> {
        let outputs = self.output.as_deref();
        let outputs = outputs
            .map(|folder| Outputs::plan(folder, self.report.as_deref(), self.inputs, self.options.format))
            .transpose()?;
        if let Some(report) = &self.report {
            plan_report(report, self.inputs)?;
        }
        let mut batch = Batch::new(self.inputs, self.options)?;
        if let Some(stop) = self.stop {
            batch = batch.stopped_by(stop);
        }
        let written = outputs.as_ref().filter(|_| !self.dry_run);
        let locks = if self.dry_run { Vec::new() } else { self.lock()? };
        let states = self.states();
        if let Some(left) = states.as_ref().and_then(States::left) {
            progress(Progress::Left(left));
        }
        if let Some(states) = states.as_ref().filter(|_| !self.resume) {
            states.remove();
        }
        let sink = RefCell::new(Sink {
            states: None,
            report: None,
            ledger: None,
            lines: Lines { outputs: written, parts: None, out, open: None },
            outcome: Outcome::default(),
            added: 0,
            kept: 0,
            write: !self.dry_run,
            lost: false,
        });
        let begin = |pages: &str| {
            let Some(states) = &states else { return Ok(Vec::new()) };
            let head = Head { knowledge: self.key(), pages: pages.to_owned() };
            let kept = if self.resume { states.kept(&head, self.options.format) } else { Vec::new() };
            sink.borrow_mut().begin(self, states, &head)?;
            Ok(kept)
        };
        let keep = |input: &Input, kept: &Kept, done: &Done| self.keep(input, kept, done, outputs.as_ref()?);
        let passed = |number: u64| {
            sink.borrow_mut().flush(true)?;
            if let Some(states) = &states {
                states.remove_one(number);
            }
            Ok(())
        };
        let resume = self.resume && states.is_some();
        let keeping = Keeping { resume, begin: &begin, keep: &keep, passed: &passed };
        let work = |task: &Task<'_>| self.make(task, outputs.as_ref());
        let each = |event: Event<'_, Made>| {
            let is_page = matches!(event, Event::Done { .. });
            let mut sink = sink.borrow_mut();
            sink.take(event, &mut failed)?;
            if is_page && states.is_some() {
                progress(Progress::Written);
                progress(Progress::Kept(sink.kept));
            }
            Ok(())
        };
        let ended = batch.run_keeping(&keeping, build, work, each, progress);
        let mut sink = sink.into_inner();
        if let Err(error) = ended {
            // Should this fail too, what it would have kept is made again.
            if sink.flush(true).is_ok() {
                progress(Progress::Kept(sink.kept));
            }
            return Err(error);
        }
        let mut outcome = sink.finish(self)?;
        outcome.strays = written.map_or(0, |outputs| outputs.strays(self.report.as_deref(), self.inputs));
        locks.into_iter().for_each(Lock::finish);
        Ok(outcome)
    }

    /// Holds the folders that are written to.
    fn lock(&self) -> Result<Vec<Lock>> {
        let mut locks: Vec<Lock> = Vec::new();
        let mut held: Vec<PathBuf> = Vec::new();
        for folder in [&self.report, &self.output].into_iter().flatten() {
            if folder.canonicalize().is_ok_and(|folder| held.contains(&folder)) {
                continue;
            }
            match Lock::take(folder) {
                Ok(lock) => locks.push(lock),
                Err(error) => {
                    locks.into_iter().for_each(Lock::give_up);
                    return Err(error);
                }
            }
            held.extend(folder.canonicalize());
        }
        Ok(locks)
    }

    /// Where runs into these folders leave what others go on from.
    fn states(&self) -> Option<States> {
        let state = |folder: &PathBuf| folder.join(STATE);
        let report = self.report.as_ref();
        (!self.dry_run).then_some(())?;
        let folder = report.or(self.output.as_ref())?;
        let outputs = self.output.as_ref().filter(|output| *output != folder).map(state);
        Some(States { state: state(folder), outputs, report: report.cloned() })
    }

    /// A hash of all that a page's clean text and report depend on beside the pages.
    fn key(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let settings = Value::Object(self.settings.clone()).to_string();
        for part in [&settings, &self.knowledge, &self.with_corrections.to_string()] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    fn make(&self, task: &Task<'_>, outputs: Option<&Outputs>) -> Result<Made> {
        let reported = self.report.is_some() && !self.dry_run;
        let mut report = reported.then(|| PageReport::of(task.page, task.cleaned)).transpose()?;
        let clean = &task.cleaned.text;
        let mut written = None;
        let text = match (task.object, outputs) {
            (Some(object), _) => {
                let records = self.with_corrections.then(|| records(task.page, task.cleaned));
                let line = object.with(clean, records.as_deref())?;
                if let Some(report) = &mut report {
                    report.set_source_line(object.source_line(&line, &task.page.text, self.with_corrections));
                }
                written = Some(report::hash(&line));
                Some(line)
            }
            (None, Some(outputs)) => {
                if !self.dry_run {
                    outputs.write(task.input, clean)?;
                }
                None
            }
            (None, None) => Some(clean.clone()),
        };
        let done = Done {
            page: task.page.name.clone(),
            content: task.content.to_owned(),
            clean: written.unwrap_or_else(|| report::hash(clean)),
            line: None,
            // Where it stands is known when it is written.
            report: None,
            totals: Totals::of(task.page, task.cleaned),
            answers: task.alone.filter(|_| outputs.is_some()).map(Settling::answers),
        };
        Ok(Made { text, report, done, is_kept: false, is_altered: task.is_altered })
    }

    /// What an earlier run made of a page of `input`, if all of it is still there as it was.
    fn keep(&self, input: &Input, kept: &Kept, done: &Done, outputs: &Outputs) -> Option<Made> {
        let report = if self.report.is_some() { Some(kept.report(done)?) } else { None };
        let path = outputs.path(input);
        let text = match self.options.format {
            Format::Text => {
                let is_link = fs::symlink_metadata(&path).ok()?.is_symlink();
                (!is_link && report::hash_file(&path).ok()? == done.clean).then_some(None)?
            }
            Format::Jsonl => {
                let from = [Some(path.as_path()), kept.lines_path()].into_iter().flatten();
                Some(from.filter_map(|path| line_at(path, done.line?)).find(|line| report::hash(line) == done.clean)?)
            }
        };
        Some(Made { text, report, done: done.clone(), is_kept: true, is_altered: false })
    }
}

/// What stands at `extent` of the file at `path`.
fn line_at(path: &Path, extent: Extent) -> Option<String> {
    extent.read(&File::open(path).ok()?).ok()
}

/// Takes what became of the pages, in order.
struct Sink<'a> {
    /// Where runs leave what others go on from.
    states: Option<States>,
    report: Option<Folder>,
    ledger: Option<Ledger>,
    lines: Lines<'a>,
    outcome: Outcome,
    /// Pages in the ledger that a run that resumes keeps by themselves, and how many of them were handed over with it.
    added: u64,
    kept: u64,
    write: bool,
    /// Whether the file of JSON Lines that is being written cannot be; the rest of its lines have nowhere to go.
    lost: bool,
}

impl Sink<'_> {
    /// Makes what is written to while the run is under way.
    fn begin(&mut self, clean: &Clean<'_>, states: &States, head: &Head) -> Result<()> {
        let number = states.next()?;
        let parts = states.state.join(number.to_string());
        self.lines.parts = Some(states.outputs.as_ref().unwrap_or(&states.state).join(number.to_string()));
        self.report = clean.report.as_deref().map(|report| Folder::create_from(report, &parts)).transpose()?;
        if self.lines.outputs.is_some() {
            self.ledger = Some(Ledger::create(&parts, head)?);
        }
        self.states = Some(states.clone());
        Ok(())
    }

    fn take(&mut self, event: Event<'_, Made>, failed: &mut impl FnMut(&Failure)) -> Result<()> {
        match event {
            Event::Done { input, value: Made { text, report, mut done, is_kept, is_altered } } => {
                if is_altered {
                    self.outcome.altered += 1;
                    self.outcome.first_altered.get_or_insert_with(|| done.page.clone());
                }
                if let Some(text) = text {
                    done.line = self.write(input, failed, |lines| lines.write(text.as_bytes()))?.flatten();
                }
                done.report = match (&mut self.report, &report) {
                    (Some(folder), Some(page)) => Some((page.digest()?, folder.place(page)?)),
                    _ => None,
                };
                if let Some(ledger) = &mut self.ledger {
                    ledger.add(&done)?;
                    self.added += u64::from(done.answers.is_some());
                }
                self.outcome.totals.add(&done.totals);
                self.outcome.kept += u64::from(is_kept);
            }
            Event::Failed { input, page, reason, line } => {
                match line {
                    // The file is not whole, so it does not get its name.
                    None => (self.lost, self.lines.open) = (false, None),
                    Some(Line::Bytes(bytes)) => drop(self.write(input, failed, |lines| lines.write(bytes))?),
                    Some(Line::Extent { offset, length }) => {
                        self.write(input, failed, |lines| lines.copy(input, offset, length))?;
                    }
                }
                self.fail(&Failure { page, path: input.path().display().to_string(), reason }, failed)?;
            }
            Event::Blank { input, bytes } => drop(self.write(input, failed, |lines| lines.write(bytes))?),
            Event::End { input } => {
                self.write(input, failed, |lines| lines.end(input))?;
                self.lost = false;
            }
        }
        match self.ledger.as_mut().and_then(Ledger::is_due) {
            Some(to_disk) => self.flush(to_disk),
            None => Ok(()),
        }
    }

    /// Hands over to the system what was written, the ledger last; with `to_disk`, to the disk.
    fn flush(&mut self, to_disk: bool) -> Result<()> {
        if let Some(part) = &mut self.lines.open {
            part.flush(to_disk)?;
        }
        if let Some(report) = &mut self.report {
            report.flush(to_disk)?;
        }
        if let Some(ledger) = &mut self.ledger {
            ledger.flush(to_disk)?;
        }
        self.kept = self.added;
        Ok(())
    }

    /// Writes what belongs to `input`. A file that cannot be written is a failure of its own, not of the batch, unless
    /// nothing more can be written.
    fn write<W>(
        &mut self,
        input: &Input,
        failed: &mut impl FnMut(&Failure),
        write: impl FnOnce(&mut Lines<'_>) -> Result<W>,
    ) -> Result<Option<W>> {
        if !self.write || self.lost {
            return Ok(None);
        }
        match write(&mut self.lines) {
            Err(error) if self.lines.outputs.is_some() && !error.ends_the_run() => {
                (self.lost, self.lines.open) = (true, None);
                let path = input.path().display().to_string();
                self.fail(&Failure { page: input.name(), path, reason: reason(&error) }, failed).map(|()| None)
            }
            written => written.map(Some),
        }
    }

    fn fail(&mut self, failure: &Failure, failed: &mut impl FnMut(&Failure)) -> Result<()> {
        if let Some(report) = &mut self.report {
            report.fail(failure)?;
        }
        failed(failure);
        self.outcome.failures += 1;
        Ok(())
    }

    fn finish(self, clean: &Clean<'_>) -> Result<Outcome> {
        self.lines.out.flush().map_err(standard_output)?;
        if let Some(outputs) = self.lines.outputs {
            outputs.settle(clean.inputs);
        }
        let summary = Summary {
            settings: clean.settings.clone(),
            totals: self.outcome.totals.clone(),
            failures: self.outcome.failures,
            altered: self.outcome.altered,
            passed_over: clean.inputs.passed_over,
        };
        let ledger = self.ledger.map(Ledger::whole).transpose()?;
        if let Some(report) = self.report {
            finish_report(report, &summary, ledger.map(|ledger| (ledger, LEDGER)).into_iter().collect())?;
        }
        if let Some(states) = self.states {
            states.remove();
        }
        Ok(self.outcome)
    }
}

/// Where what is written in order goes: a file of JSON Lines at a time, or all to one writer.
struct Lines<'a> {
    outputs: Option<&'a Outputs>,
    /// The folder that a file lies in until it is whole.
    parts: Option<PathBuf>,
    out: &'a mut dyn Write,
    open: Option<Part>,
}

impl Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<Option<Extent>> {
        self.copy_from(bytes)
    }

    fn copy(&mut self, input: &Input, offset: u64, length: u64) -> Result<Option<Extent>> {
        let read = |source| Error::Read { path: input.path(), source };
        let mut file: File = open(input).map_err(read)?;
        file.seek(SeekFrom::Start(offset)).map_err(read)?;
        self.copy_from(file.take(length))
    }

    fn copy_from(&mut self, mut from: impl Read) -> Result<Option<Extent>> {
        match self.file()? {
            Some(part) => part.copy(from).map(Some),
            None => io::copy(&mut from, self.out).map(|_| None).map_err(standard_output),
        }
    }

    /// The file that the lines of `input` go to; none when they go to the writer.
    fn file(&mut self) -> Result<Option<&mut Part>> {
        let (Some(_), Some(parts)) = (self.outputs, &self.parts) else { return Ok(None) };
        if self.open.is_none() {
            self.open = Some(Part::create(parts.join(LINES))?);
        }
        Ok(self.open.as_mut())
    }

    fn end(&mut self, input: &Input) -> Result<()> {
        self.file()?;
        match (self.open.take(), self.outputs) {
            (Some(part), Some(outputs)) => outputs.place(input, part),
            _ => Ok(()),
        }
    }
}

/// Finishes the report with the page on which it is reviewed, and with `others` beside its own files.
pub(super) fn finish_report(report: Folder, summary: &Summary, others: Vec<(PathBuf, &str)>) -> Result<()> {
    report.finish_with(summary, others, |parts| {
        let page = parts.join(review::page::FILE);
        review::page::write(parts, &page, &review::Limits::default())?;
        Ok(vec![(page, review::page::FILE)])
    })
}

fn standard_output(source: io::Error) -> Error {
    Error::Write { path: "standard output".into(), source }
}
