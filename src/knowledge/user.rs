//! The user's own dictionaries: names, their parents and aliases, and how engines misread them.

use std::fs;
use std::mem;
use std::path::Path;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::text::Span;

/// The entries of all dictionaries that the user gave, in the order given.
#[derive(Debug, Default)]
pub struct UserDictionary {
    entries: Vec<Entry>,
    names: Finder,
    misreadings: Finder,
}

/// A line of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name as it should stand.
    pub name: String,
    /// The places that it lies in, highest first; may be empty.
    pub parents: Vec<String>,
    /// Other names for the same thing.
    pub aliases: Vec<String>,
    /// What engines read instead. Each is put right wherever it stands alone.
    pub misreadings: Vec<String>,
    /// Whatever the user wants to remember.
    pub note: String,
    /// The file and line that it comes from.
    pub source: String,
}

/// Finds many strings at once, the leftmost and longest, and tells the entry of each.
#[derive(Debug, Default)]
struct Finder {
    automaton: Option<AhoCorasick>,
    entries: Vec<usize>,
}

/// The columns, in their order.
const NAMES: [&str; 5] = ["name", "parents", "aliases", "misreadings", "note"];

/// The columns as messages show them.
const COLUMNS: &str = "name<TAB>parents<TAB>aliases<TAB>misreadings<TAB>note";

impl UserDictionary {
    /// Reads the dictionaries at `paths`.
    ///
    /// A dictionary is UTF-8 text with a tab-separated line for each name: `name`, `parents`, `aliases`, `misreadings`,
    /// `note`. Columns at the end may be left out; several values in one column are separated by `|`. Empty lines, lines
    /// that start with `#`, and a first line that names these columns in this order are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when a file cannot be read, [`Error::Row`] where a line is not of that form.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Self> {
        let mut entries = Read::default();
        for path in paths.iter().map(AsRef::as_ref) {
            let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
            parse(&bytes, path, &mut entries)?;
        }
        Self::new(entries.entries)
    }

    /// Of entries that are already read.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when there are more than can be searched for at once, some hundred million characters.
    pub fn new(entries: Vec<Entry>) -> Result<Self> {
        let names = Finder::of(&entries, |entry| std::iter::once(&entry.name).chain(&entry.aliases))?;
        let misreadings = Finder::of(&entries, |entry| entry.misreadings.iter())?;
        Ok(Self { entries, names, misreadings })
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The names and aliases that stand in `text`.
    pub fn names(&self, text: &str) -> impl Iterator<Item = Span> {
        self.names.find(text).map(|(span, _)| span)
    }

    /// The listed misreadings that stand in `text`, and what each should be.
    pub fn misreadings(&self, text: &str) -> impl Iterator<Item = (Span, &Entry)> {
        self.misreadings.find(text).map(|(span, entry)| (span, &self.entries[entry]))
    }
}

impl Finder {
    fn of<'e, I>(entries: &'e [Entry], strings: impl Fn(&'e Entry) -> I) -> Result<Self>
    where
        I: Iterator<Item = &'e String>,
    {
        let strings = &strings;
        let (patterns, numbers): (Vec<&String>, Vec<usize>) =
            entries.iter().enumerate().flat_map(|(number, entry)| strings(entry).map(move |s| (s, number))).unzip();
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns)
            .map_err(|error| Error::Usage(format!("the dictionaries are too large: {error}")))?;
        Ok(Self { automaton: Some(automaton), entries: numbers })
    }

    fn find(&self, text: &str) -> impl Iterator<Item = (Span, usize)> {
        let found: Vec<_> = self.automaton.iter().flat_map(|automaton| automaton.find_iter(text)).collect();
        found.into_iter().map(|found| (Span::new(found.start(), found.end()), self.entries[found.pattern().as_usize()]))
    }
}

