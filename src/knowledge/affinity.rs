use std::hint::black_box;
use std::path::Path;
use std::sync::LazyLock;

use super::seams::fold;
use super::table::{Bytes, Format, Sections};
use crate::Result;
use crate::text::{Kind, kind};

pub(crate) const FORMAT: Format =
    Format { line: "kanwu affinity 2\n", command: "kanwu tables affinity CORPUS... -o FILE" };

/// How many characters of either side are looked at: what a text is about does not show in fewer, and more were
/// not better.
pub(crate) const REACH: usize = 40;

/// How many characters tell what a column is about; a paragraph has some 50 to 250. Chosen by hand.
const TOPIC: usize = 320;

/// How many characters next to the seam count by their place as well.
pub(crate) const PLACED: usize = 3;

/// How well one text goes on where another breaks off: by what both are about, and by how the one stops and the other starts.
///
/// A side of a seam becomes a vector. Every character within reach has a row of numbers, and so has every pair of neighbours; a
/// character stands for the sum of its own row and of that of the pair that it makes with the next one away from the seam. The sum over
/// all of them, weighed by their distance from the seam, and the characters next to the seam, one by one, are each turned into a vector
/// by a matrix of its own, and these are added up. The affinity of two sides is the product of their vectors. The language model sees
/// four characters at a seam; this sees forty on each side, but no longer which character follows which.
///
/// The rows are the same for both sides, and hashed, so that some share one. The body of the table: the logarithm of the number of
/// rows, the number of dimensions of a row and of a vector; what a step is worth in rows (4 bytes, a float); the rows, a signed byte of
/// steps for each dimension; of tails and then of heads the weights by distance, the constant of the vector, and the matrices, by
/// dimension of a row (all floats).
#[derive(Debug, Clone)]
pub struct Affinity {
    bits: u32,
    step: f32,
    rows: Bytes,
    tails: Lens,
    heads: Lens,
}

/// How the characters of a side become its vector.
#[derive(Debug, Clone)]
pub(crate) struct Lens {
    /// How many numbers a row and a vector have.
    pub(crate) shape: [usize; 2],
    /// By distance from the seam, what a character counts for the sum over all.
    pub(crate) weights: Vec<f32>,
    pub(crate) constant: Vec<f32>,
    /// The matrix of the sum over all, and those of the characters next to the seam: by number of a row the numbers that it adds to the
    /// vector.
    pub(crate) matrices: Vec<f32>,
}

/// One side of a seam.
#[derive(Debug, Clone, PartialEq)]
pub struct Side(Vec<f32>);

impl Side {
    /// The affinity of the two sides of a seam: the logarithm of how much likelier they are to belong together than another pair, up
    /// to what is the same for all heads of a tail or all tails of a head.
    pub fn affinity(&self, other: &Self) -> f32 {
        product(&self.0, &other.0)
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
        let (bits, dimensions, length) = (sections.number()?, sections.number()?, sections.number()?);
        if bits > MOST_BITS || dimensions > MOST_DIMENSIONS || length > MOST_DIMENSIONS {
            return Err(sections.refuse("its head makes no sense"));
        }
        let step = sections.float()?;
        let rows = sections.next(1 << bits, dimensions)?;
        let shape = [dimensions, length];
        let (tails, heads) = (Lens::take(&mut sections, shape)?, Lens::take(&mut sections, shape)?);
        Ok(Self { bits: bits as u32, step, rows, tails, heads })
    }

    /// The side of a seam at which a text breaks off, given its characters from the last one backwards.
    pub fn tail(&self, backwards: impl Iterator<Item = char>) -> Side {
        self.side(&self.tails, backwards, END)
    }

    /// The side of a seam at which a text goes on.
    pub fn head(&self, characters: impl Iterator<Item = char>) -> Side {
        self.side(&self.heads, characters, START)
    }

    /// A side that shows only what the text is about that breaks off, farther back than [`Affinity::tail`] looks.
    pub fn tail_topic(&self, backwards: impl Iterator<Item = char>) -> Side {
        self.topic(&self.tails, backwards, END)
    }

    /// A side that shows only what the text is about that goes on, farther on than [`Affinity::head`] looks.
    pub fn head_topic(&self, characters: impl Iterator<Item = char>) -> Side {
        self.topic(&self.heads, characters, START)
    }

    fn side(&self, lens: &Lens, nearest_first: impl Iterator<Item = char>, in_order: InOrder) -> Side {
        let traits = traits(&seen(nearest_first), self.bits, in_order);
        self.fetch(&traits, lens.shape[0]);
        Side(lens.vector(&lens.views(&traits, |row, sum| self.add_row(row, sum))))
    }

    fn topic(&self, lens: &Lens, nearest_first: impl Iterator<Item = char>, in_order: InOrder) -> Side {
        let traits = traits(&seen_of_topic(nearest_first), self.bits, in_order);
        let mut sum = vec![0.0; lens.shape[0]];
        for stretch in traits.chunks(REACH) {
            self.fetch(stretch, sum.len());
            stretch.iter().flatten().flatten().for_each(|&row| self.add_row(row, &mut sum));
        }
        let weight = lens.weights[REACH - 1] * share(traits.len());
        for number in &mut sum {
            *number *= weight;
        }
        Side(lens.vector(&sum))
    }

    /// Asks memory for the rows of `traits`, which have so many `dimensions`, all at once: the table is larger than a processor's caches.
    fn fetch(&self, traits: &[Trait], dimensions: usize) {
        let at = |place: usize| self.rows.get(place).copied().unwrap_or_default();
        let ends = |&row: &usize| at(row * dimensions) ^ at((row + 1) * dimensions - 1);
        black_box(traits.iter().flatten().flatten().map(ends).fold(0, |touched, byte| touched ^ byte));
    }

