//! `kanwu fit`: fits the trees that judge line ends and blanks on pairs of OCR and truth.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use kanwu::correction::{Policy, StageName, apply};
use kanwu::knowledge::{Gazetteer, Knowledge, Survey, Trees};
use kanwu::learn::{
    self, Boosting, Example, Figures, SeamTruth, Subject, blank_examples, fit, line_end_examples, mark_examples,
    misreading_examples, seam_examples, variants,
};
use kanwu::pipeline::Pipeline;
use kanwu::stage::{self, Confusables, Layout, Stage as _, Wishes, confusables, layout, spacing};
use rayon::prelude::*;

/// Fit a model on pages with their truths.
#[derive(Debug, Args)]
pub(crate) struct FitArgs {
    /// What to fit
    #[arg(value_enum)]
    what: What,
    /// The truths, one paragraph a line, under the same relative paths as the OCR
    #[arg(long, value_name = "DIR", required = true)]
    truth: Vec<PathBuf>,
    /// The pages as an engine gave them; one folder for each --truth
    #[arg(long, value_name = "DIR", required = true)]
    ocr: Vec<PathBuf>,
    /// Truths of pages to report figures on, which are not fitted on
    #[arg(long, value_name = "DIR")]
    check_truth: Option<PathBuf>,
    /// The same pages as an engine gave them
    #[arg(long, value_name = "DIR", requires = "check_truth")]
    check_ocr: Option<PathBuf>,
    /// Where to write the examples, as rows of the answer and the features, to look at them
    #[arg(long, value_name = "FILE")]
    examples: Option<PathBuf>,
    /// Where to write the model
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Which line ends end a paragraph: dictionaries/line-ends.txt
    Lines,
    /// Which blanks are stray: dictionaries/blanks.txt
    Blanks,
    /// Which blocks go on in which: dictionaries/fragments.txt
    Fragments,
    /// Which characters were misread: dictionaries/confusables.txt
    Confusables,
    /// Which marks were misread: dictionaries/marks.txt
    Marks,
}

/// Examples of what a first round leaves: pages whose surer joins are made, by trees that were fitted on the other half
/// of the pages. A page goes round until nothing changes, so the trees must know what they leave themselves.
fn after_a_round(pages: &[Vec<PagePair>], known: &Knowledge) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for half in 0..2 {
        let of = |wanted: usize| pages.iter().enumerate().filter(move |(at, _)| at % 2 == wanted).flat_map(|(_, v)| v);
        let text = fit(&What::Lines.examples_of(of(half), known), layout::SUBJECT, learn::LINES);
        let text = format!("{}\n{text}", layout::SUBJECT.format);
        let trees = Trees::parse(&text, layout::SUBJECT, Path::new("a half of the pages"))?;
        let stage = Layout::new(*known, &trees);
        let left: Vec<PagePair> = of(1 - half)
            .map(|page| {
                let mut corrections = Vec::new();
                stage.propose(&page.ocr, &mut corrections);
                PagePair { ocr: apply(&page.ocr, corrections, &Policy::default()).text, ..page.clone() }
            })
            .collect();
        examples.extend(What::Lines.examples_of(left.iter(), known));
    }
    Ok(examples)
}

