use std::fs::File;
use std::io::{self, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::outputs::plan_report;
use super::run::Line;
use super::windows::open;
use super::{Batch, Event, Input, Inputs, Options, Outputs, Progress, Task, reason};
use crate::knowledge::Survey;
use crate::pipeline::Pipeline;
use crate::report::{self, Failure, Folder, PageReport, Summary, Totals, records};
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
}

/// What came of cleaning a batch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// What was done.
    pub totals: Totals,
    /// How many pages failed.
    pub failures: u64,
}

/// What a thread makes of a page.
struct Made {
    /// What goes to the writer or into the file of JSON Lines; a page that is a file is written by its thread.
    text: Option<String>,
    report: Option<PageReport>,
    totals: Totals,
}

impl Clean<'_> {
    /// Cleans all pages with the pipeline that `build` makes of the survey. Without an output folder clean pages are
    /// written to `out`. Each failure is told to `failed` as it happens.
    ///
    /// # Errors
    ///
    /// Before anything is written, when outputs and inputs collide or a folder cannot be made; later, when the report
    /// or `out` cannot be written to.
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
        let batch = Batch::new(self.inputs, self.options)?;
        let mut sink = Sink {
            report: self.report.as_deref().filter(|_| !self.dry_run).map(Folder::create).transpose()?,
            lines: Lines { outputs: outputs.as_ref().filter(|_| !self.dry_run), out, open: None },
            outcome: Outcome::default(),
            write: !self.dry_run,
            lost: false,
        };
        if let Some(outputs) = sink.lines.outputs {
            outputs.prepare()?;
        }
        let work = |task: &Task<'_>| self.make(task, outputs.as_ref());
        batch.run(build, work, |event| sink.take(event, &mut failed), progress)?;
        sink.finish(self)
    }

    fn make(&self, task: &Task<'_>, outputs: Option<&Outputs>) -> Result<Made> {
        let reported = self.report.is_some() && !self.dry_run;
        let mut report = reported.then(|| PageReport::of(task.page, task.cleaned)).transpose()?;
        let clean = &task.cleaned.text;
        let text = match (task.object, outputs) {
            (Some(object), _) => {
                let records = self.with_corrections.then(|| records(task.page, task.cleaned));
                let line = object.with(clean, records.as_deref())?;
                if let Some(report) = &mut report {
                    report.set_source_line(object.source_line(&line, &task.page.text, self.with_corrections));
                }
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
        Ok(Made { text, report, totals: Totals::of(task.page, task.cleaned) })
    }
}

/// Takes what became of the pages, in order.
struct Sink<'a> {
    report: Option<Folder>,
    lines: Lines<'a>,
    outcome: Outcome,
    write: bool,
    /// Whether the file of JSON Lines that is being written cannot be; the rest of its lines have nowhere to go.
    lost: bool,
}

impl Sink<'_> {
    fn take(&mut self, event: Event<'_, Made>, failed: &mut impl FnMut(&Failure)) -> Result<()> {
        match event {
            Event::Done { input, value } => {
                if let Some(text) = value.text {
                    self.write(input, failed, |lines| lines.write(input, text.as_bytes()))?;
                }
                if let (Some(report), Some(page)) = (&mut self.report, &value.report) {
                    report.add(page)?;
                }
                self.outcome.totals.add(&value.totals);
            }
            Event::Failed { input, page, reason, line } => {
                match line {
                    // The file is not whole, so it does not get its name.
                    None => (self.lost, self.lines.open) = (false, None),
                    Some(Line::Bytes(bytes)) => self.write(input, failed, |lines| lines.write(input, bytes))?,
                    Some(Line::Extent { offset, length }) => {
                        self.write(input, failed, |lines| lines.copy(input, offset, length))?;
                    }
                }
                self.fail(&Failure { page, path: input.path().display().to_string(), reason }, failed)?;
            }
            Event::Blank { input, bytes } => self.write(input, failed, |lines| lines.write(input, bytes))?,
            Event::End { input } => {
                self.write(input, failed, |lines| lines.end(input))?;
                self.lost = false;
            }
        }
        Ok(())
    }

    /// Writes what belongs to `input`. A file that cannot be written is a failure of its own, not of the batch.
    fn write(
        &mut self,
        input: &Input,
        failed: &mut impl FnMut(&Failure),
        write: impl FnOnce(&mut Lines<'_>) -> Result<()>,
    ) -> Result<()> {
        if !self.write || self.lost {
            return Ok(());
        }
        match write(&mut self.lines) {
            Err(error) if self.lines.outputs.is_some() => {
                (self.lost, self.lines.open) = (true, None);
                let path = input.path().display().to_string();
                self.fail(&Failure { page: input.name(), path, reason: reason(&error) }, failed)
            }
            written => written,
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
            passed_over: clean.inputs.passed_over,
        };
        if let (Some(report), Some(folder)) = (self.report, &clean.report) {
            finish_report(report, folder, &summary)?;
        }
        Ok(self.outcome)
    }
}

/// Where what is written in order goes: a file of JSON Lines at a time, or all to one writer.
struct Lines<'a> {
    outputs: Option<&'a Outputs>,
    out: &'a mut dyn Write,
    open: Option<(PathBuf, BufWriter<NamedTempFile>)>,
}

impl Lines<'_> {
    fn write(&mut self, input: &Input, bytes: &[u8]) -> Result<()> {
        self.copy_from(input, bytes)
    }

    fn copy(&mut self, input: &Input, offset: u64, length: u64) -> Result<()> {
        let read = |source| Error::Read { path: input.path(), source };
        let mut file: File = open(input).map_err(read)?;
        file.seek(SeekFrom::Start(offset)).map_err(read)?;
        self.copy_from(input, file.take(length))
    }

    fn copy_from(&mut self, input: &Input, mut from: impl Read) -> Result<()> {
        match self.file(input)? {
            Some((path, file)) => {
                io::copy(&mut from, file).map_err(|source| Error::Write { path: path.clone(), source })?;
            }
            None => _ = io::copy(&mut from, self.out).map_err(standard_output)?,
        }
        Ok(())
    }

    /// The file that the lines of `input` go to; none when they go to the writer.
    fn file(&mut self, input: &Input) -> Result<Option<&mut (PathBuf, BufWriter<NamedTempFile>)>> {
        let Some(outputs) = self.outputs else { return Ok(None) };
        if self.open.is_none() {
            let path = outputs.path(input);
            let file = BufWriter::new(outputs.begin(&path)?);
            self.open = Some((path, file));
        }
        Ok(self.open.as_mut())
    }

    fn end(&mut self, input: &Input) -> Result<()> {
        self.file(input)?;
        let Some((path, file)) = self.open.take() else { return Ok(()) };
        let file =
            file.into_inner().map_err(|error| Error::Write { path: path.clone(), source: error.into_error() })?;
        report::persist(file, &path)
    }
}

/// Finishes the report in the folder `path`, and writes the page on which it is reviewed.
pub(super) fn finish_report(report: Folder, path: &Path, summary: &Summary) -> Result<()> {
    report.finish(summary)?;
    review::page::write(path, &path.join(review::page::FILE), &review::Limits::default()).map(drop)
}

fn standard_output(source: io::Error) -> Error {
    Error::Write { path: "standard output".into(), source }
}
