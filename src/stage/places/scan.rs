//! One walk over a text that finds where names stand, and where something stands that is one character away from a name.

use std::sync::Arc;

use super::index::{Bits, Index, hash, is_short_suffix};
use super::letters::{BYTES, letter_at};
use crate::text::Span;

/// A place of the text where a name stands, but for one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Which of the indexes the name is in.
    pub(super) index: usize,
    /// The name's number in it.
    pub(super) name: u32,
    /// The byte that it begins at.
    pub(super) start: usize,
    /// How many characters it has.
    pub(super) length: usize,
    /// Which of them differs, counted from 0; `None` where the name stands as it should.
    pub(super) differs: Option<usize>,
}

impl Hit {
    /// The bytes of the string.
    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.start + self.length * BYTES)
    }

    /// The bytes of the character that differs.
    pub(super) fn differing(self) -> Span {
        let start = self.start + self.differs.unwrap_or(0) * BYTES;
        Span::new(start, start + BYTES)
    }
}

/// Which characters of a name the tables of pairs have.
pub(super) const PAIRS: [[usize; 2]; 3] = [[0, 1], [0, 2], [1, 2]];

/// Finds the names of `indexes` in `text`, and what is one character away from them.
///
/// Names of two characters that have no suffix are found as they stand only: see [`near_pairs`].
pub(super) fn scan(text: &str, indexes: &[Arc<Index>]) -> Vec<Hit> {
    let mut bits = [Bits::default(), Bits::default(), Bits::default()];
    for index in indexes {
        for (all, table) in bits.iter_mut().zip(index.pairs()) {
            all.add(table.bits());
        }
    }
    let mut scan = Scan { bytes: text.as_bytes(), indexes, bits, hits: Vec::new() };
    walk(text, |start, window| scan.look(start, window));
    scan.hits
}

/// Calls `look` for each letter of `text` that another follows, with those two and the third, or 0 where there is none.
#[expect(clippy::single_match_else, reason = "both arms are the work of the loop")]
fn walk(text: &str, mut look: impl FnMut(usize, [u16; 3])) {
    let bytes = text.as_bytes();
    let (mut at, mut before) = (0, [0u16; 2]);
    while at < bytes.len() {
        let letter = if bytes[at] >= 0xE3 { letter_at(bytes, at) } else { None };
        match letter {
            Some(letter) => {
                if before[0] != 0 {
                    look(at - 2 * BYTES, [before[0], before[1], letter]);
                }
                before = [before[1], letter];
                at += BYTES;
            }
            None => {
                if before[0] != 0 {
                    look(at - 2 * BYTES, [before[0], before[1], 0]);
                }
                before = [0; 2];
                at += match bytes[at] {
                    ..0x80 => 1,
                    0x80..0xE0 => 2,
                    0xE0..0xF0 => BYTES,
                    0xF0.. => 4,
                };
            }
        }
    }
    if before[0] != 0 {
        look(bytes.len() - 2 * BYTES, [before[0], before[1], 0]);
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    indexes: &'a [Arc<Index>],
    /// For each table of pairs, the bits of all indexes.
    bits: [Bits; 3],
    hits: Vec<Hit>,
}

impl Scan<'_> {
    fn look(&mut self, start: usize, [first, second, third]: [u16; 3]) {
        for (table, pair) in [[first, second], [first, third], [second, third]].into_iter().enumerate() {
            let hash = hash(pair);
            if self.bits[table].has(hash) && pair[1] != 0 {
                self.look_up(start, table, pair, hash);
            }
        }
        if is_short_suffix(second) {
            for (number, index) in self.indexes.iter().enumerate() {
                let names = index.short(second).filter(|(right, _)| *right != first);
                let hit = |(_, name)| Hit { index: number, name, start, length: 2, differs: Some(0) };
                self.hits.extend(names.map(hit));
            }
        }
    }

    #[cold]
    fn look_up(&mut self, start: usize, table: usize, pair: [u16; 2], hash: u32) {
        for (number, index) in self.indexes.iter().enumerate() {
            let pairs = &index.pairs()[table];
            if !pairs.bits().has(hash) {
                continue;
            }
            for &name in pairs.names(hash) {
                let letters = index.letters(name);
                if PAIRS[table].map(|at| letters[at]) != pair {
                    continue;
                }
                if let Some(differs) = self.compare(start, letters)
                    // Each table has what the others cannot: it differs after the pair, between its two, before it.
                    && table == differs.map_or(0, |at| 2usize.saturating_sub(at))
                {
                    self.hits.push(Hit { index: number, name, start, length: letters.len(), differs });
                }
            }
        }
    }

    /// Where the text from `start` differs from `letters`, if anywhere; `None` if in more than one place.
    #[expect(clippy::option_option, reason = "no match, a match, a match but for one: two of the three hold nothing")]
    fn compare(&self, start: usize, letters: &[u16]) -> Option<Option<usize>> {
        let mut differs = None;
        for (place, letter) in letters.iter().enumerate() {
            let read = letter_at(self.bytes, start + place * BYTES)?;
            if read != *letter && differs.replace(place).is_some() {
                return None;
            }
        }
        Some(differs)
    }
}

/// Strings of two characters in `text` that differ in one from one of `names`, which are two characters each, where
/// `is_possible` says of the right and the read character that engines confuse them. Gives the number of the name, the
/// byte, and the place that differs.
///
/// So short a name is one character away from much that stands in any text, so only what engines confuse is looked for.
pub(super) fn near_pairs(
    text: &str,
    names: &[[u16; 2]],
    mut is_possible: impl FnMut(u16, u16) -> bool,
) -> Vec<(usize, usize, usize)> {
    let mut known = [0u8; 1 << 8];
    let slot = |letter: u16| usize::from(letter ^ (letter >> 8)) & 0xFF;
    for name in names {
        known[slot(name[0])] |= 1;
        known[slot(name[1])] |= 2;
    }
    let mut found = Vec::new();
    walk(text, |start, pair| {
        if known[slot(pair[0])] & 1 == 0 && known[slot(pair[1])] & 2 == 0 {
            return;
        }
        for (number, name) in names.iter().enumerate() {
            let differs = match (name[0] == pair[0], name[1] == pair[1]) {
                (false, true) => 0,
                (true, false) => 1,
                _ => continue,
            };
            if is_possible(name[differs], pair[differs]) {
                found.push((number, start, differs));
            }
        }
    });
    found
}
