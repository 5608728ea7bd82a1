use std::process::Command;

use serde_json::Value;

use super::{Folder, HURT};

/// A page whose corrections a spreadsheet could take for formulas, and whose contexts hold quotes and line ends.
const TRICKY: &str = "甲乙丙=1+1,丁\"戊己,庚辛\n-他说,好\n";

fn reported() -> Folder {
    let folder = Folder::with(&[("in/a,b.txt", HURT), ("in/=c.txt", TRICKY)]);
    folder.run("clean in -o out --report report").expect(0, &[]);
    folder
}

fn rows(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_table_has_a_row_for_each_correction() {
    let folder = reported();
    let lines = folder.read("report/corrections.jsonl");
    for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
        folder.run(&format!("export report --format {format} -o table")).expect(0, &["table: ", "corrections"]);
        let rows = rows(&folder.read("table"), delimiter);
        assert_eq!(rows[0][..6], ["page", "id", "stage", "rule", "before", "after"]);
        assert_eq!(rows.len(), lines.lines().count() + 1);
        for (row, line) in rows[1..].iter().zip(lines.lines()) {
            let line: Value = serde_json::from_str(line).unwrap();
            let page = line["page"].as_str().unwrap();
            assert_eq!(row[0].trim_start_matches('\''), page);
            assert_eq!(row[0].starts_with('\''), page.starts_with('='), "a formula is defused");
            assert_eq!(row[7].trim_start_matches('\''), line["context"]["right"].as_str().unwrap());
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{row:?}");
        }
        assert_eq!(folder.run(&format!("export report --format {format}")).out, folder.read("table"));
    }
    folder.run("export nowhere").expect(2, &["nowhere/pages.jsonl"]);
}

#[test]
fn a_table_is_what_its_file_ends_in() {
    let folder = reported();
    for (file, delimiter) in [("table.csv", b','), ("table.TSV", b'\t'), ("table", b',')] {
        folder.run(&format!("export report -o {file}")).expect(0, &[]);
        assert!(rows(&folder.read(file), delimiter)[0].len() > 6, "{file}");
    }
    folder
        .run("export report -o table.xlsx")
        .expect(2, &["table.xlsx: tables are written as .csv", ".tsv", "--format"]);
    assert!(!folder.has("table.xlsx"));
    folder.run("export report -o new/er/table.csv").expect(0, &[]);
    assert_eq!(folder.read("new/er/table.csv"), folder.read("table.csv"));
    folder.run("export report -o table.txt --format tsv").expect(0, &[]);
    assert_eq!(folder.read("table.txt"), folder.read("table.TSV"));
}

#[test]
fn libreoffice_reads_the_same_rows() {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("skipped: soffice is not installed");
        return;
    }
    let folder = reported();
    folder.run("export report -o table.csv").expect(0, &[]);
    let profile = format!("-env:UserInstallation=file://{}", folder.path("profile").display());
    // 44: comma, 34: quote, 76: UTF-8; there and back through the program's own format.
    for (to, from) in [("ods", "table.csv"), ("csv:Text - txt - csv (StarCalc):44,34,76", "back/table.ods")] {
        let ended = folder
            .command("soffice")
            .args([&profile, "--headless", "--infilter=CSV:44,34,76", "--convert-to", to, "--outdir", "back", from])
            .output()
            .unwrap();
        assert!(ended.status.success(), "{ended:?}");
    }
    let back = "\u{feff}".to_owned() + folder.read("back/table.csv").trim_start_matches('\u{feff}');
    assert_eq!(rows(&back, b','), rows(&folder.read("table.csv"), b','));
}

#[test]
fn github_shows_findings_beside_the_file() {
    let folder = Folder::with(&[("a,b.txt", "甲,乙\n100%,\n")]);
    let ended = folder.run("check a,b.txt --format github");
    let first = ended.expect(1, &[]).out.lines().next().unwrap().to_owned();
    let said = "::warning file=a%2Cb.txt,line=1,col=2,title=kanwu half-width-mark::, → ， (";
    assert!(first.starts_with(said), "{first}");
    assert!(ended.out.lines().all(|line| line.starts_with("::")), "{ended:?}");
}

