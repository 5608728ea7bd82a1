use super::{CLEAN, Folder, HURT};

#[test]
fn settings_are_found_above_the_working_folder() {
    let folder = Folder::with(&[("kanwu.toml", "skip = [\"punctuation\"]\nquiet = true\n"), ("deep/er/a.txt", HURT)]);
    let output = std::process::Command::new(super::KANWU)
        .args(["clean", "a.txt"])
        .current_dir(folder.path("deep/er"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), HURT);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_file_above_the_working_folder_is_told() {
    let folder = Folder::with(&[("kanwu.toml", "jobs = 2\n"), ("in/a.txt", HURT)]);
    let run = |from: &str, args: &[&str]| {
        let output = std::process::Command::new(super::KANWU).args(args).current_dir(folder.path(from)).output();
        String::from_utf8(output.unwrap().stderr).unwrap()
    };
    let told = |said: String| said.contains("kanwu: settings are those of ") && said.contains("kanwu.toml");
    assert!(told(run("in", &["clean", "a.txt"])));
    assert!(!told(run("in", &["clean", "a.txt", "--quiet"])) && !told(run("", &["clean", "in/a.txt"])));
}

#[test]
fn what_the_file_makes_go_wrong_names_it() {
    refused("jobs = 2\nregion = \"无此地\"\n", &["kanwu.toml:2: --region 无此地"]);
    refused("dictionary = [\"missing.tsv\"]\n", &["kanwu.toml:1: cannot read ", "missing.tsv"]);
    refused("only = [\"places\"]\nskip = [\"places\"]\n", &["kanwu.toml:1: --only and --skip leave no stage"]);
    let folder = Folder::with(&[("a.txt", HURT), ("kanwu.toml", "region = \"济南市\"\n")]);
    let ended = folder.run("clean a.txt --region 无此地");
    assert!(!ended.expect(2, &["--region 无此地"]).err.contains("kanwu.toml"), "{ended:?}");
}

#[test]
fn flags_win_over_the_file() {
    let folder = Folder::with(&[("a.txt", HURT), ("strict.toml", "min-confidence = 1\nmax-page-size = 7\n")]);
    folder.run("clean a.txt --config strict.toml").expect(3, &["more than the 7"]);
    let ended = folder.run("clean a.txt --config strict.toml --max-page-size 1MiB --min-confidence 0.9");
    assert_eq!(ended.expect(0, &[]).out, CLEAN);
}

#[test]
fn one_string_is_a_list_of_one() {
    let settings = "region = \"聊城市\"\nskip = \"punctuation\"\ndictionary = \"mine.tsv\"\n";
    let folder = Folder::with(&[("a.txt", HURT), ("kanwu.toml", settings), ("mine.tsv", "小李庄\n")]);
    assert_eq!(folder.run("clean a.txt --report report").expect(0, &[]).out, HURT);
    let summary: serde_json::Value = serde_json::from_str(&folder.read("report/summary.json")).unwrap();
    assert_eq!(summary["settings"]["region"], serde_json::json!(["聊城市"]));
}

#[track_caller]
fn refused(text: &str, words: &[&str]) {
    let folder = Folder::with(&[("in/a.txt", HURT), ("kanwu.toml", text)]);
    folder.run("clean in -o out").expect(2, words);
    assert!(!folder.has("out"));
}

#[test]
fn what_is_wrong_in_the_file_is_shown_by_line_and_column() {
    refused(
        "jobs = 2\n\n  min-confidense = 0.9\n",
        &["kanwu.toml:3:3: unknown field `min-confidense`", "did you mean `min-confidence`?"],
    );
    refused("jobs = 2\nmin-confidence = 7\n", &["kanwu.toml:2:18: `7` is no probability"]);
    refused(
        "only = [\"places\", \"magic\"]\n",
        &["kanwu.toml:1:8: there is no stage `magic`; the stages are characters,"],
    );
    refused("jobs = \n", &["kanwu.toml:1:8: "]);
    refused("jobs = -2\n", &["kanwu.toml:1:8: `-2` is no number of threads"]);
    refused("region = 7", &["kanwu.toml:1:10: ", "7", "a string or a list of strings"]);
    refused("region = [7]", &["kanwu.toml:1:11: ", "7"]);
    refused("only = \"magic\"\n", &["kanwu.toml:1:8: there is no stage `magic`"]);
}

#[test]
fn wrong_flags_name_what_is_right() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    let refused = |flags: &str, words: &[&str]| _ = folder.run(&format!("clean a.txt {flags}")).expect(2, words);
    refused("--only punctation", &["no stage `punctation`", "punctuation"]);
    refused("--only places --skip places", &["leave no stage"]);
    refused("--min-confidence 95", &["no probability", "0.95"]);
    refused("--encoding klingon", &["`klingon`", "gb18030"]);
    refused("--format xml", &["no format `xml`"]);
    refused("--script cursive", &["no script `cursive`", "simplified"]);
    refused("--max-page-size much", &["no size", "64MiB"]);
    refused("--jobs abc", &["`abc` is no number of threads", "0 for one a core"]);
    refused("-j -1", &["`-1` is no number of threads"]);
    refused("-j=1.5", &["`1.5` is no number of threads"]);
    refused("--config missing.toml", &["missing.toml", "No such file"]);
    refused("--dictionary missing.tsv", &["missing.tsv", "No such file"]);
    refused("--nonsense", &["--nonsense"]);
}

