use std::collections::hash_map::Entry;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::verify::files;
use super::{Format, Input, Inputs};
use crate::report::{self, FILES, LEDGER, Part, SOURCES, STATE};
use crate::review;
use crate::{Error, Result};

/// Where clean pages are written: a folder that mirrors the tree of the inputs.
#[derive(Debug)]
pub struct Outputs {
    folder: PathBuf,
    format: Format,
}

impl Outputs {
    /// The outputs of `inputs` in `folder`, with a report in the folder `report`. Nothing is written yet.
    ///
    /// # Errors
    ///
    /// When `folder` is a file, two inputs map to one output, an output would overwrite an input, or an output and a
    /// file of the report are one.
    pub fn plan(folder: &Path, report: Option<&Path>, inputs: &Inputs, format: Format) -> Result<Self> {
        if folder.exists() && !folder.is_dir() {
            return Err(Error::Usage(format!(
                "cannot write {0}: {0} is a file, not a folder; name a folder with -o",
                folder.display()
            )));
        }
        let outputs = Self { folder: folder.to_owned(), format };
        let paths = || inputs.list.iter().map(|input| (outputs.path(input), input));
        let mut taken: FxHashMap<PathBuf, &Input> = FxHashMap::default();
        for (path, input) in paths() {
            match taken.entry(path) {
                Entry::Vacant(vacant) => _ = vacant.insert(input),
                Entry::Occupied(other) => return Err(collision(other.get(), input, other.key())),
            }
        }
        unique(inputs)?;
        for file in report.iter().flat_map(|report| report_files(report)) {
            let same =
                |(path, _): &(PathBuf, &Input)| path.ends_with(file.file_name()?).then(|| same_file(path, &file));
            if let Some((path, input)) = paths().find(|output| same(output) == Some(true)) {
                return Err(Error::Usage(format!(
                    "{} would be both the output of {} and a file of the report; name another folder with --report",
                    path.display(),
                    input.path().display()
                )));
            }
        }
        safe(paths().map(|(path, _)| path), inputs, "-o")?;
        Ok(outputs)
    }

    /// Where the output of `input` goes.
    pub(super) fn path(&self, input: &Input) -> PathBuf {
        path_of(&self.folder, input.relative(), self.format)
    }

    /// Writes the clean text of `input`, whole or not at all.
    pub(super) fn write(&self, input: &Input, text: &str) -> Result<()> {
        write(&self.folder, &self.path(input), text)
    }

    /// Gives the whole file of JSON Lines that `part` is its name.
    pub(super) fn place(&self, input: &Input, part: Part) -> Result<()> {
        let path = self.path(input);
        prepare(&self.folder, &path)?;
        fs::rename(part.whole()?, &path).map_err(|source| Error::Write { path, source })
    }

    /// How many pages lie in the folder that are none of `inputs`, such as those of an earlier run whose sources are gone.
    pub(super) fn strays(&self, report: Option<&Path>, inputs: &Inputs) -> u64 {
        let Ok(mut files) = files(&self.folder, report) else { return 0 };
        files.retain(|path| self.format.takes(path));
        for input in &inputs.list {
            files.remove(&self.path(input));
        }
        if files.is_empty() {
            return 0;
        }
        let sources: FxHashSet<PathBuf> =
            inputs.list.iter().filter_map(|input| input.path().canonicalize().ok()).collect();
        let is_source = |path: &PathBuf| path.canonicalize().is_ok_and(|path| sources.contains(&path));
        files.iter().filter(|path| !is_source(path)).count() as u64
    }

    /// Makes the names of all that was written last.
    pub(super) fn settle(&self, inputs: &Inputs) {
        let paths = inputs.list.iter().map(|input| self.path(input));
        let folders: FxHashSet<PathBuf> = paths
            .flat_map(|path| {
                let above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.folder));
                above.map(Path::to_owned).collect::<Vec<_>>()
            })
            .collect();
        for folder in &folders {
            report::settle(folder);
        }
    }
}

/// Where the output called `name` lies in the folder `outputs`: the clean page, or the file of JSON Lines.
pub(super) fn path_of(outputs: &Path, name: impl AsRef<Path>, format: Format) -> PathBuf {
    let relative: PathBuf = name.as_ref().components().filter(is_plain).collect();
    if format.takes(&relative) {
        return outputs.join(relative);
    }
    let mut name = relative.into_os_string();
    name.push(if format == Format::Text { ".txt" } else { ".jsonl" });
    outputs.join(name)
}

