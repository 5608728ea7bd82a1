//! The diff, as the `patch` of the system takes it.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use kanwu::correction::StageName;
use kanwu::report::{inline, unified};

use super::{cleaned, page};
use crate::support;

/// Applies the diff of each page to its source, in one run of `patch`.
#[track_caller]
#[expect(clippy::print_stderr, reason = "a test that could not be run says so")]
fn check(pages: &[(&str, &str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let mut diff = String::new();
    for (name, old, new) in pages {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, old).unwrap();
        diff.push_str(&unified(name, old, new));
    }
    let child = Command::new("patch")
        .args(["-p1", "--no-backup-if-mismatch"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return eprintln!("SKIPPED: there is no patch: {error}"),
    };
    child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && !said.contains("fuzz"), "{said}{diff}");
    for (name, _, new) in pages {
        let patched = fs::read_to_string(folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&patched, new, "{name}: {said}{diff}");
    }
}

#[test]
fn patch_applies_it() {
    check(&[
        ("plain.txt", "一\n二\n三\n", "一\n贰\n三\n"),
        ("dir/with blanks/a b.txt", "一\n", "二\n"),
        ("中文/章丘 日报.txt", "一\n", "二\n"),
        ("no end.txt", "一\n二", "一\n贰"),
        ("end gained.txt", "一\n二", "一\n二\n"),
        ("end lost.txt", "一\n二\n", "一\n二"),
        ("crlf.txt", "一\r\n二\r\n三\r\n", "一\n二\n三\n"),
        ("crlf kept.txt", "一\r\n二,\r\n三\r\n", "一\r\n二，\r\n三\r\n"),
        ("cr.txt", "一\r二\r三", "一\n二\n三"),
        ("emptied.txt", "\u{c}\n", ""),
        ("one line.txt", "甲,乙", "甲，乙"),
        ("looks like a diff.txt", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "--- a/x\n+++ b/y\n@@ -1 +1 @@\n"),
        ("unchanged.txt", "一\n", "一\n"),
        ("quote\"and\\slash.txt", "一\n", "二\n"),
    ]);
}

#[test]
fn patch_applies_whatever_stages_did() {
    let sources: Vec<(String, String)> = (0..40)
        .map(|number| {
            let lines = (0..number).map(|line| ["甲", "乙\n", "丙,\r\n", "\n", "丁\n"][(line * 7 + number) % 5]);
            (format!("{number}.txt"), lines.collect())
        })
        .collect();
    let clean: Vec<String> = sources.iter().map(|(name, text)| cleaned(&page(name, text), 3).text).collect();
    assert!(sources.iter().zip(&clean).filter(|((_, source), clean)| source != *clean).count() > 20);
    let pages =
        sources.iter().zip(&clean).map(|((name, source), clean)| (name.as_str(), source.as_str(), clean.as_str()));
    check(&pages.filter(|(_, source, clean)| !source.is_empty() && !clean.is_empty()).collect::<Vec<_>>());
}

/// A line of half a megabyte, which is changed in ten thousand places.
#[test]
fn a_long_line_is_shown_in_time() {
    let old = "今年以来,全县工业产值实现了新突破。".repeat(10_000);
    let cleaned = support::pipeline(&[StageName::Punctuation]).clean(old.clone());
    let mut page = String::new();
    let took = support::work::work_of(|| page = inline("p", &old, &cleaned));
    assert_eq!(page.matches("<del>,</del><ins>，</ins>").count(), 10_000);
    assert!(took.as_secs() < 2, "{took:?}");
}

/// Five megabytes of lines, every one changed; then with lines that recur, which is what diffs are slowest at.
#[test]
fn a_large_page_is_diffed_in_time() {
    let distinct =
        |mark: char| (0..100_000).map(|line| format!("第{line}行{mark}若干内容若干\n")).collect::<Vec<_>>().concat();
    let recurring = |mark: char| (0..400_000).map(|line| format!("{}{mark}\n", line % 5)).collect::<Vec<_>>().concat();
    for (old, new) in [(distinct(','), distinct('，')), (recurring(','), recurring('，'))] {
        let started = Instant::now();
        let diff = unified("p", &old, &new);
        assert!(diff.len() > old.len() + new.len());
        assert!(started.elapsed().as_secs() < 20, "{:?} for {} bytes", started.elapsed(), old.len());
    }
}
