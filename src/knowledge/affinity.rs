use std::path::Path;
use std::sync::LazyLock;

use super::seams::fold;
use super::table::{Bytes, Format, Sections};
use crate::Result;
use crate::text::{Kind, kind};

pub(crate) const FORMAT: Format =
    Format { line: "kanwu affinity 1\n", command: "kanwu tables affinity CORPUS... -o FILE" };

/// How many characters of either side are looked at: what a text is about does not show in fewer, and more were not better.
pub(crate) const REACH: usize = 40;

/// How well one text goes on where another breaks off: by what both are about, and by how the one stops and the other starts.
///
/// A side of a seam is a vector, the sum of the vectors of its traits: the characters next to the seam, one by one and together, and
/// all characters and pairs of them within forty of it. The affinity of two sides is the product of their vectors. The language model
/// sees four characters at a seam; this sees forty on each side, but no longer which character follows which.
///
/// The traits are hashed to rows, so that some share one. The body of the table: the logarithm of the number of rows, the number of
/// dimensions; what a step is worth in rows of tails and in those of heads (4 bytes each, floats); the rows of tails and then of
/// heads, a signed byte of steps for each dimension.
#[derive(Debug, Clone)]
pub struct Affinity {
    tails: Rows,
    heads: Rows,
}

#[derive(Debug, Clone)]
struct Rows {
    bits: u32,
    dimensions: usize,
    step: f32,
    values: Bytes,
}

/// One side of a seam.
#[derive(Debug, Clone, PartialEq)]
pub struct Side(Vec<f32>);

impl Side {
    /// The affinity of the two sides of a seam: the logarithm of how much likelier they are to belong together than another pair, up
    /// to what is the same for all heads of a tail or all tails of a head.
    pub fn affinity(&self, other: &Self) -> f32 {
        /// So many sums are kept side by side: the processor adds them at once.
        const LANES: usize = 8;
        let mut sums = [0.0; LANES];
        for (a, b) in self.0.chunks(LANES).zip(other.0.chunks(LANES)) {
            for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += a * b;
            }
        }
        sums.iter().sum()
    }
}

impl Affinity {
    /// The table that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Affinity> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/affinity.bin");
            Affinity::take(FORMAT.embedded(bytes, "dictionaries/affinity.bin")).expect("the tests read this table")
        });
        &EMBEDDED
    }

    /// The table in `bytes`; `path` is where they come from.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table) when it is not such a table, damaged, or of another version.
    pub fn from_bytes(bytes: impl Into<Bytes>, path: &Path) -> Result<Self> {
        Self::take(FORMAT.open(bytes.into(), path)?)
    }

    fn take(mut sections: Sections<'_>) -> Result<Self> {
        let (bits, dimensions) = (sections.number()?, sections.number()?);
        if bits > MOST_BITS {
            return Err(sections.refuse("its head makes no sense"));
        }
        let (tail_step, head_step) = (sections.float()?, sections.float()?);
        let mut rows = |step| {
            let values = sections.next(1 << bits, dimensions)?;
            Ok(Rows { bits: bits as u32, dimensions, step, values })
        };
        Ok(Self { tails: rows(tail_step)?, heads: rows(head_step)? })
    }

    /// The side of a seam at which a text breaks off, given its characters from the last one backwards.
    pub fn tail(&self, backwards: impl Iterator<Item = char>) -> Side {
        self.tails.side(backwards)
    }

    /// The side of a seam at which a text goes on.
    pub fn head(&self, characters: impl Iterator<Item = char>) -> Side {
        self.heads.side(characters)
    }
}

/// A table of more rows would be larger than a program may be.
pub(crate) const MOST_BITS: usize = 24;

impl Rows {
    fn side(&self, nearest_first: impl Iterator<Item = char>) -> Side {
        let mut sum = vec![0.0; self.dimensions];
        traits(&seen(nearest_first), |hash, weight| {
            let start = row(hash, self.bits) * self.dimensions;
            let weight = weight * self.step;
            for (sum, &steps) in sum.iter_mut().zip(self.values.get(start..).unwrap_or_default()) {
                *sum += weight * f32::from(steps.cast_signed());
            }
        });
        Side(sum)
    }
}

/// What is looked at of a side: its visible characters within [`REACH`], digits and letters as one each, half-width marks as those
/// that Chinese sets wide.
pub(crate) fn seen(nearest_first: impl Iterator<Item = char>) -> Vec<char> {
    let visible = nearest_first.filter(|&c| !matches!(kind(c), Kind::Blank | Kind::LineEnd));
    let mut seen = Vec::with_capacity(REACH);
    seen.extend(visible.map(fold).take(REACH));
    seen
}

/// The row that a trait has among 2^`bits`.
#[inline]
pub(crate) fn row(hash: u64, bits: u32) -> usize {
    (hash >> (u64::BITS - bits.max(1))) as usize & ((1 << bits) - 1)
}

/// How many characters next to the seam count by their place.
const PLACED: usize = 4;

/// Hands over the traits of a side, by their hashes, with the weight of each; `characters` begin at the seam.
///
/// What stands next to the seam weighs 1 each; all pairs of neighbours together weigh 2 times the root of their number, all characters
/// 1.4 times. Chosen by hand.
pub(crate) fn traits(characters: &[char], mut visit: impl FnMut(u64, f32)) {
    let mut placed = |characters: &[char], from: usize| {
        let kind = (characters.len() * PLACED + from) as u64;
        visit(hash(kind, characters), 1.0);
    };
    for from in 0..characters.len().min(PLACED) {
        placed(&characters[from..=from], from);
    }
    for (from, pair) in characters.windows(2).take(PLACED - 1).enumerate() {
        placed(pair, from);
    }
    for together in 3..=PLACED.min(characters.len()) {
        placed(&characters[..together], 0);
    }
    let share = |weight: f32, among: usize| weight / (among.max(1) as f32).sqrt();
    let weight = share(2.0, characters.len().saturating_sub(1));
    for pair in characters.windows(2) {
        visit(hash(ANYWHERE, pair), weight);
    }
    let weight = share(1.4, characters.len());
    for one in characters.chunks(1) {
        visit(hash(ANYWHERE, one), weight);
    }
}

/// What stands anywhere within reach, in place of how far from the seam.
const ANYWHERE: u64 = 0;

/// A hash of characters: steps of multiplication by 2^64 over the golden ratio, high bits folded down.
#[inline]
pub(crate) fn hash(kind: u64, characters: &[char]) -> u64 {
    hash_of(kind, characters.len(), characters.iter().copied())
}

/// The same of characters that stand apart, of which there are `count`.
#[inline]
pub(crate) fn hash_of(kind: u64, count: usize, characters: impl Iterator<Item = char>) -> u64 {
    let mix = |hash: u64, value: u64| {
        let hash = (hash ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^ (hash >> 29)
    };
    let hash = characters.fold(mix(count as u64, kind), |hash, c| mix(hash, u64::from(u32::from(c))));
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
