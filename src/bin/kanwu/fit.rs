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
    self, Boosting, Example, Figures, SeamTruth, Subject, blank_examples, fit, half_width, line_end_examples,
    mark_examples, misreading_examples, seam_examples, variants, width_examples,
};
use kanwu::pipeline::Pipeline;
use kanwu::stage::punctuation::{Punctuation, meant};
use kanwu::stage::{self, Confusables, Layout, Sheet, Stage as _, Wishes, confusables, layout, spacing};
use rayon::prelude::*;

/// Fit a model on pages with their truths.
#[derive(Debug, Args)]
pub(crate) struct FitArgs {
    /// What to fit
    #[arg(value_enum, default_value_t = What::Confusables)]
    what: What,
    /// The truths, one paragraph a line, under the same relative paths as the OCR
    #[arg(long, value_name = "DIR", required = true)]
    truth: Vec<PathBuf>,
    /// The pages as an engine gave them; one folder for each --truth
    #[arg(long, value_name = "DIR", required = true)]
    ocr: Vec<PathBuf>,
    /// Truths of pages to report figures on, which are not fitted on; without them every fifth page is kept for that
    #[arg(long, value_name = "DIR")]
    check_truth: Option<PathBuf>,
    /// The same pages as an engine gave them
    #[arg(long, value_name = "DIR", requires = "check_truth")]
    check_ocr: Option<PathBuf>,
    /// Trees to go on from, such as those in dictionaries/: what is fitted is added to them
    #[arg(long, value_name = "FILE")]
    onto: Option<PathBuf>,
    /// How many trees to grow, if not as many as those in dictionaries/
    #[arg(long, value_name = "N")]
    trees: Option<usize>,
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
    /// The same, when those trees have judged each pair of blocks by itself: dictionaries/fragments-again.txt
    FragmentsAgain,
    /// Which half-width marks are full-width ones: dictionaries/widths.txt
    Widths,
    /// Which characters were misread: dictionaries/confusables.txt
    Confusables,
    /// Which marks were misread: dictionaries/marks.txt
    Marks,
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
            Self::Fragments | Self::FragmentsAgain => layout::fragments::SUBJECT,
            Self::Widths => meant::SUBJECT,
            Self::Confusables => confusables::SUBJECT,
            Self::Marks => confusables::marks::SUBJECT,
        }
    }

    fn settings(self) -> Boosting {
        match self {
            Self::Lines => learn::LINE_ENDS,
            Self::Blanks | Self::Marks => learn::LINES,
            Self::Fragments => learn::FRAGMENTS,
            Self::FragmentsAgain => learn::FRAGMENTS_AGAIN,
            Self::Widths => learn::WIDTHS,
            Self::Confusables => learn::CHARACTERS,
        }
    }

    fn examples(self, page: &PagePair, known: &Knowledge) -> Vec<Example> {
        match self {
            Self::Lines => line_end_examples(&page.ocr, &page.truth, page.is_shuffled, known),
            Self::Blanks => blank_examples(&page.ocr, &page.truth, known.seams, known.lexicon),
            Self::Fragments | Self::FragmentsAgain => {
                let layout = Layout::new(*known, layout::fitted())
                    .with_fragments(layout::fitted_to_torn_pages(), layout::fragments::Looks::fitted());
                let first = matches!(self, Self::FragmentsAgain).then(layout::fragments::fitted);
                seam_examples(page.sheet(), &page.truth, page.is_shuffled, first, &layout, known)
            }
            Self::Widths => width_examples(&page.ocr, &page.truth, &Punctuation::new(*known, meant::fitted())),
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

    /// The stage that judges these, where that sees pages only as the stages before leave them.
    fn judged_on_clean_pages(self) -> Option<StageName> {
        match self {
            Self::Widths => Some(StageName::Punctuation),
            Self::Confusables | Self::Marks => Some(StageName::Places),
            Self::Lines | Self::Blanks | Self::Fragments | Self::FragmentsAgain => None,
        }
    }

    /// Each page with others made from it.
    fn prepare(self, pages: Vec<PagePair>, known: &Knowledge) -> Result<Vec<Vec<PagePair>>> {
        if let Some(stage) = self.judged_on_clean_pages() {
            return Ok(cleaned(&pages, known, stage)?.into_iter().map(|page| vec![page]).collect());
        }
        if let Self::Fragments | Self::FragmentsAgain = self {
            let joined = joined(&pages, known);
            let made = |(page, joined): (PagePair, PagePair)| {
                let plain = PagePair { joints: Vec::new(), ..joined.clone() };
                if joined.joints.is_empty() { vec![page, joined] } else { vec![page, joined, plain] }
            };
            return Ok(pages.into_iter().zip(joined).map(made).collect());
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
    let checked = match (&args.check_truth, &args.check_ocr) {
        (Some(truth), Some(ocr)) => read_pairs(truth, ocr)?,
        _ => hold_out(&mut pages),
    };
    let pages = args.what.prepare(pages, &known)?;
    let examples = args.what.examples_of(pages.iter().flatten(), &known);
    let subject = args.what.subject();
    if let Some(path) = &args.examples {
        fs::write(path, rows(&examples, subject)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let onto = args.onto.as_deref().map(|path| Base::read(path, subject)).transpose()?;
    let settings = args.what.settings();
    let settings = Boosting { trees: args.trees.unwrap_or(settings.trees), ..settings };
    let trees = fit(&examples, subject, settings, onto.as_ref().map(|base| &base.trees));
    let fitted = format!("# Fitted on {} pages, {} examples", pages.len(), examples.len());
    let (fitted, trees) = match onto {
        None => (fitted + ".\n", trees),
        Some(base) => (format!("{fitted}, onto trees with this head:\n{}", base.head), base.lines + &trees),
    };
    let mut text = format!("{}\n{fitted}", subject.format);
    let model = Trees::parse(&format!("{}\n{trees}", subject.format), subject, &args.output)?;
    if !checked.is_empty() {
        let checked = match args.what.judged_on_clean_pages() {
            Some(stage) => cleaned(&checked, &known, stage)?,
            None => checked,
        };
        text += &check(args.what, &model, &checked, &known);
    }
    text += &trees;
    fs::write(&args.output, text).with_context(|| format!("cannot write {}", args.output.display()))
}

/// Trees that are gone on from.
struct Base {
    trees: Trees,
    /// What their file says of them.
    head: String,
    /// Their text.
    lines: String,
}

impl Base {
    fn read(path: &Path, subject: Subject) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let trees = Trees::parse(&text, subject, path)?;
        let (mut head, mut lines) = (String::new(), String::new());
        for line in text.lines().skip(1) {
            match line.strip_prefix('#') {
                Some(comment) => head.extend(["#   ", comment.trim(), "\n"]),
                None => lines.extend([line, "\n"]),
            }
        }
        Ok(Self { trees, head, lines })
    }
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
        let revision = apply(&page.ocr, corrections, &Policy::default());
        let joints = revision.applied.iter().map(|applied| applied.after.start()).collect();
        PagePair { ocr: revision.text, joints, ..page.clone() }
    };
    pages.par_iter().map(join).collect()
}

/// The pages as the stages before `stage` leave them, and each truth once, in which nothing was misread.
///
/// For the stage of punctuation the truths are in half width, and so is half of the pages once more, in part: which share of
/// its marks an engine takes for half-width ones hangs on the type, and there are more types than pages.
fn cleaned(pages: &[PagePair], known: &Knowledge, stage: StageName) -> Result<Vec<PagePair>> {
    let stages = StageName::ALL.into_iter().filter(|before| *before < stage).collect();
    let pipeline = Pipeline::new(stage::all(&Wishes { stages, ..Wishes::default() }, *known, None)?, Policy::default());
    let mut truths = BTreeSet::new();
    let survey = Arc::new(Survey::new(Gazetteer::embedded()?));
    let truth = |page: &PagePair| {
        survey.add(&page.truth);
        let (survey, truth) = (Arc::clone(&survey), page.truth.clone());
        PagePair {
            group: "truth".to_owned(),
            survey,
            ocr: truth.clone(),
            joints: Vec::new(),
            truth,
            is_shuffled: false,
            name: page.name.clone(),
        }
    };
    let clean: Vec<PagePair> = pages.iter().filter(|page| truths.insert(&page.truth)).map(truth).collect();
    let as_left = |page: &PagePair| PagePair { ocr: pipeline.clean(page.ocr.clone()).text, ..page.clone() };
    let (mut pages, clean): (Vec<PagePair>, Vec<PagePair>) =
        (pages.par_iter().map(as_left).collect(), clean.par_iter().map(as_left).collect());
    if stage != StageName::Punctuation {
        return Ok(pages.into_iter().chain(clean).collect());
    }
    let in_part = |(seed, page): (u64, &PagePair)| {
        let share = [0.1, 0.3, 0.6, 1.0][seed as usize % 4];
        PagePair { ocr: half_width(&page.ocr, share, seed), ..page.clone() }
    };
    pages.extend((0..).zip(pages.iter().step_by(2)).map(in_part).collect::<Vec<_>>());
    pages.extend(clean.into_iter().map(|page| PagePair { ocr: half_width(&page.ocr, 1.0, 0), ..page }));
    Ok(pages)
}

/// Takes every fifth document from `pages`, the last among them. Pages of one name in several folders are one document, read
/// under several conditions.
fn hold_out(pages: &mut Vec<PagePair>) -> Vec<PagePair> {
    const ONE_IN: usize = 5;
    let names: BTreeSet<PathBuf> = pages.iter().map(|page| page.name.clone()).collect();
    if names.len() < 2 {
        return Vec::new();
    }
    let held_out: BTreeSet<PathBuf> = names.into_iter().rev().step_by(ONE_IN).collect();
    pages.extract_if(.., |page| held_out.contains(&page.name)).collect()
}

/// What the model reaches on pages that it was not fitted on, a folder a line, as comments.
fn check(what: What, model: &Trees, pages: &[PagePair], known: &Knowledge) -> String {
    let mut groups: Vec<&str> = pages.iter().map(|page| page.group.as_str()).collect();
    groups.dedup();
    let acts_on_noes = matches!(what, What::Lines);
    let acted_on = if acts_on_noes { "noes" } else { "yeses" };
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
                if acts_on_noes {
                    sure.add(!example.yes, odds < -2.944);
                } else {
                    sure.add(example.yes, odds > 2.944);
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
    /// The folder it lies in.
    group: String,
    /// Its file name.
    name: PathBuf,
    /// Of all pages that were read with it: they are a batch.
    survey: Arc<Survey>,
    ocr: String,
    /// Where lines of the page were joined, as offsets into what is now `ocr`.
    joints: Vec<usize>,
    truth: String,
    /// Whether `scripts/shuffled-pages` made it: the truth has its characters in another order.
    is_shuffled: bool,
}

impl PagePair {
    fn sheet(&self) -> Sheet<'_> {
        Sheet { joints: &self.joints, ..Sheet::from(&*self.ocr) }
    }
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
                        name: name.file_name().map_or_else(PathBuf::new, PathBuf::from),
                        survey: Arc::clone(&survey),
                        ocr: read(&path)?,
                        joints: Vec::new(),
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
