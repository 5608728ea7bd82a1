/// How likely each of `seams` is, a tail and a head, where every block goes on in one other at most, and goes on from one other at most: the odds, as
/// logarithms.
///
/// A matching of blocks is as likely as the product of the odds of its seams, each given by `log_odds` as if it were alone. What that
/// makes of one seam is found by belief propagation, which is exact where no ring of rivals closes and near it elsewhere.
pub(super) fn marginals(seams: &[(usize, usize)], log_odds: &[f64]) -> Vec<f64> {
    /// Where blocks are rivals in long chains more would be needed; of those there are none. Chosen by hand.
    const ROUNDS: usize = 20;
    let odds: Vec<f64> = log_odds.iter().map(|odds| odds.exp()).collect();
    let blocks = seams.iter().map(|&(tail, head)| tail.max(head) + 1).max().unwrap_or_default();
    let tails = |messages: &[f64]| sums(blocks, seams.iter().map(|seam| seam.0), messages);
    let heads = |messages: &[f64]| sums(blocks, seams.iter().map(|seam| seam.1), messages);
    // What a seam would be worth but for its rivals on the one side, told to the other side.
    let mut from_heads = odds.clone();
    let mut from_tails = odds.clone();
    let without = |sum: f64, own: f64| 1.0 + (sum - own).max(0.0);
    for _ in 0..ROUNDS {
        let sums = tails(&from_heads);
        for (at, &(tail, _)) in seams.iter().enumerate() {
            from_tails[at] = odds[at] / without(sums[tail], from_heads[at]);
        }
        let sums = heads(&from_tails);
        for (at, &(_, head)) in seams.iter().enumerate() {
            from_heads[at] = odds[at] / without(sums[head], from_tails[at]);
        }
    }
    let sums = tails(&from_heads);
    let marginal =
        |(at, &(tail, _)): (usize, &(usize, usize))| (from_heads[at] / without(sums[tail], from_heads[at])).ln();
    seams.iter().enumerate().map(marginal).collect()
}

/// By block, the sum of the messages of its seams.
fn sums(blocks: usize, ends: impl Iterator<Item = usize>, messages: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; blocks];
    for (end, message) in ends.zip(messages) {
        sums[end] += message;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by going through all matchings.
    fn counted(seams: &[(usize, usize)], log_odds: &[f64]) -> Vec<f64> {
        let mut with = vec![0.0; seams.len()];
        let mut all = 0.0;
        for chosen in 0_u32..1 << seams.len() {
            let taken: Vec<usize> = (0..seams.len()).filter(|at| chosen >> at & 1 == 1).collect();
            let are_rivals = |(&a, &b): (&usize, &usize)| seams[a].0 == seams[b].0 || seams[a].1 == seams[b].1;
            let mut pairs = taken.iter().enumerate().flat_map(|(at, a)| taken[at + 1..].iter().map(move |b| (a, b)));
            if pairs.any(are_rivals) {
                continue;
            }
            let weight = taken.iter().map(|&at| log_odds[at]).sum::<f64>().exp();
            all += weight;
            for &at in &taken {
                with[at] += weight;
            }
        }
        with.iter().map(|with| (with / (all - with)).ln()).collect()
    }

    #[test]
    fn rivals_in_a_chain_are_weighed_as_all_matchings_weigh_them() {
        let seams = [(0, 5), (0, 6), (1, 6), (1, 7), (2, 8)];
        let log_odds = [1.0, 2.5, 0.5, -1.0, 0.7];
        for (found, right) in marginals(&seams, &log_odds).iter().zip(counted(&seams, &log_odds)) {
            assert!((found - right).abs() < 1e-6, "{found} and {right}");
        }
    }

    #[test]
    fn in_a_ring_of_rivals_the_likelier_come_near_it_and_the_others_stay_unlikely() {
        let seams = [(0, 5), (0, 6), (1, 5), (1, 6)];
        let log_odds = [3.0, 1.0, 0.0, 2.0];
        for (found, right) in marginals(&seams, &log_odds).iter().zip(counted(&seams, &log_odds)) {
            if right > 0.0 {
                assert!((found - right).abs() < 0.2, "{found} and {right}");
            } else {
                assert!(*found < right + 0.2, "{found} and {right}");
            }
        }
    }
}
