//! A run that was stopped, gone on with; and two runs into one folder.

use std::fs;

use super::{Folder, HURT};

fn pages() -> Folder {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b/c.txt", "甲,乙\n"), ("in/d.txt", "丙,丁\n")]);
    folder.write("in/scan.txt", b"\x89PNG\r\n\x1a\n");
    folder
}

const RUN: &str = "clean in -o out --report report --resume";

/// Checks that resuming gives what a run of its own into other folders gives, and keeps so many pages.
#[track_caller]
fn resumes(folder: &Folder, flags: &str, kept: u64) {
    let pages = if kept == 1 { "page" } else { "pages" };
    folder.run(&format!("{RUN} {flags}")).expect(3, &[&format!("{kept} {pages} had been done before and kept")]);
    folder.run(&format!("clean in -o fresh/out --report fresh/report {flags}")).expect(3, &[]);
    assert!(folder.files("out") == folder.files("fresh/out"), "outputs differ");
    assert!(folder.files("report") == folder.files("fresh/report"), "reports differ");
    fs::remove_dir_all(folder.path("fresh")).unwrap();
}

#[test]
fn what_still_holds_is_kept_and_comes_out_the_same() {
    let folder = pages();
    resumes(&folder, "", 0);
    resumes(&folder, "--jobs 1", 3);
}

#[test]
fn a_changed_page_or_setting_is_cleaned_with_all_the_others() {
    let folder = pages();
    resumes(&folder, "", 0);
    folder.write("in/a.txt", "别的,页\n");
    resumes(&folder, "", 0);
    fs::remove_file(folder.path("in/d.txt")).unwrap();
    fs::remove_file(folder.path("out/d.txt")).unwrap();
    resumes(&folder, "", 0);
    resumes(&folder, "--min-confidence 0.99", 0);
    folder.write("names.txt", "刁镇\n");
    resumes(&folder, "--dictionary names.txt", 0);
    resumes(&folder, "--dictionary names.txt", 2);
    folder.write("names.txt", "刁镇\n官庄\n");
    resumes(&folder, "--dictionary names.txt", 0);
    let calibration = |becomes: &str| format!("# kanwu calibration 1\nhalf-width-mark\t0.1\t{becomes}\t1\t1\t0\t0\n");
    for (flag, before, after) in [
        ("--reviewed", "accept\thalf-width-mark\t,\t，\n".to_owned(), "reject\thalf-width-mark\t,\t，\n".to_owned()),
        ("--calibration", calibration("0.95"), calibration("0.2")),
    ] {
        folder.write("learnt.tsv", before);
        resumes(&folder, &format!("{flag} learnt.tsv"), 0);
        resumes(&folder, &format!("{flag} learnt.tsv"), 2);
        folder.write("learnt.tsv", after);
        resumes(&folder, &format!("{flag} learnt.tsv"), 0);
    }
}

#[test]
fn an_output_that_was_altered_or_removed_is_made_again() {
    let folder = pages();
    resumes(&folder, "", 0);
    folder.write("out/a.txt", "改过了");
    resumes(&folder, "", 0);
    fs::remove_file(folder.path("out/b/c.txt")).unwrap();
    resumes(&folder, "", 0);
}

#[test]
fn a_report_or_ledger_that_was_altered_is_made_again() {
    let folder = pages();
    for file in ["corrections.jsonl", "changes.diff", "pages.jsonl", "ledger.jsonl"] {
        resumes(&folder, "", 0);
        let path = format!("report/{file}");
        let whole = folder.read(&path);
        folder.write(&path, &whole.as_bytes()[..whole.len() / 2]);
        resumes(&folder, "", 0);
        folder.write(&path, whole.replace('1', "2"));
        resumes(&folder, "", 0);
        fs::remove_file(folder.path(&path)).unwrap();
        resumes(&folder, "", 0);
        fs::remove_dir_all(folder.path("report")).unwrap();
    }
}

#[test]
fn resuming_needs_a_folder() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    folder.run("clean a.txt --resume").expect(2, &["--resume", "-o DIR"]);
}

#[test]
fn two_runs_into_one_folder_exclude_each_other() {
    let folder = pages();
    for (held, flags) in [
        ("out", "-o out"),
        ("report", "-o out --report report"),
        ("both", "-o both --report both"),
        ("third", "-o third --report apart"),
    ] {
        folder.write(&format!("{held}/.kanwu/lock"), "process 1 on another");
        let lock = fs::File::open(folder.path(&format!("{held}/.kanwu/lock"))).unwrap();
        lock.lock().unwrap();
        let said = format!("another run is writing to {held} (process 1 on another); wait");
        folder.run(&format!("clean in {flags}")).expect(2, &[&said]);
        assert!(!folder.has(&format!("{held}/a.txt")), "nothing is written");
        assert!(!folder.has("apart/.kanwu"), "what was taken before is given up");
        folder.run(&format!("clean in {flags} --dry-run")).expect(3, &["would be cleaned"]);
        drop(lock);
        folder.run(&format!("clean in {flags}")).expect(3, &[]);
        assert!(!folder.has(&format!("{held}/.kanwu")), "a lock that nobody holds is no obstacle, and goes");
    }
}

#[test]
fn what_is_not_finished_is_no_input() {
    let folder = Folder::with(&[("in/a.jsonl", "{\"text\":\"甲,乙\"}\n"), ("in/out/.kanwu/1/pages.jsonl", "{}\n")]);
    folder.run("clean in --format jsonl -o out").expect(0, &["1 page cleaned"]);
}

#[test]
fn what_a_killed_run_left_is_removed() {
    let folder = pages();
    folder.write("out/.kanwu/.kanwu-x.tmp", "half");
    folder.write("out/.kanwu/lock", "process 1");
    folder.write("report/.kanwu/1/corrections.jsonl", "half");
    folder.write("report/.kanwu/1/ledger.jsonl", "{}\n{\"page\":\"a");
    let ended = folder.run("clean in -o out --report report");
    ended.expect(3, &["an earlier run was stopped; all pages are cleaned anew"]);
    assert!(!folder.has("out/.kanwu") && !folder.has("report/.kanwu"));
}

#[test]
fn what_an_earlier_run_left_is_said_by_the_run_that_may_go_on() {
    let folder = pages();
    let left = "{}\n{\"page\":\"a.txt\",\"answers\":{}}\n{\"page\":\"b/c.txt\"}\n";
    folder.write("report/.kanwu/1/ledger.jsonl", left);
    folder.write("out/.kanwu/lock", "process 1");
    let lock = fs::File::open(folder.path("out/.kanwu/lock")).unwrap();
    lock.lock().unwrap();
    let refused = folder.run("clean in -o out --report report");
    assert!(!refused.expect(2, &["another run is writing to out"]).err.contains("earlier run"), "{refused:?}");
    assert_eq!(folder.read("report/.kanwu/1/ledger.jsonl"), left, "what it left stays");
    drop(lock);
    let said = "an earlier run was stopped with 1 page done";
    folder.run(RUN).expect(3, &[said, "what still holds of it is kept"]);
    folder.write("report/.kanwu/1/ledger.jsonl", left);
    folder.run("clean in -o out --report report").expect(3, &[said, "all are cleaned anew, without --resume"]);
}
