//! `kanwu tables`: makes the tables that are part of the program.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use kanwu::knowledge::{Channel, Counts, Knowledge, Model, Shapes};
use kanwu::learn::{self, Affinities, Face, Fold, Source};

use crate::output::{count, note};

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
    /// How likely engines read one thing for another: the constants of channel.txt
    Channel(ChannelArgs),
    /// Which parts characters are built of: parts.txt
    Parts(PartsArgs),
    /// The look-alikes of every character, by the shapes of this program: look-alikes.bin
    LookAlikes(MadeArgs),
    /// How well a text goes on with another: affinity.bin
    Affinity(CorpusArgs),
    /// Whether paragraphs begin and end where texts do: edges.bin
    Edges(CorpusArgs),
    /// Which characters attract one another, as the language model of this program knows them: neighbours.bin
    Neighbours(MadeArgs),
    /// What may have stood where a character was read, worked out from the tables above as this program holds them:
    /// readings.bin
    Readings(MadeArgs),
    /// Words, how often they stand in text, and which are names: words.fst
    Lexicon(LexiconArgs),
    /// What speaks for and against a line end: seams.bin
    Seams(SeamsArgs),
    /// What speaks for a string being a misread place name: places.txt
    Places(PlacesArgs),
}

#[derive(Debug, Args)]
struct ShapesArgs {
    /// Typefaces: TrueType or OpenType files, with the number of the face where a file has several
    #[arg(long = "font", required = true, num_args = 1.., value_name = "FILE[:NUMBER]")]
    fonts: Vec<String>,
    /// Rows of truth, what was read, count, engine, level of damage
    #[arg(long, required = true, num_args = 1.., value_name = "TSV")]
    pairs: Vec<PathBuf>,
    /// Rows of character, how often it was rendered, how often read right, engine, level of damage
    #[arg(long, required = true, num_args = 1.., value_name = "TSV")]
    totals: Vec<PathBuf>,
    /// Files of `kanwu learn` to add
    #[arg(long, num_args = 1.., value_name = "FILE")]
    learnt: Vec<PathBuf>,
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
    /// Files of `kanwu learn` to add
    #[arg(long, num_args = 1.., value_name = "FILE")]
    learnt: Vec<PathBuf>,
    /// The table to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct ChannelArgs {
    /// Rows of truth, what was read, count, engine, level of damage
    #[arg(required = true, value_name = "TSV")]
    pairs: Vec<PathBuf>,
    /// Rows of character, how often it was rendered, how often read right, engine, level of damage
    #[arg(long, required = true, num_args = 1.., value_name = "TSV")]
    totals: Vec<PathBuf>,
    /// Files of `kanwu learn`, each from other pages: each is held out in its turn, the others are counted
    #[arg(long, required = true, num_args = 2.., value_name = "FILE")]
    held_out: Vec<PathBuf>,
    /// The table of shapes to fit with, made without what is held out
    #[arg(long, value_name = "shapes.bin")]
    shapes: PathBuf,
    /// Files of `kanwu learn` from pages that are neither counted nor fitted on: how often the truth is among the
    /// likeliest readings, by the tables that are part of the program, is written for each of them
    #[arg(long, num_args = 1.., value_name = "FILE")]
    check: Vec<PathBuf>,
    /// The constants to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct PartsArgs {
    /// Rows such as 墟:a(土,虚), as cjk-decomp has them
    #[arg(value_name = "cjk_decomp.txt")]
    decompositions: PathBuf,
    /// The table to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct MadeArgs {
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
struct CorpusArgs {
    /// Running text, one paragraph a line; `-` for standard input
    #[arg(required = true, value_name = "CORPUS")]
    corpus: Vec<PathBuf>,
    /// Paragraphs, one a line, that must not be learnt
    #[arg(long, num_args = 1.., value_name = "FILE")]
    exclude: Vec<PathBuf>,
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
        Table::Shapes(args) => shapes(args),
        Table::Confusions(args) => write(&args.output, &counted(&args.pairs, &args.totals, &args.learnt)?.encode()?),
        Table::Channel(args) => channel(args),
        Table::Parts(args) => {
            let gazetteer = Knowledge::embedded()?.gazetteer;
            let parts = learn::parts(Source::open(&args.decompositions)?, gazetteer, Channel::embedded())?;
            write(&args.output, parts.as_bytes())
        }
        Table::LookAlikes(args) => write(&args.output, &learn::look_alikes(Shapes::embedded())?),
        Table::Neighbours(args) => write(&args.output, &learn::neighbours(Model::embedded())?),
        Table::Readings(args) => write(&args.output, &learn::readings(&Channel::of_tables())?),
        Table::Lexicon(args) => {
            let tagged = args.tagged.as_deref().map(Source::open).transpose()?;
            write(&args.output, &learn::lexicon(Source::open(&args.jieba)?, tagged, open_all(&args.corpus)?)?)
        }
        Table::Seams(args) => {
            write(&args.output, &learn::seams(open_all(&args.paragraphs)?, open_all(&args.running)?)?)
        }
        Table::Affinity(args) => affinity(args),
        Table::Edges(args) => edges(args),
        Table::Places(args) => {
            write(&args.output, learn::places(Knowledge::embedded()?, open_all(&args.corpus)?)?.as_bytes())
        }
    }
}

