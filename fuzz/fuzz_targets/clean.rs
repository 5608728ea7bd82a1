//! Any text through all stages: it can be undone, what is applied stands apart, and what is clean stays clean.

#![no_main]

use std::sync::LazyLock;

use kanwu::adapter::opencc::Configuration;
use kanwu::correction::{Policy, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::pipeline::Pipeline;
use kanwu::stage::{self, Wishes};
use libfuzzer_sys::fuzz_target;

static PIPELINES: LazyLock<[Pipeline; 2]> = LazyLock::new(|| {
    [None, Some(Configuration::T2s)].map(|script| {
        let wishes = Wishes { stages: StageName::ALL.to_vec(), script, ..Wishes::default() };
        let known = Knowledge::embedded().expect("the tables are whole");
        Pipeline::new(stage::all(&wishes, known, None).expect("the stages are there"), Policy::default())
    })
});

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(bytes);
    let pipeline = &PIPELINES[usize::from(choice % 2)];
    let cleaned = pipeline.clean(text.clone().into_owned());
    assert_eq!(cleaned.undo(), text);
    for pass in &cleaned.passes {
        for pair in pass.applied.windows(2) {
            assert!(pair[0].correction.edit.span().end() <= pair[1].correction.edit.span().start());
            assert!(pair[0].after.end() <= pair[1].after.start());
        }
    }
    assert_eq!(pipeline.clean(cleaned.text.clone()).text, cleaned.text);
});
