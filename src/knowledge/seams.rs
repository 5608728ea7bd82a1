use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use super::table::{Alphabet, Bytes, Format, Sections, u16_at, u32_at};
use crate::Result;

pub(crate) const FORMAT: Format =
    Format { line: "kanwu seams 1\n", command: "kanwu tables seams CORPUS... -o seams.bin" };

/// Values are kept in steps of an eighth of a bit, from −16 to just below 16.
pub(crate) const STEPS_PER_BIT: f64 = 8.0;

/// How many sizes of an expected count are told apart, half a binary order of magnitude each.
pub(crate) const SIZES: usize = 64;

/// How well two characters go together across a line end, and which ones begin and end paragraphs.
///
/// All values are evidence in bits (logarithms to base 2 of likelihood ratios), counted in prose with one paragraph a
/// line; 0 is no evidence, as for characters that the table does not know. Digits count as one character and so do
/// Latin letters; the ASCII forms of marks that Chinese sets wide count as the wide ones; blanks were passed over.
///
/// The body of the table: how many characters, pairs of neighbours counted, and pairs kept; the alphabet; for each
/// character how often it is the first and the second of two neighbours (4 bytes each), how much it begins and how much
/// it ends paragraphs (1 byte each); for each size of expected count the value of a pair that is not kept; for each
/// character where its pairs begin, and where the last ones end (4 bytes); the second characters of all pairs, rising
/// (2 bytes each); and the values of all pairs.
#[derive(Debug, Clone)]
pub struct Seams {
    alphabet: Alphabet,
    neighbours: f64,
    firsts: Bytes,
    seconds: Bytes,
    starts: Bytes,
    ends: Bytes,
    absent: Bytes,
    rows: Bytes,
    partners: Bytes,
    bonds: Bytes,
}

impl Seams {
    /// The table that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Seams> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/seams.bin");
            Seams::take(FORMAT.embedded(bytes, "dictionaries/seams.bin")).expect("the tests read this table")
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

    fn take(mut sections: Sections<'_>) -> Result<Self> {
        let (characters, neighbours, pairs) = (sections.number()?, sections.number()?, sections.number()?);
        Ok(Self {
            alphabet: Alphabet::take(&mut sections, characters)?,
            neighbours: neighbours as f64,
            firsts: sections.next(characters, 4)?,
            seconds: sections.next(characters, 4)?,
            starts: sections.next(characters, 1)?,
            ends: sections.next(characters, 1)?,
            absent: sections.next(SIZES, 1)?,
            rows: sections.next(characters + 1, 4)?,
            partners: sections.next(pairs, 2)?,
            bonds: sections.next(pairs, 1)?,
        })
    }

    /// How much `c` speaks for being the first character of a paragraph rather than a later one.
    pub fn starts(&self, c: char) -> f64 {
        self.number(c).map_or(0.0, |number| bits_at(&self.starts, number))
    }

    /// How much `c` speaks for being the last character of a paragraph rather than an earlier one.
    pub fn ends(&self, c: char) -> f64 {
        self.number(c).map_or(0.0, |number| bits_at(&self.ends, number))
    }

    /// How much more often `b` follows `a` inside a paragraph than it would by chance.
    ///
    /// Of a pair that was met too seldom to be kept, what such pairs come to on average among those that chance would
    /// bring as often: the more often chance would bring it, the more its absence says.
    pub fn bond(&self, a: char, b: char) -> f64 {
        let Some((a, b)) = self.number(a).zip(self.number(b)) else { return 0.0 };
        let size = size_of_expected(self.expected_of(a, b));
        self.kept(a, b).unwrap_or_else(|| bits_at(&self.absent, size))
    }

    /// [`bond`](Self::bond), but `None` for a pair that was met too seldom to be kept.
    pub fn pair(&self, a: char, b: char) -> Option<f64> {
        self.kept(self.number(a)?, self.number(b)?)
    }

    /// How often chance would bring `a` and `b` together in the text that was counted; 0 if the table does not know one.
    pub fn expected(&self, a: char, b: char) -> f64 {
        self.number(a).zip(self.number(b)).map_or(0.0, |(a, b)| self.expected_of(a, b))
    }

    fn number(&self, c: char) -> Option<usize> {
        self.alphabet.number(fold(c))
    }

    fn expected_of(&self, a: usize, b: usize) -> f64 {
        let count = |counts: &Bytes, number| f64::from(u32_at(counts, number).unwrap_or_default());
        count(&self.firsts, a) * count(&self.seconds, b) / self.neighbours.max(1.0)
    }

    fn kept(&self, a: usize, b: usize) -> Option<f64> {
        let (mut low, mut high) = (u32_at(&self.rows, a)? as usize, u32_at(&self.rows, a + 1)? as usize);
        while low < high {
            let middle = low.midpoint(high);
            match usize::from(u16_at(&self.partners, middle)?).cmp(&b) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(bits_at(&self.bonds, middle)),
            }
        }
        None
    }
}

/// The character that `c` counts as.
pub(crate) fn fold(c: char) -> char {
    match c {
        '0'..='9' | '０'..='９' => '0',
        'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ' => 'A',
        ',' => '，',
        ':' => '：',
        ';' => '；',
        '?' => '？',
        '!' => '！',
        '(' => '（',
        ')' => '）',
        '%' => '％',
        c => c,
    }
}

/// Which of the [`SIZES`] an expected count has; 1 lies in the middle.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the sizes that there are")]
pub(crate) fn size_of_expected(expected: f64) -> usize {
    let half_octaves = (expected.log2() * 2.0).floor() + (SIZES / 2) as f64;
    half_octaves.clamp(0.0, (SIZES - 1) as f64) as usize
}

/// The byte that stands for `bits`.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what a byte holds")]
pub(crate) fn encode(bits: f64) -> u8 {
    let steps = (bits * STEPS_PER_BIT).round().clamp(f64::from(i8::MIN), f64::from(i8::MAX));
    (steps as i8).to_le_bytes()[0]
}

fn bits_at(bytes: &[u8], index: usize) -> f64 {
    bytes.get(index).map_or(0.0, |&byte| f64::from(i8::from_le_bytes([byte])) / STEPS_PER_BIT)
}
