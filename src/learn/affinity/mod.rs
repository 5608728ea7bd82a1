mod fit;

use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Source;
use super::excluded::{Excluded, visible};
use super::source::hash;
use crate::knowledge::affinity::{END, REACH, START, Trait, seen, traits};
use crate::knowledge::{Affinity, Side};
use crate::{Error, Result};
use fit::Fit;

/// How the table is made. What else was tried stands in `dictionaries/README.md`.
#[derive(Debug, Clone, Copy)]
pub struct Affinities {
    /// The logarithm of the number of rows.
    pub bits: u32,
    /// How many numbers a row has.
    pub dimensions: usize,
    /// How many numbers the vector of a side has.
    pub length: usize,
    /// How many pages are made up.
    pub pages: usize,
    /// How far the first steps of rows go, in units of what `AdaGrad` takes for one. (By a trial of the method in another program, 0.1 finds
    /// 73.6 % of heads where 0.3 finds 74.8 %.)
    pub rate: f32,
}

impl Default for Affinities {
    fn default() -> Self {
        Self { bits: 18, dimensions: 64, length: 128, pages: 960_000, rate: 0.3 }
    }
}

/// A table, and what it reaches on documents that were held out.
pub struct Affine {
    /// The table.
    pub bytes: Vec<u8>,
    /// The share of tails to which their own head has the greatest affinity of all on the page.
    pub found: f64,
    /// Of how many.
    pub tails: usize,
}

/// Documents of a page, and seams of a document.
const DOCUMENTS: usize = 4;
const SEAMS: usize = 4;

/// The shortest stretch of a document that is cut into columns, in characters.
const STRETCH: usize = 80 * SEAMS;

/// Lines that follow one another are one document up to so many characters: of some corpora a line is a paragraph.
const DOCUMENT: usize = 1500;

/// One document in so many is held out.
const HELD_OUT: usize = 64;

/// How many pages are made up of those.
const CHECKED: usize = 200;

/// How many pages a step is taken on: of one, what it says of a row is chance more than slope.
const STEP: usize = 16;

/// In how many steps the rates rise to what they are.
const WARM_UP: usize = 200;

impl Affinities {
    /// Fits the table on `sources`, running text.
    ///
    /// Pages are made up as columns are torn: stretches of four documents, each cut at four places inside sentences. Of all heads of the
    /// page the tail's own should have the greatest affinity, and of all tails the head's own: the loss is the cross-entropy of both, each
    /// step follows its gradient on several pages (rows by `AdaGrad`, one rate a row; all else by `Adam`). Sums are always taken in the
    /// same order, so that the same sources give the same bytes. Documents that hold a paragraph of `excluded` are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] of the sources; [`Error::Usage`] where they hold too little text.
    pub fn fit(self, sources: Vec<Source>, excluded: Vec<Source>) -> Result<Affine> {
        let (documents, held_out) = documents(sources, &Excluded::read(excluded)?)?;
        if documents.is_empty() || held_out.is_empty() {
            return Err(Error::Usage("there is too little text to learn from".to_owned()));
        }
        let mut random = fastrand::Rng::with_seed(1);
        let mut fit = Fit::of(self, &mut random);
        let steps = self.pages.div_ceil(STEP);
        for step in 0..steps {
            let rate = ((step + 1) as f32 / WARM_UP as f32).min(1.0) * (1.0 - step as f32 / steps as f32);
            let drawn: Vec<Seam> = (0..STEP).flat_map(|_| seams(&documents, &mut random)).collect();
            let traits: Vec<[Vec<Trait>; 2]> = drawn.par_iter().map(|seam| seam.traits(self.bits)).collect();
            fit.step(&traits, rate);
        }
        let bytes = fit.table()?;
        let table = Affinity::from_bytes(bytes.clone(), Path::new("the new table"))?;
        let (found, tails) = find_heads(&table, &held_out);
        Ok(Affine { bytes, found: found as f64 / tails.max(1) as f64, tails })
    }
}

