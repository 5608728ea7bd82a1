use serde_json::json;

use super::{CLEAN, Folder, HURT};

fn decisions(folder: &Folder, decision: &str, scope: &str) {
    let whole = json!({
        "format": "kanwu decisions 1",
        "report": "00",
        "pages": {},
        "decisions": [{"rule": "half-width-mark", "before": ",", "after": "，", "scope": scope, "decision": decision}],
    });
    folder.write("d.json", whole.to_string());
}

#[test]
fn what_was_rejected_for_good_is_never_done_again() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    decisions(&folder, "reject", "always");
    folder
        .run("learn --decisions d.json -o learnt")
        .expect(0, &["1 decision for good: 0 accepted, 1 rejected", "--reviewed"]);
    assert!(folder.read("learnt/rejected.tsv").ends_with("reject\thalf-width-mark\t,\t，\n"));
    folder.run("clean a.txt -o out --report report --reviewed learnt/rejected.tsv").expect(0, &[]);
    assert_eq!(folder.read("out/a.txt"), HURT);
    assert!(folder.read("report/corrections.jsonl").contains(r#""withheld":"rejected""#));
    // The same from the settings, whose paths are meant from where they lie.
    folder.write("kanwu.toml", "reviewed = [\"learnt/rejected.tsv\"]\n");
    assert_eq!(folder.run("clean a.txt").out, HURT);
}

#[test]
fn what_was_accepted_for_good_is_done_where_it_was_proposed() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    decisions(&folder, "accept", "always");
    folder.run("learn --decisions d.json -o learnt").expect(0, &["1 accepted"]);
    assert_eq!(folder.run("clean a.txt --min-confidence 1").out, HURT);
    assert_eq!(folder.run("clean a.txt --min-confidence 1 --reviewed learnt/accepted.tsv").out, CLEAN);
}

#[test]
fn a_later_decision_overrules_an_earlier_one() {
    let folder = Folder::with(&[]);
    decisions(&folder, "accept", "always");
    folder.run("learn --decisions d.json -o learnt").expect(0, &[]);
    decisions(&folder, "reject", "always");
    folder.run("learn --decisions d.json -o learnt").expect(0, &["1 otherwise than before"]);
    assert!(!folder.read("learnt/accepted.tsv").contains("half-width-mark"));
    assert!(folder.read("learnt/rejected.tsv").contains("half-width-mark"));
}

#[test]
fn decisions_on_one_report_are_not_kept() {
    let folder = Folder::with(&[]);
    decisions(&folder, "reject", "group");
    folder.run("learn --decisions d.json -o learnt").expect(0, &["0 decisions for good"]);
    assert!(!folder.read("learnt/rejected.tsv").contains("half-width-mark"));
}

#[test]
fn a_table_that_is_wrong_is_told_with_its_line() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    for (line, said) in [
        ("accept\thalf-width-mark\t,", "has not four columns"),
        ("yes\thalf-width-mark\t,\t，", "expected accept or reject"),
        ("accept\tno-rule\t,\t，", "`kanwu explain` lists the rules"),
        ("accept\thalf-width-mark\t\\q\t，", "before nothing known"),
    ] {
        folder.write("t.tsv", format!("# ours\n{line}\n"));
        folder.run("clean a.txt --reviewed t.tsv").expect(2, &["t.tsv:2: ", said]);
    }
}
