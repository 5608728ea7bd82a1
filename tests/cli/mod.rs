//! The program as users run it: what it writes, what it says, how it ends.

mod apply;
mod bad_input;
mod check;
mod clean;
mod evaluate;
mod export;
mod json_lines;
mod learn;
mod others;
mod places;
mod restore;
mod resume;
mod review;
mod reviewed;
mod settings;
mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(crate) const KANWU: &str = env!("CARGO_BIN_EXE_kanwu");

/// A page with two commas between Han, which become full-width.
pub(crate) const HURT: &str = "聚焦项目建设,夯实发展硬实力\n全村共有3,000人,都来了\n";
/// The same, clean.
pub(crate) const CLEAN: &str = "聚焦项目建设，夯实发展硬实力\n全村共有3,000人，都来了\n";

/// A folder of its own to run the program in.
pub(crate) struct Folder(TempDir);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    /// With `files`, by path.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// Every file under `path`, by its path from there.
    pub(crate) fn files(&self, path: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(path), "", &mut files);
        files
    }

    /// Runs `kanwu` with the words of `args`.
    #[track_caller]
    pub(crate) fn run(&self, args: &str) -> Ended {
        self.run_with(args, "")
    }

    /// The same, with `input` on standard input.
    #[track_caller]
    pub(crate) fn run_with(&self, args: &str, input: impl Into<Vec<u8>>) -> Ended {
        let output = assert_cmd::Command::new(KANWU)
            .args(args.split_whitespace())
            .current_dir(self.0.path())
            .write_stdin(input)
            .output()
            .unwrap();
        Ended::from(output)
    }

    /// A command of the system, in this folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.0.path());
        command
    }
}

impl From<std::process::Output> for Ended {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// Ended with `code`, and said every one of `words` on standard error.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}

fn collect(folder: &Path, name: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{name}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}
