use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::confidence::{log_odds, probability};
use super::{Confidence, Correction, Evidence, Rule};
use crate::error::{Error, Result};

/// The first line of a file.
const LINE: &str = "# kanwu calibration 1";

const COLUMNS: [&str; 7] = ["rule", "0.5", "0.95", "accepted", "rejected", "loss-stated", "loss-fitted"];

/// The log-odds of 0.95, from which corrections are applied.
const SURE: f64 = 2.944_439;

/// How confidences are put right for one paper and one engine, by what reviewers decided there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    rules: BTreeMap<Rule, Recalibrated>,
}

/// How the confidences of one rule are put right, and what that was found from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recalibrated {
    /// How the log-odds change.
    pub shifts: Shifts,
    /// Decided corrections that were accepted.
    pub accepted: u64,
    /// Decided corrections that were rejected.
    pub rejected: u64,
    /// The mean logarithmic loss of the confidences as they were stated, in nats for a decision.
    pub loss_stated: f64,
    /// The mean logarithmic loss of the confidences put right, each on groups that they were not fitted on.
    pub loss_fitted: f64,
}

/// What is added to log-odds: so much at a confidence of 0.5 and below, so much at 0.95 and above, and in proportion between.
/// The surer of two corrections of a rule never becomes the less sure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shifts {
    doubtful: f64,
    sure: f64,
}

impl Shifts {
    /// So much at 0.5 and at 0.95, or as much less at 0.5 as keeps the order.
    pub fn new(doubtful: f64, sure: f64) -> Self {
        Self { doubtful: doubtful.min(sure + SURE), sure }
    }

    /// By how much the two shifts, at 0.5 and at 0.95, count at `log_odds`: together 1.
    pub(crate) fn shares(log_odds: f64) -> [f64; 2] {
        let sure = (log_odds / SURE).clamp(0.0, 1.0);
        [1.0 - sure, sure]
    }

    /// `log_odds`, put right.
    pub(crate) fn shifted(self, log_odds: f64) -> f64 {
        let [doubtful, sure] = Self::shares(log_odds);
        log_odds + doubtful * self.doubtful + sure * self.sure
    }

    /// What becomes of `stated`. What cannot be wrong stays so.
    pub fn of(self, stated: Confidence) -> Confidence {
        let is_moved = stated != Confidence::CERTAIN && self != Self::default();
        if is_moved { Confidence::from_log_odds(self.shifted(stated.log_odds())) } else { stated }
    }

    /// What becomes of 0.5 and of 0.95.
    fn ends(self) -> [f64; 2] {
        [(0.0, self.doubtful), (SURE, self.sure)].map(|(at, shift)| probability(at + shift))
    }
}

impl Calibration {
    /// How the confidences of `rule` are put right, where anything was decided of it.
    pub fn get(&self, rule: Rule) -> Option<&Recalibrated> {
        self.rules.get(&rule)
    }

    /// Every rule of which something was decided.
    pub fn rules(&self) -> impl Iterator<Item = (Rule, &Recalibrated)> {
        self.rules.iter().map(|(rule, recalibrated)| (*rule, recalibrated))
    }

    /// Puts the confidences of `rule` right by `recalibrated` from now on.
    pub fn set(&mut self, rule: Rule, recalibrated: Recalibrated) {
        self.rules.insert(rule, recalibrated);
    }

    /// Puts right the confidence of `correction`; its evidence then tells what was stated.
    pub fn recalibrate(&self, correction: &mut Correction) {
        let Some(recalibrated) = self.rules.get(&correction.rule) else { return };
        let stated = correction.confidence;
        let confidence = recalibrated.shifts.of(stated);
        if confidence != stated {
            correction.confidence = confidence;
            correction.evidence.push(Evidence::Calibrated { stated });
        }
    }

    /// Reads the file at `path`, as [`to_text`](Self::to_text) writes it; of a rule that is there already, the later is
    /// taken.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when it cannot be read, [`Error::Row`] where it is no such file.
    pub fn read(&mut self, path: &Path) -> Result<()> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        for (number, line) in (1..).zip(text.lines()) {
            let row = |problem: &str| Error::Row { path: path.to_owned(), line: number, problem: problem.to_owned() };
            if number == 1 && line != LINE {
                return Err(row("is not the first line of a calibration; `kanwu learn --decisions` makes one"));
            }
            if line.is_empty() || line.starts_with('#') || line == COLUMNS.join("\t") {
                continue;
            }
            let (rule, recalibrated) = parse(line).ok_or_else(|| {
                row("expected a rule and six numbers with tabs between, as `kanwu learn --decisions` writes them")
            })?;
            let rule = Rule::from_code(rule)
                .ok_or_else(|| row("names a rule that there is none of; `kanwu explain` lists the rules"))?;
            self.set(rule, recalibrated);
        }
        Ok(())
    }

    /// As a file: a line for the version, comments with the `origin`, and a row for every rule.
    pub fn to_text(&self, origin: &str) -> String {
        let mut text = format!("{LINE}\n");
        for line in origin.lines() {
            text.extend(["# ", line, "\n"]);
        }
        text += &COLUMNS.join("\t");
        text.push('\n');
        for (rule, recalibrated) in self.rules() {
            let Recalibrated { shifts, accepted, rejected, loss_stated, loss_fitted } = recalibrated;
            let [doubtful, sure] = shifts.ends();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{}\t{doubtful:.4}\t{sure:.4}\t{accepted}\t{rejected}\t{loss_stated:.4}\t{loss_fitted:.4}",
                rule.code()
            );
        }
        text
    }
}

fn parse(line: &str) -> Option<(&str, Recalibrated)> {
    let cells: Vec<&str> = line.split('\t').collect();
    let &[rule, doubtful, sure, accepted, rejected, stated, fitted] = cells.as_slice() else { return None };
    let number = |cell: &str| cell.parse::<f64>().ok().filter(|number| number.is_finite());
    let between = |cell| number(cell).filter(|probability| *probability > 0.0 && *probability < 1.0);
    let [doubtful, sure] = [between(doubtful)?, between(sure)?];
    // What became no other to four places was not changed.
    let shift =
        |becomes: f64, at: f64| if (becomes - at).abs() < 5e-5 { 0.0 } else { log_odds(becomes) - log_odds(at) };
    let recalibrated = Recalibrated {
        shifts: Shifts::new(shift(doubtful, 0.5), shift(sure, 0.95)),
        accepted: accepted.parse().ok()?,
        rejected: rejected.parse().ok()?,
        loss_stated: number(stated)?,
        loss_fitted: number(fitted)?,
    };
    (doubtful <= sure).then_some((rule, recalibrated))
}
