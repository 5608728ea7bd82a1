use std::fmt::Write as _;
use std::ops::{AddAssign, Sub};

use rayon::prelude::*;

use crate::correction::probability;

/// How trees are grown.
///
/// Friedman's gradient boosting with second-order leaf values (Chen and Guestrin 2016, "`XGBoost`"), on features sorted
/// into bins. Small and exact rather than general: the ensembles here have some dozens of features and a few hundred
/// thousand examples.
#[derive(Debug, Clone, Copy)]
pub struct Boosting {
    /// How many trees.
    pub trees: usize,
    /// How many leaves a tree has at most.
    pub leaves: usize,
    /// How much of each tree's verdict is taken.
    pub rate: f64,
    /// What pulls a leaf's value towards nothing.
    pub penalty: f64,
    /// The least weight of examples in a leaf.
    pub least: f64,
}

/// Examples of equal length with a yes or no each, and the trees grown on them.
pub struct Ensemble {
    bias: f64,
    trees: Vec<Tree>,
}

enum Tree {
    Leaf(f64),
    Split { feature: usize, below: f32, left: Box<Tree>, right: Box<Tree> },
}

/// The values that a feature has among the yeses, and those among the noes, are sorted into at most this many bins each: where one
/// of the two is rare, all values together would leave what tells it apart in one bin. Chosen by hand.
const BINS: usize = 64;

struct Binned {
    /// `bins[feature][example]`.
    bins: Vec<Vec<u8>>,
    /// `edges[feature][bin]`: a value below it falls into that bin or an earlier one.
    edges: Vec<Vec<f32>>,
}

impl Binned {
    fn of(examples: &[&[f32]], labels: &[bool], features: usize) -> Self {
        let (bins, edges) = (0..features)
            .into_par_iter()
            .map(|feature| {
                let sorted_of = |yes: bool| {
                    let of_class = examples.iter().zip(labels).filter(|(_, label)| **label == yes);
                    let mut values: Vec<f32> = of_class.map(|(example, _)| example[feature]).collect();
                    values.sort_by(f32::total_cmp);
                    values
                };
                let mut edges = [edges(&sorted_of(false)), edges(&sorted_of(true))].concat();
                edges.sort_by(f32::total_cmp);
                edges.dedup();
                let bins = examples
                    .iter()
                    .map(|example| edges.partition_point(|&edge| edge <= example[feature]) as u8)
                    .collect();
                (bins, edges)
            })
            .unzip();
        Self { bins, edges }
    }
}

/// Edges that part `values`, which rise, into bins of about as many each.
fn edges(values: &[f32]) -> Vec<f32> {
    let mut edges: Vec<f32> = (1..BINS)
        .map(|bin| bin * values.len() / BINS)
        .filter(|&at| at > 0)
        .filter_map(|at| {
            let below = values[..at].iter().rev().find(|&&value| value < values[at]);
            below.map(|&below| f32::midpoint(below, values[at]))
        })
        .collect();
    // A rare value, such as a flag that is seldom set, has an edge of its own.
    if let (Some(&least), Some(&most)) = (values.first(), values.last())
        && least < most
    {
        let next = values[values.partition_point(|&v| v <= least)];
        let before = values[values.partition_point(|&v| v < most) - 1];
        edges.extend([f32::midpoint(least, next), f32::midpoint(before, most)]);
    }
    edges
}

#[derive(Clone, Copy, Default)]
struct Sum {
    gradient: f64,
    curvature: f64,
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.curvature += other.curvature;
    }
}

impl Sub for Sum {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { gradient: self.gradient - other.gradient, curvature: self.curvature - other.curvature }
    }
}

struct Growing {
    rows: Vec<u32>,
    /// `histograms[feature][bin]`: what the rows that fall into that bin sum to.
    histograms: Vec<Vec<Sum>>,
    sum: Sum,
    best: Option<Best>,
    /// Where the node stands in the finished tree.
    node: usize,
}

#[derive(Clone, Copy)]
struct Best {
    gain: f64,
    feature: usize,
    bin: usize,
}

