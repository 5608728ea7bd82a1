//! The constants of the channel, fitted by likelihood on confusions that were not counted.

use std::fmt::Write as _;
use std::path::Path;

use rustc_hash::FxHashMap;

use crate::Result;
use crate::knowledge::channel::{Known, LINE, Odds, Terms};
use crate::knowledge::{Channel, Characters, Confusions, Counts, Model, Parameters, Shapes};
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
///
/// # Errors
///
/// [`Error::Usage`](crate::Error::Usage) when there are more characters than a table of confusions can number.
pub fn fit_channel(folds: &[Fold], shapes: &Shapes) -> Result<(Parameters, f64)> {
    let held = folds.iter().map(|fold| Held::new(fold, shapes)).collect::<Result<Vec<Held>>>()?;
    let mut best = Parameters { prior: 20.0, shape: 0.6, reverse: 0.2, base: 0.2, mean: 50.0 };
    let mut score = likelihood(&held, &best);
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
                let likelihood = likelihood(&held, &tried);
                if likelihood > score {
                    (best, score) = (tried, likelihood);
                }
            }
        }
        if score - before < 1e-4 {
            let log: f64 = held.iter().map(|held| held.confusions(&best)).sum();
            return Ok((best, log / errors(&held)));
        }
    }
}

/// What was held out, as what was counted sees it.
struct Held {
    odds: Odds,
    /// Confusions, with how often each was met.
    confusions: Vec<(Terms, f64)>,
    /// Characters, with how often each was read wrongly and rightly.
    characters: Vec<(Known, f64, f64)>,
}

impl Held {
    fn new(fold: &Fold, shapes: &Shapes) -> Result<Self> {
        let odds = Odds::new(&Confusions::from_bytes(fold.counted.encode()?, Path::new("confusions"))?, shapes);
        let mut wrong: FxHashMap<char, f64> = FxHashMap::default();
        let mut confusions = Vec::new();
        for (truth, read, count) in singles(&fold.held_out) {
            confusions.push((odds.terms(&odds.of(truth), &odds.of(read), odds.counts(truth, read)), count));
            *wrong.entry(truth).or_default() += count;
        }
        let rendered = fold.held_out.all_rendered().map(|(c, times)| {
            let wrong = wrong.get(&c).copied().unwrap_or_default().min(f64::from(times));
            (odds.of(c), wrong, f64::from(times) - wrong)
        });
        let characters = rendered.collect();
        Ok(Self { odds, confusions, characters })
    }

    fn confusions(&self, parameters: &Parameters) -> f64 {
        self.confusions.iter().map(|(terms, count)| count * terms.given_error(parameters).ln()).sum()
    }

    fn rates(&self, parameters: &Parameters) -> f64 {
        let of = |&(character, wrong, right): &(Known, f64, f64)| {
            let rate = self.odds.error_rate(&character, parameters);
            wrong * rate.ln() + right * (1.0 - rate).ln()
        };
        self.characters.iter().map(of).sum()
    }
}

/// The mean logarithm of the probability of what was held out, errors and right readings, for each error.
fn likelihood(held: &[Held], parameters: &Parameters) -> f64 {
    held.iter().map(|held| held.confusions(parameters) + held.rates(parameters)).sum::<f64>() / errors(held)
}

fn errors(held: &[Held]) -> f64 {
    held.iter().flat_map(|held| &held.confusions).map(|(_, count)| count).sum::<f64>().max(1.0)
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
/// readings of a channel of the tables that are part of the program; and how many there are.
pub fn reached(parameters: &Parameters, held_out: &Counts, depths: &[usize]) -> (Vec<u64>, u64) {
    let channel = Channel::new(Confusions::embedded(), Shapes::embedded(), Model::embedded(), parameters);
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
