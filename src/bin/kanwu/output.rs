//! The only file that prints.

use std::io::{self, Write};

/// Writes `text` to standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Tells the user something on standard error. That it is closed is no reason to stop.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Tells the user what went wrong.
pub(crate) fn error(text: &str) {
    note(&format!("kanwu: {text}"));
}
