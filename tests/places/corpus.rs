//! Clean text of other people: whatever is applied there is wrong, or a misprint of theirs.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use kanwu::correction::{Policy, Verdict, apply};
use kanwu::knowledge::{Knowledge, Level};
use kanwu::stage::{Places, Stage as _};
use rustc_hash::FxHashMap;

/// How many pages of each text are looked at, and how many of one province at most.
const PAGES: usize = 400;
const MOST_OF_A_PROVINCE: usize = 20;
const CHARACTERS: usize = 1_500;

/// Reads `$KANWU_CORPUS/*.txt.xz`, one paragraph a line.
#[test]
fn clean_text_stays_as_it_is() {
    let Some(folder) = std::env::var_os("KANWU_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: KANWU_CORPUS names no folder with *.txt.xz");
        return;
    };
    let known = Knowledge::embedded().unwrap();
    let stage = Places::new(known, Arc::default(), Vec::new(), None);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".txt.xz"));
    files.sort();
    let (mut pages, mut applied, mut proposed) = (0, 0, 0);
    for path in &files {
        for page in pages_of(path, &stage, known) {
            let mut corrections = Vec::new();
            stage.propose(&page, &mut corrections);
            let shown = |correction: &kanwu::correction::Correction| {
                let span = correction.edit.span();
                let left: String =
                    page[..span.start()].chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
                let right: String = page[span.end()..].chars().take(12).collect();
                let replacement = correction.edit.replacement();
                format!("{:?} {left}[{}→{replacement}]{right}", correction.confidence, span.of(&page))
                    .replace('\n', "/")
            };
            let revision = apply(&page, corrections, &Policy::default());
            pages += 1;
            applied += revision.applied.len();
            for done in &revision.applied {
                eprintln!("applied  {}", shown(&done.correction));
            }
            for other in revision.others.iter().filter(|other| other.verdict == Verdict::Proposed) {
                proposed += 1;
                eprintln!("proposed {}", shown(&other.correction));
            }
        }
    }
    eprintln!("{pages} pages: {applied} applied, {proposed} proposed");
    assert!(pages >= 300, "{pages} pages name a county");
    assert!(applied * 300 <= pages, "{applied} applied on {pages} pages");
    assert!(proposed * 10 <= pages, "{proposed} proposed on {pages} pages");
}

/// Pages that name a county, spread over the text and over the provinces.
fn pages_of(path: &PathBuf, stage: &Places, known: Knowledge) -> Vec<String> {
    let mut unpacked = Command::new("xz").arg("-dc").arg(path).stdout(Stdio::piped()).spawn().unwrap();
    let (mut page, mut pages, mut made) = (String::new(), Vec::new(), 0);
    let mut provinces: FxHashMap<_, usize> = FxHashMap::default();
    for line in BufReader::new(unpacked.stdout.take().unwrap()).lines() {
        page += &line.unwrap();
        page.push('\n');
        if page.len() < 3 * CHARACTERS {
            continue;
        }
        let whole = std::mem::take(&mut page);
        made += 1;
        // Every seventh: a text goes by years or by subjects, and its start is not the whole of it.
        if made % 7 != 0 {
            continue;
        }
        let scope = stage.scope(&whole);
        let county = scope.places().iter().find(|scoped| known.gazetteer.level(scoped.place) == Level::County);
        let Some(province) = county.and_then(|county| known.gazetteer.parents(county.place).last()) else { continue };
        let of_province = provinces.entry(province).or_default();
        if *of_province < MOST_OF_A_PROVINCE {
            *of_province += 1;
            pages.push(whole);
        }
        if pages.len() == PAGES {
            break;
        }
    }
    let _ = unpacked.kill();
    let _ = unpacked.wait();
    pages
}
