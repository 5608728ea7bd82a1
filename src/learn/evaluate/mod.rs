//! How good a clean page is, and how good the corrections were that made it: pages measured against their truths.
//!
//! Characters are compared as they are printed; line ends and blanks are left out of error rates and have figures of
//! their own. [`Figures`] says what each figure counts, [`Judgement`] when a correction is right.

mod figures;
mod judge;

use rustc_hash::FxHashSet;
use serde::Deserialize;

pub use figures::{
    BINS, BeforeAfter, Bin, Calibration, Changed, Corrections, Counts, Errors, Figures, Hits, Marks, Row, Set, f_half,
    share,
};
pub use judge::{Judged, Judgement, Subject};

use super::{Matching, distance};
use crate::correction::{Verdict, undo};
use crate::pipeline::Cleaned;
use crate::report::{Entry, Line, Report};
use crate::review::{Reviewer, replay};
use crate::text::{Kind, Span, is_han, kind};
use crate::{Error, Result};
use judge::is_layout;
pub(super) use judge::{Judge, Truth};

/// A correction to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its number in the page, where it is from a report.
    pub id: Option<usize>,
    /// The stage that it comes from.
    pub stage: String,
    /// The rule that it comes from.
    pub rule: String,
    /// The confidence that it states.
    pub confidence: f64,
    /// Whether it was applied; else it was proposed.
    pub applied: bool,
    /// What it replaces of the text that it is judged on.
    pub span: Span,
    /// What it puts there.
    pub replacement: String,
    /// Whether it is a part of a move.
    pub moves: bool,
}

/// A text, and the corrections of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The text.
    pub text: String,
    /// Its corrections.
    pub proposals: Vec<Proposal>,
}

/// One page in three states.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// As it should be, one paragraph a line.
    pub truth: &'a str,
    /// As the engine gave it.
    pub source: &'a str,
    /// As it was cleaned.
    pub clean: &'a str,
}

/// The corrections of `cleaned`, each pass on the text that it was given. What was only proposed is judged on the clean
/// text, which the last round left as it was.
pub fn steps(cleaned: &Cleaned) -> Vec<Step> {
    let others = cleaned.others.iter().filter(|other| other.judged.verdict == Verdict::Proposed).map(|other| {
        let correction = &other.judged.correction;
        Proposal {
            id: None,
            stage: correction.rule.stage().code().to_owned(),
            rule: correction.rule.code().to_owned(),
            confidence: correction.confidence.probability(),
            applied: false,
            span: cleaned.to_clean(correction.edit.span(), other.passes_before),
            replacement: correction.edit.replacement().to_owned(),
            moves: correction.part_of_move.is_some(),
        }
    });
    let mut steps = vec![Step { text: cleaned.text.clone(), proposals: others.collect() }];
    let mut text = cleaned.text.clone();
    for pass in cleaned.passes.iter().rev() {
        text = undo(&text, pass.applied.iter().map(|applied| (applied.after, applied.before.as_str())));
        let proposals = pass.applied.iter().map(|applied| {
            let correction = &applied.correction;
            Proposal {
                id: None,
                stage: correction.rule.stage().code().to_owned(),
                rule: correction.rule.code().to_owned(),
                confidence: correction.confidence.probability(),
                applied: true,
                span: correction.edit.span(),
                replacement: correction.edit.replacement().to_owned(),
                moves: correction.part_of_move.is_some(),
            }
        });
        steps.push(Step { text: text.clone(), proposals: proposals.collect() });
    }
    steps
}

/// What a line of `corrections.jsonl` tells of a correction, as far as it is judged.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Recorded {
    /// The page's name.
    pub page: String,
    id: Option<usize>,
    stage: String,
    rule: String,
    before: String,
    after: String,
    confidence: f64,
    verdict: String,
    clean: Extent,
    pass: usize,
    at: Option<Extent>,
    #[serde(rename = "move")]
    part_of_move: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
struct Extent {
    start: usize,
    end: usize,
}

impl Recorded {
    fn of(line: &Line) -> Self {
        let extent = |start, end| Extent { start, end };
        Self {
            page: line.page.clone(),
            id: Some(line.id),
            stage: line.stage.code().to_owned(),
            rule: line.rule.code().to_owned(),
            before: line.before.clone(),
            after: line.after.clone(),
            confidence: line.confidence.probability(),
            verdict: line.verdict.clone(),
            clean: extent(line.clean.start, line.clean.end),
            pass: line.pass,
            at: line.at.as_ref().map(|at| extent(at.start, at.end)),
            part_of_move: line.part_of_move,
        }
    }
}

