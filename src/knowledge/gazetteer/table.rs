//! The file of the gazetteer: what lies where, and reading it without trust.
//!
//! ```text
//! kanwu places 1\n                        the format and its version
//! 32 bytes                                BLAKE3 of all that follows
//! Section::COUNT times (start, length)    u32 each, counted from the first byte of the file
//! the sections                            see `Section`
//! ```
//!
//! Numbers are little-endian. Nothing is decoded when the file is opened. Every read is checked against its section, so
//! that bytes of whatever kind give `None` and never a panic.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use crate::error::{Error, Result};

/// The format and its version: the file's first line.
pub(crate) const MAGIC: &[u8] = b"kanwu places 1\n";

/// How to get a good file, for every complaint about a bad one.
const REMEDY: &str = "take places.bin from the same release as the program, or rebuild it with `kanwu gazetteer build` (dictionaries/README.md)";

const CHECKSUM: usize = blake3::OUT_LEN;
const DIRECTORY: usize = MAGIC.len() + CHECKSUM;

/// The parts of the file, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Section {
    /// How many provinces, cities, counties, towns: four u32.
    Levels,
    /// The sources' names, one a line.
    Sources,
    /// What follows the stems of towns and above, one a line; the most used first.
    Suffixes,
    /// [`Record`]s of all entries above the villages, by level, then by parent.
    Records,
    /// Numbers of records (u16), those of one stem side by side.
    Postings,
    /// [`StemRow`]s, those whose first two characters are the same side by side, and one more that closes the last.
    Stems,
    /// First character, second character (UTF-16), first stem: three u16 a row, by [`pair_hash`], and one that closes.
    Pairs,
    /// The first pair of each value of the highest [`BUCKET_BITS`] of [`pair_hash`]: u16, and one that closes.
    Buckets,
    /// A bit for each value of the highest [`FILTER_BITS`] of [`pair_hash`]: whether a pair has it.
    Filter,
    /// UTF-8: what stems have after their second character.
    Rests,
    /// u32 a row: which suffixes follow a stem in a form that texts are searched for; [`OTHER_SUFFIXES`].
    Masks,
    /// [`HistoryRow`]s by record.
    History,
    /// Record and stem (u16 each), by record: names that are no form of the entry's own.
    Aliases,
    /// Stem and suffix as [`common_form`] packs them, in rising order: forms with a suffix that are ordinary words.
    CommonForms,
    /// The characters of the villages' stems, three bytes each; the most used first, the others by code point.
    Alphabet,
    /// u32 a row: where each block of [`BLOCK`] village stems starts.
    Blocks,
    /// The villages' stems, sorted, each as what it shares with the one before and what it adds.
    VillageStems,
    /// A bit for each village stem: whether it is an ordinary word.
    VillageWords,
    /// Stem and tail of each village in three bytes, those of one town side by side.
    Villages,
}

impl Section {
    pub(crate) const COUNT: usize = Self::Villages as usize + 1;
}

/// See [`Section::Buckets`]. Chosen so that a bucket holds less than one pair in the mean.
pub(crate) const BUCKET_BITS: u32 = 15;

/// See [`Section::Filter`]: 2^19 bits (64 KB) for 28,000 pairs let 5 % of other pairs through.
pub(crate) const FILTER_BITS: u32 = 19;

/// How many stems of villages share a starting point; a look-up reads half of them in the mean.
pub(crate) const BLOCK: usize = 16;

/// The bit of a mask that says that suffixes beyond the first [`OTHER_SUFFIXES`] follow the stem too.
pub(crate) const OTHER_SUFFIXES: u8 = 31;

/// The bits of a village that hold the number of its tail; the others hold its stem.
pub(crate) const TAIL_BITS: u32 = 5;

/// Mixes two characters; the high bits are the good ones.
pub(crate) fn pair_hash(first: u16, second: u16) -> u32 {
    // 2^32 / golden ratio, made odd: Knuth's multiplicative hashing.
    (u32::from(first) << 16 | u32::from(second)).wrapping_mul(0x9E37_79B1)
}

/// A row of [`Section::CommonForms`].
pub(crate) fn common_form(stem: u16, suffix: u8) -> u32 {
    u32::from(stem) << 8 | u32::from(suffix)
}

/// An entry above the villages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) stem: u16,
    pub(crate) suffix: u8,
    /// A record's number, or its own where it has no parent.
    pub(crate) parent: u16,
    /// The first village of a town.
    pub(crate) villages: u32,
    /// Whether [`Section::History`] has a row.
    pub(crate) has_history: bool,
    /// The position of its source in [`Section::Sources`].
    pub(crate) source: u8,
    /// How many of the town's villages, the last ones, are from the second source.
    pub(crate) later_villages: u8,
}

