//! Points for characters, so that what engines take for one another lies near.
//!
//! Where a character t is not read rightly, o is read with the probability
//!
//! ```text
//! P(o | t) = exp(bonus(o) − |point(o) − point(t)|²) / Σ over all others,   bonus(o) = share · ln(times o was an error + ½)
//! point(c) = features(c) · projection + own(c)
//! ```
//!
//! The projection begins with the principal components of the features. It, `share` and the points' own parts, which are
//! drawn towards zero, are moved by the gradient of the likelihood (Adam) over random parts of the characters.

use rayon::prelude::*;

use super::render::{FEATURES, INK_FEATURES};

/// How many numbers a point has. Of 32, 48 and 64, on pairs of pages that were not fitted on: 48 ranked truths better than
/// 32, and 64 little better than 48.
pub(super) const DIMENSIONS: usize = 48;

/// How far the first points lie apart, as a multiple of the features; chosen by hand.
const SCALE: f32 = 3.0;

/// How many of the principal components say how a character looks in print; chosen by hand.
pub(super) const SEEN: usize = 32;

/// How strongly a character's own part is drawn to zero. Ten times more and ten times less ranked truths worse or made
/// them less likely, on pages that were not fitted on.
const DRAWN: f32 = 1e-4;

/// How many times the points are moved, by how much at most, and on how many characters each time; chosen by hand.
const ROUNDS: usize = 300;
const RATE: f32 = 0.02;
const BATCH: usize = 512;

/// How many characters of a batch are worked on together: the sum must not hang on the number of threads.
const PART: usize = 128;

/// How many of the first rounds move by less.
const WARMING: usize = 20;

/// What is seen of each character, in the order of their numbers.
pub(super) type Rows = Vec<Vec<f32>>;

/// What was read for a character: its number; numbers and counts.
pub(super) type Errors = (usize, Vec<(usize, f32)>);

/// The points, and what makes a reading likelier.
pub(super) struct Fitted {
    components: Vec<f32>,
    projection: Vec<f32>,
    /// The points of the characters that were fitted on.
    pub(super) points: Vec<f32>,
    /// How readily engines read each of them.
    pub(super) bonuses: Vec<f32>,
    /// For each of them, the logarithm of the sum over the others.
    pub(super) spreads: Vec<f32>,
}

impl Fitted {
    /// The point of a character that was not fitted on.
    pub(super) fn point(&self, features: &[f32]) -> Vec<f32> {
        projected(features, &self.projection)
    }

    /// How a character looks, before anything is fitted.
    pub(super) fn seen(&self, features: &[f32]) -> Vec<f32> {
        let mut seen = projected(features, &self.components);
        seen.truncate(SEEN);
        seen
    }
}

/// Centres the features on what the characters have in the mean, and gives ink and edges the same weight.
pub(super) fn level(rows: &mut Rows) {
    let count = rows.len().max(1) as f32;
    let mut mean = vec![0.0; FEATURES];
    for row in rows.iter() {
        add(&mut mean, row, 1.0 / count);
    }
    let mut variance = vec![0.0; FEATURES];
    for row in &mut *rows {
        for ((value, mean), variance) in row.iter_mut().zip(&mean).zip(&mut variance) {
            *value -= mean;
            *variance += *value * *value / count;
        }
    }
    let (ink, edges) = variance.split_at(INK_FEATURES);
    let [ink, edges] = [ink, edges].map(|block| 1.0 / block.iter().sum::<f32>().sqrt().max(f32::MIN_POSITIVE));
    for row in rows {
        row[..INK_FEATURES].iter_mut().for_each(|value| *value *= ink);
        row[INK_FEATURES..].iter_mut().for_each(|value| *value *= edges);
    }
}

