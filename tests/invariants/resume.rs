//! A batch that is stopped anywhere and gone on with ends as one that was not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use kanwu::Error;
use kanwu::batch::{Clean, Format, Inputs, Options, Outcome, Progress};
use kanwu::correction::{Policy, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::pipeline::Pipeline;
use kanwu::stage::layout::Furniture;
use kanwu::stage::{self, Wishes};

/// All files below `top`.
fn files(top: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = ignore::WalkBuilder::new(top).standard_filters(false).build().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    files.map(|entry| (entry.path().strip_prefix(top).unwrap().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

/// Cleans `input` into `to`, and stops when `after` pages are written.
fn clean(input: &Path, to: &Path, format: Format, report: bool, after: Option<u64>) -> kanwu::Result<Outcome> {
    clean_with(&[StageName::Punctuation], input, to, format, report, after)
}

/// The same with `stages`.
fn clean_with(
    stages: &[StageName],
    input: &Path,
    to: &Path,
    format: Format,
    report: bool,
    after: Option<u64>,
) -> kanwu::Result<Outcome> {
    let (stop, written) = (AtomicBool::new(false), AtomicU64::new(0));
    let progress = |progress| {
        if progress == Progress::Written && Some(written.fetch_add(1, Ordering::Relaxed) + 1) == after {
            stop.store(true, Ordering::Relaxed);
        }
    };
    clean_until(&stop, stages, input, to, format, report, &progress)
}

/// The same until `stop` is set, with `progress` told how far it is.
fn clean_until(
    stop: &AtomicBool,
    stages: &[StageName],
    input: &Path,
    to: &Path,
    format: Format,
    report: bool,
    progress: &(dyn Fn(Progress) + Sync),
) -> kanwu::Result<Outcome> {
    let options = Options { format, jobs: 2, ..Options::default() };
    let inputs = Inputs::find(&[input.to_owned()], &options, &[]).unwrap();
    let clean = Clean {
        output: Some(to.join("out")),
        report: report.then(|| to.join("report")),
        with_corrections: format == Format::Jsonl,
        resume: true,
        stop: Some(stop),
        ..Clean::new(&inputs, &options)
    };
    let wishes = Wishes { stages: stages.to_vec(), furniture: Furniture::Drop, ..Wishes::default() };
    let build =
        |survey| Ok(Pipeline::new(stage::all(&wishes, Knowledge::embedded()?, Some(survey))?, Policy::default()));
    clean.run(build, &mut Vec::new(), |_| {}, progress)
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

#[test]
fn a_run_that_is_stopped_says_how_many_pages_the_next_one_keeps() {
    for (pages, lines) in [(60, 5000), (60, 5)] {
        let folder = tempfile::tempdir().unwrap();
        let (input, to) = (folder.path().join("in"), folder.path().join("to"));
        fs::create_dir(&input).unwrap();
        for page in 0..pages {
            fs::write(
                input.join(format!("{page}.txt")),
                format!("第{page}页,甲乙\n{}", "正文，正文。\n".repeat(lines)),
            )
            .unwrap();
        }
        let (stop, written, said) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
        let progress = |progress| match progress {
            Progress::Written if written.fetch_add(1, Ordering::Relaxed) == 30 => stop.store(true, Ordering::Relaxed),
            Progress::Kept(pages) => said.store(pages, Ordering::Relaxed),
            _ => {}
        };
        let ended = clean_until(&stop, &[StageName::Punctuation], &input, &to, Format::Text, true, &progress);
        assert!(matches!(ended, Err(Error::Stopped)), "{ended:?}");
        let kept = clean(&input, &to, Format::Text, true, None).unwrap().kept;
        assert_eq!(kept, said.into_inner(), "of pages of {lines} lines");
        assert_eq!(kept > 0, lines == 5000, "what fits into one window begins anew");
    }
}

/// Lines of JSON Lines that ask the survey much: of misread characters, of names of places, of lines that recur.
fn write_asking(path: &Path, lines: usize) {
    const PHRASES: [&str; 10] = [
        "全省经济实现新容破",
        "绩效等理不断加强",
        "最后一来打通了",
        "总投资四十一亿元的铜锣湾广场",
        "在章丘区刀镇开工",
        "群众为人住新居而高兴",
        "记者支倩倩报道",
        "项目建设现场机器轰鸣",
        "今年粮食再获丰收",
        "合作社有烘干塔九座",
    ];
    const WORDS: &str =
        "经济发展人民生活工业农村学校医院道路建设生产技术改革开放文化教育科研市场企业管理服务群众干部组织会议代表";
    let words: Vec<char> = WORDS.chars().collect();
    let mut random = fastrand::Rng::with_seed(lines as u64);
    let mut file = String::new();
    for line in 0..lines {
        let phrase = PHRASES[line % PHRASES.len()];
        let around: String = (0..12).map(|_| words[random.usize(..words.len())]).collect();
        // Of lines that recur the report says on how many pages, so that of all that have one none can be kept.
        let head = if line % 4 == 0 { "济南日报 要闻\\n" } else { "" };
        file.push_str(&format!("{{\"text\":\"{head}{phrase}。{around}。\"}}\n"));
    }
    fs::write(path, file).unwrap();
}

#[test]
fn of_a_changed_batch_what_still_holds_is_kept_and_the_rest_comes_out_as_if_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (input, kept) = (folder.path().join("in"), folder.path().join("kept"));
    fs::create_dir(&input).unwrap();
    let clean = |to: &Path, after| clean_with(&StageName::ALL, &input, to, Format::Jsonl, true, after);
    // More pages than one window holds.
    for (file, lines) in [("a", 1500), ("b", 1501), ("c", 1502)] {
        write_asking(&input.join(format!("{file}.jsonl")), lines);
    }
    let check = |what: &str, kept_now: std::ops::RangeInclusive<u64>| {
        let outcome = clean(&kept, None).unwrap();
        let anew = folder.path().join(what);
        clean(&anew, None).unwrap();
        let same = files(&anew) == files(&kept);
        assert!(same, "{what}: it came out otherwise");
        assert!(kept_now.contains(&outcome.kept), "{what}: {} of {} kept", outcome.kept, outcome.totals.pages);
    };
    assert!(matches!(clean(&kept, Some(4300)), Err(Error::Stopped)));
    check("stopped", 4300..=4503);
    let a = fs::read_to_string(input.join("a.jsonl")).unwrap();
    fs::write(input.join("a.jsonl"), a.replacen("经济", "东海", 1)).unwrap();
    check("one page is another", 500..=4502);
    write_asking(&input.join("aa.jsonl"), 300);
    check("pages have come", 1..=4400);
    fs::remove_file(input.join("aa.jsonl")).unwrap();
    fs::remove_file(kept.join("out/aa.jsonl")).unwrap();
    check("pages have gone", 1..=4400);
    fs::remove_file(input.join("c.jsonl")).unwrap();
    fs::remove_file(kept.join("out/c.jsonl")).unwrap();
    check("what is left fits into one window", 0..=0);
    write_asking(&input.join("c.jsonl"), 1502);
    check("it does not any more", 0..=0);
}

#[test]
fn where_nothing_is_asked_of_the_survey_only_changed_pages_are_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (input, kept) = (folder.path().join("in"), folder.path().join("kept"));
    fs::create_dir(&input).unwrap();
    for page in 0..60 {
        let text = format!("第{page}页,甲乙\n{}", "正文，正文。\n".repeat(5000));
        fs::write(input.join(format!("{page}.txt")), text).unwrap();
    }
    clean(&input, &kept, Format::Text, true, None).unwrap();
    fs::write(input.join("30.txt"), "另一页,甲乙\n").unwrap();
    fs::write(input.join("300.txt"), "新的一页,甲乙\n").unwrap();
    let ended = clean(&input, &kept, Format::Text, true, Some(40));
    assert!(matches!(ended, Err(Error::Stopped)), "{ended:?}");
    let outcome = clean(&input, &kept, Format::Text, true, None).unwrap();
    assert_eq!((outcome.kept, outcome.totals.pages), (61, 61));
    let anew = folder.path().join("anew");
    clean(&input, &anew, Format::Text, true, None).unwrap();
    assert!(files(&anew) == files(&kept), "it came out otherwise");
}
