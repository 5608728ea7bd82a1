use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::mem;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use ignore::WalkBuilder;

use super::outputs::is_report_file;
use super::{Format, Options, cannot_read};
use crate::report::{self, STATE};
use crate::{Error, Result};

/// The files that a batch is read from, in the order of their names.
#[derive(Debug)]
pub struct Inputs {
    pub(super) list: Vec<Input>,
    /// Files of the named folders that are of another kind.
    pub passed_over: u64,
    /// Symbolic links in them. What they lead to may lie anywhere, and may be in the batch already.
    links: u64,
    /// Folders in them whose names begin with a dot: those of programs, not of people.
    hidden: u64,
    /// What a user should know of how the inputs were found.
    pub notes: Vec<String>,
}

/// A file that pages are read from, or standard input.
#[derive(Debug)]
pub struct Input {
    /// The folder that was named, or the one of the file that was named.
    root: Arc<Path>,
    relative: Box<Path>,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    /// A file, read where it lies.
    File,
    /// What can be read only once, kept in a file without a name.
    Spooled(File),
    /// It cannot be read; the reason.
    Failed(String),
}

impl Inputs {
    /// Finds the inputs that `named` names: files, folders with all that is under them, `-` for standard input.
    ///
    /// What lies under one of the folders `outputs` is passed over with a note, and so are the files of a report that lies
    /// among the pages. What cannot be read is an input that
    /// fails.
    ///
    /// # Errors
    ///
    /// When there is no page at all, or standard input is named twice.
    pub fn find(named: &[PathBuf], options: &Options, outputs: &[&Path]) -> Result<Self> {
        let mut inputs = Self { list: Vec::new(), passed_over: 0, links: 0, hidden: 0, notes: Vec::new() };
        let outputs: Vec<PathBuf> = outputs.iter().filter_map(|output| output.canonicalize().ok()).collect();
        if named.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
            return Err(Error::Usage("standard input (-) was named twice; name it once".into()));
        }
        for path in named {
            let found = inputs.list.len();
            inputs.add(path, options, &outputs);
            if inputs.list.len() == found && named.len() > 1 {
                inputs.notes.push(format!("there is no page in {}", path.display()));
            }
        }
        match inputs.links {
            0 => {}
            1 => inputs.notes.push("1 symbolic link is not followed; name what it leads to".into()),
            links => inputs.notes.push(format!("{links} symbolic links are not followed; name what they lead to")),
        }
        match inputs.hidden {
            0 => {}
            1 => inputs.notes.push("1 hidden folder is passed over; name it to have it read".into()),
            hidden => inputs.notes.push(format!("{hidden} hidden folders are passed over; name one to have it read")),
        }
        if inputs.list.is_empty() {
            return Err(inputs.nothing(named, options.format));
        }
        inputs.sort();
        Ok(inputs)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The name and the file of each.
    pub fn names(&self) -> impl Iterator<Item = (String, PathBuf)> {
        self.list.iter().map(|input| (input.name(), input.path()))
    }

    fn add(&mut self, path: &Path, options: &Options, outputs: &[PathBuf]) {
        if path.as_os_str() == "-" {
            let source = spool(io::stdin().lock(), options, "standard input");
            self.list.push(Input { root: Path::new("").into(), relative: Path::new("stdin").into(), source });
            return;
        }
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.list.push(Input::failed(path, cannot_read(path, error))),
        };
        if metadata.is_dir() {
            self.walk(path, options.format, outputs);
        } else if metadata.is_file() {
            self.list.push(Input::named(path, Source::File));
        } else {
            let source = match File::open(path) {
                Ok(file) => spool(file, options, &path.display().to_string()),
                Err(error) => Source::Failed(cannot_read(path, error)),
            };
            self.list.push(Input::named(path, source));
        }
    }

    fn walk(&mut self, folder: &Path, format: Format, outputs: &[PathBuf]) {
        let inside: Vec<PathBuf> = folder.canonicalize().map_or_else(
            |_| Vec::new(),
            |canonical| {
                let below = outputs.iter().filter_map(|output| output.strip_prefix(&canonical).ok());
                below.filter(|below| !below.as_os_str().is_empty()).map(|below| folder.join(below)).collect()
            },
        );
        self.notes.extend(inside.iter().map(|path| format!("{} is passed over: it is for output", path.display())));
        let root: Arc<Path> = folder.into();
        let mut walk = WalkBuilder::new(folder);
        walk.standard_filters(false).follow_links(false);
        let reports = Arc::new(Mutex::new(BTreeSet::new()));
        let found = reports.clone();
        let hidden = Arc::new(AtomicU64::new(0));
        let met = hidden.clone();
        walk.filter_entry(move |entry| {
            let is_state = entry.depth() > 0 && entry.file_name() == STATE;
            if is_state || inside.iter().any(|path| path == entry.path()) {
                return false;
            }
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            if entry.depth() > 0 && is_folder && starts_with(entry.file_name(), ".") {
                met.fetch_add(1, Ordering::Relaxed);
                return false;
            }
            let report = entry.path().parent().filter(|_| is_report_file(entry.path()));
            if let (Some(report), Ok(mut found)) = (report, found.lock()) {
                found.insert(report.to_owned());
            }
            report.is_none()
        });
        for entry in walk.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {}
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && is_page(entry.path(), format) => {
                    let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path()).into();
                    self.list.push(Input { root: root.clone(), relative, source: Source::File });
                }
                Ok(entry) if entry.path_is_symlink() => self.links += 1,
                Ok(_) => self.passed_over += 1,
                Err(error) => self.list.push(unreadable(&root, &error)),
            }
        }
        self.hidden += hidden.load(Ordering::Relaxed);
        let reports = reports.lock().map(|mut found| mem::take(&mut *found)).unwrap_or_default();
        let note = |path: &PathBuf| format!("the report in {} is passed over", path.display());
        self.notes.extend(reports.iter().map(note));
    }

    fn nothing(&self, named: &[PathBuf], format: Format) -> Error {
        let named: Vec<String> = named.iter().map(|path| path.display().to_string()).collect();
        let (taken, other) = match format {
            Format::Text => (".txt", "name a file to have it read whatever it is called, or give --input-format jsonl"),
            Format::Jsonl => (".jsonl and .ndjson", "name a file to have it read whatever it is called"),
        };
        let passed_over = match (self.passed_over, self.links + self.hidden) {
            (0, 0) => Some("no file at all".to_owned()),
            (0, _) => None,
            (1, _) => Some("1 other file was passed over".to_owned()),
            (count, _) => Some(format!("{count} other files were passed over")),
        };
        let found: Vec<&str> = passed_over.iter().chain(&self.notes).map(String::as_str).collect();
        Error::Usage(format!(
            "there is no page in {}: {}; files ending in {taken} are pages ({other})",
            named.join(", "),
            found.join("; ")
        ))
    }

    /// By name; a file that was named twice, as itself and with its folder, is there once.
    fn sort(&mut self) {
        self.list.sort_by_cached_key(|input| (input.name(), input.path()));
        self.list.dedup_by(|next, input| {
            next.relative == input.relative
                && (next.path() == input.path()
                    || matches!((next.path().canonicalize(), input.path().canonicalize()), (Ok(a), Ok(b)) if a == b))
        });
    }
}

