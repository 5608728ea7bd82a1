//! Edit distances and the shortest way from one text to another, exact on pages of any usual size.
//!
//! Columns of the table of distances are held as bits (Myers 1999, Hyyrö 2003): 64 cells take one step, whatever
//! the errors and the order of a page. Where the bits of all columns would take
//! too much room, the table is halved (Hirschberg 1975).

use imara_diff::{Algorithm, Diff, InternedInput};
use rustc_hash::FxHashMap;

use super::align::Characters;

/// The cells of a table whose columns are kept: four to a byte, so 32 MiB a thread. Larger ones are halved. Chosen by
/// hand.
const MOST_KEPT: usize = 1 << 27;

/// The cells of a table that is worked out at all, so that no page takes for ever; chosen by hand. Larger texts (170,000
/// characters and more against as many) are first cut where a diff finds them equal.
const MOST_CELLS: usize = 30_000_000_000;

/// Which character of one text stands for which of another, with as few insertions, deletions and substitutions as
/// possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    partners: Vec<Option<u32>>,
    distance: usize,
}

impl Matching {
    /// Matches the characters of `from` with those of `to`.
    pub fn of(from: &[char], to: &[char]) -> Self {
        let mut matching = Self { partners: vec![None; from.len()], distance: 0 };
        matching.align(from, to, 0, 0);
        matching
    }

    /// The character of the other text that character `at` stands for, right or wrong; none where it was added.
    pub fn partner(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten().map(|partner| partner as usize)
    }

    /// How many characters are inserted, deleted or substituted.
    pub fn distance(&self) -> usize {
        self.distance
    }

    fn align(&mut self, from: &[char], to: &[char], from_start: usize, to_start: usize) {
        let prefix = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        self.pair(from_start, to_start, prefix);
        let (from, to, from_start, to_start) = (&from[prefix..], &to[prefix..], from_start + prefix, to_start + prefix);
        let suffix = from.iter().rev().zip(to.iter().rev()).take_while(|(a, b)| a == b).count();
        let (from, to) = (&from[..from.len() - suffix], &to[..to.len() - suffix]);
        self.pair(from_start + from.len(), to_start + to.len(), suffix);
        if from.is_empty() || to.is_empty() {
            self.distance += from.len() + to.len();
            return;
        }
        let cells = from.len().saturating_mul(to.len());
        if cells > MOST_CELLS {
            self.cut(from, to, from_start, to_start);
        } else if cells > MOST_KEPT && to.len() > 1 {
            let (row, middle) = halve(from, to);
            self.align(&from[..row], &to[..middle], from_start, to_start);
            self.align(&from[row..], &to[middle..], from_start + row, to_start + middle);
        } else {
            self.trace(from, to, from_start, to_start);
        }
    }

    fn pair(&mut self, from: usize, to: usize, count: usize) {
        for offset in 0..count {
            self.partners[from + offset] = u32::try_from(to + offset).ok();
        }
    }

    /// Aligns stretch by stretch what a diff finds different. What is still too large is no text in the same words.
    fn cut(&mut self, from: &[char], to: &[char], from_start: usize, to_start: usize) {
        let input = InternedInput::new(Characters(from), Characters(to));
        let diff = Diff::compute(Algorithm::Histogram, &input);
        let (mut from_at, mut to_at) = (0, 0);
        for hunk in diff.hunks() {
            let [before, after] = [hunk.before, hunk.after].map(|range| range.start as usize..range.end as usize);
            self.pair(from_start + from_at, to_start + to_at, before.start - from_at);
            (from_at, to_at) = (before.end, after.end);
            if before.len().saturating_mul(after.len()) > MOST_CELLS {
                let count = before.len().min(after.len());
                self.pair(from_start + before.start, to_start + after.start, count);
                self.distance += before.len().max(after.len());
            } else {
                let starts = (from_start + before.start, to_start + after.start);
                self.align(&from[before], &to[after], starts.0, starts.1);
            }
        }
        self.pair(from_start + from_at, to_start + to_at, from.len() - from_at);
    }

