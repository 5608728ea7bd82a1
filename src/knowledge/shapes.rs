use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use super::table::{Alphabet, Bytes, Format, u32_at};
use crate::Result;

pub(crate) const FORMAT: Format =
    Format { line: "kanwu shapes 1\n", command: "kanwu tables shapes GLYPHS.tsv -o shapes.bin" };

/// How many bits hold a similarity, which lies between 0.5 and 1: steps of 0.004, finer than two typefaces agree.
pub(crate) const SIMILARITY_BITS: u32 = 7;

/// An entry that straddles five bytes could not be read as one number of four.
pub(crate) const MOST_NUMBER_BITS: u32 = 25 - SIMILARITY_BITS;

/// Which characters look alike in print, and how much: for each its nearest neighbours.
///
/// The body of the table: the number of characters, how many neighbours each has, how many bits hold a character's
/// number; the alphabet; then for each character its neighbours, nearest first, packed without gaps from the lowest bit
/// up: the number, and the similarity. A character that has fewer neighbours is its own neighbour in the places left.
#[derive(Debug, Clone)]
pub struct Shapes {
    alphabet: Alphabet,
    neighbours: usize,
    number_bits: u32,
    entries: Bytes,
}

impl Shapes {
    /// The table that is part of the program: 6,978 characters with 20 neighbours each.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Shapes> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/shapes.bin");
            Shapes::take(FORMAT.embedded(bytes, "dictionaries/shapes.bin")).expect("the tests read this table")
        });
        &EMBEDDED
    }

    /// The table in `bytes`; `path` is where they come from.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table) when it is not such a table, damaged, or of another version.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, path: &Path) -> Result<Self> {
        Self::take(FORMAT.open(bytes.into(), path)?)
    }

    fn take(mut sections: super::table::Sections<'_>) -> Result<Self> {
        let (characters, neighbours, bits) = (sections.number()?, sections.number()?, sections.number()?);
        let alphabet = Alphabet::take(&mut sections, characters)?;
        let number_bits = u32::try_from(bits).unwrap_or(u32::MAX);
        if number_bits > MOST_NUMBER_BITS || neighbours > usize::from(u8::MAX) {
            return Err(sections.refuse("its entries are wider than any that are made"));
        }
        let bits = characters * neighbours * (number_bits + SIMILARITY_BITS) as usize;
        let entries = sections.next(bits.div_ceil(8) + size_of::<u32>(), 1)?;
        Ok(Self { alphabet, neighbours, number_bits, entries })
    }

    /// How alike `a` and `b` are, from 0.5 to 1; `None` when neither is among the nearest of the other.
    pub fn similarity(&self, a: char, b: char) -> Option<f64> {
        let (a, b) = (self.alphabet.number(a)?, self.alphabet.number(b)?);
        if a == b {
            return Some(1.0);
        }
        self.among(a, b).or_else(|| self.among(b, a))
    }

    /// The characters that look like `c`, nearest first, each with its similarity.
    pub fn look_alikes(&self, c: char) -> impl Iterator<Item = (char, f64)> {
        let number = self.alphabet.number(c);
        number.into_iter().flat_map(move |number| {
            let near = self.near(number).filter(move |&(other, _)| other != number);
            near.filter_map(|(other, similarity)| Some((self.alphabet.character(other)?, similarity)))
        })
    }

    /// The characters that the table knows, in the order of their code points.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        (0..self.alphabet.len()).filter_map(|number| self.alphabet.character(number))
    }

    /// How near `other` is, if it is among the neighbours of `number`.
    fn among(&self, number: usize, other: usize) -> Option<f64> {
        self.near(number).find(|&(near, _)| near == other).map(|(_, similarity)| similarity)
    }

    fn near(&self, number: usize) -> impl Iterator<Item = (usize, f64)> {
        let first = number * self.neighbours;
        (first..first + self.neighbours).filter_map(|entry| self.entry(entry))
    }

    fn entry(&self, entry: usize) -> Option<(usize, f64)> {
        let width = self.number_bits + SIMILARITY_BITS;
        let bit = entry * width as usize;
        let four = u32_at(self.entries.get(bit / 8..)?, 0)?;
        let packed = four >> (bit % 8) & ((1 << width) - 1);
        let (number, similarity) = (packed & ((1 << self.number_bits) - 1), packed >> self.number_bits);
        Some((number as usize, similarity_of(similarity)))
    }
}

/// The similarity that `step` stands for.
fn similarity_of(step: u32) -> f64 {
    0.5 + f64::from(step) / f64::from(2 << SIMILARITY_BITS)
}

/// The step that is nearest to `similarity`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the steps that there are")]
pub(crate) fn step_of(similarity: f64) -> u32 {
    let steps = 2 << SIMILARITY_BITS;
    ((similarity - 0.5) * f64::from(steps)).round().clamp(0.0, f64::from(steps / 2 - 1)) as u32
}
