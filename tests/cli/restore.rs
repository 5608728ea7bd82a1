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

/// Lines of every kind: changed and not, with escapes of their own, blank, without a text, not JSON, too large.
fn lines() -> String {
    let long = format!("{{\"text\":\"{}\"}}\n", "长".repeat(200));
    format!(
        "{{\"id\": 1, \"text\": \"建设,发展\", \"x\": {{\"b\":1.50}}}}\n\
         {{\"text\":\"\\u5efa\\u8bbe,发展\\/\"}}\r\n\
         \n\
         [1, 2]\n\
         {long}\
         {{\"text\": \"不变\\u2028\", \"n\": 1e999}}\n\
         {{\"text\": \"甲,乙\", \"note\": \"丙\u{2028}丁\"}}\n\
         {{\"corrections\": [3], \"text\": \"甲,乙\"}}\n\
         \u{feff}{{\"text\": \"末行,没有换行\"}}"
    )
}

#[test]
fn json_lines_are_restored_exactly() {
    let lines = lines();
    for flags in ["", "--with-corrections"] {
        let folder = Folder::with(&[
            ("in/a.jsonl", &lines),
            ("in/sub/a.jsonl", "{\"text\":\"丙,丁\"}\n"),
            ("in/b.ndjson", ""),
            ("in/c.jsonl", "不\n"),
        ]);
        folder
            .run(&format!("clean in --format jsonl --max-page-size 200 {flags} -o out --report report"))
            .expect(3, &[]);
        for (file, source) in folder.files("in") {
            let clean = folder.read(&format!("out/{file}"));
            if file.ends_with("a.jsonl") {
                assert_ne!(clean.as_bytes(), source, "{file}");
                let ended = folder.run(&format!("restore out/{file} --report report"));
                assert_eq!(ended.expect(0, &[]).out.as_bytes(), source, "{file} {flags}");
            }
        }
    }
}

#[test]
fn json_lines_that_were_moved_or_altered() {
    let folder = Folder::with(&[("a.jsonl", "{\"n\":1,\"text\":\"甲,乙\"}\n[]\n{\"text\":\"丙,丁\"}\n")]);
    folder.run("clean a.jsonl --format jsonl -o out --report report").expect(3, &[]);
    let clean = folder.read("out/a.jsonl");
    folder.write("moved.jsonl", &clean);
    assert_eq!(folder.run("restore moved.jsonl --report report").expect(0, &[]).out, folder.read("a.jsonl"));
    for (altered, line) in [
        (clean.replace("甲，乙", "甲乙"), 1),
        (clean.replace("\"n\":1", "\"n\":2"), 1),
        (clean.replace("{\"text\":\"丙，丁\"}\n", ""), 3),
        (clean.clone() + "[]\n", 4),
        (format!("\n{clean}"), 1),
    ] {
        folder.write("out/a.jsonl", altered);
        let ended = folder.run("restore out/a.jsonl --report report");
        assert_eq!(ended.expect(2, &[&format!("out/a.jsonl:{line}: was altered since the report")]).out, "");
    }
}

#[test]
fn the_report_holds_every_source() {
    let folder = cleaned();
    folder.write("in/gbk.txt", b"\xb5\xf3\xd5\xf2");
    folder.run("clean in -o out --report report").expect(0, &[]);
    let sources = folder.read("report/sources.txt");
    let mut end = 0;
    for line in folder.read("report/pages.jsonl").lines() {
        let page: serde_json::Value = serde_json::from_str(line).unwrap();
        let number = |key: &str| usize::try_from(page["source_text"][key].as_u64().unwrap()).unwrap();
        let (offset, length) = (number("offset"), number("length"));
        assert_eq!(offset, end);
        end = offset + length;
        let source = &sources[offset..end];
        assert_eq!(page["source_hash"], blake3::hash(source.as_bytes()).to_hex().to_string());
        let ended = folder.run(&format!("restore out/{} --report report", page["page"].as_str().unwrap()));
        assert_eq!(ended.expect(0, &[]).out, source);
    }
    assert_eq!(end, sources.len());
}
