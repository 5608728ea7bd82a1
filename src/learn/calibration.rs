//! Confidences put right by what reviewers decided.
//!
//! What is added to the log-odds of a rule's confidences is fitted by penalised likelihood. Which corrections were decided may
//! hang on their confidence (reviewers begin with the least certain): that does no harm, for the fit is conditional on it, and
//! at 0.5 and at 0.95 it has a parameter each, so what was decided of doubtful corrections says little about sure ones. It
//! would do harm if reviewers decided only what they take for wrong.

use crate::correction::{Calibration, Confidence, Recalibrated, Rule, Shifts, probability};

/// How far a shift is expected to lie from 0: the standard deviation of a normal prior. Chosen by hand among 0.5, 1 and 2 with
/// `examples/learning-curve.rs`: 2 let a few decisions move more than they bore out on other pages, 0.5 was slow to believe
/// many.
const PRIOR: f64 = 1.0;

/// By how many standard deviations a shift that makes corrections surer is taken back towards 0: more is applied only as far as
/// the decisions leave little doubt of it, and less as soon as they speak for it. Chosen by hand among 0, 1 and 2 with
/// `examples/learning-curve.rs`.
const CAUTION: f64 = 1.0;

/// Into how many parts the groups of a rule are dealt for cross-validation.
const FOLDS: usize = 5;

/// A correction that was decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Decided {
    /// Its rule.
    pub(super) rule: Rule,
    /// How sure it was, before any calibration.
    pub(super) stated: Confidence,
    /// Whether it was accepted as it was.
    pub(super) accepted: bool,
    /// Corrections with one number make the same of the same.
    pub(super) group: usize,
}

/// A decided correction as it is fitted: log-odds, whether it was accepted, its group, and its weight.
#[derive(Debug, Clone, Copy)]
struct Point {
    x: f64,
    accepted: bool,
    group: usize,
    weight: f64,
}

