use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::{CLEAN, Folder, HURT};

fn reported() -> Folder {
    let folder = Folder::with(&[
        ("in/2024/a.txt", HURT),
        ("in/b.txt", "甲,乙"),
        ("in/gbk.txt", ""),
        ("in/clean.txt", "干净。\n"),
    ]);
    folder.write("in/gbk.txt", b"\xb5\xf3,\xd5\xf2");
    folder.run("clean in -o out --report report").expect(0, &[]);
    folder
}

fn report_hash(folder: &Folder, report: &str) -> String {
    blake3::hash(folder.read(&format!("{report}/corrections.jsonl")).as_bytes()).to_hex().to_string()
}

/// Decisions on the report in the folder `report`.
fn decide(folder: &Folder, report: &str, decisions: &Value) {
    let pages: serde_json::Map<String, Value> = folder
        .read(&format!("{report}/pages.jsonl"))
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|page| (page["page"].as_str().unwrap().to_owned(), page["source_hash"].clone()))
        .collect();
    let whole = json!({
        "format": "kanwu decisions 1",
        "report": report_hash(folder, report),
        "reviewer": "甲",
        "pages": pages,
        "decisions": decisions,
    });
    folder.write("d.json", serde_json::to_string_pretty(&whole).unwrap());
}

/// A decision on the commas, all of them.
fn commas(decision: &str) -> Value {
    json!({"rule": "half-width-mark", "before": ",", "after": "，", "scope": "group", "decision": decision})
}

fn occurrence(page: &str, id: u32, decision: &str) -> Value {
    json!({"rule": "half-width-mark", "before": ",", "after": "，", "scope": "occurrence", "page": page, "id": id,
           "decision": decision})
}

#[test]
fn without_decisions_pages_and_report_come_out_as_they_were() {
    let folder = reported();
    folder.run("apply report -o out2 --report report2").expect(0, &["4 pages written, 0 of them other"]);
    assert_eq!(folder.files("out2"), folder.files("out"));
    assert!(folder.files("report2") == reported_files(&folder), "the reports differ");
}

/// The report of cleaning, but for what only a run that resumes needs.
fn reported_files(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let mut files = folder.files("report");
    files.remove("ledger.jsonl");
    files
}

#[test]
fn a_group_is_rejected_with_an_exception() {
    let folder = reported();
    let mut decision = commas("reject");
    decision["except"] = json!([{"page": "2024/a.txt", "id": 2, "decision": "accept"}]);
    decide(&folder, "report", &json!([decision]));
    folder
        .run("apply report --decisions d.json -o out2 --report report2")
        .expect(0, &["1 correction accepted, 3 rejected"]);
    assert_eq!(folder.read("out2/2024/a.txt"), HURT.replace("人,都", "人，都"));
    assert_eq!(folder.read("out2/b.txt"), "甲,乙");
    assert_eq!(folder.read("out2/gbk.txt"), "刁,镇", "decoded, and otherwise as it was");
    let lines = folder.read("report2/corrections.jsonl");
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["verdict"], &first["withheld"]), (&json!("withheld"), &json!("rejected")));
    let evidence = first["evidence"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(evidence, json!({"kind": "decision", "decision": "reject", "reviewer": "甲"}));
    for (page, source) in folder.files("in").into_iter().filter(|(page, _)| page != "gbk.txt") {
        let ended = folder.run(&format!("restore out2/{page} --report report2"));
        assert_eq!(ended.expect(0, &[]).out.as_bytes(), source, "{page}");
    }
    // Again, the same; and the report of it can be reviewed in turn.
    let (pages, report) = (folder.files("out2"), folder.files("report2"));
    folder.run("apply report --decisions d.json -o out2 --report report2").expect(0, &[]);
    assert_eq!((folder.files("out2"), folder.files("report2")), (pages, report));
    let mut everything = commas("accept");
    everything["withheld"] = json!(true);
    decide(&folder, "report2", &json!([everything]));
    folder.run("apply report2 --decisions d.json -o out3 --report report3").expect(0, &[]);
    assert_eq!(folder.read("out3/2024/a.txt"), CLEAN);
    assert_eq!(folder.files("out3"), folder.files("out"));
}

#[test]
fn a_group_is_decided_without_what_was_withheld() {
    let folder = reported();
    decide(&folder, "report", &json!([occurrence("b.txt", 1, "reject")]));
    folder.run("apply report --decisions d.json -o out2 --report report2").expect(0, &["1 rejected"]);
    decide(&folder, "report2", &json!([commas("accept")]));
    folder.run("apply report2 --decisions d.json -o out3 --report report3").expect(0, &["3 corrections accepted"]);
    assert_eq!(folder.read("out3/b.txt"), "甲,乙");
    let mut with_one = commas("accept");
    with_one["except"] = json!([{"page": "b.txt", "id": 1, "decision": "accept"}]);
    decide(&folder, "report2", &json!([with_one]));
    folder.run("apply report2 --decisions d.json -o out4").expect(0, &["4 corrections accepted"]);
    assert_eq!(folder.read("out4/b.txt"), "甲，乙");
}