impl What {
    fn examples_of<'p>(self, pages: impl Iterator<Item = &'p PagePair>, known: &Knowledge) -> Vec<Example> {
        let pages: Vec<&PagePair> = pages.collect();
        pages.into_par_iter().flat_map_iter(|page| self.examples(page, known)).collect()
    }

    fn subject(self) -> Subject {
        match self {
            Self::Lines => layout::SUBJECT,
            Self::Blanks => spacing::SUBJECT,
            Self::Fragments => layout::fragments::SUBJECT,
            Self::Confusables => confusables::SUBJECT,
            Self::Marks => confusables::marks::SUBJECT,
        }
    }

    fn settings(self) -> Boosting {
        match self {
            Self::Lines | Self::Blanks | Self::Marks => learn::LINES,
            Self::Fragments => learn::FRAGMENTS,
            Self::Confusables => learn::CHARACTERS,
        }
    }

    fn examples(self, page: &PagePair, known: &Knowledge) -> Vec<Example> {
        match self {
            Self::Lines => line_end_examples(&page.ocr, &page.truth, page.is_shuffled, known),
            Self::Blanks => blank_examples(&page.ocr, &page.truth, known.seams, known.lexicon),
            Self::Fragments => {
                let layout = Layout::new(*known, layout::fitted())
                    .with_fragments(layout::fitted_to_torn_pages(), layout::fragments::fitted());
                seam_examples(&page.ocr, &page.truth, page.is_shuffled, &layout, known)
            }
            Self::Confusables => {
                let survey = Some(Arc::clone(&page.survey));
                let stage = Confusables::new(*known, confusables::fitted(), Arc::default(), survey);
                misreading_examples(&page.ocr, &page.truth, &stage)
            }
            Self::Marks => {
                let stage = Confusables::new(*known, confusables::fitted(), Arc::default(), None);
                mark_examples(&page.ocr, &page.truth, &stage)
            }
        }
    }

    /// Each page with others made from it.
    fn prepare(self, pages: Vec<PagePair>, known: &Knowledge) -> Result<Vec<Vec<PagePair>>> {
        if let Self::Confusables | Self::Marks = self {
            return Ok(cleaned(&pages, known)?.into_iter().map(|page| vec![page]).collect());
        }
        if let Self::Fragments = self {
            let joined = joined(&pages, known);
            return Ok(pages.into_iter().zip(joined).map(|(page, joined)| vec![page, joined]).collect());
        }
        let pages = (0u64..).zip(pages).map(|(seed, page)| {
            let made = if page.is_shuffled { Vec::new() } else { variants(&page.truth, seed) };
            let made = made.into_iter().map(|ocr| PagePair { ocr, ..page.clone() });
            std::iter::once(page.clone()).chain(made).collect()
        });
        Ok(pages.collect())
    }
}

