//! What can be typed.

use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Args as Group, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use kanwu::batch::Format;

use crate::values::{
    EncodingName, FormatName, FurnitureName, Jobs, Probability, SCRIPTS, Script, Size, Stage, furniture, one_of,
    output, rules, stages,
};

const AFTER: &str = "\
Exit codes:
  0  done
  1  check found pages that would change, or verify something that does not hold
  2  wrong usage or settings, or the run could not be finished
  3  some pages failed, as standard error and failures.jsonl say; the rest are done
  130, 143  stopped by Ctrl-C, or by SIGTERM; clean --resume goes on from what was kept

Settings that hold for a project can be kept in a file kanwu.toml, in the working folder or one above it: \
the long flags without their dashes, such as min-confidence = 0.97. Flags win over the file.

Examples:
  kanwu clean page.txt > clean.txt
  kanwu clean pages/ -o clean/ --report report/ --region 济南市
  kanwu check pages/
  kanwu restore clean/2024/a.txt --report report/";

/// Repairs OCR'd Chinese newspaper pages: what is certain is corrected, what is likely is proposed, and every change is
/// reported and can be undone.
#[derive(Debug, Parser)]
#[command(name = "kanwu", version, after_long_help = AFTER, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Clean(Clean),
    Check(Check),
    Diff(Diff),
    Review(Review),
    Restore(Restore),
    Apply(Apply),
    Export(Export),
    Verify(Verify),
    Explain(Explain),
    Places(PlacesOf),
    Train(Train),
    Evaluate(Evaluate),
    Learn(Learn),
    Completions(Completions),
    Man(Man),
    #[command(hide = true)]
    Fit(crate::fit::FitArgs),
    #[command(hide = true)]
    Gazetteer(crate::gazetteer::Arguments),
    #[command(hide = true)]
    Tables(crate::tables::TablesArgs),
}

/// Write the clean text of pages, and a report of every change
///
/// One file, or standard input, is written to standard output unless -o names a folder. With -o the folder mirrors the
/// input: each page keeps its path below the folder that was named, as UTF-8. Inputs are never written over.
#[derive(Debug, Group)]
pub(crate) struct Clean {
    #[command(flatten)]
    pub(crate) pages: Pages,
    /// Folder for the clean pages
    #[arg(short, long, value_name = "DIR", value_parser = output(), value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,
    /// Folder for the report: corrections.jsonl, changes.diff, pages.jsonl, sources.txt, failures.jsonl, summary.json,
    /// ledger.jsonl (with -o, for --resume), and review.html, which shows them
    #[arg(long, value_name = "DIR", value_parser = output(), value_hint = ValueHint::DirPath)]
    pub(crate) report: Option<PathBuf>,
    /// With --format jsonl, add the field `corrections` to each line
    #[arg(long)]
    pub(crate) with_corrections: bool,
    /// Go on where a run with the same inputs and settings was stopped; what it did is kept where it still holds
    ///
    /// What comes out is the same as that of a run that was not stopped. If a setting, a dictionary or the program has
    /// changed since, all pages are cleaned again; if pages have changed, come or gone, those and the pages on which they
    /// weigh. A batch that fits into one window (4 MB of pages, 4,096 of them) begins anew unless nothing has changed and all
    /// of it was done.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Write nothing; say on standard error what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// List what would change, and exit with 1 if anything would
///
/// Each finding is a line: page:line:column: before → after  rule (confidence). Proposals are listed too, but are not
/// changes.
#[derive(Debug, Group)]
#[command(mut_arg("format", |format| format.long("input-format").visible_alias(Resettable::Reset)))]
#[command(mut_arg("field", |field| field.help("With --input-format jsonl, the field that holds the text [default: text]")))]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) pages: Pages,
    /// How findings are shown
    #[arg(long = "format", alias = "output-format", value_enum, value_name = "FORMAT", default_value = "text")]
    pub(crate) output_format: FindingFormat,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingFormat {
    /// A line each, for people
    Text,
    /// A line of JSON each, as corrections.jsonl has them
    Json,
    /// Workflow commands, which GitHub Actions shows beside the file
    Github,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// As text, of pages in JSON Lines: --input-format jsonl
    Jsonl,
}

impl Check {
    /// With `--format jsonl` taken for what it says of the input, as with other commands.
    pub(crate) fn told_apart(mut self) -> Self {
        if self.output_format == FindingFormat::Jsonl {
            self.pages.format = Some(FormatName(Format::Jsonl));
        }
        self
    }
}

/// Show what would change as a unified diff of the decoded pages
///
/// `patch -p1` applies it to pages in UTF-8.
#[derive(Debug, Group)]
#[command(mut_arg("format", |format| format.long("input-format").visible_alias(Resettable::Reset)))]
#[command(mut_arg("field", |field| field.help("With --input-format jsonl, the field that holds the text [default: text]")))]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) pages: Pages,
    /// Whether lines are coloured; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// unified, or html: one page as a file for a browser, with the changes inside its lines
    #[arg(long = "format", alias = "output-format", value_enum, value_name = "FORMAT", default_value = "unified")]
    pub(crate) output_format: DiffFormat,
}

/// Whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// How differences are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Unified,
    Html,
    /// Unified, of pages in JSON Lines: --input-format jsonl
    Jsonl,
}

impl Diff {
    /// With `--format jsonl` taken for what it says of the input, as with other commands.
    pub(crate) fn told_apart(mut self) -> Self {
        if self.output_format == DiffFormat::Jsonl {
            self.pages.format = Some(FormatName(Format::Jsonl));
        }
        self
    }
}

/// Write the corrections of a report as a table that spreadsheets open
///
/// It is UTF-8 with a byte-order mark. Cells that a spreadsheet would take for a formula begin with an apostrophe.
#[derive(Debug, Group)]
pub(crate) struct Export {
    /// The folder of the report
    #[arg(value_name = "REPORT", value_hint = ValueHint::DirPath)]
    pub(crate) report: PathBuf,
    /// csv or tsv [default: what the file ends in, or csv]
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(crate) format: Option<TableFormat>,
    /// The file to write, instead of standard output
    #[arg(short, long, value_name = "FILE", value_parser = output(), value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// What separates columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    Csv,
    Tsv,
}

/// Write the page on which a report is reviewed: review.html in the report's folder
///
/// `clean --report` writes it already; this makes it again, or elsewhere. It is one file that any browser opens, without
/// network access. Decisions made on it are exported as decisions.json.
#[derive(Debug, Group)]
pub(crate) struct Review {
    /// The folder that `clean --report` wrote
    #[arg(value_name = "REPORT_DIR", value_hint = ValueHint::DirPath)]
    pub(crate) report: PathBuf,
    /// Decide here, group by group and with single keys, and keep the decisions in `REPORT_DIR/decisions.json`
    ///
    /// Begun again, it goes on where it was left.
    #[arg(long)]
    pub(crate) terminal: bool,
    /// The file to write instead of review.html or, with --terminal, decisions.json in the report
    #[arg(short, long, value_name = "FILE", value_parser = output(), value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Write the decoded source of a clean page to standard output, exactly as it was before cleaning
#[derive(Debug, Group)]
pub(crate) struct Restore {
    /// The clean page; it may have been moved or renamed, but not altered
    #[arg(value_name = "CLEAN", value_hint = ValueHint::FilePath)]
    pub(crate) clean: PathBuf,
    /// The report that was written with it
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) report: PathBuf,
}

/// Write the clean pages of a report under a reviewer's decisions
///
/// The report is all that is needed; nothing is cleaned again. Rejected corrections are taken back, and with them what
/// built on them; accepted proposals are put in, and texts that were typed. Decisions that were made on another text are
/// refused, each with its reason, and the rest is done; of decisions that were made on another report none is. Without
/// --decisions the pages come out as they were.
#[derive(Debug, Group)]
pub(crate) struct Apply {
    /// The folder of the report that was reviewed
    #[arg(value_name = "REPORT", value_hint = ValueHint::DirPath)]
    pub(crate) report_read: PathBuf,
    /// What the reviewer decided, as review.html exports it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) decisions: Option<PathBuf>,
    /// Folder for the pages
    #[arg(short, long, value_name = "DIR", value_parser = output(), value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    /// Folder for the report on them, which can be reviewed and restored from in turn
    #[arg(long, value_name = "DIR", value_parser = output(), value_hint = ValueHint::DirPath)]
    pub(crate) report: Option<PathBuf>,
    /// For JSON Lines, the folder of the clean files that were written with REPORT
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) clean: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Prove that clean pages are their sources with the reported corrections, and that nothing else was changed
///
/// Undoes the applied corrections of each page, which must stand in it as the report says and give the source that was
/// read. A page is found by its path or, where it was moved, by its text. Exits with 1 if anything does not hold.
#[derive(Debug, Group)]
pub(crate) struct Verify {
    /// The folder that `clean -o` wrote
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) clean: PathBuf,
    /// The report that was written with it
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) report: PathBuf,
    /// Say nothing but what does not hold
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Say what a rule corrects, how safe that is, and show an example; without RULE, list all rules
#[derive(Debug, Group)]
pub(crate) struct Explain {
    /// The rule's name, as reports show it, such as place-name
    #[arg(value_parser = one_of::<String>(rules), hide_possible_values = true)]
    pub(crate) rule: Option<String>,
}

