//! From the tree to the bytes of the file, whose layout `knowledge::gazetteer::table` describes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::tree::{Node, Place, Tree};
use super::words::Words;
use super::{JIONLP, SOURCE_NAMES};
use crate::error::{Error, Result};
use crate::knowledge::gazetteer::table::{
    BLOCK, BUCKET_BITS, FILTER_BITS, HistoryRow, OTHER_SUFFIXES, Record, Section, StemRow, TAIL_BITS, Table,
    common_form, pair_hash,
};
use crate::knowledge::gazetteer::{FormKind, Level, names, pool};

const LEVELS: [Level; 4] = [Level::Province, Level::City, Level::County, Level::Town];

/// The bytes of the gazetteer of `tree`.
pub(super) fn encode(tree: &Tree, words: &Words) -> Result<Vec<u8>> {
    let order = Order::new(tree)?;
    let stems = Stems::new(tree, &order)?;
    let villages = Villages::new(tree, &order)?;
    let mut sections: [Vec<u8>; Section::COUNT] = Default::default();
    let mut put = |section: Section, bytes: Vec<u8>| sections[section as usize] = bytes;
    put(Section::Levels, order.levels.iter().flat_map(|count| count.to_le_bytes()).collect());
    put(Section::Sources, SOURCE_NAMES.join("\n").into_bytes());
    put(Section::Suffixes, stems.suffixes.join("\n").into_bytes());
    put(Section::Records, records(tree, &order, &stems, &villages)?);
    put(Section::Postings, stems.rows.iter().flat_map(|stem| &stem.records).flat_map(|r| r.to_le_bytes()).collect());
    put(Section::Pairs, stems.pairs()?);
    put(Section::Buckets, stems.buckets()?);
    put(Section::Filter, stems.filter());
    put(Section::Rests, stems.rows.iter().flat_map(|stem| stem.rest().bytes()).collect());
    let masks = stems.masks(tree, &order);
    let distinct: Vec<u32> = masks.iter().copied().collect::<BTreeSet<u32>>().into_iter().collect();
    put(Section::Stems, stems.stem_rows(&masks, &distinct, words, &villages)?);
    put(Section::Masks, distinct.iter().flat_map(|mask| mask.to_le_bytes()).collect());
    put(Section::History, history(tree, &order));
    put(Section::Aliases, stems.aliases(tree, &order));
    put(Section::CommonForms, stems.common_forms(tree, &order, words)?);
    put(Section::Alphabet, villages.alphabet.iter().flat_map(|c| three_bytes(u32::from(*c))).collect());
    let (blocks, pool) = villages.pool()?;
    put(Section::Blocks, blocks);
    put(Section::VillageStems, pool);
    put(Section::VillageWords, villages.words(words));
    put(Section::Villages, villages.rows.iter().flat_map(|row| three_bytes(*row)).collect());
    Table::to_bytes(&sections).ok_or_else(|| too_many("bytes"))
}

fn too_many(what: &str) -> Error {
    Error::Usage(format!("the sources hold more {what} than version 1 of the gazetteer's format can number"))
}

fn narrow<T: TryFrom<usize>>(number: usize, what: &str) -> Result<T> {
    T::try_from(number).map_err(|_| too_many(what))
}

fn three_bytes(number: u32) -> [u8; 3] {
    let [low, middle, high, _] = number.to_le_bytes();
    [low, middle, high]
}

/// The numbers of the records: by level, then by parent, then as the sources have them.
struct Order {
    nodes: Vec<Node>,
    numbers: HashMap<Node, u16>,
    levels: [u32; 4],
}

impl Order {
    fn new(tree: &Tree) -> Result<Self> {
        let mut order = Self { nodes: Vec::new(), numbers: HashMap::new(), levels: [0; 4] };
        for (level, count) in LEVELS.into_iter().zip(0..) {
            let mut nodes: Vec<Node> = tree.nodes().filter(|node| tree.place(*node).level == level).collect();
            nodes.sort_by_key(|node| tree.place(*node).parent.map(|parent| order.numbers.get(&parent).copied()));
            let count: usize = count;
            order.levels[count] = narrow(nodes.len(), "places")?;
            for node in nodes {
                order.numbers.insert(node, narrow(order.nodes.len(), "places")?);
                order.nodes.push(node);
            }
        }
        Ok(order)
    }

    fn number(&self, node: Node) -> u16 {
        self.numbers.get(&node).copied().unwrap_or_default()
    }

    fn places<'t>(&'t self, tree: &'t Tree) -> impl Iterator<Item = (u16, &'t Place)> {
        (0..).zip(&self.nodes).map(|(number, node)| (number, tree.place(*node)))
    }
}

