use rustc_hash::FxHashMap;

use super::features::Seam;

/// One block goes on in another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The block that breaks off.
    pub tail: usize,
    /// The block that goes on.
    pub head: usize,
    /// The logarithm of the odds that it does.
    pub log_odds: f64,
    /// How much likelier the head is after the tail than by itself, in nats.
    pub gain: f32,
}

impl Link {
    /// Whether the two do not stand side by side already.
    pub fn is_move(&self) -> bool {
        self.head != self.tail + 1
    }
}

/// The links that are likeliest together, given the log-odds of each seam: every block goes on in one other at most, and goes
/// on from one other at most.
///
/// A matching of greatest weight, found by augmenting paths; only seams that are likelier than not weigh anything, and of
/// those a tail seldom has two.
pub fn assign(seams: &[Seam], log_odds: &[f64]) -> Vec<Link> {
    let mut tails: Vec<usize> = seams.iter().map(|seam| seam.tail).collect();
    tails.dedup();
    let mut edges: Vec<Vec<(usize, f64, f32)>> = vec![Vec::new(); tails.len()];
    for (seam, &odds) in seams.iter().zip(log_odds) {
        if odds > 0.0
            && let Ok(tail) = tails.binary_search(&seam.tail)
        {
            edges[tail].push((seam.head, odds, seam.gain));
        }
    }
    let mut matching = Matching { edges: &edges, head_of: vec![None; tails.len()], holders: FxHashMap::default() };
    for tail in 0..tails.len() {
        matching.augment(tail);
    }
    let head_of = matching.head_of;
    let links = head_of.into_iter().enumerate().filter_map(|(tail, edge)| {
        let (head, log_odds, gain) = edges[tail][edge?];
        Some(Link { tail: tails[tail], head, log_odds, gain })
    });
    links.collect()
}

struct Matching<'e> {
    edges: &'e [Vec<(usize, f64, f32)>],
    /// By tail, which of its edges is taken.
    head_of: Vec<Option<usize>>,
    /// By head, which tail has it.
    holders: FxHashMap<usize, usize>,
}

/// What a change of the matching gains, and which tails take which of their edges for it.
type Path = (f64, Vec<(usize, Option<usize>)>);

impl Matching<'_> {
    /// Gives `tail` a head, moving others to their next best where the whole gains by it. Chains of displacements are at most
    /// three long: further ones gain next to nothing.
    fn augment(&mut self, tail: usize) {
        if let Some((gain, path)) = self.best_path(tail, 3, &mut vec![tail])
            && gain > 0.0
        {
            for &(tail, _) in &path {
                if let Some(edge) = self.head_of[tail] {
                    self.holders.remove(&self.edges[tail][edge].0);
                }
            }
            for (tail, edge) in path {
                self.head_of[tail] = edge;
                if let Some(edge) = edge {
                    self.holders.insert(self.edges[tail][edge].0, tail);
                }
            }
        }
    }

    /// The best gain of giving `tail` some head, and which tails take which edges for it.
    fn best_path(&self, tail: usize, depth: usize, on_path: &mut Vec<usize>) -> Option<Path> {
        let mut best: Option<Path> = None;
        for (edge, &(head, weight, _)) in self.edges[tail].iter().enumerate() {
            let found = match self.holders.get(&head).copied() {
                None => Some((weight, vec![(tail, Some(edge))])),
                Some(other) if on_path.contains(&other) => None,
                Some(other) => {
                    let lost = self.head_of[other].map_or(0.0, |edge| self.edges[other][edge].1);
                    on_path.push(other);
                    let instead = if depth > 0 { self.best_path(other, depth - 1, on_path) } else { None };
                    on_path.pop();
                    let (regained, mut path) =
                        instead.filter(|(gain, _)| *gain > 0.0).unwrap_or((0.0, vec![(other, None)]));
                    path.push((tail, Some(edge)));
                    Some((weight - lost + regained, path))
                }
            };
            if let Some((gain, path)) = found
                && best.as_ref().is_none_or(|(most, _)| gain > *most)
            {
                best = Some((gain, path));
            }
        }
        best
    }
}
