//! The figures of an evaluation: counts that add up over pages, and the shares that they stand for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::judge::{Judged, Judgement, Subject};

/// Everything that is counted of one page or of many.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// How many pages there are.
    pub pages: u64,
    /// Visible characters, each code point for itself; no line ends, blanks or control characters.
    pub all: Errors,
    /// Visible characters, where marks, digits and letters that differ only in width, and the kinds of quotation marks, count as one.
    pub folded: Errors,
    /// Chinese characters, digits and letters only.
    pub core: Errors,
    /// Chinese characters only.
    pub han: Errors,
    /// Every character of the truth that is Chinese, a digit or a letter: read right before, right after?
    pub core_characters: Changed,
    /// Chinese characters of the truth: read right before, right after?
    pub han_characters: Changed,
    /// Chinese characters of the truth where another Chinese character was read before: right after?
    pub substituted: Changed,
    /// All visible characters of the truth, code point for code point.
    pub all_characters: Changed,
    /// Ends of paragraphs.
    pub line_ends: BeforeAfter<Hits>,
    /// Marks of the truth.
    pub marks: BeforeAfter<Marks>,
    /// Blanks between Chinese characters.
    pub blanks: BeforeAfter<u64>,
    /// Blanks between Chinese characters of the truth.
    pub true_blanks: u64,
    /// What is judged of corrections; none where only texts were compared.
    pub corrections: Option<Corrections>,
}

/// An edit distance before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Errors {
    /// Characters of the truth.
    pub characters: u64,
    /// Insertions, deletions and substitutions from the page to the truth.
    pub before: u64,
    /// Insertions, deletions and substitutions from the clean page to the truth.
    pub after: u64,
}

/// What became of single characters of the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changed {
    /// How many there are.
    pub characters: u64,
    /// Wrong or lost on the page.
    pub wrong: u64,
    /// Of these, right on the clean page.
    pub fixed: u64,
    /// Right on the page, wrong or lost on the clean page.
    pub broken: u64,
}

/// A figure of the page and of the clean page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BeforeAfter<T> {
    /// Of the page as the engine gave it.
    pub before: T,
    /// Of the clean page.
    pub after: T,
}

/// What was found, what there is, and what of it was found rightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hits {
    /// Found.
    pub found: u64,
    /// In the truth.
    pub real: u64,
    /// Both.
    pub right: u64,
}

/// Punctuation marks of the truth, as they stand on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// How many there are.
    pub real: u64,
    /// Those that stand in their place as the truth has them.
    pub strict: u64,
    /// Those that stand in their place in whatever width.
    pub folded: u64,
    /// Marks on the page.
    pub found: u64,
}

/// Corrections, judged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Corrections {
    /// Errors of the page by what they are about: single characters, line ends, blanks.
    pub needed: BTreeMap<Subject, u64>,
    /// Those that were applied.
    pub applied: Set,
    /// Those that were proposed and not applied.
    pub proposed: Set,
    /// Stated confidences against what came of them, all that were applied or proposed and could be judged.
    pub calibration: Calibration,
    /// The calibration of corrections of Chinese characters alone.
    pub han_calibration: Calibration,
}

/// Corrections of one verdict.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Set {
    /// By what they are about.
    pub subjects: BTreeMap<Subject, Counts>,
    /// By stage.
    pub stages: BTreeMap<String, BTreeMap<Subject, Counts>>,
    /// By rule.
    pub rules: BTreeMap<String, BTreeMap<Subject, Counts>>,
    /// Those that cannot be judged, by rule: what they change is not in the truth at all, such as a second empty line,
    /// or they move a block.
    pub unjudged: BTreeMap<String, u64>,
}

/// Judgements, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Right ones.
    pub right: u64,
    /// Better ones.
    pub better: u64,
    /// Idle ones.
    pub idle: u64,
    /// Worse ones.
    pub worse: u64,
    /// Single changes that the right ones make.
    pub changes: u64,
}

/// How many equal parts the confidences are put into.
pub const BINS: usize = 10;

/// Stated confidence against observed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Calibration {
    /// By confidence, from 0 to 1 in equal steps.
    pub bins: [Bin; BINS],
}

/// Corrections of about the same confidence.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// How many.
    pub count: u64,
    /// The sum of their confidences.
    pub stated: f64,
    /// How many are right.
    pub right: u64,
}

