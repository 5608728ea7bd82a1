use std::fs;

use super::{Folder, HURT};

fn cleaned() -> Folder {
    let folder = Folder::with(&[
        ("in/2024/a.txt", HURT),
        ("in/2024/b.txt", "没有换行,结尾"),
        ("in/a.txt", "另一页,同名\r\n换行,不同\r\n"),
        ("in/same-1.txt", "甲,乙"),
        ("in/same-2.txt", "甲，乙"),
        ("in/clean.txt", "干净。\n"),
    ]);
    folder.run("clean in -o out --report report").expect(0, &[]);
    folder
}

#[test]
fn every_page_is_restored_exactly() {
    let folder = cleaned();
    for (page, source) in folder.files("in") {
        let ended = folder.run(&format!("restore out/{page} --report report"));
        assert_eq!(ended.expect(0, &[]).out.as_bytes(), source, "{page}");
    }
}

#[test]
fn a_page_that_was_moved_is_found_by_its_text() {
    let folder = cleaned();
    fs::rename(folder.path("out/2024/b.txt"), folder.path("moved.txt")).unwrap();
    assert_eq!(folder.run("restore moved.txt --report report").expect(0, &[]).out, "没有换行,结尾");
    fs::copy(folder.path("out/same-1.txt"), folder.path("which.txt")).unwrap();
    folder.run("restore which.txt --report report").expect(2, &["several pages", "same-1.txt", "same-2.txt"]);
}

#[test]
fn a_page_that_was_altered_is_refused() {
    let folder = cleaned();
    folder.write("out/a.txt", "改过了");
    let ended = folder.run("restore out/a.txt --report report");
    assert_eq!(ended.expect(2, &["altered since the report"]).out, "");
    folder.write("new.txt", "没见过");
    folder.run("restore new.txt --report report").expect(2, &["knows no page"]);
    folder.write("gbk.txt", b"\xb5\xf3\xd5\xf2");
    folder.run("restore gbk.txt --report report").expect(2, &["not UTF-8"]);
    folder.run("restore missing.txt --report report").expect(2, &["No such file"]);
    folder
        .run("restore out/a.txt --report nowhere")
        .expect(2, &["cannot read nowhere/pages.jsonl", "name the folder that"]);
}

#[test]
fn a_report_that_was_altered_is_refused() {
    let folder = cleaned();
    let lines = folder.read("report/corrections.jsonl");
    for (from, to) in
        [(r#""before":",""#, r#""before":";""#), (r#""pass":0"#, r#""pass":7"#), (r#"{"page"#, r#"["page"#)]
    {
        assert!(lines.contains(from), "{from}");
        folder.write("report/corrections.jsonl", lines.replace(from, to));
        folder.run("restore out/a.txt --report report").expect(2, &["altered or is damaged"]);
    }
    folder.write("report/pages.jsonl", "{}\n");
    folder.run("restore out/a.txt --report report").expect(2, &["report/pages.jsonl:1: not an entry"]);
}
