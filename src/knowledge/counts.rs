//! Confusions as they are counted: on pages with their truths, by a user or for the program's own table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::confusions::{FORMAT, NONE};
use super::table::Alphabet;
use crate::{Error, Result};

/// The first line of a file of confusions.
const LINE: &str = "# kanwu confusions 1";

const COLUMNS: [&str; 4] = ["kind", "truth", "read", "count"];

/// No, one or two characters: what stood there, or what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Characters {
    first: Option<char>,
    second: Option<char>,
}

impl Characters {
    /// Nothing: what was lost, or where something was added.
    pub const NONE: Self = Self { first: None, second: None };

    /// The characters of `text`, if there are no more than two.
    pub fn of(text: &str) -> Option<Self> {
        let mut characters = text.chars();
        let found = Self { first: characters.next(), second: characters.next() };
        characters.next().is_none().then_some(found)
    }

    /// Two characters side by side.
    pub fn two(first: char, second: char) -> Self {
        Self { first: Some(first), second: Some(second) }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        usize::from(self.first.is_some()) + usize::from(self.second.is_some())
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.first.is_none()
    }

    /// The character, where there is just one.
    pub fn single(self) -> Option<char> {
        self.first.filter(|_| self.second.is_none())
    }

    /// Each in its turn.
    pub fn iter(self) -> impl Iterator<Item = char> + Clone {
        self.first.into_iter().chain(self.second)
    }
}

impl From<char> for Characters {
    fn from(c: char) -> Self {
        Self { first: Some(c), second: None }
    }
}

impl std::fmt::Display for Characters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.iter().try_for_each(|c| formatter.write_char(c))
    }
}

/// What an engine did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confusion {
    /// Read one character for another.
    Substitution,
    /// Read one character as two.
    Split,
    /// Read two characters as one.
    Merge,
    /// Read two characters as two others, not one for one.
    Pair,
    /// Did not read a character.
    Loss,
    /// Read a character where there is none.
    Addition,
}

impl Confusion {
    const ALL: [Self; 6] = [Self::Substitution, Self::Split, Self::Merge, Self::Pair, Self::Loss, Self::Addition];

    /// As files of confusions name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Substitution => "substitution",
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Pair => "pair",
            Self::Loss => "loss",
            Self::Addition => "addition",
        }
    }

    /// What it is to read `read` for `truth`; none when they are the same.
    pub fn of(truth: Characters, read: Characters) -> Option<Self> {
        if truth == read {
            return None;
        }
        Some(match (truth.len(), read.len()) {
            (1, 1) => Self::Substitution,
            (1, 2) => Self::Split,
            (2, 1) => Self::Merge,
            (2, 2) => Self::Pair,
            (_, 0) => Self::Loss,
            _ => Self::Addition,
        })
    }
}

/// How often what was read for what, and how often each character stood before the engine at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    rendered: BTreeMap<char, u32>,
    confused: BTreeMap<(Characters, Characters), u32>,
}

impl Counts {
    /// Counts `times` more that `truth` was read as `read`; nothing where they are the same.
    pub fn confuse(&mut self, truth: Characters, read: Characters, times: u32) {
        if truth != read && times > 0 {
            let count = self.confused.entry((truth, read)).or_default();
            *count = count.saturating_add(times);
        }
    }

    /// Counts `times` more that `c` stood before the engine, read rightly or not.
    pub fn render(&mut self, c: char, times: u32) {
        if times > 0 {
            let count = self.rendered.entry(c).or_default();
            *count = count.saturating_add(times);
        }
    }

    /// Adds what `other` counted.
    pub fn add(&mut self, other: &Self) {
        other.rendered.iter().for_each(|(&c, &times)| self.render(c, times));
        other.confused().for_each(|(truth, read, times)| self.confuse(truth, read, times));
    }

    /// How often `c` stood before the engine.
    pub fn rendered(&self, c: char) -> u32 {
        self.rendered.get(&c).copied().unwrap_or_default()
    }

    /// Every character that stood before the engine, with how often.
    pub fn all_rendered(&self) -> impl Iterator<Item = (char, u32)> {
        self.rendered.iter().map(|(&c, &times)| (c, times))
    }

    /// What stood there, what was read, how often; rising.
    pub fn confused(&self) -> impl Iterator<Item = (Characters, Characters, u32)> {
        self.confused.iter().map(|(&(truth, read), &times)| (truth, read, times))
    }

