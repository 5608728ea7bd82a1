use std::collections::VecDeque;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHasher;

use crate::knowledge::{FormKind, Gazetteer, Level, PlaceId, UserDictionary};

/// A name that can stand in a text, in one of the forms that papers use.
#[derive(Debug)]
pub struct Name {
    /// The form.
    pub text: String,
    /// Its characters.
    pub characters: Vec<char>,
    /// How it relates to the full name.
    pub kind: FormKind,
    /// The place, if it is from the gazetteer.
    pub place: Option<PlaceId>,
    /// The entry's number, if it is from the user's dictionary.
    pub entry: Option<usize>,
}

/// Names by all but one of their characters.
///
/// A name of n characters is found under n keys, each with a hole at one place; a string that differs from it in one
/// character has one of these keys. So a look-up finds exactly the names at that distance, which an automaton over bytes
/// does not. Before it, bits for pairs of characters tell nearly always that there is nothing to find.
#[derive(Debug, Default)]
pub(super) struct Index {
    names: Vec<Arc<Name>>,
    /// Key and number of the name, by key.
    keys: Vec<(u64, u32)>,
    /// Bits of the pairs of characters that stand first and second, first and third, second and third in some name.
    pairs: [PairFilter; 3],
    /// Bits of the characters that names of two begin and end with.
    ends: [PairFilter; 2],
    /// The longest name, in characters.
    longest: usize,
}

/// The longest form that is looked for; longer names are looked for by their shorter forms.
const LONGEST: usize = 10;

impl Index {
    /// The names of what lies directly below `place`, and for a county of the villages below that.
    fn of_place(gazetteer: &Gazetteer, place: PlaceId) -> Self {
        let mut index = Self::default();
        for child in gazetteer.children(place) {
            index.add_place(gazetteer, child);
            if gazetteer.level(child) == Level::Town {
                for village in gazetteer.children(child) {
                    index.add_place(gazetteer, village);
                }
            }
        }
        index.finish()
    }

    /// The names and aliases of the user's dictionary.
    pub(super) fn of_dictionary(dictionary: &UserDictionary) -> Self {
        let mut index = Self::default();
        for (number, entry) in dictionary.entries().iter().enumerate() {
            for text in std::iter::once(&entry.name).chain(&entry.aliases) {
                index.add(text.clone(), FormKind::Full, None, Some(number));
            }
        }
        index.finish()
    }

    fn add_place(&mut self, gazetteer: &Gazetteer, place: PlaceId) {
        for (text, form) in gazetteer.forms(place) {
            if form.kind != FormKind::Period && !form.common {
                self.add(text, form.kind, Some(place), None);
            }
        }
    }

    fn add(&mut self, text: String, kind: FormKind, place: Option<PlaceId>, entry: Option<usize>) {
        let characters: Vec<char> = text.chars().collect();
        if !(2..=LONGEST).contains(&characters.len()) {
            return;
        }
        let number = self.names.len() as u32;
        for hole in 0..characters.len() {
            self.keys.push((key(&characters, hole), number));
        }
        match characters.as_slice() {
            [first, second] => {
                self.ends[0].set(*first, ' ');
                self.ends[1].set(*second, ' ');
            }
            [first, second, third, ..] => {
                self.pairs[0].set(*first, *second);
                self.pairs[1].set(*first, *third);
                self.pairs[2].set(*second, *third);
            }
            _ => {}
        }
        self.longest = self.longest.max(characters.len());
        self.names.push(Arc::new(Name { text, characters, kind, place, entry }));
    }

    fn finish(mut self) -> Self {
        self.keys.sort_unstable();
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether any name can begin here, but for one character: nearly always not.
    pub(super) fn may_begin(&self, at: &[char]) -> bool {
        match *at {
            [first, second, third, ..] => {
                self.pairs[0].has(first, second)
                    || self.pairs[1].has(first, third)
                    || self.pairs[2].has(second, third)
                    || self.ends[0].has(first, ' ')
                    || self.ends[1].has(second, ' ')
            }
            [first, second] => self.ends[0].has(first, ' ') || self.ends[1].has(second, ' '),
            _ => false,
        }
    }

    /// The names that differ in exactly one character from the beginning of `at`, each with the place where they differ.
    pub(super) fn one_off<'i>(&'i self, at: &'i [char]) -> impl Iterator<Item = (&'i Arc<Name>, usize)> {
        (2..=self.longest.min(at.len())).flat_map(move |length| {
            let window = &at[..length];
            (0..length).flat_map(move |hole| {
                self.with_key(key(window, hole)).filter_map(move |name| {
                    let same = |place: usize| name.characters[place] == window[place];
                    let fits = name.characters.len() == length && (0..length).all(|place| place == hole || same(place));
                    (fits && !same(hole)).then_some((name, hole))
                })
            })
        })
    }

    fn with_key(&self, key: u64) -> impl Iterator<Item = &Arc<Name>> {
        let first = self.keys.partition_point(|(other, _)| *other < key);
        self.keys[first..]
            .iter()
            .take_while(move |(other, _)| *other == key)
            .map(|(_, name)| &self.names[*name as usize])
    }
}

/// The key of `name` with a hole at `hole`.
fn key(name: &[char], hole: usize) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_usize(name.len() * 16 + hole);
    for (place, c) in name.iter().enumerate() {
        if place != hole {
            hasher.write_u32(*c as u32);
        }
    }
    hasher.finish()
}

/// A bit for each pair of characters, by their hash.
#[derive(Debug)]
struct PairFilter(Box<[u64; 256]>);

impl Default for PairFilter {
    fn default() -> Self {
        Self(Box::new([0; 256]))
    }
}

impl PairFilter {
    /// Which bit of 16,384 stands for a pair. A county has some 1,000 forms: then one bit in 16 is set.
    fn bit(first: char, second: char) -> (usize, u64) {
        let mixed = (first as u32).wrapping_mul(0x9E37_79B1) ^ (second as u32).wrapping_mul(0x85EB_CA77);
        let bit = mixed.wrapping_mul(0xC2B2_AE3D) >> 18;
        ((bit >> 6) as usize, 1 << (bit & 63))
    }

    fn set(&mut self, first: char, second: char) {
        let (word, bit) = Self::bit(first, second);
        self.0[word] |= bit;
    }

    fn has(&self, first: char, second: char) -> bool {
        let (word, bit) = Self::bit(first, second);
        self.0[word] & bit != 0
    }
}

/// Indexes by place, made when first asked for. A paper is about few counties, so a few dozen are kept.
pub(super) struct Indexes {
    gazetteer: &'static Gazetteer,
    kept: Mutex<VecDeque<(PlaceId, Arc<Index>)>>,
}

/// How many indexes are kept; each takes some 200 KB.
const KEPT: usize = 48;

impl Indexes {
    pub(super) fn new(gazetteer: &'static Gazetteer) -> Self {
        Self { gazetteer, kept: Mutex::new(VecDeque::new()) }
    }

    pub(super) fn get(&self, place: PlaceId) -> Arc<Index> {
        // A thread that panicked while it held the lock left whole entries behind: they are pushed when made.
        let found = |kept: &VecDeque<(PlaceId, Arc<Index>)>| {
            kept.iter().find(|(other, _)| *other == place).map(|(_, index)| Arc::clone(index))
        };
        if let Some(index) = found(&self.kept.lock().unwrap_or_else(PoisonError::into_inner)) {
            return index;
        }
        let index = Arc::new(Index::of_place(self.gazetteer, place));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = found(&kept) {
            return index;
        }
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((place, Arc::clone(&index)));
        index
    }
}
