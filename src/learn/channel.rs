//! The constants of the channel, fitted by likelihood on confusions that were not counted.

use std::fmt::Write as _;

use crate::knowledge::channel::{LINE, Model};
use crate::knowledge::{Channel, Characters, Confusions, Counts, Parameters, Shapes};
use crate::text::is_han;

/// Confusions that are counted, and others that they are held to.
pub struct Fold {
    /// What is counted.
    pub counted: Counts,
    /// What the constants are fitted to.
    pub held_out: Counts,
}

/// The constants that make the confusions held out likeliest, and how likely they are then: nats for each confusion.
///
/// One constant after another is tried on a scale of steps, until none gets better; the shares of the prior add up to 1.
pub fn fit_channel(folds: &[Fold], shapes: &Shapes) -> (Parameters, f64) {
    let models: Vec<(Model, &Counts)> =
        folds.iter().map(|fold| (Model::new(&fold.counted, shapes), &fold.held_out)).collect();
    let mut best = Parameters { slope: 20.0, prior: 20.0, shape: 0.6, reverse: 0.2, base: 0.2, mean: 50.0 };
    let mut score = likelihood(&models, &best);
    loop {
        let before = score;
        for at in 0..best.named().len() {
            for factor in [0.5, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 2.0] {
                let mut tried = best;
                *tried.named()[at].1 *= factor;
                let all = tried.shape + tried.reverse + tried.base;
                for share in [&mut tried.shape, &mut tried.reverse, &mut tried.base] {
                    *share /= all;
                }
                let likelihood = likelihood(&models, &tried);
                if likelihood > score {
                    (best, score) = (tried, likelihood);
                }
            }
        }
        if score - before < 1e-4 {
            return (best, confusions_only(&models, &best));
        }
    }
}

/// The mean logarithm of the probability of what was held out, errors and right readings, for each error.
fn likelihood(models: &[(Model, &Counts)], parameters: &Parameters) -> f64 {
    let (mut log, mut errors) = (0.0, 0.0);
    for (model, held_out) in models {
        let mut wrong: rustc_hash::FxHashMap<char, f64> = rustc_hash::FxHashMap::default();
        for (truth, read, count) in singles(held_out) {
            log += count * model.given_error(truth, read, parameters).ln();
            errors += count;
            *wrong.entry(truth).or_default() += count;
        }
        for (truth, count) in held_out.all_rendered() {
            let wrong = wrong.get(&truth).copied().unwrap_or_default().min(f64::from(count));
            let rate = model.error_rate(truth, parameters);
            log += wrong * rate.ln() + (f64::from(count) - wrong) * (1.0 - rate).ln();
        }
    }
    log / f64::max(errors, 1.0)
}

fn confusions_only(models: &[(Model, &Counts)], parameters: &Parameters) -> f64 {
    let (mut log, mut errors) = (0.0, 0.0);
    for (model, held_out) in models {
        for (truth, read, count) in singles(held_out) {
            log += count * model.given_error(truth, read, parameters).ln();
            errors += count;
        }
    }
    log / f64::max(errors, 1.0)
}

fn singles(counts: &Counts) -> impl Iterator<Item = (char, char, f64)> {
    counts.confused().filter_map(|(truth, read, count)| Some((truth.single()?, read.single()?, f64::from(count))))
}

/// `parameters` as a file, with comments of its `origin`.
pub fn write_channel(mut parameters: Parameters, origin: &str) -> String {
    let mut text = format!("{LINE}\n");
    for line in origin.lines() {
        text.extend(["# ", line, "\n"]);
    }
    for (name, value) in parameters.named() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name} {value:.4}");
    }
    text
}

/// For each of `depths`, how many wrong Chinese characters of `held_out` have their truth among so many likeliest
/// readings of a channel of `confusions`; and how many there are.
pub fn reached(
    confusions: &Confusions,
    parameters: &Parameters,
    held_out: &Counts,
    depths: &[usize],
) -> (Vec<u64>, u64) {
    let channel = Channel::new(confusions, Shapes::embedded(), parameters);
    let (mut reached, mut all) = (vec![0; depths.len()], 0);
    for (truth, read, count) in held_out.confused() {
        let (Some(c), Some(o)) = (truth.single(), read.single()) else { continue };
        if !is_han(c) || !is_han(o) {
            continue;
        }
        all += u64::from(count);
        let single = channel.readings(Characters::from(o)).iter().filter(|reading| reading.truth.single().is_some());
        let rank = single.take_while(|reading| reading.truth != truth).count();
        let listed = channel.readings(Characters::from(o)).iter().any(|reading| reading.truth == truth);
        for (reached, &depth) in reached.iter_mut().zip(depths) {
            *reached += if listed && rank < depth { u64::from(count) } else { 0 };
        }
    }
    (reached, all)
}
