//! What fails outside the text: files, tables, settings. Each error names its path, and says how to put things right.

use std::io;
use std::path::PathBuf;

/// The result of everything that touches files or tables.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure outside the text. Text itself never fails: it yields corrections.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file or folder could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A line of a table is not what the table's format asks for.
    #[error("{}:{line}: {problem}", path.display())]
    Row {
        /// The table.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// A place in a file of JSON is not what its format asks for.
    #[error("{}:{line}:{column}: {problem}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1 in characters.
        column: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A binary table is damaged, truncated, or something else altogether.
    #[error("{}: {problem}", path.display())]
    Table {
        /// The table.
        path: PathBuf,
        /// What is wrong, and how to get a good one.
        problem: String,
    },
    /// A page that is not text, or is too large.
    #[error("{problem}")]
    Page {
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Inputs or settings that contradict one another; nothing was done.
    #[error("{0}")]
    Usage(String),
    /// The run was told to stop. What was done until then is kept.
    #[error("stopped before all was done")]
    Stopped,
}

impl Error {
    /// Whether nothing more can be written after it: the disk is full, or may only be read.
    pub(crate) fn ends_the_run(&self) -> bool {
        use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        matches!(self, Self::Write { source, .. }
            if matches!(source.kind(), QuotaExceeded | ReadOnlyFilesystem | StorageFull))
    }
}
