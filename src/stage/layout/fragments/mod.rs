//! Fragments: blocks that break off, and the blocks that they go on in, wherever these stand on the page.

mod assignment;
mod features;
mod marginals;
mod order;

pub use assignment::{Link, assign};
pub(super) use features::Topic;
pub use features::{Features, NAMES, SUBJECT, Seam, Sifted, fitted, fitted_to_second_look, look_again, seams};

use rustc_hash::{FxHashMap, FxHashSet};

use super::blocks::{Block, BlockKind, is_heading_like};
use super::lines::{Line, is_closer, is_comma, is_opener};
use super::sides::Sides;
use super::{SHORT_HEADING, is_hyphenated};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::knowledge::{Knowledge, Trees};
use crate::text::{Kind, Span, first_characters, kind, last_characters};
use features::judge;
use order::{Change, Order, changes};

/// From here on a fragment counts as placed when the others are: what is applied unless the user asks for more or less.
const PLACED: f64 = 0.95;

/// The log-odds at most of a move whose two sides do not meet in words, or say the same: a probability of 0.9, which is proposed.
///
/// Chosen by hand: of 215 pages that engines had read two had a move that was applied, both by marks, and one of them at least was
/// wrong.
const BY_MARKS: f64 = 2.2;

/// Log-odds below which a block hardly goes on in its neighbour: a probability of 0.12.
///
/// On shuffled pages 182 of 1,485 columns that break off were joined to what follows them by chance, 207 without this, 168 at log-odds of
/// 0. Of engines' pages fewer line ends are joined then: boundary F1 of `RapidOCR`'s light pages .957, .960 and .949, of
/// Tesseract's medium pages .926, .919 and .924.
const HARDLY: f64 = -2.0;

/// Which blocks of a page go on in which.
#[derive(Debug, Default)]
pub struct Links {
    sure: Vec<Link>,
    unsure: Vec<Link>,
    /// The line ends at which a block ends that rather goes on elsewhere, or one starts that rather goes on from another, and those
    /// across which a block hardly goes on.
    parted: FxHashSet<usize>,
}

impl Links {
    /// Whether a block surely goes on elsewhere than in its neighbour.
    pub fn is_torn(&self) -> bool {
        self.sure.iter().any(Link::is_move)
    }

    /// Whether the line after line end `end` rather belongs to another column: the block that ends there goes on elsewhere, the
    /// one that starts there goes on from another, or the two hardly belong together. They must not be joined, even if a move is
    /// only proposed.
    pub fn part(&self, end: usize) -> bool {
        self.parted.contains(&end)
    }
}

/// What links say of single blocks, looked up once for all of them.
struct Bound {
    /// By block, the blocks that go on, and whether in the next.
    tails: FxHashMap<usize, bool>,
    /// The blocks that go on from another than the one before.
    moved: FxHashSet<usize>,
    /// One link more.
    doubtful: Option<Link>,
    /// By block, how long all blocks before it are, in bytes.
    length_before: Vec<usize>,
}

impl Bound {
    fn of(blocks: &[Block], links: &[Link]) -> Self {
        let mut tails = FxHashMap::default();
        for link in links {
            *tails.entry(link.tail).or_default() |= !link.is_move();
        }
        let moved = links.iter().filter(|link| link.is_move()).map(|link| link.head).collect();
        let mut length = 0;
        let lengths = blocks.iter().map(|block| {
            length += block.span.len();
            length
        });
        let length_before = [0].into_iter().chain(lengths).collect();
        Self { tails, moved, doubtful: None, length_before }
    }

    fn is_tail(&self, block: usize) -> bool {
        self.tails.contains_key(&block) || self.doubtful.is_some_and(|link| link.tail == block)
    }

    fn goes_on_in_next(&self, block: usize) -> bool {
        self.tails.get(&block).is_some_and(|in_next| *in_next)
            || self.doubtful.is_some_and(|link| link.tail == block && !link.is_move())
    }

    fn is_moved(&self, block: usize) -> bool {
        self.moved.contains(&block) || self.doubtful.is_some_and(|link| link.head == block && link.is_move())
    }
}

