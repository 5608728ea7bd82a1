//! Reports of any bytes: a source is restored or refused, never made up; verifying them ends.

#![no_main]

use std::fs;
use std::path::Path;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (String, String, String, String)| {
    let (pages, corrections, failures, clean) = input;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a disk");
    write("pages.jsonl", &pages);
    write("corrections.jsonl", &corrections);
    write("failures.jsonl", &failures);
    write("summary.json", "{}");
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("a disk");
    fs::write(out.join("a.txt"), &clean).expect("a disk");
    if let Ok(source) = kanwu::report::restore(folder.path(), Path::new("a.txt"), &clean) {
        assert!(pages.contains(blake3::hash(source.as_bytes()).to_hex().as_str()));
    }
    let _ = kanwu::batch::verify(&out, folder.path());
});