/// Say what the gazetteer knows of names, and what they would be corrected to
///
/// A name that is not known is compared with those one character away that engines confuse it with: in the region, or in
/// the whole nation, which is a suggestion only. What would be done is said for small pages, each of which is told: the name
/// on a line of its own, with what brings it into scope. Settings are taken as `clean` takes them.
#[derive(Debug, Group)]
pub(crate) struct PlacesOf {
    /// The names
    #[arg(value_name = "NAME", required = true)]
    pub(crate) names: Vec<String>,
    /// How to show it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Shown,
    #[command(flatten)]
    pub(crate) wishes: Wishes,
}

/// Make a language model from plain text with one paragraph a line
///
/// Files may be compressed (.gz, .xz, .zst); folders are searched for .txt files, compressed or not. Paragraphs that recur
/// count once; one in 200 is held out, and the perplexity that is reported is theirs.
#[derive(Debug, Group)]
pub(crate) struct Train {
    /// Files or folders of text
    #[arg(value_name = "CORPUS", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) corpus: Vec<PathBuf>,
    /// The model to write
    #[arg(short, long, value_name = "FILE", value_parser = output(), value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// The size of the model
    #[arg(long, value_name = "SIZE", default_value = "16MiB")]
    pub(crate) size: Size,
    /// The length of the longest n-grams, 2 to 5
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(2..=5))]
    pub(crate) order: u8,
    /// Texts whose paragraphs must not be learnt, such as those that something will be measured on (can be given again)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) exclude: Vec<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Measure how good clean pages are, and the corrections that made them, on pages whose truth is known
///
/// Pages are matched by their paths below the folders; each folder that holds pages has figures of its own. Without
/// --clean the OCR pages are cleaned here, with the options given, and every correction is judged: it is right when all
/// that it changes becomes as in the truth. The truths have a paragraph a line.
#[derive(Debug, Group)]
pub(crate) struct Evaluate {
    /// The pages as they should be, one paragraph a line
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) truth: PathBuf,
    /// The same pages as an engine gave them
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) ocr: PathBuf,
    /// The same pages, cleaned already, by whatever program
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) clean: Option<PathBuf>,
    /// The report that was written with --clean, so that its corrections can be judged
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "clean")]
    pub(crate) report: Option<PathBuf>,
    /// How to show the figures
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Shown,
    #[command(flatten)]
    pub(crate) wishes: Wishes,
}

/// Learn what an engine confuses on pages whose truth is known, or from a reviewer's decisions
///
/// With --truth and --ocr, pages are matched by their paths below the folders and aligned character by character. The
/// file is text, a line for each confusion: characters read for others, read as two, two read as one, lost and added. It is
/// for --confusions.
///
/// With --decisions, a folder is written: accepted.tsv and rejected.tsv, for --reviewed, keep what was decided for good;
/// confusions.tsv, for --confusions, counts the misreadings that were accepted; calibration.tsv, for --calibration, says
/// how sure each rule really is on this paper. The last two are made anew each time: name all decisions on the paper.
#[derive(Debug, Group)]
pub(crate) struct Learn {
    /// The pages as they should be
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "ocr")]
    pub(crate) truth: Option<PathBuf>,
    /// The same pages as an engine gave them
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "truth")]
    pub(crate) ocr: Option<PathBuf>,
    /// A reviewer's decisions (can be given again): those for good go to accepted.tsv and rejected.tsv, and of all of them
    /// confusions.tsv and calibration.tsv are made
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "truth",
          conflicts_with = "truth")]
    pub(crate) decisions: Vec<PathBuf>,
    /// The report that was decided on, where the decisions do not lie in its folder (can be given again)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "decisions")]
    pub(crate) report: Vec<PathBuf>,
    /// The file to write; with --decisions, the folder for what was learnt
    #[arg(short, long, value_name = "PATH", value_parser = output(), value_hint = ValueHint::AnyPath)]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// How an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shown {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Write a script that completes commands and flags in your shell to standard output
