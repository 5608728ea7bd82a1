use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

use super::super::blocks::{Block, BlockKind};
use super::super::features::Columns;
use super::super::lines::{Line, is_closer, is_comma, is_terminal};
use super::super::rivals::Opening;
use super::super::sides::Sides;
use super::marginals::marginals;
use crate::knowledge::model::{Context, Symbol};
use crate::knowledge::trees::{embedded, features, fitted};
use crate::knowledge::{Edge, Knowledge, Model, Side, Trees};
use crate::text::{Kind, beside_han, is_han, kind, last_characters};

/// What the trees see of a seam; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

/// Two blocks of a page, and what speaks for the second going on where the first breaks off.
#[derive(Debug, Clone)]
pub struct Seam {
    /// The block that breaks off, as an index into the page's blocks.
    pub tail: usize,
    /// The block that starts in the middle.
    pub head: usize,
    /// How much likelier the head's first characters are after the tail's last than at the head of a paragraph, in nats.
    pub gain: f32,
    seen: Seen,
}

impl Seam {
    /// What the trees see.
    pub fn features(&self) -> Features {
        self.seen.numbers()
    }
}

fitted! {
    /// What the fitted trees tell: whether one block goes on in another. `kanwu fit fragments` writes them.
    "kanwu fragments 1", "fragments.txt"
}

embedded! {
    /// The trees that look at a seam again when it is known what the others say of it and of its rivals.
    fitted_to_second_look, SUBJECT, "fragments-again.txt"
}

features! {
    gain: "how much likelier the head's first characters are after the tail's last than at the head of a paragraph, in nats",
    afresh: "how much likelier they are at the head of a paragraph than anywhere, in nats",
    follows: "how much likelier they are after the tail's last than after anything, in nats",
    better: "how much better the head goes on from the tail than what now follows the tail, and than from what now stands before the head: the lesser",
    stops: "how likely a paragraph ends after the tail's last characters: the logarithm",
    lead_of_tail: "by how much the gain exceeds that of the tail's next best head; at most 20",
    lead_of_head: "by how much the gain exceeds that of the head's next best tail; at most 20",
    now_tail: "the gain of the block that now follows the tail; -12 if none does",
    now_head: "the gain of the head after the block that now stands before it; -12 if that is closed or there is none",
    open_lead_of_tail: "by how much the gain exceeds that of the tail's next best head, of those that nothing leads to; at most 20",
    open_lead_of_head: "by how much it exceeds that of the head's next best tail, of those that lead nowhere; at most 20",
    tail_end: "what the trees of line ends say of the tail's end, in log-odds of going on; -9 at the foot of the page",
    head_end: "what they say of the line end before the head; -9 at the head of the page",
    open_tails: "how many tails lead nowhere by those trees, at most 10",
    open_heads: "how many heads nothing leads to, and hardly start a paragraph, at most 10",
    affinity: "the affinity of the tail and the head: how well they go together beyond a few characters, in nats",
    affinity_lead_of_tail: "by how much it exceeds that of the tail's best other head; at most 20",
    affinity_lead_of_head: "by how much it exceeds that of the head's best other tail; at most 20",
    share_of_tail: "the share of the head among all heads of the tail, by gain and affinity together: the logarithm",
    share_of_head: "the share of the tail among all tails of the head: the logarithm",
    following_share_of_tail: "the share of the head among all heads of the tail, by follows and affinity together: the logarithm",
    following_share_of_head: "the share of the tail among all tails of the head: the logarithm",
    open_share_of_tail: "the share of the head among those that nothing leads to and this one",
    open_share_of_head: "the share of the tail among those that lead nowhere and this one",
    bond: "how much likelier than chance the two characters at the seam stand side by side, in bits",
    word: "how well known the best word across the seam is: the logarithm of its count",
    starts: "how much likelier than chance the head's first character starts a paragraph, in bits",
    ends: "how much likelier than chance the tail's last character ends a paragraph, in bits",
    comma: "1 if the tail ends in a comma or the like",
    closer: "1 if it ends in a closing bracket or quote",
    tail_digit: "1 if it ends in a digit",
    head_digit: "1 if the head starts with a digit",
    head_badly: "1 if the head starts with a mark that no paragraph starts with",
    open: "1 if a bracket or quote is open at the tail's end",
    closes: "1 if the head closes a bracket or quote that it does not open",
    fits: "1 if both are the same bracket or quote, -1 if only one is there or they differ",
    tail_edge: "how likely the tail breaks off, rather than that it is a heading or the like, by its last characters alone, in log-odds",
    head_edge: "how likely the head goes on in the middle of a sentence, rather than that it starts one, by its first characters alone",
    topic: "on a second look, as all that follows of columns and looks: how much the two blocks have in common: the weight of shared pairs of characters, by the root of the product of both",
    column_topic: "how much the column up to the tail and that from the head on have in common",
    column_topic_of_tail: "by how much that exceeds what the tail's column has in common with that of the best other head",
    column_topic_of_head: "by how much it exceeds what the head's column has in common with that of the best other tail",
    column_affinity: "the affinity of the two columns by what they are about alone, in nats",
    column_affinity_of_tail: "by how much it exceeds that of the tail's column and that of the best other head; at most 20",
    column_affinity_of_head: "by how much it exceeds that of the head's column and that of the best other tail; at most 20",
    tail_short: "how much the tail's last line falls short of the page's columns, in characters, from -3 (wider) to 12: of lines cut to a width, else -5",
    head_short: "how much the head's first line falls short of them",
    head_end_short: "how much the head's last line falls short of them",
    tail_running: "how probable it is that the tail is running text",
    head_running: "how probable it is that the head is",
    tail_length: "how many lines of twenty characters the tail has, at most 10",
    head_length: "how many the head has, at most 10",
    head_closed: "1 if the head closes with the mark of a sentence's end",
    adjacent: "1 if the head follows the tail already",
    backward: "1 if the head stands before the tail",
    apart: "how many blocks stand between, at most 20",
    running_between: "how many of them are running text, at most 20",
    headlines_between: "how many of them are headlines, at most 5",
    breaks_between: "how many of them break off, at most 5",
    tails: "how many blocks of the page break off and might go on, at most 10",
    after_heading: "1 if the head stands below a heading or byline",
    after_open: "1 if the block before the head breaks off too",
    before_closed: "1 if the block before the head is closed text",
    tail_jumps: "1 if a jump line follows the tail",
    head_jumps: "1 if a jump line stands before the head",
    follower: "what follows the tail: 0 nothing, 1 running text, 2 a heading, 3 a caption, 4 furniture, 5 anything else",
    indented: "1 if the head is indented",
    blank_rate: "share of the page's lines with more blank lines before them than nearly all have",
    open_rate: "share of the running blocks that are not closed",
    line_end: "what the trees of line ends say of an adjacent seam, in log-odds; 0 if it is none",
    first_look: "on a second look, what the trees of the first say, in log-odds; 0 on the first",
    first_lead_of_tail: "by how much that exceeds what they say of the tail's best other head; at most 12",
    first_lead_of_head: "by how much it exceeds what they say of the head's best other tail; at most 12",
    matched: "the log-odds when each block goes on in one other at most, and goes on from one at most",
}

