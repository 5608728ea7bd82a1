use serde_json::json;

use super::Folder;

fn pairs() -> Folder {
    Folder::with(&[
        ("truth/1.txt", "刁镇街道的乡亲们都来了，今年收成好。\n"),
        ("ocr/1.txt", "习镇街道的\n乡亲们都来了,今年收成女子。\n"),
        ("truth/2.txt", "刁镇的女子们今天也来了。\n"),
        ("ocr/2.txt", "习镇的好们今天一也来了\n"),
    ])
}

#[test]
fn confusions_are_counted_by_kind() {
    let folder = pairs();
    let ended = folder.run("learn --truth truth --ocr ocr -o mine.tsv");
    ended.expect(0, &["2 pages counted", "substitution: 2 different, 3 in all"]);
    assert_eq!(ended.out, "");
    let text = folder.read("mine.tsv");
    assert!(text.starts_with("# kanwu confusions 1\n# Counted by kanwu "), "{text}");
    for row in [
        "substitution\t刁\t习\t2\n",
        "substitution\t，\t,\t1\n",
        "split\t好\t女子\t1\n",
        "merge\t女子\t好\t1\n",
        "loss\t。\t\t1\n",
        "addition\t\t一\t1\n",
        "rendered\t刁\t\t2\n",
    ] {
        assert!(text.contains(row), "no {row:?} in {text}");
    }
    folder.run("learn --truth truth --ocr ocr -o again.tsv --jobs 1").expect(0, &[]);
    assert_eq!(text, folder.read("again.tsv"));
}

#[test]
fn what_was_learnt_is_taken_up_by_other_commands() {
    let folder = pairs();
    folder.run("learn --truth truth --ocr ocr -o mine.tsv").expect(0, &[]);
    folder.run("clean ocr -o clean --report report --confusions mine.tsv").expect(0, &[]);
    assert!(folder.read("report/summary.json").contains("\"mine.tsv\""));
    folder.write("kanwu.toml", "confusions = [\"mine.tsv\", \"none.tsv\"]\n");
    folder.run("clean ocr -o clean").expect(2, &["none.tsv"]);
}

#[test]
fn a_file_of_confusions_that_does_not_fit_is_refused_by_line() {
    let folder = pairs();
    let refused = |text: &str, words: &[&str]| {
        folder.write("mine.tsv", text);
        folder.run("clean ocr -o clean --confusions mine.tsv").expect(2, words);
        assert!(!folder.has("clean"));
    };
    refused("刁\t习\t2\n", &["mine.tsv:1: expected `# kanwu confusions 1`", "kanwu learn"]);
    refused("# kanwu confusions 1\nsubstitution\t刁\t习\tmany\n", &["mine.tsv:2: expected kind"]);
    refused("# kanwu confusions 1\nsplit\t刁\t习\t2\n", &["mine.tsv:2: "]);
    refused("# kanwu confusions 1\nsubstitution\t刁镇街\t习\t2\n", &["mine.tsv:2: "]);
    refused("# kanwu confusions 1\nrendered\t刁\t习\t2\n", &["mine.tsv:2: "]);
}

#[test]
fn pages_without_partner_are_told() {
    let folder = pairs();
    folder.write("ocr/3.txt", "多余");
    folder.run("learn --truth truth --ocr ocr -o mine.tsv").expect(3, &["3.txt", "truth/3.txt is missing"]);
    assert!(folder.has("mine.tsv"));
    folder.run("learn --truth nowhere --ocr ocr -o mine.tsv").expect(2, &["nowhere is no folder"]);
    folder.run("learn --truth truth --ocr ocr -o no/such/folder.tsv").expect(2, &["cannot write no/such/folder.tsv"]);
}

/// A folder with a page of many half-width marks, cleaned, and decisions that reject most of them.
fn decided() -> Folder {
    let page = ["聚焦项目建设,夯实发展硬实力;", "村里的路修好了吗?", "大家都说:好!"].concat().repeat(9);
    let folder = Folder::with(&[("in/a.txt", &page)]);
    folder.run("clean in -o out --report report").expect(0, &[]);
    let rejected = [(",", "，"), (";", "；"), ("?", "？"), ("!", "！")].map(|(before, after)| {
        json!({"rule": "half-width-mark", "before": before, "after": after, "scope": "group", "decision": "reject"})
    });
    let hash = |path: &str| blake3::hash(folder.read(path).as_bytes()).to_hex().to_string();
    let whole = json!({
        "format": "kanwu decisions 1",
        "report": hash("report/corrections.jsonl"),
        "pages": {"a.txt": hash("in/a.txt")},
        "decisions": rejected,
    });
    folder.write("report/decisions.json", whole.to_string());
    folder
}

#[test]
fn decisions_say_how_sure_a_rule_is_on_this_paper() {
    let folder = decided();
    let ended = folder.run("learn --decisions report/decisions.json -o learnt");
    ended.expect(0, &["36 corrections decided in 4 groups", "half-width-mark", "36 rejected", "--calibration learnt"]);
    let learnt = folder.read("learnt/calibration.tsv");
    assert!(learnt.starts_with("# kanwu calibration 1\n# Learnt by kanwu "), "{learnt}");
    folder.run("clean in -o out2 --report report2 --calibration learnt/calibration.tsv").expect(0, &[]);
    assert_eq!(folder.read("out2/a.txt"), folder.read("in/a.txt"));
    let report = folder.read("report2/corrections.jsonl");
    let first: serde_json::Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
    let stated: serde_json::Value =
        serde_json::from_str(folder.read("report/corrections.jsonl").lines().next().unwrap()).unwrap();
    assert!(first["confidence"].as_f64() < stated["confidence"].as_f64());
    let evidence = first["evidence"].as_array().unwrap().last().unwrap();
    assert_eq!(*evidence, json!({"kind": "calibrated", "stated": stated["confidence"]}));
    // From the settings as well.
    folder.write("kanwu.toml", "calibration = [\"learnt/calibration.tsv\"]\n");
    folder.run("clean in -o out3").expect(0, &[]);
    assert_eq!(folder.read("out3/a.txt"), folder.read("out2/a.txt"));
}

