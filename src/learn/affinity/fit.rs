use std::array;

use rayon::prelude::*;

use super::{Affinities, DOCUMENTS, SEAMS};
use crate::Result;
use crate::knowledge::affinity::{FORMAT, Lens, PLACED, REACH, Trait, add, product, share};
use crate::learn::table::{put, put_steps, step_of};

/// The table while it is fitted.
pub(super) struct Fit {
    shape: Affinities,
    rows: Vec<f32>,
    /// By row, the sum of the squares of what pulled at it.
    pulls: Vec<f32>,
    lenses: [Lens; 2],
    /// Of each lens those of its weights, its constant and its matrices.
    moments: [[Moments; 3]; 2],
    steps: i32,
}

/// The slope of the loss by what one side of a seam is made of.
struct Slope {
    /// By its characters' sums of rows, one after another.
    characters: Vec<f32>,
    /// By the weights.
    weights: Vec<f32>,
}

/// The seams of a page.
const PAGE: usize = DOCUMENTS * SEAMS;

/// How far the first steps of a lens go, in units of what `Adam` takes for one.
const RATE: f32 = 2e-3;

/// The start of the sums of squares: far below a square, so that the first step of a row that is rarely met goes as far as that of others.
const STILL: f32 = 1e-8;

/// One value in so many reaches farther than a byte of steps does.
const FARTHEST: usize = 1000;

impl Fit {
    pub(super) fn of(shape: Affinities, random: &mut fastrand::Rng) -> Self {
        let Affinities { bits, dimensions, length, .. } = shape;
        let mut drawn =
            |count: usize, most: f32| -> Vec<f32> { (0..count).map(|_| (random.f32() - 0.5) * 2.0 * most).collect() };
        let rows = drawn(dimensions << bits, 0.3);
        let lenses = [(); 2].map(|()| Lens {
            shape: [dimensions, length],
            weights: vec![1.0; REACH],
            constant: vec![0.0; length],
            matrices: drawn(Lens::MATRICES * dimensions * length, (3.0 / dimensions as f32).sqrt()),
        });
        let moments = lenses
            .each_ref()
            .map(|lens| [&lens.weights, &lens.constant, &lens.matrices].map(|values| Moments::of(values.len())));
        Self { shape, rows, pulls: vec![STILL; 1 << bits], lenses, moments, steps: 0 }
    }

    /// What the product of two vectors is multiplied with.
    fn scale(&self) -> f32 {
        (self.shape.length as f32).sqrt().recip()
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.rows[row * self.shape.dimensions..][..self.shape.dimensions]
    }

    /// Follows the gradient of the loss on `seams`, those of several pages; `rate` is a share of all rates.
    pub(super) fn step(&mut self, seams: &[[Vec<Trait>; 2]], rate: f32) {
        let views: [Vec<Vec<f32>>; 2] = array::from_fn(|side| {
            let views =
                |seam: &[Vec<Trait>; 2]| self.lenses[side].views(&seam[side], |row, sum| add(sum, self.row(row), 1.0));
            seams.par_iter().map(views).collect()
        });
        let vectors: [Vec<Vec<f32>>; 2] =
            array::from_fn(|side| views[side].par_iter().map(|views| self.lenses[side].vector(views)).collect());
        let by_vector = self.slopes(&vectors);
        let slopes: [Vec<Slope>; 2] = array::from_fn(|side| {
            let both = seams.par_iter().zip(&by_vector[side]);
            both.map(|(seam, by_vector)| self.slope(side, &seam[side], by_vector)).collect()
        });
        self.steps += 1;
        for side in [0, 1] {
            let mut weights = vec![0.0; REACH];
            slopes[side].iter().for_each(|slope| add(&mut weights, &slope.weights, 1.0));
            let mut constant = vec![0.0; self.shape.length];
            by_vector[side].iter().for_each(|slope| add(&mut constant, slope, 1.0));
            let mut matrices = vec![0.0; self.lenses[side].matrices.len()];
            matrices.par_chunks_mut(self.shape.length).enumerate().for_each(|(at, numbers)| {
                views[side].iter().zip(&by_vector[side]).for_each(|(views, slope)| add(numbers, slope, views[at]));
            });
            let lens = &mut self.lenses[side];
            let parts = [&mut lens.weights, &mut lens.constant, &mut lens.matrices];
            for ((values, moments), slope) in
                parts.into_iter().zip(&mut self.moments[side]).zip([weights, constant, matrices])
            {
                moments.step(values, &slope, self.steps, rate * RATE);
            }
        }
        self.pull(seams, &slopes, rate * self.shape.rate);
    }

    /// By side and seam, the slope of the loss by the vector.
    fn slopes(&self, [tails, heads]: &[Vec<Vec<f32>>; 2]) -> [Vec<Vec<f32>>; 2] {
        let mut slopes = [(); 2].map(|()| vec![vec![0.0; self.shape.length]; tails.len()]);
        for start in (0..tails.len()).step_by(PAGE) {
            let affinities: [[f32; PAGE]; PAGE] = array::from_fn(|tail| {
                array::from_fn(|head| product(&tails[start + tail], &heads[start + head]) * self.scale())
            });
            let mut by_affinity = [[0.0; PAGE]; PAGE];
            for own in 0..PAGE {
                for (head, share) in shares(affinities[own]).into_iter().enumerate() {
                    by_affinity[own][head] += share;
                }
                for (tail, share) in shares(affinities.map(|row| row[own])).into_iter().enumerate() {
                    by_affinity[tail][own] += share;
                }
                by_affinity[own][own] -= 2.0;
            }
            for (tail, row) in by_affinity.into_iter().enumerate() {
                for (head, slope) in row.into_iter().enumerate() {
                    let slope = slope * self.scale() / tails.len() as f32;
                    add(&mut slopes[0][start + tail], &heads[start + head], slope);
                    add(&mut slopes[1][start + head], &tails[start + tail], slope);
                }
            }
        }
        slopes
    }

