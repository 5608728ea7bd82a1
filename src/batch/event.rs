//! What a batch tells as it goes: pages that are done, that failed, and how far it is.

use super::{Input, Object};
use crate::page::Page;
use crate::pipeline::{Cleaned, Settling};

/// A cleaned page, given to the threads that make of it what a command needs.
pub struct Task<'a> {
    /// The file that it stands in.
    pub input: &'a Input,
    /// The page.
    pub page: &'a Page,
    /// What was made of it.
    pub cleaned: &'a Cleaned,
    /// The line that it was read from, of JSON Lines.
    pub object: Option<&'a Object<'a>>,
    /// A hash of the bytes that it was read from.
    pub content: &'a str,
    /// Whether it was another when the pages were surveyed: what that says of the page holds of what it was.
    pub is_altered: bool,
    /// What was asked to clean it, where it was cleaned by itself and did not go on with others.
    pub(super) alone: Option<&'a Settling>,
}

/// What became of a batch's pages, one event after another in the order of their names.
pub enum Event<'a, T> {
    /// A page was cleaned.
    Done {
        /// The file that it stands in.
        input: &'a Input,
        /// What was made of it.
        value: T,
    },
    /// A page could not be read, decoded or written.
    Failed {
        /// The file that it stands in.
        input: &'a Input,
        /// Its name.
        page: String,
        /// Why.
        reason: String,
        /// The line that it is, of JSON Lines; nothing when the whole file failed.
        line: Option<Line<'a>>,
    },
    /// Blanks between lines of JSON Lines.
    Blank {
        /// The file that they stand in.
        input: &'a Input,
        /// The line, with its line end.
        bytes: &'a [u8],
    },
    /// A file of JSON Lines was read to its end.
    End {
        /// The file.
        input: &'a Input,
    },
}

/// A line of JSON Lines that was not cleaned.
#[derive(Debug, Clone, Copy)]
pub enum Line<'a> {
    /// The line, with its line end.
    Bytes(&'a [u8]),
    /// A line that is too large to be held.
    Extent {
        /// Where it starts in its file, in bytes.
        offset: u64,
        /// How many bytes it has, with its line end.
        length: u64,
    },
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// An earlier run into the same folders was stopped, and left so many pages that one that resumes may keep.
    Left(u64),
    /// Pages are read to learn what recurs; how many there are, where that is known.
    Surveying(Option<u64>),
    /// Pages are cleaned; how many there are.
    Cleaning(u64),
    /// Pages go on, for what the others became tells something else of them; how many there are.
    Settling(u64),
    /// One more page was read, was cleaned, or went on.
    Page,
    /// One more page is written and reported.
    Written,
    /// So many pages of this run are written and reported for good: one that resumes keeps them. They are handed over a few
    /// times a second; of a batch that fits into one window there are none, for it begins anew.
    Kept(u64),
}