/// The trees that judge seams.
#[derive(Debug, Clone, Copy)]
pub struct Looks<'k> {
    /// Those that see each by itself.
    pub first: &'k Trees,
    /// Those that know what the first say of it and of its rivals.
    pub second: &'k Trees,
}

impl Looks<'static> {
    /// Those that come with the program.
    pub fn fitted() -> Self {
        Self { first: fitted(), second: fitted_to_second_look() }
    }
}

/// A page as the matching of fragments sees it.
pub struct Page<'p> {
    /// The page.
    pub text: &'p str,
    /// Its lines.
    pub lines: &'p [Line<'p>],
    /// Its blocks.
    pub blocks: &'p [Block],
    /// By line end, the log-odds that the line goes on in the next.
    pub goes_on: &'p [f64],
}

impl Page<'_> {
    /// Which blocks go on in which.
    ///
    /// Each seam is looked at by itself first, then in the light of what that says of its rivals.
    pub fn links(&self, known: &Knowledge, looks: Looks<'_>, sides: &mut Sides) -> Links {
        let seams = seams(self.lines, self.blocks, self.goes_on, known, sides);
        let Sifted { open, hopeless } = look_again(seams, looks.first, self.lines, self.blocks, known, sides);
        let within_bounds = |(seam, log_odds): (&Seam, f64)| {
            let is_neighbour = seam.head == seam.tail + 1;
            if is_neighbour || self.meets_in_words(seam) && !self.says_twice(seam) {
                log_odds
            } else {
                log_odds.min(BY_MARKS)
            }
        };
        let log_odds: Vec<f64> = open.iter().zip(judge(looks.second, &open)).map(within_bounds).collect();
        let links = assign(&open, &log_odds);
        let is_sure = |link: &Link| Confidence::from_log_odds(link.log_odds).probability() >= PLACED;
        let (sure, unsure): (Vec<Link>, Vec<Link>) = links.into_iter().partition(is_sure);
        let of = |block: usize| &self.blocks[block].lines;
        let moves = sure.iter().chain(&unsure).filter(|link| link.is_move());
        // The line end before a line has the number of the line before it; before the first line there is none.
        let away = moves.flat_map(|link| [of(link.tail).end.checked_sub(1), of(link.head).start.checked_sub(1)]);
        let hardly = open.iter().zip(&log_odds).filter(|(_, odds)| **odds < HARDLY).map(|(seam, _)| seam);
        // Of the parts of a running head and the like the trees know nothing.
        let is_text = |block: usize| self.blocks[block].kind.is_running();
        let apart = hardly
            .chain(&hopeless)
            .filter(|seam| seam.head == seam.tail + 1 && (is_text(seam.tail) || is_text(seam.head)));
        let parted = away.flatten().chain(apart.map(|seam| of(seam.tail).end - 1)).collect();
        Links { sure, unsure, parted }
    }

    /// Whether words stand on both sides of a seam. Marks are what engines misread most: two dashes or quotes that would go
    /// together say little, and a quote that another follows before it closes is a speck.
    fn meets_in_words(&self, seam: &Seam) -> bool {
        let last = self.lines[self.blocks[seam.tail].lines.end - 1].text.chars().next_back();
        let mut head = self.lines[self.blocks[seam.head].lines.start].text.chars();
        let first = head.next();
        let mut closes = || head.find(|&c| is_opener(c) || is_closer(c)).is_none_or(is_closer);
        let is_word = |c: char| matches!(kind(c), Kind::Han | Kind::Digit | Kind::Letter);
        last.is_some_and(|c| is_word(c) || is_comma(c)) && first.is_some_and(|c| is_word(c) || is_opener(c) && closes())
    }

    /// Whether the head begins with what the tail ends in: a line that an engine read twice goes on nowhere else.
    fn says_twice(&self, seam: &Seam) -> bool {
        /// Characters, and within how many more of the head; chosen by hand.
        const LAST: usize = 4;
        const WITHIN: usize = 16;
        let tail = last_characters(self.lines[self.blocks[seam.tail].lines.end - 1].text, LAST);
        let head = first_characters(self.lines[self.blocks[seam.head].lines.start].text, WITHIN);
        tail.chars().count() == LAST && head.contains(tail)
    }

    /// Adds to `corrections` what brings the fragments of the page together.
    ///
    /// Sure links are carried out together, so that a chain of fragments comes into order at once; each change that hangs
    /// together is one move. What is less sure is a move by itself, where it does not meet those.
    pub fn propose(&self, links: &Links, corrections: &mut Vec<Correction>) {
        let mut joined = by_span(corrections);
        let mut bound = Bound::of(self.blocks, &links.sure);
        let mut number = 0;
        let mut moved = self.carry_out(&links.sure, &bound, &mut joined, &mut number, corrections);
        // They do not meet, so of those that begin before a block's end only the last can reach it.
        moved.sort_unstable();
        for link in &links.unsure {
            let is_apart = |block: usize| {
                let span = self.blocks[block].span;
                let before = moved.partition_point(|moved| moved.start() <= span.end());
                before.checked_sub(1).is_none_or(|last| !touches(moved[last], span))
            };
            if is_apart(link.tail) && is_apart(link.head) {
                bound.doubtful = Some(*link);
                self.carry_out(&[*link], &bound, &mut joined, &mut number, corrections);
            }
        }
    }

    /// Adds to `corrections` the moves that are not sure, each by itself.
    pub fn propose_doubtful_moves(&self, links: &Links, corrections: &mut Vec<Correction>) {
        let mut joined = by_span(corrections);
        let mut bound = Bound::of(self.blocks, &links.sure);
        let mut number = 0;
        for link in links.unsure.iter().filter(|link| link.is_move()) {
            bound.doubtful = Some(*link);
            self.carry_out(&[*link], &bound, &mut joined, &mut number, corrections);
        }
    }

    /// Proposes what makes `links` hold, and gives the spans that are changed. The blocks that `bound` holds together stay
    /// together.
    fn carry_out(
        &self,
        links: &[Link],
        bound: &Bound,
        joined: &mut FxHashMap<Span, usize>,
        number: &mut u32,
        corrections: &mut Vec<Correction>,
    ) -> Vec<Span> {
        for link in links.iter().filter(|link| !link.is_move()) {
            self.join(link, joined, corrections);
        }
        if !links.iter().any(Link::is_move) {
            return Vec::new();
        }
        let order = Order::of(
            self.blocks.len(),
            links,
            |head| self.run(head, bound),
            |piece| bound.length_before[piece.last + 1] - bound.length_before[piece.first],
        );
        let changes = changes(self.text, &order, links, |block| self.blocks[block].span, |link| self.between(link));
        let mut spans = Vec::new();
        for together in hanging_together(&changes) {
            let made: Vec<&Link> = together.iter().flat_map(|change| &change.links).map(|&link| &links[link]).collect();
            let Some(weakest) = made.iter().map(|link| link.log_odds).min_by(f64::total_cmp) else { continue };
            let evidence: Vec<Evidence> = made.iter().map(|link| self.evidence(link)).collect();
            for change in together {
                spans.push(change.span);
                let edit = Edit::replace(change.span, change.text.clone());
                let confidence = Confidence::from_log_odds(weakest);
                let mut correction = Correction::new(Rule::DisplacedFragment, edit, confidence, evidence.clone());
                correction.part_of_move = Some(*number);
                corrections.push(correction);
            }
            *number += 1;
        }
        spans
    }

    /// A tail and its head with nothing but a line end between.
    fn join(&self, link: &Link, joined: &mut FxHashMap<Span, usize>, corrections: &mut Vec<Correction>) {
        let (tail, head) = (&self.blocks[link.tail], &self.blocks[link.head]);
        let hyphen = is_hyphenated(&self.lines[tail.lines.end - 1], &self.lines[head.lines.start]);
        let gap = Span::new(tail.span.end() - usize::from(hyphen), head.span.start());
        let edit = Edit::replace(gap, if hyphen { "" } else { self.between(link) });
        let confidence = Confidence::from_log_odds(link.log_odds);
        let correction = Correction::new(Rule::BrokenParagraph, edit, confidence, vec![self.evidence(link)]);
        match joined.get(&gap).and_then(|&at| corrections.get_mut(at)) {
            Some(other) if other.edit == correction.edit && other.confidence >= confidence => {}
            Some(other) => *other = correction,
            None => {
                joined.insert(gap, corrections.len());
                corrections.push(correction);
            }
        }
    }

    /// The last of the blocks that a head takes with it: those of its column, as far as they are running text, up to one that
    /// breaks off or the next head.
    fn run(&self, head: usize, bound: &Bound) -> usize {
        let goes_on = |block: usize| {
            bound.goes_on_in_next(block)
                || self.lines[self.blocks[block].lines.end - 1].is_closed && !bound.is_tail(block)
        };
        let mut last = head;
        while goes_on(last)
            && self.blocks.get(last + 1).is_some_and(|next| matches!(next.kind, BlockKind::Body | BlockKind::List))
            && !bound.is_moved(last + 1)
            && !self.is_lone_heading(last + 1)
        {
            last += 1;
        }
        last
    }

    /// Whether a block, whatever kind it was taken for, is one short line without a mark: it heads what follows it.
    fn is_lone_heading(&self, block: usize) -> bool {
        let lines = &self.lines[self.blocks[block].lines.clone()];
        matches!(lines, [line] if line.width < SHORT_HEADING && is_heading_like(line))
    }

    fn evidence(&self, link: &Link) -> Evidence {
        /// As much of each side as a reader needs to hear whether it goes on; chosen by hand.
        const SHOWN: usize = 12;
        let tail = self.lines[self.blocks[link.tail].lines.end - 1].text;
        let head = self.lines[self.blocks[link.head].lines.start].text;
        let to = head.char_indices().nth(SHOWN).map_or(head.len(), |(at, _)| at);
        Evidence::Seam {
            tail: last_characters(tail, SHOWN).to_owned(),
            head: head[..to].to_owned(),
            gain: (f64::from(link.gain) * 100.0).round() / 100.0,
            apart: link.head.abs_diff(link.tail + 1),
        }
    }

    /// What stands between a tail and its head.
    fn between(&self, link: &Link) -> &'static str {
        let last = self.lines[self.blocks[link.tail].lines.end - 1].text.chars().next_back();
        let first = self.lines[self.blocks[link.head].lines.start].text.chars().next();
        let is_letter = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Letter);
        if is_letter(last) && is_letter(first) { " " } else { "" }
    }
}