    /// The slope by what a side with `traits` is made of, given that by its vector.
    fn slope(&self, side: usize, traits: &[Trait], by_vector: &[f32]) -> Slope {
        let (lens, dimensions) = (&self.lenses[side], self.shape.dimensions);
        let numbers = lens.matrices.chunks_exact(self.shape.length);
        let by_view: Vec<f32> = numbers.map(|numbers| product(numbers, by_vector)).collect();
        let (by_sum, by_placed) = by_view.split_at(dimensions);
        let share = share(traits.len());
        let mut slope = Slope { characters: Vec::with_capacity(traits.len() * dimensions), weights: vec![0.0; REACH] };
        for (place, rows) in traits.iter().enumerate() {
            let mut by_character: Vec<f32> = by_sum.iter().map(|slope| slope * lens.weights[place] * share).collect();
            if place < PLACED {
                add(&mut by_character, &by_placed[place * dimensions..][..dimensions], 1.0);
            }
            slope.characters.extend(by_character);
            let products = rows.iter().flatten().map(|&row| product(self.row(row), by_sum));
            slope.weights[place] = products.sum::<f32>() * share;
        }
        slope
    }

    /// Moves the rows against their slopes.
    fn pull(&mut self, seams: &[[Vec<Trait>; 2]], slopes: &[Vec<Slope>; 2], rate: f32) {
        let dimensions = self.shape.dimensions;
        let each = |visit: &mut dyn FnMut(usize, &[f32])| {
            for (side, slopes) in slopes.iter().enumerate() {
                for (seam, slope) in seams.iter().zip(slopes) {
                    for (rows, slope) in seam[side].iter().zip(slope.characters.chunks_exact(dimensions)) {
                        rows.iter().flatten().for_each(|&row| visit(row, slope));
                    }
                }
            }
        };
        each(&mut |row, slope| self.pulls[row] += product(slope, slope) / dimensions as f32);
        each(&mut |row, slope| {
            let rate = rate / self.pulls[row].sqrt();
            add(&mut self.rows[row * dimensions..][..dimensions], slope, -rate);
        });
    }

    /// The bytes of the table.
    pub(super) fn table(&self) -> Result<Vec<u8>> {
        let Affinities { bits, dimensions, length, .. } = self.shape;
        let mut body = Vec::new();
        for number in [bits as usize, dimensions, length] {
            put(&mut body, number)?;
        }
        let step = step_of(&self.rows, FARTHEST);
        body.extend(step.to_le_bytes());
        put_steps(&mut body, &self.rows, step);
        // The product of two vectors is scaled once, here.
        let scale = self.scale().sqrt();
        for lens in &self.lenses {
            let scaled = lens.constant.iter().chain(&lens.matrices).map(|number| number * scale);
            body.extend(lens.weights.iter().copied().chain(scaled).flat_map(f32::to_le_bytes));
        }
        Ok(FORMAT.seal(&body))
    }
}

/// What the steps of `Adam` depend on: of each value, the mean of its slopes and that of their squares.
#[derive(Clone)]
struct Moments {
    slopes: Vec<f32>,
    squares: Vec<f32>,
}

impl Moments {
    fn of(count: usize) -> Self {
        Self { slopes: vec![0.0; count], squares: vec![0.0; count] }
    }

    /// Moves `values` against their `slopes`; it is the `steps`-th step.
    fn step(&mut self, values: &mut [f32], slopes: &[f32], steps: i32, rate: f32) {
        const KEPT: f32 = 0.9;
        const KEPT_OF_SQUARES: f32 = 0.99;
        const LEAST: f32 = 1e-6;
        let (bias, bias_of_squares) = (1.0 - KEPT.powi(steps), 1.0 - KEPT_OF_SQUARES.powi(steps));
        let moments = self.slopes.iter_mut().zip(&mut self.squares);
        for ((value, slope), (mean, square)) in values.iter_mut().zip(slopes).zip(moments) {
            *mean = KEPT * *mean + (1.0 - KEPT) * slope;
            *square = KEPT_OF_SQUARES * *square + (1.0 - KEPT_OF_SQUARES) * slope * slope;
            *value -= rate * (*mean / bias) / ((*square / bias_of_squares).sqrt() + LEAST);
        }
    }
}

/// The shares of `weights`, which are logarithms, in their sum.
fn shares(weights: [f32; PAGE]) -> [f32; PAGE] {
    let most = weights.into_iter().fold(f32::MIN, f32::max);
    let odds = weights.map(|weight| (weight - most).exp());
    let sum: f32 = odds.iter().sum();
    odds.map(|odds| odds / sum)
}
