use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::correction::{Judged, Rule, Verdict};
use crate::page::Page;
use crate::pipeline::Cleaned;

/// How many corrections got which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verdicts {
    /// They stand in the clean text.
    pub applied: u64,
    /// A person should look at them.
    pub proposed: u64,
    /// They were left out.
    pub withheld: u64,
}

/// What was done to a page, or to all pages of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Pages that were cleaned.
    pub pages: u64,
    /// Pages whose clean text differs from their source.
    pub changed: u64,
    /// The decoded sources, in bytes of UTF-8.
    pub source_bytes: u64,
    /// The decoded sources, in characters.
    pub source_characters: u64,
    /// The clean texts, in characters.
    pub clean_characters: u64,
    /// Places of the files that could not be decoded.
    pub damage: u64,
    /// Corrections by rule.
    pub rules: BTreeMap<Rule, Verdicts>,
    /// Pages by encoding.
    pub encodings: BTreeMap<String, u64>,
}

impl Totals {
    /// Those of one page.
    pub fn of(page: &Page, cleaned: &Cleaned) -> Self {
        let mut totals = Self {
            pages: 1,
            changed: u64::from(page.text != cleaned.text),
            source_bytes: page.text.len() as u64,
            source_characters: page.text.chars().count() as u64,
            clean_characters: cleaned.text.chars().count() as u64,
            damage: page.damage.len() as u64,
            encodings: BTreeMap::from([(page.origin.label(), 1)]),
            ..Self::default()
        };
        for applied in cleaned.passes.iter().flat_map(|pass| &pass.applied) {
            totals.rules.entry(applied.correction.rule).or_default().applied += 1;
        }
        for Judged { correction, verdict } in cleaned.others.iter().map(|other| &other.judged) {
            let verdicts = totals.rules.entry(correction.rule).or_default();
            match verdict {
                Verdict::Applied => verdicts.applied += 1,
                Verdict::Proposed => verdicts.proposed += 1,
                Verdict::Withheld(_) => verdicts.withheld += 1,
            }
        }
        totals
    }

    /// Adds those of other pages.
    pub fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.changed += other.changed;
        self.source_bytes += other.source_bytes;
        self.source_characters += other.source_characters;
        self.clean_characters += other.clean_characters;
        self.damage += other.damage;
        for (&rule, verdicts) in &other.rules {
            self.rules.entry(rule).or_default().add(*verdicts);
        }
        for (encoding, pages) in &other.encodings {
            *self.encodings.entry(encoding.clone()).or_default() += pages;
        }
    }

    /// Corrections by stage, in the order of the stages.
    pub fn stages(&self) -> impl Iterator<Item = (&'static str, Verdicts)> {
        let mut stages = BTreeMap::<_, Verdicts>::new();
        for (rule, &verdicts) in &self.rules {
            stages.entry(rule.stage()).or_default().add(verdicts);
        }
        stages.into_iter().map(|(stage, verdicts)| (stage.code(), verdicts))
    }

    /// All corrections.
    pub fn corrections(&self) -> Verdicts {
        let mut all = Verdicts::default();
        for &verdicts in self.rules.values() {
            all.add(verdicts);
        }
        all
    }
}

impl Verdicts {
    fn add(&mut self, other: Self) {
        self.applied += other.applied;
        self.proposed += other.proposed;
        self.withheld += other.withheld;
    }
}

/// What `summary.json` says of a batch. It holds no time and no number of threads: the same pages, settings and
/// knowledge give the same file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// The settings that the pages were cleaned with.
    pub settings: Map<String, Value>,
    /// What was done.
    pub totals: Totals,
    /// Pages that could not be read, decoded or written.
    pub failures: u64,
    /// Pages that changed while the batch was read.
    pub altered: u64,
    /// Files of the named folders that are not pages.
    pub passed_over: u64,
}

impl Summary {
    pub(super) fn to_json(&self) -> Value {
        let Totals { pages, changed, source_bytes, source_characters, clean_characters, damage, .. } = self.totals;
        let by_name = |counts: &mut dyn Iterator<Item = (&'static str, Verdicts)>| -> Map<String, Value> {
            counts.map(|(name, verdicts)| (name.to_owned(), json!(verdicts))).collect()
        };
        let mut summary = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "settings": self.settings,
            "pages": pages,
            "changed": changed,
            "failures": self.failures,
            "passed_over": self.passed_over,
            "source": {"bytes": source_bytes, "characters": source_characters},
            "clean": {"characters": clean_characters},
            "damage": damage,
            "encodings": self.totals.encodings,
            "corrections": self.totals.corrections(),
            "stages": by_name(&mut self.totals.stages()),
            "rules": by_name(&mut self.totals.rules.iter().map(|(rule, &verdicts)| (rule.code(), verdicts))),
        });
        if self.altered > 0 {
            summary["altered"] = json!(self.altered);
        }
        summary
    }
}
