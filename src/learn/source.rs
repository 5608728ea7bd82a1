use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// A text that a table is made from, read line by line.
pub struct Source {
    path: PathBuf,
    reader: Box<dyn BufRead>,
}

impl Source {
    /// The file at `path`; standard input for `-`.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let reader: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(io::stdin().lock())
        } else {
            let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
            Box::new(BufReader::new(file))
        };
        Ok(Self { path: path.to_owned(), reader })
    }

    /// Hands every line to `read`, with its number from 1 and without its line end.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when the text cannot be read or is not UTF-8, and what `read` fails with.
    pub fn lines(mut self, mut read: impl FnMut(usize, &str) -> Result<()>) -> Result<()> {
        let mut line = String::new();
        for number in 1.. {
            line.clear();
            let length = self.reader.read_line(&mut line);
            if length.map_err(|source| Error::Read { path: self.path.clone(), source })? == 0 {
                break;
            }
            read(number, line.trim_end_matches(['\n', '\r']))?;
        }
        Ok(())
    }

    /// Hands the columns of every line of a table to `read`; a first line that only names them is passed over.
    ///
    /// # Errors
    ///
    /// Those of [`lines`](Self::lines); [`Error::Row`] when `read` has no use for a line. A column that a line has not
    /// is empty.
    pub fn rows<const COLUMNS: usize>(
        self,
        separator: char,
        columns: [&str; COLUMNS],
        mut read: impl FnMut([&str; COLUMNS]) -> Option<()>,
    ) -> Result<()> {
        let path = self.path.clone();
        self.lines(|line, row| {
            let mut cells = row.split(separator);
            let cells = columns.map(|_| cells.next().unwrap_or_default());
            if line == 1 && cells == columns {
                return Ok(());
            }
            let problem =
                || format!("expected {}", columns.map(|column| format!("<{column}>")).join(&separator.to_string()));
            read(cells).ok_or_else(|| Error::Row { path: path.clone(), line, problem: problem() })
        })
    }
}
