//! Each kind of bad input: a clear message, the right exit code, and no other page lost.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use super::{CLEAN, Ended, Folder, HURT, KANWU};

/// Runs `clean` on `in` and expects that one page failed, with `words`, and that the good page was cleaned.
#[track_caller]
fn one_fails(folder: &Folder, flags: &str, page: &str, words: &[&str]) {
    let ended = folder.run(&format!("clean in -o out --report report {flags}"));
    ended.expect(3, words).expect(3, &["1 page failed"]);
    assert_eq!(folder.read("out/good.txt"), CLEAN);
    assert!(!folder.has(&format!("out/{page}")), "a page that failed is not written");
    let failures = folder.read("report/failures.jsonl");
    assert_eq!(failures.lines().count(), 1, "{failures}");
    assert!(failures.contains(&format!(r#""page":"{page}","path":"in/{page}","reason":"#)), "{failures}");
}

#[test]
fn an_empty_file_is_an_empty_page() {
    let folder = Folder::with(&[("in/empty.txt", ""), ("in/good.txt", HURT)]);
    folder.run("clean in -o out --report report").expect(0, &["2 pages cleaned"]);
    assert_eq!(folder.read("out/empty.txt"), "");
    assert_eq!(folder.read("report/failures.jsonl"), "");
    assert_eq!(folder.run("clean in/empty.txt").expect(0, &[]).out, "");
}

#[test]
fn a_folder_without_pages_is_said_with_what_it_holds() {
    let folder = Folder::with(&[("in/a.md", ""), ("in/sub/b.pdf", "")]);
    folder.run("clean in -o out").expect(2, &["kanwu: there is no page in in", "2 other files", ".txt"]);
    assert!(!folder.has("out"));
    fs::create_dir(folder.path("empty")).unwrap();
    folder.run("check empty").expect(2, &["there is no page in empty", "no file at all"]);
}

#[test]
fn what_programs_hide_among_the_pages_is_passed_over() {
    let files = ["in/good.txt", "in/._good.txt", "in/.git/a.txt", "in/sub/.cache/deep/b.txt", "in/.dot.txt"];
    let folder = Folder::with(&files.map(|file| (file, HURT)));
    let ended = folder.run("clean in -o out");
    ended.expect(0, &["2 hidden folders are passed over; name one", "2 pages cleaned", "1 file of other kinds"]);
    assert!(folder.has("out/.dot.txt") && !folder.has("out/._good.txt"));
    folder.run("check in/.git").expect(1, &[]);
}

#[test]
fn an_empty_folder_beside_a_full_one_is_noted() {
    let folder = Folder::with(&[("in/good.txt", HURT)]);
    fs::create_dir(folder.path("empty")).unwrap();
    folder.run("clean empty in -o out").expect(0, &["there is no page in empty", "1 page cleaned"]);
    assert_eq!(folder.read("out/good.txt"), CLEAN);
}

#[test]
fn a_missing_file_fails_and_the_rest_are_done() {
    let folder = Folder::with(&[("in/good.txt", HURT)]);
    let ended = folder.run("clean in missing.txt -o out --report report");
    ended.expect(3, &["kanwu: cannot read missing.txt: No such file"]);
    assert_eq!(folder.read("out/good.txt"), CLEAN);
    assert!(folder.read("report/failures.jsonl").starts_with(r#"{"page":"missing.txt","path":"missing.txt""#));
    let alone = folder.run("clean missing.txt");
    alone.expect(3, &["No such file", "1 page failed"]);
    assert!(!alone.err.contains("0 pages") && !alone.err.contains("pages/s"), "{alone:?}");
    assert_eq!(alone.out, "");
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not be run says so")]
fn a_folder_without_permission_fails_and_the_rest_are_done() {
    let folder = Folder::with(&[("in/good.txt", HURT), ("in/closed/a.txt", HURT), ("in/unreadable.txt", HURT)]);
    let mode = |path: &str, mode| fs::set_permissions(folder.path(path), fs::Permissions::from_mode(mode)).unwrap();
    mode("in/closed", 0o000);
    mode("in/unreadable.txt", 0o000);
    let may_read = fs::read_dir(folder.path("in/closed")).is_ok();
    let mut command = if may_read {
        // Permissions do not bind the administrator, so somebody else has to run the program.
        fs::copy(KANWU, folder.path("kanwu")).unwrap();
        mode("", 0o777);
        mode("kanwu", 0o755);
        let mut command = folder.command("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "./kanwu"]);
        command
    } else {
        folder.command(KANWU)
    };
    let output = command.args(["clean", "in", "-o", "out", "--report", "report"]).output();
    mode("in/closed", 0o755);
    match output {
        Ok(output) => {
            let ended = Ended::from(output);
            ended.expect(3, &["kanwu: cannot read in/closed: Permission denied", "2 pages failed"]);
            ended.expect(3, &["kanwu: cannot read in/unreadable.txt: Permission denied"]);
            assert_eq!(folder.read("out/good.txt"), CLEAN);
            assert!(folder.read("report/failures.jsonl").starts_with(r#"{"page":"closed","path":"in/closed""#));
        }
        Err(error) => eprintln!("SKIPPED: cannot run the program as another user with setpriv: {error}"),
    }
}

#[test]
fn a_binary_among_the_pages_fails() {
    let folder = Folder::with(&[("in/good.txt", HURT)]);
    folder.write("in/scan.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x20\0\0\x04\xb0\x08\x06\0\0\0");
    one_fails(&folder, "", "scan.txt", &["kanwu: scan.txt is an image"]);
    fs::remove_file(folder.path("in/scan.txt")).unwrap();
    folder.write("in/paper.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n");
    one_fails(&folder, "", "paper.txt", &["kanwu: paper.txt is a PDF"]);
}

#[test]
fn markup_is_not_cleaned_as_text() {
    let folder = Folder::with(&[
        ("in/good.txt", HURT),
        ("in/a.txt", "<html><span title='image \"x\"; bbox 1 1 2 2'>刀镇,</span></html>"),
        ("a.json", r#"{"text": "今年投入 35万元,比去年多。"}"#),
    ]);
    one_fails(&folder, "", "a.txt", &["kanwu: a.txt is XML or HTML", "plain text"]);
    assert_eq!(folder.run("clean a.json").expect(3, &["a.json is JSON", "--format jsonl"]).out, "");
    folder.run("clean a.json --format jsonl").expect(0, &[]);
}

#[test]
fn a_page_that_is_too_large_fails_unread() {
    let folder = Folder::with(&[("in/good.txt", HURT), ("in/large.txt", "")]);
    fs::File::options().write(true).open(folder.path("in/large.txt")).unwrap().set_len(300 << 20).unwrap();
    one_fails(&folder, "", "large.txt", &["314572800 bytes", "--max-page-size"]);
    folder.write("in/large.txt", "很长".repeat(100));
    one_fails(&folder, "--max-page-size 500", "large.txt", &["600 bytes, more than the 500"]);
    folder.run("clean in -o out --max-page-size 600").expect(0, &[]);
}

#[test]
fn standard_input_that_is_too_large_fails() {
    let folder = Folder::with(&[]);
    let ended = folder.run_with("clean - --max-page-size 10", "很长".repeat(100));
    assert_eq!(ended.expect(3, &["stdin: has ", "--max-page-size"]).out, "");
}

#[test]
fn a_dash_is_standard_input_and_no_output() {
    let folder = Folder::with(&[("-/a.txt", HURT), ("b.txt", HURT)]);
    assert_eq!(folder.run_with("clean -", HURT).expect(0, &[]).out, CLEAN);
    assert_eq!(folder.run("clean ./- -o out").expect(0, &["1 page cleaned"]).out, "");
    assert_eq!(folder.read("out/a.txt"), CLEAN);
    for flags in ["-o -", "-o out --report -"] {
        assert_eq!(folder.run(&format!("clean b.txt {flags}")).expect(2, &["standard output", "./-"]).out, "");
    }
    folder.run("export report -o -").expect(2, &["./-"]);
}

#[test]
fn bytes_that_cannot_be_decoded_are_no_failure() {
    let folder = Folder::with(&[("good.txt", HURT)]);
    let mut utf_16: Vec<u8> = "刁镇人".encode_utf16().flat_map(u16::to_le_bytes).collect();
    utf_16.pop();
    folder.write("cut.txt", utf_16);
    let ended = folder.run("clean cut.txt --encoding utf-16le");
    assert_eq!(ended.expect(0, &["1 page cleaned"]).out, "刁镇\u{fffd}");
    folder.write("wrong.txt", b"\xb5\xf3\xff\xd5\xf2");
    let ended = folder.run("clean wrong.txt --encoding gb18030");
    assert!(ended.expect(0, &[]).out.contains('\u{fffd}'), "{ended:?}");
}

#[test]
fn an_output_folder_inside_the_input_is_no_input() {
    let folder = Folder::with(&[("in/a.txt", HURT)]);
    folder.run("clean in -o in/clean --report in/report").expect(0, &["1 page cleaned"]);
    let first = folder.files("in");
    let ended = folder.run("clean in -o in/clean --report in/report");
    ended.expect(0, &["in/clean is passed over", "in/report is passed over", "1 page cleaned"]);
    assert_eq!(folder.files("in"), first);
    assert!(folder.has("in/clean/a.txt") && !folder.has("in/clean/clean/a.txt"));
}

#[test]
fn a_report_beside_pages_is_no_page_and_hides_none() {
    let folder = Folder::with(&[("in/rr/a.txt", HURT), ("in/rr/b/c.txt", HURT)]);
    folder.run("clean in/rr -o out --report in/rr").expect(0, &["2 pages cleaned"]);
    let first = folder.files("in");
    folder
        .run("clean in/rr -o out --report in/rr")
        .expect(0, &["the report in in/rr is passed over", "2 pages cleaned"]);
    assert_eq!(folder.files("in"), first);
    let above = folder.run("clean in -o above");
    above.expect(0, &["the report in in/rr is passed over", "2 pages cleaned"]);
    assert_eq!(folder.files("above").keys().collect::<Vec<_>>(), ["rr/a.txt", "rr/b/c.txt"]);
}

#[test]
fn an_output_never_overwrites_an_input() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b.txt", HURT)]);
    let before = folder.files("in");
    symlink(folder.path("in"), folder.path("link")).unwrap();
    fs::create_dir(folder.path("links")).unwrap();
    symlink(folder.path("in/b.txt"), folder.path("links/b.txt")).unwrap();
    for arguments in ["in -o in", "in -o link", "link -o in", "in -o links", "in/a.txt -o in", "in/a.txt -o in/../in"] {
        folder.run(&format!("clean {arguments} --report report")).expect(2, &["would be overwritten", "-o"]);
        assert_eq!(folder.files("in"), before, "{arguments}");
        assert!(!folder.has("report") && !folder.has("links/a.txt"), "nothing is written before: {arguments}");
    }
}

#[test]
fn a_report_never_overwrites_an_input() {
    let folder = Folder::with(&[("report/corrections.jsonl", "{\"text\":\"甲,乙\"}\n")]);
    let ended = folder.run("clean report/corrections.jsonl --format jsonl -o out --report report");
    ended.expect(2, &["report/corrections.jsonl is an input", "--report"]);
    let ended = folder.run("clean report/corrections.jsonl --format jsonl -o out --report out");
    ended.expect(2, &["out/corrections.jsonl", "a file of the report"]);
    assert!(!folder.has("out"));
}

#[test]
fn two_inputs_that_become_one_output_are_refused() {
    let folder = Folder::with(&[("a/x.txt", HURT), ("b/x.txt", HURT), ("p", HURT), ("p.txt", HURT)]);
    let ended = folder.run("clean b a -o out --report report");
    ended.expect(2, &["a/x.txt and b/x.txt would both become out/x.txt", "two output folders"]);
    folder.run("clean p p.txt -o out").expect(2, &["p and p.txt would both become out/p.txt"]);
    assert!(!folder.has("out") && !folder.has("report"));
}

#[test]
fn a_file_named_twice_is_one_page() {
    let folder = Folder::with(&[("a/x.txt", HURT)]);
    folder.run("clean a a/x.txt ./a -o out").expect(0, &["1 page cleaned"]);
    assert_eq!(folder.read("out/x.txt"), CLEAN);
}

#[test]
fn links_inside_a_folder_are_not_followed() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("elsewhere/b.txt", HURT)]);
    symlink(folder.path("elsewhere"), folder.path("in/out")).unwrap();
    symlink(folder.path("elsewhere/b.txt"), folder.path("in/b.txt")).unwrap();
    symlink(folder.path("in"), folder.path("in/round")).unwrap();
    let ended = folder.run("clean in -o clean");
    ended.expect(0, &["1 page cleaned", "kanwu: 3 symbolic links are not followed"]);
    assert!(!ended.err.contains("of other kinds"), "{ended:?}");
    folder.run("check in").expect(1, &["3 symbolic links are not followed"]);
    fs::create_dir(folder.path("only")).unwrap();
    symlink(folder.path("in/a.txt"), folder.path("only/a.txt")).unwrap();
    let ended = folder.run("clean only -o out");
    ended.expect(2, &["there is no page in only: 1 symbolic link is not followed; name what it leads to"]);
}

#[test]
fn an_output_that_cannot_be_written_fails_alone() {
    let folder = Folder::with(&[("in/a/b.txt", HURT), ("in/good.txt", HURT), ("out/a", "in the way")]);
    folder.run("clean in -o out").expect(3, &["a/b.txt: cannot write out/a", "1 page failed"]);
    assert_eq!(folder.read("out/good.txt"), CLEAN);
    folder.run("clean in -o out2 --report out/a").expect(2, &["cannot write out/a"]);
    assert!(!folder.has("out2"));
}

#[test]
fn an_output_folder_that_cannot_be_written_is_refused_before_any_page() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("file", "in the way")]);
    let before = folder.files("");
    for flags in ["", "--dry-run", "--report report"] {
        folder.run(&format!("clean in -o file {flags}")).expect(2, &["cannot write file: file is a file", "-o"]);
    }
    let ended = folder.run("clean in -o file/deeper");
    assert!(!ended.expect(2, &["cannot write file/deeper"]).err.contains("cleaned"), "{ended:?}");
    assert_eq!(folder.files(""), before);
}

#[test]
fn spots_that_could_not_be_decoded_are_found_in_the_report() {
    let folder = Folder::with(&[]);
    folder.write("a.txt", b"\xb5\xf3\xff\xd5\xf2");
    let plain = folder.run("clean a.txt --encoding gb18030");
    assert!(!plain.expect(0, &["1 spot could not be decoded"]).err.contains("pages.jsonl"), "{plain:?}");
    let reported = folder.run("clean a.txt --encoding gb18030 --report report");
    reported.expect(0, &["1 spot could not be decoded and read U+FFFD (pages.jsonl lists them)"]);
}

#[test]
fn nothing_is_left_beside_the_pages() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/b/c.txt", HURT)]);
    folder.run("clean in -o out --report report").expect(0, &[]);
    assert_eq!(folder.files("out").into_keys().collect::<Vec<_>>(), ["a.txt", "b/c.txt"]);
    let report: Vec<String> = folder.files("report").into_keys().collect();
    assert_eq!(
        report,
        [
            "changes.diff",
            "corrections.jsonl",
            "failures.jsonl",
            "ledger.jsonl",
            "pages.jsonl",
            "review.html",
            "sources.txt",
            "summary.json"
        ]
    );
    let mode = |path: &str| fs::metadata(folder.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("out/a.txt"), mode("in/a.txt"), "as readable as any new file");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::with(&[("big.txt", &HURT.repeat(20_000))]);
    for (command, code) in [("clean", 0), ("diff", 0), ("check", 1)] {
        let mut child = Command::new(KANWU)
            .args([command, "big.txt", "--quiet"])
            .current_dir(folder.path(""))
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command}");
        assert_eq!(output.status.code(), Some(code), "{command}");
    }
}

#[test]
fn a_full_disk_is_told_with_what_to_do() {
    let folder = Folder::with(&[("a.txt", HURT)]);
    for command in ["clean a.txt", "check a.txt", "diff a.txt", "explain", "places 刁镇"] {
        let output = folder
            .command(KANWU)
            .args(command.split(' '))
            .stdout(fs::File::options().write(true).open("/dev/full").unwrap())
            .output()
            .unwrap();
        Ended::from(output).expect(2, &["cannot write standard output: No space left", "make room there"]);
    }
}
