use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// A text that a table is made from, read line by line; what gzip, xz or Zstandard compressed is read as it was before.
pub struct Source {
    path: PathBuf,
    reader: Box<dyn BufRead>,
}

/// Long reads spare system calls; the corpora are hundreds of megabytes.
const BUFFER: usize = 1 << 18;

impl Source {
    /// The file at `path`; standard input for `-`.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::Read { path: path.to_owned(), source };
        let raw: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(io::stdin().lock())
        } else {
            Box::new(BufReader::with_capacity(BUFFER, File::open(path).map_err(failed)?))
        };
        Ok(Self { path: path.to_owned(), reader: decompressed(raw).map_err(failed)? })
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

/// What `raw` held before it was compressed, told by its first bytes.
fn decompressed(mut raw: Box<dyn BufRead>) -> io::Result<Box<dyn BufRead>> {
    let magic = raw.fill_buf()?;
    let reader: Box<dyn Read> = if magic.starts_with(&[0x1F, 0x8B]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(raw))
    } else if magic.starts_with(&[0xFD, b'7', b'z', b'X', b'Z', 0]) {
        Box::new(lzma_rust2::XzReader::new(raw, true))
    } else if magic.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        Box::new(ruzstd::decoding::StreamingDecoder::new(raw).map_err(io::Error::other)?)
    } else {
        return Ok(raw);
    };
    Ok(Box::new(BufReader::with_capacity(BUFFER, reader)))
}

/// What a line is known by, where lines that recur count once.
pub(super) fn hash(line: &str) -> u64 {
    blake3::hash(line.as_bytes()).as_bytes().first_chunk().map_or(0, |&eight| u64::from_le_bytes(eight))
}
