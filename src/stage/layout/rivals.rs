//! What else the two sides of a line end might go on in, or go on from, elsewhere on the page.

use rustc_hash::FxHashMap;

use super::lines::Line;
use crate::knowledge::Model;
use crate::knowledge::model::{Context, Symbol};
use crate::text::last_characters;

/// What the language model says of the two sides of a line end, in nats.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seam {
    /// How much likelier the next line's first characters are after the line's last than at the head of a paragraph.
    pub(super) gain: f32,
    /// How much likelier they are there than after anything.
    pub(super) fits: f32,
    /// How likely a paragraph ends after the line's last characters: the logarithm.
    pub(super) stops: f32,
}

impl Seam {
    /// Nats that speak for going on, below which a line end is open.
    ///
    /// On shuffled pages 90 % of the line ends at which a column breaks off within a sentence, although geometry is sure that the
    /// text goes on, lie below it, and 26 % of those at which it does go on.
    const OPEN: f32 = 2.0;

    /// Whether the language does not show that the text goes on.
    pub(super) fn is_open(&self) -> bool {
        self.gain < Self::OPEN || self.fits < Self::OPEN
    }
}

/// What speaks for other neighbours than those that now stand at a line end, in nats; at most [`Rivals::MOST`] either way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rivals {
    /// By how much the gain exceeds that of the likeliest other line that the text may go on in.
    pub(super) lead_of_head: f32,
    /// By how much it exceeds that of the likeliest other line that the next line may go on from.
    pub(super) lead_of_tail: f32,
    /// How much better another line goes on from here than the next line does, and than it does from where it stands: the
    /// lesser of both, of the best.
    pub(super) better_head: f32,
    /// How much better the next line goes on from another line.
    pub(super) better_tail: f32,
}

impl Rivals {
    const MOST: f32 = 12.0;

    /// Where nothing else comes into question.
    const NONE: Self =
        Self { lead_of_head: Self::MOST, lead_of_tail: Self::MOST, better_head: -Self::MOST, better_tail: -Self::MOST };

    fn clamped(self) -> Self {
        let clamp = |nats: f32| nats.clamp(-Self::MOST, Self::MOST);
        Self {
            lead_of_head: clamp(self.lead_of_head),
            lead_of_tail: clamp(self.lead_of_tail),
            better_head: clamp(self.better_head),
            better_tail: clamp(self.better_tail),
        }
    }
}

/// How the language model reads what lines end and begin with, kept while a page is read again and again.
#[derive(Default)]
pub(super) struct Read {
    tails: Numbered<Tail>,
    openings: Numbered<Opening>,
    /// How likely an opening is after a tail: the logarithm.
    likelihoods: FxHashMap<(u32, u32), f32>,
}

/// What a line ends with.
struct Tail {
    /// After its last characters.
    after: Context,
    /// How likely a paragraph ends there: the logarithm.
    stops: f32,
}

/// What was made of symbols, and its number.
struct Numbered<T> {
    numbers: FxHashMap<u128, u32>,
    made: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { numbers: FxHashMap::default(), made: Vec::new() }
    }
}

impl<T> Numbered<T> {
    /// The number of what is made of `symbols`, of which there are no more than the longest n-gram has.
    fn of(&mut self, symbols: impl Iterator<Item = Symbol>, make: impl FnOnce() -> T) -> u32 {
        let key = symbols.fold(0, |key, symbol| key << u16::BITS | symbol.number() as u128);
        *self.numbers.entry(key).or_insert_with(|| {
            self.made.push(make());
            self.made.len() as u32 - 1
        })
    }

    fn get(&self, number: u32) -> &T {
        &self.made[number as usize]
    }
}

impl Read {
    /// How many openings are kept at most, and how many pairs: more than any page of a newspaper has. Chosen by hand.
    const MOST: usize = 1 << 18;
    const MOST_PAIRS: usize = 1 << 21;

    /// Begins another reading of the page.
    pub(super) fn turn(&mut self) {
        if self.openings.made.len() > Self::MOST {
            *self = Self::default();
        }
    }

    fn tail(&mut self, line: &Line<'_>, model: &Model) -> u32 {
        let last = last_characters(line.body, model.order() - 1);
        self.tails.of(model.symbols().of(last), || {
            let (_, after) = model.read(&Context::UNKNOWN, last);
            Tail { after, stops: model.step(&after, Symbol::BOUNDARY).0 }
        })
    }

    fn opening(&mut self, line: &Line<'_>, model: &Model) -> u32 {
        let first = model.symbols().of(line.body).take(model.order());
        self.openings.of(first, || Opening::of(line.body, model))
    }

    /// How likely `opening` is after `tail`: the logarithm.
    fn likelihood(&mut self, tail: u32, opening: u32, model: &Model) -> f32 {
        let work_out = || self.openings.get(opening).likelihood(model, self.tails.get(tail).after);
        match self.likelihoods.get(&(tail, opening)) {
            Some(likelihood) => *likelihood,
            None if self.likelihoods.len() < Self::MOST_PAIRS => {
                let likelihood = work_out();
                self.likelihoods.insert((tail, opening), likelihood);
                likelihood
            }
            None => work_out(),
        }
    }
}

/// The lines of a page as the language model reads their ends.
pub(super) struct ReadEnds<'r> {
    read: &'r mut Read,
    /// By line, what it ends and begins with.
    lines: Vec<(u32, u32)>,
}

