use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::letters::{BYTES, letter};
use super::scan::PAIRS;
use crate::knowledge::{Form, FormKind, Gazetteer, Level, PlaceId, UserDictionary};

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
    pairs: [PairTable<u32>; 3],
    /// The names of two characters of which the second is a suffix: 刁镇, 王村.
    short: Vec<u32>,
    /// All names of two characters, by their owner.
    of_two: Vec<(Owner, u32)>,
}

/// The longest form that is looked for; longer names are looked for by their shorter forms.
const LONGEST: usize = 12;

/// What ends names in `last` and says what they name, the longer before the shorter; nothing for what most names end in.
fn suffixes(last: char) -> &'static [&'static str] {
    match last {
        '处' => &["街道办事处"],
        '会' => &["居委会", "村委会"],
        '州' => &["自治州", "州"],
        '县' => &["自治县", "县"],
        '旗' => &["自治旗", "旗"],
        '道' => &["街道"],
        '区' => &["社区", "地区", "区"],
        '查' => &["嘎查"],
        '木' => &["苏木"],
        '镇' => &["镇"],
        '乡' => &["乡"],
        '村' => &["村"],
        '市' => &["市"],
        '盟' => &["盟"],
        '省' => &["省"],
        _ => &[],
    }
}

impl Index {
    /// The names of what lies directly below `place`, and for a county of the villages below that.
    fn of_place(gazetteer: &Gazetteer, place: PlaceId) -> Self {
        let mut making = Making::default();
        for child in gazetteer.children(place) {
            making.add_place(gazetteer, child);
            if gazetteer.level(child) == Level::Town {
                gazetteer.each_village_form(child, |village, text, form| {
                    making.add_form(village, text, form);
                });
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
    pub(super) fn pairs(&self) -> &[PairTable<u32>; 3] {
        &self.pairs
    }

    /// How many names there are.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The hashes of what a table of pairs finds names by, with the names, rising.
    fn hashes(&self, [one, other]: [usize; 2]) -> impl Iterator<Item = (u32, u32)> {
        hashes(&self.letters, &self.names, [one, other])
    }

    /// The names of two characters of which the second is a suffix.
    pub(super) fn short(&self) -> impl Iterator<Item = u32> {
        self.short.iter().copied()
    }

    /// The names of two characters without suffix.
    pub(super) fn bare(&self) -> impl Iterator<Item = u32> {
        self.of_two.iter().map(|(_, number)| *number).filter(|number| self.name(*number).suffix == 0)
    }

    /// The names of two characters that `owner` has.
    pub(super) fn of_two(&self, owner: Owner) -> impl Iterator<Item = u32> {
        let first = self.of_two.partition_point(|(other, _)| *other < owner);
        self.of_two[first..].iter().take_while(move |(other, _)| *other == owner).map(|(_, number)| *number)
    }
}

/// How many characters at the end of `text` say what it names.
fn suffix_length(text: &str) -> usize {
    let ending = text.chars().next_back().map_or(&[][..], suffixes);
    let ending = ending.iter().find(|suffix| text.len() > suffix.len() && text.ends_with(**suffix));
    ending.map_or(0, |suffix| suffix.len() / BYTES)
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
            self.add_form(place, &text, form);
        }
    }

    fn add_form(&mut self, place: PlaceId, text: &str, form: Form) {
        if form.kind != FormKind::Period && !form.common {
            self.add(text, form.kind, Owner::Place(place));
        }
    }

    fn add(&mut self, text: &str, kind: FormKind, owner: Owner) {
        let length = text.len() / BYTES;
        if !(2..=LONGEST).contains(&length) || !text.len().is_multiple_of(BYTES) {
            return;
        }
        let first = self.letters.len();
        for c in text.chars() {
            let Some(letter) = letter(c) else {
                self.letters.truncate(first);
                return;
            };
            self.letters.push(letter);
        }
        let suffix = if kind == FormKind::Stem { 0 } else { suffix_length(text) };
        self.names.push(Name { first: first as u32, length: length as u8, suffix: suffix as u8, kind, owner });
    }

    fn finish(self) -> Index {
        let Self { letters, names } = self;
        let pairs =
            PAIRS.map(|pair| PairTable::new(&hashes(&letters, &names, pair).collect::<Vec<_>>(), Bits::default()));
        let are_two = || (0u32..).zip(&names).filter(|(_, name)| name.length == 2);
        let ends_short = |name: &Name| name.suffix > 0 && is_short_suffix(letters[name.first as usize + 1]);
        let short = are_two().filter(|(_, name)| ends_short(name)).map(|(number, _)| number).collect();
        let mut of_two: Vec<(Owner, u32)> = are_two().map(|(number, name)| (name.owner, number)).collect();
        of_two.sort_unstable();
        Index { letters, names, pairs, short, of_two }
    }
}

/// The hashes of the characters of `names` at the places `one` and `other`, with the numbers of those that have both, rising.
fn hashes(letters: &[u16], names: &[Name], [one, other]: [usize; 2]) -> impl Iterator<Item = (u32, u32)> {
    let long_enough = (0u32..).zip(names).filter(move |(_, name)| usize::from(name.length) > other);
    long_enough.map(move |(number, name)| {
        let first = name.first as usize;
        (hash([letters[first + one], letters[first + other]]), number)
    })
}

/// The names of many indexes in the tables of one: each with the number of its index.
///
/// What it takes to look up a pair does not grow with the indexes, as it does where each is asked; but it is made anew for
/// each text.
pub(super) type Together = [PairTable<(u32, u32)>; 3];

/// The tables of `indexes` together.
pub(super) fn together(indexes: &[Arc<Index>]) -> Together {
    PAIRS.map(|pair| {
        let mut hashes = Vec::new();
        for (number, index) in (0u32..).zip(indexes) {
            hashes.extend(index.hashes(pair).map(|(hash, name)| (hash, (number, name))));
        }
        PairTable::new(&hashes, Bits::new((16 * hashes.len()).max(1 << BITS_OF_PLACE).ilog2()))
    })
}

/// Names by the hash of two of their characters.
#[derive(Debug)]
pub(super) struct PairTable<T> {
    bits: Bits,
    /// How far a hash is shifted to give a bucket.
    shift: u32,
    /// Where each bucket begins.
    starts: Box<[u32]>,
    /// Names by bucket, those of one bucket in the order in which they were given.
    names: Box<[T]>,
}

/// The hash of a pair; its upper bits choose a bucket and a bit.
pub(super) fn hash([first, second]: [u16; 2]) -> u32 {
    let mixed = u32::from(first).wrapping_mul(0x9E37_79B1) ^ u32::from(second).wrapping_mul(0x85EB_CA77);
    mixed.wrapping_mul(0xC2B2_AE3D)
}

impl<T: Copy + Default> PairTable<T> {
    /// Of names with the hashes of their pairs, which set `bits`.
    fn new(hashes: &[(u32, T)], mut bits: Bits) -> Self {
        let bucket_bits = hashes.len().max(2).ilog2();
        let shift = u32::BITS - bucket_bits;
        let mut starts = vec![0u32; (1 << bucket_bits) + 1].into_boxed_slice();
        for (hash, _) in hashes {
            bits.set(*hash);
            starts[(hash >> shift) as usize + 1] += 1;
        }
        for bucket in 1..starts.len() {
            starts[bucket] += starts[bucket - 1];
        }
        let mut names = vec![T::default(); hashes.len()].into_boxed_slice();
        // From the last on, so that each bucket's end moves to its beginning.
        let mut ends = starts.clone();
        for (hash, name) in hashes.iter().rev() {
            let end = &mut ends[(hash >> shift) as usize + 1];
            *end -= 1;
            names[*end as usize] = *name;
        }
        Self { bits, shift, starts, names }
    }

