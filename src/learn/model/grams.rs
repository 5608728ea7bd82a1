use super::counter::Counter;
use crate::Result;
use crate::knowledge::model::Symbol;

/// How n-grams of up to `order` symbols are packed into numbers that sort like the n-grams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packing {
    pub(super) order: usize,
    /// How many symbols there are.
    pub(super) symbols: u64,
}

impl Packing {
    /// The most symbols that n-grams of `order` can be packed with.
    pub(super) fn most_symbols(order: usize) -> usize {
        let most = (u64::MAX as f64).powf(1.0 / order as f64).floor() - 1.0;
        (most as usize).min(usize::from(u16::MAX))
    }

    /// The number of an n-gram.
    pub(super) fn pack(self, gram: &[Symbol]) -> u64 {
        gram.iter().fold(0, |key, symbol| key * self.symbols + symbol.number() as u64)
    }

    /// The last symbol of the n-gram `key`.
    pub(super) fn last(self, key: u64) -> Symbol {
        Symbol::new((key % self.symbols) as u16)
    }

    /// The first symbol of an n-gram of `length`.
    pub(super) fn first(self, key: u64, length: usize) -> Symbol {
        Symbol::new((key / self.power(length - 1)) as u16)
    }

    /// The n-gram without its last symbol.
    pub(super) fn prefix(self, key: u64) -> u64 {
        key / self.symbols
    }

    /// The n-gram of `length` without its first symbol.
    pub(super) fn suffix(self, key: u64, length: usize) -> u64 {
        key % self.power(length - 1)
    }

    pub(super) fn power(self, length: usize) -> u64 {
        self.symbols.pow(length as u32)
    }
}

/// How often n-grams of one length were met so many times: once, twice, three times, four times, and in all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CountsOfCounts(pub(super) [u64; 4]);

impl CountsOfCounts {
    pub(super) fn add(&mut self, count: u64) {
        if let Some(slot) = (count as usize).checked_sub(1).and_then(|index| self.0.get_mut(index)) {
            *slot += 1;
        }
    }

    /// What is taken off counts of one, two, and three or more (Chen and Goodman 1998, equation 26).
    pub(super) fn discounts(&self) -> [f64; 3] {
        let n = self.0.map(|count| count.max(1) as f64);
        let y = n[0] / (n[0] + 2.0 * n[1]);
        [0, 1, 2].map(|k| {
            let count = (k + 1) as f64;
            (count - (count + 1.0) * y * n[k + 1] / n[k]).clamp(0.05, count - 0.05)
        })
    }
}

/// What follows a context: the sum of the counts, and how many symbols follow once, twice, and more often.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Followers {
    pub(super) sum: u64,
    pub(super) kinds: [u32; 3],
}

impl Followers {
    fn add(&mut self, count: u64) {
        self.sum += count;
        self.kinds[(count.clamp(1, 3) - 1) as usize] += 1;
    }

    /// The share of probability that is left for what was not met after the context.
    pub(super) fn left_over(&self, discounts: [f64; 3]) -> f64 {
        let taken: f64 = self.kinds.iter().zip(discounts).map(|(&kinds, discount)| f64::from(kinds) * discount).sum();
        taken / (self.sum as f64).max(1.0)
    }
}

/// The n-grams of one length that may be kept, their keys rising.
#[derive(Debug, Default)]
pub(super) struct Grams {
    pub(super) keys: Vec<u64>,
    /// How often each was met.
    pub(super) met: Vec<u32>,
    /// What the smoothing counts: as `met` for the longest; for others, after how many different symbols each was met.
    pub(super) counts: Vec<u32>,
    /// What follows each, counted in the same way among the next longer ones.
    pub(super) followers: Vec<Followers>,
    pub(super) counts_of_counts: CountsOfCounts,
}

/// All that the smoothing needs to know of a text.
pub(super) struct Counted {
    pub(super) packing: Packing,
    /// By length, from one symbol on.
    pub(super) grams: Vec<Grams>,
    /// What begins anywhere: the followers of the empty context.
    pub(super) anywhere: Followers,
    /// How many symbols the text has.
    pub(super) symbols: u64,
}

