//! `kanwu tables`: makes the tables that are part of the program.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use kanwu::knowledge::Knowledge;
use kanwu::learn::{self, Source};

/// Make a table of `dictionaries/` from its sources.
#[derive(Debug, Args)]
pub(crate) struct TablesArgs {
    #[command(subcommand)]
    table: Table,
}

#[derive(Debug, Subcommand)]
enum Table {
    /// Which characters look alike: shapes.bin
    Shapes(ShapesArgs),
    /// What engines read for what stood there: confusions.bin
    Confusions(ConfusionsArgs),
    /// Words, how often they stand in text, and which are names: words.fst
    Lexicon(LexiconArgs),
    /// What speaks for and against a line end: seams.bin
    Seams(SeamsArgs),
    /// What speaks for a string being a misread place name: places.txt
    Places(PlacesArgs),
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

#[derive(Debug, Args)]
struct ConfusionsArgs {
    /// Rows of truth, what was read, count, engine, level of damage
    #[arg(required = true, value_name = "TSV")]
    pairs: Vec<PathBuf>,
    /// Rows of character, how often it was rendered, how often read right, engine, level of damage
    #[arg(long, required = true, num_args = 1.., value_name = "TSV")]
    totals: Vec<PathBuf>,
    /// The table to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct LexiconArgs {
    /// Rows of word, count, part of speech, between blanks: the dictionary of jieba
    #[arg(long, value_name = "dict.txt")]
    jieba: PathBuf,
    /// Text whose words are marked with what they are (`word/ns`); corrects what the dictionary calls a name
    #[arg(long, value_name = "FILE")]
    tagged: Option<PathBuf>,
    /// Text that the words are counted in; `-` for standard input
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    corpus: Vec<PathBuf>,
    /// The table to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct SeamsArgs {
    /// Texts with one paragraph a line; `-` for standard input
    #[arg(required = true, value_name = "CORPUS")]
    paragraphs: Vec<PathBuf>,
    /// Texts whose lines begin and end anywhere: only neighbouring characters are counted
    #[arg(long, num_args = 1.., value_name = "FILE")]
    running: Vec<PathBuf>,
    /// The table to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct PlacesArgs {
    /// Clean texts; names in them are misread as engines would
    #[arg(required = true, value_name = "CORPUS")]
    corpus: Vec<PathBuf>,
    /// The trees to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Runs `kanwu tables`.
pub(crate) fn run(args: &TablesArgs) -> Result<()> {
    match &args.table {
        Table::Shapes(args) => write(&args.output, &learn::shapes(Source::open(&args.glyphs)?)?),
        Table::Confusions(args) => {
            write(&args.output, &learn::confusions(open_all(&args.pairs)?, open_all(&args.totals)?)?)
        }
        Table::Lexicon(args) => {
            let tagged = args.tagged.as_deref().map(Source::open).transpose()?;
            write(&args.output, &learn::lexicon(Source::open(&args.jieba)?, tagged, open_all(&args.corpus)?)?)
        }
        Table::Seams(args) => {
            write(&args.output, &learn::seams(open_all(&args.paragraphs)?, open_all(&args.running)?)?)
        }
        Table::Places(args) => {
            write(&args.output, learn::places(Knowledge::embedded()?, open_all(&args.corpus)?)?.as_bytes())
        }
    }
}

fn open_all(paths: &[PathBuf]) -> Result<Vec<Source>> {
    Ok(paths.iter().map(|path| Source::open(path)).collect::<kanwu::Result<_>>()?)
}

fn write(path: &Path, table: &[u8]) -> Result<()> {
    fs::write(path, table).with_context(|| format!("cannot write {}", path.display()))
}