/// What the first look leaves of the seams of a page.
#[derive(Debug, Default)]
pub struct Sifted {
    /// Those that are worth another look, with what it needs.
    pub open: Vec<Seam>,
    /// Those that are not, of neighbours.
    pub hopeless: Vec<Seam>,
}

/// Log-odds below which a seam is not looked at again.
///
/// On 1,378 shuffled pages of articles that were not fitted on, such trees leave 3.5 % of the seams with 1,673 of 1,702 that are true; of
/// those of clean news 5 %. (By another program that grows such trees.)
const HOPELESS: f64 = -5.0;

/// Puts what the trees of the `first` look say of each seam, and of its rivals, among its features, and what the columns on both sides
/// are about, which takes longer than all else.
pub fn look_again(
    mut seams: Vec<Seam>,
    first: &Trees,
    lines: &[Line<'_>],
    blocks: &[Block],
    known: &Knowledge,
    sides: &mut Sides,
) -> Sifted {
    let log_odds = judge(first, &seams);
    for (seam, &odds) in seams.iter_mut().zip(&log_odds) {
        seam.seen.first_look = odds as f32;
    }
    let rivals = Rivals::of_seams(&seams, blocks.len(), FAR, |seam| seam.seen.first_look);
    let ends: Vec<(usize, usize)> = seams.iter().map(|seam| (seam.tail, seam.head)).collect();
    for (seam, matched) in seams.iter_mut().zip(marginals(&ends, &log_odds)) {
        let odds = seam.seen.first_look;
        seam.seen.first_lead_of_tail = rivals.of_tail.lead(seam.tail, seam.head, odds).min(-FAR);
        seam.seen.first_lead_of_head = rivals.of_head.lead(seam.head, seam.tail, odds).min(-FAR);
        seam.seen.matched = matched as f32;
    }
    let is_open = |seam: &Seam| f64::from(seam.seen.first_look) >= HOPELESS;
    // A long page has millions, nearly all of them hopeless, and each is large.
    seams.retain(|seam| is_open(seam) || seam.head == seam.tail + 1);
    let (mut open, hopeless): (Vec<Seam>, Vec<Seam>) = seams.into_iter().partition(is_open);
    look_at_columns(&mut open, lines, blocks, known, sides);
    Sifted { open, hopeless }
}

/// What `trees` say of each of `seams`, in log-odds.
pub(super) fn judge(trees: &Trees, seams: &[Seam]) -> Vec<f64> {
    let features: Vec<Features> = seams.iter().map(Seam::features).collect();
    trees.log_odds_of_each(features.iter().map(Features::as_slice))
}

/// Puts among the features of `seams` what the columns on both sides have in common.
fn look_at_columns(seams: &mut [Seam], lines: &[Line<'_>], blocks: &[Block], known: &Knowledge, sides: &mut Sides) {
    let mut topics = Topics::of(lines, blocks, known.model);
    let [mut tails, mut heads] = [(); 2].map(|()| vec![None; blocks.len()]);
    for seam in &mut *seams {
        let tail = tails[seam.tail].get_or_insert_with(|| {
            let column = column_up_to(lines, blocks, seam.tail);
            let backwards = characters(lines, &blocks[column.clone()]).rev();
            Column { topic: topics.together(column, sides), side: sides.tail_topic(known.affinity, backwards) }
        });
        let head = heads[seam.head].get_or_insert_with(|| {
            let column = column_from(lines, blocks, seam.head);
            let onwards = characters(lines, &blocks[column.clone()]);
            Column { topic: topics.together(column, sides), side: sides.head_topic(known.affinity, onwards) }
        });
        let [tail_block, head_block] = [seam.tail, seam.head].map(|block| topics.of_block(block, sides));
        seam.seen.topic = tail_block.shared_with(&head_block);
        seam.seen.column_topic = tail.topic.shared_with(&head.topic);
        seam.seen.column_affinity = tail.side.affinity(&head.side);
    }
    let topics = Rivals::of_seams(seams, blocks.len(), 0.0, |seam| seam.seen.column_topic);
    let affinities = Rivals::of_seams(seams, blocks.len(), FAR, |seam| seam.seen.column_affinity);
    for seam in seams {
        let (topic, affinity) = (seam.seen.column_topic, seam.seen.column_affinity);
        [seam.seen.column_topic_of_tail, seam.seen.column_topic_of_head] = topics.leads(seam.tail, seam.head, topic);
        [seam.seen.column_affinity_of_tail, seam.seen.column_affinity_of_head] =
            affinities.leads(seam.tail, seam.head, affinity);
    }
}

/// How many blocks a tail is looked for on either side.
///
/// A page has some dozens of blocks; on one of thousands, as when a whole book is one file, what belongs together stands
/// near. It keeps the time linear. Chosen by hand.
const REACH: usize = 48;

/// How many heads a tail is compared with in full: the likeliest by the language model and by affinity. Chosen by hand.
const BEST: usize = 8;

/// What is known of a block that breaks off.
struct Tail {
    block: usize,
    context: Context,
    stops: f32,
    last: char,
    open: Option<char>,
    side: Rc<Side>,
    edge: f32,
}

/// What is known of a block that may start in the middle.
struct Head {
    block: usize,
    opening: Opening,
    afresh: f32,
    first: char,
    closes: Option<char>,
    side: Rc<Side>,
    edge: f32,
}

/// A tail and a head that may belong together, by their places among the tails and heads of the page.
#[derive(Clone, Copy)]
struct Pair {
    tail: usize,
    head: usize,
    gain: f32,
    /// How much likelier the head's first characters are after the tail's last than after anything.
    follows: f32,
    affinity: f32,
}

impl Pair {
    /// What speaks for it altogether, in nats.
    fn weight(&self) -> f32 {
        self.gain + self.affinity
    }

    /// The same, as if every head were as likely to start a paragraph as to stand anywhere: captions and headings start as no
    /// paragraph does.
    fn following(&self) -> f32 {
        self.follows + self.affinity
    }
}

/// The seams of a page that are worth a look, those between neighbours included.
pub fn seams(lines: &[Line<'_>], blocks: &[Block], goes_on: &[f64], known: &Knowledge, sides: &mut Sides) -> Vec<Seam> {
    let tails: Vec<Tail> = (0..blocks.len()).filter_map(|at| Tail::of(lines, blocks, at, known, sides)).collect();
    if tails.is_empty() {
        return Vec::new();
    }
    let is_near = |&at: &usize| {
        let next = tails.partition_point(|tail| tail.block + REACH < at);
        tails.get(next).is_some_and(|tail| tail.block <= at + REACH)
    };
    let heads: Vec<Head> =
        (0..blocks.len()).filter(is_near).filter_map(|at| Head::of(lines, blocks, at, known, sides)).collect();
    let page = Page::of(lines, blocks, goes_on, tails.len());
    let near = pairs(&tails, &heads, known);
    let is_open_tail: Vec<bool> = tails.iter().map(|tail| page.end_of(tail.block) < 0.0).collect();
    let is_open_head: Vec<bool> =
        heads.iter().map(|head| page.start_of(head.block) < 0.0 && head.afresh < 1.0).collect();
    let is_open = |pair: &Pair| is_open_head[pair.head];
    let is_left = |pair: &Pair| is_open_tail[pair.tail];
    let count = |open: &[bool]| open.iter().filter(|open| **open).count().min(10) as f32;
    let (open_tails, open_heads) = (count(&is_open_tail), count(&is_open_head));

    let all = |_: &Pair| true;
    let size = [tails.len(), heads.len()];
    let gains = Rivals::of(&near, size, FAR, |pair| pair.gain, all, all);
    let open_gains = Rivals::of(&near, size, FAR, |pair| pair.gain, is_open, is_left);
    let affinities = Rivals::of(&near, size, FAR, |pair| pair.affinity, all, all);
    let shares = Shares::of(&near, size, Pair::weight, all, all);
    let open_shares = Shares::of(&near, size, Pair::weight, is_open, is_left);
    let following_shares = Shares::of(&near, size, Pair::following, all, all);
    let gain_of = |tail: Option<usize>, head: Option<usize>| {
        let (tail, head) = (&tails[tail?], &heads[head?]);
        Some(head.gain(tail, known))
    };
    let seam = |pair: &Pair| {
        let (tail, head) = (&tails[pair.tail], &heads[pair.head]);
        let before = tails.binary_search_by_key(&head.block.wrapping_sub(1), |tail| tail.block).ok();
        let after = heads.binary_search_by_key(&(tail.block + 1), |head| head.block).ok();
        let now_tail = gain_of(Some(pair.tail), after).unwrap_or(FAR);
        let now_head = gain_of(before, Some(pair.head)).unwrap_or(FAR);
        let [lead_of_tail, lead_of_head] = gains.leads(pair.tail, pair.head, pair.gain);
        let [open_lead_of_tail, open_lead_of_head] = open_gains.leads(pair.tail, pair.head, pair.gain);
        let [affinity_lead_of_tail, affinity_lead_of_head] = affinities.leads(pair.tail, pair.head, pair.affinity);
        let [share_of_tail, share_of_head] = shares.of_pair(pair, pair.weight());
        let [open_share_of_tail, open_share_of_head] = open_shares.of_pair(pair, pair.weight());
        let [following_share_of_tail, following_share_of_head] = following_shares.of_pair(pair, pair.following());
        let seen = Seen {
            gain: pair.gain,
            follows: pair.follows,
            better: (pair.gain - now_tail).min(pair.gain - now_head).clamp(-20.0, 20.0),
            lead_of_tail,
            lead_of_head,
            now_tail,
            now_head,
            open_lead_of_tail,
            open_lead_of_head,
            tail_end: page.end_of(tail.block),
            head_end: page.start_of(head.block),
            open_tails,
            open_heads,
            affinity: pair.affinity,
            affinity_lead_of_tail,
            affinity_lead_of_head,
            share_of_tail,
            share_of_head,
            following_share_of_tail,
            following_share_of_head,
            open_share_of_tail,
            open_share_of_head,
            ..page.seen(tail, head, known)
        };
        Seam { tail: tail.block, head: head.block, gain: pair.gain, seen }
    };
    let compared = compared(&near, &tails, &heads);
    drop(near);
    compared.iter().map(seam).collect()
}

/// Every tail with every head within reach, tail by tail.
fn pairs(tails: &[Tail], heads: &[Head], known: &Knowledge) -> Vec<Pair> {
    let pairs_of = |(tail_at, tail): (usize, &Tail)| {
        let from = heads.partition_point(|head| head.block + REACH < tail.block);
        let near = heads[from..].iter().enumerate().take_while(|(_, head)| head.block <= tail.block + REACH);
        let other = near.filter(|(_, head)| head.block != tail.block);
        let pair = |(at, head): (usize, &Head)| {
            let gain = head.gain(tail, known);
            let affinity = tail.side.affinity(&head.side);
            let follows = gain + head.afresh;
            Pair { tail: tail_at, head: from + at, gain, follows, affinity }
        };
        other.map(pair).collect::<Vec<Pair>>()
    };
    tails.iter().enumerate().flat_map(pairs_of).collect()
}

/// Of each tail's pairs the likeliest, and that with the block that follows it.
fn compared(pairs: &[Pair], tails: &[Tail], heads: &[Head]) -> Vec<Pair> {
    let mut compared = Vec::new();
    for of_tail in pairs.chunk_by(|one, other| one.tail == other.tail) {
        let mut best = of_tail.to_vec();
        best.sort_by(|a, b| b.weight().total_cmp(&a.weight()).then(a.head.cmp(&b.head)));
        let is_adjacent = |pair: &Pair| heads[pair.head].block == tails[pair.tail].block + 1;
        let adjacent = best.iter().skip(BEST).copied().find(is_adjacent);
        compared.extend(best.into_iter().take(BEST).chain(adjacent));
    }
    compared
}

/// By some measure, the two best partners of each of several blocks.
struct Best {
    partners: Vec<[(usize, f32); 2]>,
    /// What stands for a partner that is not there.
    none: f32,
}

impl Best {
    fn of(count: usize, none: f32) -> Self {
        Self { partners: vec![[(usize::MAX, none); 2]; count], none }
    }

    /// Takes up one more partner of `block`.
    fn keep(&mut self, block: usize, partner: usize, value: f32) {
        let best = &mut self.partners[block];
        if value > best[0].1 {
            *best = [(partner, value), best[0]];
        } else if value > best[1].1 {
            best[1] = (partner, value);
        }
    }

    /// By how much `value` exceeds that of the best partner of `block` other than `partner`.
    fn lead(&self, block: usize, partner: usize, value: f32) -> f32 {
        let other = self.partners[block].iter().find(|(which, _)| *which != partner);
        value - other.map_or(self.none, |(_, value)| *value)
    }
}

/// By some measure, the best heads of each tail and the best tails of each head.
struct Rivals {
    of_tail: Best,
    of_head: Best,
}

impl Rivals {
    /// Among `pairs` of so many tails and heads; rivals of a tail's head are those that `is_head` says, rivals of a head's tail those
    /// that `is_tail` says.
    fn of(
        pairs: &[Pair],
        [tails, heads]: [usize; 2],
        none: f32,
        measure: impl Fn(&Pair) -> f32,
        is_head: impl Fn(&Pair) -> bool,
        is_tail: impl Fn(&Pair) -> bool,
    ) -> Self {
        let mut rivals = Self { of_tail: Best::of(tails, none), of_head: Best::of(heads, none) };
        for pair in pairs {
            if is_head(pair) {
                rivals.of_tail.keep(pair.tail, pair.head, measure(pair));
            }
            if is_tail(pair) {
                rivals.of_head.keep(pair.head, pair.tail, measure(pair));
            }
        }
        rivals
    }

    /// Among `seams` of a page of so many blocks.
    fn of_seams(seams: &[Seam], blocks: usize, none: f32, measure: impl Fn(&Seam) -> f32) -> Self {
        let mut rivals = Self { of_tail: Best::of(blocks, none), of_head: Best::of(blocks, none) };
        for seam in seams {
            rivals.of_tail.keep(seam.tail, seam.head, measure(seam));
            rivals.of_head.keep(seam.head, seam.tail, measure(seam));
        }
        rivals
    }

    /// By how much `value` exceeds that of the best other head of `tail`, and of the best other tail of `head`.
    fn leads(&self, tail: usize, head: usize, value: f32) -> [f32; 2] {
        [self.of_tail.lead(tail, head, value), self.of_head.lead(head, tail, value)].map(|lead| lead.clamp(-20.0, 20.0))
    }
}

/// How likely pairs are among those of their tail and of their head.
struct Shares {
    /// By tail and by head, the sum of the exponentials of its pairs' weights, of those that count.
    of_tail: Vec<f32>,
    of_head: Vec<f32>,
}

impl Shares {
    /// The least share of all, as a logarithm.
    const LEAST: f32 = -20.0;

    /// Among `pairs` of so many tails and heads, of which those count for their tail that `is_head` says, for their head those that
    /// `is_tail` says.
    fn of(
        pairs: &[Pair],
        [tails, heads]: [usize; 2],
        weight: impl Fn(&Pair) -> f32,
        is_head: impl Fn(&Pair) -> bool,
        is_tail: impl Fn(&Pair) -> bool,
    ) -> Self {
        let mut shares = Self { of_tail: vec![0.0; tails], of_head: vec![0.0; heads] };
        for pair in pairs {
            let odds = weight(pair).exp();
            if is_head(pair) {
                shares.of_tail[pair.tail] += odds;
            }
            if is_tail(pair) {
                shares.of_head[pair.head] += odds;
            }
        }
        shares
    }

    /// The logarithms of the shares of a pair that weighs `weight`, of its tail and of its head. A pair that does not count itself is
    /// set against those that do.
    fn of_pair(&self, pair: &Pair, weight: f32) -> [f32; 2] {
        let odds = weight.exp();
        let share = |sum: f32| (odds / sum.max(odds)).ln().max(Self::LEAST);
        [share(self.of_tail[pair.tail]), share(self.of_head[pair.head])]
    }
}

/// What stands for the log-odds of a line end that is not there.
const NO_END: f32 = -9.0;

/// What stands for the gain of a seam that is not there.
const FAR: f32 = -12.0;

impl Tail {
    fn of(lines: &[Line<'_>], blocks: &[Block], at: usize, known: &Knowledge, sides: &mut Sides) -> Option<Self> {
        let block = &blocks[at];
        let line = &lines[block.lines.end - 1];
        if line.is_closed || !may_run(lines, block) || !line.has_han && !line.body.ends_with(is_seam_mark) {
            return None;
        }
        let (_, context) = known.model.read(&Context::UNKNOWN, last_characters(line.body, known.model.order() + 2));
        let (stops, _) = known.model.step(&context, Symbol::BOUNDARY);
        let backwards = || characters(lines, &blocks[at..=at]).rev();
        let side = sides.tail(known.affinity, backwards());
        let edge = known.edges.log_odds(Edge::Open, backwards());
        Some(Self { block: at, context, stops, last: line.last, open: left_open(lines, block).0, side, edge })
    }
}

impl Head {
    fn of(lines: &[Line<'_>], blocks: &[Block], at: usize, known: &Knowledge, sides: &mut Sides) -> Option<Self> {
        let block = &blocks[at];
        let line = &lines[block.lines.start];
        if !may_run(lines, block) || !line.has_han {
            return None;
        }
        let opening = Opening::of(line.body, known.model);
        let onwards = || characters(lines, &blocks[at..=at]);
        Some(Self {
            block: at,
            afresh: opening.beginning - opening.anywhere,
            opening,
            first: line.body.chars().next().unwrap_or(' '),
            closes: left_open(lines, block).1,
            side: sides.head(known.affinity, onwards()),
            edge: known.edges.log_odds(Edge::Inside, onwards()),
        })
    }

    /// How much likelier its first characters are after `tail` than at the head of a paragraph.
    fn gain(&self, tail: &Tail, known: &Knowledge) -> f32 {
        self.opening.likelihood(known.model, tail.context) - self.opening.beginning
    }
}

/// Whether the block may be a part of running text: it is that likely, or nothing else that is certain.
fn may_run(lines: &[Line<'_>], block: &Block) -> bool {
    /// Below this the kinds leave no room for it; chosen by hand.
    const LEAST: f32 = 0.02;
    let (first, last) = (&lines[block.lines.start], &lines[block.lines.end - 1]);
    let is_head = first.is_head_part || block.lines.len() == 1 && first.is_misread_running_head();
    block.running >= LEAST && !is_head && !first.is_row && !last.is_row
}

fn is_seam_mark(c: char) -> bool {
    is_comma(c) || is_closer(c)
}

/// The bracket or quote that a block leaves open at its end, and the one that it closes without having opened it.
fn left_open(lines: &[Line<'_>], block: &Block) -> (Option<char>, Option<char>) {
    let mut open: Vec<char> = Vec::new();
    let mut closed = None;
    for (_, c) in lines[block.lines.clone()].iter().flat_map(|line| beside_han(line.text)) {
        let opener = match c {
            '“' | '（' | '《' | '「' | '『' | '【' => {
                open.push(c);
                continue;
            }
            '”' => '“',
            '）' => '（',
            '》' => '《',
            '」' => '「',
            '』' => '『',
            '】' => '【',
            _ => continue,
        };
        match open.iter().rposition(|&o| o == opener) {
            Some(at) => open.truncate(at),
            None => closed = closed.or(Some(opener)),
        }
    }
    (open.last().copied(), closed)
}

/// What seams are seen against.
struct Page<'p> {
    lines: &'p [Line<'p>],
    blocks: &'p [Block],
    goes_on: &'p [f64],
    columns: Columns,
    tails: usize,
    blank_rate: f32,
    open_rate: f32,
    /// How many of the blocks before each are running text, are headlines, and break off.
    before: Vec<[u32; 3]>,
}

impl<'p> Page<'p> {
    fn of(lines: &'p [Line<'p>], blocks: &'p [Block], goes_on: &'p [f64], tails: usize) -> Self {
        let blank_lines = lines.iter().filter(|line| line.is_set_apart).count();
        let is_open = |block: &Block| block.kind.is_running() && !is_closed(lines, block);
        let mut before = vec![[0; 3]];
        for block in blocks {
            let [running, headlines, breaks] = before[before.len() - 1];
            before.push([
                running + u32::from(block.kind.is_running()),
                headlines + u32::from(block.kind == BlockKind::Headline),
                breaks + u32::from(is_open(block)),
            ]);
        }
        let running = blocks.iter().filter(|block| block.kind.is_running()).count();
        let open = blocks.iter().filter(|block| is_open(block)).count();
        Self {
            lines,
            blocks,
            goes_on,
            columns: Columns::of(lines),
            tails,
            blank_rate: blank_lines as f32 / lines.len().max(1) as f32,
            open_rate: open as f32 / running.max(1) as f32,
            before,
        }
    }

    /// What the trees of line ends say of a block's end, in log-odds of going on.
    fn end_of(&self, block: usize) -> f32 {
        let end = self.goes_on.get(self.blocks[block].lines.end - 1);
        end.map_or(NO_END, |&odds| (odds as f32).clamp(NO_END, -NO_END))
    }

    /// What they say of the line end before it.
    fn start_of(&self, block: usize) -> f32 {
        block.checked_sub(1).map_or(NO_END, |before| self.end_of(before))
    }

    /// What is seen of the two blocks, without what other seams say.
    fn seen(&self, tail: &Tail, head: &Head, known: &Knowledge) -> Seen {
        let (lines, blocks) = (self.lines, self.blocks);
        let flag = |yes: bool| f32::from(u8::from(yes));
        let (last, first) = (&lines[blocks[tail.block].lines.end - 1], &lines[blocks[head.block].lines.start]);
        let backward = head.block < tail.block;
        let (from, to) = if backward { (head.block + 1, tail.block) } else { (tail.block + 1, head.block) };
        let between = |what: usize| (self.before[to][what] - self.before[from][what]) as f32;
        let is_adjacent = head.block == tail.block + 1;
        let before_head = head.block.checked_sub(1).map(|before| &blocks[before]);
        let after_tail = blocks.get(tail.block + 1);
        let is_jump = |block: &Block| lines[block.lines.clone()].iter().any(|line| line.is_jump);
        let word = if is_han(last.last) && is_han(head.first) {
            known.lexicon.across(last.body, first.body).map_or(0.0, |(_, _, word)| (word.count as f32 + 1.0).ln())
        } else {
            0.0
        };
        Seen {
            afresh: head.afresh,
            stops: tail.stops,
            tail_edge: tail.edge,
            head_edge: head.edge,
            bond: known.seams.bond(tail.last, head.first) as f32,
            word,
            starts: known.seams.starts(head.first) as f32,
            ends: known.seams.ends(tail.last) as f32,
            comma: flag(is_comma(tail.last)),
            closer: flag(is_closer(tail.last)),
            tail_digit: flag(kind(tail.last) == Kind::Digit),
            head_digit: flag(kind(head.first) == Kind::Digit),
            head_badly: flag(is_closer(head.first) || is_comma(head.first) || is_terminal(head.first)),
            open: flag(tail.open.is_some()),
            closes: flag(head.closes.is_some()),
            fits: match (tail.open, head.closes) {
                (None, None) => 0.0,
                (open, closes) if open == closes => 1.0,
                _ => -1.0,
            },
            tail_short: self.columns.short_of_print(lines, blocks[tail.block].lines.end - 1),
            head_short: self.columns.short_of_print(lines, blocks[head.block].lines.start),
            head_end_short: self.columns.short_of_print(lines, blocks[head.block].lines.end - 1),
            tail_running: blocks[tail.block].running,
            head_running: blocks[head.block].running,
            tail_length: self.length(tail.block),
            head_length: self.length(head.block),
            head_closed: flag(is_closed(lines, &blocks[head.block])),
            adjacent: flag(is_adjacent),
            backward: flag(backward),
            apart: (to - from).min(20) as f32,
            running_between: between(0).min(20.0),
            headlines_between: between(1).min(5.0),
            breaks_between: between(2).min(5.0),
            tails: self.tails.min(10) as f32,
            after_heading: flag(before_head.is_some_and(is_heading)),
            after_open: flag(before_head.is_some_and(|block| block.kind.is_running() && !is_closed(lines, block))),
            before_closed: flag(before_head.is_some_and(|block| block.kind.is_running() && is_closed(lines, block))),
            tail_jumps: flag(after_tail.is_some_and(is_jump)),
            head_jumps: flag(before_head.is_some_and(is_jump)),
            follower: match after_tail.map(|block| block.kind) {
                None => 0.0,
                Some(kind) if kind.is_running() => 1.0,
                Some(BlockKind::Headline | BlockKind::Kicker | BlockKind::Section) => 2.0,
                Some(BlockKind::Caption) => 3.0,
                Some(BlockKind::Furniture) => 4.0,
                Some(_) => 5.0,
            },
            indented: flag(first.is_indented),
            blank_rate: self.blank_rate,
            open_rate: self.open_rate,
            line_end: if is_adjacent { self.goes_on[blocks[tail.block].lines.end - 1] as f32 } else { 0.0 },
            ..Seen::default()
        }
    }

    /// How many lines of twenty characters a block has, at most 10.
    fn length(&self, block: usize) -> f32 {
        let width: f64 = self.lines[self.blocks[block].lines.clone()].iter().map(|line| line.width).sum();
        (width / 20.0).min(10.0) as f32
    }
}

/// What is known of the column that a tail ends or a head starts.
#[derive(Clone)]
struct Column {
    topic: Topic,
    side: Rc<Side>,
}

/// The characters of `blocks`, one after another.
fn characters<'p>(lines: &'p [Line<'_>], blocks: &'p [Block]) -> impl DoubleEndedIterator<Item = char> + 'p {
    blocks.iter().flat_map(|block| &lines[block.lines.clone()]).flat_map(|line| line.text.chars())
}

/// The blocks of the column that a tail ends, the heading above it included.
fn column_up_to(lines: &[Line<'_>], blocks: &[Block], tail: usize) -> Range<usize> {
    let mut first = tail;
    while let Some(before) = first.checked_sub(1).filter(|_| tail - first < COLUMN) {
        let block = &blocks[before];
        let (is_heading, is_above) = (is_heading(block), block.kind.is_running() && is_closed(lines, block));
        if !(is_heading || is_above) {
            break;
        }
        first = before;
        if is_heading && block.kind != BlockKind::Byline {
            break;
        }
    }
    first..tail + 1
}

/// The blocks of the column that a head starts.
fn column_from(lines: &[Line<'_>], blocks: &[Block], head: usize) -> Range<usize> {
    let goes_on = |&(at, block): &(usize, &Block)| {
        at - head < COLUMN && is_closed(lines, &blocks[at - 1]) && block.kind.is_running()
    };
    let more = blocks.iter().enumerate().skip(head + 1).take_while(goes_on).count();
    head..head + 1 + more
}

/// How many more blocks of a column tell its topic; chosen by hand.
const COLUMN: usize = 7;

fn is_closed(lines: &[Line<'_>], block: &Block) -> bool {
    lines[block.lines.end - 1].is_closed
}

fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Headline | BlockKind::Kicker | BlockKind::Section | BlockKind::Byline)
}

/// What the blocks of a page are about, each looked up when it is first asked for.
struct Topics<'p> {
    lines: &'p [Line<'p>],
    blocks: &'p [Block],
    model: &'p Model,
    found: Vec<Option<Rc<Topic>>>,
}

impl<'p> Topics<'p> {
    fn of(lines: &'p [Line<'p>], blocks: &'p [Block], model: &'p Model) -> Self {
        Self { lines, blocks, model, found: vec![None; blocks.len()] }
    }

    fn of_block(&mut self, block: usize, sides: &mut Sides) -> Rc<Topic> {
        let characters = characters(self.lines, &self.blocks[block..=block]);
        Rc::clone(self.found[block].get_or_insert_with(|| sides.topic(self.model, characters)))
    }

    fn together(&mut self, blocks: Range<usize>, sides: &mut Sides) -> Topic {
        let topics: Vec<Rc<Topic>> = blocks.map(|block| self.of_block(block, sides)).collect();
        Topic::risen(topics.iter().flat_map(|topic| &topic.0).copied().collect())
    }
}

/// What a text is about, by the pairs of Chinese characters in it: rising, with the weight of each.
#[derive(Clone)]
pub(in super::super) struct Topic(Vec<(u64, f32)>);

/// How many characters of a block tell its topic. A paragraph has some 50 to 250; chosen by hand.
const TOPIC: usize = 320;

/// Nats of a pair that is too frequent in the language to say what a text is about. Chosen by hand.
const COMMON: f32 = 9.0;

impl Topic {
    /// As much of `characters` as tells a topic.
    pub(in super::super) fn seen(characters: impl Iterator<Item = char>) -> Vec<char> {
        let mut seen = Vec::with_capacity(TOPIC);
        seen.extend(characters.take(TOPIC));
        seen
    }

    /// What `seen` is about.
    pub(in super::super) fn of(seen: &[char], model: &Model) -> Self {
        let mut pairs: Vec<(u64, f32)> = Vec::new();
        let mut last = None;
        for &c in seen {
            let c = is_han(c).then_some(c);
            if let (Some(a), Some(b)) = (last, c) {
                let (first, after) = model.step(&Context::UNKNOWN, model.symbols().symbol(a));
                let (second, _) = model.step(&after, model.symbols().symbol(b));
                let weight = -(first + second) - COMMON;
                if weight > 0.0 {
                    pairs.push((u64::from(u32::from(a)) << 32 | u64::from(u32::from(b)), weight));
                }
            }
            last = c;
        }
        Self::risen(pairs)
    }

    fn risen(mut pairs: Vec<(u64, f32)>) -> Self {
        // Of several blocks they are rows that rise already, which a stable sort merges.
        pairs.sort_by_key(|(pair, _)| *pair);
        pairs.dedup_by_key(|(pair, _)| *pair);
        Self(pairs)
    }

    /// How much two texts have in common: the weight of the pairs that both have, by the root of the product of their numbers.
    fn shared_with(&self, other: &Self) -> f32 {
        let (mut one, mut other_pairs, mut shared) = (self.0.iter().peekable(), other.0.iter().peekable(), 0.0);
        while let (Some((x, weight)), Some((y, _))) = (one.peek(), other_pairs.peek()) {
            match x.cmp(y) {
                Ordering::Less => drop(one.next()),
                Ordering::Greater => drop(other_pairs.next()),
                Ordering::Equal => {
                    shared += weight;
                    one.next();
                    other_pairs.next();
                }
            }
        }
        let size = self.0.len() as f32 * other.0.len() as f32;
        if size > 0.0 { shared / size.sqrt() } else { 0.0 }
    }
}
