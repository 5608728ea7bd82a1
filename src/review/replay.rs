use std::collections::BTreeMap;

use super::{Choice, Decision};
use crate::correction::{
    Confidence, Correction, Edit, Evidence, Judged, Policy, StageName, Verdict, Withheld, apply, undo,
};
use crate::pipeline::{Cleaned, Other, Pass};
use crate::report::Line;
use crate::text::Span;

/// What was decided of one correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling<'d> {
    /// The decision that says so.
    pub decision: &'d Decision,
    /// What it says of this correction.
    pub choice: &'d Choice,
}

/// A page after the decisions on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The text and what was done to it, as cleaning it had given them.
    pub cleaned: Cleaned,
    /// Rulings that cannot be done: the place of the correction in the page's list, and why.
    pub refused: Vec<(usize, String)>,
}

/// Who decided, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reviewer<'d> {
    /// Who.
    pub name: Option<&'d str>,
    /// When.
    pub time: Option<&'d str>,
}

/// Applies again to `source` what `lines` say was applied to it, but as `rulings` want it; there is one for each line.
///
/// Pass by pass, what was rejected is left out, and so is what builds on it; where another text was typed, that is put.
/// What was accepted and had not been applied is one pass more at the end. Without rulings, what comes out is what the lines
/// were written of.
///
/// `None` when `lines` are not what was done to `source`.
pub fn replay(source: &str, lines: &[Line], rulings: &[Option<Ruling<'_>>], by: Reviewer<'_>) -> Option<Replayed> {
    let choices = choices(lines, rulings);
    let mut page = Replay {
        old: source.to_owned(),
        new: source.to_owned(),
        apart: Vec::new(),
        cleaned: Cleaned { text: String::new(), passes: Vec::new(), others: Vec::new() },
        refused: choices.refused,
        waiting: Vec::new(),
        alike: Vec::new(),
        lines,
        choices: choices.list,
        by,
    };
    for pass in passes(lines)? {
        page.pass(&pass)?;
    }
    page.rest()?;
    let Replay { new, mut cleaned, refused, .. } = page;
    cleaned.text = new;
    Some(Replayed { cleaned, refused })
}

/// Accepts whatever it is given: what is given was chosen already.
fn all() -> Policy {
    Policy { apply_from: Confidence::new(0.0), ..Policy::default() }
}

struct Choices {
    /// By line.
    list: Vec<Option<Choice>>,
    refused: Vec<(usize, String)>,
}

/// What is decided of each line, parts of a move together.
fn choices(lines: &[Line], rulings: &[Option<Ruling<'_>>]) -> Choices {
    let mut list: Vec<Option<Choice>> =
        rulings.iter().map(|ruling| ruling.map(|ruling| ruling.choice.clone())).collect();
    let mut refused = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        // A text that was typed and is the one that stood there is a rejection by another name.
        if matches!(&list[index], Some(Choice::Accept { instead: Some(instead) }) if *instead == line.before) {
            list[index] = Some(Choice::Reject);
        }
        if line.part_of_move.is_some() && matches!(&list[index], Some(Choice::Accept { instead: Some(_) })) {
            refused.push((index, "is a part of a move, which is done whole; no other text can be put".to_owned()));
            list[index] = None;
        }
    }
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.part_of_move.is_some()) {
        let parts = || (0..lines.len()).filter(|&part| lines[part].part_of_move == line.part_of_move);
        if parts().any(|part| list[part] == Some(Choice::Reject)) {
            if matches!(list[index], Some(Choice::Accept { .. })) {
                refused.push((index, "is a part of a move whose other part is rejected; decide both alike".to_owned()));
            }
            list[index] = Some(Choice::Reject);
        } else if let Some(part) = parts().find(|&part| list[part].is_some()) {
            let choice = list[part].clone();
            list[index] = choice;
        }
    }
    Choices { list, refused }
}

/// The lines of each pass, in the order of the text.
fn passes(lines: &[Line]) -> Option<Vec<Vec<usize>>> {
    let mut passes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.is_applied()) {
        line.at.filter(|at| at.start <= at.end)?;
        passes.entry(line.pass).or_default().push(index);
    }
    let mut passes: Vec<Vec<usize>> = passes.into_values().collect();
    for pass in &mut passes {
        pass.sort_by_key(|&index| lines[index].at.map(|at| (at.start, at.end)));
    }
    Some(passes)
}