    /// Adds a row to `sum`.
    fn add_row(&self, row: usize, sum: &mut [f32]) {
        let numbers = self.rows.get(row * sum.len()..).unwrap_or_default();
        for (sum, &steps) in sum.iter_mut().zip(numbers) {
            *sum += self.step * f32::from(steps.cast_signed());
        }
    }
}

/// A table of more rows would be larger than a program may be.
pub(crate) const MOST_BITS: usize = 24;

/// Rows and vectors of more numbers than this would take longer than they are worth.
const MOST_DIMENSIONS: usize = 1024;

impl Lens {
    /// How many matrices there are.
    pub(crate) const MATRICES: usize = 1 + PLACED;

    fn take(sections: &mut Sections<'_>, shape: [usize; 2]) -> Result<Self> {
        Ok(Self {
            shape,
            weights: sections.floats(REACH)?,
            constant: sections.floats(shape[1])?,
            matrices: sections.floats(Self::MATRICES * shape[0] * shape[1])?,
        })
    }

    /// The vector of `views`, of which those that are left out are zero.
    pub(crate) fn vector(&self, views: &[f32]) -> Vec<f32> {
        /// So many sums are kept side by side: they need not leave the processor's registers.
        const LANES: usize = 32;
        let mut vector = self.constant.clone();
        let rows = || views.iter().zip(self.matrices.chunks_exact(self.shape[1].max(1)));
        let (blocks, rest) = vector.as_chunks_mut::<LANES>();
        for (block, sums) in blocks.iter_mut().enumerate() {
            let mut kept = *sums;
            for (number, row) in rows() {
                add(&mut kept, &row[block * LANES..][..LANES], *number);
            }
            *sums = kept;
        }
        if !rest.is_empty() {
            rows().for_each(|(number, row)| add(rest, &row[row.len() - rest.len()..], *number));
        }
        vector
    }

    /// What the matrices are multiplied with, one after another, of a side whose characters have `traits`: the weighed sum over all
    /// characters, and those next to the seam. `add_row` adds a row to a sum.
    pub(crate) fn views(&self, traits: &[Trait], add_row: impl Fn(usize, &mut [f32])) -> Vec<f32> {
        let dimensions = self.shape[0];
        let mut views = vec![0.0; Self::MATRICES * dimensions];
        let share = share(traits.len());
        let mut one = vec![0.0; dimensions];
        let (all, placed) = views.split_at_mut(dimensions);
        for (place, rows) in traits.iter().enumerate() {
            one.fill(0.0);
            rows.iter().flatten().for_each(|&row| add_row(row, &mut one));
            add(all, &one, self.weights[place] * share);
            if place < PLACED {
                placed[place * dimensions..][..dimensions].copy_from_slice(&one);
            }
        }
        views
    }
}

/// What each of so many characters counts at first: so their sum is as large as one of them, if they have nothing in common.
pub(crate) fn share(characters: usize) -> f32 {
    (characters.max(1) as f32).sqrt().recip()
}

/// Adds to `sum` the vector, `weight` times.
pub(crate) fn add(sum: &mut [f32], vector: &[f32], weight: f32) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += weight * value;
    }
}

/// The product of two vectors of one length.
pub(crate) fn product(one: &[f32], other: &[f32]) -> f32 {
    /// So many sums are kept side by side: the processor adds them at once.
    const LANES: usize = 8;
    let ((one, one_rest), (other, other_rest)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in one.iter().zip(other) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f32 = one_rest.iter().zip(other_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Puts two neighbours, the one nearer to the seam first, in the order of the text.
pub(crate) type InOrder = fn([char; 2]) -> [char; 2];

/// That of a text that ends at the seam.
pub(crate) const END: InOrder = |[near, far]| [far, near];

/// That of a text that starts at the seam.
pub(crate) const START: InOrder = |pair| pair;

/// The rows of one character: its own, and that of the pair with the next.
pub(crate) type Trait = [Option<usize>; 2];

/// The rows of `characters`, which begin at the seam.
pub(crate) fn traits(characters: &[char], bits: u32, in_order: InOrder) -> Vec<Trait> {
    let own = |c: &char| row(hash(0, &[*c]), bits);
    let pair = |at: usize| Some(row(hash(0, &in_order([characters[at], *characters.get(at + 1)?])), bits));
    characters.iter().enumerate().map(|(at, c)| [Some(own(c)), pair(at)]).collect()
}

/// What is looked at of a side: its visible characters within [`REACH`], digits and letters as one each, half-width marks as those
/// that Chinese sets wide.
pub(crate) fn seen(nearest_first: impl Iterator<Item = char>) -> Vec<char> {
    nearest(nearest_first, REACH)
}

/// What is looked at of a side that shows what the text is about.
pub(crate) fn seen_of_topic(nearest_first: impl Iterator<Item = char>) -> Vec<char> {
    nearest(nearest_first, TOPIC)
}

/// The same of the first `count`.
fn nearest(nearest_first: impl Iterator<Item = char>, count: usize) -> Vec<char> {
    let visible = nearest_first.filter(|&c| !matches!(kind(c), Kind::Blank | Kind::LineEnd));
    let mut nearest = Vec::with_capacity(count);
    nearest.extend(visible.map(fold).take(count));
    nearest
}

/// The row that a trait has among 2^`bits`.
#[inline]
pub(crate) fn row(hash: u64, bits: u32) -> usize {
    (hash >> (u64::BITS - bits.max(1))) as usize & ((1 << bits) - 1)
}

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