/// The calibration that `decided` asks for. A rule's confidences stay as they are stated where the fit does not do better on
/// groups that it has not seen.
pub(super) fn calibrate(decided: &[Decided]) -> Calibration {
    let mut calibration = Calibration::default();
    let mut rules: Vec<Rule> = decided.iter().map(|decided| decided.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    for rule in rules {
        let of_rule: Vec<&Decided> =
            decided.iter().filter(|one| one.rule == rule && one.stated != Confidence::CERTAIN).collect();
        if !of_rule.is_empty() {
            calibration.set(rule, recalibrated(&of_rule));
        }
    }
    calibration
}

fn recalibrated(decided: &[&Decided]) -> Recalibrated {
    let points = weighed(decided);
    let [mut stated, mut fitted] = [0.0; 2];
    for fold in 0..FOLDS {
        let (held, seen): (Vec<Point>, Vec<Point>) = points.iter().partition(|point| point.group % FOLDS == fold);
        let fit = fit(&seen);
        stated += loss(&held, Shifts::default());
        fitted += loss(&held, fit);
    }
    let all: f64 = points.iter().map(|point| point.weight).sum();
    let accepted = points.iter().filter(|point| point.accepted).count() as u64;
    Recalibrated {
        shifts: if fitted < stated { fit(&points) } else { Shifts::default() },
        accepted,
        rejected: points.len() as u64 - accepted,
        loss_stated: stated / all,
        loss_fitted: fitted / all,
    }
}

/// `decided` with the groups numbered from 0. One decision on a group is one opinion, and its corrections are not independent
/// of one another, so a group of n counts as √n corrections; chosen by hand between 1 and n.
fn weighed(decided: &[&Decided]) -> Vec<Point> {
    let mut groups: Vec<usize> = decided.iter().map(|one| one.group).collect();
    groups.sort_unstable();
    let size = |group| groups.partition_point(|&other| other <= group) - groups.partition_point(|&other| other < group);
    let mut numbers = groups.clone();
    numbers.dedup();
    let point = |one: &&Decided| Point {
        x: one.stated.log_odds(),
        accepted: one.accepted,
        group: numbers.partition_point(|&other| other < one.group),
        weight: 1.0 / (size(one.group) as f64).sqrt(),
    };
    decided.iter().map(point).collect()
}

/// The shifts with the greatest penalised likelihood, upward ones with [`CAUTION`]: Newton's steps, by turns. The penalty makes
/// the sum convex, so there is one best, and the turns lead to it.
fn fit(points: &[Point]) -> Shifts {
    let mut shifts = [0.0; 2];
    for _ in 0..200 {
        let before = shifts;
        for end in 0..2 {
            let (slope, curve) = derivatives(points, shifts, end);
            shifts[end] -= (slope / curve).clamp(-1.0, 1.0);
        }
        if shifts.iter().zip(before).all(|(now, before)| (now - before).abs() < 1e-6) {
            break;
        }
    }
    let cautious = |end: usize| {
        let deviation = derivatives(points, shifts, end).1.sqrt().recip();
        if shifts[end] > 0.0 { (shifts[end] - CAUTION * deviation).max(0.0) } else { shifts[end] }
    };
    Shifts::new(cautious(0), cautious(1))
}

/// The first and the second derivative of the penalised loss with respect to the shift at one `end`.
fn derivatives(points: &[Point], shifts: [f64; 2], end: usize) -> (f64, f64) {
    let precision = 1.0 / PRIOR.powi(2);
    let (mut slope, mut curve) = (shifts[end] * precision, precision);
    for point in points {
        let p = probability(Shifts::new(shifts[0], shifts[1]).shifted(point.x));
        let share = Shifts::shares(point.x)[end];
        slope += point.weight * (p - f64::from(u8::from(point.accepted))) * share;
        curve += point.weight * p * (1.0 - p) * share * share;
    }
    (slope, curve)
}

/// The weighed logarithmic loss, in nats.
fn loss(points: &[Point], shifts: Shifts) -> f64 {
    let of = |point: &Point| {
        let p = probability(shifts.shifted(point.x)).clamp(1e-6, 1.0 - 1e-6);
        -point.weight * if point.accepted { p.ln() } else { (1.0 - p).ln() }
    };
    points.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(stated: f64, group: usize, accepted: bool) -> Decided {
        Decided { rule: Rule::MisreadCharacter, stated: Confidence::of(stated), accepted, group }
    }

    /// Of groups at `stated`, `accepted` of ten.
    fn tenths(stated: f64, accepted: usize, groups: usize) -> Vec<Decided> {
        (0..groups).map(|group| decided(stated, group, group * 7 % 10 < accepted)).collect()
    }

    fn after(decided: &[Decided], stated: f64) -> f64 {
        let calibration = calibrate(decided);
        calibration
            .get(Rule::MisreadCharacter)
            .map_or(stated, |rule| rule.shifts.of(Confidence::of(stated)).probability())
    }

    #[test]
    fn confidences_that_are_right_stay() {
        assert!((after(&tenths(0.9, 9, 200), 0.9) - 0.9).abs() < 0.02);
    }

    #[test]
    fn confidences_that_promise_too_much_come_down_with_the_number_of_decisions() {
        let [few, some, many] = [10, 50, 400].map(|groups| after(&tenths(0.95, 6, groups), 0.95));
        assert!(few > some && some > many, "{few} {some} {many}");
        assert!((many - 0.6).abs() < 0.05, "{many}");
    }

    #[test]
    fn a_few_decisions_prove_little() {
        assert!(after(&tenths(0.9, 10, 5), 0.9) < 0.95);
    }

    #[test]
    fn it_takes_more_to_make_corrections_surer_than_less_sure() {
        let [accepted, rejected] = [10, 0].map(|of_ten| after(&tenths(0.8, of_ten, 10), 0.8));
        assert!((accepted - 0.8).abs() < 1e-6 && rejected < 0.7, "{accepted} {rejected}");
    }

    #[test]
    fn one_group_is_one_opinion_however_often_it_stands_there() {
        let mut one: Vec<Decided> = (0..100).map(|group| decided(0.9, group, true)).collect();
        let all = after(&one, 0.9);
        one.extend((0..400).map(|_| decided(0.9, 100, false)));
        let with_large_group = after(&one, 0.9);
        assert!(with_large_group < all && with_large_group > 0.5, "{all} {with_large_group}");
    }

    #[test]
    fn the_surer_correction_stays_the_surer() {
        let upside_down: Vec<Decided> =
            (0..200).map(|group| decided(if group % 2 == 0 { 0.6 } else { 0.95 }, group, group % 2 == 0)).collect();
        assert!(after(&upside_down, 0.95) >= after(&upside_down, 0.6));
    }

    #[test]
    fn what_cannot_be_wrong_is_left_alone() {
        let certain: Vec<Decided> = (0..50).map(|group| decided(1.0, group, false)).collect();
        assert_eq!(calibrate(&certain), Calibration::default());
    }
}
