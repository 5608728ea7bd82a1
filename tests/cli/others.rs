use kanwu::correction::Rule;

use super::Folder;

#[test]
fn every_rule_is_explained() {
    let folder = Folder::with(&[]);
    let list = folder.run("explain").expect(0, &[]).out.clone();
    for rule in Rule::ALL {
        assert!(list.contains(rule.code()));
        let manual = folder.run(&format!("explain {}", rule.code())).expect(0, &[]).out.clone();
        assert!(manual.contains(rule.manual().summary) && manual.contains(rule.manual().summary_zh), "{manual}");
        let prose = manual.split("\nbefore ").next().unwrap_or_default();
        assert!(!prose.contains("  "), "no gap in the sentences: {prose}");
        assert!(!manual.contains('→') || rule.manual().summary.contains('→'), "an example has two sides: {manual}");
    }
    let manual = folder.run("explain place-name").out;
    assert!(manual.contains("before    章丘区刀镇街道") && manual.contains("after     章丘区刁镇街道"), "{manual}");
    folder.run("explain place-nmae").expect(2, &["no rule `place-nmae`", "did you mean `place-name`"]);
}

#[test]
fn packagers_get_completions_and_manuals() {
    let folder = Folder::with(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = folder.run(&format!("completions {shell}")).expect(0, &[]).out.clone();
        assert!(script.contains("min-confidence"), "{shell}");
    }
    for shell in ["bash", "zsh"] {
        let script = folder.run(&format!("completions {shell}")).expect(0, &[]).out.clone();
        assert!(script.contains("punctuation numerals") && script.contains("place-name"), "{shell}");
    }
    let page = folder.run("man").expect(0, &[]).out.clone();
    assert!(page.contains(".TH kanwu 1"));
    for words in [".SH \"EXIT STATUS\"", "\\fB130, 143\\fR\n", ".SH EXAMPLES\n.nf\n", ".SH FILES"] {
        assert!(page.contains(words), "no {words:?} in {page}");
    }
    assert!(!page.contains("EXTRA"));
    assert!(folder.run("man clean").expect(0, &[]).out.contains(".TH kanwu-clean 1"));
    folder.run("man nonsense").expect(2, &["no command `nonsense`"]);
}

#[test]
fn help_says_what_exit_codes_mean() {
    let folder = Folder::with(&[]);
    let help = folder.run("--help").expect(0, &[]).out.clone();
    assert!(help.contains("Exit codes") && help.contains("kanwu.toml"), "{help}");
    assert!(!help.contains("  fit") && !help.contains("  gazetteer") && !help.contains("  tables"), "{help}");
    assert!(!help.contains("the long flags\n"), "no break in the sentence: {help}");
    for command in ["clean", "check", "diff", "restore", "explain", "completions", "man"] {
        assert!(help.contains(&format!("  {command}")), "{command}");
        folder.run(&format!("{command} --help")).expect(0, &[]);
    }
    assert!(folder.run("--version").expect(0, &[]).out.starts_with("kanwu "));
    let clean = folder.run("clean --help").out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(clean.contains("ledger.jsonl"), "every file of the report is named: {clean}");
    assert!(clean.contains("those and the pages on which they weigh"), "as the README says it: {clean}");
    folder.run("nonsense").expect(2, &["nonsense"]);
}
