use std::io;
use std::process::{ExitCode, Termination};

use crate::output::error;

/// What the exit code says. The numbers are a promise to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done.
    Done = 0,
    /// `check` found pages that would change, or `verify` something that does not hold.
    Found = 1,
    /// Wrong usage or settings, or what was asked for could not be finished.
    Usage = 2,
    /// Some pages failed; the rest are done.
    Failures = 3,
    /// Ctrl-C stopped it: 128 and the number of the signal, as shells have it.
    Interrupted = 130,
    /// SIGTERM stopped it.
    Terminated = 143,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Says why nothing more can be done. A reader that has gone away, as `head` does, is no reason to say anything.
pub(crate) fn report(failure: &anyhow::Error) -> Exit {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if failure.chain().any(closed) {
        return Exit::Done;
    }
    let is_full = |cause: &(dyn std::error::Error + 'static)| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
    };
    let remedy = if failure.chain().any(is_full) { "; make room there, or write to another place" } else { "" };
    error(&format!("{failure:#}{remedy}"));
    Exit::Usage
}
