use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Source;
use super::excluded::{Excluded, visible};
use super::source::hash;
use super::table::{put, put_steps, step_of};
use crate::knowledge::affinity::{FORMAT, REACH, row, seen, traits};
use crate::{Error, Result};

/// How the table is made: what was tried, on pages made up of news that it was not fitted on, 16 seams a page, is the share of tails
/// whose own head has the greatest sum of affinity and of what the language model says. By the language model alone it is 0.667.
/// (By a trial of the same method in another program.)
#[derive(Debug, Clone, Copy)]
pub struct Affinities {
    /// The logarithm of the number of rows: 17 instead of 16 gave 0.746 instead of 0.744.
    pub bits: u32,
    /// 64 instead of 48 together with that.
    pub dimensions: usize,
    /// How many pages are made up: after 100,000 of 300,000 it was 0.731.
    pub pages: usize,
    /// How far the first steps go, in units of what `AdaGrad` takes for one.
    pub rate: f32,
}

impl Default for Affinities {
    fn default() -> Self {
        Self { bits: 16, dimensions: 48, pages: 300_000, rate: 0.1 }
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

/// One value in so many reaches farther than a byte of steps does.
const FARTHEST: usize = 1000;

/// The start of the sums of squares, so that the first step is no leap.
const STILL: f32 = 1e-3;

impl Affinities {
    /// Fits the table on `sources`, running text.
    ///
    /// Pages are made up as columns are torn: stretches of four documents, each cut at four places inside sentences. Of all heads of the
    /// page the tail's own should have the greatest affinity, and of all tails the head's own: the loss is the cross-entropy of both, each
    /// step follows its gradient (`AdaGrad`, one rate a row). One page after another, so that the same sources give the same bytes.
    /// Documents that hold a paragraph of `excluded` are passed over.
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
        let mut sides = [(); 2].map(|()| Matrix::new(self.bits, self.dimensions, &mut random));
        for page in 0..self.pages {
            let rate = self.rate * (1.0 - page as f32 / self.pages as f32);
            let seams = seams(&documents, &mut random);
            step(&mut sides, &seams, rate);
        }
        let mut random = fastrand::Rng::with_seed(2);
        let (mut found, mut tails) = (0, 0);
        for _ in 0..CHECKED {
            let seams = seams(&held_out, &mut random);
            let affinities = Page::of(&sides, &seams).affinities();
            found += affinities.chunks(seams.len()).enumerate().filter(|(tail, row)| is_greatest(row, *tail)).count();
            tails += seams.len();
        }
        Ok(Affine { bytes: self.table(&sides)?, found: found as f64 / tails.max(1) as f64, tails })
    }

    fn table(self, sides: &[Matrix; 2]) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        put(&mut body, self.bits as usize)?;
        put(&mut body, self.dimensions)?;
        // The product of two sides is scaled once, here.
        let scale = (self.dimensions as f32).powf(-0.25);
        let steps = sides.each_ref().map(|side| step_of(&side.rows, FARTHEST));
        body.extend(steps.iter().flat_map(|step| (step * scale).to_le_bytes()));
        for (side, step) in sides.iter().zip(steps) {
            put_steps(&mut body, &side.rows, step);
        }
        Ok(FORMAT.seal(&body))
    }
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

/// The vectors of all traits of one side.
struct Matrix {
    bits: u32,
    dimensions: usize,
    rows: Vec<f32>,
    /// By row, the sum of the squares of what pulled at it.
    pulls: Vec<f32>,
}

impl Matrix {
    fn new(bits: u32, dimensions: usize, random: &mut fastrand::Rng) -> Self {
        let rows = (0..dimensions << bits).map(|_| (random.f32() - 0.5) * 0.3).collect();
        Self { bits, dimensions, rows, pulls: vec![STILL; 1 << bits] }
    }

    /// Its rows' sum over the traits of `characters`.
    fn sum(&self, characters: &[char]) -> Vec<f32> {
        let mut sum = vec![0.0; self.dimensions];
        traits(characters, |hash, weight| {
            let start = row(hash, self.bits) * self.dimensions;
            for (sum, value) in sum.iter_mut().zip(&self.rows[start..]) {
                *sum += weight * value;
            }
        });
        sum
    }

    /// Moves the rows of the traits of `characters` against `gradient`.
    fn pull(&mut self, characters: &[char], gradient: &[f32], rate: f32) {
        let square = gradient.iter().map(|value| value * value).sum::<f32>() / self.dimensions as f32;
        traits(characters, |hash, weight| {
            let row = row(hash, self.bits);
            self.pulls[row] += square * weight * weight;
            let rate = rate * weight / self.pulls[row].sqrt();
            for (value, pull) in self.rows[row * self.dimensions..].iter_mut().zip(gradient) {
                *value -= rate * pull;
            }
        });
    }
}

/// The sides of a page's seams.
struct Page {
    dimensions: usize,
    /// By side and seam.
    vectors: [Vec<Vec<f32>>; 2],
}

impl Page {
    fn of(sides: &[Matrix; 2], seams: &[Seam]) -> Self {
        let vectors = [0, 1].map(|side: usize| seams.iter().map(|seam| sides[side].sum(&seam.sides[side])).collect());
        Self { dimensions: sides[0].dimensions, vectors }
    }

    fn scale(&self) -> f32 {
        (self.dimensions as f32).sqrt().recip()
    }

    /// By tail, the affinity of each head.
    fn affinities(&self) -> Vec<f32> {
        let [tails, heads] = &self.vectors;
        let affinity =
            |tail: &[f32], head: &[f32]| tail.iter().zip(head).map(|(a, b)| a * b).sum::<f32>() * self.scale();
        tails.iter().flat_map(|tail| heads.iter().map(|head| affinity(tail, head))).collect()
    }
}

/// Follows the gradient of the loss on one page.
fn step(sides: &mut [Matrix; 2], seams: &[Seam], rate: f32) {
    let page = Page::of(sides, seams);
    let affinities = page.affinities();
    let count = seams.len();
    let mut slopes = vec![0.0; affinities.len()];
    for own in 0..count {
        for line in [|own, other, count| own * count + other, |own, other, count| other * count + own] {
            let line: Vec<usize> = (0..count).map(|other| line(own, other, count)).collect();
            let most = line.iter().map(|&at| affinities[at]).fold(f32::MIN, f32::max);
            let sum: f32 = line.iter().map(|&at| (affinities[at] - most).exp()).sum();
            for at in line {
                slopes[at] += (affinities[at] - most).exp() / sum;
            }
        }
        slopes[own * count + own] -= 2.0;
    }
    let [tails, heads] = &page.vectors;
    for own in 0..count {
        let mut gradients = [vec![0.0; page.dimensions], vec![0.0; page.dimensions]];
        for other in 0..count {
            add(&mut gradients[0], &heads[other], slopes[own * count + other] * page.scale());
            add(&mut gradients[1], &tails[other], slopes[other * count + own] * page.scale());
        }
        for ((side, characters), gradient) in sides.iter_mut().zip(&seams[own].sides).zip(&gradients) {
            side.pull(characters, gradient, rate);
        }
    }
}

fn add(sum: &mut [f32], vector: &[f32], weight: f32) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += weight * value;
    }
}

/// Whether no value of `row` is greater than that at `place`.
fn is_greatest(row: &[f32], place: usize) -> bool {
    row.iter().all(|value| *value <= row[place])
}
