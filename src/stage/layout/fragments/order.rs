use rustc_hash::FxHashMap;

use super::assignment::Link;
use crate::text::Span;

/// A stretch of the page between two places where blocks are parted or put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its blocks.
    pub(super) first: usize,
    /// The last of them.
    pub(super) last: usize,
}

/// The pieces of a page, in the order in which they should stand.
#[derive(Debug)]
pub(super) struct Order {
    /// The pieces in the order of the page.
    pub(super) pieces: Vec<Piece>,
    /// Which of them stands where: indices into `pieces`.
    pub(super) target: Vec<usize>,
    /// By piece, whether it is left where it is.
    pub(super) stays: Vec<bool>,
}

impl Order {
    /// Cuts a page of so many `blocks` at what `links` part, and puts each head behind its tail. `run` gives the last of
    /// the blocks that go along with a head. `weight` says how much text a piece is: what is lighter is moved.
    ///
    /// Links whose blocks follow one another already change nothing.
    pub(super) fn of(
        blocks: usize,
        links: &[Link],
        run: impl Fn(usize) -> usize,
        weight: impl Fn(&Piece) -> usize,
    ) -> Self {
        let mut cuts: Vec<usize> = vec![0];
        for link in links.iter().filter(|link| link.is_move()) {
            cuts.extend([link.tail + 1, link.head, run(link.head) + 1]);
        }
        cuts.sort_unstable();
        cuts.dedup();
        cuts.retain(|&cut| cut < blocks);
        let ends = cuts.iter().skip(1).copied().chain([blocks]);
        let pieces: Vec<Piece> = cuts.iter().zip(ends).map(|(&first, end)| Piece { first, last: end - 1 }).collect();
        let piece_of = |block: usize| pieces.partition_point(|piece| piece.first <= block) - 1;
        let mut follower = vec![None; pieces.len()];
        let mut follows = vec![false; pieces.len()];
        for link in links.iter().filter(|link| link.is_move()) {
            let (tail, head) = (piece_of(link.tail), piece_of(link.head));
            follower[tail] = Some(head);
            follows[head] = true;
        }
        let mut target = Vec::with_capacity(pieces.len());
        let mut is_placed = vec![false; pieces.len()];
        // A ring of pieces has no beginning: it is cut open where the page has it first.
        let roots = (0..pieces.len()).filter(|&piece| !follows[piece]).chain(0..pieces.len());
        let mut chains: Vec<Vec<usize>> = Vec::new();
        for root in roots {
            let mut chain = Vec::new();
            let mut next = Some(root);
            while let Some(piece) = next.filter(|&piece| !is_placed[piece]) {
                is_placed[piece] = true;
                chain.push(piece);
                next = follower[piece];
            }
            if !chain.is_empty() {
                chains.push(chain);
            }
        }
        chains.sort_by_key(|chain| chain[0]);
        target.extend(chains.into_iter().flatten());
        let weights: Vec<usize> = pieces.iter().map(|piece| weight(piece).max(1)).collect();
        let stays = heaviest_rising(&target, &weights);
        Self { pieces, target, stays }
    }
}

/// Of the numbers `row`, which are all different, those of a rising subsequence whose weights add up to the most.
fn heaviest_rising(row: &[usize], weights: &[usize]) -> Vec<bool> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(row.len());
    // A tree of sums, of maxima instead: the heaviest that ends in one of the numbers up to each, and where it ends.
    let mut heaviest: Vec<Option<(usize, usize)>> = vec![None; row.len() + 1];
    for (at, &value) in row.iter().enumerate() {
        let mut before = None;
        let mut node = value;
        while node > 0 {
            before = before.max(heaviest[node]);
            node &= node - 1;
        }
        let weight = weights[value] + before.map_or(0, |(weight, _)| weight);
        best.push((weight, before.map(|(_, at)| at)));
        node = value + 1;
        while node <= row.len() {
            heaviest[node] = heaviest[node].max(Some((weight, at)));
            node += node & node.wrapping_neg();
        }
    }
    let mut stays = vec![false; row.len()];
    let mut at = (0..row.len()).max_by_key(|&at| best[at].0);
    while let Some(now) = at {
        stays[row[now]] = true;
        at = best[now].1;
    }
    stays
}

