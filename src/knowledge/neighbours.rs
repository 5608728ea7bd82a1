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
/// A row is a bitmap of the symbols that one symbol attracts, by a hash of their number; it is so long that at most one bit of
/// sixteen is set. So what a row denies is true, and what it grants is wrong in one case of sixteen at most.
///
/// The body of the table, for what stands after and then for what stands before: the number of symbols; for each where its row
/// begins, and where the last ends, in words of 64 bits (4 bytes each); the rows, whose lengths are powers of two.
#[derive(Debug, Clone)]
pub struct Neighbours {
    after: Rows,
    before: Rows,
}

#[derive(Debug, Clone)]
struct Rows {
    starts: Bytes,
    words: Bytes,
}

/// What one symbol attracts on one side.
#[derive(Debug, Clone, Copy)]
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
        Ok(Self { after: Rows::take(&mut sections)?, before: Rows::take(&mut sections)? })
    }

    /// What `symbol` attracts right after it.
    pub fn after(&self, symbol: Symbol) -> Row<'_> {
        self.after.row(symbol)
    }

    /// What `symbol` attracts right before it.
    pub fn before(&self, symbol: Symbol) -> Row<'_> {
        self.before.row(symbol)
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
    /// Whether `symbol` may be attracted; where it is not, this is `true` in one case of sixteen at most.
    #[inline]
    pub fn may_hold(self, symbol: Symbol) -> bool {
        let bit = bit(symbol, self.bits);
        self.bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }
}

/// Which bit stands for `symbol` in a row of two to the power of `bits`: the high bits of a product with 2^32 over the golden
/// ratio.
#[inline]
pub(crate) fn bit(symbol: Symbol, bits: u32) -> usize {
    let product = (symbol.number() as u32).wrapping_mul(0x9E37_79B1);
    (u64::from(product) << bits >> 32) as usize
}