/// How many tails have the greatest affinity to their own head, on pages made up of `documents`, and of how many.
fn find_heads(table: &Affinity, documents: &[Document]) -> (usize, usize) {
    let mut random = fastrand::Rng::with_seed(2);
    let (mut found, mut tails) = (0, 0);
    for _ in 0..CHECKED {
        let seams = seams(documents, &mut random);
        let heads: Vec<Side> = seams.iter().map(|seam| table.head(seam.sides[1].iter().copied())).collect();
        for (own, seam) in seams.iter().enumerate() {
            let tail = table.tail(seam.sides[0].iter().copied());
            found += usize::from(heads.iter().all(|head| tail.affinity(head) <= tail.affinity(&heads[own])));
        }
        tails += seams.len();
    }
    (found, tails)
}

/// The documents of `sources`, and those that are held out.
fn documents(sources: Vec<Source>, excluded: &Excluded) -> Result<(Vec<Document>, Vec<Document>)> {
    let mut documents: Vec<Document> = Vec::new();
    let mut lines = FxHashSet::default();
    for source in sources {
        let mut document = Vec::new();
        source.lines(|_, line| {
            // Furniture recurs; prose does not.
            if lines.insert(hash(line)) {
                document.extend(visible(line));
            }
            if document.len() >= DOCUMENT {
                documents.push(std::mem::take(&mut document).into());
            }
            Ok(())
        })?;
        documents.push(document.into());
    }
    documents =
        documents.into_par_iter().filter(|document| document.len() > STRETCH && !excluded.is_in(document)).collect();
    let (held_out, rest): (Vec<_>, Vec<_>) =
        (0_usize..).zip(documents).partition(|(at, _)| at.is_multiple_of(HELD_OUT));
    let documents = |numbered: Vec<(usize, Document)>| numbered.into_iter().map(|(_, document)| document).collect();
    Ok((documents(rest), documents(held_out)))
}

type Document = Box<[char]>;

/// What is seen of the two sides of a seam, from the seam on.
struct Seam {
    sides: [Vec<char>; 2],
}

impl Seam {
    fn traits(&self, bits: u32) -> [Vec<Trait>; 2] {
        let [tail, head] = &self.sides;
        [traits(tail, bits, END), traits(head, bits, START)]
    }
}

/// The seams of a page made up of `documents`.
fn seams(documents: &[Document], random: &mut fastrand::Rng) -> Vec<Seam> {
    // Two pages of three are of narrow stretches, as columns are: their seams are about the same.
    let is_narrow = random.u8(..3) > 0;
    let mut seams = Vec::with_capacity(DOCUMENTS * SEAMS);
    for _ in 0..DOCUMENTS {
        let document = &documents[random.usize(..documents.len())];
        let length = if is_narrow { STRETCH } else { document.len() };
        let start = random.usize(..=document.len() - length);
        let stretch = &document[start..start + length];
        let part = length / (SEAMS + 1);
        let mut cuts = vec![0];
        cuts.extend((1..=SEAMS).map(|seam| into_sentence(stretch, seam * part + random.usize(..part / 2) - part / 4)));
        cuts.push(length);
        for around in cuts.windows(3) {
            let (tail, head) = (&stretch[around[0]..around[1]], &stretch[around[1]..around[2]]);
            seams.push(Seam { sides: [seen(tail.iter().rev().copied()), seen(head.iter().copied())] });
        }
    }
    seams
}

/// The next place from `cut` on that no mark stands before: what ends with a mark need not go on.
fn into_sentence(stretch: &[char], cut: usize) -> usize {
    let is_mark = |c: char| "。！？；，、：”）》".contains(c);
    (cut..stretch.len() - 1).take(REACH / 2).find(|&cut| !is_mark(stretch[cut - 1])).unwrap_or(cut)
}
