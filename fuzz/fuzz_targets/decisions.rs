//! Files of decisions, and decisions that no reviewer would make: refused, or carried out so that the source comes back.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use kanwu::correction::{Policy, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::page::{Encoding, decode};
use kanwu::pipeline::Pipeline;
use kanwu::report::{Entry, Folder, Line, PageReport, Report, Summary};
use kanwu::review::{Choice, Decision, Decisions, Exception, Resolver, Reviewer, Scope, replay};
use kanwu::stage::{self, Wishes};
use libfuzzer_sys::fuzz_target;

const PAGES: [&str; 2] = [
    "聚焦项目建设,夯实发展硬实力\n济南市章丘区刀镇,全村共有3,000人,\"都来了\"\n实现新容破,今 年2O24年l0月\n",
    "记者 王强 报道:绩效等理，最后一来。(完)\n扫码下载\n甲,乙,丙\n",
];

/// A report, read once.
struct Read {
    hash: String,
    pages: Vec<(Entry, String, Vec<Line>)>,
}

static REPORT: LazyLock<Read> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let wishes = Wishes { stages: StageName::ALL.to_vec(), ..Wishes::default() };
    let stages = stage::all(&wishes, Knowledge::embedded().expect("the tables are whole"), None).expect("the stages");
    let pipeline = Pipeline::new(stages, Policy::default());
    let mut report = Folder::create(folder.path()).expect("a folder");
    for (number, text) in PAGES.iter().enumerate() {
        let page = decode(format!("{number}.txt"), text.as_bytes(), Encoding::Auto).expect("text");
        let cleaned = pipeline.clean(page.text.clone());
        report.add(&PageReport::of(&page, &cleaned).expect("a report")).expect("a disk");
    }
    report.finish(&Summary::default()).expect("a disk");
    let mut report = Report::open(folder.path()).expect("a report");
    let entries: Vec<Entry> = report.pages().expect("pages").map(|entry| entry.expect("an entry")).collect();
    let read = |entry: Entry| {
        let (source, lines) = (report.source(&entry).expect("a source"), report.corrections(&entry).expect("lines"));
        (entry, source, lines)
    };
    let pages = entries.into_iter().map(read).collect();
    Read { hash: report.hash().expect("a hash"), pages }
});

/// Carries `decisions` out on the report: whatever they are, its sources come back, and the same again gives the same.
fn check(decisions: &Decisions) {
    let carried_out = || {
        let (mut resolver, mut refusals) = Resolver::new(decisions, &REPORT.hash);
        let by = Reviewer { name: decisions.reviewer.as_deref(), time: decisions.time.as_deref() };
        let replayed = REPORT.pages.iter().map(|(entry, source, lines)| {
            let rulings = resolver.page(entry, lines, &mut refusals);
            let replayed = replay(source, lines, &rulings, by).expect("the lines are of the source");
            assert_eq!(&replayed.cleaned.undo(), source);
            replayed
        });
        replayed.collect::<Vec<_>>()
    };
    assert_eq!(carried_out(), carried_out());
}

type Drawn = (u8, u8, u8, u8, Option<String>, Vec<(u8, u8, bool)>);

fuzz_target!(|input: (Option<String>, Vec<Drawn>)| {
    let (text, drawn) = input;
    if let Some(text) = text {
        // So that a file may be of this report without guessing a hash.
        let text = text.replace("REPORT", &REPORT.hash).replace("PAGE", &REPORT.pages[0].0.source_hash);
        if let Ok(decisions) = Decisions::parse(&text, Path::new("decisions.json")) {
            check(&decisions);
        }
        return;
    }
    let page = |number: u8| &REPORT.pages[usize::from(number) % REPORT.pages.len()];
    let list = drawn.into_iter().map(|(number, line, scope, accepts, instead, except)| {
        let (entry, _, lines) = page(number);
        let line = &lines[usize::from(line) % lines.len()];
        let scope = [Scope::Always, Scope::Group, Scope::Occurrence][usize::from(scope) % 3];
        let single = scope == Scope::Occurrence;
        let except = except.into_iter().map(|(number, id, accepts)| Exception {
            page: page(number).0.page.clone(),
            id: usize::from(id),
            choice: if accepts { Choice::Accept { instead: None } } else { Choice::Reject },
        });
        Decision {
            rule: line.rule.code().into(),
            before: line.before.clone(),
            after: line.after.clone(),
            scope,
            page: single.then(|| entry.page.clone()),
            id: single.then_some(line.id),
            choice: if accepts % 2 == 0 { Choice::Accept { instead } } else { Choice::Reject },
            withheld: !single && accepts & 2 == 2,
            except: except.collect(),
            line: 1,
        }
    });
    let pages = REPORT.pages.iter().map(|(entry, ..)| (entry.page.clone(), entry.source_hash.clone())).collect();
    let decisions = Decisions { report: REPORT.hash.clone(), pages, list: list.collect(), ..Decisions::default() };
    let written = decisions.to_json().expect("JSON");
    if let Ok(read) = Decisions::parse(&written, Path::new("decisions.json")) {
        assert_eq!(read.list.len(), decisions.list.len());
    }
    check(&decisions);
});