/// A stem and the records that have it, by their own name or by an alias.
struct Stem {
    text: String,
    pair: [u16; 2],
    records: Vec<u16>,
}

impl Stem {
    fn rest(&self) -> &str {
        self.text.char_indices().nth(2).map_or("", |(at, _)| &self.text[at..])
    }
}

/// The stems of places above the villages, by the hash of their first two characters.
struct Stems {
    rows: Vec<Stem>,
    numbers: HashMap<String, u16>,
    suffixes: Vec<String>,
}

impl Stems {
    fn new(tree: &Tree, order: &Order) -> Result<Self> {
        let mut records: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, place) in order.places(tree) {
            let (stem, suffix) = names::split(&place.name, place.level);
            for stem in std::iter::once(stem).chain(place.aliases.iter().map(String::as_str)) {
                records.entry(stem).or_default().push(number);
            }
            for (suffix, _) in names::forms(place.level, suffix) {
                *uses.entry(suffix).or_default() += 1;
            }
        }
        let mut rows = Vec::with_capacity(records.len());
        for (text, mut records) in records {
            records.dedup();
            let units: Vec<u16> = text.chars().take(2).flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()).collect();
            let pair = <[u16; 2]>::try_from(units).map_err(|_| {
                Error::Usage(format!("{text}: a place's first two characters must lie in the basic plane of Unicode"))
            })?;
            rows.push(Stem { text: text.to_owned(), pair, records });
        }
        rows.sort_by(|a, b| {
            (pair_hash(a.pair[0], a.pair[1]), &a.text).cmp(&(pair_hash(b.pair[0], b.pair[1]), &b.text))
        });
        // The empty suffix is bit 0 of every mask; then the most used ones, which the masks have bits for.
        let mut suffixes: Vec<&str> = uses.keys().copied().filter(|suffix| !suffix.is_empty()).collect();
        suffixes.sort_by_key(|suffix| (std::cmp::Reverse(uses[suffix]), *suffix));
        suffixes.insert(0, "");
        narrow::<u8>(suffixes.len() - 1, "suffixes")?;
        let numbered = rows.iter().enumerate().map(|(at, stem)| Ok((stem.text.clone(), narrow(at, "stems")?)));
        Ok(Self {
            numbers: numbered.collect::<Result<_>>()?,
            suffixes: suffixes.into_iter().map(str::to_owned).collect(),
            rows,
        })
    }

    fn suffix(&self, suffix: &str) -> Option<usize> {
        self.suffixes.iter().position(|other| other == suffix)
    }

    /// First stems by pair, and how many pairs have been met before each.
    fn by_pair(&self) -> Vec<([u16; 2], usize)> {
        let mut pairs: Vec<([u16; 2], usize)> = Vec::new();
        for (at, stem) in self.rows.iter().enumerate() {
            if pairs.last().is_none_or(|(pair, _)| *pair != stem.pair) {
                pairs.push((stem.pair, at));
            }
        }
        pairs
    }

    fn pairs(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for (pair, first) in self.by_pair().into_iter().chain([([0; 2], self.rows.len())]) {
            let first: u16 = narrow(first, "stems")?;
            bytes.extend([pair[0], pair[1], first].into_iter().flat_map(u16::to_le_bytes));
        }
        Ok(bytes)
    }

    fn buckets(&self) -> Result<Vec<u8>> {
        let pairs = self.by_pair();
        let bucket = |pair: [u16; 2]| (pair_hash(pair[0], pair[1]) >> (u32::BITS - BUCKET_BITS)) as usize;
        let mut bytes = Vec::new();
        for wanted in 0..=1 << BUCKET_BITS {
            let first: u16 = narrow(pairs.partition_point(|(pair, _)| bucket(*pair) < wanted), "pairs")?;
            bytes.extend(first.to_le_bytes());
        }
        Ok(bytes)
    }

    fn filter(&self) -> Vec<u8> {
        let mut bits = vec![0; 1 << (FILTER_BITS - 3)];
        for stem in &self.rows {
            let bit = (pair_hash(stem.pair[0], stem.pair[1]) >> (u32::BITS - FILTER_BITS)) as usize;
            bits[bit / 8] |= 1 << (bit % 8);
        }
        bits
    }

    /// For each stem, which suffixes follow it in forms that texts are searched for.
    fn masks(&self, tree: &Tree, order: &Order) -> Vec<u32> {
        let mask = |stem: &Stem| {
            let mut mask = 0;
            for record in &stem.records {
                let place = tree.place(order.nodes[usize::from(*record)]);
                let (own, suffix) = names::split(&place.name, place.level);
                if own != stem.text {
                    mask |= 1;
                    continue;
                }
                for (added, kind) in names::forms(place.level, suffix) {
                    let kind = names::kind_with(own, suffix, added, kind).filter(|kind| *kind != FormKind::Period);
                    let bit = kind.and_then(|_| self.suffix(added)).map(|bit| bit.min(usize::from(OTHER_SUFFIXES)));
                    mask |= bit.map_or(0, |bit| 1u32 << bit);
                }
            }
            mask
        };
        self.rows.iter().map(mask).collect()
    }

    fn stem_rows(&self, masks: &[u32], distinct: &[u32], words: &Words, villages: &Villages) -> Result<Vec<u8>> {
        let (mut postings, mut rest) = (0, 0);
        let mut bytes = Vec::new();
        for (stem, mask) in self.rows.iter().zip(masks) {
            let row = StemRow {
                postings: narrow(postings, "postings")?,
                rest: narrow(rest, "stems")?,
                mask: narrow(distinct.partition_point(|other| other < mask), "masks")?,
                common_levels: words.common_levels(
                    &stem.text,
                    &self.suffixes,
                    stem.records.len(),
                    villages.uses.get(&stem.text).copied().unwrap_or(0),
                ),
            };
            bytes.extend(row.to_bytes());
            postings += stem.records.len();
            rest += stem.rest().len();
        }
        let close =
            StemRow { postings: narrow(postings, "postings")?, rest: narrow(rest, "stems")?, ..StemRow::default() };
        bytes.extend(close.to_bytes());
        Ok(bytes)
    }

    fn common_forms(&self, tree: &Tree, order: &Order, words: &Words) -> Result<Vec<u8>> {
        let mut rows = Vec::new();
        for (at, stem) in self.rows.iter().enumerate() {
            let mut made_by_rule: BTreeMap<&str, bool> = BTreeMap::new();
            for record in &stem.records {
                let place = tree.place(order.nodes[usize::from(*record)]);
                let (own, suffix) = names::split(&place.name, place.level);
                let forms = names::forms(place.level, suffix).into_iter();
                for (added, kind) in forms.filter(|(added, _)| own == stem.text && !added.is_empty()) {
                    *made_by_rule.entry(added).or_insert(true) &= kind != FormKind::Full;
                }
            }
            for (added, made_by_rule) in made_by_rule {
                if words.is_common_form(&format!("{}{added}", stem.text), made_by_rule) {
                    let suffix = narrow(self.suffix(added).unwrap_or_default(), "suffixes")?;
                    rows.push(common_form(narrow(at, "stems")?, suffix));
                }
            }
        }
        rows.sort_unstable();
        Ok(rows.into_iter().flat_map(u32::to_le_bytes).collect())
    }

    fn aliases(&self, tree: &Tree, order: &Order) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, place) in order.places(tree) {
            for stem in place.aliases.iter().filter_map(|alias| self.numbers.get(alias)) {
                bytes.extend([number, *stem].into_iter().flat_map(u16::to_le_bytes));
            }
        }
        bytes
    }
}

