//! What a reviewer's decisions teach of a paper and its engine: confusions, and how sure corrections are.

use rustc_hash::FxHashMap;

use super::calibration::{Decided, calibrate};
use crate::Result;
use crate::correction::{Calibration, Rule, StageName, Verdict, Withheld};
use crate::knowledge::{Channel, Characters, Counts, Knowledge};
use crate::report::{Line, Place, Report};
use crate::review::{Choice, Decisions, Refusal, Resolver};

/// What was decided of the corrections of several reports.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lessons {
    decided: Vec<Decided>,
    confused: Counts,
    groups: FxHashMap<(Rule, String, String), usize>,
}

impl Lessons {
    /// Takes what `decisions` say of the corrections of `report`, and hands back those that do not fit it. What met another
    /// correction or was withheld by a setting counts for nothing: it may be as right as what stands there instead.
    ///
    /// # Errors
    ///
    /// When the report cannot be read, or is damaged.
    pub fn add(&mut self, report: &mut Report, decisions: &Decisions) -> Result<Vec<Refusal>> {
        let (mut resolver, mut refusals) = Resolver::new(decisions, &report.hash()?);
        for entry in report.pages()? {
            let entry = entry?;
            let lines = report.corrections(&entry)?;
            let rulings = resolver.page(&entry, &lines, &mut refusals);
            if rulings.iter().all(Option::is_none) {
                continue;
            }
            let source = report.source(&entry)?;
            for (line, ruling) in lines.iter().zip(rulings) {
                if let Some(ruling) = ruling.filter(|_| is_judged_by_confidence(line)) {
                    self.take(line, ruling.choice, &source);
                }
            }
        }
        refusals.extend(resolver.finish());
        Ok(refusals)
    }

    fn take(&mut self, line: &Line, choice: &Choice, source: &str) {
        let next = self.groups.len();
        let key = (line.rule, line.before.clone(), line.after.clone());
        let group = *self.groups.entry(key).or_insert(next);
        let truth = match choice {
            Choice::Accept { instead } => Some(instead.as_ref().unwrap_or(&line.after)),
            Choice::Reject => None,
        };
        let accepted = truth == Some(&line.after);
        self.decided.push(Decided { rule: line.rule, stated: line.stated(), accepted, group });
        let is_misreading = matches!(line.rule.stage(), StageName::Places | StageName::Confusables);
        if let Some(truth) = truth.filter(|_| is_misreading && stands_in(source, line)) {
            confuse(truth, &line.before, &mut self.confused);
        }
    }

    /// How many corrections were decided, and in how many groups.
    pub fn decided(&self) -> (usize, usize) {
        (self.decided.len(), self.groups.len())
    }

    /// The calibration that they ask for.
    pub fn calibration(&self) -> Calibration {
        calibrate(&self.decided)
    }

    /// What was read for what, to be counted beside what `channel` was made of.
    ///
    /// Decisions tell what a character was misread as, not how often it was read rightly: pages hold errors that nothing was
    /// proposed for. So of each character as many renderings are counted as leave its rate of errors what `channel` says.
    pub fn confusions(&self, channel: &Channel) -> Counts {
        let mut counts = self.confused.clone();
        for (truth, _, times) in self.confused.confused() {
            for c in truth.iter() {
                let rate = 1.0 - channel.log_right(c).exp();
                counts.render(c, (f64::from(times) / rate).round() as u32);
            }
        }
        counts
    }
}

impl Lessons {
    /// `known` with the confusions that they teach, if any.
    ///
    /// # Errors
    ///
    /// Those of [`Knowledge::with_confusions`].
    pub fn known(&self, known: Knowledge) -> Result<Knowledge> {
        let counts = self.confusions(known.channel());
        if counts == Counts::default() { Ok(known) } else { known.with_confusions(&counts) }
    }
}

fn is_judged_by_confidence(line: &Line) -> bool {
    matches!(line.verdict(), Verdict::Applied | Verdict::Proposed | Verdict::Withheld(Withheld::BelowThreshold))
}

/// Whether the engine itself gave what `line` replaces, and not a correction before it.
fn stands_in(source: &str, line: &Line) -> bool {
    let Place { start, end, .. } = line.source;
    let read = source.get(start..end).unwrap_or_default();
    read.chars().filter(|c| !c.is_whitespace()).eq(line.before.chars())
}

/// Counts that `read` was read for `truth`: as a whole where they differ in no more than two characters, and else one by one.
fn confuse(truth: &str, read: &str, counts: &mut Counts) {
    let [truth, read] = [truth, read].map(|text| text.chars().collect::<Vec<char>>());
    let prefix = truth.iter().zip(&read).take_while(|(a, b)| a == b).count();
    let (truth, read) = (&truth[prefix..], &read[prefix..]);
    let suffix = truth.iter().rev().zip(read.iter().rev()).take_while(|(a, b)| a == b).count();
    let (truth, read) = (&truth[..truth.len() - suffix], &read[..read.len() - suffix]);
    if truth.len() == read.len() {
        truth.iter().zip(read).for_each(|(&truth, &read)| counts.confuse(truth.into(), read.into(), 1));
    } else if let (Some(truth), Some(read)) =
        (Characters::of(&String::from_iter(truth)), Characters::of(&String::from_iter(read)))
    {
        counts.confuse(truth, read, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(truth: &str, read: &str, expected: &[&str]) {
        let mut counts = Counts::default();
        confuse(truth, read, &mut counts);
        let found: Vec<String> = counts.confused().map(|(truth, read, _)| format!("{truth}→{read}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_was_misread_is_what_differs() {
        check("刁镇街道", "刀镇街道", &["刁→刀"]);
        check("新突破", "新容破", &["突→容"]);
        check("刁镇", "刀偵", &["刁→刀", "镇→偵"]);
        check("好人", "女子人", &["好→女子"]);
        check("女子", "好", &["女子→好"]);
        check("春耕时节", "春", &[]);
        check("甲", "甲", &[]);
    }
}