    /// Reads the file at `path`, as [`to_tsv`](Self::to_tsv) writes it, and adds its counts.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when it cannot be read, [`Error::Row`] where it is no such file.
    pub fn read(&mut self, path: &Path) -> Result<()> {
        let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let row = |problem: String| Error::Row { path: path.to_owned(), line: number, problem };
            let line = std::str::from_utf8(line)
                .map_err(|_| row("is not UTF-8; make the file again with `kanwu learn`".to_owned()))?;
            let line = line.trim_end_matches('\r');
            if number == 1 && line != LINE {
                return Err(row(format!("expected `{LINE}`; `kanwu learn` makes such a file")));
            }
            if line.is_empty() || line.starts_with("# ") || line == COLUMNS.join("\t") {
                continue;
            }
            self.read_row(line).ok_or_else(|| {
                row("expected kind<TAB>truth<TAB>read<TAB>count, as `kanwu learn` writes them".to_owned())
            })?;
        }
        Ok(())
    }

    fn read_row(&mut self, line: &str) -> Option<()> {
        let mut cells = line.split('\t');
        let [kind, truth, read, count] = COLUMNS.map(|_| cells.next());
        let (kind, truth, read) = (kind?, Characters::of(truth?)?, Characters::of(read?)?);
        let count = count?.parse().ok()?;
        if cells.next().is_some() {
            return None;
        }
        if kind == "rendered" {
            self.render(truth.single().filter(|_| read.is_empty())?, count);
        } else {
            let what = Confusion::of(truth, read)?;
            (what.code() == kind).then(|| self.confuse(truth, read, count))?;
        }
        Some(())
    }

    /// As a file: a line for the version, comments with the `origin`, a row for every confusion, by kind and the most
    /// frequent first, and one for every character with how often it was rendered.
    pub fn to_tsv(&self, origin: &str) -> String {
        let mut text = format!("{LINE}\n");
        for line in origin.lines() {
            text.extend(["# ", line, "\n"]);
        }
        text += &COLUMNS.join("\t");
        text.push('\n');
        let mut rows: Vec<(Confusion, u32, Characters, Characters)> = self
            .confused()
            .filter_map(|(truth, read, count)| Some((Confusion::of(truth, read)?, count, truth, read)))
            .collect();
        rows.sort_by_key(|&(kind, count, truth, read)| (kind, std::cmp::Reverse(count), truth, read));
        for (kind, count, truth, read) in rows {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}\t{truth}\t{read}\t{count}", kind.code());
        }
        let mut rendered: Vec<(char, u32)> = self.all_rendered().collect();
        rendered.sort_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
        for (c, count) in rendered {
            let _ = writeln!(text, "rendered\t{c}\t\t{count}");
        }
        text
    }

    /// How many confusions of each kind there are: different ones, and all.
    pub fn totals(&self) -> Vec<(Confusion, u64, u64)> {
        let mut totals: BTreeMap<Confusion, (u64, u64)> = BTreeMap::new();
        for (truth, read, count) in self.confused() {
            if let Some(kind) = Confusion::of(truth, read) {
                let total = totals.entry(kind).or_default();
                *total = (total.0 + 1, total.1 + u64::from(count));
            }
        }
        Confusion::ALL.into_iter().filter_map(|kind| totals.get(&kind).map(|&(some, all)| (kind, some, all))).collect()
    }

    /// The table that [`Confusions`](super::Confusions) is read from.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when there are more characters than the table can number.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let of_pairs = self.confused.keys().flat_map(|&(truth, read)| truth.iter().chain(read.iter()));
        let characters: BTreeSet<char> = of_pairs.chain(self.rendered.keys().copied()).collect();
        if characters.len() >= usize::from(NONE) {
            return Err(Error::Usage("a table of confusions holds 65,534 characters at most".to_owned()));
        }
        let numbers: BTreeMap<char, u16> = characters.iter().copied().zip(0..).collect();
        let number = |c: Option<char>| c.and_then(|c| numbers.get(&c).copied()).unwrap_or(NONE);
        let mut read_as = vec![Vec::new(); characters.len()];
        let mut could_be = read_as.clone();
        let mut others: Vec<([u16; 4], u16)> = Vec::new();
        for (truth, read, count) in self.confused() {
            let count = u16::try_from(count).unwrap_or(u16::MAX);
            if let (Some(truth), Some(read)) = (truth.single(), read.single()) {
                let (truth, read) = (number(Some(truth)), number(Some(read)));
                read_as[usize::from(truth)].push((read, count));
                could_be[usize::from(read)].push((truth, count));
            } else {
                others.push(([truth.first, truth.second, read.first, read.second].map(number), count));
            }
        }
        let mut body = Vec::new();
        let pairs = read_as.iter().map(Vec::len).sum();
        for count in [characters.len(), pairs, others.len()] {
            body.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        body.extend(Alphabet::encode(characters.iter().copied()));
        for &c in &characters {
            body.extend(self.rendered(c).to_le_bytes());
        }
        for list in read_as.iter_mut().chain(&mut could_be) {
            list.sort_by_key(|&(number, count)| (std::cmp::Reverse(count), number));
        }
        put_lists(&mut body, &read_as);
        body.extend(read_as.iter().flatten().flat_map(|&(_, count)| count.to_le_bytes()));
        put_lists(&mut body, &could_be);
        for (numbers, count) in others {
            body.extend(numbers.into_iter().chain([count]).flat_map(u16::to_le_bytes));
        }
        Ok(FORMAT.seal(&body))
    }
}

/// Where each list begins and the last one ends, and all numbers.
fn put_lists(body: &mut Vec<u8>, lists: &[Vec<(u16, u16)>]) {
    let mut start = 0u32;
    body.extend(start.to_le_bytes());
    for list in lists {
        start += u32::try_from(list.len()).unwrap_or(u32::MAX);
        body.extend(start.to_le_bytes());
    }
    body.extend(lists.iter().flatten().flat_map(|&(number, _)| number.to_le_bytes()));
}
