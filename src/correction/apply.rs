use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Correction, Edit, Offsets, Policy, Rule};
use crate::text::Span;

/// What became of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It stands in the revision.
    Applied,
    /// It is likely, but not likely enough; a person should look.
    Proposed,
    /// It was left out.
    Withheld(Withheld),
}

/// Why a correction was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It is less likely than what is worth proposing.
    BelowThreshold,
    /// It met a surer correction of the given rule.
    Overlaps(Rule),
    /// A reviewer rejected it.
    Rejected,
    /// It builds on one that a reviewer rejected.
    Depends,
}

/// A correction and its verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The correction, on the text before the revision.
    pub correction: Correction,
    /// What became of it.
    pub verdict: Verdict,
}

/// An applied correction: enough to undo it, and to show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The correction, on the text before the revision.
    pub correction: Correction,
    /// What stood there before.
    pub before: String,
    /// Where its replacement stands in the text after the revision.
    pub after: Span,
}

/// The text after the corrections of one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// The text.
    pub text: String,
    /// What was applied, in the order of the text.
    pub applied: Vec<Applied>,
    /// What was not, in the order of the text.
    pub others: Vec<Judged>,
    /// The places of this text in the one before.
    pub offsets: Offsets,
}

impl Revision {
    /// The text before this revision, exactly.
    pub fn undo(&self) -> String {
        undo(&self.text, self.applied.iter().map(|applied| (applied.after, applied.before.as_str())))
    }
}

/// Puts what stood `before` back into each span of `text`. Spans rise and do not overlap.
///
/// # Panics
///
/// When a span does not lie in `text`, on character boundaries, or lies before the one ahead of it.
pub fn undo<'a>(text: &str, edits: impl IntoIterator<Item = (Span, &'a str)>) -> String {
    let mut old = String::with_capacity(text.len());
    let mut copied = 0;
    for (span, before) in edits {
        old.push_str(&text[copied..span.start()]);
        old.push_str(before);
        copied = span.end();
    }
    old.push_str(&text[copied..]);
    old
}

/// Applies to `text` what `policy` allows of `corrections`, whose confidences it puts right first.
///
/// Where two meet, the surer one is applied and the other withheld; of equally sure ones, the one further left. The
/// parts of a move are applied together or not at all. A correction that changes nothing is dropped.
///
/// # Panics
///
/// When a correction's span does not lie in `text`, on character boundaries: a stage that proposes such a thing is at
/// fault, not the page.
pub fn apply(text: &str, mut corrections: Vec<Correction>, policy: &Policy) -> Revision {
    corrections.retain(|correction| {
        assert!(correction.edit.span().fits(text), "{:?} does not lie in the text", correction.edit);
        correction.edit.replacement() != correction.edit.span().of(text)
    });
    for correction in &mut corrections {
        policy.calibration.recalibrate(correction);
    }
    corrections.sort_by_key(|correction| (correction.edit.span(), correction.rule));
    let verdicts = judge(text, &corrections, policy);

    let mut revision = Revision {
        text: String::with_capacity(text.len()),
        applied: Vec::with_capacity(corrections.len()),
        others: Vec::new(),
        offsets: Offsets::default(),
    };
    let mut copied = 0;
    for (correction, verdict) in corrections.into_iter().zip(verdicts) {
        if verdict != Verdict::Applied {
            revision.others.push(Judged { correction, verdict });
            continue;
        }
        let span = correction.edit.span();
        revision.text.push_str(&text[copied..span.start()]);
        let start = revision.text.len();
        revision.text.push_str(correction.edit.replacement());
        let after = Span::new(start, revision.text.len());
        revision.offsets.push(span, after);
        revision.applied.push(Applied { before: span.of(text).to_owned(), correction, after });
        copied = span.end();
    }
    revision.text.push_str(&text[copied..]);
    revision
}