fn records(tree: &Tree, order: &Order, stems: &Stems, villages: &Villages) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for ((number, place), first) in order.places(tree).zip(&villages.starts) {
        let (stem, suffix) = names::split(&place.name, place.level);
        let later = place.villages.iter().filter(|(_, source)| *source == JIONLP).count();
        let record = Record {
            stem: stems.numbers[stem],
            suffix: narrow(stems.suffix(suffix).unwrap_or_default(), "suffixes")?,
            parent: place.parent.map_or(number, |parent| order.number(parent)),
            villages: *first,
            has_history: has_history(place),
            source: place.source,
            later_villages: narrow(later, "villages of one town in the second source")?,
        };
        bytes.extend(record.to_bytes());
    }
    Ok(bytes)
}

fn has_history(place: &Place) -> bool {
    place.since.is_some() || place.until.is_some() || place.now.is_some()
}

fn history(tree: &Tree, order: &Order) -> Vec<u8> {
    let rows = order.places(tree).filter(|(_, place)| has_history(place)).flat_map(|(record, place)| {
        let now = place.now.map_or(record, |now| order.number(now));
        let (since, until) = (place.since.unwrap_or_default(), place.until.unwrap_or_default());
        HistoryRow { record, since, until, now }.to_bytes()
    });
    rows.collect()
}

