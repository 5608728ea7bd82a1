use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use super::counts::{Characters, Counts};
use super::table::{Alphabet, Bytes, Format, Sections, u16_at, u32_at};
use crate::Result;

pub(crate) const FORMAT: Format = Format {
    line: "kanwu confusions 2\n",
    command: "kanwu tables confusions TSV... --totals TSV... -o confusions.bin",
};

/// Stands for no character.
pub(crate) const NONE: u16 = u16::MAX;

/// What engines read where something else stood, and how often, all engines and all degrees of damage together: one
/// character for another; one split in two, two merged, characters lost and added.
///
/// The body of the table: how many characters, pairs of one for one, and other confusions there are; the alphabet; how often each character was rendered
/// (4 bytes each); for each character where what was read for it begins, and where the last ends (4 bytes each), the
/// numbers of the characters read, most frequent first (2 bytes each), and the counts (2 bytes each); then in the same
/// way, but without counts, for each character what it was read for; then the other confusions: the numbers of up to two
/// true characters and of up to two read ones, or 65,535 for none, and the count (2 bytes each).
#[derive(Debug, Clone)]
pub struct Confusions {
    alphabet: Alphabet,
    rendered: Bytes,
    read_as: Lists,
    counts: Bytes,
    could_be: Lists,
    others: Bytes,
}

impl Confusions {
    /// The table that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Confusions> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/confusions.bin");
            let sections = FORMAT.embedded(bytes, "dictionaries/confusions.bin");
            Confusions::take(sections).expect("the tests read this table")
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
        let (characters, pairs, others) = (sections.number()?, sections.number()?, sections.number()?);
        Ok(Self {
            alphabet: Alphabet::take(&mut sections, characters)?,
            rendered: sections.next(characters, 4)?,
            read_as: Lists::take(&mut sections, characters, pairs)?,
            counts: sections.next(pairs, 2)?,
            could_be: Lists::take(&mut sections, characters, pairs)?,
            others: sections.next(others, 10)?,
        })
    }

    /// The characters of the table, in the order of their code points.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        self.alphabet.characters()
    }

    /// How often `read` was read where `truth` stood; 0 for a pair that was not met, or one and the same character.
    pub fn count(&self, truth: char, read: char) -> u32 {
        let numbers = self.alphabet.number(truth).zip(self.alphabet.number(read));
        numbers.map_or(0, |(truth, read)| self.count_of(truth, read))
    }

    /// How often `truth` was put before an engine; 0 if it never was.
    pub fn rendered(&self, truth: char) -> u32 {
        self.alphabet.number(truth).and_then(|number| u32_at(&self.rendered, number)).unwrap_or_default()
    }

    /// The wrong characters that were read where `truth` stood, the most frequent first.
    pub fn read_as(&self, truth: char) -> impl Iterator<Item = (char, u32)> {
        let pairs = self.alphabet.number(truth).into_iter().flat_map(|truth| self.read_as.of(truth));
        pairs.filter_map(|(pair, read)| Some((self.alphabet.character(read)?, self.count_at(pair))))
    }

    /// The characters that stood where `read` was wrongly read, the most frequent first.
    pub fn could_be(&self, read: char) -> impl Iterator<Item = (char, u32)> {
        self.alphabet.number(read).into_iter().flat_map(move |read| {
            let truths = self.could_be.of(read).map(|(_, truth)| truth);
            truths.filter_map(move |truth| Some((self.alphabet.character(truth)?, self.count_of(truth, read))))
        })
    }

    /// The confusions that are not one character for another: what stood there, what was read, how often.
    pub fn others(&self) -> impl Iterator<Item = (Characters, Characters, u32)> {
        let two = |at| {
            let first = self.character(u16_at(&self.others, at)?)?;
            let second = self.character(u16_at(&self.others, at + 1)?)?;
            Some(match (first, second) {
                (Some(first), Some(second)) => Characters::two(first, second),
                (Some(one), None) => Characters::from(one),
                _ => Characters::NONE,
            })
        };
        let count = self.others.len() / 10;
        (0..count)
            .filter_map(move |at| Some((two(at * 5)?, two(at * 5 + 2)?, u32::from(u16_at(&self.others, at * 5 + 4)?))))
    }

    /// Everything that the table counts.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for truth in self.alphabet.characters() {
            counts.render(truth, self.rendered(truth));
            for (read, count) in self.read_as(truth) {
                counts.confuse(truth.into(), read.into(), count);
            }
        }
        self.others().for_each(|(truth, read, count)| counts.confuse(truth, read, count));
        counts
    }

    /// This table with the counts of `more` added.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`](crate::Error::Usage) when there are more characters than a table can number.
    pub fn with(&self, more: &Counts) -> Result<Self> {
        let mut counts = self.counts();
        counts.add(more);
        Self::from_bytes(counts.encode()?, Path::new("confusions"))
    }

    /// The character of `number`, or none where it says so; nothing for a number that is not in the table.
    #[expect(clippy::option_option, reason = "no character is not an unknown one")]
    fn character(&self, number: u16) -> Option<Option<char>> {
        if number == NONE { Some(None) } else { self.alphabet.character(usize::from(number)).map(Some) }
    }

    fn count_of(&self, truth: usize, read: usize) -> u32 {
        let pair = self.read_as.of(truth).find(|&(_, number)| number == read);
        pair.map_or(0, |(pair, _)| self.count_at(pair))
    }

    fn count_at(&self, pair: usize) -> u32 {
        u16_at(&self.counts, pair).map_or(0, u32::from)
    }
}

/// For each character, the characters on the other side of its confusions.
#[derive(Debug, Clone)]
struct Lists {
    starts: Bytes,
    numbers: Bytes,
}

impl Lists {
    fn take(sections: &mut Sections<'_>, characters: usize, pairs: usize) -> Result<Self> {
        Ok(Self { starts: sections.next(characters + 1, 4)?, numbers: sections.next(pairs, 2)? })
    }

    /// The places of the list of `number` among all pairs, and the characters there.
    fn of(&self, number: usize) -> impl Iterator<Item = (usize, usize)> {
        let start = |number| u32_at(&self.starts, number).unwrap_or_default() as usize;
        (start(number)..start(number + 1)).map_while(|pair| Some((pair, usize::from(u16_at(&self.numbers, pair)?))))
    }
}