/// `part` of `whole`; none of nothing.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The F measure that weighs precision twice as much as recall.
pub fn f_half(precision: Option<f64>, recall: Option<f64>) -> Option<f64> {
    let (precision, recall) = (precision?, recall?);
    let below = 0.25 * precision + recall;
    Some(if below > 0.0 { 1.25 * precision * recall / below } else { 0.0 })
}

impl Errors {
    /// Errors a character of the truth, before and after.
    pub fn rates(&self) -> BeforeAfter<Option<f64>> {
        BeforeAfter { before: share(self.before, self.characters), after: share(self.after, self.characters) }
    }

    fn add(&mut self, other: &Self) {
        self.characters += other.characters;
        self.before += other.before;
        self.after += other.after;
    }

    fn to_json(self) -> Value {
        let rates = self.rates();
        json!({
            "characters": self.characters,
            "errors_before": self.before, "errors_after": self.after,
            "rate_before": rates.before, "rate_after": rates.after,
        })
    }
}

impl Changed {
    /// The share of wrong characters that is gone: those put right, less those spoilt. Below 0 where more were spoilt.
    pub fn net(&self) -> Option<f64> {
        (self.wrong > 0).then(|| (self.fixed as f64 - self.broken as f64) / self.wrong as f64)
    }

    /// Characters spoilt for every 10,000 of the truth.
    pub fn new_errors(&self) -> Option<f64> {
        share(self.broken * 10_000, self.characters)
    }

    fn add(&mut self, other: &Self) {
        self.characters += other.characters;
        self.wrong += other.wrong;
        self.fixed += other.fixed;
        self.broken += other.broken;
    }

    fn to_json(self) -> Value {
        json!({
            "characters": self.characters, "wrong": self.wrong, "fixed": self.fixed, "broken": self.broken,
            "net_removed": self.net(), "broken_per_10000": self.new_errors(),
        })
    }
}

impl Hits {
    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.right, self.found + self.real)
    }

    fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.real += other.real;
        self.right += other.right;
    }

    fn to_json(self) -> Value {
        json!({
            "found": self.found, "real": self.real, "right": self.right,
            "precision": share(self.right, self.found), "recall": share(self.right, self.real), "f1": self.f1(),
        })
    }
}

impl Marks {
    fn add(&mut self, other: &Self) {
        self.real += other.real;
        self.strict += other.strict;
        self.folded += other.folded;
        self.found += other.found;
    }

    fn to_json(self) -> Value {
        json!({
            "real": self.real, "found": self.found, "strict": self.strict, "folded": self.folded,
            "strict_share": share(self.strict, self.real), "folded_share": share(self.folded, self.real),
        })
    }
}

impl Counts {
    /// How many were judged.
    pub fn judged(&self) -> u64 {
        self.right + self.better + self.idle + self.worse
    }

    /// The share that is right.
    pub fn precision(&self) -> Option<f64> {
        share(self.right, self.judged())
    }

    fn count(&mut self, judged: Judged) {
        match judged.judgement {
            Judgement::Right => {
                self.right += 1;
                self.changes += judged.changes as u64;
            }
            Judgement::Better => self.better += 1,
            Judgement::Idle => self.idle += 1,
            Judgement::Worse => self.worse += 1,
        }
    }

    fn add(&mut self, other: &Self) {
        self.right += other.right;
        self.better += other.better;
        self.idle += other.idle;
        self.worse += other.worse;
        self.changes += other.changes;
    }
}

impl Calibration {
    fn count(&mut self, confidence: f64, right: bool) {
        let bin = ((confidence * BINS as f64) as usize).min(BINS - 1);
        let bin = &mut self.bins[bin];
        bin.count += 1;
        bin.stated += confidence;
        bin.right += u64::from(right);
    }

    fn add(&mut self, other: &Self) {
        for (bin, other) in self.bins.iter_mut().zip(&other.bins) {
            bin.count += other.count;
            bin.stated += other.stated;
            bin.right += other.right;
        }
    }

    /// The expected calibration error: how far stated and observed lie apart, weighed by how many there are.
    pub fn error(&self) -> Option<f64> {
        let count: u64 = self.bins.iter().map(|bin| bin.count).sum();
        let apart: f64 = self.bins.iter().map(|bin| (bin.stated - bin.right as f64).abs()).sum();
        (count > 0).then(|| apart / count as f64)
    }