/// The villages and their stems.
struct Villages {
    /// By record: its first village.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// The stems as they are written, and as they are.
    stems: Vec<(Vec<u8>, String)>,
    /// How many villages have a stem.
    uses: HashMap<String, usize>,
    alphabet: Vec<char>,
}

impl Villages {
    fn new(tree: &Tree, order: &Order) -> Result<Self> {
        let villages = order.places(tree).map(|(_, place)| &place.villages);
        let by_record: Vec<Vec<(&str, u8)>> =
            villages.map(|villages| villages.iter().map(|(name, _)| names::split_village(name)).collect()).collect();
        let mut uses: HashMap<String, usize> = HashMap::new();
        for (stem, _) in by_record.iter().flatten() {
            *uses.entry((*stem).to_owned()).or_default() += 1;
        }
        let distinct: BTreeSet<&str> = by_record.iter().flatten().map(|(stem, _)| *stem).collect();
        let alphabet = alphabet(&distinct);
        let mut stems: Vec<(Vec<u8>, String)> =
            distinct.into_iter().map(|stem| (write(stem, &alphabet), stem.to_owned())).collect();
        stems.sort();
        let numbers: HashMap<&str, u32> = stems.iter().map(|(_, stem)| stem.as_str()).zip(0..).collect();
        if stems.len() >= 1 << (24 - TAIL_BITS) {
            return Err(too_many("different stems of villages"));
        }
        let (mut starts, mut rows) = (Vec::new(), Vec::new());
        for villages in &by_record {
            starts.push(narrow(rows.len(), "villages")?);
            rows.extend(villages.iter().map(|(stem, tail)| numbers[stem] << TAIL_BITS | u32::from(*tail)));
        }
        if rows.len() >= 1 << 20 {
            return Err(too_many("villages"));
        }
        Ok(Self { starts, rows, stems, uses, alphabet: alphabet.in_order })
    }

    /// Where the blocks start, and the stems.
    fn pool(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        let (mut blocks, mut pool) = (Vec::new(), Vec::new());
        let mut before: &[u8] = &[];
        for (at, (stem, _)) in self.stems.iter().enumerate() {
            if at % BLOCK == 0 {
                blocks.extend(narrow::<u32>(pool.len(), "stems of villages")?.to_le_bytes());
                before = &[];
            }
            let shared = before.iter().zip(stem).take_while(|(a, b)| a == b).count();
            push_entry(&mut pool, shared, &stem[shared..])?;
            before = stem;
        }
        Ok((blocks, pool))
    }

    fn words(&self, words: &Words) -> Vec<u8> {
        let mut bits = vec![0; self.stems.len().div_ceil(8)];
        for (at, (_, stem)) in self.stems.iter().enumerate() {
            if words.is_common_village(stem, self.uses.get(stem).copied().unwrap_or(0)) {
                bits[at / 8] |= 1 << (at % 8);
            }
        }
        bits
    }
}

fn push_entry(pool: &mut Vec<u8>, shared: usize, added: &[u8]) -> Result<()> {
    let half = |count: usize| count.min(pool::ESCAPE);
    pool.push(narrow(half(shared) << 4 | half(added.len()), "stems of villages")?);
    for count in [shared, added.len()] {
        if count >= pool::ESCAPE {
            pool.push(narrow(count - pool::ESCAPE, "characters of a village")?);
        }
    }
    pool.extend(added);
    Ok(())
}

struct Alphabet {
    in_order: Vec<char>,
    positions: HashMap<char, u32>,
}

/// The characters that front coding leaves to be written, the most used first and the others by code point.
fn alphabet(stems: &BTreeSet<&str>) -> Alphabet {
    let mut uses: BTreeMap<char, usize> = BTreeMap::new();
    let mut before = "";
    for stem in stems {
        let shared = before.chars().zip(stem.chars()).take_while(|(a, b)| a == b).count();
        for (at, c) in stem.chars().enumerate() {
            *uses.entry(c).or_default() += usize::from(at >= shared);
        }
        before = stem;
    }
    let mut in_order: Vec<char> = uses.keys().copied().collect();
    in_order.sort_by_key(|c| (std::cmp::Reverse(uses[c]), *c));
    let short = in_order.len().min(pool::SHORT as usize);
    in_order[short..].sort_unstable();
    let positions = in_order.iter().copied().zip(0..).collect();
    Alphabet { in_order, positions }
}

fn write(stem: &str, alphabet: &Alphabet) -> Vec<u8> {
    let mut bytes = Vec::new();
    for c in stem.chars() {
        pool::push_code(&mut bytes, alphabet.positions[&c]);
    }
    bytes
}