/// Fits points to `errors` among the characters of `rows`.
pub(super) fn fit(rows: &Rows, errors: &[Errors]) -> Fitted {
    let mut times = vec![0.5; rows.len()];
    errors.iter().flat_map(|(_, read)| read).for_each(|&(o, count)| times[o] += count);
    let habits: Vec<f32> = times.iter().map(|times| times.ln()).collect();

    let components = principal(rows);
    let mut projection: Vec<f32> = components.iter().map(|value| SCALE * value).collect();
    let mut own = vec![0.0; rows.len() * DIMENSIONS];
    let mut share = [0.7];
    let mut moves = [Adam::new(projection.len()), Adam::new(own.len()), Adam::new(1)];
    let mut random = fastrand::Rng::with_seed(1);
    for round in 0..ROUNDS {
        if errors.is_empty() {
            break;
        }
        let points = points(rows, &projection, &own);
        let bonuses: Vec<f32> = habits.iter().map(|habit| share[0] * habit).collect();
        let batch: Vec<&Errors> = (0..BATCH).map(|_| &errors[random.usize(..errors.len())]).collect();
        let parts: Vec<Gradient> =
            batch.par_chunks(PART).map(|part| Gradient::of(part, &points, &bonuses, &habits)).collect();
        let mut all = Gradient::none(rows.len());
        for part in parts {
            add(&mut all.points, &part.points, 1.0);
            all.share += part.share;
            all.weight += part.weight;
        }
        all.points.iter_mut().for_each(|value| *value /= all.weight);
        let warm = ((round + 1) as f32 / WARMING as f32).min(1.0);
        let cooling = f32::midpoint(1.0, (std::f32::consts::PI * round as f32 / ROUNDS as f32).cos());
        let rate = RATE * warm * cooling;
        let of_projection = transposed(rows, &all.points);
        moves[0].apply(&mut projection, &of_projection, rate);
        add(&mut all.points, &own, DRAWN);
        moves[1].apply(&mut own, &all.points, rate);
        moves[2].apply(&mut share, &[all.share / all.weight], rate);
    }

    let points = points(rows, &projection, &own);
    let bonuses: Vec<f32> = habits.iter().map(|habit| share[0] * habit).collect();
    let spreads = (0..rows.len()).into_par_iter().map(|t| log_sum(&scores(t, &points, &bonuses))).collect();
    Fitted { components, projection, points, bonuses, spreads }
}

/// What each character gets as a reading of `truth`, which itself gets nothing.
fn scores(truth: usize, points: &[f32], bonuses: &[f32]) -> Vec<f32> {
    let own = point(points, truth);
    let mut scores: Vec<f32> =
        points.chunks_exact(DIMENSIONS).zip(bonuses).map(|(other, bonus)| bonus - square(own, other)).collect();
    scores[truth] = f32::NEG_INFINITY;
    scores
}

fn log_sum(scores: &[f32]) -> f32 {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    most + scores.iter().map(|score| (score - most).exp()).sum::<f32>().ln()
}

/// How the likelihood of some characters' errors falls with the points, and with the share of habits.
struct Gradient {
    points: Vec<f32>,
    share: f32,
    weight: f32,
}

impl Gradient {
    fn none(characters: usize) -> Self {
        Self { points: vec![0.0; characters * DIMENSIONS], share: 0.0, weight: 0.0 }
    }

    fn of(part: &[&Errors], points: &[f32], bonuses: &[f32], habits: &[f32]) -> Self {
        let mut gradient = Self::none(bonuses.len());
        for (truth, read) in part {
            let mut blame = scores(*truth, points, bonuses);
            let all = log_sum(&blame);
            let count: f32 = read.iter().map(|(_, count)| count).sum();
            for score in &mut blame {
                *score = count * (*score - all).exp();
            }
            for &(o, count) in read {
                blame[o] -= count;
            }
            gradient.weight += count;
            let mut own = [0.0; DIMENSIONS];
            // What has next to no blame moves nothing.
            for (o, &blame) in blame.iter().enumerate().filter(|(_, blame)| blame.abs() > 1e-5) {
                gradient.share += blame * habits[o];
                let away = point(points, *truth).iter().zip(point(points, o)).map(|(t, o)| 2.0 * blame * (t - o));
                for ((own, other), away) in own.iter_mut().zip(&mut gradient.points[o * DIMENSIONS..]).zip(away) {
                    *other += away;
                    *own -= away;
                }
            }
            add(&mut gradient.points[truth * DIMENSIONS..], &own, 1.0);
        }
        gradient
    }
}