    fn to_json(self) -> Value {
        let bins: Vec<Value> = (0u8..)
            .zip(&self.bins)
            .map(|(number, bin)| {
                json!({
                    "from": f64::from(number) / BINS as f64, "to": f64::from(number + 1) / BINS as f64,
                    "count": bin.count, "stated": bin.mean(), "observed": share(bin.right, bin.count),
                })
            })
            .collect();
        json!({ "expected_error": self.error(), "bins": bins })
    }
}

impl Bin {
    /// The mean of what was stated.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.stated / self.count as f64)
    }
}

/// The sum of `counts`, and what was needed of the subjects that they are about.
fn sum<'c>(
    counts: impl IntoIterator<Item = (&'c Subject, &'c Counts)>,
    needed: &BTreeMap<Subject, u64>,
) -> (Counts, u64) {
    let mut total = (Counts::default(), 0);
    for (subject, counts) in counts {
        total.0.add(counts);
        total.1 += needed.get(subject).copied().unwrap_or_default();
    }
    total
}

impl Set {
    pub(super) fn count(&mut self, stage: &str, rule: &str, judged: Judged) {
        let count = |counts: &mut BTreeMap<Subject, Counts>| counts.entry(judged.subject).or_default().count(judged);
        count(&mut self.subjects);
        count(self.stages.entry(stage.to_owned()).or_default());
        count(self.rules.entry(rule.to_owned()).or_default());
    }

    fn add(&mut self, other: &Self) {
        let add = |counts: &mut BTreeMap<Subject, Counts>, other: &BTreeMap<Subject, Counts>| {
            for (subject, other) in other {
                counts.entry(*subject).or_default().add(other);
            }
        };
        add(&mut self.subjects, &other.subjects);
        for (stage, other) in &other.stages {
            add(self.stages.entry(stage.clone()).or_default(), other);
        }
        for (rule, other) in &other.rules {
            add(self.rules.entry(rule.clone()).or_default(), other);
        }
        for (rule, count) in &other.unjudged {
            *self.unjudged.entry(rule.clone()).or_default() += count;
        }
    }

    fn to_json(&self, needed: &BTreeMap<Subject, u64>) -> Value {
        let row = |(counts, needed): (Counts, u64)| counts_to_json(&counts, needed);
        let rows = |of: &BTreeMap<String, BTreeMap<Subject, Counts>>| -> Map<String, Value> {
            of.iter().map(|(name, counts)| (name.clone(), row(sum(counts, needed)))).collect()
        };
        let subjects: Map<String, Value> = self
            .subjects
            .iter()
            .map(|(subject, counts)| (subject.code().to_owned(), row(sum([(subject, counts)], needed))))
            .collect();
        json!({
            "subjects": subjects, "stages": rows(&self.stages), "rules": rows(&self.rules), "unjudged": self.unjudged,
        })
    }
}

fn counts_to_json(counts: &Counts, needed: u64) -> Value {
    let (precision, recall) = (counts.precision(), share(counts.changes, needed));
    json!({
        "judged": counts.judged(), "right": counts.right, "better": counts.better, "idle": counts.idle,
        "worse": counts.worse, "changes": counts.changes, "needed": needed,
        "precision": precision, "recall": recall, "f0.5": f_half(precision, recall),
    })
}

/// A line of a table of corrections: what they are, and how they did.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// The subject, stage or rule.
    pub name: &'a str,
    /// Judgements.
    pub counts: Counts,
    /// Errors of what they are about.
    pub needed: u64,
    /// Those that cannot be judged; of rules only.
    pub unjudged: u64,
}

impl Row<'_> {
    /// The share of the errors that the right ones remove.
    pub fn recall(&self) -> Option<f64> {
        share(self.counts.changes, self.needed)
    }

    /// Precision and recall in one figure.
    pub fn f_half(&self) -> Option<f64> {
        f_half(self.counts.precision(), self.recall())
    }
}

impl Corrections {
    pub(super) fn count(&mut self, confidence: f64, judged: Judged) {
        let right = judged.judgement == Judgement::Right;
        self.calibration.count(confidence, right);
        if judged.subject == Subject::Han {
            self.han_calibration.count(confidence, right);
        }
    }