    /// Works out all columns and walks back through them.
    fn trace(&mut self, from: &[char], to: &[char], from_start: usize, to_start: usize) {
        let pattern = Pattern::of(from);
        let mut column = Column::new(pattern.words);
        let mut kept: Vec<(u64, u64)> = Vec::with_capacity(pattern.words * to.len());
        for &c in to {
            column.step(pattern.bits(c));
            kept.extend_from_slice(&column.words);
        }
        let bit = |row: usize, column: usize| {
            let (up, down) = kept[(column - 1) * pattern.words + (row - 1) / 64];
            let mask = 1 << ((row - 1) % 64);
            (up & mask != 0, down & mask != 0)
        };
        let (mut row, mut at) = (from.len(), to.len());
        while row > 0 && at > 0 {
            if bit(row, at).0 {
                row -= 1;
                self.distance += 1;
                continue;
            }
            at -= 1;
            if at > 0 && bit(row, at).1 {
                self.distance += 1;
                continue;
            }
            row -= 1;
            self.distance += usize::from(from[row] != to[at]);
            self.pair(from_start + row, to_start + at, 1);
        }
        self.distance += row + at;
    }
}

/// Which rows of a text hold a certain character, as bits.
struct Pattern {
    numbers: FxHashMap<char, usize>,
    bits: Vec<u64>,
    none: Vec<u64>,
    words: usize,
}

impl Pattern {
    fn of(text: &[char]) -> Self {
        let words = text.len().div_ceil(64);
        let mut numbers = FxHashMap::default();
        let mut bits = Vec::new();
        for (row, &c) in text.iter().enumerate() {
            let number = *numbers.entry(c).or_insert_with(|| {
                bits.resize(bits.len() + words, 0);
                bits.len() / words - 1
            });
            bits[number * words + row / 64] |= 1 << (row % 64);
        }
        Self { numbers, bits, none: vec![0; words], words }
    }

    fn bits(&self, c: char) -> &[u64] {
        self.numbers.get(&c).map_or(&self.none, |number| &self.bits[number * self.words..(number + 1) * self.words])
    }
}

/// A column of the table: where the distance is one more than in the row above, and where one less.
struct Column {
    words: Vec<(u64, u64)>,
}

impl Column {
    fn new(words: usize) -> Self {
        Self { words: vec![(u64::MAX, 0); words] }
    }

    /// The next column, for a character that stands in the rows `bits`.
    fn step(&mut self, bits: &[u64]) {
        let (mut more, mut less) = (1, 0);
        for ((up, down), &equal) in self.words.iter_mut().zip(bits) {
            let x = equal | less;
            let diagonal = ((x & *up).wrapping_add(*up) ^ *up) | x | *down;
            let (right, left) = (*down | !(diagonal | *up), diagonal & *up);
            let carry = (right >> 63, left >> 63);
            let (right, left) = (right << 1 | more, left << 1 | less);
            (*up, *down) = (left | !(diagonal | right), right & diagonal);
            (more, less) = carry;
        }
    }
}

/// The distance of every beginning of `from` to all of `to`.
fn last_column(from: impl Iterator<Item = char>, to: impl Iterator<Item = char>) -> Vec<usize> {
    let from: Vec<char> = from.collect();
    let pattern = Pattern::of(&from);
    let mut column = Column::new(pattern.words);
    let mut count = 0;
    for c in to {
        column.step(pattern.bits(c));
        count += 1;
    }
    let mut distances = Vec::with_capacity(from.len() + 1);
    distances.push(count);
    for row in 0..from.len() {
        let (up, down) = column.words[row / 64];
        count += (up >> (row % 64) & 1) as usize;
        count -= (down >> (row % 64) & 1) as usize;
        distances.push(count);
    }
    distances
}