    /// The bits of the hashes of its pairs.
    pub(super) fn bits(&self) -> &Bits {
        &self.bits
    }

    /// The names that may have the pair whose hash is `hash`: all that have it, and a few others.
    pub(super) fn names(&self, hash: u32) -> &[T] {
        let bucket = (hash >> self.shift) as usize;
        &self.names[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }
}

/// A bit for each pair of characters, by its hash.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    words: Box<[u64]>,
    /// How far a hash is shifted to give the number of its bit.
    shift: u32,
}

/// How many bits there are for one place, as a power of two. A county has some 1,000 forms: then one bit in 16 is set.
const BITS_OF_PLACE: u32 = 14;

impl Default for Bits {
    fn default() -> Self {
        Self::new(BITS_OF_PLACE)
    }
}

impl Bits {
    fn new(power: u32) -> Self {
        Self { words: vec![0; 1 << (power - u64::BITS.ilog2())].into_boxed_slice(), shift: u32::BITS - power }
    }

    fn place(&self, hash: u32) -> (usize, u64) {
        let bit = hash >> self.shift;
        ((bit >> 6) as usize, 1 << (bit & 63))
    }

    fn set(&mut self, hash: u32) {
        let (word, bit) = self.place(hash);
        self.words[word] |= bit;
    }

    pub(super) fn has(&self, hash: u32) -> bool {
        let (word, bit) = self.place(hash);
        self.words[word] & bit != 0
    }

    /// Sets the bits that `other` has, which is of one place, as this is.
    pub(super) fn add(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
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
    /// Each with when it was last asked for.
    indexes: FxHashMap<PlaceId, (Arc<Index>, u64)>,
    asked: u64,
}

/// How many indexes are kept; a county's takes some 40 KB, so all of them 40 MB at most. News of the nation come to that,
/// papers of a region to a tenth.
const KEPT: usize = 1024;

impl Indexes {
    pub(super) fn new(gazetteer: &'static Gazetteer) -> Self {
        Self { gazetteer, kept: Mutex::default() }
    }

    pub(super) fn get(&self, place: PlaceId) -> Arc<Index> {
        if let Some(index) = self.kept().get(place) {
            return index;
        }
        let index = Arc::new(Index::of_place(self.gazetteer, place));
        self.kept().put(place, Arc::clone(&index));
        index
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A thread that panicked while it held the lock left whole entries behind: they are put in when made.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn get(&mut self, place: PlaceId) -> Option<Arc<Index>> {
        self.asked += 1;
        let (index, last) = self.indexes.get_mut(&place)?;
        *last = self.asked;
        Some(Arc::clone(index))
    }

    fn put(&mut self, place: PlaceId, index: Arc<Index>) {
        if self.indexes.len() >= KEPT {
            let oldest = self.indexes.iter().min_by_key(|(_, (_, last))| *last).map(|(place, _)| *place);
            oldest.and_then(|oldest| self.indexes.remove(&oldest));
        }
        self.indexes.insert(place, (index, self.asked));
    }
}

/// Whether `c` ends names of two characters.
fn is_short_suffix(c: u16) -> bool {
    char::from_u32(u32::from(c)).is_some_and(|c| matches!(c, '镇' | '乡' | '村' | '县' | '区' | '市' | '旗' | '州'))
}
