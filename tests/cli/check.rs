use super::{CLEAN, Ended, Folder, HURT, KANWU};

#[test]
fn what_would_change_is_listed_and_found() {
    let folder = Folder::with(&[("in/a.txt", CLEAN), ("in/b.txt", HURT)]);
    let ended = folder.run("check in");
    let expected = "b.txt:1:7: , → ，  half-width-mark (";
    assert!(ended.expect(1, &[]).out.starts_with(expected), "{ended:?}");
    assert_eq!(ended.out.lines().count(), 2);
    assert!(!ended.out.contains("a.txt"));
}

#[test]
fn a_clean_page_is_not_found() {
    let folder = Folder::with(&[("a.txt", CLEAN)]);
    assert_eq!(folder.run("check a.txt").expect(0, &[]).out, "");
    assert_eq!(folder.run("diff a.txt").expect(0, &[]).out, "");
}

#[test]
fn a_reader_that_goes_away_does_not_make_a_finding_none() {
    let folder = Folder::with(&[("in/a.txt", CLEAN)]);
    (0..40).for_each(|page| folder.write(&format!("in/b{page}.txt"), HURT.repeat(20)));
    for reader in ["head -n 1", "true"] {
        let script = format!("\"$1\" check in --quiet --only punctuation | {reader} >found; echo ${{PIPESTATUS[0]}}");
        let output = folder.command("bash").args(["-c", &script, "bash", KANWU]).output().unwrap();
        assert_eq!(Ended::from(output).expect(0, &[]).out, "1\n", "{reader}");
    }
    let script = "\"$1\" check in/a.txt --quiet | true; echo ${PIPESTATUS[0]}";
    let output = folder.command("bash").args(["-c", script, "bash", KANWU]).output().unwrap();
    assert_eq!(Ended::from(output).expect(0, &[]).out, "0\n");
}

#[test]
fn a_failure_outweighs_a_finding() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    let ended = folder.run("check a.txt missing.txt");
    assert_eq!(ended.expect(3, &["missing.txt"]).out.lines().count(), 2);
    folder.run("diff a.txt missing.txt").expect(3, &["missing.txt"]);
}

#[test]
fn the_diff_is_the_report_s() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b.txt", CLEAN), ("in/c.txt", "甲,乙")]);
    let diff = folder.run("diff in").expect(0, &[]).out.clone();
    folder.run("clean in -o out --report report").expect(0, &[]);
    assert_eq!(diff, folder.read("report/changes.diff"));
    assert!(diff.contains("--- a/c.txt\n+++ b/c.txt\n@@ -1 +1 @@\n-甲,乙\n\\ No newline at end of file\n+甲，乙\n"));
}
