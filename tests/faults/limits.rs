//! Inputs of odd kinds and sizes.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;

use crate::cli::{CLEAN, Folder, HURT, KANWU};

#[test]
fn names_of_any_bytes_are_pages_of_their_own() {
    let folder = Folder::with(&[("in/a\nb.txt", HURT), ("in/ c\t\".txt", HURT), ("in/刁\u{2028}镇.txt", HURT)]);
    let check = folder.run("check in");
    assert!(check.expect(1, &[]).out.contains(r"a\nb.txt:1:"), "a finding is one line: {check:?}");
    for name in [&b"\xff.txt"[..], b"\xfe.txt", b"\xd5\xf2.txt"] {
        fs::write(folder.path("in").join(OsStr::from_bytes(name)), HURT).unwrap();
    }
    folder.run("clean in -o out --report report").expect(0, &["6 pages cleaned"]);
    assert_eq!(fs::read_to_string(folder.path("out").join(OsStr::from_bytes(b"\xff.txt"))).unwrap(), CLEAN);
    for line in folder.read("report/pages.jsonl").lines().chain(folder.read("report/corrections.jsonl").lines()) {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    assert!(folder.read("report/pages.jsonl").contains(r#""page":"\\xFF.txt""#));
    assert_eq!(folder.run("verify out --report report").expect(0, &[]).out.lines().count(), 1);
    folder.run("clean in -o out --report report --resume").expect(0, &["6 pages had been done before"]);
}

#[test]
fn names_that_are_no_utf_8_are_found_again_and_taken_for_no_other() {
    let folder = Folder::with(&[(r"in/\xB5.txt", "甲,丙\n")]);
    let page = |folder_name: &str| folder.path(folder_name).join(OsStr::from_bytes(b"\xb5.txt"));
    fs::write(page("in"), "甲,乙\n").unwrap();
    fs::write(folder.path("in").join(OsStr::from_bytes(b"\xb5.jsonl")), "{\"text\":\"甲,丁\"}\n").unwrap();
    folder.run("clean in -o out --report report").expect(0, &["2 pages cleaned"]);
    assert!(folder.run("verify out --report report").expect(0, &[]).out.starts_with("2 pages verified: "));
    let restore = |report: &str, path: std::path::PathBuf| {
        let mut command = folder.command(KANWU);
        let output = command.arg("restore").arg(path).args(["--report", report]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(restore("report", page("out")), "甲,乙\n");
    assert_eq!(restore("report", folder.path(r"out/\xB5.txt")), "甲,丙\n");
    folder.run("apply report -o applied --report report2").expect(0, &["2 pages written, 0 of them other"]);
    assert_eq!(fs::read(page("applied")).unwrap(), "甲，乙\n".as_bytes());
    let patched =
        folder.command("sh").args(["-c", "cp -r in old && cd old && patch -sp1 <../report/changes.diff"]).status();
    assert!(patched.unwrap().success());
    assert_eq!(fs::read(page("old")).unwrap(), "甲，乙\n".as_bytes());
    assert_eq!(folder.read(r"old/\xB5.txt"), "甲，丙\n");

    folder.run("clean in -o lines --report report3 --format jsonl").expect(0, &["1 page cleaned"]);
    folder.run("verify lines --report report3").expect(0, &[]);
    let lines = folder.path("lines").join(OsStr::from_bytes(b"\xb5.jsonl"));
    assert_eq!(restore("report3", lines), "{\"text\":\"甲,丁\"}\n");
}

#[test]
fn links_pipes_and_devices_among_the_pages_are_passed_over() {
    let folder = Folder::with(&[("in/a.txt", HURT), ("in/deep/b.txt", HURT)]);
    symlink("..", folder.path("in/deep/loop")).unwrap();
    symlink("self.txt", folder.path("in/self.txt")).unwrap();
    symlink("/dev/zero", folder.path("in/zero.txt")).unwrap();
    let status = folder.command("mkfifo").arg("in/pipe.txt").status().unwrap();
    assert!(status.success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.path("in/socket.txt")).unwrap();
    folder
        .run("clean in -o out")
        .expect(0, &["2 pages cleaned", "3 symbolic links", "2 files of other kinds passed over"]);
    folder.run("clean in/self.txt -o out").expect(3, &["in/self.txt"]);
}

#[test]
fn a_device_without_end_is_refused() {
    let folder = Folder::with(&[]);
    folder.run("clean /dev/zero -o out --max-page-size 1MiB").expect(3, &["zero", "--max-page-size"]);
}

#[test]
fn folders_as_deep_as_a_path_can_be_are_cleaned() {
    let folder = Folder::with(&[]);
    let deep = "d/".repeat(900);
    folder.write(&format!("in/{deep}a.txt"), HURT);
    folder.run("clean in -o out --report report").expect(0, &["1 page cleaned"]);
    assert_eq!(folder.read(&format!("out/{deep}a.txt")), CLEAN);
}

#[test]
fn ten_thousand_pages_in_one_folder_are_cleaned() {
    let folder = Folder::with(&[]);
    let lines = "{\"text\":\"甲,乙\"}\n".repeat(10_000);
    for page in 0..10_000 {
        fs::create_dir_all(folder.path("in")).unwrap();
        fs::write(folder.path(&format!("in/{page}.txt")), "甲,乙").unwrap();
    }
    folder.run("check in --only punctuation --quiet").expect(1, &[]);
    folder.write("in.jsonl", &lines);
    folder.run("clean in.jsonl --format jsonl -o out --only punctuation").expect(0, &["10,000 pages cleaned"]);
}

#[test]
fn outputs_stay_in_their_folder() {
    let folder = Folder::with(&[("in/sub/a.txt", HURT), ("in/b.txt", HURT), ("elsewhere/keep.txt", "甲")]);
    fs::create_dir(folder.path("out")).unwrap();
    symlink("../elsewhere", folder.path("out/sub")).unwrap();
    folder.run("clean in -o out --report report").expect(3, &["out/sub is a link", "1 page failed"]);
    assert_eq!(folder.files("elsewhere").len(), 1);
    assert_eq!(folder.read("out/b.txt"), CLEAN);
    // A page that is a link is replaced, and what it led to stays.
    fs::remove_file(folder.path("out/sub")).unwrap();
    fs::remove_file(folder.path("out/b.txt")).unwrap();
    symlink("../elsewhere/keep.txt", folder.path("out/b.txt")).unwrap();
    folder.run("clean in -o out --report report").expect(0, &[]);
    assert_eq!(folder.read("elsewhere/keep.txt"), "甲");
    assert_eq!(folder.read("out/b.txt"), CLEAN);
    // So is the folder of what is not finished, which would be emptied.
    symlink("../elsewhere", folder.path("out/.kanwu")).unwrap();
    folder.run("clean in -o out").expect(2, &["out/.kanwu is not a folder"]);
    assert_eq!(folder.files("elsewhere").len(), 1);
}

#[test]
fn a_page_named_by_a_path_that_climbs_stays_in_the_folder() {
    let folder = Folder::with(&[("a.txt", HURT), ("here/b.txt", HURT)]);
    let output = folder
        .command(KANWU)
        .current_dir(folder.path("here"))
        .args(["clean", "../a.txt", "./../here/b.txt", "-o", "out", "--quiet"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(folder.files("here/out").into_keys().collect::<Vec<_>>(), ["a.txt", "b.txt"]);
}

#[test]
fn a_page_of_gigabytes_is_refused_unread() {
    let folder = Folder::with(&[("in/good.txt", HURT)]);
    for (file, format) in [("in/large.txt", ""), ("large.jsonl", "--format jsonl")] {
        folder.write(file, "");
        fs::File::options().write(true).open(folder.path(file)).unwrap().set_len(5 << 30).unwrap();
        let input = if format.is_empty() { "in" } else { file };
        // Address space for the tables and the program, and none for the page.
        let script = format!("ulimit -v 1500000; {KANWU} check {input} {format} --only punctuation --jobs 1");
        let output = folder.command("bash").args(["-c", &script]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("--max-page-size"), "{output:?}");
        fs::remove_file(folder.path(file)).unwrap();
    }
}
