//! A page through every stage, until nothing changes.
//!
//! What stages propose may hang on what the other pages of a batch hold, and those change too. So a page is [`Settling`]:
//! it remembers what its stages asked of the survey, and goes on where it stands when a survey of the clean pages
//! answers otherwise.

use std::mem;

use rustc_hash::FxHashSet;

use crate::correction::{Applied, Evidence, Judged, Offsets, Policy, Rule, StageName, apply, undo};
use crate::knowledge::{Answers, Asked, Survey};
use crate::stage::{Memory, Sheet, Stage};
use crate::text::Span;

/// How often a stage reads a page at most.
///
/// A correction can make the next one visible: a joined line makes a word whole, a corrected name brings its county
/// into scope. So a page goes round until a round applies nothing; the cap is there so that two rules that undo one
/// another cannot go on for ever. On no page of `samples/` do more than three rounds change something, to which
/// `tests/invariants` holds them. Where lines are nothing but characters that were lost, every join makes the next one
/// likelier: of 30,000 such pages, drawn at random when a stage read a page once a round, none took more than seven rounds, and with
/// earlier trees some took fourteen.
const MOST_READINGS: usize = 64;

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

/// A page that goes on when what the batch teaches changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settling {
    /// What was made of it so far.
    pub cleaned: Cleaned,
    /// By stage, what it asked of the survey when it last read the page.
    asked: Vec<Asked>,
    /// What stages asked of it before that.
    asked_before: Vec<Asked>,
}

impl Settling {
    /// All that was asked of the survey, and what the report quotes of it: under another survey that answers alike the page
    /// and its report come out the same. This is so as long as the page did not go on.
    pub fn answers(&self) -> Answers {
        let mut answers = Answers::default();
        self.asked_before.iter().chain(&self.asked).for_each(|asked| answers.add(asked));
        let applied = self.cleaned.passes.iter().flat_map(|pass| &pass.applied);
        let applied = applied.map(|applied| (&applied.correction, applied.before.as_str()));
        let others = self.cleaned.others.iter().map(|other| {
            let correction = &other.judged.correction;
            let span = self.cleaned.to_clean(correction.edit.span(), other.passes_before);
            (correction, if span.fits(&self.cleaned.text) { span.of(&self.cleaned.text) } else { "" })
        });
        for (correction, before) in applied.chain(others) {
            for evidence in &correction.evidence {
                match evidence {
                    Evidence::Count { text, batch, .. } => answers.add_name(text, *batch),
                    Evidence::Block { pages, .. } => answers.add_line(before, *pages),
                    _ => {}
                }
            }
        }
        answers
    }

    /// Whether a stage of the page could propose something else if the survey were `survey`.
    pub fn is_moved_by(&self, survey: &Survey) -> bool {
        self.asked.iter().any(|asked| asked.differs(survey))
    }
}

impl Pipeline {
    /// `stages` run in the order given.
    pub fn new(stages: Vec<Box<dyn Stage>>, policy: Policy) -> Self {
        Self { stages, policy }
    }

    /// Cleans `text`.
    pub fn clean(&self, text: String) -> Cleaned {
        self.begin(text).cleaned
    }

    /// Cleans `text` as far as the survey that the stages hold allows.
    pub fn begin(&self, text: String) -> Settling {
        let cleaned = Cleaned { text, passes: Vec::new(), others: Vec::new() };
        let asked = vec![Asked::default(); self.stages.len()];
        let mut page = Settling { cleaned, asked, asked_before: Vec::new() };
        self.settle(&mut page, Sight::Printed);
        page
    }

