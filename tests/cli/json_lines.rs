use super::Folder;

const LINES: &str = concat!(
    "{\"id\": 12345678901234567890123, \"text\": \"建设,发展\", \"x\": {\"b\":1.50, \"a\":[ ]}}\n",
    "\n",
    "[1, 2]\n",
    "{\"text\": \"不变\\u2028\", \"n\": 1e999}\r\n",
    "{\"text\": 3}\n",
    "not JSON\u{2028}, really\n",
    "{\"text\": \"末行,没有换行\"}",
);

const CLEANED: &str = concat!(
    "{\"id\": 12345678901234567890123, \"text\": \"建设，发展\", \"x\": {\"b\":1.50, \"a\":[ ]}}\n",
    "\n",
    "[1, 2]\n",
    "{\"text\": \"不变\\u2028\", \"n\": 1e999}\r\n",
    "{\"text\": 3}\n",
    "not JSON\u{2028}, really\n",
    "{\"text\": \"末行，没有换行\"}",
);

#[test]
fn all_but_the_text_passes_through_as_it_was_written() {
    let folder = Folder::with(&[("in/sub/a.jsonl", LINES), ("in/b.ndjson", ""), ("in/c.txt", "")]);
    let flags = "--format jsonl --only punctuation";
    let ended = folder.run(&format!("clean in {flags} -o out --report report"));
    ended.expect(3, &["3 pages cleaned", "3 pages failed", "1 file of other kinds passed over"]);
    ended.expect(3, &["sub/a.jsonl:3: is not a JSON object", "sub/a.jsonl:5: field `text` holds a number", "--field"]);
    assert_eq!(folder.read("out/sub/a.jsonl"), CLEANED);
    assert_eq!(folder.read("out/b.ndjson"), "");
    assert_eq!(folder.read("report/failures.jsonl").lines().count(), 3);
    assert!(folder.read("report/corrections.jsonl").starts_with(r#"{"page":"sub/a.jsonl:1","id":1,"#));
    assert_eq!(folder.run(&format!("clean in/sub/a.jsonl {flags}")).expect(3, &[]).out, CLEANED);
    assert_eq!(folder.run_with(&format!("clean - {flags}"), LINES).expect(3, &["stdin:3"]).out, CLEANED);
    assert_eq!(folder.run(&format!("check in {flags}")).expect(3, &[]).out.lines().count(), 2);
}

#[test]
fn corrections_are_added_when_asked_for() {
    let folder =
        Folder::with(&[("a.jsonl", "{\"body\":\"建设,发展\",\"corrections\":null,\"z\":1}\n{\"body\":\"好\"}\n")]);
    let ended = folder.run("clean a.jsonl --format jsonl --field body --with-corrections");
    let lines: Vec<serde_json::Value> =
        ended.expect(0, &[]).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["body"], "建设，发展");
    assert_eq!(lines[0]["corrections"][0]["rule"], "half-width-mark");
    assert_eq!(lines[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["body", "corrections", "z"]);
    assert_eq!(lines[1]["corrections"], serde_json::json!([]));
    folder.run("clean a.jsonl --with-corrections").expect(2, &["--input-format jsonl"]);
}

#[test]
fn corrections_that_are_there_are_not_written_over() {
    let lines = "{\"text\":\"甲,乙\",\"corrections\":[\"mine\"]}\n{\"text\":\"丙,丁\",\"corrections\":[]}\n";
    let folder = Folder::with(&[("a.jsonl", lines)]);
    let ended = folder.run("clean a.jsonl --format jsonl --with-corrections");
    ended.expect(3, &["a.jsonl:1: has a field `corrections` already", "--report DIR"]);
    assert!(
        ended
            .out
            .starts_with("{\"text\":\"甲,乙\",\"corrections\":[\"mine\"]}\n{\"text\":\"丙，丁\",\"corrections\":[{")
    );
    let ended = folder.run("clean a.jsonl --format jsonl");
    assert_eq!(ended.expect(0, &[]).out, lines.replace("甲,乙", "甲，乙").replace("丙,丁", "丙，丁"));
}

#[test]
fn a_line_that_is_too_large_is_copied_through() {
    let long = format!("{{\"text\":\"{}\"}}", "很长".repeat(100));
    let lines = format!("{{\"text\":\"甲,乙\"}}\n{long}\n{{\"text\":\"丙,丁\"}}\n{long}");
    let expected = lines.replace(',', "，");
    let folder = Folder::with(&[("a.jsonl", &lines)]);
    let flags = "--format jsonl --max-page-size 100";
    let ended = folder.run(&format!("clean a.jsonl {flags}"));
    assert_eq!(ended.expect(3, &["a.jsonl:2: has 612 bytes", "a.jsonl:4: has 611", "--max-page-size"]).out, expected);
    assert_eq!(folder.run_with(&format!("clean - {flags}"), lines).expect(3, &[]).out, expected);
}

#[test]
fn what_is_wrong_with_a_line_is_said_with_what_to_do() {
    let folder = Folder::with(&[("a.jsonl", "[\"甲\"]\n\"乙\"\n{\"text\":\"\\ud800\"}\n{\"text\":\n")]);
    folder.run("clean a.jsonl --format jsonl").expect(
        3,
        &[
            "a.jsonl:1: is not a JSON object but a list; each line is to be an object with a field `text`",
            "a.jsonl:2: is not a JSON object but a string",
            r"a.jsonl:3: field `text` holds an escape that means nothing, such as half of a surrogate pair (\ud800); write \ufffd",
            "a.jsonl:4: is not a JSON object: EOF while parsing a value at column 8; each line is to be one whole object with a field \
             `text`",
        ],
    );
}

#[test]
fn a_missing_field_names_those_that_there_are() {
    let folder = Folder::with(&[("a.jsonl", "{\"body\":\"好\",\"title\":\"\"}\n")]);
    folder.run("clean a.jsonl --format jsonl").expect(3, &["no field `text` but body, title", "--field"]);
}

#[test]
fn a_file_that_cannot_be_written_fails_once_and_alone() {
    let lines = "{\"text\":\"甲,乙\"}\n".repeat(3);
    let folder = Folder::with(&[("in/a/b.jsonl", &lines), ("in/c.jsonl", &lines), ("out/a", "in the way")]);
    let ended = folder.run("clean in --format jsonl -o out");
    ended.expect(3, &["a/b.jsonl: cannot write out/a", "1 page failed"]);
    assert_eq!(folder.read("out/c.jsonl"), lines.replace(',', "，"));
}

#[test]
fn json_lines_are_not_taken_for_text_unless_that_is_said() {
    let line = "{\"text\":\"甲,乙\"}\n";
    let folder = Folder::with(&[("a.jsonl", line), ("b.ndjson", line), ("c.txt", "甲,乙\n")]);
    for command in ["clean", "check", "diff"] {
        for file in ["a.jsonl", "b.ndjson"] {
            let ended = folder.run(&format!("{command} {file}"));
            let expected = format!("kanwu: {file} is JSON Lines by its name: add --input-format jsonl");
            assert_eq!(ended.expect(2, &[&expected]).out, "");
        }
    }
    folder.run("clean c.txt").expect(0, &[]);
    folder.run("clean a.jsonl --format text").expect(3, &["a.jsonl is JSON", "--format jsonl"]);
    folder.write("d.jsonl", "甲,乙\n");
    folder.run("clean d.jsonl --format text").expect(0, &["1 page cleaned"]);
}

#[test]
fn a_file_without_the_field_does_not_flood() {
    let folder = Folder::with(&[
        ("in/a.jsonl", &"{\"body\":\"好\"}\n".repeat(1239)),
        ("in/b.jsonl", &"{\"body\":\"好\"}\n".repeat(5)),
    ]);
    let ended = folder.run("clean in --format jsonl -o out --report report");
    ended.expect(
        3,
        &["a.jsonl:5: has no field", "… and 1,234 more lines of in/a.jsonl; report/failures.jsonl lists them"],
    );
    assert!(!ended.err.contains("a.jsonl:6:") && !ended.err.contains("more lines of in/b.jsonl"), "{ended:?}");
    assert!(ended.err.contains("b.jsonl:5: has no field"), "{ended:?}");
    assert_eq!(folder.read("report/failures.jsonl").lines().count(), 1244);
    for command in ["clean in/a.jsonl", "check in/a.jsonl"] {
        folder.run(&format!("{command} --input-format jsonl")).expect(3, &["… and 1,234 more lines", "--report DIR"]);
    }
}

#[test]
fn a_report_inside_a_folder_is_no_input() {
    let folder =
        Folder::with(&[("in/a.jsonl", "{\"text\":\"甲,乙\"}\n"), ("in/other/pages.jsonl", "{\"text\":\"丙\"}\n")]);
    folder.run("clean in --format jsonl -o out --report in/report").expect(0, &["2 pages cleaned"]);
    let again = folder.run("clean in --format jsonl -o out --report in/report");
    again.expect(0, &["in/report is passed over: it is for output", "2 pages cleaned"]);
    let without = folder.run("clean in --format jsonl -o out");
    without.expect(0, &["the report in in/report is passed over", "2 pages cleaned"]);
    folder.write("in/b.txt", "甲,乙");
    let texts = folder.run("clean in -o texts");
    texts.expect(0, &["the report in in/report is passed over", "1 page cleaned"]);
}

#[test]
fn a_line_that_is_no_object_is_told_by_its_column() {
    let folder = Folder::with(&[("a.jsonl", "{\"text\": 好}\n{\"text\": \"好\"\n")]);
    let ended = folder.run("clean a.jsonl --format jsonl");
    ended.expect(
        3,
        &[
            "a.jsonl:1: is not a JSON object: expected value at column 10;",
            "a.jsonl:2: is not a JSON object: EOF while parsing an object at column 12;",
        ],
    );
    assert!(!ended.err.contains("line 1"), "{ended:?}");
}
