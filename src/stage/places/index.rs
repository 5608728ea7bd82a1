use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::letters::letter;
use crate::knowledge::{FormKind, Gazetteer, Level, PlaceId, UserDictionary};

/// A name that can stand in a text, in one of the forms that papers use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    first: u32,
    /// How many characters it has.
    pub(super) length: u8,
    /// How many of them, at its end, say what it names: 2 of 官庄街道, none of 官庄.
    pub(super) suffix: u8,
    /// How it relates to the full name.
    pub(super) kind: FormKind,
    /// Whose name it is.
    pub(super) owner: Owner,
}

/// Whose name a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Owner {
    /// That of a place of the gazetteer.
    Place(PlaceId),
    /// That of the entry of the user's dictionary with this number.
    Entry(u32),
}

/// The names that lie in one place, found by all but one of their characters.
///
/// A string that differs from a name in one character agrees with it in the first and second, the first and third, or the
/// second and third. So three tables of pairs find exactly the names at that distance, which an automaton over bytes does
/// not, and a bit for each pair tells nearly always that there is nothing to find.
#[derive(Debug)]
pub(super) struct Index {
    letters: Vec<u16>,
    names: Vec<Name>,
    pairs: [PairTable; 3],
    /// The names of two characters of which the second is a suffix: 刁镇, 王村.
    short: Vec<u32>,
    /// All names of two characters, by their owner.
    of_two: Vec<(Owner, u32)>,
}

/// The longest form that is looked for; longer names are looked for by their shorter forms.
const LONGEST: usize = 12;

/// What ends names and says what they name, the longer before the shorter.
const SUFFIXES: &[&str] = &[
    "街道办事处",
    "居委会",
    "村委会",
    "自治州",
    "自治县",
    "自治旗",
    "街道",
    "社区",
    "嘎查",
    "苏木",
    "地区",
    "镇",
    "乡",
    "村",
    "区",
    "县",
    "市",
    "旗",
    "州",
    "盟",
    "省",
];

impl Index {
    /// The names of what lies directly below `place`, and for a county of the villages below that.
    fn of_place(gazetteer: &Gazetteer, place: PlaceId) -> Self {
        let mut making = Making::default();
        for child in gazetteer.children(place) {
            making.add_place(gazetteer, child);
            if gazetteer.level(child) == Level::Town {
                for village in gazetteer.children(child) {
                    making.add_place(gazetteer, village);
                }
            }
        }
        making.finish()
    }

    /// The names and aliases of the user's dictionary.
    pub(super) fn of_dictionary(dictionary: &UserDictionary) -> Self {
        let mut making = Making::default();
        for (number, entry) in (0..).zip(dictionary.entries()) {
            for text in std::iter::once(&entry.name).chain(&entry.aliases) {
                making.add(text, FormKind::Full, Owner::Entry(number));
            }
        }
        making.finish()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(super) fn name(&self, number: u32) -> Name {
        self.names[number as usize]
    }

    /// The characters of a name.
    pub(super) fn letters(&self, number: u32) -> &[u16] {
        let name = self.name(number);
        &self.letters[name.first as usize..][..usize::from(name.length)]
    }

    pub(super) fn text(&self, number: u32) -> String {
        String::from_utf16_lossy(self.letters(number))
    }

    /// The tables by first and second, first and third, second and third character.
    pub(super) fn pairs(&self) -> &[PairTable; 3] {
        &self.pairs
    }

    /// The names of two characters that end in the suffix `last`.
    pub(super) fn short(&self, last: u16) -> impl Iterator<Item = u32> {
        self.short.iter().copied().filter(move |number| self.letters(*number)[1] == last)
    }

    /// The names of two characters that `owner` has.
    pub(super) fn of_two(&self, owner: Owner) -> impl Iterator<Item = u32> {
        let first = self.of_two.partition_point(|(other, _)| *other < owner);
        self.of_two[first..].iter().take_while(move |(other, _)| *other == owner).map(|(_, number)| *number)
    }
}

/// An index in the making.
#[derive(Default)]
struct Making {
    letters: Vec<u16>,
    names: Vec<Name>,
}

impl Making {
    fn add_place(&mut self, gazetteer: &Gazetteer, place: PlaceId) {
        for (text, form) in gazetteer.forms(place) {
            if form.kind != FormKind::Period && !form.common {
                self.add(&text, form.kind, Owner::Place(place));
            }
        }
    }

    fn add(&mut self, text: &str, kind: FormKind, owner: Owner) {
        let first = self.letters.len();
        self.letters.extend(text.chars().map_while(letter));
        let length = self.letters.len() - first;
        if !(2..=LONGEST).contains(&length) || length != text.chars().count() {
            self.letters.truncate(first);
            return;
        }
        let ending = SUFFIXES.iter().find(|suffix| text.len() > suffix.len() && text.ends_with(**suffix));
        let suffix = ending.filter(|_| kind != FormKind::Stem).map_or(0, |suffix| suffix.chars().count());
        self.names.push(Name { first: first as u32, length: length as u8, suffix: suffix as u8, kind, owner });
    }