#[test]
fn a_dictionary_that_is_not_read_as_it_was_meant_is_refused() {
    let folder = Folder::with(&[
        ("a.txt", "甲\n"),
        ("header.tsv", "名称\t上级\t别名\t误读\t备注\n刁镇\t济南市|章丘区\t\t习镇\n"),
        ("list.tsv", "# mine\n刁镇\t济南市|章丘区\t\t习镇、刀镇\n"),
        ("slash.tsv", "刁镇\t济南市/章丘区\n"),
        ("good.tsv", "刁镇\t济南市|章丘区\t\t习镇|刀镇\t习镇、刀镇 by hand\n小李庄\t刁镇\nApple\t\tApple, Inc.\n"),
        ("unknown.tsv", "刁镇\t济南市|章秋区\n"),
    ]);
    let checked = |dictionary: &str, code, words: &[&str]| {
        let ended = folder.run(&format!("check a.txt --dictionary {dictionary}.tsv"));
        ended.expect(code, words);
        ended.err.lines().filter(|line| line.contains(".tsv:")).count()
    };
    checked("header", 2, &["header.tsv:1: names the columns", "misreadings<TAB>note"]);
    checked("list", 2, &["list.tsv:2: has 习镇、刀镇 as one value", "parted by |"]);
    checked("slash", 2, &["slash.tsv:1: has 济南市/章丘区"]);
    assert_eq!(checked("good", 0, &[]), 0);
    assert_eq!(checked("unknown", 0, &["unknown.tsv:1: the gazetteer has no 章秋区, in which 刁镇 is to lie"]), 1);
}

#[test]
fn what_is_not_applied_is_proposed() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    let ended = folder.run("clean a.txt --only punctuation --min-confidence 1 --report report");
    assert_eq!(ended.expect(0, &["0 corrections applied, 2 proposed"]).out, HURT);
    assert_eq!(folder.read("report/corrections.jsonl").matches(r#""verdict":"proposed""#).count(), 2);
    assert!(folder.run("check a.txt --only punctuation --min-confidence 1").expect(0, &[]).out.contains(", proposed)"));
}

#[test]
fn stages_are_chosen() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    assert_eq!(folder.run("clean a.txt --skip punctuation,places").expect(0, &[]).out, HURT);
    assert_eq!(folder.run("clean a.txt --only punctuation").expect(0, &[]).out, CLEAN);
}

#[test]
fn a_region_may_be_a_path() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    let run = |region: &str| {
        let output = folder.command(super::KANWU).args(["check", "a.txt", "--region", region]).output().unwrap();
        super::Ended::from(output)
    };
    run("官庄街道").expect(2, &["towns have that name", "such as ", "/官庄街道"]);
    for region in ["济南市/章丘区/官庄街道", "章丘区 官庄街道", "济南 章丘区"] {
        run(region).expect(1, &[]);
    }
    run("浙江省/章丘区").expect(2, &["no such"]);
    run("/").expect(2, &["no such"]);
    run("").expect(2, &["--region names no place; give a province"]);
    run("聊成市").expect(2, &["--region 聊成市: the gazetteer has no such", "`kanwu places 聊成市`"]);
}