fn parse(bytes: &[u8], path: &Path, read: &mut Read) -> Result<()> {
    let mut is_first = true;
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let row = |problem: &str| Error::Row { path: path.to_owned(), line: number, problem: problem.to_owned() };
        let line = std::str::from_utf8(line).map_err(|_| row("is not UTF-8; save the dictionary as UTF-8"))?;
        let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        check_separators(&columns).map_err(|problem| row(&problem))?;
        if mem::take(&mut is_first) && is_header(&columns).map_err(|problem| row(&problem))? {
            continue;
        }
        if columns.len() > 5 {
            return Err(row(&format!("has {} columns; expected {COLUMNS}", columns.len())));
        }
        let column = |at: usize| columns.get(at).copied().unwrap_or_default();
        let list = |at: usize| -> Vec<String> {
            column(at).split('|').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
        };
        let entry = Entry {
            name: column(0).to_owned(),
            parents: list(1),
            aliases: list(2),
            misreadings: list(3),
            note: column(4).to_owned(),
            source: format!("{}:{number}", path.display()),
        };
        if entry.name.is_empty() {
            return Err(row(&format!("has no name; expected {COLUMNS}")));
        }
        if let Some(quoted) = std::iter::once(&entry.name).chain(&entry.aliases).find(|name| name.contains('"')) {
            return Err(row(&format!("has a quotation mark in the name {quoted}; write names without quotes")));
        }
        if let Some(same) = entry.misreadings.iter().find(|m| **m == entry.name || entry.aliases.contains(*m)) {
            return Err(row(&format!("lists {same} both as a name and as its own misreading")));
        }
        if entry.misreadings.iter().any(|misreading| misreading.chars().count() < 2) {
            return Err(row("lists a misreading of one character, which would stand everywhere; write out the name"));
        }
        read.add(entry).map_err(|problem| row(&problem))?;
    }
    Ok(())
}

/// Refuses a line whose columns are parted by something else than tabs, which would be one long name that no page has.
fn check_separators(columns: &[&str]) -> std::result::Result<(), String> {
    let [line] = columns else { return Ok(()) };
    if line.contains([',', '，']) {
        return Err(format!("has commas and no tab; columns are parted by tabs, so save it with tabs: {COLUMNS}"));
    }
    if line.contains(' ') {
        return Err(format!("has blanks for tabs? expected {COLUMNS}"));
    }
    Ok(())
}

/// Whether `columns`, the first line, name the columns; an error when they name them otherwise than they are read. Without
/// a name of ours they are taken for a header where all of them are words in small letters, as `wrong` and `right` are:
/// no line of a dictionary of Chinese names looks so.
fn is_header(columns: &[&str]) -> std::result::Result<bool, String> {
    let is_word = |column: &&str| !column.is_empty() && column.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let names: Vec<String> = columns.iter().map(|column| column.to_lowercase()).collect();
    let has_ours = names.iter().any(|name| NAMES.contains(&name.as_str()));
    let has_only_words = columns.len() > 1 && columns.iter().all(is_word);
    if !has_ours && !has_only_words {
        return Ok(false);
    }
    if names.iter().zip(NAMES).all(|(name, known)| name == known) && names.len() <= NAMES.len() {
        return Ok(true);
    }
    Err(format!(
        "names the columns {}; they are read as {COLUMNS}, so put them in this order under these names",
        columns.join(", ")
    ))
}

/// The entries read so far, and where each string stands.
#[derive(Default)]
struct Read {
    entries: Vec<Entry>,
    names: FxHashMap<String, usize>,
    misreadings: FxHashMap<String, usize>,
}

impl Read {
    /// Adds `entry`, or says which of its strings means something else in another.
    fn add(&mut self, entry: Entry) -> std::result::Result<(), String> {
        let number = self.entries.len();
        let clash = |string: &str, how: &str, other: usize| {
            Err(format!("{string} is {how} in {}; keep one of the two", self.entries[other].source))
        };
        for misreading in &entry.misreadings {
            if let Some(&other) = self.names.get(misreading) {
                return clash(misreading, "a name", other);
            }
            if let Some(&other) = self.misreadings.get(misreading)
                && self.entries[other].name != entry.name
            {
                return clash(misreading, "a misreading of another name", other);
            }
        }
        for name in std::iter::once(&entry.name).chain(&entry.aliases) {
            if let Some(&other) = self.misreadings.get(name) {
                return clash(name, "a misreading", other);
            }
        }
        let names = std::iter::once(&entry.name).chain(&entry.aliases);
        self.names.extend(names.map(|name| (name.clone(), number)));
        self.misreadings.extend(entry.misreadings.iter().map(|misreading| (misreading.clone(), number)));
        self.entries.push(entry);
        Ok(())
    }
}