#[test]
fn a_group_that_was_withheld_throughout_is_not_decided_by_chance() {
    let folder = reported();
    decide(&folder, "report", &json!([commas("reject")]));
    folder.run("apply report --decisions d.json -o out2 --report report2").expect(0, &["4 rejected"]);
    decide(&folder, "report2", &json!([commas("accept")]));
    let ended = folder.run("apply report2 --decisions d.json -o out3");
    ended.expect(3, &["all withheld; decide them singly, or add \"withheld\": true", "1 decision refused"]);
    assert_eq!(folder.files("out3"), folder.files("out2"));
}

#[test]
fn another_text_can_be_put() {
    let folder = reported();
    let mut decision = occurrence("b.txt", 1, "accept");
    decision["instead"] = json!("、");
    decide(&folder, "report", &json!([decision]));
    folder.run("apply report --decisions d.json -o out2 --report report2").expect(0, &[]);
    assert_eq!(folder.read("out2/b.txt"), "甲、乙");
    assert_eq!(folder.read("out2/2024/a.txt"), CLEAN);
    assert!(folder.read("report2/corrections.jsonl").contains(r#""decision":"accept","proposed":"，""#));
    assert_eq!(folder.run("restore out2/b.txt --report report2").expect(0, &[]).out, "甲,乙");
}

#[test]
fn a_proposal_is_accepted() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    folder.run("clean a.txt -o out --report report --min-confidence 1").expect(0, &[]);
    assert_eq!(folder.read("out/a.txt"), HURT, "only proposed");
    decide(&folder, "report", &json!([commas("accept")]));
    folder.run("apply report --decisions d.json -o out2 --report report2").expect(0, &["2 corrections accepted"]);
    assert_eq!(folder.read("out2/a.txt"), CLEAN);
    assert_eq!(folder.run("restore out2/a.txt --report report2").expect(0, &[]).out, HURT);
}

#[test]
fn decisions_that_do_not_fit_are_refused_and_the_rest_is_done() {
    let folder = reported();
    let (mut rule, mut none) = (commas("reject"), commas("reject"));
    rule["rule"] = json!("no-such-rule");
    none["before"] = json!("x");
    let mut other = occurrence("b.txt", 1, "reject");
    other["after"] = json!("。");
    decide(
        &folder,
        "report",
        &json!([
            occurrence("2024/a.txt", 1, "reject"),
            occurrence("2024/a.txt", 2, "reject"),
            occurrence("2024/a.txt", 2, "accept"),
            occurrence("2024/a.txt", 77, "accept"),
            occurrence("x.txt", 1, "accept"),
            other,
            rule,
            none,
        ]),
    );
    let ended = folder.run("apply report --decisions d.json -o out2 --report report2");
    ended.expect(3, &["was decided twice", "… and 1 more", "report2/failures.jsonl lists them", "6 decisions refused"]);
    assert_eq!(folder.read("out2/2024/a.txt"), CLEAN.replacen('，', ",", 1));
    assert_eq!(folder.read("out2/b.txt"), "甲，乙");
    let failures = folder.read("report2/failures.jsonl");
    for said in [
        "correction 2 was decided twice",
        "no correction 77 in this page",
        "no correction 1 in this page",
        "correction 1 is , → ， by half-width-mark, not , → 。",
        "there is no rule no-such-rule",
        "no correction x → ， by half-width-mark",
    ] {
        assert!(failures.contains(said), "no {said:?} in {failures}");
    }
    assert_eq!(failures.lines().count(), 6);
}

#[test]
fn decisions_on_another_text_are_refused() {
    let folder = reported();
    decide(&folder, "report", &json!([commas("reject")]));
    folder.write("in/b.txt", "丙,乙");
    folder.run("clean in -o out --report other").expect(0, &[]);
    let ended = folder.run("apply other --decisions d.json -o out2");
    ended.expect(2, &["the decisions in d.json were made on another report than other", "review this one"]);
    assert!(!folder.has("out2"), "nothing is written");
    // The report is given out for the same, and yet a page is another one.
    let forged = folder.read("d.json").replace(&report_hash(&folder, "report"), &report_hash(&folder, "other"));
    folder.write("d.json", forged);
    folder.run("apply other --decisions d.json -o out2").expect(3, &["b.txt: ", "made on another text of this page"]);
    assert_eq!(folder.read("out2/b.txt"), "丙，乙");
    assert_eq!(folder.read("out2/2024/a.txt"), HURT);
}

#[test]
fn a_refusal_is_one_line() {
    let folder = reported();
    let mut none = commas("reject");
    none["before"] = json!("\n\u{1b}[31m");
    decide(&folder, "report", &json!([none, commas("reject")]));
    let ended = folder.run("apply report --decisions d.json -o out2");
    ended.expect(3, &[r"no correction \n\u{1b}[31m → ，", "1 decision refused"]);
    assert!(ended.err.lines().all(|line| !line.contains('\u{1b}')), "{ended:?}");
}

#[test]
fn groups_that_contradict_one_another_are_refused() {
    let folder = reported();
    let mut always = commas("accept");
    always["scope"] = json!("always");
    decide(&folder, "report", &json!([commas("reject"), always]));
    folder
        .run("apply report --decisions d.json -o out2")
        .expect(3, &["contradicts another decision", "2 decisions refused"]);
    assert_eq!(folder.files("out2"), folder.files("out"));
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_written() {
    let folder = reported();
    folder.write("d.json", "{\"format\": \"kanwu decisions 1\",\n \"rapport\": 1}");
    folder.run("apply report --decisions d.json -o out2").expect(2, &["d.json:2:", "unknown field `rapport`"]);
    folder.run("apply nowhere -o out2").expect(2, &["nowhere/pages.jsonl", "kanwu clean --report"]);
    folder.run("apply report -o out2 --report report").expect(2, &["would be overwritten", "--report"]);
    fs::remove_file(folder.path("report/sources.txt")).unwrap();
    folder.run("apply report -o out2").expect(2, &["sources.txt", "clean the pages again"]);
    assert!(!folder.has("out2/b.txt"));
}

#[test]
fn sources_are_not_written_over() {
    let folder = reported();
    let ended = folder.run("apply report -o in");
    ended.expect(3, &["holds the source of this page and would be overwritten", "-o"]);
    assert_eq!(folder.read("in/b.txt"), "甲,乙");
    assert_eq!(fs::read(folder.path("in/gbk.txt")).unwrap(), b"\xb5\xf3,\xd5\xf2");
}

#[test]
#[cfg(unix)]
fn links_are_not_followed_out_of_the_folder() {
    let folder = reported();
    folder.write("elsewhere/keep.txt", "甲");
    fs::create_dir(folder.path("out2")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", folder.path("out2/2024")).unwrap();
    folder.run("apply report -o out2").expect(3, &["out2/2024 is a link"]);
    assert_eq!(folder.files("elsewhere").len(), 1);
    assert_eq!(folder.read("out2/b.txt"), folder.read("out/b.txt"));
}

#[test]
fn json_lines_are_done_beside_their_clean_files() {
    let lines = "{\"id\": 1, \"text\": \"建设,发展\"}\n[1]\n\n{\"text\": \"\\u7532,乙\", \"n\": 1e9}\n";
    for flags in ["", "--with-corrections"] {
        let folder = Folder::with(&[("in/a.jsonl", lines), ("in/b.ndjson", "{\"text\": \"丙,丁\"}")]);
        folder.run(&format!("clean in --format jsonl {flags} -o out --report report")).expect(3, &[]);
        folder
            .run("apply report -o out2")
            .expect(2, &["a.jsonl:1 is a line of JSON Lines", "--clean DIR", "holds that as a.jsonl"]);
        folder.run("apply report -o out2 --clean out --report report2").expect(0, &[]);
        assert_eq!(folder.files("out2"), folder.files("out"));
        assert!(folder.files("report2") == reported_files(&folder), "the reports differ");
        decide(&folder, "report", &json!([occurrence("a.jsonl:4", 1, "reject")]));
        folder.run("apply report --decisions d.json -o out2 --clean out --report report2").expect(0, &[]);
        assert!(folder.read("out2/a.jsonl").contains("{\"text\": \"\\u7532,乙\", \"n\": 1e9"));
        for file in ["a.jsonl", "b.ndjson"] {
            let clean = if file == "a.jsonl" { "a.jsonl" } else { "b.ndjson" };
            let ended = folder.run(&format!("restore out2/{clean} --report report2"));
            assert_eq!(ended.expect(0, &[]).out, folder.read(&format!("in/{file}")), "{flags}");
        }
        folder.write("out/a.jsonl", folder.read("out/a.jsonl").replace("建设", "建社"));
        folder
            .run("apply report -o out3 --clean out")
            .expect(3, &["a.jsonl:1: is not in out/a.jsonl as the report has it"]);
    }
}
