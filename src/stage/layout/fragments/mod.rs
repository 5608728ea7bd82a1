//! Fragments: blocks that break off, and the blocks that they go on in, wherever these stand on the page.

mod assignment;
mod features;
mod order;

pub use assignment::{Link, assign};
pub use features::{Features, NAMES, SUBJECT, Seam, fitted, seams};

use super::blocks::{Block, BlockKind};
use super::lines::{Line, is_comma, is_opener};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::knowledge::{Knowledge, Trees};
use crate::text::{Kind, Span, kind};
use order::{Order, changes};

/// From here on a fragment counts as placed when the others are: what is applied unless the user asks for more or less.
const PLACED: f64 = 0.95;

/// The log-odds at most of a move whose two sides do not meet in words: a probability of 0.9, which is proposed.
///
/// Chosen by hand: of 215 pages that engines had read two had a move that was applied, both by marks, and one of them at least was
/// wrong.
const BY_MARKS: f64 = 2.2;

/// Which blocks of a page go on in which.
#[derive(Debug, Default)]
pub struct Links {
    sure: Vec<Link>,
    unsure: Vec<Link>,
}

impl Links {
    /// Whether a block surely goes on elsewhere than in its neighbour.
    pub fn is_torn(&self) -> bool {
        self.sure.iter().any(Link::is_move)
    }

    /// Whether the line after line end `end` surely belongs to another column: the block that ends there goes on elsewhere, or
    /// the one that starts there goes on from another.
    pub fn part(&self, blocks: &[Block], end: usize) -> bool {
        self.sure.iter().any(|link| {
            link.is_move() && (blocks[link.tail].lines.end == end + 1 || blocks[link.head].lines.start == end + 1)
        })
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
    pub fn links(&self, known: &Knowledge, trees: &Trees) -> Links {
        let seams = seams(self.lines, self.blocks, self.goes_on, known);
        let judge = |seam: &Seam| {
            let log_odds = trees.log_odds(&seam.features);
            if seam.head == seam.tail + 1 || self.meets_in_words(seam) { log_odds } else { log_odds.min(BY_MARKS) }
        };
        let log_odds: Vec<f64> = seams.iter().map(judge).collect();
        let links = assign(&seams, &log_odds);
        let is_sure = |link: &Link| Confidence::from_log_odds(link.log_odds).probability() >= PLACED;
        let (sure, unsure) = links.into_iter().partition(is_sure);
        Links { sure, unsure }
    }

    /// Whether words stand on both sides of a seam. Marks are what engines misread most: two dashes or quotes that would go
    /// together say little.
    fn meets_in_words(&self, seam: &Seam) -> bool {
        let last = self.lines[self.blocks[seam.tail].lines.end - 1].text.chars().next_back();
        let first = self.lines[self.blocks[seam.head].lines.start].text.chars().next();
        let is_word = |c: char| matches!(kind(c), Kind::Han | Kind::Digit | Kind::Letter);
        last.is_some_and(|c| is_word(c) || is_comma(c)) && first.is_some_and(|c| is_word(c) || is_opener(c))
    }

    /// Adds to `corrections` what brings the fragments of the page together.
    ///
    /// Sure links are carried out together, so that a chain of fragments comes into order at once; each change that hangs
    /// together is one move. What is less sure is a move by itself, where it does not meet those.
    pub fn propose(&self, links: &Links, corrections: &mut Vec<Correction>) {
        let mut number = 0;
        let moved = self.carry_out(&links.sure, &links.sure, &mut number, corrections);
        for link in &links.unsure {
            let is_apart = |block: usize| !moved.iter().any(|span| touches(*span, self.blocks[block].span));
            if is_apart(link.tail) && is_apart(link.head) {
                self.carry_out(&[*link], &links.sure, &mut number, corrections);
            }
        }
    }

    /// Adds to `corrections` the moves that are not sure, each by itself.
    pub fn propose_doubtful_moves(&self, links: &Links, corrections: &mut Vec<Correction>) {
        let mut number = 0;
        for link in links.unsure.iter().filter(|link| link.is_move()) {
            self.carry_out(&[*link], &links.sure, &mut number, corrections);
        }
    }

    /// Proposes what makes `links` hold, and gives the spans that are changed. The blocks that `known_links` hold together stay
    /// together.
    fn carry_out(
        &self,
        links: &[Link],
        known_links: &[Link],
        number: &mut u32,
        corrections: &mut Vec<Correction>,
    ) -> Vec<Span> {
        for link in links.iter().filter(|link| link.head == link.tail + 1) {
            self.join(link, corrections);
        }
        if links.iter().all(|link| link.head == link.tail + 1) {
            return Vec::new();
        }
        let order = Order::of(
            self.blocks.len(),
            links,
            |head| self.run(head, known_links, links),
            |block| self.blocks[block].span.len(),
        );
        let changes = changes(self.text, &order, links, |block| self.blocks[block].span, |link| self.between(link));
        // Changes that share a piece, or a place, hang together.
        let mut groups: Vec<usize> = (0..changes.len()).collect();
        for a in 0..changes.len() {
            for b in 0..a {
                if changes[a].pieces.iter().any(|piece| changes[b].pieces.contains(piece)) {
                    let (from, to) = (groups[a].max(groups[b]), groups[a].min(groups[b]));
                    groups.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
                }
            }
        }
        let mut spans = Vec::new();
        for group in 0..changes.len() {
            let together: Vec<_> = changes.iter().zip(&groups).filter(|(_, g)| **g == group).map(|(c, _)| c).collect();
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
    fn join(&self, link: &Link, corrections: &mut Vec<Correction>) {
        let gap = Span::new(self.blocks[link.tail].span.end(), self.blocks[link.head].span.start());
        let edit = Edit::replace(gap, self.between(link));
        let confidence = Confidence::from_log_odds(link.log_odds);
        let surer = |other: &Correction| other.edit == edit && other.confidence >= confidence;
        if !corrections.iter().any(surer) {
            corrections.retain(|other| other.edit.span() != gap);
            corrections.push(Correction::new(Rule::BrokenParagraph, edit, confidence, vec![self.evidence(link)]));
        }
    }

    /// The last of the blocks that a head takes with it: those of its column, as far as they are running text, up to one that
    /// breaks off or the next head.
    fn run(&self, head: usize, sure: &[Link], links: &[Link]) -> usize {
        let is_head = |block: usize| sure.iter().chain(links).any(|link| link.head == block && link.tail + 1 != block);
        let goes_on = |block: usize| {
            sure.iter().chain(links).any(|link| link.tail == block && link.head == block + 1)
                || self.lines[self.blocks[block].lines.end - 1].is_closed
                    && !sure.iter().chain(links).any(|link| link.tail == block)
        };
        let mut last = head;
        while goes_on(last)
            && self.blocks.get(last + 1).is_some_and(|next| matches!(next.kind, BlockKind::Body | BlockKind::List))
            && !is_head(last + 1)
        {
            last += 1;
        }
        last
    }

    fn evidence(&self, link: &Link) -> Evidence {
        /// As much of each side as a reader needs to hear whether it goes on; chosen by hand.
        const SHOWN: usize = 12;
        let tail = self.lines[self.blocks[link.tail].lines.end - 1].text;
        let head = self.lines[self.blocks[link.head].lines.start].text;
        let from = tail.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
        let to = head.char_indices().nth(SHOWN).map_or(head.len(), |(at, _)| at);
        Evidence::Seam {
            tail: tail[from..].to_owned(),
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

/// Whether two spans share a place, their ends included.
fn touches(a: Span, b: Span) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}
