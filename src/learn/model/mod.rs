//! A language model from plain text.

mod corpus;
mod counter;
mod grams;
mod prune;
mod smooth;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::table::put;
use crate::knowledge::Model;
use crate::knowledge::model::{BUCKET, FORMAT, LONGEST, SLOTS, Symbol, Symbols, fingerprint, is_own, is_seen, value};
use crate::knowledge::table::Alphabet;
use crate::{Error, Result};

use corpus::{Corpus, Part};
use counter::Counter;
use grams::Packing;
use prune::{Kept, backoffs, hash, keep, worths};
use smooth::{Smoothed, smooth};

/// A character that was met less often is a rare one.
const LEAST_CHARACTER: u64 = 5;

/// N-grams of three symbols and more are kept only if they were met so often: three in four of those met once are not met
/// again, and they make up most of the memory that training takes.
const LEAST_LONG: u64 = 2;

/// What the first line, the hash and the numbers before the alphabet may take, in bytes.
const HEAD: usize = 128;

/// What a symbol takes: its character, and two floats.
const SYMBOL: usize = 12;

/// How a language model is made.
#[derive(Debug, Clone)]
pub struct Training {
    /// The length of the longest n-grams, in characters: 2 to 5.
    pub order: usize,
    /// The size of the whole model, in bytes.
    pub size: usize,
    /// Files or folders of texts that must not be learnt, because something will be measured on them: their paragraphs are
    /// passed over, whatever their marks and blanks.
    pub excluded: Vec<PathBuf>,
}

/// How far a training is.
#[derive(Debug, Clone, Copy)]
pub enum TrainingStep {
    /// The characters of the corpus are counted.
    Characters,
    /// Its n-grams are counted.
    Grams,
    /// They are added up, and their probabilities worked out.
    Smoothing,
    /// So many bytes were read.
    Bytes(u64),
}

/// A model, and what is known of it.
pub struct Trained {
    /// The bytes of the model.
    pub bytes: Vec<u8>,
    /// How many symbols it was counted on.
    pub symbols: u64,
    /// How many n-grams of each length it holds, from one symbol on.
    pub grams: Vec<usize>,
    /// The perplexity, a symbol, of paragraphs that were held out of training: one in 200.
    pub perplexity: f64,
    /// How many symbols these have.
    pub held_out: u64,
}

impl Training {
    /// Counts, smooths (interpolated modified Kneser-Ney), prunes (by relative entropy) and quantises.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] and [`Error::Usage`] of the corpus and the order; [`Error::Write`] when the folder for temporary
    /// files is full.
    pub fn run(&self, corpus: &[PathBuf], progress: &(dyn Fn(TrainingStep) + Sync)) -> Result<Trained> {
        if !(2..=LONGEST).contains(&self.order) {
            return Err(Error::Usage(format!("the order is {}; it must be 2 to {LONGEST}", self.order)));
        }
        let corpus = Corpus::open(corpus, &self.excluded)?;
        progress(TrainingStep::Characters);
        let characters = Characters::count(&corpus, Packing::most_symbols(self.order), progress)?;
        let symbols = Symbols::from_characters(characters.kept.iter().copied());
        let packing = Packing { order: self.order, symbols: (Symbols::FIRST + characters.kept.len()) as u64 };
        progress(TrainingStep::Grams);
        let windows = windows(&corpus, &symbols, packing, progress)?;
        progress(TrainingStep::Smoothing);
        let least: Vec<u64> = (1..=self.order).map(|length| if length < 3 { 1 } else { LEAST_LONG }).collect();
        let counted = grams::count(&windows, packing, &least)?;
        let count = counted.symbols;
        let smoothed = smooth(counted);
        let buckets = self.size.saturating_sub(HEAD + packing.symbols as usize * SYMBOL) / BUCKET;
        if buckets == 0 {
            return Err(Error::Usage(format!("a model of {} bytes cannot even hold the alphabet", self.size)));
        }
        let kept = keep(&smoothed, &worths(&smoothed, count), packing, buckets);
        let bytes = seal(&characters, packing, &smoothed, &kept)?;
        let (perplexity, held_out) = perplexity(&bytes, &corpus)?;
        let grams = kept.flags.iter().map(|flags| flags.iter().filter(|&&kept| kept).count()).collect();
        Ok(Trained { bytes, symbols: count, grams, perplexity, held_out })
    }
}

/// The characters of a corpus.
struct Characters {
    /// Those that the model tells apart, rising.
    kept: Vec<char>,
    /// How many others there are.
    others: usize,
}

