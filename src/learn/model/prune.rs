use rayon::prelude::*;

use super::grams::Packing;
use super::smooth::Smoothed;
use crate::knowledge::model::{SEED, SLOTS, Symbol, bucket_of, extend, fingerprint};

/// What an n-gram is worth, by length and place: how much the model loses without it, or without a longer one that needs it.
///
/// The loss is the relative entropy of the model with the n-gram and without it (Stolcke 1998). How often a context occurs
/// is taken from the text: what Kneser-Ney gives short n-grams is no estimate of that (Chelba and others 2010).
pub(super) fn worths(smoothed: &[Smoothed], symbols: u64) -> Vec<Vec<f32>> {
    let mut worths: Vec<Vec<f32>> = vec![Vec::new()];
    for pair in smoothed.windows(2) {
        worths.push(losses(&pair[1], &pair[0], symbols));
    }
    for longer in (2..smoothed.len()).rev() {
        let (shorter_worths, longer_worths) = worths.split_at_mut(longer);
        let shorter_worths = &mut shorter_worths[longer - 1];
        for (at, &worth) in longer_worths[0].iter().enumerate() {
            for needed in [smoothed[longer].prefixes[at], smoothed[longer].suffixes[at]] {
                let needed = &mut shorter_worths[needed as usize];
                *needed = needed.max(worth);
            }
        }
    }
    worths
}

fn losses(grams: &Smoothed, shorter: &Smoothed, symbols: u64) -> Vec<f32> {
    let contexts = by_context(grams, shorter.keys.len());
    let loss_in = |context: usize| {
        let range = contexts[context] as usize..contexts[context + 1] as usize;
        let of = |at: usize| {
            (f64::from(grams.probabilities[at]), f64::from(shorter.probabilities[grams.suffixes[at] as usize]))
        };
        let (mut seen, mut backed) = (0.0, 0.0);
        for (p, q) in range.clone().map(of) {
            seen += p;
            backed += q;
        }
        let rest = |sum: f64| (1.0 - sum).max(1e-9);
        let backoff = rest(seen) / rest(backed);
        let frequency = f64::from(shorter.met[context]) / symbols as f64;
        range
            .map(move |at| {
                let (p, q) = of(at);
                let without = rest(seen - p) / rest(backed - q);
                let change = p * (q.ln() + without.ln() - p.ln()) + rest(seen) * (without.ln() - backoff.ln());
                (-frequency * change).max(0.0) as f32
            })
            .collect::<Vec<f32>>()
    };
    (0..shorter.keys.len()).into_par_iter().flat_map_iter(loss_in).collect()
}

/// Where the n-grams that begin with each context begin, and where the last ones end.
fn by_context(grams: &Smoothed, contexts: usize) -> Vec<u32> {
    let mut starts = vec![0; contexts + 1];
    for &prefix in &grams.prefixes {
        starts[prefix as usize + 1] += 1;
    }
    for context in 0..contexts {
        starts[context + 1] += starts[context];
    }
    starts
}

/// The n-grams that a table of `buckets` keeps.
pub(super) struct Kept {
    /// By length and place: whether it is kept. All single symbols are.
    pub(super) flags: Vec<Vec<bool>>,
    /// By bucket: the length and place of what it holds, the most valuable first.
    pub(super) buckets: Vec<[Option<(u8, u32)>; SLOTS]>,
}

/// Gives every bucket the n-grams of most worth that belong there, no two of one fingerprint, and takes away those whose
/// prefix or suffix found no room.
pub(super) fn keep(smoothed: &[Smoothed], worths: &[Vec<f32>], packing: Packing, buckets: usize) -> Kept {
    let mut flags: Vec<Vec<bool>> = smoothed.iter().map(|grams| vec![false; grams.keys.len()]).collect();
    flags[0].fill(true);
    let mut offers: Vec<(u32, f32, u16, u8, u32)> = Vec::new();
    let enough = least_worth(worths, buckets * SLOTS * 5 / 4);
    for (index, grams) in smoothed.iter().enumerate().skip(1) {
        let length = index + 1;
        offers.par_extend(grams.keys.par_iter().enumerate().filter_map(|(at, &key)| {
            let worth = worths[index][at];
            let hash = hash(key, length, packing);
            (worth >= enough)
                .then(|| (bucket_of(hash, buckets) as u32, worth, fingerprint(hash), length as u8, at as u32))
        }));
    }
    offers
        .par_sort_unstable_by(|a, b| (a.0, b.1, a.3, a.4).partial_cmp(&(b.0, a.1, b.3, b.4)).expect("no worth is NaN"));
    let mut kept = Kept { flags, buckets: vec![[None; SLOTS]; buckets] };
    for offers in offers.chunk_by(|a, b| a.0 == b.0) {
        let mut taken: Vec<u16> = Vec::with_capacity(SLOTS);
        for &(bucket, _, fingerprint, length, at) in offers {
            if taken.len() < SLOTS && !taken.contains(&fingerprint) {
                kept.buckets[bucket as usize][taken.len()] = Some((length, at));
                kept.flags[usize::from(length) - 1][at as usize] = true;
                taken.push(fingerprint);
            }
        }
    }
    for longer in 2..smoothed.len() {
        let (shorter, longer_flags) = kept.flags.split_at_mut(longer);
        let grams = &smoothed[longer];
        for (at, flag) in longer_flags[0].iter_mut().enumerate() {
            let has = |place: u32| shorter[longer - 1][place as usize];
            *flag &= has(grams.prefixes[at]) && has(grams.suffixes[at]);
        }
    }
    for slot in kept.buckets.iter_mut().flatten() {
        *slot = slot.filter(|&(length, at)| kept.flags[usize::from(length) - 1][at as usize]);
    }
    kept
}

/// What the n-gram of the given rank is worth.
fn least_worth(worths: &[Vec<f32>], rank: usize) -> f32 {
    let mut all: Vec<f32> = worths.concat();
    if all.len() <= rank {
        return 0.0;
    }
    *all.select_nth_unstable_by(rank, |a, b| b.total_cmp(a)).1
}

/// The hash that the model looks an n-gram up by.
pub(super) fn hash(key: u64, length: usize, packing: Packing) -> u64 {
    (0..length)
        .rev()
        .fold(SEED, |hash, place| extend(hash, Symbol::new((key / packing.power(place) % packing.symbols) as u16)))
}

/// The logarithms of the back-off weights of the n-grams of one length, given which of the `longer` ones are kept.
pub(super) fn backoffs(grams: &Smoothed, longer: Option<(&Smoothed, &[bool])>) -> Vec<f32> {
    let mut left = vec![(1.0, 1.0); grams.keys.len()];
    if let Some((longer, kept)) = longer {
        for at in (0..longer.keys.len()).filter(|&at| kept[at]) {
            let (seen, backed) = &mut left[longer.prefixes[at] as usize];
            *seen -= f64::from(longer.probabilities[at]);
            *backed -= f64::from(grams.probabilities[longer.suffixes[at] as usize]);
        }
    }
    left.into_iter().map(|(seen, backed): (f64, f64)| (seen.max(1e-6) / backed.max(1e-6)).ln() as f32).collect()
}