    /// Goes on with `page`, which a pipeline of the same stages began, now that they hold `survey`; says whether its text
    /// changed.
    ///
    /// Only the stages that `survey` answers otherwise than before read the page, and all of them once one applies
    /// something.
    pub fn go_on(&self, page: &mut Settling, survey: &Survey) -> bool {
        let passes_before = page.cleaned.passes.len();
        for (stage, asked) in self.stages.iter().zip(&mut page.asked).filter(|(_, asked)| asked.differs(survey)) {
            page.cleaned.others.retain(|other| other.judged.correction.rule.stage() != stage.name());
            page.asked_before.push(mem::take(asked));
            let mut reader = Reader::new(stage.as_ref());
            reader.read(Sight::Plain, &mut page.cleaned, asked, &self.policy);
            page.cleaned.others.append(&mut reader.others);
        }
        page.cleaned.others.sort_by_key(|other| other.judged.correction.rule.stage());
        let is_changed = page.cleaned.passes.len() > passes_before;
        if is_changed {
            self.settle(page, Sight::Plain);
        }
        is_changed
    }

    /// Runs the stages until none applies anything, seeing of the page what `sight` says.
    ///
    /// In the end each reads the text as it would read a page that has no other lines: so what is clean stays as it is when it is
    /// cleaned again.
    fn settle(&self, page: &mut Settling, mut sight: Sight) {
        let Settling { cleaned, asked, asked_before } = page;
        let mut readers: Vec<Reader<'_>> = self.stages.iter().map(|stage| Reader::new(stage.as_ref())).collect();
        loop {
            let passes_before = cleaned.passes.len();
            for (reader, asked) in readers.iter_mut().zip(&mut *asked) {
                if reader.stage.comes_last() && cleaned.passes.len() > passes_before {
                    continue;
                }
                // A stage goes on until it is content: the others need not read what it is about to change again.
                while reader.may_find_more(cleaned) {
                    asked_before.push(mem::take(asked));
                    reader.read(sight, cleaned, asked, &self.policy);
                    if reader.stage.waits_for_others() {
                        break;
                    }
                }
            }
            if cleaned.passes.len() > passes_before {
                continue;
            }
            if sight == Sight::Plain || cleaned.joints().is_empty() {
                break;
            }
            sight = Sight::Plain;
            readers.iter_mut().filter(|reader| reader.stage.sees_joints()).for_each(Reader::forget_print);
        }
        cleaned.others = readers.into_iter().flat_map(|reader| reader.left(cleaned.passes.len())).collect();
    }
}

/// A stage that reads one page again and again.
struct Reader<'s> {
    stage: &'s dyn Stage,
    memory: Memory,
    /// How many passes the text had been through when it read it last: on the same text it proposes the same.
    read_at: Option<usize>,
    readings: usize,
    /// What it proposed last and was not applied.
    others: Vec<Other>,
    /// What it proposed last while it saw the printed lines, and knew more of them.
    in_print: Vec<Other>,
}

impl<'s> Reader<'s> {
    fn new(stage: &'s dyn Stage) -> Self {
        Self { stage, memory: Memory::default(), read_at: None, readings: 0, others: Vec::new(), in_print: Vec::new() }
    }

    /// Whether the text is another than when it read it last, and it has not read it too often.
    fn may_find_more(&self, cleaned: &Cleaned) -> bool {
        self.read_at != Some(cleaned.passes.len()) && self.readings < MOST_READINGS
    }

    /// Reads the page, of which it sees what `sight` says, and applies what `policy` allows.
    fn read(&mut self, sight: Sight, cleaned: &mut Cleaned, asked: &mut Asked, policy: &Policy) {
        let passes_before = cleaned.passes.len();
        (self.read_at, self.readings) = (Some(passes_before), self.readings + 1);
        let joints = if sight == Sight::Printed && self.stage.sees_joints() { cleaned.joints() } else { Vec::new() };
        let mut corrections = Vec::new();
        let sheet = Sheet {
            text: &cleaned.text,
            joints: &joints,
            joined: cleaned.applied(is_join),
            put_right: cleaned.applied(|rule| rule == Rule::MisreadCharacter),
        };
        self.stage.read(sheet, asked, &mut self.memory, &mut corrections);
        if corrections.is_empty() {
            self.others.clear();
            return;
        }
        let revision = apply(&cleaned.text, corrections, policy);
        self.others = revision.others.into_iter().map(|judged| Other { judged, passes_before }).collect();
        if !revision.applied.is_empty() {
            cleaned.text = revision.text;
            cleaned.passes.push(Pass {
                stage: self.stage.name(),
                applied: revision.applied,
                offsets: revision.offsets,
            });
        }
    }