impl Extent {
    fn span(self) -> Option<Span> {
        (self.start <= self.end).then(|| Span::new(self.start, self.end))
    }
}

/// The corrections of a page that was cleaned earlier, from the report that was written then. None where the report
/// does not belong to this clean text.
pub fn recorded(clean: &str, records: &[Recorded]) -> Option<Vec<Step>> {
    let proposal = |record: &Recorded, span| Proposal {
        id: record.id,
        stage: record.stage.clone(),
        rule: record.rule.clone(),
        confidence: record.confidence,
        applied: record.verdict == "applied",
        span,
        replacement: record.after.clone(),
        moves: record.part_of_move.is_some(),
    };
    let mut others = Vec::new();
    for record in records.iter().filter(|record| record.verdict == "proposed") {
        let span = record.clean.span().filter(|span| span.fits(clean))?;
        if span.of(clean) == record.before {
            others.push(proposal(record, span));
        }
    }
    let mut steps = vec![Step { text: clean.to_owned(), proposals: others }];
    let mut text = clean.to_owned();
    let last = records.iter().map(|record| record.pass).max().unwrap_or_default();
    for pass in (0..=last).rev() {
        let mut applied: Vec<(Span, &Recorded)> = Vec::new();
        for record in records.iter().filter(|record| record.pass == pass && record.verdict == "applied") {
            let span = record.at?.span().filter(|span| span.fits(&text))?;
            if span.of(&text) != record.after {
                return None;
            }
            applied.push((span, record));
        }
        applied.sort_by_key(|(span, _)| *span);
        if applied.windows(2).any(|two| two[0].0.end() > two[1].0.start()) {
            return None;
        }
        if applied.is_empty() {
            continue;
        }
        let before = undo(&text, applied.iter().map(|(span, record)| (*span, record.before.as_str())));
        let (mut proposals, mut taken, mut given) = (Vec::new(), 0, 0);
        for (span, record) in applied {
            let start = span.start() + given - taken;
            proposals.push(proposal(record, Span::new(start, start + record.before.len())));
            taken += span.len();
            given += record.before.len();
        }
        text.clone_from(&before);
        steps.push(Step { text: before, proposals });
    }
    Some(steps)
}

/// Measures `page`, and judges the corrections of `steps` where they are known.
pub fn measure(page: Page<'_>, steps: Option<&[Step]>) -> Figures {
    let mut figures = Figures { pages: 1, ..Figures::default() };
    texts(page, &mut figures);
    let truth = Truth::of(page.truth);
    figures.corrections = steps.map(|steps| {
        let mut corrections = Corrections::default();
        let source = Judge::new(page.source, &truth, None);
        source.errors(|subject| *corrections.needed.entry(subject).or_default() += 1);
        judge_all(source, &truth, steps, |proposal, judged| count(proposal, judged, &mut corrections));
        corrections
    });
    figures
}

/// The source of the page of `report` that `entry` is, and its corrections, of which the first step holds the clean page.
///
/// # Errors
///
/// When the report cannot be read, or is damaged.
pub fn reported(report: &mut Report, entry: &Entry) -> Result<(String, Vec<Step>)> {
    let lines = report.corrections(entry)?;
    let source = report.source(entry)?;
    let records: Vec<Recorded> = lines.iter().map(Recorded::of).collect();
    let replayed = replay(&source, &lines, &vec![None; lines.len()], Reviewer::default());
    let steps = replayed.and_then(|replayed| recorded(&replayed.cleaned.text, &records));
    let steps = steps.ok_or_else(|| Error::Page { problem: format!("the report is not one of {}", entry.page) })?;
    Ok((source, steps))
}

/// Measures all pages of `report`; `truth` tells what a page should be.
///
/// # Errors
///
/// When the report cannot be read or is damaged, or `truth` fails.
pub fn measure_report(report: &mut Report, truth: impl Fn(&str) -> Result<String>) -> Result<Figures> {
    let mut figures = Figures::default();
    for entry in report.pages()? {
        let entry = entry?;
        let (source, steps) = reported(report, &entry)?;
        let page = Page { truth: &truth(&entry.page)?, source: &source, clean: &steps[0].text };
        figures.add(&measure(page, Some(&steps)));
    }
    Ok(figures)
}

/// Judges the corrections of `steps`, which lead from `source` to a clean page; nothing is said of moves and of what changes
/// nothing that is compared.
pub fn judgements(truth: &str, source: &str, steps: &[Step], each: impl FnMut(&Proposal, Option<Judged>)) {
    let truth = Truth::of(truth);
    judge_all(Judge::new(source, &truth, None), &truth, steps, each);
}

