//! How many bytes a second each stage reads, and all of them together: `cargo bench`.
//!
//! The tables are part of the program; what a stage makes of them when it is built is outside the loop, and so is one
//! page, since the index of places grows with the counties that pages name.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use kanwu::adapter::opencc::Configuration;
use kanwu::correction::{Policy, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::page::{Encoding, decode};
use kanwu::pipeline::Pipeline;
use kanwu::stage::{self, Stage, Wishes};

/// A page and what it is.
struct Input {
    name: &'static str,
    text: &'static str,
}

impl std::fmt::Display for Input {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

const PAGES: &[Input] = &[
    Input { name: "empty", text: "" },
    Input { name: "a line", text: "全县春耕生产现场会昨日在柳林镇召开。\n" },
    Input { name: "without error", text: include_str!("../samples/shaanxi/2023-09-23/clean.txt") },
    Input { name: "columns", text: include_str!("../samples/shandong/2024-05-12/A03.txt") },
    Input { name: "half-width", text: include_str!("../samples/shandong/2024-05-12/A01.txt") },
    Input { name: "latin", text: include_str!("../samples/english/2019-09-27/A08.txt") },
];

fn main() {
    divan::main();
}

fn stages(names: &[StageName], script: Option<Configuration>) -> Vec<Box<dyn Stage>> {
    let wishes = Wishes { stages: names.to_vec(), script, ..Wishes::default() };
    let known = Knowledge::embedded().expect("the embedded tables are whole");
    stage::all(&wishes, known, None).expect("the embedded tables of script are whole")
}

/// Every stage with every page.
fn cases() -> impl Iterator<Item = Case> {
    StageName::ALL.into_iter().flat_map(|stage| PAGES.iter().map(move |page| Case { stage, page }))
}

struct Case {
    stage: StageName,
    page: &'static Input,
}

impl std::fmt::Display for Case {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}, {}", self.stage.code(), self.page)
    }
}

#[divan::bench(args = cases())]
fn stage(bencher: Bencher<'_, '_>, &Case { stage, page }: &Case) {
    let stages = stages(&[stage], Some(Configuration::T2s));
    let propose = || {
        let mut corrections = Vec::new();
        for stage in &stages {
            stage.propose(black_box(page.text), &mut corrections);
        }
        corrections
    };
    drop(propose());
    bencher.counter(BytesCount::of_str(page.text)).bench(propose);
}

/// As the program cleans when nothing is asked of it.
#[divan::bench(args = PAGES)]
fn pipeline(bencher: Bencher<'_, '_>, page: &Input) {
    let pipeline = Pipeline::new(stages(&StageName::ALL, None), Policy::default());
    let clean = || pipeline.clean(black_box(page.text).to_owned());
    drop(clean());
    bencher.counter(BytesCount::of_str(page.text)).bench(clean);
}

/// Finding the encoding and decoding, which comes before all stages.
#[divan::bench(args = PAGES)]
fn decoding(bencher: Bencher<'_, '_>, page: &Input) {
    let bytes = page.text.as_bytes();
    bencher.counter(BytesCount::of_str(page.text)).bench(|| decode("page", black_box(bytes), Encoding::Auto));
}