/// The verdict on each of `corrections`, which are in the order of their spans.
fn judge(text: &str, corrections: &[Correction], policy: &Policy) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = corrections.iter().map(|correction| policy.verdict(text, correction)).collect();
    let moves = Moves::of(corrections);
    moves.agree(&mut verdicts);
    if moves.is_empty() && none_meet(corrections, &verdicts) {
        return verdicts;
    }

    let mut surest_first: Vec<usize> = (0..corrections.len()).filter(|&i| verdicts[i] == Verdict::Applied).collect();
    surest_first.sort_by(|&a, &b| {
        let sure = |i: usize| corrections[i].confidence.probability();
        sure(b).total_cmp(&sure(a)).then(a.cmp(&b))
    });
    let mut taken = Taken::default();
    let mut settled = vec![false; corrections.len()];
    for index in surest_first {
        if settled[index] {
            continue;
        }
        let together = moves.with(index, corrections);
        let rival = together
            .iter()
            .find_map(|&part| taken.rival(&corrections[part].edit))
            .or_else(|| meets_itself(&together, corrections));
        for &part in &together {
            settled[part] = true;
            match rival {
                Some(rule) => verdicts[part] = Verdict::Withheld(Withheld::Overlaps(rule)),
                None => taken.take(&corrections[part].edit, corrections[part].rule),
            }
        }
    }
    verdicts
}

/// The rule of a move whose parts meet one another, as when a block is to be put inside itself.
fn meets_itself(parts: &[usize], corrections: &[Correction]) -> Option<Rule> {
    let mut alone = Taken::default();
    parts.iter().find_map(|&part| {
        let rival = alone.rival(&corrections[part].edit);
        alone.take(&corrections[part].edit, corrections[part].rule);
        rival
    })
}

/// Whether no two applied corrections meet, as is nearly always so.
fn none_meet(corrections: &[Correction], verdicts: &[Verdict]) -> bool {
    let mut last: Option<Span> = None;
    for (correction, _) in corrections.iter().zip(verdicts).filter(|(_, verdict)| **verdict == Verdict::Applied) {
        let span = correction.edit.span();
        if last.is_some_and(|last| span.start() < last.end() || (span == last && span.is_empty())) {
            return false;
        }
        last = Some(span);
    }
    true
}

/// Which corrections make one move.
struct Moves(FxHashMap<u32, Vec<usize>>);

impl Moves {
    fn of(corrections: &[Correction]) -> Self {
        let mut moves: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for (index, correction) in corrections.iter().enumerate() {
            if let Some(number) = correction.part_of_move {
                moves.entry(number).or_default().push(index);
            }
        }
        Self(moves)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A move is applied only if every part of it would be; the least favourable verdict holds for all.
    fn agree(&self, verdicts: &mut [Verdict]) {
        for parts in self.0.values() {
            let least = parts.iter().map(|&part| verdicts[part]).max_by_key(|verdict| match verdict {
                Verdict::Applied => 0,
                Verdict::Proposed => 1,
                Verdict::Withheld(_) => 2,
            });
            for &part in parts {
                verdicts[part] = least.unwrap_or(verdicts[part]);
            }
        }
    }

    /// The correction at `index` and the other parts of its move.
    fn with(&self, index: usize, corrections: &[Correction]) -> Vec<usize> {
        corrections[index].part_of_move.map_or_else(|| vec![index], |number| self.0[&number].clone())
    }
}

/// The spans that applied corrections hold so far, by where they start.
#[derive(Default)]
struct Taken {
    edits: BTreeMap<usize, (usize, Rule)>,
    insertions: BTreeMap<usize, Rule>,
}

impl Taken {
    fn take(&mut self, edit: &Edit, rule: Rule) {
        let span = edit.span();
        if span.is_empty() {
            self.insertions.insert(span.start(), rule);
        } else {
            self.edits.insert(span.start(), (span.end(), rule));
        }
    }

    /// The rule that holds a place that `edit` needs, if one does.
    fn rival(&self, edit: &Edit) -> Option<Rule> {
        let span = edit.span();
        if span.is_empty() {
            let around = self.edits.range(..span.start()).next_back();
            return match around {
                Some((_, &(end, rule))) if end > span.start() => Some(rule),
                _ => self.insertions.get(&span.start()).copied(),
            };
        }
        let held = self.edits.range(..span.end()).next_back();
        match held {
            Some((_, &(end, rule))) if end > span.start() => Some(rule),
            _ => self.insertions.range(span.start() + 1..span.end()).next().map(|(_, &rule)| rule),
        }
    }
}