impl Ensemble {
    /// Grows trees that tell examples that are `labels` yes from those that are not.
    pub fn grow(examples: &[&[f32]], labels: &[bool], settings: Boosting) -> Self {
        let share = labels.iter().filter(|yes| **yes).count() as f64 / labels.len().max(1) as f64;
        let bias = (share / (1.0 - share)).ln();
        Self { bias, trees: trees(examples, labels, settings, vec![bias; examples.len()]) }
    }

    /// Grows trees to be added to others, which give the examples the log-odds `odds`.
    pub fn grow_onto(odds: Vec<f64>, examples: &[&[f32]], labels: &[bool], settings: Boosting) -> Self {
        Self { bias: 0.0, trees: trees(examples, labels, settings, odds) }
    }

    /// The log-odds of an example.
    pub fn log_odds(&self, example: &[f32]) -> f64 {
        self.bias + self.trees.iter().map(|tree| tree.value(example)).sum::<f64>()
    }

    /// The ensemble as text: the bias, then a tree a line, as [`Trees`](crate::knowledge::Trees) reads it.
    pub fn to_text(&self, names: &[&str]) -> String {
        format!("bias {}\n", self.bias as f32) + &self.trees_to_text(names)
    }

    /// Its trees alone, one a line.
    pub fn trees_to_text(&self, names: &[&str]) -> String {
        let mut text = String::new();
        for tree in &self.trees {
            tree.write(names, &mut text);
            text.push('\n');
        }
        text
    }
}

impl Tree {
    fn value(&self, example: &[f32]) -> f64 {
        match self {
            Self::Leaf(value) => *value,
            Self::Split { feature, below, left, right } => {
                if example[*feature] < *below {
                    left.value(example)
                } else {
                    right.value(example)
                }
            }
        }
    }

    fn write(&self, names: &[&str], text: &mut String) {
        match self {
            // Writing to a string cannot fail.
            Self::Leaf(value) => _ = write!(text, "{}", (*value * 1e4).round() / 1e4),
            Self::Split { feature, below, left, right } => {
                _ = write!(text, "({}<{below} ", names[*feature]);
                left.write(names, text);
                text.push(' ');
                right.write(names, text);
                text.push(')');
            }
        }
    }
}

/// Grows trees, each on what those before it left of `odds`.
fn trees(examples: &[&[f32]], labels: &[bool], settings: Boosting, mut odds: Vec<f64>) -> Vec<Tree> {
    let binned = Binned::of(examples, labels, examples.first().map_or(0, |example| example.len()));
    let grown = (0..settings.trees).map(|_| {
        let judged = odds.iter().zip(labels);
        let sums: Vec<Sum> = judged
            .map(|(&odds, &yes)| {
                let p = probability(odds);
                Sum { gradient: f64::from(u8::from(yes)) - p, curvature: p * (1.0 - p) }
            })
            .collect();
        tree(&binned, &sums, settings, &mut odds)
    });
    grown.collect()
}

