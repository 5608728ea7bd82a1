//! A page through every stage, until nothing changes.

use crate::correction::{Applied, Judged, Offsets, Policy, StageName, apply, undo};
use crate::stage::Stage;
use crate::text::Span;

/// How often a page goes through all stages at most.
///
/// A correction can make the next one visible: a joined line makes a word whole, a corrected name brings its county
/// into scope. So a page goes round until a round applies nothing; the cap is there so that two rules that undo one
/// another cannot go on for ever. Chosen by hand: on no page of `samples/` do more than four rounds change something,
/// to which `tests/invariants` holds them.
const MOST_ROUNDS: usize = 8;

/// The stages in order, and what is applied of that which they propose.
pub struct Pipeline {
    stages: Vec<Box<dyn Stage>>,
    policy: Policy,
}

/// What one stage applied to the text that the passes before it left.
#[derive(Debug, Clone, PartialEq)]
pub struct Pass {
    /// The stage.
    pub stage: StageName,
    /// What it applied, in the order of the text.
    pub applied: Vec<Applied>,
    /// The places of the text after this pass in the text before it.
    pub offsets: Offsets,
}

/// A correction that was not applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// The correction and why it was not applied.
    pub judged: Judged,
    /// How many passes the text had been through when it was proposed.
    pub passes_before: usize,
}

/// What the pipeline made of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    /// The clean text.
    pub text: String,
    /// Every pass that changed something, in order.
    pub passes: Vec<Pass>,
    /// What the last round proposed and did not apply, by stage.
    pub others: Vec<Other>,
}

impl Pipeline {
    /// `stages` run in the order given.
    pub fn new(stages: Vec<Box<dyn Stage>>, policy: Policy) -> Self {
        Self { stages, policy }
    }

    /// Cleans `text`.
    pub fn clean(&self, text: String) -> Cleaned {
        let mut cleaned = Cleaned { text, passes: Vec::new(), others: Vec::new() };
        for _ in 0..MOST_ROUNDS {
            let passes_before = cleaned.passes.len();
            cleaned.others.clear();
            for stage in &self.stages {
                self.run(stage.as_ref(), &mut cleaned);
            }
            if cleaned.passes.len() == passes_before {
                break;
            }
        }
        cleaned
    }

    fn run(&self, stage: &dyn Stage, cleaned: &mut Cleaned) {
        let mut corrections = Vec::new();
        stage.propose(&cleaned.text, &mut corrections);
        if corrections.is_empty() {
            return;
        }
        let revision = apply(&cleaned.text, corrections, &self.policy);
        let passes_before = cleaned.passes.len();
        cleaned.others.extend(revision.others.into_iter().map(|judged| Other { judged, passes_before }));
        if !revision.applied.is_empty() {
            cleaned.text = revision.text;
            cleaned.passes.push(Pass { stage: stage.name(), applied: revision.applied, offsets: revision.offsets });
        }
    }
}

impl Cleaned {
    /// Where `span` of the text after the first `passes` passes stood in the source.
    pub fn to_source(&self, span: Span, passes: usize) -> Span {
        self.passes[..passes].iter().rev().fold(span, |span, pass| pass.offsets.to_old(span))
    }

    /// Where `span` of the text after the first `passes` passes stands in the clean text.
    pub fn to_clean(&self, span: Span, passes: usize) -> Span {
        self.passes[passes..].iter().fold(span, |span, pass| pass.offsets.to_new(span))
    }

    /// The source text again, from the clean text and what the passes applied.
    pub fn undo(&self) -> String {
        self.passes.iter().rev().fold(self.text.clone(), |text, pass| {
            undo(&text, pass.applied.iter().map(|applied| (applied.after, applied.before.as_str())))
        })
    }
}
