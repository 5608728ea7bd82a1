use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::WalkBuilder;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::learn::Source;
use crate::learn::source::hash;
use crate::text::is_han;
use crate::{Error, Result};

/// One paragraph in so many is held out of training, by its hash.
const HELD_OUT: u64 = 200;

/// At most so much text of a file is held out, in bytes: enough for a perplexity to three digits.
const ENOUGH: usize = 1 << 20;

/// Plain text with one paragraph a line, in files that may be compressed.
pub(super) struct Corpus {
    files: Vec<PathBuf>,
    /// Hashes of paragraphs that must not be learnt.
    excluded: FxHashSet<u64>,
}

/// What a paragraph is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Training,
    HeldOut,
}

impl Corpus {
    /// The files in `paths`, folders searched to the bottom, without the paragraphs that stand in `excluded`.
    pub(super) fn open(paths: &[PathBuf], excluded: &[PathBuf]) -> Result<Self> {
        let mut files = Vec::new();
        for path in paths {
            files.extend(files_in(path)?);
        }
        files.sort();
        files.dedup();
        if files.is_empty() {
            return Err(Error::Usage(
                "there is no text: name files, or folders with .txt, .txt.gz, .txt.xz or .txt.zst".into(),
            ));
        }
        let mut hashes = FxHashSet::default();
        for path in excluded {
            for file in files_in(path)? {
                Source::open(&file)?.lines(|_, line| {
                    hashes.insert(hash_of_han(line));
                    Ok(())
                })?;
            }
        }
        Ok(Self { files, excluded: hashes })
    }

    /// Folds the paragraphs of each file into a value of its own, the files side by side, and hands back the values in the
    /// order of the files. A paragraph that recurs counts once: furniture recurs, prose does not.
    pub(super) fn fold<T: Send>(
        &self,
        part: Part,
        begin: impl Fn() -> T + Sync,
        read: impl Fn(&mut T, &str) -> Result<()> + Sync,
    ) -> Result<Vec<T>> {
        let seen = Mutex::new(FxHashSet::default());
        let file = |path: &PathBuf| {
            let (mut value, mut held_out) = (begin(), 0);
            Source::open(path)?.lines(|_, line| {
                if !line.contains(is_han) || self.excluded.contains(&hash_of_han(line)) {
                    return Ok(());
                }
                let hash = hash(line);
                let of_part = if hash.is_multiple_of(HELD_OUT) { Part::HeldOut } else { Part::Training };
                if of_part != part || !seen.lock().is_ok_and(|mut seen| seen.insert(hash)) {
                    return Ok(());
                }
                held_out += line.len();
                if part == Part::HeldOut && held_out > ENOUGH { Ok(()) } else { read(&mut value, line) }
            })?;
            Ok(value)
        };
        self.files.par_iter().map(file).collect()
    }
}

/// The file at `path`, or the text files in the folder.
fn files_in(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in WalkBuilder::new(path).standard_filters(false).build() {
        let entry =
            entry.map_err(|error| Error::Read { path: path.to_owned(), source: std::io::Error::other(error) })?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) && is_text(entry.path()) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn is_text(path: &Path) -> bool {
    let has =
        |path: &Path, wanted: &[&str]| path.extension().is_some_and(|extension| wanted.iter().any(|w| extension == *w));
    has(path, &["txt"])
        || (has(path, &["gz", "xz", "zst"]) && has(Path::new(path.file_stem().unwrap_or_default()), &["txt"]))
}

/// What a paragraph is known by, whatever its marks and blanks.
fn hash_of_han(line: &str) -> u64 {
    hash(&line.chars().filter(|&c| is_han(c)).collect::<String>())
}
