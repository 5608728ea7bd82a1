use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::correction::{Confidence, Correction, Evidence, Rule, StageName, Verdict, Withheld, undo};
use crate::page::Page;
use crate::pipeline::Cleaned;
use crate::text::{Lines, Position, Span, last_characters};

/// How much of the text a record shows on either side of its edit, in characters.
///
/// Reviewers read a Chinese phrase at a glance; a whole line can be a column or an article.
const CONTEXT: usize = 12;

/// One line of `corrections.jsonl`. Keys are added, never renamed, and stand in this order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record<'a> {
    /// The page's name.
    pub page: &'a str,
    /// Its number in the page, from 1, in the order of the source.
    pub id: usize,
    /// The stage that proposed it.
    pub stage: StageName,
    /// The rule that speaks.
    pub rule: Rule,
    /// What stood there, in the text that the stage was given.
    pub before: String,
    /// What stands there instead, or would.
    pub after: &'a str,
    /// Where `before` stands in the decoded source.
    pub source: Place,
    /// Where `after` stands in the clean text, or where `before` still stands.
    pub clean: Place,
    /// What stands around it, in the text that the stage was given.
    pub context: Context,
    /// How probable it is that the correction is right.
    pub confidence: Confidence,
    /// `applied`, `proposed` or `withheld`.
    pub verdict: &'static str,
    /// What the stage saw.
    pub evidence: &'a [Evidence],
    /// Why it was withheld: `below-threshold`, `overlaps`, `rejected` (by a reviewer), or `depends` (on what was
    /// rejected).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<&'static str>,
    /// The rule of the surer correction that it met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlaps: Option<Rule>,
    /// How many passes had changed the page when it was proposed. What is applied with the same number is one pass.
    pub pass: usize,
    /// Where `after` stands in the text after its pass: with it, the passes can be undone from last to first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// The number of the move that it is a part of, from 1 in the page.
    #[serde(rename = "move", skip_serializing_if = "Option::is_none")]
    pub part_of_move: Option<u32>,
}

/// A place in the decoded source or in the clean text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1 in characters.
    pub column: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// What stands around an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// Up to twelve characters before it.
    pub left: String,
    /// Up to twelve characters after it.
    pub right: String,
}

/// Bytes of a text between two passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A correction with what its record needs, before it has its place among the others.
struct Draft<'a> {
    correction: &'a Correction,
    verdict: Verdict,
    pass: usize,
    after: Option<Span>,
    before: String,
    context: Context,
    source: Span,
    clean: Span,
    /// Sorts corrections of one pass as they stand in its text, so that they can be undone in the order of their ids.
    order: usize,
}

/// Every correction of a page, applied or not, in the order of the source.
pub fn records<'a>(page: &'a Page, cleaned: &'a Cleaned) -> Vec<Record<'a>> {
    let mut drafts = drafts(cleaned);
    drafts.sort_by_key(|draft| (draft.order, draft.pass, draft.after.is_none()));
    let source = positions(&page.text, drafts.iter().map(|draft| draft.source.start()));
    let clean = positions(&cleaned.text, drafts.iter().map(|draft| draft.clean.start()));
    let mut moves = Moves::default();
    drafts
        .into_iter()
        .zip(source.into_iter().zip(clean))
        .enumerate()
        .map(|(index, (draft, (source, clean)))| {
            let (verdict, withheld, overlaps) = words(draft.verdict);
            let rule = draft.correction.rule;
            Record {
                page: &page.name,
                id: index + 1,
                stage: rule.stage(),
                rule,
                before: draft.before,
                after: draft.correction.edit.replacement(),
                source: Place::new(draft.source, source),
                clean: Place::new(draft.clean, clean),
                context: draft.context,
                confidence: draft.correction.confidence,
                verdict,
                evidence: &draft.correction.evidence,
                withheld,
                overlaps,
                pass: draft.pass,
                at: draft.after.map(|span| At { start: span.start(), end: span.end() }),
                part_of_move: draft.correction.part_of_move.map(|number| moves.number(draft.pass, rule, number)),
            }
        })
        .collect()
}

