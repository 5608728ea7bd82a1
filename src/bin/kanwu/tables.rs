//! `kanwu tables`: makes the tables that are part of the program.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use kanwu::learn::{self, Source};

/// Makes a table of `dictionaries/` from its sources.
#[derive(Debug, Args)]
pub(crate) struct TablesArgs {
    #[command(subcommand)]
    table: Table,
}

#[derive(Debug, Subcommand)]
enum Table {
    /// Which characters look alike: shapes.bin
    Shapes(ShapesArgs),
}

#[derive(Debug, Args)]
struct ShapesArgs {
    /// Rows of character, look-alike, similarity; `-` for standard input
    #[arg(value_name = "GLYPHS.tsv")]
    glyphs: PathBuf,
    /// The table to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Runs `kanwu tables`.
pub(crate) fn run(args: &TablesArgs) -> Result<()> {
    match &args.table {
        Table::Shapes(args) => write(&args.output, &learn::shapes(Source::open(&args.glyphs)?)?),
    }
}

fn write(path: &Path, table: &[u8]) -> Result<()> {
    fs::write(path, table).with_context(|| format!("cannot write {}", path.display()))
}