/// A page while it goes through its passes a second time.
struct Replay<'l> {
    /// The text as it was.
    old: String,
    /// The text as it is to be.
    new: String,
    /// Where the two differ, in their order.
    apart: Vec<Apart>,
    cleaned: Cleaned,
    refused: Vec<(usize, String)>,
    /// What builds on something rejected and is accepted for itself, by line, with what it builds on.
    waiting: Vec<(usize, usize)>,
    /// What another accepted one does as well, by line, with the line of that one.
    alike: Vec<(usize, usize)>,
    lines: &'l [Line],
    choices: Vec<Option<Choice>>,
    by: Reviewer<'l>,
}

/// A place where the text as it was and the text as it is to be differ. Outside of these they are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Apart {
    old: Span,
    new: Span,
    /// The line whose ruling began it.
    cause: usize,
}

/// What happens to an edit of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Kept,
    /// Kept with another text.
    Instead(String),
    /// Left out, rejected or not, with the line on which it depends.
    Out {
        rejected: bool,
        on: Option<usize>,
    },
}

/// Edits and places apart that meet, by their places in the pass and in the list.
struct Cluster {
    span: Span,
    edits: Vec<usize>,
    apart: Vec<usize>,
}

/// How far the old and the new text have been gone through.
#[derive(Default)]
struct Cursor {
    old: usize,
    new: usize,
}

impl Cursor {
    /// Goes on by so many bytes of each; what was gone through.
    fn advance(&mut self, old: usize, new: usize) -> (Span, Span) {
        let from = (self.old, self.new);
        (self.old, self.new) = (self.old + old, self.new + new);
        (Span::new(from.0, self.old), Span::new(from.1, self.new))
    }
}

