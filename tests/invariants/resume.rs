//! A batch that is stopped anywhere and gone on with ends as one that was not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use kanwu::Error;
use kanwu::batch::{Clean, Format, Inputs, Options, Outcome, Progress};
use kanwu::correction::{Policy, StageName};
use kanwu::pipeline::Pipeline;

use crate::support::stages;

/// All files below `top`.
fn files(top: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = ignore::WalkBuilder::new(top).standard_filters(false).build().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    files.map(|entry| (entry.path().strip_prefix(top).unwrap().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

/// Cleans `input` into `to`, and stops when `after` pages are written.
fn clean(input: &Path, to: &Path, format: Format, report: bool, after: Option<u64>) -> kanwu::Result<Outcome> {
    let options = Options { format, jobs: 2, ..Options::default() };
    let inputs = Inputs::find(&[input.to_owned()], &options, &[]).unwrap();
    let (stop, written) = (AtomicBool::new(false), AtomicU64::new(0));
    let clean = Clean {
        inputs: &inputs,
        options: &options,
        output: Some(to.join("out")),
        report: report.then(|| to.join("report")),
        with_corrections: format == Format::Jsonl,
        dry_run: false,
        settings: serde_json::Map::new(),
        knowledge: String::new(),
        resume: true,
        stop: Some(&stop),
    };
    let build = |_| Ok(Pipeline::new(stages(&[StageName::Punctuation]), Policy::default()));
    let progress = |progress| {
        if progress == Progress::Written && Some(written.fetch_add(1, Ordering::Relaxed) + 1) == after {
            stop.store(true, Ordering::Relaxed);
        }
    };
    clean.run(build, &mut Vec::new(), |_| {}, &progress)
}

/// Stops the cleaning of `input` again and again, and compares the end with a run that was not stopped.
fn check(input: &Path, format: Format, report: bool, stops: [u64; 4]) {
    let folder = tempfile::tempdir().unwrap();
    let (whole, stopped) = (folder.path().join("whole"), folder.path().join("stopped"));
    let all = clean(input, &whole, format, report, None).unwrap().totals;
    for after in stops {
        let ended = clean(input, &stopped, format, report, Some(after));
        assert!(matches!(ended, Err(Error::Stopped)), "{ended:?}");
        assert!(!stopped.join("report/summary.json").exists());
    }
    // The last was stopped beyond the window that the others were stopped in, and has passed them.
    let state = stopped.join(if report { "report/.kanwu" } else { "out/.kanwu" });
    let left = fs::read_dir(state).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert!(left <= 2, "what {left} runs left lies there");
    let outcome = clean(input, &stopped, format, report, None).unwrap();
    assert!(outcome.kept >= stops[3], "only {} were kept", outcome.kept);
    assert_eq!(outcome.totals, all);
    assert!(files(&whole) == files(&stopped), "what was stopped came out otherwise");
}

#[test]
fn files_that_are_stopped_again_and_again_come_out_as_if_they_were_not() {
    let folder = tempfile::tempdir().unwrap();
    // More than is held at once, so that what is done is written before all is.
    for page in 0..60 {
        let text = format!("第{page}页,甲乙,丙丁\n{}", "正文，正文。\n".repeat(5000));
        fs::write(folder.path().join(format!("{page}.txt")), text).unwrap();
    }
    check(folder.path(), Format::Text, true, [1, 30, 31, 50]);
    check(folder.path(), Format::Text, false, [1, 20, 31, 50]);
}

#[test]
fn lines_that_are_stopped_again_and_again_come_out_as_if_they_were_not() {
    let folder = tempfile::tempdir().unwrap();
    for (file, lines) in [("a", 100), ("b", 4600), ("c", 10)] {
        let line = |line: usize| match line % 50 {
            7 => "不是\n".to_owned(),
            8 => "\n".to_owned(),
            _ => format!("{{\"id\":{line},\"text\":\"第{line}行,甲乙\"}}\n"),
        };
        fs::write(folder.path().join(format!("{file}.jsonl")), (0..lines).map(line).collect::<String>()).unwrap();
    }
    check(folder.path(), Format::Jsonl, true, [1, 2000, 4400, 4401]);
    check(folder.path(), Format::Jsonl, false, [1, 2000, 4400, 4401]);
}
