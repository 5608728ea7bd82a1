//! Faults: what fails is one page's, or ends the run; a panic is the page's on which it happens.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::reason;
use crate::{Error, Result};

/// Why nothing was made of a page.
pub(super) enum Fault {
    /// It is this page's.
    Page(String),
    /// There is no use in going on with others.
    Run(Error),
}

impl Fault {
    /// Of a page that is only read, nothing of which can end the run.
    pub(super) fn reason(self) -> String {
        match self {
            Self::Page(reason) => reason,
            Self::Run(error) => reason(&error),
        }
    }
}

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread would be caught and become a page's failure, so that nothing need be printed of it.
pub fn is_caught() -> bool {
    CAUGHT.get()
}

/// What `make` gives, or why it failed; a panic is a failure too.
pub(super) fn guarded<T>(make: impl FnOnce() -> Result<T>) -> std::result::Result<T, Fault> {
    let outer = CAUGHT.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(make));
    CAUGHT.set(outer);
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) if error.ends_the_run() => Err(Fault::Run(error)),
        Ok(Err(error)) => Err(Fault::Page(reason(&error))),
        Err(panic) => {
            let message = panic.downcast_ref::<&str>().map(|message| (*message).to_owned());
            let message = message.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(Fault::Page(format!("a fault of the program, please report it with this page: {message}")))
        }
    }
}