/// The corrections of each pass, with their context in the text that the pass was given: the texts between passes are
/// found again by undoing the passes from last to first.
fn drafts(cleaned: &Cleaned) -> Vec<Draft<'_>> {
    let count = cleaned.passes.iter().map(|pass| pass.applied.len()).sum::<usize>() + cleaned.others.len();
    let mut drafts = Vec::with_capacity(count);
    let mut text = cleaned.text.clone();
    for pass in (0..=cleaned.passes.len()).rev() {
        let applied = cleaned.passes.get(pass).map_or(&[][..], |pass| &pass.applied);
        if !applied.is_empty() {
            text = undo(&text, applied.iter().map(|applied| (applied.after, applied.before.as_str())));
        }
        let mut order = 0;
        for applied in applied {
            let span = applied.correction.edit.span();
            let source = cleaned.to_source(span, pass);
            order = order.max(source.start());
            drafts.push(Draft {
                correction: &applied.correction,
                verdict: Verdict::Applied,
                pass,
                after: Some(applied.after),
                before: applied.before.clone(),
                context: Context::of(&text, span),
                source,
                clean: cleaned.to_clean(applied.after, pass + 1),
                order,
            });
        }
        for other in cleaned.others.iter().filter(|other| other.passes_before == pass) {
            let span = other.judged.correction.edit.span();
            let source = cleaned.to_source(span, pass);
            drafts.push(Draft {
                correction: &other.judged.correction,
                verdict: other.judged.verdict,
                pass,
                after: None,
                before: span.of(&text).to_owned(),
                context: Context::of(&text, span),
                source,
                clean: cleaned.to_clean(span, pass),
                order: source.start(),
            });
        }
    }
    drafts
}

/// Where each of `offsets` stands in `text`, whatever their order, in one walk.
fn positions(text: &str, offsets: impl Iterator<Item = usize>) -> Vec<Position> {
    let mut rising: Vec<(usize, usize)> = offsets.enumerate().map(|(index, offset)| (offset, index)).collect();
    rising.sort_unstable();
    let mut lines = Lines::new(text);
    let mut positions = vec![Position { line: 1, column: 1 }; rising.len()];
    for (offset, index) in rising {
        positions[index] = lines.position(offset);
    }
    positions
}

fn words(verdict: Verdict) -> (&'static str, Option<&'static str>, Option<Rule>) {
    match verdict {
        Verdict::Applied => ("applied", None, None),
        Verdict::Proposed => ("proposed", None, None),
        Verdict::Withheld(Withheld::BelowThreshold) => ("withheld", Some("below-threshold"), None),
        Verdict::Withheld(Withheld::Overlaps(rule)) => ("withheld", Some("overlaps"), Some(rule)),
        Verdict::Withheld(Withheld::Rejected) => ("withheld", Some("rejected"), None),
        Verdict::Withheld(Withheld::Depends) => ("withheld", Some("depends"), None),
    }
}

impl Place {
    fn new(span: Span, at: Position) -> Self {
        Self { line: at.line, column: at.column, start: span.start(), end: span.end() }
    }
}

impl Context {
    fn of(text: &str, span: Span) -> Self {
        let (left, right) = (&text[..span.start()], &text[span.end()..]);
        let to = right.char_indices().nth(CONTEXT).map_or(right.len(), |(at, _)| at);
        Self { left: last_characters(left, CONTEXT).to_owned(), right: right[..to].to_owned() }
    }
}

/// Numbers the moves of a page: stages number their own, pass by pass.
#[derive(Default)]
struct Moves(FxHashMap<(usize, StageName, u32), u32>);

impl Moves {
    fn number(&mut self, pass: usize, rule: Rule, number: u32) -> u32 {
        let next = u32::try_from(self.0.len() + 1).unwrap_or(u32::MAX);
        *self.0.entry((pass, rule.stage(), number)).or_insert(next)
    }
}
