use super::Folder;

#[test]
fn a_misread_name_is_explained() {
    let folder = Folder::with(&[]);
    let out = folder.run("places 刀镇").expect(0, &[]).out.clone();
    for words in [
        "no name",
        "刁镇",
        "济南市章丘区",
        "jionlp",
        "today 刁镇街道",
        "刀 read for 刁",
        "likeness 0.7",
        "with 刀镇 on a line of its own:\n        applied (0.",
        "on a page that names 山东省济南市章丘区 once",
    ] {
        assert!(out.contains(words), "no {words:?} in {out}");
    }
    let out = folder.run("places 刀镇 --region 济南市").expect(0, &[]).out.clone();
    let first = out.lines().nth(2).unwrap_or_default();
    assert!(first.contains("刁镇") && out.contains("with --region 济南市"), "{out}");
}

#[test]
fn a_known_name_is_explained() {
    let folder = Folder::with(&[]);
    let out = folder.run("places 石匣村 --region 济南市").expect(0, &[]).out.clone();
    assert!(out.contains("山东省济南市章丘区官庄街道石匣村") && out.contains("village"), "{out}");
    assert!(out.contains("in scope where a page names 章丘区") && out.contains("never changed"), "{out}");
    let out = folder.run("places 城关镇").expect(0, &[]).out.clone();
    assert!(out.contains("more places of this name"), "{out}");
}

#[test]
fn a_name_that_nothing_is_known_of_is_said_to_be_so() {
    let folder = Folder::with(&[]);
    let out = folder.run("places abc 龘龘龘 --region 济南市").expect(0, &[]).out.clone();
    assert_eq!(out.matches("no name in that region, nor one character away").count(), 2, "{out}");
    folder.run("places 刀镇 --region 无此地").expect(2, &["--region 无此地"]);
}

#[test]
fn counties_and_above_are_shown_when_they_are_one_character_away() {
    let folder = Folder::with(&[]);
    let out = folder.run("places 聊丁市").expect(0, &[]).out.clone();
    assert!(out.contains("not looked for by themselves") && out.contains("山东省聊城市"), "{out}");
    let out = folder.run("places 聊丁市 --region 浙江省 --format json").expect(0, &[]).out.clone();
    let answers: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answers[0]["near"], serde_json::json!([]));
    assert!(!folder.run("places 聊城市 刀镇").out.contains("by themselves"), "only where nothing else is found");
}

#[test]
fn columns_stand_below_one_another() {
    let folder = Folder::with(&[]);
    let out = folder.run("places 城关镇").expect(0, &[]).out.clone();
    assert!(out.lines().filter(|line| line.contains("  town ")).count() > 5, "{out}");
    let starts = out.lines().filter(|line| line.contains(" town ")).map(|line| {
        let head = line.split(" town ").next().unwrap_or_default();
        head.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>()
    });
    let starts: std::collections::BTreeSet<usize> = starts.collect();
    assert_eq!(starts.len(), 1, "{out}");
    assert!(folder.run("places 刀镇").out.contains("engines did so once of "));
}

#[test]
fn the_users_dictionary_is_asked_too() {
    let folder = Folder::with(&[("mine.tsv", "刁镇\t济南市\t\t习镇\n")]);
    let out = folder.run("places 习镇 刁镇 --dictionary mine.tsv").expect(0, &[]).out.clone();
    assert!(out.contains("a known misreading of 刁镇 in your dictionary (mine.tsv:1)"), "{out}");
    assert!(out.contains("a name in your dictionary (mine.tsv:1)"), "{out}");
}

#[test]
fn what_is_said_of_a_page_is_so() {
    let folder = Folder::with(&[("a.txt", "山东省济南市章丘区\n刀镇\n"), ("b.txt", "刀镇\n")]);
    let out = folder.run("places 刀镇 --region 章丘区").expect(0, &[]).out.clone();
    for (line, check) in
        [("names 山东省济南市章丘区", "check a.txt"), ("has nothing else", "check b.txt --region 章丘区")]
    {
        let said = out.lines().find(|said| said.contains(line)).unwrap_or_default();
        let confidence = said.split(['(', ')']).nth(1).unwrap_or_default();
        let found = folder.run(&format!("{check} --only places")).out;
        assert!(found.contains(&format!("刀镇 → 刁镇  place-name ({confidence}")), "{said}: {found}");
    }
}

#[test]
fn settings_are_taken_as_clean_takes_them() {
    let settings = "dictionary = \"mine.tsv\"\nregion = \"济南市\"\nmin-confidence = 1.0\n";
    let folder = Folder::with(&[("mine.tsv", "刁镇\t济南市\t\t习镇\n"), ("kanwu.toml", settings)]);
    let out = folder.run("places 习镇 刀镇").expect(0, &[]).out.clone();
    assert!(out.contains("a known misreading of 刁镇 in your dictionary (") && out.contains("mine.tsv:1)"), "{out}");
    assert!(out.contains("with --region 济南市") && !out.contains("applied ("), "{out}");
}

#[test]
fn programs_get_json() {
    let folder = Folder::with(&[]);
    let out = folder.run("places 刀镇 石匣村 --format json --region 章丘区").expect(0, &[]).out.clone();
    let answers: serde_json::Value = serde_json::from_str(&out).unwrap();
    let suggestion = &answers[0]["suggestions"][0];
    assert_eq!(suggestion["name"], "刁镇");
    assert_eq!(suggestion["place"]["parents"], serde_json::json!(["山东省", "济南市", "章丘区"]));
    assert!(suggestion["similarity"].as_f64().unwrap() > 0.7 && suggestion["confidence"].is_number(), "{out}");
    assert_eq!(answers[1]["places"][0]["level"], "village");
    assert_eq!(answers[1]["suggestions"], serde_json::json!([]));
}