fn judge_all<'s>(
    source: Judge<'s>,
    truth: &'s Truth,
    steps: &'s [Step],
    mut each: impl FnMut(&Proposal, Option<Judged>),
) {
    let mut last = source;
    for step in steps.iter().rev() {
        last = Judge::new(&step.text, truth, Some(last));
        for proposal in &step.proposals {
            each(proposal, if proposal.moves { None } else { last.judge(proposal.span, &proposal.replacement) });
        }
    }
}

fn count(proposal: &Proposal, judged: Option<Judged>, corrections: &mut Corrections) {
    let set = if proposal.applied { &mut corrections.applied } else { &mut corrections.proposed };
    match judged {
        Some(judged) => {
            set.count(&proposal.stage, &proposal.rule, judged);
            corrections.count(proposal.confidence, judged);
        }
        None => *set.unjudged.entry(proposal.rule.clone()).or_default() += 1,
    }
}

/// The figures that need no more than the texts.
fn texts(page: Page<'_>, figures: &mut Figures) {
    let [truth, source, clean] = [page.truth, page.source, page.clean].map(Compared::of);
    figures.all_characters = changed(&truth.all, &source.all, &clean.all, |_, _| true);
    figures.core_characters = changed(&truth.core, &source.core, &clean.core, |_, _| true);
    figures.han_characters = changed(&truth.core, &source.core, &clean.core, |c, _| is_han(c));
    figures.substituted =
        changed(&truth.core, &source.core, &clean.core, |c, read| is_han(c) && read.is_some_and(is_han));
    figures.all = errors(&truth.all, &source.all, &clean.all);
    figures.folded = errors(&truth.folded, &source.folded, &clean.folded);
    figures.core = errors(&truth.core, &source.core, &clean.core);
    figures.han = errors(&truth.han, &source.han, &clean.han);
    let both = |of: &dyn Fn(&Compared) -> Matching| [of(&source), of(&clean)];
    let [before, after] = both(&|page| Matching::of(&truth.folded, &page.folded));
    figures.marks = BeforeAfter { before: truth.marks(&source, &before), after: truth.marks(&clean, &after) };
    let [before, after] = both(&|page| Matching::of(&page.folded, &truth.folded));
    figures.line_ends =
        BeforeAfter { before: truth.line_ends(&source, &before), after: truth.line_ends(&clean, &after) };
    figures.blanks = BeforeAfter { before: source.blanks, after: clean.blanks };
    figures.true_blanks = truth.blanks;
}

/// A text as each figure counts it.
struct Compared {
    all: Vec<char>,
    folded: Vec<char>,
    core: Vec<char>,
    han: Vec<char>,
    /// After how many visible characters a line ends, the last line left out; rising.
    line_ends: Vec<usize>,
    blanks: u64,
}

impl Compared {
    fn of(text: &str) -> Self {
        let all: Vec<char> = text.chars().filter(|&c| !is_layout(c)).collect();
        let folded: Vec<char> = all.iter().map(|&c| fold(c)).collect();
        let core: Vec<char> = folded.iter().copied().filter(|&c| is_han(c) || c.is_ascii_alphanumeric()).collect();
        let han: Vec<char> = core.iter().copied().filter(|&c| is_han(c)).collect();
        let mut line_ends = Vec::new();
        let mut count = 0;
        for c in text.chars() {
            if !is_layout(c) {
                count += 1;
            } else if matches!(c, '\n' | '\u{C}') && count > 0 && count < all.len() && line_ends.last() != Some(&count)
            {
                line_ends.push(count);
            }
        }
        Self { all, folded, core, han, line_ends, blanks: blanks_between_han(text) }
    }

    /// How the marks of this truth stand on `page`.
    fn marks(&self, page: &Self, matching: &Matching) -> Marks {
        let is_mark = |c: char| !matches!(kind(c), Kind::Han | Kind::Digit | Kind::Letter);
        let mut marks = Marks { found: page.all.iter().filter(|&&c| is_mark(c)).count() as u64, ..Marks::default() };
        for (at, &c) in self.all.iter().enumerate().filter(|&(_, &c)| is_mark(c)) {
            marks.real += 1;
            if let Some(partner) = matching.partner(at) {
                marks.strict += u64::from(page.all[partner] == c);
                marks.folded += u64::from(page.folded[partner] == self.folded[at]);
            }
        }
        marks
    }

