use rustc_hash::{FxHashMap, FxHashSet};

use super::Source;
use super::source::hash;
use super::table::{put, put_lists};
use crate::Result;
use crate::knowledge::seams::{FORMAT, SIZES, encode, fold, size_of_expected};
use crate::knowledge::table::Alphabet;
use crate::text::{Kind, is_han, kind};

/// How many characters the table knows, the most frequent ones: they make up all but 1 in 10,000 of news.
const CHARACTERS: usize = 6000;

/// How often a pair must be met to be kept: of 150 million pairs of neighbours this keeps 337,000, 1.1 MB in all.
const LEAST: u32 = 24;

/// A line this long that does not end in a closing mark may have been cut by a margin: of the prose of the 1990s, some
/// documents were.
const MAYBE_CUT: usize = 28;

/// The table of seams from `paragraphs`, texts with one paragraph a line, and `running`, texts whose lines begin and end
/// anywhere and tell only of neighbours.
///
/// # Errors
///
/// [`Error::Read`](crate::Error::Read) of the sources; [`Error::Usage`](crate::Error::Usage) when there is too much text
/// to count.
pub fn seams(paragraphs: Vec<Source>, running: Vec<Source>) -> Result<Vec<u8>> {
    let mut counts = Counts::default();
    for source in paragraphs {
        let mut cut_before = false;
        source.lines(|_, line| {
            cut_before = counts.read(line, Some(cut_before));
            Ok(())
        })?;
    }
    for source in running {
        source.lines(|_, line| {
            counts.read(line, None);
            Ok(())
        })?;
    }
    counts.table()
}

/// Characters are numbered as they are met.
#[derive(Default)]
struct Counts {
    numbers: FxHashMap<char, u32>,
    characters: Vec<Count>,
    pairs: FxHashMap<(u32, u32), u32>,
    seen: FxHashSet<u64>,
    line: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Count {
    c: char,
    /// Where it stands first, and second, of two neighbours.
    first: u32,
    second: u32,
    /// In paragraphs: where it begins one, where it ends one, and all places.
    starts: u32,
    ends: u32,
    all: u32,
}

impl Counts {
    /// Counts `line`; `cut_before` says whether the line before it may have been cut, and is `None` in running text.
    /// Returns whether this line may have been.
    fn read(&mut self, line: &str, cut_before: Option<bool>) -> bool {
        // Furniture recurs; prose does not.
        if !line.contains(is_han) || !self.seen.insert(hash(line)) {
            return false;
        }
        let mut numbers = std::mem::take(&mut self.line);
        numbers.clear();
        numbers.extend(line.chars().filter(|&c| kind(c) != Kind::Blank).map(|c| self.number(fold(c))));
        for pair in numbers.windows(2) {
            *self.pairs.entry((pair[0], pair[1])).or_default() += 1;
            self.count(pair[0]).first += 1;
            self.count(pair[1]).second += 1;
        }
        let cut = numbers.len() >= MAYBE_CUT && !line.trim_end().ends_with(closes);
        if let (Some(cut_before), &[start, .., end]) = (cut_before, &numbers[..]) {
            for &number in &numbers {
                self.count(number).all += 1;
            }
            self.count(start).starts += u32::from(!cut_before);
            self.count(end).ends += u32::from(!cut);
        }
        self.line = numbers;
        cut
    }

    fn number(&mut self, c: char) -> u32 {
        *self.numbers.entry(c).or_insert_with(|| {
            self.characters.push(Count { c, first: 0, second: 0, starts: 0, ends: 0, all: 0 });
            u32::try_from(self.characters.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn count(&mut self, number: u32) -> &mut Count {
        &mut self.characters[number as usize]
    }

    fn table(self) -> Result<Vec<u8>> {
        let kept = self.kept();
        let neighbours: u64 = self.characters.iter().map(|count| u64::from(count.first)).sum();
        let expected = |a: &Count, b: &Count| f64::from(a.first) * f64::from(b.second) / neighbours as f64;

        let mut new_numbers = vec![None; self.characters.len()];
        for (new, &old) in kept.iter().enumerate() {
            new_numbers[old] = Some(new);
        }
        let mut lists = vec![Vec::new(); kept.len()];
        // Of the pairs that are not kept, by size of expected count: how many were met, and how many expected.
        let mut absent = [(0.0, 0.0); SIZES];
        for &a in &kept {
            for &b in &kept {
                let expected = expected(&self.characters[a], &self.characters[b]);
                absent[size_of_expected(expected)].1 += expected;
            }
        }
        for (&(a, b), &met) in &self.pairs {
            let (a, b) = (a as usize, b as usize);
            let Some((list, partner)) = new_numbers[a].zip(new_numbers[b]) else { continue };
            let expected = expected(&self.characters[a], &self.characters[b]);
            let absent = &mut absent[size_of_expected(expected)];
            if met >= LEAST {
                absent.1 -= expected;
                lists[list].push((partner, encode((f64::from(met) / expected).log2())));
            } else {
                absent.0 += f64::from(met);
            }
        }

        let mut body = Vec::new();
        put(&mut body, kept.len())?;
        put(&mut body, usize::try_from(neighbours).unwrap_or(usize::MAX))?;
        put(&mut body, lists.iter().map(Vec::len).sum())?;
        let counts: Vec<Count> = kept.iter().map(|&number| self.characters[number]).collect();
        body.extend(Alphabet::encode(counts.iter().map(|count| count.c)));
        body.extend(counts.iter().flat_map(|count| count.first.to_le_bytes()));
        body.extend(counts.iter().flat_map(|count| count.second.to_le_bytes()));
        body.extend(evidence(&counts, |count| count.starts));
        body.extend(evidence(&counts, |count| count.ends));
        // Rare characters keep company, but a pair that was hardly met is no reason to join two lines.
        body.extend(absent.map(|(met, expected)| encode(log_ratio(met, expected).min(0.0))));
        for list in &mut lists {
            list.sort_unstable();
        }
        put_lists(&mut body, &lists, |bits| [bits])?;
        Ok(FORMAT.seal(&body))
    }

    /// The numbers of the characters that the table knows, in the order of their code points.
    fn kept(&self) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..self.characters.len()).collect();
        kept.sort_by_key(|&number| {
            let Count { c, first, .. } = self.characters[number];
            (std::cmp::Reverse(first), c)
        });
        kept.truncate(CHARACTERS);
        kept.sort_by_key(|&number| self.characters[number].c);
        kept
    }
}

/// How much each character speaks for a place that it was met in as often as `there` says.
fn evidence(counts: &[Count], there: impl Fn(&Count) -> u32) -> Vec<u8> {
    let sum = |of: &dyn Fn(&Count) -> u32| counts.iter().map(|count| u64::from(of(count))).sum::<u64>() as f64;
    let share = sum(&there) / sum(&|count| count.all).max(1.0);
    counts.iter().map(|count| encode(log_ratio(f64::from(there(count)), f64::from(count.all) * share))).collect()
}

/// The evidence of `met` where chance would bring `expected`; one of each is added, so that little text says little.
fn log_ratio(met: f64, expected: f64) -> f64 {
    ((met + 1.0) / (expected.max(0.0) + 1.0)).log2()
}

/// Whether `c` ends sentences, quotations or lists.
fn closes(c: char) -> bool {
    matches!(
        c,
        '。' | '！'
            | '？'
            | '…'
            | '”'
            | '’'
            | '）'
            | '】'
            | '》'
            | '」'
            | '：'
            | '；'
            | '.'
            | '!'
            | '?'
            | ')'
            | ':'
    )
}
