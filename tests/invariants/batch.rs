//! What holds of every batch, however it goes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kanwu::batch::{Batch, Clean, Event, Inputs, Options};
use kanwu::correction::{Correction, Policy, StageName};
use kanwu::knowledge::Survey;
use kanwu::pipeline::Pipeline;
use kanwu::stage::Stage;
use tempfile::TempDir;

/// A stage at fault: it panics at a mark.
struct Faulty;

impl Stage for Faulty {
    fn name(&self) -> StageName {
        StageName::Characters
    }

    fn propose(&self, text: &str, _: &mut Vec<Correction>) {
        assert!(!text.contains("faulty"), "met a mark");
    }
}

fn folder(pages: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in pages {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn find(folder: &Path, options: &Options) -> Inputs {
    Inputs::find(&[folder.to_owned()], options, &[]).unwrap()
}

/// The names of the pages of `inputs` in the order of their events, failed ones with a mark, after `between` was run
/// between the two passes.
fn outcomes(inputs: &Inputs, options: &Options, between: impl FnOnce()) -> Vec<String> {
    let mut outcomes = Vec::new();
    Batch::new(inputs, options)
        .unwrap()
        .run(
            |_| {
                between();
                Ok(Pipeline::new(vec![Box::new(Faulty)], Policy::default()))
            },
            |task| Ok(task.page.name.clone()),
            |event| {
                outcomes.push(match event {
                    Event::Done { value, .. } => value,
                    Event::Failed { page, reason, .. } => format!("{page} failed: {reason}"),
                    Event::Blank { .. } | Event::End { .. } => return Ok(()),
                });
                Ok(())
            },
            &|_| {},
        )
        .unwrap();
    outcomes
}

#[test]
fn a_fault_in_one_page_is_that_page_s_failure() {
    let folder = folder(&[("a.txt", "甲".into()), ("b.txt", "faulty".into()), ("c.txt", "丙".into())]);
    let options = Options::default();
    let outcomes = outcomes(&find(folder.path(), &options), &options, || {});
    assert_eq!(outcomes.len(), 3);
    assert_eq!((outcomes[0].as_str(), outcomes[2].as_str()), ("a.txt", "c.txt"));
    assert!(outcomes[1].starts_with("b.txt failed: a fault of the program") && outcomes[1].ends_with("met a mark"));
}

#[test]
fn a_page_that_vanishes_between_the_passes_fails_alone() {
    // More than is kept between the passes, so that pages are read again.
    let large = "甲".repeat(3 << 20);
    let folder = folder(&[("a.txt", large.clone()), ("b.txt", large.clone()), ("c.txt", large)]);
    let options = Options::default();
    let inputs = find(folder.path(), &options);
    let outcomes = outcomes(&inputs, &options, || fs::remove_file(folder.path().join("b.txt")).unwrap());
    assert_eq!((outcomes[0].as_str(), outcomes[2].as_str()), ("a.txt", "c.txt"));
    assert!(outcomes[1].starts_with("b.txt failed: cannot read"), "{}", outcomes[1]);
}

#[test]
fn a_page_that_vanishes_before_it_is_read_fails_alone() {
    let folder = folder(&[("a.txt", "甲".into()), ("b.txt", "乙".into())]);
    let options = Options::default();
    let inputs = find(folder.path(), &options);
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    let outcomes = outcomes(&inputs, &options, || {});
    assert!(outcomes[0].starts_with("a.txt failed: cannot read"));
    assert_eq!(outcomes[1], "b.txt");
}

#[test]
fn pages_come_in_the_order_of_their_names() {
    let pages: Vec<(String, String)> =
        (0..300).map(|page| (format!("{page}.txt"), "甲".repeat(page * 37 % 500))).collect();
    let pages: Vec<(&str, String)> = pages.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let folder = folder(&pages);
    let mut names: Vec<&str> = pages.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    for jobs in [1, 8] {
        let options = Options { jobs, ..Options::default() };
        assert_eq!(outcomes(&find(folder.path(), &options), &options, || {}), names);
    }
}

#[test]
fn the_survey_sees_every_page_once() {
    let large = "甲\n".repeat(2 << 20);
    for pages in
        [vec![("a.txt", "甲\n".to_owned())], vec![("a.txt", large.clone()), ("b.txt", large.clone()), ("c.txt", large)]]
    {
        let folder = folder(&pages);
        let (options, seen) = (Options::default(), AtomicUsize::new(0));
        let inputs = find(folder.path(), &options);
        let build = |survey: Arc<Survey>| {
            assert_eq!(survey.pages(), pages.len() as u64);
            assert_eq!(survey.pages_with_line("甲") as usize, pages.len());
            Ok(Pipeline::new(Vec::new(), Policy::default()))
        };
        let work = |_: &kanwu::batch::Task<'_>| Ok(seen.fetch_add(1, Ordering::Relaxed));
        Batch::new(&inputs, &options).unwrap().run(build, work, |_| Ok(()), &|_| {}).unwrap();
        assert_eq!(seen.into_inner(), pages.len());
    }
}

#[test]
fn a_failure_is_told_reported_and_counted() {
    let folder = folder(&[("a.txt", "甲".into()), ("b.txt", "faulty".into())]);
    let out: PathBuf = folder.path().join("out");
    let options = Options::default();
    let inputs = find(folder.path(), &options);
    let clean = Clean {
        inputs: &inputs,
        options: &options,
        output: Some(out.clone()),
        report: Some(out.clone()),
        with_corrections: false,
        dry_run: false,
        settings: serde_json::Map::new(),
    };
    let (mut told, mut nothing) = (Vec::new(), Vec::new());
    let build = |_| Ok(Pipeline::new(vec![Box::new(Faulty)], Policy::default()));
    let outcome = clean.run(build, &mut nothing, |failure| told.push(failure.page.clone()), &|_| {}).unwrap();
    assert_eq!((outcome.failures, outcome.totals.pages), (1, 1));
    assert_eq!(told, ["b.txt"]);
    assert!(nothing.is_empty());
    assert!(out.join("a.txt").exists() && !out.join("b.txt").exists());
    assert_eq!(fs::read_to_string(out.join("failures.jsonl")).unwrap().lines().count(), 1);
}
