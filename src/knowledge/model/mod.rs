//! The language model: how likely a character is after those before it.

mod symbols;

pub use symbols::{Symbol, Symbols};
pub(crate) use symbols::{is_own, is_seen};

use std::borrow::Cow;
use std::hint::black_box;
use std::path::Path;
use std::sync::LazyLock;

use super::table::{Alphabet, Bytes, Format, Sections};
use crate::Result;
use crate::text::is_han;

pub(crate) const FORMAT: Format = Format { line: "kanwu model 1\n", command: "kanwu train CORPUS... -o FILE" };

/// The longest n-grams that a model may hold.
pub(crate) const LONGEST: usize = 5;

/// How many n-grams a bucket holds.
pub(crate) const SLOTS: usize = 16;

/// A bucket is what a processor fetches from memory at once.
pub(crate) const BUCKET: usize = 4 * SLOTS;

/// How many bytes the embedded table has.
const NEWS_LENGTH: usize = include_bytes!("../../../dictionaries/news.lm").len();

/// The embedded table so that it ends where a bucket may end: its buckets come last, and a processor fetches one that lies across
/// such a place twice.
#[repr(C, align(64))]
struct EndAligned {
    padding: [u8; NEWS_LENGTH.next_multiple_of(BUCKET) - NEWS_LENGTH],
    table: [u8; NEWS_LENGTH],
}

static NEWS: EndAligned = EndAligned {
    padding: [0; NEWS_LENGTH.next_multiple_of(BUCKET) - NEWS_LENGTH],
    table: *include_bytes!("../../../dictionaries/news.lm"),
};

/// For how many symbols memory is asked at once: what they look up fits into the smallest cache. Chosen by hand.
const STRETCH: usize = 32;

/// What a character costs by itself, in nats, that the model hardly knows. Chosen by hand.
const HARDLY_KNOWN: f32 = 11.0;

/// The share of the Chinese characters from which on the model does not know the script. Of 215 pages of simplified text, read by
/// engines or not, none had more than 0.016 of characters that are hardly known; traditional text has 0.2 to 0.3.
const FOREIGN: f32 = 0.03;

/// As if so many characters more had been seen: a line may hold a rare name. Chosen by hand.
const UNSEEN: usize = 100;

/// Logarithms are kept in steps of a sixteenth.
const STEPS: f32 = 16.0;

/// The byte that stands for a back-off weight of one, whose logarithm is 0.
const NO_BACKOFF: u8 = 128;

/// A character n-gram model, used as it lies.
///
/// All n-grams of two characters and more lie in one hash table. A bucket holds sixteen: their fingerprints (two bytes each),
/// then their values (two bytes each: minus the logarithm of the probability of the last character after the others; the
/// logarithm of the back-off weight, plus 128; in sixteenths). With an n-gram, the shorter ones that it begins and ends with
/// are kept as well, so a look-up goes from short to long and stops at the first that is missing: a look-up costs one fetch
/// for each character of the longest n-gram that is there, and one more. An n-gram that is absent is taken for one that is
/// there in about one case of 4,000 (sixteen fingerprints of sixteen bits).
///
/// The body of the table: the order; how many characters and buckets there are; the penalty of a character among those that
/// the alphabet lacks (4 bytes, a float); the alphabet; for each symbol the logarithms of its probability and of its back-off
/// weight (two floats); the buckets.
#[derive(Debug, Clone)]
pub struct Model {
    order: usize,
    symbols: Symbols,
    rare: f32,
    unigrams: Vec<[f32; 2]>,
    buckets: Bytes,
}

/// How many Chinese characters a text has, and how many of them the model hardly knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Script {
    pub(crate) all: usize,
    hardly_known: usize,
}

impl Script {
    /// Whether the model knows the script that they are of.
    pub fn is_known(self) -> bool {
        self.hardly_known as f32 <= FOREIGN * (self.all + UNSEEN) as f32
    }

    /// What was counted of two texts, as of one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { all: self.all + other.all, hardly_known: self.hardly_known + other.hardly_known }
    }
}

/// What a model remembers of the characters before a place.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The hashes of the last one, two, three… symbols, as far as the model holds them.
    hashes: [u64; LONGEST - 1],
    backoffs: [f32; LONGEST - 1],
    length: usize,
    last: Symbol,
}

impl Context {
    /// Nothing is known of what stands before.
    pub const UNKNOWN: Self =
        Self { hashes: [0; LONGEST - 1], backoffs: [0.0; LONGEST - 1], length: 0, last: Symbol::NONE };