    /// Which line ends of `page` are ends of this truth's paragraphs. A mark lost or added beside a line end shifts it by
    /// one, which is allowed; exact hits are dealt out first.
    fn line_ends(&self, page: &Self, matching: &Matching) -> Hits {
        let mut places: Vec<usize> = Vec::new();
        for &end in &page.line_ends {
            let place = (0..end).rev().find_map(|at| matching.partner(at)).map_or(0, |partner| partner + 1);
            if place > 0 && place < self.folded.len() && places.last() != Some(&place) {
                places.push(place);
            }
        }
        let mut free: FxHashSet<usize> = self.line_ends.iter().copied().collect();
        let found = places.len() as u64;
        for shift in [0isize, -1, 1] {
            places.retain(|place| !place.checked_add_signed(shift).is_some_and(|place| free.remove(&place)));
        }
        Hits { found, real: self.line_ends.len() as u64, right: found - places.len() as u64 }
    }
}

fn blanks_between_han(text: &str) -> u64 {
    let (mut blanks, mut after_han, mut within) = (0, false, false);
    for c in text.chars() {
        if matches!(c, ' ' | '\u{3000}') {
            within = after_han;
            continue;
        }
        blanks += u64::from(within && is_han(c));
        (after_han, within) = (is_han(c), false);
    }
    blanks
}

fn errors(truth: &[char], source: &[char], clean: &[char]) -> Errors {
    Errors {
        characters: truth.len() as u64,
        before: distance(source, truth) as u64,
        after: distance(clean, truth) as u64,
    }
}

/// What became of the characters of the truth that `wanted` picks, given the character and what was read for it.
fn changed(truth: &[char], source: &[char], clean: &[char], wanted: impl Fn(char, Option<char>) -> bool) -> Changed {
    let (before, after) = (Matching::of(truth, source), Matching::of(truth, clean));
    let mut changed = Changed::default();
    for (at, &c) in truth.iter().enumerate() {
        let read = |text: &[char], matching: &Matching| matching.partner(at).map(|partner| text[partner]);
        let (before, after) = (read(source, &before), read(clean, &after));
        if !wanted(c, before) {
            continue;
        }
        changed.characters += 1;
        match (before == Some(c), after == Some(c)) {
            (true, false) => changed.broken += 1,
            (false, true) => changed.fixed += 1,
            _ => {}
        }
        changed.wrong += u64::from(before != Some(c));
    }
    changed
}

/// Marks, digits and letters of any width as their plain form.
fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '。' | '｡' => '.',
        '､' => '、',
        '“' | '”' | '「' | '」' | '『' | '』' => '"',
        '‘' | '’' => '\'',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '—' | '–' | '―' => '-',
        '•' | '・' | '‧' => '·',
        '〈' | '《' => '<',
        '〉' | '》' => '>',
        c => c,
    }
}

impl Judge<'_> {
    /// Calls `each` with what every error of the page is about.
    fn errors(&self, mut each: impl FnMut(Subject)) {
        self.wrong_characters(&mut each);
        self.wrong_gaps(each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(truth: &str, source: &str, clean: &str) -> Figures {
        measure(Page { truth, source, clean }, None)
    }

    #[test]
    fn characters_are_counted_without_line_ends_and_blanks() {
        let figures = of("刁镇街道，\n投资2024万元。", "刀镇街 道,\n投资2O24万元.", "刁镇街道，投资2024万元。");
        assert_eq!(figures.all, Errors { characters: 14, before: 4, after: 0 });
        assert_eq!(figures.folded, Errors { characters: 14, before: 2, after: 0 });
        assert_eq!(figures.core, Errors { characters: 12, before: 2, after: 0 });
        assert_eq!(figures.han, Errors { characters: 8, before: 1, after: 0 });
        assert_eq!(figures.blanks, BeforeAfter { before: 1, after: 0 });
        assert_eq!(figures.marks.before, Marks { real: 2, strict: 0, folded: 2, found: 2 });
        assert_eq!(figures.line_ends.before, Hits { found: 1, real: 1, right: 1 });
        assert_eq!(figures.line_ends.after, Hits { found: 0, real: 1, right: 0 });
    }

    #[test]
    fn characters_put_right_and_spoilt_are_told_apart() {
        let figures = of("甲乙丙丁", "甲己丙", "申乙丙");
        assert_eq!(figures.han_characters, Changed { characters: 4, wrong: 2, fixed: 1, broken: 1 });
        assert_eq!(figures.substituted, Changed { characters: 4 - 1, wrong: 1, fixed: 1, broken: 1 });
        assert_eq!(figures.han_characters.net(), Some(0.0));
        assert_eq!(figures.han_characters.new_errors(), Some(2500.0));
    }

    #[test]
    fn a_line_end_one_mark_away_is_right() {
        let figures = of("甲乙。\n丙丁", "甲乙\n。丙丁", "甲\n乙。丙丁");
        assert_eq!(figures.line_ends.before.right, 1);
        assert_eq!(figures.line_ends.after.right, 0);
    }
}
