//! Clean pages that are proven to be what the report says, and those that are not.

use std::fs;

use super::{CLEAN, Folder, HURT};

fn cleaned() -> Folder {
    let folder =
        Folder::with(&[("in/a.txt", HURT), ("in/b/c.txt", "甲,乙\n"), ("in/d.txt", "干净。\n"), ("in/e.ocr", "")]);
    folder.run("clean in in/e.ocr -o out --report report").expect(0, &[]);
    folder
}

/// Checks what `verify` says and how it ends.
#[track_caller]
fn says(folder: &Folder, code: i32, words: &[&str]) {
    let ended = folder.run("verify out --report report");
    ended.expect(code, &[]);
    for word in words {
        assert!(ended.out.contains(word), "no {word:?} in {}", ended.out);
    }
}

#[test]
fn what_was_cleaned_is_verified_where_it_lies_and_where_it_was_moved() {
    let folder = cleaned();
    let whole = "4 pages verified: their sources with 3 applied corrections and nothing else";
    says(&folder, 0, &[whole]);
    assert_eq!(folder.run("verify out --report report -q").expect(0, &[]).out, "");
    fs::rename(folder.path("out/b"), folder.path("out/x")).unwrap();
    fs::rename(folder.path("out/a.txt"), folder.path("out/c.txt")).unwrap();
    fs::rename(folder.path("out/d.txt"), folder.path("out/a.txt")).unwrap();
    fs::rename(folder.path("out/c.txt"), folder.path("out/d.txt")).unwrap();
    says(&folder, 0, &["4 pages verified (3 moved, and found by their text)"]);
}

#[test]
fn a_report_among_the_clean_pages_is_no_page() {
    let folder = Folder::with(&[("in/a.txt", HURT)]);
    folder.run("clean in -o out --report out/report").expect(0, &[]);
    let verified = folder.run("verify out --report out/report");
    assert!(verified.expect(0, &[]).out.contains("1 page verified"), "{verified:?}");
    folder.run("clean in -o out --report report").expect(0, &[]);
    says(&folder, 0, &["1 page verified"]);
    folder.write("out/b/sources.txt", "没见过");
    says(&folder, 1, &["b/sources.txt: is no page that the report knows", "1 fault found; 1 page holds"]);
}

#[test]
fn a_page_that_is_not_what_the_report_says_is_found() {
    let folder = cleaned();
    let clean = folder.read("out/a.txt");
    folder.write("out/a.txt", clean.replace("硬实力", "软实力"));
    says(&folder, 1, &["a.txt: was altered since the report was written", "1 fault found; 3 pages hold"]);
    fs::remove_file(folder.path("out/a.txt")).unwrap();
    says(&folder, 1, &["a.txt: is not there"]);
    folder.write("out/a.txt", clean);
    folder.write("out/new.txt", "没见过");
    says(&folder, 1, &["new.txt: is no page that the report knows"]);
    let quiet = folder.run("verify out --report report --quiet");
    assert_eq!(quiet.expect(1, &[]).out, "new.txt: is no page that the report knows\n");
    folder.write("out/n\new.txt", "没见过");
    says(&folder, 1, &[r"n\new.txt: is no page that the report knows"]);
}

#[test]
fn a_report_that_does_not_tell_all_is_found() {
    let folder = cleaned();
    let of = |file: &str| folder.read(&format!("report/{file}"));
    let (corrections, pages, summary) = (of("corrections.jsonl"), of("pages.jsonl"), of("summary.json"));
    let altered = |file: &str, text: String, words: &str| {
        folder.write(&format!("report/{file}"), text);
        says(&folder, 1, &[words]);
        folder.write("report/corrections.jsonl", &corrections);
        folder.write("report/pages.jsonl", &pages);
        folder.write("report/summary.json", &summary);
    };
    altered(
        "corrections.jsonl",
        corrections.replacen("\"after\":\"，\"", "\"after\":\"。\"", 1),
        "do not stand in its",
    );
    altered(
        "corrections.jsonl",
        corrections.replacen("\"before\":\",\"", "\"before\":\";\"", 1),
        "does not give its source",
    );
    altered(
        "corrections.jsonl",
        corrections.replacen("applied\"", "omitted\"", 1),
        "other corrections than pages.jsonl",
    );
    altered("corrections.jsonl", corrections.replacen("\"id\":2", "\"id\":3", 1), "some are missing");
    altered("corrections.jsonl", format!("{corrections}{{}}\n"), "after the last page's");
    altered("corrections.jsonl", "{}\n".to_owned(), "damaged");
    altered("pages.jsonl", pages[pages.find('\n').unwrap() + 1..].to_owned(), "summary.json: counts other");
    let sources = of("sources.txt");
    folder.write("report/sources.txt", sources.replacen('甲', "乙", 1));
    says(&folder, 1, &["sources.txt: does not hold the source of b/c.txt", "1 fault found"]);
    fs::remove_file(folder.path("report/sources.txt")).unwrap();
    says(&folder, 1, &["sources.txt: is not there", "1 fault found; 4 pages hold"]);
    folder.write("report/sources.txt", sources);
    altered("summary.json", "{}".to_owned(), "summary.json: is damaged");
    says(&folder, 0, &["4 pages verified"]);
}

#[test]
fn a_run_that_was_stopped_is_not_verified() {
    let folder = cleaned();
    folder.write("out/.kanwu/lock", "");
    says(&folder, 1, &["out/.kanwu: a run is writing here, or was stopped", "--resume"]);
    folder.run("verify out --report nowhere").expect(2, &["cannot read nowhere/pages.jsonl"]);
    folder.run("verify in/a.txt --report report").expect(2, &["is not a folder"]);
}

#[test]
fn json_lines_are_verified() {
    let folder = Folder::with(&[
        ("in/a.jsonl", "{\"text\":\"甲,乙\"}\n\n[]\n{\"text\":\"丙,丁\"}\n"),
        ("in/b/a.jsonl", "{\"text\":\"丙,丁\"}\n"),
        ("in/bad.jsonl", "不\n"),
    ]);
    folder.run("clean in --format jsonl -o out --report report").expect(3, &[]);
    says(&folder, 0, &["3 pages verified: their sources with 3 applied corrections"]);
    folder.write("out/a.jsonl", folder.read("out/a.jsonl").replace('丁', "戊"));
    says(&folder, 1, &["a.jsonl: ", ":4: was altered since the report"]);
}

#[test]
fn a_report_that_was_not_finished_is_told_from_none() {
    let folder = Folder::with(&[("out/a.txt", CLEAN), ("report/.kanwu/1/ledger.jsonl", "")]);
    for command in
        ["verify out --report report", "restore out/a.txt --report report", "review report", "apply report -o out2"]
    {
        folder.run(command).expect(2, &["the report in report is not whole", "--resume"]);
    }
}
