//! Many pages: found, read twice (once to learn what recurs, once to be cleaned), written whole, in the order of their
//! names. A page that fails is a failure of its own and no other page's.
//!
//! # Cleaning a clean batch changes nothing
//!
//! What recurs in a batch weighs on what is corrected, and what is corrected changes what recurs: a run over the clean
//! pages would survey other pages than this one did. So pages that fit into one window are surveyed again when they are
//! clean, and those that this teaches something else go on from where they are; and so on, until no page changes. The
//! survey of that last turn is then the one that a run over the clean pages begins with, and under it every stage has
//! nothing to apply to any page: such a run changes nothing. A page remembers what its stages asked of the survey
//! ([`Asked`](crate::knowledge::Asked)), so one to which the new survey answers alike is not read again.
//!
//! This does not hold of a batch larger than a window (4 MB of pages, or 4,096 of them): its pages are cleaned once, with
//! a survey of the pages as they came, and written before the last one is clean. Cleaned again, a few of them may change,
//! where a correction was doubtful and what the others became decides it. Nor does it hold of a batch that does not settle
//! in the few turns that it is given.

mod apply;
mod clean;
mod event;
mod guard;
mod inputs;
mod ledger;
mod object;
mod outputs;
mod read;
mod restore;
mod run;
mod verify;
mod windows;

use std::error::Error as _;
use std::path::PathBuf;

use crate::Error;
use crate::page::Encoding;

pub use apply::{Apply, Reviewed};
pub use clean::{Clean, Outcome};
pub use event::{Event, Progress, Task};
pub use guard::is_caught;
pub use inputs::{Input, Inputs};
pub use object::Object;
pub use outputs::Outputs;
pub use restore::CleanLines;
pub use run::Batch;
pub use verify::{Fault, Verified, verify};

/// What pages are read from, and written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// A page a file.
    #[default]
    Text,
    /// A page a line: JSON objects, one of whose fields is the text.
    Jsonl,
}

/// How a batch is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What the pages are read from.
    pub format: Format,
    /// The field of a JSON object that is the text.
    pub field: String,
    /// How files are decoded.
    pub encoding: Encoding,
    /// The largest page that is read, in bytes.
    pub max_page_size: u64,
    /// Threads; 0 is one a core. No more are started than four a core.
    pub jobs: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { format: Format::Text, field: "text".into(), encoding: Encoding::Auto, max_page_size: 64 << 20, jobs: 0 }
    }
}

impl Format {
    /// As settings name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "jsonl",
        }
    }

    /// Whether a file of this name, met in a folder, is an input.
    pub fn takes(self, name: &std::path::Path) -> bool {
        let Some(extension) = name.extension() else { return false };
        let extensions: &[&str] = match self {
            Self::Text => &["txt"],
            Self::Jsonl => &["jsonl", "ndjson"],
        };
        extensions.iter().any(|taken| extension.eq_ignore_ascii_case(taken))
    }
}

/// The whole of `error`: itself and what it came from.
fn reason(error: &Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        reason.push_str(": ");
        reason.push_str(&cause.to_string());
        source = cause.source();
    }
    reason
}

fn cannot_read(path: impl Into<PathBuf>, source: std::io::Error) -> String {
    reason(&Error::Read { path: path.into(), source })
}
