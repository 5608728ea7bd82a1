//! The stems of the villages: 300,000 strings in a little over one megabyte.
//!
//! A character is one byte where it is among the [`SHORT`] most used ones, and two where not. The stems are sorted as
//! bytes; each is kept as the number of bytes that it shares with the one before it and the bytes that it adds.

use super::table::{BLOCK, Section, Table};

/// How many characters have one byte; higher bytes open a pair. Half of the characters of the stems are among them.
pub(crate) const SHORT: u32 = 192;

/// The largest number that half a byte says; a byte with what is beyond follows.
pub(crate) const ESCAPE: usize = 15;

/// The stem with the number `id`.
pub(crate) fn stem(table: &Table, id: u32) -> Option<String> {
    let mut stem = String::new();
    Stems::default().read(table, id, &mut stem)?;
    Some(stem)
}

/// Reads stems, one after another, in the same room.
#[derive(Default)]
pub(crate) struct Stems {
    bytes: Vec<u8>,
}

impl Stems {
    /// Puts the stem with the number `id` into `stem`.
    pub(crate) fn read(&mut self, table: &Table, id: u32, stem: &mut String) -> Option<()> {
        let id = usize::try_from(id).ok()?;
        self.bytes.clear();
        let mut stems = Block::starting_with(table, id / BLOCK, std::mem::take(&mut self.bytes))?;
        for _ in 0..id % BLOCK {
            stems.advance()?;
        }
        stems.advance()?;
        self.bytes = stems.current;
        stem.clear();
        decode(table, &self.bytes, stem)
    }
}

/// The number of `stem`.
pub(crate) fn find(table: &Table, stem: &str) -> Option<u32> {
    let wanted = encode(table, stem)?;
    let (mut low, mut high) = (0, table.rows(Section::Blocks, 4));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let mut block = Block::new(table, middle)?;
        block.advance()?;
        if block.current <= wanted { low = middle } else { high = middle }
    }
    let mut block = Block::new(table, low)?;
    for nth in 0..BLOCK {
        block.advance()?;
        if block.current == wanted {
            return u32::try_from(low * BLOCK + nth).ok();
        }
    }
    None
}

/// A walk over the stems from the start of a block.
struct Block<'t> {
    bytes: &'t [u8],
    current: Vec<u8>,
}

impl<'t> Block<'t> {
    fn new(table: &'t Table, block: usize) -> Option<Self> {
        Self::starting_with(table, block, Vec::new())
    }

    /// In the room of `current`, which is empty.
    fn starting_with(table: &'t Table, block: usize, current: Vec<u8>) -> Option<Self> {
        let start = usize::try_from(table.u32(Section::Blocks, block)?).ok()?;
        Some(Self { bytes: table.section(Section::VillageStems).get(start..)?, current })
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn count(&mut self, half: u8) -> Option<usize> {
        let half = usize::from(half);
        if half < ESCAPE { Some(half) } else { Some(ESCAPE + usize::from(self.byte()?)) }
    }

    fn advance(&mut self) -> Option<()> {
        let header = self.byte()?;
        let shared = self.count(header >> 4)?;
        let added = self.count(header & 0xF)?;
        let (added, rest) = self.bytes.split_at_checked(added)?;
        self.bytes = rest;
        self.current.truncate(shared);
        self.current.extend_from_slice(added);
        Some(())
    }
}

fn character(table: &Table, at: u32) -> Option<char> {
    char::from_u32(table.u24(Section::Alphabet, usize::try_from(at).ok()?)?)
}

fn decode(table: &Table, bytes: &[u8], text: &mut String) -> Option<()> {
    let mut bytes = bytes.iter().map(|byte| u32::from(*byte));
    while let Some(byte) = bytes.next() {
        let at = if byte < SHORT { byte } else { SHORT + ((byte - SHORT) << 8 | bytes.next()?) };
        text.push(character(table, at)?);
    }
    Some(())
}

fn encode(table: &Table, text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(2 * text.len() / 3);
    for c in text.chars() {
        push_code(&mut bytes, position(table, c)?);
    }
    Some(bytes)
}

/// Adds the bytes of the character at `position` of the alphabet.
pub(crate) fn push_code(bytes: &mut Vec<u8>, position: u32) {
    match position.checked_sub(SHORT) {
        None => bytes.push(position.to_le_bytes()[0]),
        Some(beyond) => {
            let [low, high, ..] = beyond.to_le_bytes();
            bytes.extend([192 + high, low]);
        }
    }
}

fn position(table: &Table, c: char) -> Option<u32> {
    let count = u32::try_from(table.rows(Section::Alphabet, 3)).ok()?;
    if let Some(at) = (0..SHORT.min(count)).find(|at| character(table, *at) == Some(c)) {
        return Some(at);
    }
    let (mut low, mut high) = (SHORT.min(count), count);
    while low < high {
        let middle = low + (high - low) / 2;
        match character(table, middle)?.cmp(&c) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}
