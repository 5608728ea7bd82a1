//! Tests as data: a page with its corrections marked in it, through one check.

pub(crate) mod growth;
pub(crate) mod work;

use std::collections::BTreeSet;

use kanwu::adapter::opencc::Configuration;
use kanwu::correction::{Correction, Policy, Rule, StageName, apply};
use kanwu::knowledge::Knowledge;
use kanwu::pipeline::Pipeline;
use kanwu::stage::{self, Script, Stage, Wishes};

/// The page that is written as `今[曰→日]天`, before its corrections. A bracket without an arrow is text.
pub(crate) fn unmarked(marked: &str) -> String {
    let (mut source, mut rest) = (String::new(), marked);
    while let Some((open, before, close)) = next_mark(rest) {
        source.push_str(&rest[..open]);
        source.push_str(before);
        rest = &rest[close..];
    }
    source + rest
}

fn next_mark(text: &str) -> Option<(usize, &str, usize)> {
    text.match_indices('[').find_map(|(open, _)| {
        let inner = &text[open + 1..];
        let close = inner.find(']')?;
        let (before, _) = inner[..close].split_once('→')?;
        Some((open, before, open + 1 + close + 1))
    })
}

/// Writes `corrections` of `source` in the notation of [`unmarked`].
fn mark<'a>(source: &str, corrections: impl Iterator<Item = &'a Correction>) -> String {
    let (mut marked, mut copied) = (String::new(), 0);
    for correction in corrections {
        let span = correction.edit.span();
        marked.push_str(&source[copied..span.start()]);
        marked.extend(["[", span.of(source), "→", correction.edit.replacement(), "]"]);
        copied = span.end();
    }
    marked + &source[copied..]
}

/// What `stage` applies to the page that is `marked`, written in the same notation, and by which rules.
pub(crate) fn applied(stage: &dyn Stage, marked: &str) -> (String, BTreeSet<Rule>) {
    applied_under(stage, marked, &Policy::default())
}

/// The same under `policy`.
pub(crate) fn applied_under(stage: &dyn Stage, marked: &str, policy: &Policy) -> (String, BTreeSet<Rule>) {
    let source = unmarked(marked);
    let mut corrections = Vec::new();
    stage.propose(&source, &mut corrections);
    let revision = apply(&source, corrections, policy);
    assert_eq!(revision.undo(), source);
    let applied = || revision.applied.iter().map(|applied| &applied.correction);
    (mark(&source, applied()), applied().map(|correction| correction.rule).collect())
}

/// Checks that `stage` applies to the page exactly the corrections that are marked in it.
#[track_caller]
pub(crate) fn check(stage: &dyn Stage, marked: &str) {
    assert_eq!(applied(stage, marked).0, marked);
}

/// The stages called `names`, with what the program knows and nothing of the user's own.
pub(crate) fn stages(names: &[StageName]) -> Vec<Box<dyn Stage>> {
    let wishes = Wishes { stages: names.to_vec(), ..Wishes::default() };
    stage::all(&wishes, Knowledge::embedded().unwrap(), None).unwrap()
}

/// The stage called `name`; script becomes simplified.
pub(crate) fn stage(name: StageName) -> Box<dyn Stage> {
    match name {
        StageName::Script => Box::new(Script::new(Configuration::T2s).unwrap()),
        name => stages(&[name]).remove(0),
    }
}

/// A pipeline of the stages called `names`.
pub(crate) fn pipeline(names: &[StageName]) -> Pipeline {
    Pipeline::new(stages(names), Policy::default())
}