/// Moves numbers against their gradient, each by its own measure (Kingma and Ba 2015).
struct Adam {
    round: i32,
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Adam {
    const KEPT: [f32; 2] = [0.9, 0.99];

    fn new(numbers: usize) -> Self {
        Self { round: 0, mean: vec![0.0; numbers], square: vec![0.0; numbers] }
    }

    fn apply(&mut self, numbers: &mut [f32], gradient: &[f32], rate: f32) {
        self.round += 1;
        let [kept, kept_square] = Self::KEPT;
        let [seen, seen_square] = Self::KEPT.map(|kept| 1.0 - kept.powi(self.round));
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((number, gradient), (mean, square)) in numbers.iter_mut().zip(gradient).zip(moments) {
            *mean = kept * *mean + (1.0 - kept) * gradient;
            *square = kept_square * *square + (1.0 - kept_square) * gradient * gradient;
            *number -= rate * (*mean / seen) / ((*square / seen_square).sqrt() + 1e-6);
        }
    }
}

fn points(rows: &Rows, projection: &[f32], own: &[f32]) -> Vec<f32> {
    let mut points: Vec<f32> = rows.par_iter().flat_map_iter(|row| projected(row, projection)).collect();
    add(&mut points, own, 1.0);
    points
}

fn projected(features: &[f32], projection: &[f32]) -> Vec<f32> {
    let mut point = vec![0.0; DIMENSIONS];
    for (&feature, row) in features.iter().zip(projection.chunks_exact(DIMENSIONS)) {
        add(&mut point, row, feature);
    }
    point
}

/// The product of the transposed rows with `matrix`, which has a row for each of them.
fn transposed(rows: &Rows, matrix: &[f32]) -> Vec<f32> {
    let width = matrix.len() / rows.len().max(1);
    let of = |feature: usize| {
        let mut sums = vec![0.0; width];
        for (row, of_row) in rows.iter().zip(matrix.chunks_exact(width)) {
            add(&mut sums, of_row, row[feature]);
        }
        sums
    };
    (0..FEATURES).into_par_iter().flat_map_iter(of).collect()
}

/// The principal components of `rows`, as columns: by multiplying with their covariances again and again.
fn principal(rows: &Rows) -> Vec<f32> {
    /// Enough that the next changes nothing that the fit would not change anyway.
    const TURNS: usize = 30;

    let covariances: Rows = transposed(rows, &rows.concat()).chunks_exact(FEATURES).map(<[f32]>::to_vec).collect();
    let mut random = fastrand::Rng::with_seed(1);
    let mut components: Vec<f32> = (0..FEATURES * DIMENSIONS).map(|_| random.f32() - 0.5).collect();
    for _ in 0..TURNS {
        components = transposed(&covariances, &components);
        straighten(&mut components);
    }
    components
}

/// Makes the columns unit vectors at right angles, the first first.
fn straighten(columns: &mut [f32]) {
    for column in 0..DIMENSIONS {
        for before in 0..column {
            let product: f32 = columns.chunks_exact(DIMENSIONS).map(|row| row[column] * row[before]).sum();
            columns.chunks_exact_mut(DIMENSIONS).for_each(|row| row[column] -= product * row[before]);
        }
        let length = columns.chunks_exact(DIMENSIONS).map(|row| row[column] * row[column]).sum::<f32>().sqrt();
        columns.chunks_exact_mut(DIMENSIONS).for_each(|row| row[column] /= length.max(f32::MIN_POSITIVE));
    }
}

fn point(points: &[f32], number: usize) -> &[f32] {
    &points[number * DIMENSIONS..][..DIMENSIONS]
}

fn square(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums side by side, as a processor adds them.
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += (a - b) * (a - b);
        }
    }
    sums.iter().sum()
}

fn add(sums: &mut [f32], values: &[f32], factor: f32) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
}