impl Input {
    fn named(path: &Path, source: Source) -> Self {
        let (root, relative) = match path.file_name() {
            Some(name) => (path.parent().unwrap_or(Path::new("")), Path::new(name)),
            None => (Path::new(""), path),
        };
        Self { root: root.into(), relative: relative.into(), source }
    }

    fn failed(path: &Path, reason: String) -> Self {
        Self::named(path, Source::Failed(reason))
    }

    /// Its name in reports: its path relative to the folder that was named, with `/` between parts.
    pub fn name(&self) -> String {
        let parts = self.relative.components().filter_map(|part| match part {
            Component::Normal(part) => Some(report::name(part)),
            _ => None,
        });
        let name = parts.collect::<Vec<_>>().join("/");
        if name.is_empty() { self.path().display().to_string() } else { name }
    }

    /// Its path relative to the folder that was named.
    pub(super) fn relative(&self) -> &Path {
        &self.relative
    }

    /// Where it lies, as it was named or found; `-` for standard input.
    pub fn path(&self) -> PathBuf {
        match self.source {
            Source::Spooled(_) if self.root.as_os_str().is_empty() && self.relative.as_os_str() == "stdin" => {
                PathBuf::from("-")
            }
            _ => self.root.join(&self.relative),
        }
    }
}

/// Whether a file at `path`, met in a folder, is an input. What macOS keeps beside a file, `._a.txt`, is named like it and
/// is no text.
fn is_page(path: &Path, format: Format) -> bool {
    format.takes(path) && !path.file_name().is_some_and(|name| starts_with(name, "._"))
}

fn starts_with(name: &OsStr, start: &str) -> bool {
    name.as_encoded_bytes().starts_with(start.as_bytes())
}

/// The input that stands for what a walk could not read.
fn unreadable(root: &Arc<Path>, error: &ignore::Error) -> Input {
    let path = path_of(error).map_or_else(|| root.to_path_buf(), Path::to_path_buf);
    // The walk wraps what the system said; the system says it again.
    let reason = match fs::read_dir(&path) {
        Err(source) => cannot_read(&path, source),
        Ok(_) => format!("cannot read {}: {error}", path.display()),
    };
    match path.strip_prefix(root) {
        Ok(relative) if !relative.as_os_str().is_empty() => {
            Input { root: root.clone(), relative: relative.into(), source: Source::Failed(reason) }
        }
        _ => Input::failed(&path, reason),
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// Keeps what can be read only once: a page of text up to what is too large, JSON Lines whole.
fn spool(from: impl Read, options: &Options, name: &str) -> Source {
    let limit = match options.format {
        Format::Text => options.max_page_size.saturating_add(1),
        Format::Jsonl => u64::MAX,
    };
    let spooled = tempfile::tempfile().and_then(|mut file| {
        io::copy(&mut from.take(limit), &mut file)?;
        Ok(file)
    });
    match spooled {
        Ok(file) => Source::Spooled(file),
        Err(error) => Source::Failed(cannot_read(name, error)),
    }
}