/// Takes the n-grams that were met at least as often as `least` says (by length) from the windows of a text: for each
/// symbol the n-gram that begins with it, filled up with [`Symbol::NONE`] where the paragraph ends.
pub(super) fn count(windows: &Counter, packing: Packing, least: &[u64]) -> Result<Counted> {
    let order = packing.order;
    let mut counted = Counted {
        packing,
        grams: (0..order).map(|_| Grams::default()).collect(),
        anywhere: Followers::default(),
        symbols: 0,
    };
    let kinds: Vec<Counter> = (1..order).map(|_| Counter::default()).collect();
    let mut kinds_of: Vec<_> = kinds.iter().map(Counter::keys).collect();

    // The n-gram of each length that is being counted.
    let mut open: Vec<(u64, u64)> = vec![(0, 0); order];
    let mut close = |length: usize, key: u64, met: u64| -> Result<()> {
        if met == 0 || packing.last(key) == Symbol::NONE {
            return Ok(());
        }
        if length == 1 {
            counted.symbols += met;
        }
        if length > 1 {
            kinds_of[length - 2].push(packing.suffix(key, length))?;
        }
        // Nothing stands before a paragraph: what begins one is counted as often as it was met.
        if (2..order).contains(&length) && packing.first(key, length) == Symbol::BOUNDARY {
            for _ in 0..met {
                kinds_of[length - 1].push(key)?;
            }
        }
        let grams = &mut counted.grams[length - 1];
        if length == order {
            grams.counts_of_counts.add(met);
        }
        if met >= least[length - 1] {
            grams.keys.push(key);
            grams.met.push(u32::try_from(met).unwrap_or(u32::MAX));
        }
        Ok(())
    };
    windows.merge(|window, met| {
        let mut key = window;
        for length in (1..=order).rev() {
            let (open_key, open_met) = open[length - 1];
            if open_key == key && open_met > 0 {
                open[length - 1].1 += met;
            } else {
                close(length, open_key, open_met)?;
                open[length - 1] = (key, met);
            }
            key = packing.prefix(key);
        }
        Ok(())
    })?;
    for length in 1..=order {
        let (key, met) = open[length - 1];
        close(length, key, met)?;
    }
    for keys in kinds_of {
        keys.finish()?;
    }

    for grams in &mut counted.grams {
        grams.counts = vec![0; grams.keys.len()];
        grams.followers = vec![Followers::default(); grams.keys.len()];
    }
    for (shorter, kinds) in kinds.iter().enumerate() {
        counted.take_counts(shorter + 1, kinds)?;
    }
    counted.take_counts(order, windows)?;
    Ok(counted)
}

impl Counted {
    /// Takes the counts of the n-grams of `length`, and with them the followers of those one shorter.
    fn take_counts(&mut self, length: usize, counter: &Counter) -> Result<()> {
        let packing = self.packing;
        let (shorter, grams) = self.grams.split_at_mut(length - 1);
        let (grams, mut context) = (&mut grams[0], shorter.last_mut());
        let (mut at, mut context_at) = (0, 0);
        counter.merge(|key, count| {
            if packing.last(key) == Symbol::NONE {
                return Ok(());
            }
            if length < packing.order {
                grams.counts_of_counts.add(count);
            }
            let prefix = packing.prefix(key);
            match &mut context {
                None => self.anywhere.add(count),
                Some(context) => {
                    while context.keys.get(context_at).is_some_and(|&known| known < prefix) {
                        context_at += 1;
                    }
                    if context.keys.get(context_at) == Some(&prefix) {
                        context.followers[context_at].add(count);
                    }
                }
            }
            while grams.keys.get(at).is_some_and(|&known| known < key) {
                at += 1;
            }
            if grams.keys.get(at) == Some(&key) {
                grams.counts[at] = u32::try_from(count).unwrap_or(u32::MAX);
            }
            Ok(())
        })
    }
}