    /// From now on it sees the plain text, and reads it even if it is the same.
    fn forget_print(&mut self) {
        self.read_at = None;
        self.in_print = mem::take(&mut self.others);
    }

    /// What it proposed and was not applied to a text that has been through `passes` passes.
    fn left(self, passes: usize) -> Vec<Other> {
        let Self { mut others, mut in_print, .. } = self;
        // The parts of a move are numbered by reading, so those of two readings would mix.
        in_print.retain(|other| other.passes_before == passes && other.judged.correction.part_of_move.is_none());
        merge(&mut others, in_print);
        others
    }
}

/// What stages see of a page beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// The lines that the page had.
    Printed,
    /// Nothing.
    Plain,
}

/// Adds to `others` those of `known_better`, which take the place of what stands at the same spans.
fn merge(others: &mut Vec<Other>, known_better: Vec<Other>) {
    let span = |other: &Other| other.judged.correction.edit.span();
    let spans: FxHashSet<Span> = known_better.iter().map(span).collect();
    others.retain(|other| !spans.contains(&span(other)));
    others.extend(known_better);
    others.sort_by_key(|other| span(other).start());
}

/// Whether a correction of `rule` joins two lines.
fn is_join(rule: Rule) -> bool {
    matches!(rule, Rule::WrappedLine | Rule::BrokenParagraph)
}

impl Cleaned {
    /// Where lines of the page stood apart that passes have joined, as offsets into the clean text, which rise. What a fragment
    /// held that was moved is no longer known.
    fn joints(&self) -> Vec<usize> {
        let mut joints: Vec<Span> = Vec::new();
        for pass in &self.passes {
            for joint in &mut joints {
                *joint = pass.offsets.to_new(*joint);
            }
            joints.extend(
                pass.applied.iter().filter(|applied| is_join(applied.correction.rule)).map(|applied| applied.after),
            );
        }
        // A joint that a later edit has swallowed covers all that this wrote.
        let mut places: Vec<usize> =
            joints.iter().filter(|joint| joint.len() <= 1).map(|joint| joint.start()).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// How many corrections were applied whose rule is one that `is_meant`.
    fn applied(&self, is_meant: impl Fn(Rule) -> bool) -> usize {
        let applied = self.passes.iter().flat_map(|pass| &pass.applied);
        applied.filter(|applied| is_meant(applied.correction.rule)).count()
    }

    /// Where `span` of the text after the first `passes` passes stood in the source.
    pub fn to_source(&self, span: Span, passes: usize) -> Span {
        self.passes[..passes].iter().rev().fold(span, |span, pass| pass.offsets.to_old(span))
    }

    /// Where `span` of the text after the first `passes` passes stands in the clean text.
    pub fn to_clean(&self, span: Span, passes: usize) -> Span {
        self.passes[passes..].iter().fold(span, |span, pass| pass.offsets.to_new(span))
    }

    /// The places of the clean text in the source.
    pub fn offsets(&self) -> Offsets {
        self.passes.iter().fold(Offsets::default(), |offsets, pass| offsets.then(&pass.offsets))
    }

    /// The source text again, from the clean text and what the passes applied.
    pub fn undo(&self) -> String {
        self.passes.iter().rev().fold(self.text.clone(), |text, pass| {
            undo(&text, pass.applied.iter().map(|applied| (applied.after, applied.before.as_str())))
        })
    }
}
