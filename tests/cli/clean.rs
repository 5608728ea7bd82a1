use std::fs;

use super::{CLEAN, Folder, HURT};

#[test]
fn one_file_goes_to_standard_output_and_nothing_else_does() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    let ended = folder.run("clean a.txt");
    assert_eq!(ended.expect(0, &["1 page cleaned", "corrections applied", " pages/s"]).out, CLEAN);
    assert_eq!(folder.files("").len(), 1);
    let quiet = folder.run("clean a.txt --quiet");
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), (CLEAN, ""));
}

#[test]
fn standard_input_is_a_page() {
    let folder = Folder::with(&[]);
    assert_eq!(folder.run_with("clean -", HURT).expect(0, &[]).out, CLEAN);
    folder.run_with("clean - -o out --report report", HURT).expect(0, &[]);
    assert_eq!(folder.read("out/stdin.txt"), CLEAN);
    folder.run_with("clean - - -o out", HURT).expect(2, &["twice"]);
}

#[test]
fn several_inputs_need_a_folder() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("b.txt", HURT)]);
    folder.run("clean in").expect(2, &["-o DIR"]);
    folder.run("clean in/a.txt b.txt").expect(2, &["-o DIR"]);
    folder.run("clean").expect(2, &["INPUT"]);
}

#[test]
fn the_output_mirrors_the_input() {
    let folder = Folder::with(&[
        ("in/2024/一版/a.txt", HURT),
        ("in/b c.TXT", HURT),
        ("in/.hidden/d.txt", HURT),
        ("in/.gitignore", "*.txt"),
        ("in/e.md", HURT),
    ]);
    let ended = folder.run("clean in -o out --report report");
    ended.expect(0, &["1 hidden folder is passed over", "2 pages cleaned", "2 files of other kinds passed over"]);
    let files = folder.files("out");
    assert_eq!(files.keys().collect::<Vec<_>>(), ["2024/一版/a.txt", "b c.TXT"]);
    assert!(files.values().all(|text| text == CLEAN.as_bytes()));
    let summary: serde_json::Value = serde_json::from_str(&folder.read("report/summary.json")).unwrap();
    assert_eq!(summary["pages"], 2);
    assert_eq!(summary["changed"], 2);
    assert_eq!(summary["passed_over"], 2);
    assert_eq!(summary["rules"]["half-width-mark"]["applied"], 4);
    assert_eq!(summary["encodings"]["UTF-8"], 2);
}

#[test]
fn a_named_file_is_a_page_whatever_it_is_called() {
    let folder = Folder::with(&[("in/page.ocr", HURT)]);
    folder.run("clean in/page.ocr -o out").expect(0, &[]);
    assert_eq!(folder.read("out/page.ocr.txt"), CLEAN);
}

#[test]
fn more_threads_than_are_of_use_are_not_started() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b.txt", HURT)]);
    folder.run("clean in -o one --report one --jobs 1").expect(0, &[]);
    for jobs in ["0", "1000000"] {
        folder.run(&format!("clean in -o {jobs} --report {jobs} --jobs {jobs}")).expect(0, &["2 pages cleaned"]);
        assert_eq!(folder.files(jobs), folder.files("one"), "{jobs}");
    }
}

#[test]
fn a_pipe_is_read_once() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    let output = folder
        .command("bash")
        .args(["-c", &format!("{} clean <(cat a.txt) a.txt -o out --quiet && cat out/*", super::KANWU)])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), CLEAN.repeat(2));
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b.txt", HURT)]);
    let ended = folder.run("clean in -o out --report report --dry-run");
    assert_eq!(ended.expect(0, &["2 pages would be cleaned", "4 corrections applied"]).out, "");
    assert!(!folder.has("out") && !folder.has("report"));
    assert_eq!(folder.run("clean in/a.txt --dry-run").expect(0, &[]).out, "");
    folder.run("clean in -o in --dry-run").expect(2, &["would be overwritten"]);
}

#[test]
fn the_clean_text_stays_as_it_is() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    folder.run("clean a.txt -o once").expect(0, &[]);
    folder.run("clean once -o twice").expect(0, &["1 page cleaned (", "characters), unchanged"]);
    assert_eq!(folder.run_with("clean -", "甲").expect(0, &["1 page cleaned (1 character), unchanged"]).out, "甲");
    assert_eq!(folder.files("once"), folder.files("twice"));
}

#[test]
fn threads_and_the_order_of_inputs_make_no_difference() {
    let folder = Folder::with(&[("z.txt", HURT)]);
    for page in 0..60 {
        folder.write(&format!("in/{}/{page}.txt", page % 7), HURT.repeat(page));
    }
    folder.write("in/3/scan.txt", b"\x89PNG\r\n\x1a\n");
    folder.run("clean in z.txt missing.txt -o one/out --report one/report --jobs 1").expect(3, &[]);
    folder.run("clean missing.txt z.txt in -o two/out --report two/report --jobs 8").expect(3, &[]);
    let one = folder.files("one");
    assert_eq!(one.len(), 61 + 8);
    assert!(one == folder.files("two"), "outputs differ");
    let check = |arguments: &str| folder.run(&format!("check {arguments}")).out;
    assert_eq!(check("in z.txt --jobs 1"), check("z.txt in --jobs 8"));
}

#[test]
fn another_run_replaces_what_the_first_wrote() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b.txt", HURT)]);
    folder.run("clean in -o out --report report").expect(0, &[]);
    folder.write("in/a.txt", "别的\n");
    folder.run("clean in -o out --report report").expect(0, &[]);
    assert_eq!(folder.read("out/a.txt"), "别的\n");
    assert_eq!(folder.read("report/pages.jsonl").lines().count(), 2);
}

#[test]
fn pages_of_an_earlier_run_are_told_and_stay() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b.txt", HURT), ("in/c.txt", HURT)]);
    let ended = folder.run("clean in -o out --report out/report");
    assert!(!ended.expect(0, &[]).err.contains("no source"), "{ended:?}");
    fs::remove_file(folder.path("in/b.txt")).unwrap();
    for flags in ["", "--resume"] {
        folder.run(&format!("clean in -o out --report out/report {flags}")).expect(
            0,
            &["1 page in out is of no source of this run", "kanwu verify out --report out/report lists them"],
        );
        assert!(folder.has("out/b.txt"));
    }
    fs::remove_file(folder.path("in/c.txt")).unwrap();
    folder.run("clean in -o out").expect(0, &["2 pages in out are of no source of this run"]);
    // What is read lies there as well, and has its source: itself.
    folder.run("clean in/a.txt -o .").expect(0, &["3 pages in . are of no source of this run"]);
}