    /// Whether the model can tell this one from `other`.
    pub fn is_like(&self, other: &Self) -> bool {
        self.length == other.length && self.last == other.last && self.hashes == other.hashes
    }

    /// How many of the last characters the model knows together: at most one less than its order.
    pub fn known(&self) -> usize {
        self.length
    }
}

impl Model {
    /// The model that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Model> = LazyLock::new(|| {
            Model::take(FORMAT.embedded(&NEWS.table, "dictionaries/news.lm")).expect("the tests read this table")
        });
        &EMBEDDED
    }

    /// The model in `bytes`; `path` is where they come from.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table) when it is not a model, damaged, or of another version.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, path: &Path) -> Result<Self> {
        Self::take(FORMAT.open(bytes.into(), path)?)
    }

    fn take(mut sections: Sections<'_>) -> Result<Self> {
        let (order, characters, buckets) = (sections.number()?, sections.number()?, sections.number()?);
        if !(2..=LONGEST).contains(&order) || characters >= usize::from(u16::MAX) || buckets == 0 {
            return Err(sections.refuse("its head makes no sense"));
        }
        let rare = floats(&sections.next(1, 4)?).next().unwrap_or_default();
        let symbols = Symbols::new(&Alphabet::take(&mut sections, characters)?);
        let unigrams = sections.next(Symbols::FIRST + characters, 8)?;
        let unigrams = unigrams.chunks_exact(8).map(|two| {
            let mut two = floats(two);
            [two.next().unwrap_or_default(), two.next().unwrap_or_default()]
        });
        let unigrams = unigrams.collect();
        Ok(Self { order, symbols, rare, unigrams, buckets: sections.next(buckets, BUCKET)? })
    }

    /// The length of the longest n-grams.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The characters that the model tells apart.
    pub fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// What is known where a paragraph begins.
    pub fn beginning(&self) -> Context {
        self.step(&Context::UNKNOWN, Symbol::BOUNDARY).1
    }

    /// The natural logarithm of the probability of `symbol` after `context`, and the context after it.
    ///
    /// A run of digits or of Latin letters is one symbol; what goes on with it costs nothing.
    #[inline]
    pub fn step(&self, context: &Context, symbol: Symbol) -> (f32, Context) {
        if symbol.goes_on_with(context.last) {
            return (0.0, *context);
        }
        let [mut probability, backoff] = self.unigrams.get(symbol.number()).copied().unwrap_or([self.rare, 0.0]);
        let mut next = Context { last: symbol, length: 1, ..Context::UNKNOWN };
        next.hashes[0] = extend(SEED, symbol);
        next.backoffs[0] = backoff;
        let mut found = 1;
        for known in 0..context.length {
            let hash = extend(context.hashes[known], symbol);
            let Some(value) = self.find(hash) else { break };
            found += 1;
            probability = -f32::from(value[0]) / STEPS;
            if found < self.order {
                next.hashes[found - 1] = hash;
                next.backoffs[found - 1] = (f32::from(value[1]) - f32::from(NO_BACKOFF)) / STEPS;
                next.length = found;
            }
        }
        for backoff in &context.backoffs[(found - 1).min(context.length)..context.length] {
            probability += backoff;
        }
        if symbol == Symbol::RARE {
            probability += self.rare;
        }
        (probability, next)
    }

    /// Reads `symbols` after `context`: for each, the natural logarithm of its probability, and the context after it.
    ///
    /// Look-ups hang on one another, and the table is larger than a processor's caches; what a stretch of symbols may look up is
    /// therefore asked of memory all at once, before it is read.
    pub fn read_each(&self, context: &Context, symbols: &[Symbol]) -> impl Iterator<Item = (f32, Context)> {
        let mut context = *context;
        (0..symbols.len()).map(move |at| {
            if at.is_multiple_of(STRETCH) {
                let end = (at + STRETCH).min(symbols.len());
                let from = at.saturating_sub(self.order - 1);
                self.fetch(&symbols[from..end], at - from);
            }
            let read = self.step(&context, symbols[at]);
            context = read.1;
            read
        })
    }

    /// Asks memory for the n-grams of `symbols` that end at place `first` or after it, and does not wait for them.
    fn fetch(&self, symbols: &[Symbol], first: usize) {
        let buckets: &[u8] = &self.buckets;
        let many = buckets.len() / BUCKET;
        // By how many symbols: the hash of so many up to this one.
        let mut hashes = [SEED; LONGEST];
        let mut touched = 0;
        for (at, &symbol) in symbols.iter().enumerate() {
            for known in (0..self.order.min(at + 1)).rev() {
                let hash = extend(hashes[known], symbol);
                if known > 0 && at >= first {
                    touched ^= buckets.get(bucket_of(hash, many) * BUCKET).copied().unwrap_or_default();
                }
                if known + 1 < LONGEST {
                    hashes[known + 1] = hash;
                }
            }
        }
        black_box(touched);
    }

    /// The natural logarithm of the probability of `symbol`, whatever stands before it.
    #[inline]
    pub fn alone(&self, symbol: Symbol) -> f32 {
        let [probability, _] = self.unigrams.get(symbol.number()).copied().unwrap_or([self.rare, 0.0]);
        if symbol == Symbol::RARE { probability + self.rare } else { probability }
    }

    /// Whether the model knows the script of `text`, by the Chinese characters in it: in another script all is improbable, and
    /// what the model is used to is wrong.
    pub fn knows_script(&self, text: impl Iterator<Item = char>) -> bool {
        self.script(text).is_known()
    }

    /// How well the model knows the Chinese characters of `text`.
    pub fn script(&self, text: impl Iterator<Item = char>) -> Script {
        let mut script = Script::default();
        for c in text.filter(|&c| is_han(c)) {
            script.all += 1;
            script.hardly_known += usize::from(-self.alone(self.symbols.symbol(c)) >= HARDLY_KNOWN);
        }
        script
    }

    /// All symbols that the model has met.
    pub(crate) fn all_symbols(&self) -> impl Iterator<Item = Symbol> {
        (0..self.unigrams.len()).filter_map(|number| u16::try_from(number).ok()).map(Symbol::new)
    }

    /// The natural logarithm of the probability of `text` after `context`, and the context after it.
    pub fn read(&self, context: &Context, text: &str) -> (f32, Context) {
        let mut read = (0.0, *context);
        for symbol in self.symbols.of(text) {
            let (probability, next) = self.step(&read.1, symbol);
            read = (read.0 + probability, next);
        }
        read
    }

    /// The value of the n-gram that hashes to `hash`.
    #[inline]
    fn find(&self, hash: u64) -> Option<[u8; 2]> {
        let start = bucket_of(hash, self.buckets.len() / BUCKET) * BUCKET;
        let bucket: &[u8; BUCKET] = self.buckets.get(start..)?.first_chunk()?;
        let wanted = u64::from(fingerprint(hash)).wrapping_mul(LANES);
        for group in 0..SLOTS / 4 {
            let four: &[u8; 8] = bucket[group * 8..].first_chunk()?;
            let zero_where_equal = u64::from_le_bytes(*four) ^ wanted;
            let equal = zero_where_equal.wrapping_sub(LANES) & !zero_where_equal & (LANES << 15);
            if equal != 0 {
                let slot = group * 4 + equal.trailing_zeros() as usize / 16;
                return bucket[2 * SLOTS + 2 * slot..].first_chunk().copied();
            }
        }
        None
    }
}

