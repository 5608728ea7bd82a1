use std::path::Path;
use std::sync::LazyLock;

use super::model::Symbol;
use super::table::{Bytes, Format, Sections, u32_at};
use crate::Result;

pub(crate) const FORMAT: Format = Format { line: "kanwu neighbours 1\n", command: "kanwu tables neighbours -o FILE" };

/// The shortest row, as the logarithm of its bits.
pub(crate) const SHORTEST: u32 = 6;

/// Which characters attract one another, one right before the other: a look that costs next to nothing, before the language
/// model itself is asked.
///
/// A row is a Bloom filter of the symbols that one symbol attracts: two bits each, by hashes of their number, and so long that at
/// most one bit of eight is set. So what a row denies is true, and what it grants is wrong in one case of sixty at most.
///
/// The body of the table, for each strength of [`Attraction::ALL`], for what stands after and then for what stands before: the
/// number of symbols; for each where its row begins, and where the last ends, in words of 64 bits (4 bytes each); the rows,
/// whose lengths are powers of two.
#[derive(Debug, Clone)]
pub struct Neighbours {
    any: Sides,
    strong: Sides,
}

/// How much characters attract one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attraction {
    /// At all: one is likelier beside the other than by itself.
    Any,
    /// Strongly.
    Strong,
}

#[derive(Debug, Clone)]
struct Sides {
    after: Rows,
    before: Rows,
}

#[derive(Debug, Clone)]
struct Rows {
    starts: Bytes,
    words: Bytes,
}

/// What one symbol attracts on one side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row<'n> {
    bytes: &'n [u8],
    /// How many bits there are, as a logarithm.
    bits: u32,
}

impl Neighbours {
    /// Of the model that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Neighbours> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/neighbours.bin");
            Neighbours::take(FORMAT.embedded(bytes, "dictionaries/neighbours.bin")).expect("the tests read this table")
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
        let mut sides = || Ok(Sides { after: Rows::take(&mut sections)?, before: Rows::take(&mut sections)? });
        Ok(Self { any: sides()?, strong: sides()? })
    }

    /// What `symbol` attracts so much right after it.
    pub fn after(&self, symbol: Symbol, attraction: Attraction) -> Row<'_> {
        self.sides(attraction).after.row(symbol)
    }

    /// What `symbol` attracts so much right before it.
    pub fn before(&self, symbol: Symbol, attraction: Attraction) -> Row<'_> {
        self.sides(attraction).before.row(symbol)
    }

    fn sides(&self, attraction: Attraction) -> &Sides {
        match attraction {
            Attraction::Any => &self.any,
            Attraction::Strong => &self.strong,
        }
    }
}

impl Attraction {
    /// Every strength.
    pub const ALL: [Self; 2] = [Self::Any, Self::Strong];

    /// By how many nats a character must be likelier after another than by itself for the two to attract one another so.
    ///
    /// Of 4,815 changes of one character that the stage of characters applied on 786 pages that engines had read, .5 % attract
    /// neither neighbour at all; of the readings of suspicious places of clean pages 79 %. With 0.5 instead of 0 it is 1 % and
    /// 87 %, but then 4 % fewer characters were put right on 157 other pages. Strongly, 12 % and 98 %.
    pub const fn nats(self) -> f32 {
        match self {
            Self::Any => 0.0,
            Self::Strong => 2.5,
        }
    }
}

impl Rows {
    fn take(sections: &mut Sections<'_>) -> Result<Self> {
        let symbols = sections.number()?;
        let starts = sections.next(symbols.saturating_add(1), 4)?;
        let all = u32_at(&starts, symbols).unwrap_or_default() as usize;
        Ok(Self { starts, words: sections.next(all, 8)? })
    }

    fn row(&self, symbol: Symbol) -> Row<'_> {
        let at = |number| u32_at(&self.starts, number).map(|start| start as usize * 8);
        let bounds = at(symbol.number()).zip(at(symbol.number() + 1));
        let bytes = bounds.and_then(|(start, end)| self.words.get(start..end)).unwrap_or_default();
        Row { bytes, bits: (bytes.len() * 8).checked_ilog2().unwrap_or_default() }
    }
}

impl Row<'_> {
    /// Whether `symbol` may be attracted; where it is not, this is `true` in one case of sixty at most.
    #[inline]
    pub fn may_hold(self, symbol: Symbol) -> bool {
        let is_set = |bit: usize| self.bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1);
        let [first, second] = bits(symbol, self.bits);
        is_set(first) && is_set(second)
    }
}

/// Which bits stand for `symbol` in a row whose length has the logarithm `length`: the high bits of products with 2^32 over the
/// golden ratio and over the square root of two.
#[inline]
pub(crate) fn bits(symbol: Symbol, length: u32) -> [usize; 2] {
    let number = symbol.number() as u32;
    let high = |product: u32| (u64::from(product) << length >> 32) as usize;
    [high(number.wrapping_mul(0x9E37_79B1)), high(number.wrapping_mul(0xB504_F333))]
}
