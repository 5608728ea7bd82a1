//! Trees as many rows of features are asked of them at once.

use super::{Node, STEP, Trees, is_settled};

/// How many rows are asked at once: what is struck out of them need not leave a processor's registers.
const LANES: usize = 8;

/// How many leaves a part of a tree has at most: each is a bit of what is struck out.
const MOST_LEAVES: usize = u32::BITS as usize;

/// So few rows walk through the trees one by one. Chosen by hand.
const FEW: usize = 1;

/// A tree of which each split is asked whether or not a row comes to it, so that no jump hangs on an answer.
///
/// A walk through a tree jumps where its features say, which a processor mostly guesses wrong. Instead, where a row would go right at
/// a split, the leaves on the left of that are struck out; of the leaves that no split strikes out the first is the row's (Lucchese et al.,
/// "`QuickScorer`", 2015).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree(Vec<Part>);

/// Some leaves of a tree that stand side by side, and the splits that may strike one of them out.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    leaves: Box<[f32]>,
    splits: Box<[Split]>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Split {
    below: f32,
    feature: u32,
    /// Which leaves of the part stand on its left: a bit for each.
    left: u32,
}

impl Trees {
    /// [`Trees::log_odds`] of each of several rows of features.
    pub fn log_odds_of_each<'f>(&self, rows: impl IntoIterator<Item = &'f [f32]>) -> Vec<f64> {
        let rows: Vec<&[f32]> = rows.into_iter().collect();
        let mut sums = vec![self.bias; rows.len()];
        let mut open: Vec<usize> = (0..rows.len()).collect();
        let mut blocks = Vec::new();
        let mut asked = 0;
        while open.len() > FEW && asked < self.roots.len() {
            if blocks.len() != open.len().div_ceil(LANES) {
                blocks = open.chunks(LANES).map(|open| Block::of(&rows, open)).collect();
            }
            let trees = self.trees().iter().skip(asked).take(STEP);
            for block in &mut blocks {
                block.ask(trees.clone(), &mut sums);
            }
            asked += STEP;
            open = blocks.iter().flat_map(Block::open).collect();
        }
        for row in open {
            sums[row] = self.walk(sums[row], asked, rows[row]);
        }
        sums.into_iter().map(f64::from).collect()
    }

    /// The trees by their splits, which are made when somebody first asks for them.
    fn trees(&self) -> &[Tree] {
        let make = || {
            let ends = self.roots.iter().skip(1).map(|&root| root as usize).chain([self.nodes.len()]);
            self.roots.iter().zip(ends).map(|(&root, end)| Tree::of(&self.nodes[..end], root as usize)).collect()
        };
        self.by_splits.get_or_init(make)
    }
}

impl Tree {
    /// The tree whose nodes are those from `root` on.
    fn of(nodes: &[Node], root: usize) -> Self {
        let mut leaves = Vec::new();
        // By node, how many leaves stand before it.
        let mut before = Vec::with_capacity(nodes.len() - root);
        for node in &nodes[root..] {
            before.push(leaves.len());
            if let Node::Leaf(value) = *node {
                leaves.push(value);
            }
        }
        let splits = || nodes[root..].iter().zip(&before);
        let part = |(number, leaves): (usize, &[f32])| {
            let within = |leaf: usize| leaf.saturating_sub(number * MOST_LEAVES).min(leaves.len()) as u32;
            let split = |(node, &first): (&Node, &usize)| {
                let Node::Split { feature, below, right } = *node else { return None };
                let [first, end] = [first, before[right as usize - root]].map(within);
                let left = bits_below(end) & !bits_below(first);
                (left != 0).then_some(Split { below, feature: feature.into(), left })
            };
            Part { leaves: leaves.into(), splits: splits().filter_map(split).collect() }
        };
        Self(leaves.chunks(MOST_LEAVES).enumerate().map(part).collect())
    }

    /// The value of the leaf of each row of a block.
    fn values(&self, columns: &[[f32; LANES]]) -> [f32; LANES] {
        let mut values = [0.0; LANES];
        // The first part that has a leaf left is looked at last.
        for part in self.0.iter().rev() {
            for (value, struck) in values.iter_mut().zip(struck(&part.splits, columns)) {
                if let Some(leaf) = part.leaves.get(struck.trailing_ones() as usize) {
                    *value = *leaf;
                }
            }
        }
        values
    }
}

/// So many low bits as ones.
fn bits_below(count: u32) -> u32 {
    u32::MAX.checked_shr(u32::BITS - count).unwrap_or(0)
}

/// By row of a block, the leaves that splits strike out.
///
/// By itself it is compiled into comparisons of four rows at once, as a part of what calls it into jumps.
#[inline(never)]
fn struck(splits: &[Split], columns: &[[f32; LANES]]) -> [u32; LANES] {
    let mut struck = [0; LANES];
    for split in splits {
        let goes_right = columns[split.feature as usize].map(|value| if value < split.below { 0 } else { u32::MAX });
        for (struck, goes_right) in struck.iter_mut().zip(goes_right) {
            *struck |= goes_right & split.left;
        }
    }
    struck
}

/// Rows that are asked together.
struct Block {
    /// Which they are; none for one whose sum is settled.
    rows: Vec<Option<usize>>,
    /// Their features: by feature, that of each row.
    columns: Vec<[f32; LANES]>,
}

impl Block {
    /// Those of `rows` that are `open`, of which there is one at least.
    fn of(rows: &[&[f32]], open: &[usize]) -> Self {
        let mut columns = vec![[0.0; LANES]; rows[open[0]].len()];
        for (lane, &row) in open.iter().enumerate() {
            for (column, &value) in columns.iter_mut().zip(rows[row]) {
                column[lane] = value;
            }
        }
        Self { rows: open.iter().copied().map(Some).collect(), columns }
    }

    /// Adds to the sum of each row what `trees` say of it, and leaves out from now on those that are settled.
    fn ask<'t>(&mut self, trees: impl Iterator<Item = &'t Tree>, sums: &mut [f32]) {
        let mut added = [0.0; LANES];
        for tree in trees {
            for (added, value) in added.iter_mut().zip(tree.values(&self.columns)) {
                *added += value;
            }
        }
        for (lane, added) in self.rows.iter_mut().zip(added) {
            *lane = lane.filter(|&row| {
                sums[row] += added;
                !is_settled(sums[row])
            });
        }
    }

    /// The rows that are not settled.
    fn open(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().flatten().copied()
    }
}
