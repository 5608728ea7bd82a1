use std::fs::File;
use std::io::{BufRead, BufReader, Seek as _, Write};
use std::iter::Peekable;
use std::path::Path;

use super::object::{Object, restored};
use crate::report::{self, Entry, Failure, Report};
use crate::{Error, Result};

/// A clean file of JSON Lines, and the report of the run that wrote it.
pub struct CleanLines<'a> {
    report: &'a Path,
    path: &'a Path,
    /// The file's name in the report.
    name: String,
}

impl<'a> CleanLines<'a> {
    /// The file at `path`, if the report in the folder `report` is of JSON Lines and knows it.
    ///
    /// It goes by its name, which is the end of `path`; a file that was moved, by being the only one of the report.
    ///
    /// # Errors
    ///
    /// When the report cannot be read, or knows several files and none of this name.
    pub fn find(report: &'a Path, path: &'a Path) -> Result<Option<Self>> {
        let mut names: Vec<String> = Vec::new();
        for entry in Report::open(report)?.pages()? {
            let entry = entry?;
            if let (Some(_), Some((name, _))) = (&entry.source_line, place(&entry.page))
                && names.last().is_none_or(|last| last != name)
            {
                names.push(name.to_owned());
            }
        }
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let is_at = |name: &str| absolute.ends_with(report::path(name));
        let is_named = |name: &&String| is_at(name) || is_at(&format!("{name}.jsonl"));
        let longest = names.iter().filter(is_named).max_by_key(|name| name.len());
        match (longest, names.as_slice()) {
            (Some(name), _) | (None, [name]) => Ok(Some(Self { report, path, name: name.clone() })),
            (None, []) => Ok(None),
            (None, [first, second, ..]) => Err(Error::Usage(format!(
                "the report in {} knows no file with the name of {}, but {first}, {second} and the like; put it back at \
                 its path",
                report.display(),
                path.display()
            ))),
        }
    }

    /// Writes the lines as they were before cleaning to `out`: all of them, or none.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or `out` written to, or the file or the report was altered.
    pub fn restore(&self, out: &mut dyn Write) -> Result<()> {
        let mut whole = tempfile::spooled_tempfile(HELD);
        let spooled = |source| Error::Write { path: std::env::temp_dir(), source };
        let report = Report::open(self.report)?;
        let mut source = Source {
            entries: report.pages()?.peekable(),
            failures: report::failures(self.report)?.peekable(),
            report,
            file: self,
        };
        let read = |source| Error::Read { path: self.path.to_owned(), source };
        let mut clean = BufReader::new(File::open(self.path).map_err(read)?);
        let (mut number, mut bytes) = (0, Vec::new());
        while clean.read_until(b'\n', &mut bytes).map_err(read)? > 0 {
            number += 1;
            whole.write_all(&source.line(number, &bytes)?).map_err(spooled)?;
            bytes.clear();
        }
        if source.entry(None)?.is_some() {
            return Err(self.altered(number + 1));
        }
        whole.rewind().map_err(spooled)?;
        std::io::copy(&mut whole, out)
            .and_then(|_| out.flush())
            .map_err(|source| Error::Write { path: "standard output".into(), source })
    }

    fn altered(&self, line: usize) -> Error {
        Error::Row {
            path: self.path.to_owned(),
            line,
            problem: format!(
                "was altered since the report in {} was written, or is of another run; restore needs the file as clean \
                 wrote it",
                self.report.display()
            ),
        }
    }
}

/// How much is held in memory before it goes to a temporary file, in bytes.
const HELD: usize = 8 << 20;

/// The file and the line of JSON Lines that `page` is.
pub(super) fn place(page: &str) -> Option<(&str, usize)> {
    let (name, number) = page.rsplit_once(':')?;
    Some((name, number.parse().ok()?))
}

/// The lines of one file before cleaning.
struct Source<'a, E: Iterator<Item = Result<Entry>>, F: Iterator<Item = Result<Failure>>> {
    entries: Peekable<E>,
    failures: Peekable<F>,
    report: Report,
    file: &'a CleanLines<'a>,
}

impl<E: Iterator<Item = Result<Entry>>, F: Iterator<Item = Result<Failure>>> Source<'_, E, F> {
    /// The line `number`, of which `clean` was made.
    fn line(&mut self, number: usize, clean: &[u8]) -> Result<Vec<u8>> {
        if let Some(entry) = self.entry(Some(number))? {
            let origin = entry.source_line.as_ref();
            let text = std::str::from_utf8(clean).ok().zip(origin).and_then(|(line, origin)| {
                let object = Object::parse(clean, &origin.field).ok()?;
                (report::hash(object.text()) == entry.clean_hash).then(|| (line, origin, object.text().to_owned()))
            });
            let (line, origin, text) = text.ok_or_else(|| self.file.altered(number))?;
            let source = self.report.undone(&entry, &text)?;
            return restored(origin, line, &source).map(String::into_bytes).ok_or_else(|| self.file.altered(number));
        }
        // What could not be cleaned was passed on as it was.
        if clean.iter().all(u8::is_ascii_whitespace) || self.failed(number)? {
            return Ok(clean.to_vec());
        }
        Err(self.file.altered(number))
    }

    /// The entry of the line `number`, or the next one of the file.
    fn entry(&mut self, number: Option<usize>) -> Result<Option<Entry>> {
        loop {
            let next = match self.entries.peek() {
                None => return Ok(None),
                Some(Ok(entry)) => place(&entry.page).filter(|(name, _)| *name == self.file.name).map(|(_, at)| at),
                Some(Err(_)) => None,
            };
            match next {
                Some(at) if number.is_some_and(|number| number != at) => return Ok(None),
                Some(_) => return self.entries.next().transpose(),
                None => drop(self.entries.next().transpose()?),
            }
        }
    }

    /// Whether the line `number` failed.
    fn failed(&mut self, number: usize) -> Result<bool> {
        loop {
            let next = match self.failures.peek() {
                None => return Ok(false),
                Some(Ok(failure)) => place(&failure.page).filter(|(name, _)| *name == self.file.name).map(|(_, at)| at),
                Some(Err(_)) => None,
            };
            match next {
                Some(at) if at >= number => return Ok(at == number),
                _ => drop(self.failures.next().transpose()?),
            }
        }
    }
}
