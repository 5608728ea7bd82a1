//! What every binary table begins with, and how it is taken apart without trust.
//!
//! A table is a line that names its format and version (`kanwu shapes 1`), the BLAKE3 hash of the rest (32 bytes), and
//! the rest. Numbers are little-endian and need no alignment, so a table is used as it lies, in the program or in a
//! file. A damaged table is refused; in one that is refused too late, look-ups find nothing rather than panic.

use std::borrow::Cow;
use std::mem::take;
use std::path::Path;

use crate::{Error, Result};

/// The bytes of a table or of a part of it: borrowed where they are part of the program.
pub(crate) type Bytes = Cow<'static, [u8]>;

/// A kind of table, and its version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// The first line, with its line end.
    pub(crate) line: &'static str,
    /// The command that makes such a table, for messages.
    pub(crate) command: &'static str,
}

impl Format {
    /// A whole table around `body`.
    pub(crate) fn seal(self, body: &[u8]) -> Vec<u8> {
        [self.line.as_bytes(), blake3::hash(body).as_bytes(), body].concat()
    }

    /// The body of the table in `bytes`, after a look at every byte of it.
    pub(crate) fn open(self, bytes: Bytes, path: &Path) -> Result<Sections<'_>> {
        if !bytes.starts_with(self.line.as_bytes()) {
            return Err(self.refuse(path, &format!("its first line is not `{}`", self.line.trim_end())));
        }
        let (_, rest) = split(bytes, self.line.len());
        if rest.len() < blake3::OUT_LEN {
            return Err(self.refuse(path, "it is cut short"));
        }
        let (hash, body) = split(rest, blake3::OUT_LEN);
        if blake3::hash(&body).as_bytes()[..] != hash[..] {
            return Err(self.refuse(path, "it is damaged"));
        }
        Ok(Sections { format: self, path, rest: body })
    }

    /// The body of a table that is part of the program: the tests have looked at its bytes, start-up need not.
    pub(crate) fn embedded(self, bytes: &'static [u8], path: &'static str) -> Sections<'static> {
        let start = (self.line.len() + blake3::OUT_LEN).min(bytes.len());
        Sections { format: self, path: Path::new(path), rest: Cow::Borrowed(&bytes[start..]) }
    }

    fn refuse(self, path: &Path, problem: &str) -> Error {
        Error::Table { path: path.to_owned(), problem: format!("{problem}; make it again with `{}`", self.command) }
    }
}

/// Takes the body of a table apart, front to back.
pub(crate) struct Sections<'p> {
    format: Format,
    path: &'p Path,
    rest: Bytes,
}

impl Sections<'_> {
    /// The next number.
    pub(crate) fn number(&mut self) -> Result<usize> {
        let bytes = self.next(1, 4)?;
        Ok(u32_at(&bytes, 0).unwrap_or_default() as usize)
    }

    /// The next number with a fraction.
    pub(crate) fn float(&mut self) -> Result<f32> {
        Ok(self.next(1, 4)?.first_chunk().map_or(0.0, |&four| f32::from_le_bytes(four)))
    }

    /// The next `count` numbers with fractions.
    pub(crate) fn floats(&mut self, count: usize) -> Result<Vec<f32>> {
        let bytes = self.next(count, 4)?;
        Ok(bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect())
    }

    /// The next `count` items of `width` bytes each.
    pub(crate) fn next(&mut self, count: usize, width: usize) -> Result<Bytes> {
        let Some(length) = count.checked_mul(width).filter(|&length| length <= self.rest.len()) else {
            return Err(self.refuse("it holds less than it announces"));
        };
        let (section, rest) = split(take(&mut self.rest), length);
        self.rest = rest;
        Ok(section)
    }

    /// All that is left.
    pub(crate) fn rest(self) -> Bytes {
        self.rest
    }

    /// Says that the table is not what it should be.
    pub(crate) fn refuse(&self, problem: &str) -> Error {
        self.format.refuse(self.path, problem)
    }
}

/// The first `length` of `bytes`, which has as many, and the rest; copied only where they are not part of the program.
fn split(bytes: Bytes, length: usize) -> (Bytes, Bytes) {
    match bytes {
        Cow::Borrowed(bytes) => (Cow::Borrowed(&bytes[..length]), Cow::Borrowed(&bytes[length..])),
        Cow::Owned(mut bytes) => {
            let rest = bytes.split_off(length);
            (Cow::Owned(bytes), Cow::Owned(rest))
        }
    }
}

/// The `index`-th number of four bytes.
pub(crate) fn u32_at(bytes: &[u8], index: usize) -> Option<u32> {
    bytes.get(index * 4..)?.first_chunk().map(|&four| u32::from_le_bytes(four))
}

/// The `index`-th number of two bytes.
pub(crate) fn u16_at(bytes: &[u8], index: usize) -> Option<u16> {
    bytes.get(index * 2..)?.first_chunk().map(|&two| u16::from_le_bytes(two))
}

/// The characters of a table, in the order of their code points; a character's place is its number in the table.
#[derive(Debug, Clone)]
pub(crate) struct Alphabet {
    characters: Bytes,
    /// By block of 64 code points, how many characters stand in those before it: nearly all of a block are in a table, so
    /// that where it begins nearly always tells a character's number.
    before: Box<[u32]>,
}

/// How many bits of a code point tell its place in a block.
const BLOCK_BITS: u32 = 6;

impl Alphabet {
    /// Takes an alphabet of `count` characters from a table.
    pub(crate) fn take(sections: &mut Sections<'_>, count: usize) -> Result<Self> {
        let characters = sections.next(count, 4)?;
        let blocks = || (0..count).filter_map(|number| u32_at(&characters, number)).map(Self::block);
        let mut before = vec![0; blocks().max().map_or(0, |last| last + 2)].into_boxed_slice();
        blocks().for_each(|block| before[block + 1] += 1);
        for block in 1..before.len() {
            before[block] += before[block - 1];
        }
        Ok(Self { characters, before })
    }

    /// The block of a code point; of what is none, as in a damaged table, the last.
    fn block(code: u32) -> usize {
        (code.min(u32::from(char::MAX)) >> BLOCK_BITS) as usize
    }

    /// The bytes of an alphabet of `characters`, which rise.
    pub(crate) fn encode(characters: impl IntoIterator<Item = char>) -> Vec<u8> {
        characters.into_iter().flat_map(|c| u32::from(c).to_le_bytes()).collect()
    }

    /// How many characters there are.
    pub(crate) fn len(&self) -> usize {
        self.characters.len() / 4
    }

    /// The number of `c`.
    pub(crate) fn number(&self, c: char) -> Option<usize> {
        let wanted = u32::from(c);
        let block = Self::block(wanted);
        let (mut low, mut high) = (*self.before.get(block)? as usize, *self.before.get(block + 1)? as usize);
        // Where the whole block is there, the first guess is right.
        let mut middle = low + (wanted & ((1 << BLOCK_BITS) - 1)) as usize;
        while low < high {
            middle = middle.clamp(low, high - 1);
            match u32_at(&self.characters, middle)?.cmp(&wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
            middle = low.midpoint(high);
        }
        None
    }

    /// All of them, in the order of their code points.
    pub(crate) fn characters(&self) -> impl Iterator<Item = char> {
        (0..self.len()).filter_map(|number| self.character(number))
    }

    /// The character whose number is `number`.
    pub(crate) fn character(&self, number: usize) -> Option<char> {
        u32_at(&self.characters, number).and_then(char::from_u32)
    }
}