/// Grows one tree, best leaf first, and adds its verdicts to `odds`.
fn tree(binned: &Binned, sums: &[Sum], settings: Boosting, odds: &mut [f64]) -> Tree {
    let rows: Vec<u32> = (0..sums.len() as u32).collect();
    let mut nodes: Vec<Option<(usize, usize, usize, usize)>> = vec![None];
    let whole = histograms(binned, sums, &rows);
    let mut leaves = vec![Growing::new(rows, whole, 0, settings)];
    while leaves.len() < settings.leaves {
        let gain = |leaf: &Growing| leaf.best.map_or(0.0, |best| best.gain);
        let Some(at) = (0..leaves.len()).max_by(|&a, &b| gain(&leaves[a]).total_cmp(&gain(&leaves[b]))) else { break };
        let Some(best) = leaves[at].best else { break };
        let split = leaves.swap_remove(at);
        let (left_node, right_node) = (nodes.len(), nodes.len() + 1);
        nodes.extend([None, None]);
        nodes[split.node] = Some((best.feature, best.bin, left_node, right_node));
        let bins = &binned.bins[best.feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            split.rows.into_iter().partition(|&row| usize::from(bins[row as usize]) <= best.bin);
        // What the larger half sums to is what the smaller leaves of the whole.
        let is_left_smaller = left.len() < right.len();
        let smaller = histograms(binned, sums, if is_left_smaller { &left } else { &right });
        let larger = difference(&split.histograms, &smaller);
        let (left_sums, right_sums) = if is_left_smaller { (smaller, larger) } else { (larger, smaller) };
        leaves.push(Growing::new(left, left_sums, left_node, settings));
        leaves.push(Growing::new(right, right_sums, right_node, settings));
    }
    let mut values = vec![0.0; nodes.len()];
    for leaf in leaves {
        let value = settings.rate * leaf.sum.gradient / (leaf.sum.curvature + settings.penalty);
        values[leaf.node] = value;
        for row in leaf.rows {
            odds[row as usize] += value;
        }
    }
    assemble(binned, &nodes, &values, 0)
}

fn assemble(binned: &Binned, nodes: &[Option<(usize, usize, usize, usize)>], values: &[f64], at: usize) -> Tree {
    match nodes[at] {
        None => Tree::Leaf(values[at]),
        Some((feature, bin, left, right)) => Tree::Split {
            feature,
            below: binned.edges[feature][bin],
            left: Box::new(assemble(binned, nodes, values, left)),
            right: Box::new(assemble(binned, nodes, values, right)),
        },
    }
}

impl Growing {
    fn new(rows: Vec<u32>, histograms: Vec<Vec<Sum>>, node: usize, settings: Boosting) -> Self {
        let sum = histograms.first().map_or(Sum::default(), |histogram| total(histogram));
        let splits = histograms
            .iter()
            .enumerate()
            .filter_map(|(feature, histogram)| best_split(histogram, feature, sum, settings));
        let best = splits.reduce(|a, b| if b.gain > a.gain { b } else { a });
        Self { rows, histograms, sum, best, node }
    }
}

fn total(histogram: &[Sum]) -> Sum {
    histogram.iter().fold(Sum::default(), |mut total, &sum| {
        total += sum;
        total
    })
}

/// By feature and bin, what `rows` sum to.
fn histograms(binned: &Binned, sums: &[Sum], rows: &[u32]) -> Vec<Vec<Sum>> {
    let of_rows: Vec<Sum> = rows.iter().map(|&row| sums[row as usize]).collect();
    let histogram = |(bins, edges): (&Vec<u8>, &Vec<f32>)| {
        let mut histogram = vec![Sum::default(); edges.len() + 1];
        for (&row, &sum) in rows.iter().zip(&of_rows) {
            histogram[usize::from(bins[row as usize])] += sum;
        }
        histogram
    };
    binned.bins.par_iter().zip(&binned.edges).map(histogram).collect()
}

fn difference(whole: &[Vec<Sum>], part: &[Vec<Sum>]) -> Vec<Vec<Sum>> {
    let of_feature =
        |(whole, part): (&Vec<Sum>, &Vec<Sum>)| whole.iter().zip(part).map(|(&whole, &part)| whole - part).collect();
    whole.iter().zip(part).map(of_feature).collect()
}

fn best_split(histogram: &[Sum], feature: usize, total: Sum, settings: Boosting) -> Option<Best> {
    let score = |sum: Sum| sum.gradient * sum.gradient / (sum.curvature + settings.penalty);
    let mut left = Sum::default();
    let mut best: Option<Best> = None;
    for (bin, &sum) in histogram.iter().enumerate().take(histogram.len() - 1) {
        left += sum;
        let right = total - left;
        if left.curvature < settings.least || right.curvature < settings.least {
            continue;
        }
        let gain = score(left) + score(right) - score(total);
        if gain > best.map_or(1e-6, |best| best.gain) {
            best = Some(Best { gain, feature, bin });
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_learn_what_no_single_feature_tells() {
        let examples: Vec<[f32; 3]> = (0..400).map(|n| [(n % 2) as f32, (n / 2 % 2) as f32, (n % 7) as f32]).collect();
        let labels: Vec<bool> = examples.iter().map(|e| (e[0] > 0.5) != (e[1] > 0.5) || e[2] > 5.5).collect();
        let rows: Vec<&[f32]> = examples.iter().map(|e| &e[..]).collect();
        let settings = Boosting { trees: 40, leaves: 6, rate: 0.3, penalty: 1.0, least: 0.5 };
        let ensemble = Ensemble::grow(&rows, &labels, settings);
        let wrong = rows.iter().zip(&labels).filter(|(row, yes)| (ensemble.log_odds(row) > 0.0) != **yes).count();
        assert_eq!(wrong, 0);
    }
}