impl Replay<'_> {
    fn pass(&mut self, pass: &[usize]) -> Option<()> {
        let edits = self.edits(pass)?;
        let fates = self.fates(pass, &edits);
        let old_after = undo(&self.old, edits.iter().zip(pass).map(|(&span, &i)| (span, self.lines[i].after.as_str())));

        let (mut before, mut after) = (Cursor::default(), Cursor::default());
        let (mut corrections, mut apart) = (Vec::new(), Vec::new());
        for cluster in self.clusters(&edits) {
            let gap = cluster.span.start().checked_sub(before.old)?;
            before.advance(gap, gap);
            after.advance(gap, gap);
            let known = || cluster.apart.iter().map(|&index| &self.apart[index]);
            let lines = || cluster.edits.iter().map(|&edit| &self.lines[pass[edit]]);
            let length = cluster.span.len();
            let new_length = length + known().map(|apart| apart.new.len()).sum::<usize>()
                - known().map(|apart| apart.old.len()).sum::<usize>();
            let old_length = length + lines().map(|line| line.after.len()).sum::<usize>()
                - lines().map(|line| line.before.len()).sum::<usize>();
            let mut cause = known().next().map(|apart| apart.cause);
            let (_, place) = before.advance(length, new_length);
            let mut written = new_length;
            for &edit in &cluster.edits {
                let (index, fate) = (pass[edit], &fates[edit]);
                match fate {
                    Fate::Kept | Fate::Instead(_) => {
                        let text = if let Fate::Instead(text) = fate { text } else { &self.lines[index].after };
                        written = text.len();
                        cause = matches!(fate, Fate::Instead(_)).then_some(index);
                        corrections.push(self.correction(index, Edit::replace(place, text)));
                    }
                    &Fate::Out { rejected, on } => {
                        cause = cause.or(on).or(Some(index));
                        self.leave_out(index, place, rejected, on);
                    }
                }
            }
            let (old, new) = after.advance(old_length, written);
            apart.extend(cause.map(|cause| Apart { old, new, cause }));
        }

        if !corrections.iter().all(|correction| correction.edit.span().fits(&self.new)) {
            return None;
        }
        self.old = old_after;
        self.commit(self.lines[*pass.first()?].stage, corrections);
        if !apart.iter().all(|apart| apart.old.fits(&self.old) && apart.new.fits(&self.new)) {
            return None;
        }
        apart.retain(|apart| apart.old.of(&self.old) != apart.new.of(&self.new));
        self.apart = apart;
        Some(())
    }

    /// Applies `corrections` as one pass, if they change something.
    fn commit(&mut self, stage: StageName, corrections: Vec<Correction>) {
        let passes_before = self.cleaned.passes.len();
        let revision = apply(&self.new, corrections, &all());
        self.cleaned.others.extend(revision.others.into_iter().map(|judged| Other { judged, passes_before }));
        if !revision.applied.is_empty() {
            self.new = revision.text;
            self.cleaned.passes.push(Pass { stage, applied: revision.applied, offsets: revision.offsets });
        }
    }

    /// Where each edit of `pass` stands in the old text before it.
    fn edits(&self, pass: &[usize]) -> Option<Vec<Span>> {
        let (mut grown, mut last, mut edits) = (0_isize, 0, Vec::with_capacity(pass.len()));
        for &index in pass {
            let line = &self.lines[index];
            let start = usize::try_from(isize::try_from(line.at?.start).ok()? - grown).ok()?;
            let span = Span::new(start, start + line.before.len());
            if start < last || !span.fits(&self.old) || span.of(&self.old) != line.before {
                return None;
            }
            grown += isize::try_from(line.after.len()).ok()? - isize::try_from(line.before.len()).ok()?;
            last = span.end();
            edits.push(span);
        }
        Some(edits)
    }

    fn fates(&self, pass: &[usize], edits: &[Span]) -> Vec<Fate> {
        let mut last_insertion = None;
        let fate = |(&index, &span): (&usize, &Span)| {
            let on = self.cause(span);
            // Two insertions that stood apart can come together when what stood between them goes.
            let place = span.is_empty().then(|| self.to_new(span).0);
            let meets = place.is_some() && std::mem::replace(&mut last_insertion, place) == place;
            let on = on.or_else(|| self.apart.first().filter(|_| meets).map(|apart| apart.cause));
            match (&self.choices[index], on) {
                (Some(Choice::Reject), on) => Fate::Out { rejected: true, on },
                (_, Some(on)) => Fate::Out { rejected: false, on: Some(on) },
                (Some(Choice::Accept { instead: Some(instead) }), None) => Fate::Instead(instead.clone()),
                (_, None) => Fate::Kept,
            }
        };
        let mut fates: Vec<Fate> = pass.iter().zip(edits).map(fate).collect();
        // A move is whole or absent.
        let number = |edit: usize| self.lines[pass[edit]].part_of_move;
        for edit in (0..pass.len()).filter(|&edit| number(edit).is_some()) {
            let lost =
                (0..pass.len()).filter(|&part| number(part) == number(edit)).find_map(|part| match fates[part] {
                    Fate::Out { on, .. } => Some(on.unwrap_or(pass[part])),
                    _ => None,
                });
            if let (Fate::Kept, Some(on)) = (&fates[edit], lost) {
                fates[edit] = Fate::Out { rejected: false, on: Some(on) };
            }
        }
        fates
    }

    /// The edits of a pass and the places apart, in the order of the text; those that meet are one.
    fn clusters(&self, edits: &[Span]) -> Vec<Cluster> {
        let single = |span, edits, apart| Cluster { span, edits, apart };
        let own = edits.iter().enumerate().map(|(edit, &span)| single(span, vec![edit], vec![]));
        let apart = self.apart.iter().enumerate().map(|(index, apart)| single(apart.old, vec![], vec![index]));
        let mut items: Vec<Cluster> = own.chain(apart).collect();
        items.sort_by_key(|item| (item.span.start(), item.span.end(), item.apart.is_empty()));
        let mut clusters: Vec<Cluster> = Vec::with_capacity(items.len());
        for item in items {
            // Of two edits, or two places apart, none meet.
            let joins = clusters.last().is_some_and(|last| {
                last.apart.iter().any(|&apart| !item.edits.is_empty() && meet(self.apart[apart].old, item.span))
                    || last.edits.iter().any(|&edit| !item.apart.is_empty() && meet(item.span, edits[edit]))
            });
            match clusters.last_mut().filter(|_| joins) {
                Some(last) => {
                    last.span = Span::new(last.span.start(), last.span.end().max(item.span.end()));
                    last.edits.extend(item.edits);
                    last.apart.extend(item.apart);
                }
                None => clusters.push(item),
            }
        }
        clusters
    }

    /// The line because of which a place that `span` of the old text meets is apart.
    fn cause(&self, span: Span) -> Option<usize> {
        self.near(span).iter().find(|apart| meet(apart.old, span)).map(|apart| apart.cause)
    }

    /// The places apart that end where `span` of the old text starts, or later, and start where it ends, or sooner.
    fn near(&self, span: Span) -> &[Apart] {
        let from = self.apart.partition_point(|apart| apart.old.end() < span.start());
        let to = self.apart.partition_point(|apart| apart.old.start() <= span.end());
        &self.apart[from..to.max(from)]
    }

    /// Where `span` of the old text stands in the new one: all of what it meets there; and whether it meets anything.
    fn to_new(&self, span: Span) -> (Span, bool) {
        let ahead =
            self.apart.partition_point(|apart| apart.old.end() <= span.start() && apart.old.start() < span.end());
        let shifted =
            |apart: Option<&Apart>, at: usize| apart.map_or(at, |apart| at + apart.new.end() - apart.old.end());
        let last = ahead.checked_sub(1).map(|index| &self.apart[index]);
        let (mut start, mut end) = (shifted(last, span.start()), shifted(last, span.end()));
        let mut meets = false;
        for apart in self.apart[ahead..].iter().take_while(|apart| apart.old.start() <= span.end()) {
            if !meet(apart.old, span) {
                continue;
            }
            if apart.old.start() <= span.start() && !meets {
                start = apart.new.start();
            }
            end = if apart.old.end() >= span.end() {
                apart.new.end()
            } else {
                span.end() + apart.new.end() - apart.old.end()
            };
            meets = true;
        }
        (Span::new(start.min(end), end), meets)
    }

    /// Where `before`, which stood at `span` of the old text, stands in the new one; or the place where it no longer does.
    fn place(&self, span: Span, before: &str) -> Result<Span, Span> {
        let (whole, _) = self.to_new(span);
        if !whole.fits(&self.new) {
            return Err(Span::at(self.new.len()));
        }
        let text = whole.of(&self.new);
        if text == before {
            return Ok(whole);
        }
        let mut found = text.match_indices(before).filter(|_| !before.is_empty());
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(Span::new(whole.start() + at, whole.start() + at + before.len())),
            _ => Err(whole),
        }
    }

    /// The correction of a line, with what was decided of it.
    fn correction(&self, index: usize, edit: Edit) -> Correction {
        let line = &self.lines[index];
        let mut evidence: Vec<Evidence> = line.evidence.iter().cloned().map(Evidence::Recorded).collect();
        if let Some(choice) = &self.choices[index] {
            let instead = matches!(choice, Choice::Accept { instead: Some(instead) } if *instead != line.after);
            evidence.push(Evidence::Decision {
                decision: choice.code().into(),
                proposed: instead.then(|| line.after.clone()),
                reviewer: self.by.name.map(str::to_owned),
                time: self.by.time.map(str::to_owned),
            });
        }
        Correction { rule: line.rule, edit, confidence: line.confidence, evidence, part_of_move: line.part_of_move }
    }

    /// Leaves the edit of a line out of the pass that comes next, at `place` of the new text.
    fn leave_out(&mut self, index: usize, place: Span, rejected: bool, on: Option<usize>) {
        match on {
            Some(on) if !rejected && self.choices[index].is_some() => self.waiting.push((index, on)),
            _ => self.withhold(index, place, on.filter(|_| !rejected)),
        }
    }

    /// Notes that a line was rejected, or depends on one that was.
    fn withhold(&mut self, index: usize, place: Span, on: Option<usize>) {
        let mut correction = self.correction(index, Edit::replace(place, &self.lines[index].after));
        let reason = on.map_or(Withheld::Rejected, |on| {
            let Line { id, rule, before, after, .. } = &self.lines[on];
            let (id, rule, before, after) = (*id, *rule, before.clone(), after.clone());
            correction.evidence.push(Evidence::DependsOn { id, rule, before, after });
            Withheld::Depends
        });
        self.leave(correction, Verdict::Withheld(reason));
    }

    fn leave(&mut self, correction: Correction, verdict: Verdict) {
        let passes_before = self.cleaned.passes.len();
        self.cleaned.others.push(Other { judged: Judged { correction, verdict }, passes_before });
    }

    /// What was accepted and had not been applied, as a last pass; all else that was not applied, as it was.
    fn rest(&mut self) -> Option<()> {
        let mut accepted: Vec<(usize, Edit)> = Vec::new();
        let mut out: Vec<(usize, Span)> = Vec::new();
        let waiting = std::mem::take(&mut self.waiting);
        for index in 0..self.lines.len() {
            let line = &self.lines[index];
            if line.is_applied() && !waiting.iter().any(|&(waits, _)| waits == index) {
                continue;
            }
            let span = Span::new(line.clean.start, line.clean.end.max(line.clean.start));
            if !span.fits(&self.old) {
                return None;
            }
            match (self.place(span, &line.before), &self.choices[index]) {
                (Ok(place), Some(Choice::Accept { instead })) => {
                    accepted.push((index, Edit::replace(place, instead.as_ref().unwrap_or(&line.after))));
                }
                (Err(place), Some(Choice::Accept { .. })) => {
                    let found = place.of(&self.new);
                    let reason = format!(
                        "cannot be done: {found:?} stands there and not {:?}; decide on what changed it as well",
                        line.before
                    );
                    self.refused.push((index, reason));
                    out.push((index, place));
                }
                (Ok(place) | Err(place), _) => out.push((index, place)),
            }
        }
        self.settle(&mut accepted, &mut out);
        // What is not done was not decided.
        for (index, _) in &self.refused {
            self.choices[*index] = None;
        }
        for (index, place) in out {
            let line = &self.lines[index];
            let correction = || self.correction(index, Edit::replace(place, &line.after));
            let alike = self.alike.iter().find(|(alike, _)| *alike == index && self.choices[index].is_some());
            let waits = waiting.iter().find(|(waits, _)| *waits == index);
            match (alike, waits, &self.choices[index]) {
                (Some(&(_, other)), ..) => {
                    self.leave(correction(), Verdict::Withheld(Withheld::Overlaps(self.lines[other].rule)));
                }
                (None, Some(&(_, on)), _) => self.withhold(index, place, Some(on)),
                (None, None, Some(Choice::Reject)) => self.withhold(index, place, None),
                (None, None, _) => self.leave(correction(), line.verdict()),
            }
        }
        if let Some(&(first, _)) = accepted.first() {
            let corrections = accepted.into_iter().map(|(index, edit)| self.correction(index, edit)).collect();
            self.commit(self.lines[first].stage, corrections);
        }
        Some(())
    }

    /// Takes from `accepted` what contradicts another of them, and moves of which not all parts are there.
    fn settle(&mut self, accepted: &mut Vec<(usize, Edit)>, out: &mut Vec<(usize, Span)>) {
        accepted.sort_by_key(|(_, edit)| (edit.span().start(), edit.span().end()));
        let (mut lost, mut alike) = (Vec::<(usize, String)>::new(), Vec::new());
        let mut widest = 0;
        for at in 1..accepted.len() {
            let ((one, first), (two, second)) = (&accepted[widest], &accepted[at]);
            if !meet(first.span(), second.span()) {
                widest = if second.span().end() >= first.span().end() { at } else { widest };
                continue;
            }
            let name = |index: usize| {
                let line = &self.lines[index];
                format!("{} → {} ({}, {})", line.before, line.after, line.rule.code(), line.id)
            };
            if self.alike(first, second) {
                // One of them does what both want.
                lost.push((*two, String::new()));
                alike.push((*two, *one));
            } else {
                lost.push((*one, format!("contradicts {}, which is accepted too; accept one of the two", name(*two))));
                lost.push((*two, format!("contradicts {}, which is accepted too; accept one of the two", name(*one))));
            }
            widest = if second.span().end() > first.span().end() { at } else { widest };
        }
        let number = |index: usize| self.lines[index].part_of_move;
        for (index, _) in accepted.iter().filter(|(index, _)| number(*index).is_some()) {
            let parts = (0..self.lines.len()).filter(|&part| number(part) == number(*index));
            let gone = |part: usize| {
                lost.iter().any(|(lost, _)| *lost == part) || !accepted.iter().any(|(there, _)| *there == part)
            };
            if parts.filter(|part| part != index).any(gone) && !lost.iter().any(|(lost, _)| lost == index) {
                lost.push((*index, "is a part of a move that cannot be done whole".into()));
            }
        }
        accepted.retain(|(index, edit)| {
            let kept = !lost.iter().any(|(lost, _)| lost == index);
            if !kept {
                out.push((*index, edit.span()));
            }
            kept
        });
        lost.retain(|(_, reason)| !reason.is_empty());
        lost.sort();
        lost.dedup_by_key(|(index, _)| *index);
        self.refused.append(&mut lost);
        // What is like one that is refused is refused with it.
        for (index, like) in &alike {
            if let Some((_, reason)) = self.refused.iter().find(|(refused, _)| refused == like) {
                self.refused.push((*index, reason.clone()));
            }
        }
        self.alike = alike;
    }

    /// Whether one edit does to the text what the other does.
    fn alike(&self, one: &Edit, other: &Edit) -> bool {
        let hull = Span::new(one.span().start().min(other.span().start()), one.span().end().max(other.span().end()));
        let done = |edit: &Edit| {
            let (head, tail) = (hull.start()..edit.span().start(), edit.span().end()..hull.end());
            format!("{}{}{}", &self.new[head], edit.replacement(), &self.new[tail])
        };
        done(one) == done(other)
    }
}

/// Whether an edit at `span` needs a place that is `apart`.
fn meet(apart: Span, span: Span) -> bool {
    if span.is_empty() {
        return apart.start() <= span.start() && span.start() <= apart.end();
    }
    if apart.is_empty() {
        return span.start() < apart.start() && apart.start() < span.end();
    }
    apart.start() < span.end() && span.start() < apart.end()
}