/// Where `corrections` stand, by what they replace.
fn by_span(corrections: &[Correction]) -> FxHashMap<Span, usize> {
    corrections.iter().enumerate().map(|(at, correction)| (correction.edit.span(), at)).collect()
}

/// `changes` in groups of those that share a piece, which hang together; the groups and their changes in the order in which
/// they are given.
fn hanging_together(changes: &[Change]) -> Vec<Vec<&Change>> {
    // Each change leads to the first that it hangs together with, as far as is known.
    fn first(leads_to: &mut [usize], mut change: usize) -> usize {
        while leads_to[change] != change {
            leads_to[change] = leads_to[leads_to[change]];
            change = leads_to[change];
        }
        change
    }
    let mut leads_to: Vec<usize> = (0..changes.len()).collect();
    let mut by_piece: FxHashMap<usize, usize> = FxHashMap::default();
    for (at, change) in changes.iter().enumerate() {
        for &piece in &change.pieces {
            let other = *by_piece.entry(piece).or_insert(at);
            let (one, other) = (first(&mut leads_to, at), first(&mut leads_to, other));
            leads_to[one.max(other)] = one.min(other);
        }
    }
    let mut groups: Vec<Vec<&Change>> = vec![Vec::new(); changes.len()];
    for (at, change) in changes.iter().enumerate() {
        groups[first(&mut leads_to, at)].push(change);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Whether two spans share a place, their ends included.
fn touches(a: Span, b: Span) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}