impl Record {
    pub(crate) const SIZE: usize = 9;
    const VILLAGES: u32 = (1 << 20) - 1;

    pub(crate) fn to_bytes(self) -> [u8; Self::SIZE] {
        let [s0, s1] = self.stem.to_le_bytes();
        let [p0, p1] = self.parent.to_le_bytes();
        let packed =
            self.villages & Self::VILLAGES | u32::from(self.has_history) << 20 | u32::from(self.source.min(7)) << 21;
        let [v0, v1, v2, _] = packed.to_le_bytes();
        [s0, s1, self.suffix, p0, p1, v0, v1, v2, self.later_villages]
    }

    fn from_bytes([s0, s1, suffix, p0, p1, v0, v1, v2, later]: [u8; Self::SIZE]) -> Self {
        let packed = u32::from_le_bytes([v0, v1, v2, 0]);
        Self {
            stem: u16::from_le_bytes([s0, s1]),
            suffix,
            parent: u16::from_le_bytes([p0, p1]),
            villages: packed & Self::VILLAGES,
            has_history: packed >> 20 & 1 == 1,
            source: (packed >> 21 & 7) as u8,
            later_villages: later,
        }
    }
}

/// The stem of entries above the villages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StemRow {
    /// Its first posting; the next stem's is where its postings end.
    pub(crate) postings: u16,
    /// Where in [`Section::Rests`] it goes on after two characters; the next stem's is where it ends.
    pub(crate) rest: u32,
    /// The row of [`Section::Masks`].
    pub(crate) mask: u16,
    /// For places of how many levels, from towns up, it is an ordinary word when it stands alone.
    pub(crate) common_levels: u8,
}

impl StemRow {
    pub(crate) const SIZE: usize = 7;
    const MASK: u16 = (1 << 14) - 1;

    pub(crate) fn to_bytes(self) -> [u8; Self::SIZE] {
        let [p0, p1] = self.postings.to_le_bytes();
        let [r0, r1, r2, _] = self.rest.to_le_bytes();
        let flags = self.mask & Self::MASK | u16::from(self.common_levels.min(3)) << 14;
        let [m0, m1] = flags.to_le_bytes();
        [p0, p1, r0, r1, r2, m0, m1]
    }

    fn from_bytes([p0, p1, r0, r1, r2, m0, m1]: [u8; Self::SIZE]) -> Self {
        let flags = u16::from_le_bytes([m0, m1]);
        Self {
            postings: u16::from_le_bytes([p0, p1]),
            rest: u32::from_le_bytes([r0, r1, r2, 0]),
            mask: flags & Self::MASK,
            common_levels: (flags >> 14) as u8,
        }
    }
}

/// When an entry began or ceased, and what became of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct HistoryRow {
    pub(crate) record: u16,
    /// 0 where it is not known.
    pub(crate) since: u16,
    /// 0 where it is not known.
    pub(crate) until: u16,
    /// What it is now; its own number where it is that still, or nobody knows.
    pub(crate) now: u16,
}

impl HistoryRow {
    pub(crate) const SIZE: usize = 8;

    pub(crate) fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        for (at, number) in [self.record, self.since, self.until, self.now].into_iter().enumerate() {
            bytes[2 * at..2 * at + 2].copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        let [record, since, until, now] = numbers(bytes);
        Self { record, since, until, now }
    }
}

/// The numbers that `bytes`, two for each, hold.
fn numbers<const BYTES: usize, const NUMBERS: usize>(bytes: [u8; BYTES]) -> [u16; NUMBERS] {
    std::array::from_fn(|at| match bytes.get(2 * at..2 * at + 2) {
        Some([low, high]) => u16::from_le_bytes([*low, *high]),
        _ => 0,
    })
}

/// The bytes of a gazetteer and where its sections lie.
#[derive(Debug)]
pub(crate) struct Table {
    bytes: Cow<'static, [u8]>,
    sections: [Range<usize>; Section::COUNT],
}