    fn finish(self) -> Index {
        let Self { letters, names } = self;
        let of = |name: &Name| &letters[name.first as usize..][..usize::from(name.length)];
        let numbered = || (0u32..).zip(&names);
        let pairs = [(0, 1), (0, 2), (1, 2)].map(|(one, other)| {
            let long_enough = numbered().filter(|(_, name)| usize::from(name.length) > other);
            PairTable::new(long_enough.map(|(number, name)| ([of(name)[one], of(name)[other]], number)))
        });
        let are_two = || numbered().filter(|(_, name)| name.length == 2);
        let short = are_two().filter(|(_, name)| name.suffix > 0).map(|(number, _)| number).collect();
        let mut of_two: Vec<(Owner, u32)> = are_two().map(|(number, name)| (name.owner, number)).collect();
        of_two.sort_unstable();
        Index { letters, names, pairs, short, of_two }
    }
}

/// Names by two of their characters.
#[derive(Debug)]
pub(super) struct PairTable {
    bits: Bits,
    /// Where each bucket begins.
    starts: Vec<u32>,
    /// Pairs and names, by bucket.
    names: Vec<([u16; 2], u32)>,
}

/// The hash of a pair; its upper bits choose a bucket and a bit.
pub(super) fn hash([first, second]: [u16; 2]) -> u32 {
    let mixed = u32::from(first).wrapping_mul(0x9E37_79B1) ^ u32::from(second).wrapping_mul(0x85EB_CA77);
    mixed.wrapping_mul(0xC2B2_AE3D)
}

/// How many upper bits of a hash choose a bucket: about as many buckets as a county has names.
const BUCKET_BITS: u32 = 10;

fn bucket(hash: u32) -> usize {
    (hash >> (u32::BITS - BUCKET_BITS)) as usize
}

impl PairTable {
    fn new(pairs: impl Iterator<Item = ([u16; 2], u32)>) -> Self {
        let mut bits = Bits::default();
        let mut starts = vec![0; (1 << BUCKET_BITS) + 1];
        let pairs: Vec<(usize, ([u16; 2], u32))> = pairs
            .map(|(pair, number)| {
                let hash = hash(pair);
                bits.set(hash);
                let bucket = bucket(hash);
                starts[bucket + 1] += 1;
                (bucket, (pair, number))
            })
            .collect();
        for bucket in 1..starts.len() {
            starts[bucket] += starts[bucket - 1];
        }
        let mut next: Vec<u32> = starts.clone();
        let mut names = vec![([0; 2], 0); pairs.len()];
        for (bucket, name) in pairs {
            names[next[bucket] as usize] = name;
            next[bucket] += 1;
        }
        Self { bits, starts, names }
    }

    /// The bits of the hashes of its pairs.
    pub(super) fn bits(&self) -> &Bits {
        &self.bits
    }

    /// The names with this pair, whose hash is `hash`.
    pub(super) fn names(&self, pair: [u16; 2], hash: u32) -> impl Iterator<Item = u32> {
        let bucket = bucket(hash);
        let range = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
        self.names[range].iter().filter(move |(other, _)| *other == pair).map(|(_, number)| *number)
    }
}

/// A bit for each pair of characters, by its hash. A county has some 1,000 forms: then one bit in 16 is set.
#[derive(Debug, Clone)]
pub(super) struct Bits(Box<[u64; 256]>);

impl Default for Bits {
    fn default() -> Self {
        Self(Box::new([0; 256]))
    }
}

impl Bits {
    fn place(hash: u32) -> (usize, u64) {
        let bit = hash >> 18;
        ((bit >> 6) as usize, 1 << (bit & 63))
    }

    pub(super) fn set(&mut self, hash: u32) {
        let (word, bit) = Self::place(hash);
        self.0[word] |= bit;
    }

    pub(super) fn has(&self, hash: u32) -> bool {
        let (word, bit) = Self::place(hash);
        self.0[word] & bit != 0
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0.iter()) {
            *word |= more;
        }
    }
}

/// Indexes by place, made when first asked for. A paper is about few counties; those asked for last are kept.
pub(super) struct Indexes {
    gazetteer: &'static Gazetteer,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    indexes: FxHashMap<PlaceId, Arc<Index>>,
    order: VecDeque<PlaceId>,
}

/// How many indexes are kept; each takes some 80 KB, so all of them 20 MB at most.
const KEPT: usize = 256;

impl Indexes {
    pub(super) fn new(gazetteer: &'static Gazetteer) -> Self {
        Self { gazetteer, kept: Mutex::default() }
    }

    pub(super) fn get(&self, place: PlaceId) -> Arc<Index> {
        // A thread that panicked while it held the lock left whole entries behind: they are put in when made.
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = kept().indexes.get(&place) {
            return Arc::clone(index);
        }
        let index = Arc::new(Index::of_place(self.gazetteer, place));
        let mut kept = kept();
        if kept.indexes.insert(place, Arc::clone(&index)).is_none() {
            kept.order.push_back(place);
            if kept.order.len() > KEPT
                && let Some(oldest) = kept.order.pop_front()
            {
                kept.indexes.remove(&oldest);
            }
        }
        index
    }
}

/// Whether `c` ends names of two characters.
pub(super) fn is_short_suffix(c: u16) -> bool {
    char::from_u32(u32::from(c)).is_some_and(|c| matches!(c, '镇' | '乡' | '村' | '县' | '区' | '市' | '旗' | '州'))
}