#[test]
fn what_is_learnt_from_a_calibrated_report_is_learnt_of_what_was_stated() {
    let folder = decided();
    folder.run("learn --decisions report/decisions.json -o learnt").expect(0, &[]);
    folder.run("clean in -o out2 --report report2 --calibration learnt/calibration.tsv").expect(0, &[]);
    let hash = blake3::hash(folder.read("report2/corrections.jsonl").as_bytes()).to_hex().to_string();
    let old = blake3::hash(folder.read("report/corrections.jsonl").as_bytes()).to_hex().to_string();
    // The rule is now so doubtful that all of it is withheld.
    let on_all = folder
        .read("report/decisions.json")
        .replace(r#""decision":"reject""#, r#""decision":"reject","withheld":true"#);
    folder.write("d.json", on_all.replace(&old, &hash));
    folder.run("learn --decisions d.json --report report2 -o again").expect(0, &[]);
    assert_eq!(folder.read("again/calibration.tsv"), folder.read("learnt/calibration.tsv"));
}

#[test]
fn without_its_report_nothing_is_refitted() {
    let folder = decided();
    folder.write("d.json", folder.read("report/decisions.json"));
    folder
        .run("learn --decisions d.json -o learnt")
        .expect(0, &["d.json: no confusions and no calibration", "--report"]);
    assert!(!folder.has("learnt/calibration.tsv"));
    folder.run("learn --decisions d.json --report report -o learnt").expect(0, &[]);
    assert!(folder.has("learnt/calibration.tsv"));
}

#[test]
fn accepted_misreadings_are_counted() {
    let folder = Folder::with(&[("in/a.txt", "章丘区刀镇的乡亲们来了。刁镇街道在章丘区。\n刀镇今年收成好。\n")]);
    folder.run("clean in -o out --report report").expect(0, &[]);
    let hash = |path: &str| blake3::hash(folder.read(path).as_bytes()).to_hex().to_string();
    let whole = json!({
        "format": "kanwu decisions 1",
        "report": hash("report/corrections.jsonl"),
        "pages": {"a.txt": hash("in/a.txt")},
        "decisions": [{"rule": "place-name", "before": "刀镇", "after": "刁镇", "scope": "group", "decision": "accept"}],
    });
    folder.write("report/decisions.json", whole.to_string());
    folder.run("learn --decisions report/decisions.json -o learnt").expect(0, &["substitution: 1 different, 2 in all"]);
    let counted = folder.read("learnt/confusions.tsv");
    assert!(counted.contains("substitution\t刁\t刀\t2\n") && counted.contains("rendered\t刁\t\t"), "{counted}");
    folder.run("clean in -o out2 --confusions learnt/confusions.tsv").expect(0, &[]);
}

#[test]
fn a_calibration_that_does_not_fit_is_refused_by_line() {
    let folder = Folder::with(&[("a.txt", "建设,发展")]);
    let refused = |text: &str, words: &[&str]| {
        folder.write("c.tsv", text);
        folder.run("clean a.txt -o out --calibration c.tsv").expect(2, words);
        assert!(!folder.has("out"));
    };
    refused("rule\n", &["c.tsv:1: is not the first line of a calibration", "kanwu learn --decisions"]);
    refused("# kanwu calibration 1\nhalf-width-mark\t0.5\n", &["c.tsv:2: expected a rule and six numbers"]);
    refused("# kanwu calibration 1\nno-rule\t0.5\t0.9\t1\t1\t0\t0\n", &["c.tsv:2: names a rule", "kanwu explain"]);
    for wrong in ["0.9\t0.5", "0\t0.9", "0.5\t1", "0.5\tNaN"] {
        refused(&format!("# kanwu calibration 1\nhalf-width-mark\t{wrong}\t1\t1\t0\t0\n"), &["c.tsv:2: expected"]);
    }
}

#[test]
fn trees_are_checked_on_every_fifth_document_that_was_held_out() {
    let pages: Vec<(String, String)> = (1..=6)
        .flat_map(|page| {
            let text = format!("第{page}次全县春耕生产现场会提出，今年要在粮食生产上实现新突破。\n");
            let read = text.replace("新突破", "新容破");
            [(format!("truth/{page}.txt"), text), (format!("ocr/{page}.txt"), read)]
        })
        .collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (&name[..], &text[..])).collect();
    let folder = Folder::with(&pages);
    folder.run("fit --truth truth --ocr ocr --trees 2 -o mine.txt").expect(0, &[]);
    let text = folder.read("mine.txt");
    // Of documents 6 and 1, held out, one change each is checked; the truths of the other four are fitted on as well.
    assert!(text.starts_with("kanwu confusables 1\n# Fitted on 8 pages, 4 examples.\n# Checked on"), "{text}");
    assert!(text.contains("# : 2 yes, "), "{text}");
    assert_eq!(text.lines().filter(|line| !line.starts_with(['#', 'k', 'b'])).count(), 2, "{text}");
}