impl Table {
    /// Takes `bytes` as a gazetteer whose checksum need not be looked at.
    pub(crate) fn trusted(bytes: Cow<'static, [u8]>, path: &Path) -> Result<Self> {
        let wrong = |problem: &str| Error::Table { path: path.to_owned(), problem: format!("{problem}; {REMEDY}") };
        if !bytes.starts_with(MAGIC) {
            let name = MAGIC.split(|byte| *byte == b' ').next().unwrap_or(MAGIC);
            return Err(wrong(if bytes.starts_with(name) {
                "a gazetteer of another version of the format"
            } else {
                "not a gazetteer of kanwu"
            }));
        }
        let mut sections = [const { 0..0 }; Section::COUNT];
        for (at, section) in sections.iter_mut().enumerate() {
            let field = |nth: usize| read_u32(&bytes, DIRECTORY + 8 * at + 4 * nth);
            let start = field(0).ok_or_else(|| wrong("the gazetteer is cut short"))?;
            let length = field(1).ok_or_else(|| wrong("the gazetteer is cut short"))?;
            let end = start.checked_add(length).filter(|end| *end <= bytes.len());
            *section = start..end.ok_or_else(|| wrong("the gazetteer is cut short"))?;
        }
        Ok(Self { bytes, sections })
    }

    /// Takes `bytes` as a gazetteer if they are what was written.
    pub(crate) fn checked(bytes: Cow<'static, [u8]>, path: &Path) -> Result<Self> {
        let table = Self::trusted(bytes, path)?;
        let stated = &table.bytes[MAGIC.len()..DIRECTORY];
        if blake3::hash(&table.bytes[DIRECTORY..]).as_bytes() != stated {
            let problem = format!("the gazetteer is damaged (its checksum differs); {REMEDY}");
            return Err(Error::Table { path: path.to_owned(), problem });
        }
        Ok(table)
    }

    /// The file that holds `sections`, which stand in the order of [`Section`].
    pub(crate) fn to_bytes(sections: &[Vec<u8>; Section::COUNT]) -> Option<Vec<u8>> {
        let mut start = DIRECTORY + 8 * Section::COUNT;
        let mut body = Vec::new();
        for section in sections {
            body.extend(u32::try_from(start).ok()?.to_le_bytes());
            body.extend(u32::try_from(section.len()).ok()?.to_le_bytes());
            start += section.len();
        }
        body.extend(sections.iter().flatten());
        let mut file = MAGIC.to_vec();
        file.extend(blake3::hash(&body).as_bytes());
        file.extend(body);
        Some(file)
    }

    /// All bytes of `section`.
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        self.bytes.get(self.sections[section as usize].clone()).unwrap_or_default()
    }

    /// The lines of a section of text.
    pub(crate) fn lines(&self, section: Section) -> impl Iterator<Item = &str> {
        std::str::from_utf8(self.section(section)).unwrap_or_default().lines()
    }

    /// How many rows of `size` bytes `section` has.
    pub(crate) fn rows(&self, section: Section, size: usize) -> usize {
        self.section(section).len() / size
    }

    fn row<const SIZE: usize>(&self, section: Section, at: usize) -> Option<[u8; SIZE]> {
        self.section(section).get(at.checked_mul(SIZE)?..)?.first_chunk().copied()
    }

    /// A number of a section of u16.
    pub(crate) fn u16(&self, section: Section, at: usize) -> Option<u16> {
        self.row(section, at).map(u16::from_le_bytes)
    }

    /// A number of a section of u32.
    pub(crate) fn u32(&self, section: Section, at: usize) -> Option<u32> {
        self.row(section, at).map(u32::from_le_bytes)
    }

    /// A number of a section of three bytes each.
    pub(crate) fn u24(&self, section: Section, at: usize) -> Option<u32> {
        self.row(section, at).map(|[low, middle, high]| u32::from_le_bytes([low, middle, high, 0]))
    }

    /// A bit of a section of bits.
    pub(crate) fn bit(&self, section: Section, at: usize) -> bool {
        self.section(section).get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
    }

    /// An entry above the villages.
    pub(crate) fn record(&self, at: usize) -> Option<Record> {
        self.row(Section::Records, at).map(Record::from_bytes)
    }

    /// A stem of entries above the villages.
    pub(crate) fn stem(&self, at: usize) -> Option<StemRow> {
        self.row(Section::Stems, at).map(StemRow::from_bytes)
    }

    /// First character, second character, first stem.
    pub(crate) fn pair(&self, at: usize) -> Option<[u16; 3]> {
        self.row::<6>(Section::Pairs, at).map(numbers)
    }

    /// A row of the history.
    pub(crate) fn history(&self, at: usize) -> Option<HistoryRow> {
        self.row(Section::History, at).map(HistoryRow::from_bytes)
    }
}

fn read_u32(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes).and_then(|number| usize::try_from(number).ok())
}
