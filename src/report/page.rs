use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Totals, json, records, unified};
use crate::Result;
use crate::page::Page;
use crate::pipeline::Cleaned;

/// What the report says of one page, ready to be written. Made by any thread; written in the order of the pages.
#[derive(Debug, Clone, PartialEq)]
pub struct PageReport {
    /// The page's lines of `corrections.jsonl`.
    pub corrections: String,
    /// Its part of `changes.diff`.
    pub diff: String,
    /// Its decoded source, a part of `sources.txt`.
    pub source: String,
    /// Its line of `pages.jsonl`, but for the places of its corrections and its source.
    pub(super) entry: Entry,
}

/// What `pages.jsonl` says of the line of JSON Lines that a page was, so that it can be given back as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SourceLine {
    /// The field that holds the text.
    pub(crate) field: String,
    /// Whether the clean line has a field `corrections`.
    pub(crate) corrections: bool,
    /// BLAKE3 of the line, with its line end.
    pub(crate) hash: String,
    /// The line itself, where it cannot be had from the clean one: its text was written with other escapes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<String>,
}

/// Offsets of damage that `pages.jsonl` names; a page of the wrong encoding has tens of thousands.
const DAMAGE_NAMED: usize = 16;

/// One line of `pages.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The page's name.
    pub page: String,
    /// The encoding that it was decoded from.
    pub encoding: String,
    /// What could not be decoded.
    pub damage: Damage,
    /// BLAKE3 of the decoded source.
    pub source_hash: String,
    /// BLAKE3 of the clean text.
    pub clean_hash: String,
    pub(super) source: Size,
    pub(super) clean: Size,
    pub(crate) applied: u64,
    pub(crate) proposed: u64,
    pub(crate) withheld: u64,
    /// Its lines in `corrections.jsonl`.
    pub(crate) corrections: Extent,
    /// Its decoded source in `sources.txt`; nothing in reports of before that file.
    #[serde(default)]
    pub(crate) source_text: Extent,
    /// The line that it was, of JSON Lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_line: Option<SourceLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// How many places.
    pub count: usize,
    /// The first of them, in bytes of the file.
    pub offsets: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Size {
    bytes: u64,
    characters: u64,
}

/// A part of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

impl Extent {
    /// What stands there in `file`: less, where the file is shorter.
    pub(crate) fn read(self, mut file: &File) -> io::Result<String> {
        file.seek(SeekFrom::Start(self.offset))?;
        let mut text = String::new();
        file.take(self.length).read_to_string(&mut text)?;
        Ok(text)
    }
}

impl PageReport {
    /// Of `page` and what was made of it.
    ///
    /// # Errors
    ///
    /// When a record cannot be written as JSON.
    pub fn of(page: &Page, cleaned: &Cleaned) -> Result<Self> {
        let records = records(page, cleaned);
        let mut corrections = String::new();
        for record in &records {
            corrections.push_str(&json::line(record)?);
        }
        let totals = Totals::of(page, cleaned);
        let verdicts = totals.corrections();
        let entry = Entry {
            page: page.name.clone(),
            encoding: page.origin.label(),
            damage: Damage {
                count: page.damage.len(),
                offsets: page.damage.iter().take(DAMAGE_NAMED).map(|damage| damage.offset).collect(),
            },
            source_hash: hash(&page.text),
            clean_hash: hash(&cleaned.text),
            source: Size { bytes: totals.source_bytes, characters: totals.source_characters },
            clean: Size { bytes: cleaned.text.len() as u64, characters: totals.clean_characters },
            applied: verdicts.applied,
            proposed: verdicts.proposed,
            withheld: verdicts.withheld,
            // Where they stand is known when they are written.
            corrections: Extent { offset: 0, length: corrections.len() as u64 },
            source_text: Extent { offset: 0, length: totals.source_bytes },
            source_line: None,
        };
        let diff = unified(&page.name, &page.text, &cleaned.text);
        Ok(Self { diff, corrections, source: page.text.clone(), entry })
    }

    /// Takes over what `entry` knows of how the page was decoded.
    pub(crate) fn set_decoded(&mut self, entry: &Entry) {
        self.entry.encoding.clone_from(&entry.encoding);
        self.entry.damage.clone_from(&entry.damage);
    }

    /// By which is told, of what is read again, that it is this.
    pub(crate) fn digest(&self) -> Result<String> {
        let mut hasher = blake3::Hasher::new();
        let entry = json::line(&self.entry)?;
        for part in [&self.corrections, &self.diff, &self.source, &entry] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Says which line of JSON Lines the page was.
    pub(crate) fn set_source_line(&mut self, line: SourceLine) {
        self.entry.source_line = Some(line);
    }
}

/// BLAKE3 of `text`, in hexadecimal digits.
pub(crate) fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// BLAKE3 of the file at `path`, in hexadecimal digits.
pub(crate) fn hash_file(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