/// Where a shortest way crosses the middle of `to`: how many characters of each text lie before.
fn halve(from: &[char], to: &[char]) -> (usize, usize) {
    let middle = to.len() / 2;
    let before = last_column(from.iter().copied(), to[..middle].iter().copied());
    let after = last_column(from.iter().rev().copied(), to[middle..].iter().rev().copied());
    let row = (0..=from.len()).min_by_key(|&row| before[row] + after[from.len() - row]).unwrap_or_default();
    (row, middle)
}

/// How many characters must be inserted, deleted or substituted to make `to` of `from`.
pub fn distance(from: &[char], to: &[char]) -> usize {
    if from.is_empty() || to.is_empty() {
        return from.len().max(to.len());
    }
    last_column(from.iter().copied(), to.iter().copied()).last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    fn plain(from: &[char], to: &[char]) -> usize {
        let mut above: Vec<usize> = (0..=to.len()).collect();
        for (row, a) in from.iter().enumerate() {
            let mut current = vec![row + 1];
            for (at, b) in to.iter().enumerate() {
                current.push((above[at] + usize::from(a != b)).min(above[at + 1] + 1).min(current[at] + 1));
            }
            above = current;
        }
        above[to.len()]
    }

    /// The distance that the partners of `matching` stand for, which rise.
    fn cost(matching: &Matching, from: &[char], to: &[char]) -> usize {
        let pairs: Vec<(usize, usize)> =
            (0..from.len()).filter_map(|at| matching.partner(at).map(|partner| (at, partner))).collect();
        assert!(pairs.windows(2).all(|two| two[0].1 < two[1].1), "partners rise");
        let wrong = pairs.iter().filter(|&&(a, b)| from[a] != to[b]).count();
        from.len() + to.len() - 2 * pairs.len() + wrong
    }

    #[test]
    fn characters_are_matched_in_the_fewest_steps() {
        let mut random = fastrand::Rng::with_seed(7);
        for length in (0..200).chain([300, 700, 1500]) {
            let draw = |random: &mut fastrand::Rng, length: usize| -> Vec<char> {
                (0..length).map(|_| ['甲', '乙', '丙', '丁', '戊'][random.usize(..5)]).collect()
            };
            let from = draw(&mut random, length);
            let mut to = from.clone();
            for _ in 0..length / 5 {
                let at = random.usize(..to.len());
                match random.u8(..4) {
                    0 => to[at] = '己',
                    1 => drop(to.remove(at)),
                    2 => to.insert(at, '庚'),
                    _ => to.rotate_left(at),
                }
            }
            let expected = plain(&from, &to);
            let matching = Matching::of(&from, &to);
            assert_eq!(matching.distance(), expected);
            assert_eq!(cost(&matching, &from, &to), expected);
            assert_eq!(distance(&from, &to), expected);
        }
    }

    #[test]
    fn halves_and_cuts_of_a_text_are_matched_as_well_as_the_whole() {
        let text: Vec<char> = (0..900u32).filter_map(|at| char::from_u32(0x4E00 + at * at % 701)).collect();
        let mut hurt = text.clone();
        for at in (0..800).step_by(37) {
            hurt[at] = '〇';
            hurt.remove(at + 5);
        }
        let whole = Matching::of(&text, &hurt);
        let (row, middle) = halve(&text, &hurt);
        assert_eq!(distance(&text[..row], &hurt[..middle]) + distance(&text[row..], &hurt[middle..]), whole.distance());
        let mut cut = Matching { partners: vec![None; text.len()], distance: 0 };
        cut.cut(&text, &hurt, 0, 0);
        assert_eq!(cost(&cut, &text, &hurt), cut.distance());
        assert!(cut.distance() < whole.distance() * 5 / 4, "{} of {}", cut.distance(), whole.distance());
    }

    #[test]
    fn what_is_added_has_no_partner() {
        let matching = Matching::of(&characters("刁镇镇街道"), &characters("刁街道路"));
        let partners: Vec<Option<usize>> = (0..5).map(|at| matching.partner(at)).collect();
        assert_eq!(partners, [Some(0), None, None, Some(1), Some(2)]);
        assert_eq!(matching.distance(), 3);
    }
}
