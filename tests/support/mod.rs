//! Tests as data: a page with its corrections marked in it, through one check.

use kanwu::adapter::opencc::Configuration;
use kanwu::correction::{Correction, Edit, Policy, StageName, apply};
use kanwu::knowledge::Knowledge;
use kanwu::pipeline::Pipeline;
use kanwu::stage::{self, Stage, Wishes};
use kanwu::text::Span;

/// A page written as `今[曰→日]天`: the text with each `before`, and the edits that the marks stand for.
pub(crate) struct Marked {
    pub(crate) source: String,
    pub(crate) edits: Vec<Edit>,
}

impl Marked {
    /// Reads the notation. A bracket without an arrow is text.
    pub(crate) fn parse(marked: &str) -> Self {
        let (mut source, mut edits, mut rest) = (String::new(), Vec::new(), marked);
        while let Some((open, before, after, close)) = next_mark(rest) {
            source.push_str(&rest[..open]);
            let start = source.len();
            source.push_str(before);
            edits.push(Edit::replace(Span::new(start, source.len()), after));
            rest = &rest[close..];
        }
        source.push_str(rest);
        Self { source, edits }
    }
}

fn next_mark(text: &str) -> Option<(usize, &str, &str, usize)> {
    text.match_indices('[').find_map(|(open, _)| {
        let inner = &text[open + 1..];
        let close = inner.find(']')?;
        let (before, after) = inner[..close].split_once('→')?;
        Some((open, before, after, open + 1 + close + 1))
    })
}

/// Writes `corrections` of `source` in the notation of [`Marked`].
pub(crate) fn mark(source: &str, corrections: &[&Correction]) -> String {
    let (mut marked, mut copied) = (String::new(), 0);
    for correction in corrections {
        let span = correction.edit.span();
        marked.push_str(&source[copied..span.start()]);
        marked.push_str(&format!("[{}→{}]", span.of(source), correction.edit.replacement()));
        copied = span.end();
    }
    marked + &source[copied..]
}

/// Checks that `stage` applies to the page exactly the corrections that are marked in it.
#[track_caller]
pub(crate) fn check(stage: &dyn Stage, marked: &str) {
    let page = Marked::parse(marked);
    let mut corrections = Vec::new();
    stage.propose(&page.source, &mut corrections);
    let revision = apply(&page.source, corrections, &Policy::default());
    let applied: Vec<&Correction> = revision.applied.iter().map(|applied| &applied.correction).collect();
    assert_eq!(mark(&page.source, &applied), marked, "not applied: {:?}", revision.others);
    assert_eq!(revision.undo(), page.source);
}

/// The stages called `names`, with what the program knows and nothing of the user's own; script becomes simplified.
pub(crate) fn stages(names: &[StageName]) -> Vec<Box<dyn Stage>> {
    let wishes = Wishes { stages: names.to_vec(), script: Some(Configuration::T2s), ..Wishes::default() };
    stage::all(&wishes, Knowledge::embedded().unwrap(), None).unwrap()
}

/// The stage called `name`.
pub(crate) fn stage(name: StageName) -> Box<dyn Stage> {
    stages(&[name]).remove(0)
}

/// A pipeline of the stages called `names`.
pub(crate) fn pipeline(names: &[StageName]) -> Pipeline {
    Pipeline::new(stages(names), Policy::default())
}
