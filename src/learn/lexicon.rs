use fst::MapBuilder;
use fst::raw::{Fst, Output};

use super::Source;
use crate::knowledge::LONGEST_WORD;
use crate::knowledge::lexicon::{Class, FORMAT, Word};
use crate::text::is_han;
use crate::{Error, Result};

/// Counts in the table are of this many characters of text.
const PER: u64 = 100_000_000;

/// The table of words from `dictionary`, in the form of jieba's (word, count, part of speech, between blanks), counted
/// in `corpus`; what a word names is taken from `tagged` text (`word/tag` between blanks, in the tags of Peking
/// University) as far as that has the word, since jieba calls 城市 a place and 文明 a person.
///
/// A word counts where the text, cut into the words that make it most likely by the dictionary's own counts, has it as
/// one of them: 国人 does not count in 中国人民.
///
/// # Errors
///
/// [`Error::Read`] and [`Error::Row`] of the sources.
pub fn lexicon(dictionary: Source, tagged: Option<Source>, corpus: Vec<Source>) -> Result<Vec<u8>> {
    let mut entries = read(dictionary)?;
    if let Some(tagged) = tagged {
        classify(&mut entries, tagged)?;
    }
    let mut counter = Counter::new(&entries)?;
    for source in corpus {
        source.lines(|_, line| {
            counter.read(line);
            Ok(())
        })?;
    }
    let mut words = MapBuilder::memory();
    for (entry, &count) in entries.iter().zip(&counter.counts) {
        let length = entry.word.chars().count();
        if (2..=LONGEST_WORD).contains(&length) {
            let count = u32::try_from((count * PER).div_ceil(counter.characters.max(1))).unwrap_or(u32::MAX);
            words.insert(&entry.word, Word { count, class: entry.class }.encode()).map_err(|_| unsorted())?;
        }
    }
    Ok(FORMAT.seal(&words.into_inner().map_err(|_| unsorted())?))
}

struct Entry {
    word: String,
    count: u32,
    class: Class,
}

/// The Han words of `dictionary`, in order.
fn read(dictionary: Source) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    dictionary.rows(' ', ["word", "count", "part of speech"], |[word, count, part]| {
        let count = count.parse().ok()?;
        if word.chars().all(is_han) && !word.is_empty() {
            entries.push(Entry { word: word.to_owned(), count, class: class(part) });
        }
        Some(())
    })?;
    entries.sort_by(|a: &Entry, b| a.word.cmp(&b.word));
    entries.dedup_by(|later, first| later.word == first.word);
    Ok(entries)
}

/// The class of a word whose part of speech is `part`.
fn class(part: &str) -> Class {
    match part.get(..2) {
        Some("nr") => Class::Person,
        Some("ns") => Class::Place,
        Some("nt") => Class::Organisation,
        _ => Class::Common,
    }
}

/// Gives every word that `tagged` has the class that it has there in more than half of all cases.
fn classify(entries: &mut [Entry], tagged: Source) -> Result<()> {
    let mut counts = vec![[0_u32; Class::ALL.len()]; entries.len()];
    tagged.lines(|_, line| {
        for (word, tag) in line.split_whitespace().filter_map(|token| token.rsplit_once('/')) {
            let word = word.trim_start_matches('[');
            if let Ok(index) = entries.binary_search_by(|entry| entry.word.as_str().cmp(word)) {
                counts[index][class(tag) as usize] += 1;
            }
        }
        Ok(())
    })?;
    for (entry, counts) in entries.iter_mut().zip(counts) {
        let all: u32 = counts.iter().sum();
        let majority = Class::ALL.into_iter().find(|&class| counts[class as usize] * 2 > all);
        entry.class = majority.unwrap_or(entry.class);
    }
    Ok(())
}

/// Cuts text into words and counts them.
struct Counter {
    words: Fst<Vec<u8>>,
    /// What each word costs, in 1/64 of a bit.
    costs: Vec<u32>,
    counts: Vec<u64>,
    characters: u64,
    best: Vec<Reached>,
}

/// The cheapest way to a place in a run of Han.
#[derive(Clone, Copy)]
struct Reached {
    cost: u32,
    start: usize,
    /// The last word on the way; none for a character that is no word.
    word: Option<usize>,
}

impl Counter {
    fn new(entries: &[Entry]) -> Result<Self> {
        let mut words = MapBuilder::memory();
        for (index, entry) in entries.iter().enumerate() {
            words.insert(&entry.word, index as u64).map_err(|_| unsorted())?;
        }
        let words = words.into_inner().and_then(Fst::new).map_err(|_| unsorted())?;
        let all: f64 = entries.iter().map(|entry| f64::from(entry.count)).sum();
        let costs = entries.iter().map(|entry| cost(f64::from(entry.count), all)).collect();
        Ok(Self { words, costs, counts: vec![0; entries.len()], characters: 0, best: Vec::new() })
    }

    /// Counts the words of `line`.
    fn read(&mut self, line: &str) {
        self.characters += line.chars().count() as u64;
        for run in line.split(|c| !is_han(c)).filter(|run| !run.is_empty()) {
            self.cut(run);
        }
    }

    /// Counts the words of the cheapest way to cut `run`, which is all Han.
    fn cut(&mut self, run: &str) {
        self.best.clear();
        self.best.resize(run.len() + 1, Reached { cost: u32::MAX, start: 0, word: None });
        self.best[0].cost = 0;
        for (start, c) in run.char_indices() {
            self.reach(start + c.len_utf8(), Reached { cost: UNKNOWN, start, word: None });
            let (mut at, mut index) = (self.words.root().addr(), Output::zero());
            for (end, &byte) in run.as_bytes().iter().enumerate().skip(start) {
                let node = self.words.node(at);
                let Some(transition) = node.find_input(byte).map(|at| node.transition(at)) else { break };
                index = index.cat(transition.out);
                at = transition.addr;
                let node = self.words.node(at);
                if node.is_final() {
                    #[expect(clippy::cast_possible_truncation, reason = "it was a place in a list")]
                    let word = index.cat(node.final_output()).value() as usize;
                    self.reach(end + 1, Reached { cost: self.costs[word], start, word: Some(word) });
                }
            }
        }
        let mut end = run.len();
        while end > 0 {
            let Reached { start, word, .. } = self.best[end];
            if let Some(word) = word {
                self.counts[word] += 1;
            }
            end = start;
        }
    }

    /// Takes the step to `end` if no cheaper way there is known.
    fn reach(&mut self, end: usize, step: Reached) {
        let cost = self.best[step.start].cost.saturating_add(step.cost);
        if cost < self.best[end].cost {
            self.best[end] = Reached { cost, ..step };
        }
    }
}

/// The cost of a character that is no word: less likely than any word.
const UNKNOWN: u32 = 32 * UNITS_PER_BIT;

/// Costs are whole numbers, so that they add up alike everywhere.
const UNITS_PER_BIT: u32 = 64;

/// The cost of a word that is met `count` times in `all`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and some tens of bits")]
fn cost(count: f64, all: f64) -> u32 {
    ((all / count.max(0.5)).log2() * f64::from(UNITS_PER_BIT)).round() as u32
}

fn unsorted() -> Error {
    Error::Usage("the words of the dictionary cannot be sorted".to_owned())
}
