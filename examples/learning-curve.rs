//! How many decisions it takes until what is applied to the next batch of the same paper can be relied on.
//!
//! `cargo run --release --example learning-curve -- TRUTH OCR [TRUTH OCR]...` takes folders of pages with their truths, each
//! pair one paper. Half of a paper's pages are cleaned and reviewed by someone who knows the truth; the other half is cleaned
//! with what that taught. Then the halves change places, and both and all papers are added up. A number of decisions is the
//! mean over the batches: an exception is one too, and there may be no more to decide.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a table is printed, and what failed")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanwu::batch::{Clean, Inputs, Options};
use kanwu::correction::{Policy, Reviewed, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::learn::evaluate::{Corrections, Figures, Set, Subject, f_half, measure_report, share};
use kanwu::learn::{Lessons, Order, review};
use kanwu::pipeline::Pipeline;
use kanwu::report::Report;
use kanwu::review::Decisions;
use kanwu::stage::{self, Wishes};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// After so many decisions the next batch is cleaned.
const DECISIONS: [usize; 6] = [0, 25, 50, 100, 200, 400];

fn main() -> Result<()> {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() || !folders.len().is_multiple_of(2) {
        return Err("usage: learning-curve TRUTH OCR [TRUTH OCR]...".into());
    }
    for (name, order) in [("Least certain first", Order::LeastCertain), ("Most frequent first", Order::MostFrequent)] {
        let sums = curve(&folders, order)?;
        for (what, subjects) in [("Chinese characters", &[Subject::Han][..]), ("all that is judged", &Subject::ALL)] {
            println!("{name}: {what}\n");
            println!("| decisions | applied | precision | recall |  F0.5 | proposed | precision |");
            println!("| --------: | ------: | --------: | -----: | ----: | -------: | --------: |");
            for sum in &sums {
                sum.print(subjects);
            }
            println!();
        }
    }
    Ok(())
}

fn curve(folders: &[PathBuf], order: Order) -> Result<[Sum; DECISIONS.len()]> {
    let scratch = tempfile::tempdir()?;
    let mut sums = DECISIONS.map(|_| Sum::default());
    for paper in folders.chunks(2) {
        let (truth, ocr) = (&paper[0], &paper[1]);
        let halves = halves(ocr)?;
        for (reviewed, next) in [(&halves[0], &halves[1]), (&halves[1], &halves[0])] {
            let mut report = clean(reviewed, &Learnt::default(), scratch.path())?;
            for (most, sum) in DECISIONS.into_iter().zip(&mut sums) {
                let decisions = review(&mut report, |page| read(truth, page), order, most)?;
                let learnt = Learnt::of(&mut report, &decisions)?;
                sum.figures.add(&measure_report(&mut clean(next, &learnt, scratch.path())?, |page| read(truth, page))?);
                sum.decisions += decisions.list.iter().map(|decision| 1 + decision.except.len()).sum::<usize>();
                sum.batches += 1;
            }
        }
    }
    Ok(sums)
}

/// The pages of `folder`, every other one.
fn halves(folder: &Path) -> Result<[Vec<PathBuf>; 2]> {
    let pages = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut pages = pages.collect::<Result<Vec<PathBuf>>>()?;
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "txt"));
    pages.sort();
    let half = |odd| pages.iter().skip(odd).step_by(2).cloned().collect();
    Ok([half(0), half(1)])
}

fn read(folder: &Path, page: &str) -> kanwu::Result<String> {
    let path = folder.join(page);
    fs::read_to_string(&path).map_err(|source| kanwu::Error::Read { path, source })
}

/// What decisions taught.
#[derive(Default)]
struct Learnt {
    reviewed: Reviewed,
    lessons: Lessons,
}

impl Learnt {
    fn of(report: &mut Report, decisions: &Decisions) -> Result<Self> {
        let mut learnt = Self::default();
        if let Some(refusal) = learnt.lessons.add(report, decisions)?.first() {
            return Err(refusal.reason.clone().into());
        }
        decisions.learn(&mut learnt.reviewed);
        Ok(learnt)
    }
}

/// The report of `pages`, cleaned with what was `learnt`.
fn clean(pages: &[PathBuf], learnt: &Learnt, scratch: &Path) -> Result<Report> {
    let report = tempfile::tempdir_in(scratch)?.keep();
    let known = learnt.lessons.known(Knowledge::embedded()?)?;
    let wishes = Wishes { stages: StageName::ALL.to_vec(), ..Wishes::default() };
    let policy = Policy {
        reviewed: Arc::new(learnt.reviewed.clone()),
        calibration: Arc::new(learnt.lessons.calibration()),
        ..Policy::default()
    };
    let options = Options::default();
    let inputs = Inputs::find(pages, &options, &[])?;
    let run = Clean { report: Some(report.clone()), ..Clean::new(&inputs, &options) };
    let build = |survey| Ok(Pipeline::new(stage::all(&wishes, known, Some(survey))?, policy.clone()));
    run.run(build, &mut io::sink(), |failure| eprintln!("{}: {}", failure.page, failure.reason), &|_| {})?;
    Ok(Report::open(&report)?)
}

/// The figures of all batches after so many decisions.
#[derive(Default)]
struct Sum {
    /// Made altogether.
    decisions: usize,
    batches: usize,
    figures: Figures,
}

impl Sum {
    fn print(&self, subjects: &[Subject]) {
        let Some(corrections) = &self.figures.corrections else { return };
        let Corrections { needed, applied, proposed, .. } = corrections;
        let count = |set: &Set| {
            let counts = subjects.iter().filter_map(|subject| set.subjects.get(subject));
            counts.fold((0, 0, 0), |(judged, right, changes), counts| {
                (judged + counts.judged(), right + counts.right, changes + counts.changes)
            })
        };
        let (judged, right, changes) = count(applied);
        let (also, also_right, _) = count(proposed);
        let needed: u64 = subjects.iter().filter_map(|subject| needed.get(subject)).sum();
        let (precision, recall) = (share(right, judged), share(changes, needed));
        let percent =
            |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.2}", share * 100.0));
        println!(
            "| {:>9} | {judged:>7} | {:>9} | {:>6} | {:>5} | {also:>8} | {:>9} |",
            self.decisions / self.batches.max(1),
            percent(precision),
            percent(recall),
            percent(f_half(precision, recall)),
            percent(share(also_right, also)),
        );
    }
}
