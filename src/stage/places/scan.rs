//! One walk over a text that finds where names stand, and where something stands that is one character away from a name.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::index::{Bits, Index, Together, hash, together};
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
/// Names of two characters are found as they stand only: see [`near_pairs`].
pub(super) fn scan(text: &str, indexes: &[Arc<Index>]) -> Vec<Hit> {
    let mut scan = Scan { bytes: text.as_bytes(), indexes, tables: Tables::new(text, indexes), hits: Vec::new() };
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

/// How names are looked up by two of their characters.
enum Tables {
    /// In each index; with, for each table of pairs, the bits of all of them.
    Each([Bits; 3]),
    /// In all indexes at once.
    Together(Together),
}

impl Tables {
    /// As it is quicker for `text`: what it takes to ask each index grows with the text and with the indexes; what it takes
    /// to put them together, with their names.
    fn new(text: &str, indexes: &[Arc<Index>]) -> Self {
        let names: usize = indexes.iter().map(|index| index.count()).sum();
        if indexes.len() > MOST_ASKED_EACH && names < text.len() * indexes.len() / WORTH_A_NAME {
            return Self::Together(together(indexes));
        }
        let mut bits = [Bits::default(), Bits::default(), Bits::default()];
        for index in indexes {
            for (all, table) in bits.iter_mut().zip(index.pairs()) {
                all.add(table.bits());
            }
        }
        Self::Each(bits)
    }

    /// Whether a name may have the pair of this hash in `table`.
    fn may_have(&self, table: usize, hash: u32) -> bool {
        match self {
            Self::Each(bits) => bits[table].has(hash),
            Self::Together(tables) => tables[table].bits().has(hash),
        }
    }
}

/// How many indexes are asked one by one however long the text is: the bits of so few tell them from most pairs.
const MOST_ASKED_EACH: usize = 8;

/// How many bytes of text, times indexes, are looked up in the time that a name takes to be put into the tables together.
const WORTH_A_NAME: usize = 16;

struct Scan<'a> {
    bytes: &'a [u8],
    indexes: &'a [Arc<Index>],
    tables: Tables,
    hits: Vec<Hit>,
}

impl Scan<'_> {
    fn look(&mut self, start: usize, [first, second, third]: [u16; 3]) {
        for (table, pair) in [[first, second], [first, third], [second, third]].into_iter().enumerate() {
            let hash = hash(pair);
            if self.tables.may_have(table, hash) && pair[1] != 0 {
                self.look_up(start, table, pair, hash);
            }
        }
    }

    #[cold]
    fn look_up(&mut self, start: usize, table: usize, pair: [u16; 2], hash: u32) {
        let Self { bytes, indexes, tables, hits, .. } = self;
        let mut compare = |number: usize, name: u32| {
            let letters = indexes[number].letters(name);
            if PAIRS[table].map(|at| letters[at]) == pair
                && let Some(differs) = compare(bytes, start, letters)
                // Each table has what the others cannot: it differs after the pair, between its two, before it.
                && table == differs.map_or(0, |at| 2usize.saturating_sub(at))
            {
                hits.push(Hit { index: number, name, start, length: letters.len(), differs });
            }
        };
        match tables {
            Tables::Together(tables) => {
                tables[table].names(hash).iter().for_each(|&(index, name)| compare(index as usize, name));
            }
            Tables::Each(_) => {
                let pairs = indexes.iter().map(|index| &index.pairs()[table]).enumerate();
                for (index, pairs) in pairs.filter(|(_, pairs)| pairs.bits().has(hash)) {
                    pairs.names(hash).iter().for_each(|name| compare(index, *name));
                }
            }
        }
    }
}

/// Where the text from the byte `start` differs from `letters`, if anywhere; `None` if in more than one place.
#[expect(clippy::option_option, reason = "no match, a match, a match but for one: two of the three hold nothing")]
pub(super) fn compare(bytes: &[u8], start: usize, letters: &[u16]) -> Option<Option<usize>> {
    let mut differs = None;
    for (place, letter) in letters.iter().enumerate() {
        let read = letter_at(bytes, start + place * BYTES)?;
        if read != *letter && differs.replace(place).is_some() {
            return None;
        }
    }
    Some(differs)
}

/// Which letters there are, a bit each.
struct Letters(Box<[u64]>);

impl Default for Letters {
    fn default() -> Self {
        Self(vec![0; (usize::from(u16::MAX) + 1) / u64::BITS as usize].into_boxed_slice())
    }
}

impl Letters {
    fn add(&mut self, letter: u16) {
        self.0[usize::from(letter) / 64] |= 1 << (letter % 64);
    }

    fn has(&self, letter: u16) -> bool {
        self.0[usize::from(letter) / 64] >> (letter % 64) & 1 == 1
    }
}

/// A name of two characters.
pub(super) struct Two {
    pub(super) letters: [u16; 2],
    /// Which of them is looked for where another stands.
    pub(super) may_differ: [bool; 2],
}

/// Strings of two characters in `text` that differ in one from one of `names`, where `is_possible` says of the right and the
/// read character that engines confuse them. Gives the number of the name, the byte, and the place that differs.
///
/// So short a name is one character away from much that stands in any text, so only what engines confuse is looked for. Which
/// names that are is looked up once for two characters, however often they stand side by side.
pub(super) fn near_pairs(
    text: &str,
    names: &[Two],
    mut is_possible: impl FnMut(u16, u16) -> bool,
) -> Vec<(usize, usize, usize)> {
    let mut known = [Letters::default(), Letters::default()];
    // By the place of the character that agrees, and by that: the names, and their characters that may differ.
    let mut agreeing: [FxHashMap<u16, Vec<(usize, u16)>>; 2] = Default::default();
    for (number, Two { letters, may_differ }) in names.iter().enumerate() {
        for place in (0..2).filter(|place| may_differ[1 - place]) {
            known[place].add(letters[place]);
            agreeing[place].entry(letters[place]).or_default().push((number, letters[1 - place]));
        }
    }
    let mut look_up = |pair: [u16; 3]| {
        let of_place =
            |place: usize| agreeing[place].get(&pair[place]).into_iter().flatten().map(move |name| (place, name));
        let others = (0..2).flat_map(of_place).filter(|(place, (_, right))| *right != pair[1 - place]);
        let possible = others.filter(|(place, (_, right))| is_possible(*right, pair[1 - place]));
        possible.map(|(place, (number, _))| (*number, 1 - place)).collect::<Box<[(usize, usize)]>>()
    };
    // Most pairs are near no name, and a long page has very many: what is kept of each must be small.
    let mut sets: Vec<Box<[(usize, usize)]>> = vec![Box::default()];
    let mut set_of: FxHashMap<[u16; 2], u32> = FxHashMap::default();
    let mut found = Vec::new();
    walk(text, |start, pair| {
        if (0..2).any(|place| known[place].has(pair[place])) {
            let set = *set_of.entry([pair[0], pair[1]]).or_insert_with(|| match look_up(pair) {
                names if names.is_empty() => 0,
                names => {
                    sets.push(names);
                    sets.len() as u32 - 1
                }
            });
            found.extend(sets[set as usize].iter().map(|&(number, differs)| (number, start, differs)));
        }
    });
    found
}
