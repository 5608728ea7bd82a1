use std::path::Path;
use std::sync::LazyLock;

use super::affinity::{MOST_BITS, hash, hash_of, row, seen};
use super::table::{Bytes, Format, Sections};
use crate::Result;
use crate::text::{Kind, kind};

pub(crate) const FORMAT: Format = Format { line: "kanwu edges 1\n", command: "kanwu tables edges CORPUS... -o FILE" };

/// What is asked of the edge of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// Its end, where no mark closes it: whether it breaks off or is a heading, a credit or the like.
    Open,
    /// Its end, where a mark closes a sentence: whether the paragraph goes on.
    Closed,
    /// Its start: whether it goes on in the middle of a sentence.
    Inside,
    /// Its start: whether it goes on with another sentence.
    AfterStop,
}

impl Edge {
    /// All of them, as their weights lie in the table.
    pub const ALL: [Self; 4] = [Self::Open, Self::Closed, Self::Inside, Self::AfterStop];
}

/// Whether a paragraph begins or ends at the edge of a text, or a column's end cut it, by the characters next to the edge: what a
/// reader sees without a look at what stands before or after.
///
/// A logistic model: each trait of the edge has a weight, and what they add up to are the log-odds. Traits are runs of characters that
/// begin at the edge, shorter runs near it, and the mark that comes next.
///
/// The traits are hashed to rows, so that some share one. The body of the table: the logarithm of the number of rows; by edge what a
/// step is worth (4 bytes, a float); by edge the rows, a signed byte of steps each.
#[derive(Debug, Clone)]
pub struct Edges {
    bits: u32,
    edges: [Weights; Edge::ALL.len()],
}

#[derive(Debug, Clone)]
struct Weights {
    step: f32,
    rows: Bytes,
}

impl Edges {
    /// The table that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Edges> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/edges.bin");
            Edges::take(FORMAT.embedded(bytes, "dictionaries/edges.bin")).expect("the tests read this table")
        });
        &EMBEDDED
    }

    /// The table in `bytes`; `path` is where they come from.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table) when it is not such a table, damaged, or of another version.
    pub fn from_bytes(bytes: impl Into<Bytes>, path: &Path) -> Result<Self> {
        Self::take(FORMAT.open(bytes.into(), path)?)
    }

    fn take(mut sections: Sections<'_>) -> Result<Self> {
        let bits = sections.number()?;
        if bits > MOST_BITS {
            return Err(sections.refuse("its head makes no sense"));
        }
        let steps = Edge::ALL.map(|_| sections.float());
        let [open, closed, inside, after_stop] =
            steps.map(|step| Ok(Weights { step: step?, rows: sections.next(1, 1 << bits)? }));
        Ok(Self { bits: bits as u32, edges: [open?, closed?, inside?, after_stop?] })
    }

    /// The log-odds that a paragraph goes on across `edge`, given the text's characters from there on: from the last one backwards
    /// for its end. Beforehand both count as equally likely.
    pub fn log_odds(&self, edge: Edge, nearest_first: impl Iterator<Item = char>) -> f32 {
        let weights = &self.edges[edge as usize];
        let mut steps = 0;
        traits(&seen(nearest_first), |hash| {
            let step = weights.rows.get(row(hash, self.bits)).copied().unwrap_or_default();
            steps += i32::from(step.cast_signed());
        });
        steps as f32 * weights.step
    }
}

/// The longest run of characters at the edge that is a trait.
const LONGEST: usize = 5;

/// How far from the edge shorter runs are traits, and how long these are.
const NEAR: usize = 4;
const SHORT: usize = 3;

/// Hands over the traits of an edge, by their hashes; `characters` begin at it.
pub(crate) fn traits(characters: &[char], mut visit: impl FnMut(u64)) {
    /// What a trait is about, in place of where a run begins.
    const MARK: u64 = 64;
    for length in 1..=LONGEST.min(characters.len()) {
        visit(hash(0, &characters[..length]));
    }
    for from in 1..=NEAR {
        for length in 1..=SHORT {
            visit(hash(from as u64, characters.get(from..from + length).unwrap_or_default()));
        }
    }
    let is_mark = |c: &char| kind(*c) == Kind::Mark;
    let place = characters.iter().position(is_mark).unwrap_or(characters.len());
    let mark = &characters[place..(place + 1).min(characters.len())];
    let with_mark =
        |what: u64, others: &[char]| hash_of(what, mark.len() + others.len(), mark.iter().chain(others).copied());
    visit(hash(MARK + place as u64, mark));
    visit(with_mark(2 * MARK + place as u64 / 4, &characters[..characters.len().min(1)]));
    visit(hash(3 * MARK, &characters[place.saturating_sub(1)..(place + 1).min(characters.len())]));
    visit(hash(4 * MARK, &characters[place..(place + 2).min(characters.len())]));
    visit(with_mark(5 * MARK, &characters[..characters.len().min(2)]));
}
