//! Failures as they are told on standard error: each file's first ones in full, the rest as a count.

use std::path::PathBuf;

use kanwu::report::Failure;

use crate::output::{count, error, note};
use crate::progress::Progress;

/// Failures of one file that are told in full: enough to see what ails it.
const TOLD: u64 = 5;

/// Tells failures as they happen.
pub(crate) struct Failures<'a> {
    progress: &'a Progress,
    report: Option<PathBuf>,
    /// The file whose failures come at present, and how many came.
    path: String,
    failed: u64,
}

impl<'a> Failures<'a> {
    /// With the folder of the report that lists all of them, if one is written.
    pub(crate) fn new(progress: &'a Progress, report: Option<PathBuf>) -> Self {
        Self { progress, report, path: String::new(), failed: 0 }
    }

    /// Tells `failure`, unless its file had its share.
    pub(crate) fn tell(&mut self, failure: &Failure) {
        if failure.path != self.path {
            self.finish();
            failure.path.clone_into(&mut self.path);
        }
        self.failed += 1;
        if self.failed <= TOLD {
            self.progress.interrupted(|| error(&failure.to_string()));
        }
    }

    /// Tells how many failures of the last file were not told.
    pub(crate) fn finish(&mut self) {
        let failed = std::mem::take(&mut self.failed);
        if failed > TOLD {
            let more = count(failed - TOLD, "more line");
            let listed = match &self.report {
                Some(report) => format!("{} lists them", report.join("failures.jsonl").display()),
                None => "`kanwu clean --report DIR` lists them".to_owned(),
            };
            self.progress.interrupted(|| note(&format!("kanwu: … and {more} of {}; {listed}", self.path)));
        }
    }
}
