use std::path::Path;
use std::sync::LazyLock;

use super::table::{Alphabet, Bytes, Format, Sections, u16_at, u32_at};
use crate::Result;

pub(crate) const FORMAT: Format = Format { line: "kanwu readings 1\n", command: "kanwu tables readings -o FILE" };

/// How many steps of a logarithm make one nat.
pub(crate) const STEPS: f32 = 1024.0;

/// What may have stood where a character was read, worked out beforehand by the channel of the tables that are part of
/// the program: to work it out takes as long as to clean a line.
///
/// The body of the table: the number of characters; the alphabet; for each character where its readings begin, and where
/// the last end (4 bytes each); the numbers of the truths (2 bytes each); minus the logarithms of how likely each is read
/// so (2 bytes each, in steps of 1/1024 nats). The readings are in the order in which the channel gives them.
#[derive(Debug, Clone)]
pub struct Readings {
    alphabet: Alphabet,
    starts: Bytes,
    truths: Bytes,
    costs: Bytes,
}

impl Readings {
    /// The table that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Readings> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/readings.bin");
            let sections = FORMAT.embedded(bytes, "dictionaries/readings.bin");
            Readings::take(sections).expect("the tests read this table")
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
        let characters = sections.number()?;
        let alphabet = Alphabet::take(&mut sections, characters)?;
        let starts = sections.next(characters.saturating_add(1), 4)?;
        let all = u32_at(&starts, characters).unwrap_or_default() as usize;
        Ok(Self { alphabet, starts, truths: sections.next(all, 2)?, costs: sections.next(all, 2)? })
    }

    /// What may have stood where `observed` was read, one character for one, and minus the logarithm of how likely it is read so;
    /// `None` for a character that the table lacks.
    pub fn of(&self, observed: char) -> Option<impl Iterator<Item = (char, f32)>> {
        let number = self.alphabet.number(observed)?;
        let (start, end) = (u32_at(&self.starts, number)?, u32_at(&self.starts, number + 1)?);
        Some((start as usize..end as usize).filter_map(|at| {
            let truth = self.alphabet.character(u16_at(&self.truths, at)?.into())?;
            Some((truth, f32::from(u16_at(&self.costs, at)?) / STEPS))
        }))
    }
}
