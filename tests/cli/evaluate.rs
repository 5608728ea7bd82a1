use serde_json::Value;

use super::{CLEAN, Folder, HURT};

/// Two folders of pages: 刁镇 misread and the right one, commas in half width, lines that break where no paragraph ends.
fn pairs() -> Folder {
    Folder::with(&[
        ("truth/a/light/1.txt", CLEAN),
        ("ocr/a/light/1.txt", HURT),
        ("truth/a/heavy/1.txt", "章丘区刁镇街道的乡亲们都来了，很热闹。\n"),
        ("ocr/a/heavy/1.txt", "章丘区刀镇街道的乡亲们都来了,很热阐。\n"),
    ])
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn pages_are_cleaned_and_measured_by_folder() {
    let folder = pairs();
    let all = json(&folder.run("evaluate --truth truth --ocr ocr --skip confusables --format json").expect(0, &[]).out);
    let folders: Vec<&str> = all["folders"].as_array().unwrap().iter().map(|f| f["folder"].as_str().unwrap()).collect();
    assert_eq!(folders, ["a/heavy", "a/light"]);
    let heavy = &all["folders"][0];
    assert_eq!(heavy["pages"], 1);
    assert_eq!(heavy["characters"]["han_substituted"]["wrong"], 2);
    assert_eq!(heavy["characters"]["han_substituted"]["fixed"], 1);
    assert_eq!(heavy["characters"]["han_substituted"]["net_removed"], 0.5);
    assert_eq!(heavy["error_rates"]["all"]["errors_before"], 3);
    assert_eq!(heavy["error_rates"]["all"]["errors_after"], 1);
    let applied = &heavy["corrections"]["applied"];
    assert_eq!(applied["rules"]["place-name"]["right"], 1);
    assert_eq!(applied["rules"]["place-name"]["precision"], 1.0);
    assert_eq!(applied["stages"]["places"]["recall"], 0.5);
    assert_eq!(applied["subjects"]["mark"]["right"], 1);
    assert_eq!(all["all"]["corrections"]["applied"]["rules"]["half-width-mark"]["right"], 3);
    assert_eq!(all["all"]["error_rates"]["all"]["errors_after"], 1);
    let bins = all["all"]["corrections"]["calibration"]["bins"].as_array().unwrap();
    assert_eq!((bins.len(), &bins[9]["observed"]), (10, &Value::from(1.0)));
}

#[test]
fn people_get_tables() {
    let folder = pairs();
    let out = folder.run("evaluate --truth truth --ocr ocr").expect(0, &[]).out.clone();
    for words in
        ["| a/heavy ", "| a/light ", "| all ", "| rule place-name ", "| stage places ", "net removed", "0.9 to 1.0"]
    {
        assert!(out.contains(words), "no {words:?} in {out}");
    }
}

#[test]
fn the_options_of_the_stages_hold() {
    let folder = pairs();
    let run = |options: &str| {
        let ended = folder.run(&format!("evaluate --truth truth --ocr ocr --format json {options}"));
        json(&ended.expect(0, &[]).out)["all"]["corrections"]["applied"]["rules"].as_object().unwrap().clone()
    };
    assert!(run("--skip places").get("place-name").is_none());
    assert_eq!(run("--only places").keys().collect::<Vec<_>>(), ["place-name"]);
    assert!(run("--only places --min-confidence 1").is_empty());
}

#[test]
fn pages_that_were_cleaned_before_are_compared() {
    let folder = pairs();
    folder.run("clean ocr -o clean --report report").expect(0, &[]);
    let at_once = json(&folder.run("evaluate --truth truth --ocr ocr --format json").out);
    let compared = json(&folder.run("evaluate --truth truth --ocr ocr --clean clean --format json").out);
    assert_eq!(compared["all"]["error_rates"], at_once["all"]["error_rates"]);
    assert_eq!(compared["all"]["corrections"], Value::Null);
    let reported = folder.run("evaluate --truth truth --ocr ocr --clean clean --report report --format json");
    assert_eq!(json(&reported.expect(0, &[]).out)["all"], at_once["all"]);
    folder.write("clean/a/light/1.txt", "别的");
    folder.run("evaluate --truth truth --ocr ocr --clean clean --report report").expect(
        3,
        &[
            "a/light/1.txt: the report in report was not written for this page of clean",
            "the one of the run that wrote clean",
        ],
    );
}

#[test]
fn a_report_of_other_pages_is_refused() {
    let folder = pairs();
    folder.write("other/b.txt", HURT);
    folder.run("clean ocr -o clean --quiet").expect(0, &[]);
    folder.run("clean other -o other-clean --report report").expect(0, &[]);
    let ended = folder.run("evaluate --truth truth --ocr ocr --clean clean --report report");
    ended.expect(2, &["a/light/1.txt: the report in report does not know this page of clean"]);
}

#[test]
fn every_rule_has_a_row() {
    let folder = Folder::with(&[("truth/a.txt", "今日天气好\n"), ("ocr/a.txt", "今日天气好  \n")]);
    let all = json(&folder.run("evaluate --truth truth --ocr ocr --format json").out);
    let applied = &all["all"]["corrections"]["applied"];
    let rules = ["rules", "unjudged"].map(|key| applied[key].as_object().unwrap().keys().cloned());
    let text = folder.run("evaluate --truth truth --ocr ocr").expect(0, &[]).out.clone();
    let rules: Vec<String> = rules.into_iter().flatten().collect();
    assert!(rules.iter().any(|rule| rule == "extra-blank"), "{all}");
    for rule in rules {
        assert!(text.contains(&format!("| rule {rule} ")), "no {rule} in {text}");
    }
}

#[test]
fn a_page_without_partner_is_told_and_the_rest_compared() {
    let folder = pairs();
    folder.write("ocr/b.txt", HURT);
    folder.write("truth/c.txt", CLEAN);
    let ended = folder.run("evaluate --truth truth --ocr ocr --format json");
    ended.expect(
        3,
        &["b.txt", "truth/b.txt is missing", "c.txt", "has no OCR page in ocr", "2 pages could not be compared"],
    );
    let all = json(&ended.out);
    assert_eq!((&all["all"]["pages"], all["failures"].as_array().unwrap().len()), (&Value::from(2), 2));
}

#[test]
fn folders_that_do_not_fit_are_refused() {
    let folder = Folder::with(&[("truth/a.txt", CLEAN), ("ocr/b.txt", HURT)]);
    folder.run("evaluate --truth truth --ocr nowhere").expect(2, &["nowhere is no folder"]);
    folder.run("evaluate --truth truth/a.txt --ocr ocr").expect(2, &["truth/a.txt is no folder"]);
    folder.run("evaluate --truth truth --ocr ocr").expect(2, &["no page of ocr could be compared"]);
    folder.run("evaluate --truth truth --ocr ocr --report r").expect(2, &["--clean"]);
    folder.run("evaluate --truth truth --ocr ocr --clean ocr --report r").expect(2, &["r/corrections.jsonl"]);
}

#[test]
fn threads_make_no_difference() {
    let folder = pairs();
    for page in 0..20 {
        folder.write(&format!("ocr/{}/{page}.txt", page % 3), HURT.repeat(page + 1));
        folder.write(&format!("truth/{}/{page}.txt", page % 3), CLEAN.repeat(page + 1));
    }
    let run =
        |jobs: u8| folder.run(&format!("evaluate --truth truth --ocr ocr --jobs {jobs}")).expect(0, &[]).out.clone();
    assert_eq!(run(1), run(8));
}
