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