    /// What the corrections of `set` are about, a row a subject.
    pub fn subjects<'a>(&self, set: &'a Set) -> Vec<Row<'a>> {
        let row = |(subject, counts): (&Subject, &Counts)| {
            let (counts, needed) = sum([(subject, counts)], &self.needed);
            Row { name: subject.code(), counts, needed, unjudged: 0 }
        };
        set.subjects.iter().map(row).collect()
    }

    /// The stages that `set` comes from, a row a stage.
    pub fn stages<'a>(&self, set: &'a Set) -> Vec<Row<'a>> {
        self.rows(&set.stages, None)
    }

    /// The rules that `set` comes from, a row a rule, those included of which nothing was judged.
    pub fn rules<'a>(&self, set: &'a Set) -> Vec<Row<'a>> {
        self.rows(&set.rules, Some(&set.unjudged))
    }

    fn rows<'a>(
        &self,
        of: &'a BTreeMap<String, BTreeMap<Subject, Counts>>,
        unjudged: Option<&'a BTreeMap<String, u64>>,
    ) -> Vec<Row<'a>> {
        let row = |name: &'a String| {
            let (counts, needed) = sum(of.get(name).into_iter().flatten(), &self.needed);
            let unjudged = unjudged.and_then(|unjudged| unjudged.get(name)).copied();
            Row { name, counts, needed, unjudged: unjudged.unwrap_or_default() }
        };
        let names: BTreeSet<&String> = of.keys().chain(unjudged.into_iter().flat_map(BTreeMap::keys)).collect();
        names.into_iter().map(row).collect()
    }

    fn add(&mut self, other: &Self) {
        for (subject, needed) in &other.needed {
            *self.needed.entry(*subject).or_default() += needed;
        }
        self.applied.add(&other.applied);
        self.proposed.add(&other.proposed);
        self.calibration.add(&other.calibration);
        self.han_calibration.add(&other.han_calibration);
    }

    fn to_json(&self) -> Value {
        let needed: Map<String, Value> =
            self.needed.iter().map(|(subject, count)| (subject.code().to_owned(), json!(count))).collect();
        json!({
            "needed": needed,
            "applied": self.applied.to_json(&self.needed),
            "proposed": self.proposed.to_json(&self.needed),
            "calibration": self.calibration.to_json(),
            "han_calibration": self.han_calibration.to_json(),
        })
    }
}

impl Figures {
    /// Adds those of other pages.
    pub fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.all.add(&other.all);
        self.folded.add(&other.folded);
        self.core.add(&other.core);
        self.han.add(&other.han);
        self.core_characters.add(&other.core_characters);
        self.han_characters.add(&other.han_characters);
        self.substituted.add(&other.substituted);
        self.all_characters.add(&other.all_characters);
        self.line_ends.before.add(&other.line_ends.before);
        self.line_ends.after.add(&other.line_ends.after);
        self.marks.before.add(&other.marks.before);
        self.marks.after.add(&other.marks.after);
        self.blanks.before += other.blanks.before;
        self.blanks.after += other.blanks.after;
        self.true_blanks += other.true_blanks;
        if let Some(other) = &other.corrections {
            self.corrections.get_or_insert_default().add(other);
        }
    }

    /// As `kanwu evaluate --format json` writes them. Shares of nothing are null.
    pub fn to_json(&self) -> Value {
        json!({
            "pages": self.pages,
            "error_rates": {
                "all": self.all.to_json(), "folded": self.folded.to_json(),
                "core": self.core.to_json(), "han": self.han.to_json(),
            },
            "characters": {
                "all": self.all_characters.to_json(), "core": self.core_characters.to_json(),
                "han": self.han_characters.to_json(), "han_substituted": self.substituted.to_json(),
            },
            "line_ends": { "before": self.line_ends.before.to_json(), "after": self.line_ends.after.to_json() },
            "marks": { "before": self.marks.before.to_json(), "after": self.marks.after.to_json() },
            "blanks_between_han": { "before": self.blanks.before, "after": self.blanks.after, "truth": self.true_blanks },
            "corrections": self.corrections.as_ref().map(Corrections::to_json),
        })
    }
}