/// A one in each of the four numbers of two bytes in a word.
const LANES: u64 = 0x0001_0001_0001_0001;

/// Where hashes begin.
pub(crate) const SEED: u64 = 0x243F_6A88_85A3_08D3;

/// The hash of an n-gram with `symbol` after it: a multiplication by 2^64 over the golden ratio, and its high bits folded down.
#[inline]
pub(crate) fn extend(hash: u64, symbol: Symbol) -> u64 {
    let hash = (hash ^ symbol.number() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash ^ (hash >> 29)
}

/// The bucket of an n-gram.
#[inline]
pub(crate) fn bucket_of(hash: u64, buckets: usize) -> usize {
    (((hash >> 32) * buckets as u64) >> 32) as usize
}

/// What tells the n-grams of a bucket apart; 0 is an empty slot.
#[inline]
pub(crate) fn fingerprint(hash: u64) -> u16 {
    (hash as u16).max(1)
}

/// The bytes of an n-gram's value, from natural logarithms.
pub(crate) fn value(probability: f32, backoff: f32) -> [u8; 2] {
    let steps = |logarithm: f32| (logarithm * STEPS).round();
    [steps(-probability).clamp(0.0, 255.0) as u8, (steps(backoff) + f32::from(NO_BACKOFF)).clamp(0.0, 255.0) as u8]
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.chunks_exact(4).filter_map(|four| four.first_chunk()).map(|&four| f32::from_le_bytes(four))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_of_the_embedded_table_is_fetched_at_once() {
        assert_eq!(Model::embedded().buckets.as_ptr().addr() % BUCKET, 0);
    }
}