impl Characters {
    fn count(corpus: &Corpus, most: usize, progress: &(dyn Fn(TrainingStep) + Sync)) -> Result<Self> {
        let counts = corpus.fold(Part::Training, FxHashMap::<char, u64>::default, |counts, line| {
            progress(TrainingStep::Bytes(line.len() as u64));
            for c in line.chars().filter(|&c| is_seen(c)) {
                *counts.entry(c).or_default() += 1;
            }
            Ok(())
        })?;
        let mut sums = FxHashMap::<char, u64>::default();
        for (c, count) in counts.into_iter().flatten() {
            *sums.entry(c).or_default() += count;
        }
        let mut frequent: Vec<(u64, char)> = sums
            .iter()
            .filter(|&(&c, &count)| is_own(c) && count >= LEAST_CHARACTER)
            .map(|(&c, &count)| (count, c))
            .collect();
        frequent.sort_unstable_by_key(|&(count, c)| (std::cmp::Reverse(count), c));
        frequent.truncate(most - Symbols::FIRST);
        let mut kept: Vec<char> = frequent.into_iter().map(|(_, c)| c).collect();
        kept.sort_unstable();
        let others = sums.keys().filter(|c| is_own(**c)).count() - kept.len();
        Ok(Self { kept, others })
    }

    /// What it costs to say which of the other characters a rare one is; one more stands for all that no text held.
    fn penalty(&self) -> f32 {
        -((self.others + 1) as f32).ln()
    }
}

/// The n-grams that begin with each symbol of the training part of `corpus`.
fn windows(
    corpus: &Corpus,
    symbols: &Symbols,
    packing: Packing,
    progress: &(dyn Fn(TrainingStep) + Sync),
) -> Result<Counter> {
    let counter = Counter::default();
    let keys = corpus.fold(
        Part::Training,
        || (counter.keys(), Vec::new()),
        |(keys, line), paragraph| {
            progress(TrainingStep::Bytes(paragraph.len() as u64));
            line.clear();
            line.push(Symbol::BOUNDARY);
            for symbol in symbols.of(paragraph) {
                if line.last().is_none_or(|&last| !symbol.goes_on_with(last)) {
                    line.push(symbol);
                }
            }
            line.push(Symbol::BOUNDARY);
            line.extend(vec![Symbol::NONE; packing.order - 1]);
            line.windows(packing.order).try_for_each(|window| keys.push(packing.pack(window)))
        },
    )?;
    for (keys, _) in keys {
        keys.finish()?;
    }
    Ok(counter)
}

/// The bytes of the model.
fn seal(characters: &Characters, packing: Packing, smoothed: &[Smoothed], kept: &Kept) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    put(&mut body, packing.order)?;
    put(&mut body, characters.kept.len())?;
    put(&mut body, kept.buckets.len())?;
    body.extend(characters.penalty().to_le_bytes());
    body.extend(Alphabet::encode(characters.kept.iter().copied()));

    let backoffs: Vec<Vec<f32>> = (0..packing.order)
        .map(|index| {
            backoffs(&smoothed[index], smoothed.get(index + 1).zip(kept.flags.get(index + 1).map(Vec::as_slice)))
        })
        .collect();
    // A symbol that no text held, if only because it stands for others, is as likely as the least likely one.
    let least = smoothed[0].probabilities.iter().copied().fold(1.0, f32::min).ln();
    let mut unigrams = vec![[least, 0.0]; packing.symbols as usize];
    for (at, &key) in smoothed[0].keys.iter().enumerate() {
        unigrams[key as usize] = [smoothed[0].probabilities[at].ln(), backoffs[0][at]];
    }
    body.extend(unigrams.into_iter().flatten().flat_map(f32::to_le_bytes));

    for bucket in &kept.buckets {
        let mut bytes = [0; BUCKET];
        for (slot, entry) in bucket.iter().enumerate() {
            let Some((length, at)) = *entry else { continue };
            let (length, at) = (usize::from(length), at as usize);
            let hash = hash(smoothed[length - 1].keys[at], length, packing);
            let value = value(smoothed[length - 1].probabilities[at].ln(), backoffs[length - 1][at]);
            bytes[2 * slot..][..2].copy_from_slice(&fingerprint(hash).to_le_bytes());
            bytes[2 * SLOTS + 2 * slot..][..2].copy_from_slice(&value);
        }
        body.extend(bytes);
    }
    Ok(FORMAT.seal(&body))
}

/// The perplexity of the paragraphs that were held out, and how many symbols they have.
fn perplexity(bytes: &[u8], corpus: &Corpus) -> Result<(f64, u64)> {
    let model = Model::from_bytes(bytes.to_vec(), Path::new("the new model"))?;
    let sums = corpus.fold(
        Part::HeldOut,
        || (0.0, 0_u64),
        |(sum, count), paragraph| {
            let (mut context, mut last) = (model.beginning(), Symbol::BOUNDARY);
            for symbol in model.symbols().of(paragraph).chain([Symbol::BOUNDARY]) {
                let (probability, next) = model.step(&context, symbol);
                *sum += f64::from(probability);
                *count += u64::from(!symbol.goes_on_with(last));
                (context, last) = (next, symbol);
            }
            Ok(())
        },
    )?;
    let (sum, count) = sums.into_iter().fold((0.0, 0), |(sum, count), (s, c)| (sum + s, count + c));
    Ok(((-sum / (count.max(1) as f64)).exp(), count))
}