/// The first characters of a line.
pub(super) struct Opening {
    first: Vec<First>,
    /// How likely they are at the head of a paragraph: the logarithm.
    pub(super) beginning: f32,
    /// How likely they are after anything.
    pub(super) anywhere: f32,
}

/// One of the first characters of a line.
struct First {
    symbol: Symbol,
    /// After it, where nothing is known of what stands before the line.
    after: Context,
    /// How likely the characters behind it are then: the logarithm.
    behind: f32,
}

impl Opening {
    /// Of a line, as much as the model can tell from what stands before it.
    pub(super) fn of(line: &str, model: &Model) -> Self {
        let mut context = Context::UNKNOWN;
        let mut anywhere = 0.0;
        let mut first = Vec::with_capacity(model.order());
        for symbol in model.symbols().of(line).take(model.order()) {
            let (probability, next) = model.step(&context, symbol);
            anywhere += probability;
            // For the time being what stands up to it; then what is left of the whole.
            first.push(First { symbol, after: next, behind: anywhere });
            context = next;
        }
        for first in &mut first {
            first.behind = anywhere - first.behind;
        }
        let mut opening = Self { first, beginning: 0.0, anywhere };
        opening.beginning = opening.likelihood(model, model.beginning());
        opening
    }

    /// How likely they are after `context`: the logarithm. As soon as the model has forgotten the context, the
    /// rest is known.
    pub(super) fn likelihood(&self, model: &Model, mut context: Context) -> f32 {
        let mut sum = 0.0;
        for first in &self.first {
            let (probability, next) = model.step(&context, first.symbol);
            sum += probability;
            if next.is_like(&first.after) {
                return sum + first.behind;
            }
            context = next;
        }
        sum
    }
}

impl<'r> ReadEnds<'r> {
    /// Of `lines`; what is known of them already stands in `read`.
    pub(super) fn of(lines: &[Line<'_>], model: &Model, read: &'r mut Read) -> Self {
        let lines = lines.iter().map(|line| (read.tail(line, model), read.opening(line, model))).collect();
        Self { read, lines }
    }

    fn opening(&self, line: usize) -> &Opening {
        self.read.openings.get(self.lines[line].1)
    }

    /// How likely the first characters of line `head` are after the last of line `tail`: the logarithm.
    fn likelihood(&mut self, tail: usize, head: usize, model: &Model) -> f32 {
        self.read.likelihood(self.lines[tail].0, self.lines[head].1, model)
    }

    /// The line ends, each but the last.
    pub(super) fn seams(&mut self, model: &Model) -> Vec<Seam> {
        let ends = 0..self.lines.len().saturating_sub(1);
        let seam = |end: usize| {
            let after = self.likelihood(end, end + 1, model);
            let opening = self.opening(end + 1);
            let stops = self.read.tails.get(self.lines[end].0).stops;
            Seam { gain: after - opening.beginning, fits: after - opening.anywhere, stops }
        };
        ends.map(seam).collect()
    }

    fn gain(&mut self, tail: usize, head: usize, model: &Model) -> f32 {
        self.likelihood(tail, head, model) - self.opening(head).beginning
    }

    /// By line end, what else comes into question, among the open ends and the lines that hardly start a paragraph.
    pub(super) fn rivals(&mut self, lines: &[Line<'_>], seams: &[Seam], model: &Model) -> Vec<Rivals> {
        let is_open = |end: usize| !lines[end].is_closed && lines[end].has_han && seams[end].is_open();
        let tails: Vec<usize> = (0..seams.len()).filter(|&end| is_open(end)).collect();
        let may_go_on = |line: usize| {
            let opening = self.opening(line);
            opening.beginning - opening.anywhere < AFRESH
        };
        let heads: Vec<usize> = (0..lines.len())
            .filter(|&line| lines[line].has_han && !lines[line].is_indented)
            .filter(|&line| line == 0 || is_open(line - 1) || seams[line - 1].is_open() && may_go_on(line))
            .collect();
        let now = |head: usize| if head == 0 { -Rivals::MOST } else { seams[head - 1].gain };

        let mut rivals = vec![Rivals::NONE; seams.len()];
        for &tail in &tails {
            let from = heads.partition_point(|&head| head + REACH < tail);
            for &head in heads[from..].iter().take_while(|&&head| head <= tail + REACH) {
                if head == tail + 1 || head == tail {
                    continue;
                }
                let gain = self.gain(tail, head, model);
                let here = &mut rivals[tail];
                here.lead_of_head = here.lead_of_head.min(seams[tail].gain - gain);
                here.better_head = here.better_head.max((gain - seams[tail].gain).min(gain - now(head)));
                if let Some(before) = head.checked_sub(1) {
                    let there = &mut rivals[before];
                    there.lead_of_tail = there.lead_of_tail.min(seams[before].gain - gain);
                    there.better_tail = there.better_tail.max((gain - seams[before].gain).min(gain - seams[tail].gain));
                }
            }
        }
        for rivals in &mut rivals {
            *rivals = rivals.clamped();
        }
        rivals
    }
}

/// How much likelier, in nats, a line may be at the head of a paragraph than anywhere and still start in the middle of one.
/// Chosen by hand.
const AFRESH: f32 = 1.0;

/// How many lines either way rivals are looked for: a page or so. It keeps the time linear. Chosen by hand.
const REACH: usize = 160;
