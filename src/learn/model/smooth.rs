use rayon::prelude::*;

use super::grams::{Counted, Grams, Packing};

/// The probabilities of the n-grams of one length, with what links them to those one shorter.
#[derive(Debug, Default)]
pub(super) struct Smoothed {
    pub(super) keys: Vec<u64>,
    /// How often each was met.
    pub(super) met: Vec<u32>,
    /// The probability of the last symbol after the others.
    pub(super) probabilities: Vec<f32>,
    /// Where the n-gram without its last symbol stands among those one shorter.
    pub(super) prefixes: Vec<u32>,
    /// Where the n-gram without its first symbol stands among those one shorter.
    pub(super) suffixes: Vec<u32>,
}

/// The probabilities of all n-grams: interpolated modified Kneser-Ney (Chen and Goodman 1998).
pub(super) fn smooth(counted: Counted) -> Vec<Smoothed> {
    let packing = counted.packing;
    let discounts: Vec<[f64; 3]> = counted.grams.iter().map(|grams| grams.counts_of_counts.discounts()).collect();
    let mut smoothed: Vec<Smoothed> = Vec::new();
    let mut contexts = vec![counted.anywhere];
    for (grams, discounts) in counted.grams.into_iter().zip(discounts) {
        let length = smoothed.len() + 1;
        let (prefixes, suffixes) = match smoothed.last() {
            None => (vec![0; grams.keys.len()], Vec::new()),
            Some(shorter) => links(&grams, length, shorter, packing),
        };
        let probability = |at: usize| {
            let context = contexts[prefixes[at] as usize];
            let shorter = match smoothed.last() {
                None => 1.0 / packing.symbols as f64,
                Some(shorter) => f64::from(shorter.probabilities[suffixes[at] as usize]),
            };
            let count = grams.counts[at];
            let discount = if count == 0 { 0.0 } else { discounts[(count.min(3) - 1) as usize] };
            let own = (f64::from(count) - discount) / (context.sum as f64).max(1.0);
            (own + context.left_over(discounts) * shorter) as f32
        };
        let probabilities = (0..grams.keys.len()).into_par_iter().map(probability).collect();
        contexts = grams.followers;
        smoothed.push(Smoothed { keys: grams.keys, met: grams.met, probabilities, prefixes, suffixes });
    }
    smoothed
}

/// Where the prefixes and the suffixes of `grams` stand among the `shorter`, which hold them all.
fn links(grams: &Grams, length: usize, shorter: &Smoothed, packing: Packing) -> (Vec<u32>, Vec<u32>) {
    let place = |key: u64| shorter.keys.binary_search(&key).unwrap_or_else(|at| at) as u32;
    grams.keys.par_iter().map(|&key| (place(packing.prefix(key)), place(packing.suffix(key, length)))).unzip()
}