/// A change of the text between two pieces that stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// What is replaced.
    pub(super) span: Span,
    /// By what.
    pub(super) text: String,
    /// Which pieces go or come here.
    pub(super) pieces: Vec<usize>,
    /// The links, as indices, that hold after it and did not before.
    pub(super) links: Vec<usize>,
}

/// The changes of `text` that bring its pieces into their order. `span` gives a block's place; `join` what stands between a tail
/// and its head.
pub(super) fn changes(
    text: &str,
    order: &Order,
    links: &[Link],
    span: impl Fn(usize) -> Span,
    join: impl Fn(&Link) -> &'static str,
) -> Vec<Change> {
    let Order { pieces, target, stays } = order;
    let place = |piece: usize| Span::new(span(pieces[piece].first).start(), span(pieces[piece].last).end());
    let mut numbers: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    for (number, link) in links.iter().enumerate().filter(|(_, link)| link.is_move()) {
        numbers.entry((link.tail, link.head)).or_insert(number);
    }
    let new_link = |a: usize, b: usize| numbers.get(&(pieces[a].last, pieces[b].first)).copied();
    // What stands between two pieces when nothing else is known: what most blocks of the page have between them.
    let gap_before = |piece: usize| {
        let before = piece.checked_sub(1).map(|before| Span::new(place(before).end(), place(piece).start()));
        before.map_or("\n", |gap| gap.of(text))
    };
    let blank_lines = pieces.len() > 1
        && (1..pieces.len()).filter(|&piece| gap_before(piece).matches('\n').count() > 1).count() * 2
            >= pieces.len() - 1;
    let between = |a: usize, b: usize| match new_link(a, b) {
        Some(link) => join(&links[link]).to_owned(),
        None if b == a + 1 || b > 0 => gap_before(b).to_owned(),
        None => if blank_lines { "\n\n" } else { "\n" }.to_owned(),
    };

    let mut changes = Vec::new();
    let mut at = 0;
    let mut left: Option<usize> = None;
    while at <= target.len() {
        // The pieces that come to stand between two that stay.
        let end = (at..target.len()).find(|&at| stays[target[at]]);
        let right = end.map(|end| target[end]);
        let coming = &target[at..end.unwrap_or(target.len())];
        let old = Span::new(
            left.map_or_else(|| place(0).start(), |piece| place(piece).end()),
            right.map_or_else(|| place(pieces.len() - 1).end(), |piece| place(piece).start()),
        );
        let going = left.map_or(0, |piece| piece + 1)..right.unwrap_or(pieces.len());
        let mut new = String::new();
        let mut made = Vec::new();
        let mut before = left;
        for &piece in coming.iter().chain(&right) {
            if let Some(before) = before {
                new += &between(before, piece);
                made.extend(new_link(before, piece));
            }
            if Some(piece) != right {
                new += place(piece).of(text);
            }
            before = Some(piece);
        }
        if new != old.of(text) {
            let (span, text) = trimmed(text, old, &new);
            changes.push(Change { span, text, pieces: coming.iter().copied().chain(going).collect(), links: made });
        }
        left = right;
        match end {
            Some(end) => at = end + 1,
            None => break,
        }
    }
    changes
}

/// The same change without what is alike at both ends.
fn trimmed(text: &str, old: Span, new: &str) -> (Span, String) {
    let before = old.of(text);
    let head: usize = before.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (rest_before, rest_new) = (&before[head..], &new[head..]);
    let tail: usize = rest_before
        .chars()
        .rev()
        .zip(rest_new.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let span = Span::new(old.start() + head, old.end() - tail);
    (span, rest_new[..rest_new.len() - tail].to_owned())
}