#[test]
fn files_are_named_as_the_working_folder_sees_them() {
    let folder = Folder::with(&[("in/sub/a.txt", "甲,乙\n"), ("in/b.jsonl", "{}\n{\"text\":\"甲,乙\"}\n")]);
    let absolute = folder.path("in").canonicalize().unwrap().display().to_string();
    for named in ["in", "./in", "in/sub", "in/sub/a.txt", absolute.as_str()] {
        let github = folder.run(&format!("check {named} --format github"));
        assert!(
            github.expect(1, &[]).out.starts_with("::warning file=in/sub/a.txt,line=1,col=2,"),
            "{named}: {github:?}"
        );
        let sarif = folder.run(&format!("check {named} --format sarif")).out;
        assert_eq!(sarif.matches(r#"{"uri":"in/sub/a.txt"}"#).count(), 2, "{named}: {sarif}");
    }
    let github = folder.run("check in --input-format jsonl --format github");
    assert!(github.out.starts_with("::warning file=in/b.jsonl,line=2,col=1,"), "{github:?}");
    let sarif = folder.run("check in --input-format jsonl --format sarif").out;
    assert!(sarif.contains(r#"{"uri":"in/b.jsonl"},"region":{"startLine":2}"#) && !sarif.contains("fixes"), "{sarif}");
    assert!(folder.run_with("check - --format github", "甲,乙").out.starts_with("::warning file=stdin,line=1,"));
}

#[test]
fn what_github_shows_steers_no_terminal() {
    let folder = Folder::with(&[("a\u{1b}[31m\u{202e}\n.txt", "甲,乙\n")]);
    let out = folder.run("check . --format github").expect(1, &[]).out.clone();
    assert!(out.starts_with(r"::warning file=a\u{1b}[31m\u{202e}%0A.txt,line=1,"), "{out}");
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn findings_as_json_are_records() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    let ended = folder.run("check a.txt --format json");
    let records: Vec<Value> =
        ended.expect(1, &[]).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 2);
    assert_eq!((&records[0]["rule"], &records[0]["after"]), (&"half-width-mark".into(), &"，".into()));
}

#[test]
fn sarif_is_one_object_with_places_and_fixes() {
    let folder = Folder::with(&[("页 1.txt", HURT), ("b.txt", "干净。\n")]);
    let ended = folder.run("check . --format sarif");
    let sarif: Value = serde_json::from_str(&ended.expect(1, &[]).out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 2);
    let result = &run["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "%E9%A1%B5%201.txt");
    assert_eq!(place["region"], serde_json::json!({"startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 8}));
    assert_eq!(result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "，");
    let rules: Vec<&str> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(rules.contains(&result["ruleId"].as_str().unwrap()));
    let nothing = folder.run("check b.txt --format sarif");
    let sarif: Value = serde_json::from_str(&nothing.expect(0, &[]).out).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

/// What SARIF 2.1.0 lets stand in an object: its keys, those that must be there with an exclamation mark.
const SARIF: &[(&str, &str)] = &[
    ("", "version! $schema runs!"),
    ("runs", "tool! columnKind results"),
    ("runs/tool", "driver!"),
    ("runs/tool/driver", "name! semanticVersion rules"),
    ("runs/tool/driver/rules", "id! shortDescription help"),
    ("runs/tool/driver/rules/shortDescription", "text!"),
    ("runs/tool/driver/rules/help", "text!"),
    ("runs/results", "ruleId level message! locations properties fixes"),
    ("runs/results/message", "text!"),
    ("runs/results/locations", "physicalLocation"),
    ("runs/results/locations/physicalLocation", "artifactLocation region"),
    ("runs/results/locations/physicalLocation/artifactLocation", "uri"),
    ("runs/results/locations/physicalLocation/region", "startLine startColumn endLine endColumn"),
    ("runs/results/fixes", "artifactChanges!"),
    ("runs/results/fixes/artifactChanges", "artifactLocation! replacements!"),
    ("runs/results/fixes/artifactChanges/artifactLocation", "uri"),
    ("runs/results/fixes/artifactChanges/replacements", "deletedRegion! insertedContent"),
    ("runs/results/fixes/artifactChanges/replacements/deletedRegion", "startLine startColumn endLine endColumn"),
    ("runs/results/fixes/artifactChanges/replacements/insertedContent", "text"),
];

/// Checks that `value`, which stands at `path`, has the keys of [`SARIF`], and values of their kinds.
fn is_sarif(value: &Value, path: &str) {
    if let Some(list) = value.as_array() {
        return list.iter().for_each(|value| is_sarif(value, path));
    }
    let Some(object) = value.as_object() else {
        let key = path.rsplit('/').next().unwrap();
        let fits = match key {
            "startLine" | "startColumn" | "endLine" | "endColumn" => value.as_u64().is_some_and(|number| number >= 1),
            "level" => ["none", "note", "warning", "error"].contains(&value.as_str().unwrap()),
            "columnKind" => ["utf16CodeUnits", "unicodeCodePoints"].contains(&value.as_str().unwrap()),
            "version" if path == "version" => value == "2.1.0",
            "uri" => {
                value.as_str().is_some_and(|uri| uri.is_ascii() && !uri.contains([' ', '"', '<', '>', '\\', '^', '`']))
            }
            _ => value.is_string(),
        };
        return assert!(fits, "{path} is {value}");
    };
    // A bag of properties may hold anything.
    if path.ends_with("/properties") {
        return;
    }
    let keys = SARIF.iter().find(|(known, _)| *known == path).unwrap_or_else(|| panic!("{path} is no object")).1;
    for key in keys.split(' ').filter_map(|key| key.strip_suffix('!')) {
        assert!(object.contains_key(key), "{path} has no {key}");
    }
    for (key, value) in object {
        assert!(keys.split(' ').any(|known| known.trim_end_matches('!') == key), "{path} has {key}");
        is_sarif(value, format!("{path}/{key}").trim_start_matches('/'));
    }
}

#[test]
fn sarif_is_of_the_structure_of_its_standard() {
    let folder = Folder::with(&[("页 1.txt", HURT), ("b.txt", "村里\n的路\n修好了。\n这是  空格\r\n今日,天气好\n")]);
    for (pages, code) in [(".", 1), ("b.txt", 1)] {
        let sarif: Value =
            serde_json::from_str(&folder.run(&format!("check {pages} --format sarif")).expect(code, &[]).out).unwrap();
        is_sarif(&sarif, "");
        let run = &sarif["runs"][0];
        let rules: Vec<&Value> =
            run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
        for result in run["results"].as_array().unwrap() {
            assert!(rules.contains(&&result["ruleId"]));
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let place = |line: &str, column: &str| (region[line].as_u64(), region[column].as_u64());
            assert!(place("startLine", "startColumn") <= place("endLine", "endColumn"), "{region}");
        }
    }
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::with(&[("a.txt", "甲,乙\n")]);
    let plain = folder.run("diff a.txt").out;
    assert!(!plain.contains('\x1b') && plain == folder.run("diff a.txt --color never").out);
    let coloured = folder.run("diff a.txt --color always").out;
    assert!(coloured.contains("\x1b[31m-甲,乙\x1b[m\n\x1b[32m+甲，乙\x1b[m\n"), "{coloured}");
    assert_eq!(
        coloured
            .replace("\x1b[1m", "")
            .replace("\x1b[31m", "")
            .replace("\x1b[32m", "")
            .replace("\x1b[36m", "")
            .replace("\x1b[m", ""),
        plain
    );
}

#[test]
fn one_page_is_shown_in_a_browser() {
    let folder = Folder::with(&[("in/a.txt", "<b>甲</b>,乙\n")]);
    let ended = folder.run("diff in/a.txt --format html");
    assert!(ended.expect(0, &[]).out.contains("&lt;b&gt;甲&lt;/b&gt;"), "{ended:?}");
    folder.run("diff in --format html").expect(2, &["shows one page"]);
}

#[test]
fn the_format_of_findings_and_of_the_input_are_told_apart() {
    let folder = Folder::with(&[("a.jsonl", "{\"text\":\"甲,乙\\n\"}\n")]);
    let ended = folder.run("check a.jsonl --input-format jsonl --format json");
    let record: Value = serde_json::from_str(ended.expect(1, &[]).out.trim_end()).unwrap();
    assert_eq!(record["after"], "，");
    assert_eq!(folder.run("check a.jsonl --input-format jsonl --output-format json").out, ended.out);
    assert!(folder.run("check a.jsonl --format jsonl").expect(1, &[]).out.starts_with("a.jsonl:1:"));
    let unified = folder.run("diff a.jsonl --input-format jsonl");
    unified.expect(0, &[]);
    assert_eq!(folder.run("diff a.jsonl --format jsonl").out, unified.out);
    folder.run("clean a.jsonl --input-format jsonl -o out").expect(0, &[]);
}