fn shapes(args: &ShapesArgs) -> Result<()> {
    let faces = args.fonts.iter().map(|name| Face::open(name)).collect::<kanwu::Result<Vec<Face>>>()?;
    let counts = counted(&args.pairs, &args.totals, &args.learnt)?;
    write(&args.output, &learn::shapes(&faces, &counts)?)
}

fn counted(pairs: &[PathBuf], totals: &[PathBuf], learnt: &[PathBuf]) -> Result<Counts> {
    let mut counts = Counts::default();
    learn::counted(open_all(pairs)?, open_all(totals)?, &mut counts)?;
    learnt.iter().try_for_each(|path| counts.read(path))?;
    Ok(counts)
}

/// How many of the likeliest readings are looked at.
const DEPTHS: [usize; 6] = [10, 20, 50, 100, 200, 400];

fn channel(args: &ChannelArgs) -> Result<()> {
    let mut counted = Counts::default();
    learn::counted(open_all(&args.pairs)?, open_all(&args.totals)?, &mut counted)?;
    let read = |path: &PathBuf| -> Result<Counts> {
        let mut counts = Counts::default();
        counts.read(path)?;
        Ok(counts)
    };
    let held_out = args.held_out.iter().map(read).collect::<Result<Vec<Counts>>>()?;
    let folds: Vec<Fold> = (0..held_out.len())
        .map(|out| {
            let mut counted = counted.clone();
            held_out.iter().enumerate().filter(|&(at, _)| at != out).for_each(|(_, counts)| counted.add(counts));
            Fold { counted, held_out: held_out[out].clone() }
        })
        .collect();
    let bytes = fs::read(&args.shapes).with_context(|| format!("cannot read {}", args.shapes.display()))?;
    let (parameters, nats) = learn::fit_channel(&folds, &Shapes::from_bytes(bytes, &args.shapes)?)?;
    let mut origin =
        format!("Fitted on {} parts, each held out in its turn: {nats:.4} nats a confusion.\n", folds.len());
    if !args.check.is_empty() {
        origin += "Checked on pages that were neither counted nor fitted on: wrong Chinese characters, and the share of them\n";
        origin += "whose truth is among the likeliest 10, 20, 50, 100, 200, 400 readings.\n";
    }
    for path in &args.check {
        let (reached, all) = learn::reached(&parameters, &read(path)?, &DEPTHS);
        let shares: Vec<String> = reached.iter().map(|&r| format!("{:.3}", r as f64 / all.max(1) as f64)).collect();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        origin.extend([format!("{name}: {all}: "), shares.join(" "), "\n".to_owned()]);
    }
    write(&args.output, learn::write_channel(parameters, &origin).as_bytes())
}

fn affinity(args: &CorpusArgs) -> Result<()> {
    let table = Affinities::default().fit(open_all(&args.corpus)?, open_all(&args.exclude)?)?;
    note(&format!(
        "of {} on pages that were held out, {:.1} % find their heads",
        count(table.tails as u64, "tail"),
        table.found * 100.0
    ));
    write(&args.output, &table.bytes)
}

fn edges(args: &CorpusArgs) -> Result<()> {
    let fitted = learn::edges(open_all(&args.corpus)?, open_all(&args.exclude)?)?;
    for (edge, figures) in &fitted.figures {
        let edges = count(figures.edges as u64, "edge");
        note(&format!("{edge:?}: {:.4} told apart, {:.4} nats; {edges} held out", figures.ordered, figures.nats));
    }
    write(&args.output, &fitted.bytes)
}

fn open_all(paths: &[PathBuf]) -> Result<Vec<Source>> {
    Ok(paths.iter().map(|path| Source::open(path)).collect::<kanwu::Result<_>>()?)
}

fn write(path: &Path, table: &[u8]) -> Result<()> {
    fs::write(path, table).with_context(|| format!("cannot write {}", path.display()))
}
