//! What a reviewer's decisions are worth on pages that the reviewer has not seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanwu::batch::{Clean, Inputs, Options};
use kanwu::correction::{Policy, Reviewed, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::learn::evaluate::measure_report;
use kanwu::learn::{Lessons, Order, review};
use kanwu::pipeline::Pipeline;
use kanwu::report::Report;
use kanwu::review::Decisions;
use kanwu::stage::{self, Wishes};

use crate::samples::folder;

/// Cleans `pages` into `to` with what was learnt: the tables of what was decided for good, and the lessons.
fn clean(pages: &[PathBuf], reviewed: Reviewed, lessons: &Lessons, to: &Path) -> Report {
    let known = lessons.known(Knowledge::embedded().unwrap()).unwrap();
    let wishes = Wishes { stages: StageName::ALL.to_vec(), ..Wishes::default() };
    let (reviewed, calibration) = (Arc::new(reviewed), Arc::new(lessons.calibration()));
    let policy = Policy { reviewed, calibration, ..Policy::default() };
    let options = Options::default();
    let inputs = Inputs::find(pages, &options, &[]).unwrap();
    let (output, report) = (Some(to.join("pages")), Some(to.join("report")));
    let run = Clean { output, report, ..Clean::new(&inputs, &options) };
    let build = |survey| Ok(Pipeline::new(stage::all(&wishes, known, Some(survey))?, policy.clone()));
    run.run(build, &mut std::io::sink(), |failure| panic!("{failure:?}"), &|_| {}).unwrap();
    Report::open(&to.join("report")).unwrap()
}

/// What was applied, and what of it is right.
fn applied(report: &mut Report, truths: &Path) -> (u64, u64) {
    let truth = |page: &str| Ok(fs::read_to_string(truths.join(page)).unwrap());
    let figures = measure_report(report, truth).unwrap();
    let counts = figures.corrections.unwrap().applied;
    counts.subjects.values().fold((0, 0), |(all, right), counts| (all + counts.judged(), right + counts.right))
}

/// The pages of `samples/` and their truths in `scratch`, each under a name of its own; and the pages of either half.
fn halves(scratch: &Path) -> [Vec<PathBuf>; 2] {
    let mut halves = [Vec::new(), Vec::new()];
    let truths = folder("tests/samples/truth");
    let mut pages: Vec<PathBuf> = ignore::Walk::new(&truths).map(|entry| entry.unwrap().into_path()).collect();
    pages.retain(|path| path.is_file());
    pages.sort();
    for (index, path) in pages.iter().enumerate() {
        let page = path.strip_prefix(&truths).unwrap();
        let name = page.to_str().unwrap().replace(['/', '\\'], "-");
        for (from, to) in [(path.clone(), "truth"), (folder("samples").join(page), "ocr")] {
            fs::create_dir_all(scratch.join(to)).unwrap();
            fs::copy(from, scratch.join(to).join(&name)).unwrap();
        }
        halves[index % 2].push(scratch.join("ocr").join(name));
    }
    halves
}

#[test]
fn what_decisions_teach_lets_no_more_errors_onto_other_pages() {
    let scratch = tempfile::tempdir().unwrap();
    let halves = halves(scratch.path());
    let truths = scratch.path().join("truth");
    let truth = |page: &str| Ok(fs::read_to_string(truths.join(page)).unwrap());
    for (round, (seen, next)) in [(&halves[0], &halves[1]), (&halves[1], &halves[0])].into_iter().enumerate() {
        let to = |what: &str| scratch.path().join(format!("{round}-{what}"));
        let mut report = clean(seen, Reviewed::default(), &Lessons::default(), &to("seen"));
        let before = applied(&mut clean(next, Reviewed::default(), &Lessons::default(), &to("before")), &truths);
        for (order, most) in [(Order::LeastCertain, 25), (Order::MostFrequent, 25), (Order::MostFrequent, 400)] {
            let decisions: Decisions = review(&mut report, truth, order, most).unwrap();
            let mut lessons = Lessons::default();
            assert_eq!(lessons.add(&mut report, &decisions).unwrap(), []);
            assert!(lessons.decided().1 > 5, "{:?} were decided", lessons.decided());
            let mut reviewed = Reviewed::default();
            decisions.learn(&mut reviewed);
            let after = applied(&mut clean(next, reviewed, &lessons, &to(&format!("{order:?}-{most}"))), &truths);
            let wrong = |(all, right): (u64, u64)| all - right;
            eprintln!("{order:?}, {most}: {before:?} → {after:?}");
            assert!(wrong(after) <= wrong(before), "{order:?}, {most} decisions: {before:?} → {after:?}");
        }
    }
}
