//! What holds of every batch, however it goes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kanwu::batch::{Batch, Clean, Event, Inputs, Options, Progress, Task};
use kanwu::correction::{Confidence, Correction, Edit, Policy, Rule, StageName};
use kanwu::knowledge::{Asked, Survey};
use kanwu::pipeline::Pipeline;
use kanwu::stage::{Memory, Sheet, Stage};
use kanwu::text::Span;
use tempfile::TempDir;

/// A stage at fault: it panics at a mark.
struct Faulty;

impl Stage for Faulty {
    fn name(&self) -> StageName {
        StageName::Characters
    }

    fn read(&self, Sheet { text, .. }: Sheet<'_>, _: &mut Asked, _: &mut Memory, _: &mut Vec<Correction>) {
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
fn outcomes(inputs: &Inputs, options: &Options, between: impl Fn()) -> Vec<String> {
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
fn a_page_that_changes_between_the_passes_is_cleaned_as_it_is_and_told() {
    let large = "甲".repeat(3 << 20);
    let folder = folder(&[("a.txt", large.clone()), ("b.txt", large.clone()), ("c.txt", large)]);
    let options = Options::default();
    let inputs = find(folder.path(), &options);
    let out = folder.path().join("out");
    let clean = Clean { output: Some(out.clone()), report: Some(out.clone()), ..Clean::new(&inputs, &options) };
    let empty = |_| {
        fs::write(folder.path().join("b.txt"), "").unwrap();
        Ok(Pipeline::new(Vec::new(), Policy::default()))
    };
    let outcome = clean.run(empty, &mut Vec::new(), |_| {}, &|_| {}).unwrap();
    assert_eq!((outcome.altered, outcome.first_altered.as_deref()), (1, Some("b.txt")));
    assert_eq!((outcome.totals.pages, outcome.failures), (3, 0));
    assert_eq!(fs::read_to_string(out.join("b.txt")).unwrap(), "");
    assert!(fs::read_to_string(out.join("summary.json")).unwrap().contains("\"altered\": 1"));
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
        let work = |_: &Task<'_>| Ok(seen.fetch_add(1, Ordering::Relaxed));
        Batch::new(&inputs, &options).unwrap().run(build, work, |_| Ok(()), &|_| {}).unwrap();
        assert_eq!(seen.into_inner(), pages.len());
    }
}

/// A stage that looks at the batch: it makes 乙 of 甲 before the first 丙 where 乙丙丁 stands on as many other pages
/// as there are 甲 before that.
struct Following(Arc<Survey>);

impl Stage for Following {
    fn name(&self) -> StageName {
        StageName::Places
    }

    fn read(
        &self,
        Sheet { text, .. }: Sheet<'_>,
        asked: &mut Asked,
        _: &mut Memory,
        corrections: &mut Vec<Correction>,
    ) {
        let Some(end) = text.find('丙') else { return };
        let pages = asked.recurring(&self.0, std::iter::once((['乙', '丙', '丁'], text.contains("乙丙丁"))));
        let demanded = text[..end].matches('甲').count();
        if text[..end].ends_with('甲') && pages as usize >= demanded {
            let edit = Edit::replace(Span::new(end - '甲'.len_utf8(), end), "乙");
            corrections.push(Correction::new(Rule::PlaceName, edit, Confidence::CERTAIN, Vec::new()));
        }
    }
}

/// A stage that looks at the page alone: it makes 戊 of 己 on a page with 乙.
struct Alone;

impl Stage for Alone {
    fn name(&self) -> StageName {
        StageName::Characters
    }

    fn read(&self, Sheet { text, .. }: Sheet<'_>, _: &mut Asked, _: &mut Memory, corrections: &mut Vec<Correction>) {
        for (at, found) in text.match_indices('己').filter(|_| text.contains('乙')) {
            let edit = Edit::replace(Span::new(at, at + found.len()), "戊");
            corrections.push(Correction::new(Rule::Radical, edit, Confidence::CERTAIN, Vec::new()));
        }
    }
}

/// The clean texts of `pages`, after each could be undone, and how many pages went on in each further turn.
fn followed(pages: &[(&str, String)], jobs: usize) -> (Vec<String>, Vec<u64>) {
    let folder = folder(pages);
    let options = Options { jobs, ..Options::default() };
    let build = |survey| Ok(Pipeline::new(vec![Box::new(Alone), Box::new(Following(survey))], Policy::default()));
    let (mut texts, turns) = (Vec::new(), Mutex::new(Vec::new()));
    let work = |task: &Task<'_>| {
        assert_eq!(task.cleaned.undo(), task.page.text);
        Ok(task.cleaned.text.clone())
    };
    let each = |event: Event<'_, String>| {
        if let Event::Done { value, .. } = event {
            texts.push(value);
        }
        Ok(())
    };
    let progress = |progress| {
        if let Progress::Settling(pages) = progress {
            turns.lock().unwrap().push(pages);
        }
    };
    Batch::new(&find(folder.path(), &options), &options).unwrap().run(build, work, each, &progress).unwrap();
    (texts, turns.into_inner().unwrap())
}

#[test]
fn pages_that_make_each_other_s_readings_likelier_settle_in_one_run() {
    let names = ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"];
    // Each page is corrected once as many others are as it has 甲; the last asks for more than there are.
    let pages = ["乙丙丁", "甲丙丁", "己。甲甲丙丁", "己。甲甲甲丙丁", "己。甲甲甲甲甲丙丁"];
    let clean = ["乙丙丁", "乙丙丁", "戊。甲乙丙丁", "戊。甲甲乙丙丁", "己。甲甲甲甲甲丙丁"];
    let batch = |pages: &[String]| -> Vec<(&str, String)> { names.into_iter().zip(pages.iter().cloned()).collect() };
    for jobs in [1, 4] {
        let (texts, turns) = followed(&batch(&pages.map(str::to_owned)), jobs);
        assert_eq!(texts, clean);
        assert!(turns.len() >= 2, "{turns:?}");
        assert_eq!(followed(&batch(&texts), jobs), (texts, Vec::new()));
    }
}

#[test]
fn pages_that_ask_nothing_of_the_batch_do_not_go_on() {
    let pages = [("a.txt", "乙己".to_owned()), ("b.txt", "乙己。己".to_owned())];
    assert_eq!(followed(&pages, 1), (vec!["乙戊".to_owned(), "乙戊。戊".to_owned()], Vec::new()));
}

#[test]
fn a_failure_is_told_reported_and_counted() {
    let folder = folder(&[("a.txt", "甲".into()), ("b.txt", "faulty".into())]);
    let out: PathBuf = folder.path().join("out");
    let options = Options::default();
    let inputs = find(folder.path(), &options);
    let clean = Clean { output: Some(out.clone()), report: Some(out.clone()), ..Clean::new(&inputs, &options) };
    let (mut told, mut nothing) = (Vec::new(), Vec::new());
    let build = |_| Ok(Pipeline::new(vec![Box::new(Faulty)], Policy::default()));
    let outcome = clean.run(build, &mut nothing, |failure| told.push(failure.page.clone()), &|_| {}).unwrap();
    assert_eq!((outcome.failures, outcome.totals.pages), (1, 1));
    assert_eq!(told, ["b.txt"]);
    assert!(nothing.is_empty());
    assert!(out.join("a.txt").exists() && !out.join("b.txt").exists());
    assert_eq!(fs::read_to_string(out.join("failures.jsonl")).unwrap().lines().count(), 1);
}
