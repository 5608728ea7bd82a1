//! Pages with their truths, for the commands that compare the two.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use kanwu::Error;
use kanwu::batch::{Batch, Event, Inputs, Options, Task};
use kanwu::correction::Policy;
use kanwu::knowledge::Survey;
use kanwu::page::decode;
use kanwu::pipeline::Pipeline;
use kanwu::report::Failure;

use crate::failures::Failures;
use crate::output::{count, note};
use crate::progress::Progress;

/// Two folders with pages under the same paths.
pub(crate) struct Pairs<'a> {
    pub(crate) truth: &'a Path,
    pub(crate) ocr: &'a Path,
    pub(crate) options: &'a Options,
    pub(crate) quiet: bool,
}

impl Pairs<'_> {
    /// Cleans every page with the pipeline that `build` makes, makes of it and its truth what `work` says, and hands
    /// that to `each` with the page's name, in the order of names. What failed, pages without partner included, is
    /// told as it happens.
    pub(crate) fn each<T: Send>(
        &self,
        build: impl FnMut(Arc<Survey>) -> kanwu::Result<Pipeline>,
        work: impl Fn(&Task<'_>, &str) -> kanwu::Result<T> + Sync,
        mut each: impl FnMut(&str, T),
    ) -> Result<Vec<Failure>> {
        for folder in [self.truth, self.ocr] {
            is_folder(folder)?;
        }
        let inputs = Inputs::find(&[self.ocr.to_owned()], self.options, &[])?;
        let truths = Inputs::find(&[self.truth.to_owned()], self.options, &[])?;
        let progress = Progress::new(self.quiet);
        let mut told = Failures::new(&progress, None);
        let mut failures = Vec::new();
        let mut fail = |failure: Failure| {
            told.tell(&failure);
            failures.push(failure);
        };
        let mut done = 0;
        Batch::new(&inputs, self.options)?.run(
            build,
            |task| {
                let name = &task.page.name;
                let truth = partner(self.truth, name, "truth", self.options)?;
                Ok((name.clone(), work(task, &truth)?))
            },
            |event| {
                match event {
                    Event::Done { value: (name, value), .. } => {
                        done += 1;
                        each(&name, value);
                    }
                    Event::Failed { input, page, reason, .. } => {
                        fail(Failure { page, path: input.path().display().to_string(), reason });
                    }
                    Event::Blank { .. } | Event::End { .. } => {}
                }
                Ok(())
            },
            &|step| progress.show(step),
        )?;
        let read: BTreeSet<String> = inputs.names().map(|(name, _)| name).collect();
        for (page, path) in truths.names().filter(|(name, _)| !read.contains(name)) {
            let reason = format!("has no OCR page in {}; put it there, or take the truth away", self.ocr.display());
            fail(Failure { page, path: path.display().to_string(), reason });
        }
        told.finish();
        progress.finish();
        if done == 0 {
            bail!("no page of {} could be compared with its truth in {}", self.ocr.display(), self.truth.display());
        }
        if !self.quiet && !failures.is_empty() {
            note(&format!("{} could not be compared", count(failures.len() as u64, "page")));
        }
        Ok(failures)
    }
}

/// A pipeline that changes nothing.
pub(crate) fn idle() -> Pipeline {
    Pipeline::new(Vec::new(), Policy::default())
}

/// Refuses what is no folder.
pub(crate) fn is_folder(path: &Path) -> Result<()> {
    if !path.is_dir() {
        bail!("{} is no folder; give the folder that holds the pages", path.display());
    }
    Ok(())
}

/// The text of the page called `name` in `folder`.
pub(crate) fn partner(folder: &Path, name: &str, what: &str, options: &Options) -> kanwu::Result<String> {
    let path = folder.join(name);
    let read = fs::read(&path);
    let bytes = read.map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => Error::Page {
            problem: format!("has no {what}: {} is missing; put it there, or take the page away", path.display()),
        },
        _ => Error::Read { path: path.clone(), source },
    })?;
    Ok(decode(name.to_owned(), &bytes, options.encoding)?.text)
}