#[derive(Debug, Group)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

/// Write the manual page to standard output
#[derive(Debug, Group)]
pub(crate) struct Man {
    /// The command to write it of, instead of the whole program
    pub(crate) command: Option<String>,
}

/// What every command that reads pages takes.
#[derive(Debug, Group)]
pub(crate) struct Pages {
    /// Files, folders (with all folders below them), or - for standard input
    #[arg(value_name = "INPUT", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,

    /// text (a page a file) or jsonl (a page a line) [default: text]
    #[arg(long, visible_alias = "input-format", value_name = "FORMAT", help_heading = "Reading")]
    pub(crate) format: Option<FormatName>,
    /// With --format jsonl, the field that holds the text [default: text]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(crate) field: Option<String>,

    #[command(flatten)]
    pub(crate) wishes: Wishes,
}

/// How pages are read and corrected, whatever is made of them.
#[derive(Debug, Group)]
pub(crate) struct Wishes {
    /// Apply corrections that are at least this certain; less certain ones are proposed [default: 0.95]
    #[arg(long, value_name = "P", help_heading = "Corrections")]
    pub(crate) min_confidence: Option<Probability>,
    /// A dictionary of your own: names, their parents, aliases, known misreadings (can be given again)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Corrections")]
    pub(crate) dictionary: Vec<PathBuf>,
    /// What an engine confuses, as `kanwu learn` counts it, beside what is known (can be given again)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Corrections")]
    pub(crate) confusions: Vec<PathBuf>,
    /// What reviewers accepted and rejected for good, as `kanwu learn --decisions` keeps it (can be given again)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Corrections")]
    pub(crate) reviewed: Vec<PathBuf>,
    /// How sure corrections are on this paper, as `kanwu learn --decisions` found it (can be given again)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Corrections")]
    pub(crate) calibration: Vec<PathBuf>,
    /// Where the paper is from, such as 济南市 or 章丘区/官庄街道: names below it are likelier (can be given again)
    #[arg(long, value_name = "NAME", help_heading = "Corrections")]
    pub(crate) region: Vec<String>,
    /// keep, simplified, traditional, or an OpenCC configuration such as t2s or s2tw [default: keep]
    #[arg(long, value_name = "SCRIPT", value_parser = one_of::<Script>(|| SCRIPTS.to_vec()), hide_possible_values = true,
          help_heading = "Corrections")]
    pub(crate) script: Option<Script>,
    /// Running heads, page numbers, credits and the like: keep, mark (proposed only) or drop [default: keep]
    #[arg(long, value_name = "WHAT", value_parser = one_of::<FurnitureName>(furniture), hide_possible_values = true,
          help_heading = "Corrections")]
    pub(crate) furniture: Option<FurnitureName>,
    /// Run these stages only: characters, layout, spacing, punctuation, numerals, script, places, confusables
    #[arg(long, value_name = "STAGE,...", value_delimiter = ',', value_parser = one_of::<Stage>(stages),
          hide_possible_values = true, help_heading = "Corrections")]
    pub(crate) only: Vec<Stage>,
    /// Leave these stages out
    #[arg(long, value_name = "STAGE,...", value_delimiter = ',', value_parser = one_of::<Stage>(stages),
          hide_possible_values = true, help_heading = "Corrections")]
    pub(crate) skip: Vec<Stage>,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// How files are read, and a run goes about it.
#[derive(Debug, Group)]
pub(crate) struct Reading {
    /// auto, or the encoding of all files, such as gb18030, big5, utf-16le [default: auto]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(crate) encoding: Option<EncodingName>,
    /// Fail pages larger than this, such as 64MiB or 1GiB [default: 64MiB]
    #[arg(long, value_name = "SIZE", help_heading = "Reading")]
    pub(crate) max_page_size: Option<Size>,

    /// Threads, four a core at most; 0 is one a core [default: 0]
    #[arg(short, long, value_name = "N", allow_negative_numbers = true, help_heading = "Running")]
    pub(crate) jobs: Option<Jobs>,
    /// Say nothing but errors
    #[arg(short, long, help_heading = "Running")]
    pub(crate) quiet: bool,
    /// Settings to use instead of the kanwu.toml in the working folder or one above it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Running")]
    pub(crate) config: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Args::command().debug_assert();
    }
}