pub(crate) fn run(args: &FitArgs) -> Result<()> {
    if args.truth.len() != args.ocr.len() {
        bail!("{} --truth and {} --ocr folders: each needs its partner", args.truth.len(), args.ocr.len());
    }
    let known = Knowledge::embedded()?;
    let mut pages = Vec::new();
    for (truth, ocr) in args.truth.iter().zip(&args.ocr) {
        pages.extend(read_pairs(truth, ocr)?);
    }
    let pages = args.what.prepare(pages, &known)?;
    let mut examples = args.what.examples_of(pages.iter().flatten(), &known);
    if let What::Lines = args.what {
        examples.extend(after_a_round(&pages, &known)?);
    }
    let subject = args.what.subject();
    if let Some(path) = &args.examples {
        fs::write(path, rows(&examples, subject)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let trees = fit(&examples, subject, args.what.settings());
    let mut text = format!("{}\n# Fitted on {} pages, {} examples.\n", subject.format, pages.len(), examples.len());
    let model = Trees::parse(&format!("{}\n{trees}", subject.format), subject, &args.output)?;
    if let (Some(truth), Some(ocr)) = (&args.check_truth, &args.check_ocr) {
        let pages: Vec<PagePair> = match args.what {
            What::Confusables | What::Marks => cleaned(&read_pairs(truth, ocr)?, &known)?,
            _ => read_pairs(truth, ocr)?,
        };
        text += &check(args.what, &model, &pages, &known);
    }
    text += &trees;
    fs::write(&args.output, text).with_context(|| format!("cannot write {}", args.output.display()))
}

/// A row for each example: the answer, and the features below their names.
fn rows(examples: &[Example], subject: Subject) -> String {
    let mut rows = String::from("yes");
    for (name, _) in subject.features {
        rows += "\t";
        rows += name;
    }
    for example in examples {
        rows += if example.yes { "\n1" } else { "\n0" };
        // Writing to a string cannot fail.
        example.features.iter().for_each(|feature| _ = write!(rows, "\t{feature}"));
    }
    rows + "\n"
}

/// The pages with their lines joined as far as that is certain, and right where the truth has the page's characters.
fn joined(pages: &[PagePair], known: &Knowledge) -> Vec<PagePair> {
    let join = |page: &PagePair| {
        let mut corrections = Vec::new();
        Layout::new(*known, layout::fitted()).propose(&page.ocr, &mut corrections);
        if page.is_shuffled {
            let truth = SeamTruth::of(&page.truth);
            corrections.retain(|join| {
                let (before, after) = (&page.ocr[..join.edit.span().start()], &page.ocr[join.edit.span().end()..]);
                truth.joins(before.lines().next_back().unwrap_or_default(), after.lines().next().unwrap_or_default())
            });
        }
        PagePair { ocr: apply(&page.ocr, corrections, &Policy::default()).text, ..page.clone() }
    };
    pages.par_iter().map(join).collect()
}

/// The pages as the stages before places and characters leave them, and each truth once, in which nothing was misread.
fn cleaned(pages: &[PagePair], known: &Knowledge) -> Result<Vec<PagePair>> {
    let stages = StageName::ALL.into_iter().filter(|stage| *stage < StageName::Places).collect();
    let pipeline = Pipeline::new(stage::all(&Wishes { stages, ..Wishes::default() }, *known, None)?, Policy::default());
    let mut truths = BTreeSet::new();
    let survey = Arc::new(Survey::new(Gazetteer::embedded()?));
    let clean: Vec<PagePair> = pages
        .iter()
        .filter(|page| truths.insert(&page.truth))
        .inspect(|page| survey.add(&page.truth))
        .map(|page| {
            let survey = Arc::clone(&survey);
            PagePair {
                group: "truth".to_owned(),
                survey,
                ocr: page.truth.clone(),
                truth: page.truth.clone(),
                is_shuffled: false,
            }
        })
        .collect();
    let all = pages.par_iter().chain(&clean);
    Ok(all.map(|page| PagePair { ocr: pipeline.clean(page.ocr.clone()).text, ..page.clone() }).collect())
}

/// What the model reaches on pages that it was not fitted on, a folder a line, as comments.
fn check(what: What, model: &Trees, pages: &[PagePair], known: &Knowledge) -> String {
    let mut groups: Vec<&str> = pages.iter().map(|page| page.group.as_str()).collect();
    groups.dedup();
    let acted_on = match what {
        What::Lines => "noes",
        What::Blanks | What::Fragments | What::Confusables | What::Marks => "yeses",
    };
    let mut text = format!(
        "# Checked on pages that were not fitted on: folder, yeses, F1 at odds of one, and precision and\n# recall of the {acted_on} at a probability of 0.95.\n",
    );
    for group in groups {
        let (mut even, mut sure) = (Figures::default(), Figures::default());
        for page in pages.iter().filter(|page| page.group == group) {
            for example in what.examples(page, known) {
                let odds = model.log_odds(&example.features);
                even.add(example.yes, odds > 0.0);
                // A stage acts on a yes or a no at 0.95: log-odds of 2.94.
                match what {
                    What::Lines => sure.add(!example.yes, odds < -2.944),
                    What::Blanks | What::Fragments | What::Confusables | What::Marks => {
                        sure.add(example.yes, odds > 2.944);
                    }
                }
            }
        }
        let line = format!(
            "# {group}: {} yes, F1 {:.4}; acted on at 0.95: precision {:.4}, recall {:.4}\n",
            even.real,
            even.f1(),
            sure.precision(),
            sure.recall()
        );
        text += &line;
    }
    text
}

#[derive(Clone)]
struct PagePair {
    group: String,
    /// Of all pages that were read with it: they are a batch.
    survey: Arc<Survey>,
    ocr: String,
    truth: String,
    /// Whether `scripts/shuffled-pages` made it: the truth has its characters in another order.
    is_shuffled: bool,
}

fn read_pairs(truth: &Path, ocr: &Path) -> Result<Vec<PagePair>> {
    let survey = Arc::new(Survey::new(Gazetteer::embedded()?));
    let is_shuffled = truth.parent().is_some_and(|folder| folder.join("seams.json").is_file());
    let mut pairs = Vec::new();
    let mut folders = vec![ocr.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                let name = path.strip_prefix(ocr)?;
                let read =
                    |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
                let group = name.parent().map_or_else(String::new, |group| group.display().to_string());
                pairs.push((
                    name.to_owned(),
                    PagePair {
                        group,
                        survey: Arc::clone(&survey),
                        ocr: read(&path)?,
                        truth: read(&truth.join(name))?,
                        is_shuffled,
                    },
                ));
            }
        }
    }
    if pairs.is_empty() {
        bail!("{} holds no .txt page", ocr.display());
    }
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs.par_iter().for_each(|(_, pair)| survey.add(&pair.ocr));
    Ok(pairs.into_iter().map(|(_, pair)| pair).collect())
}