/// Writes `text` to `path` below the folder `outputs`, which the run holds, whole or not at all.
pub(super) fn write(outputs: &Path, path: &Path, text: &str) -> Result<()> {
    let folder = prepare(outputs, path)?;
    // Half a page lies where no reader of pages looks for one.
    match write_in(&outputs.join(STATE), path, text) {
        Err(Error::Write { source, .. }) if source.kind() == io::ErrorKind::CrossesDevices => {
            write_in(folder, path, text)
        }
        written => written,
    }
}

/// Makes the folder that `path` lies in. It lies below `outputs`: links there are not followed, for they may lead anywhere.
pub(super) fn prepare<'p>(outputs: &Path, path: &'p Path) -> Result<&'p Path> {
    let folder = path.parent().unwrap_or(path);
    let mut made = outputs.to_owned();
    for part in folder.strip_prefix(outputs).unwrap_or(Path::new("")) {
        made.push(part);
        let write = |source| Error::Write { path: made.clone(), source };
        match fs::symlink_metadata(&made) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(metadata) if metadata.is_symlink() => {
                return Err(Error::Usage(format!(
                    "{} is a link, which may lead out of {}, and is not followed; remove it, or name another folder \
                     with -o",
                    made.display(),
                    outputs.display()
                )));
            }
            Ok(_) => return Err(write(io::ErrorKind::NotADirectory.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::create_dir(&made) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(write(error)),
                _ => {}
            },
            Err(error) => return Err(write(error)),
        }
    }
    Ok(folder)
}

/// Writes `text` in `folder`, and gives it the name `path` when it is whole.
fn write_in(folder: &Path, path: &Path, text: &str) -> Result<()> {
    let mut file = report::temporary(folder)?;
    file.write_all(text.as_bytes()).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    report::persist(file, path)
}

/// Refuses a report in the folder `report` that would name two pages alike, or overwrite an input.
pub(super) fn plan_report(report: &Path, inputs: &Inputs) -> Result<()> {
    unique(inputs)?;
    safe(report_files(report), inputs, "--report")
}

/// What is written to the folder `report`.
fn report_files(report: &Path) -> impl Iterator<Item = PathBuf> {
    report_names().map(|name| report.join(name))
}

fn report_names() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().chain([LEDGER, review::page::FILE])
}

/// Whether `path` is a file of a whole report, which may share its folder with pages: it has the name of one, and lies among
/// the others. Its texts and files of JSON Lines are no pages.
pub(super) fn is_report_file(path: &Path) -> bool {
    // Reports of before there were `sources.txt` are reports too.
    let holds_report =
        |folder: &Path| FILES.iter().filter(|name| **name != SOURCES).all(|name| folder.join(name).is_file());
    has_report_name(path) && path.parent().is_some_and(holds_report)
}

/// Whether `path` is called like a file of a report.
pub(super) fn has_report_name(path: &Path) -> bool {
    path.file_name().is_some_and(|name| report_names().any(|file| name == file))
}

fn is_plain(part: &std::path::Component<'_>) -> bool {
    matches!(part, std::path::Component::Normal(_))
}

/// Pages have names of their own: reports and outputs go by them.
fn unique(inputs: &Inputs) -> Result<()> {
    match inputs.list.windows(2).find(|pair| pair[0].name() == pair[1].name()) {
        Some(pair) => Err(collision(&pair[0], &pair[1], Path::new(&pair[0].name()))),
        None => Ok(()),
    }
}

fn collision(one: &Input, other: &Input, output: &Path) -> Error {
    Error::Usage(format!(
        "{} and {} would both become {}; name the folder above both, or clean them in two runs with two output folders",
        one.path().display(),
        other.path().display(),
        output.display()
    ))
}

/// Refuses to write over an input, also by way of links.
fn safe(outputs: impl Iterator<Item = PathBuf>, inputs: &Inputs, flag: &str) -> Result<()> {
    let existing: Vec<(PathBuf, PathBuf)> =
        outputs.filter_map(|path| path.canonicalize().ok().map(|canonical| (canonical, path))).collect();
    if existing.is_empty() {
        return Ok(());
    }
    let read: FxHashSet<PathBuf> = inputs.list.iter().filter_map(|input| input.path().canonicalize().ok()).collect();
    match existing.iter().find(|(canonical, _)| read.contains(canonical)) {
        Some((_, path)) => Err(Error::Usage(format!(
            "{} is an input and would be overwritten; name another folder with {flag}",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Whether two paths, which need not exist yet, are one.
fn same_file(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| {
        let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
        match (parent, path.file_name()) {
            (Some(parent), Some(name)) => Some(parent.join(name)),
            _ => std::path::absolute(path).ok(),
        }
    };
    resolved(one).is_some_and(|one| resolved(other) == Some(one))
}
