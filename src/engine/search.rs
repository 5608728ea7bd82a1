use super::line::{Letter, Line};
use crate::knowledge::model::{Context, Model, Symbol};
use crate::knowledge::{Channel, Characters, Neighbours, Reading, Row};
use crate::text::is_han;

/// How many readings of what stands before a place are followed.
///
/// Chosen by hand.
const BEAM: usize = 24;

/// A reading that is so much worse than the best one, in nats, is followed no further.
const HOPELESS: f32 = 12.0;

/// What two letters and half the third must cost together, in nats, for the first to be suspicious.
///
/// On 215 pages that engines had read, 11 found 1,760 right changes, 14 1,746, 17 1,600 and 20 1,115; 11 takes twice the time
/// of 14.
const SUSPICIOUS: f32 = 14.0;

/// What two letters and a tenth of the third must cost together, less [`BY_ITSELF`] times what the second costs by itself, in
/// nats, for the first to be suspicious.
///
/// A logistic regression between places that the stage of characters proposed or corrected on 786 pages that engines had read
/// and places of 240 clean pages has these weights, rounded. With the threshold 2.5 the clean pages have 4.7 suspicious places
/// for 100 characters, with this test left out 10.9; of the changes applied on 215 other pages 1.5 loses one in 150 against no
/// test, 2.5 one in 60.
const BROKEN: f32 = 1.5;

/// How much of what a letter costs by itself it may cost after a letter that is not suspicious.
const BY_ITSELF: f32 = 1.5;

/// How much a change is favoured over what stands there, in nats: what is found is weighed again, by more than the two
/// probabilities.
///
/// On the same pages 0, 1 and 2 found 1,598, 1,729 and 1,825 right changes, and 538, 926 and 1,643 wrong ones.
const FAVOUR: f32 = 1.5;

/// What a letter costs at least, in nats, for the estimate whether a reading can still come out well.
///
/// Far below the mean, 3.3. On the pages above, 0.5 to 2 made no difference to the changes found, 3 lost one in a hundred and
/// 4 one in twenty.
const LEAST_COST: f32 = 2.5;

/// A reading may be so much worse by itself, in nats, than what stands there: another change beside it may need it.
///
/// On the pages above, 1 instead of 3 lost one right change in a hundred.
const ALONE: f32 = 2.0;

/// How many readings of one place are followed, the best by themselves.
///
/// Chosen by hand.
const CANDIDATES: usize = 16;

/// How many letters are searched at once: in a longer run of suspicious places the paths would take too much memory.
///
/// Chosen by hand.
const WINDOW: usize = 256;

/// Some letters of a line, and what may have stood there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The first letter.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
    /// What may have stood there.
    pub instead: String,
}

/// Finds the likeliest reading of lines.
#[derive(Debug, Clone, Copy)]
pub struct Search<'k> {
    /// How likely a reading is as text.
    pub model: &'k Model,
    /// What attracts one another, as that model knows it.
    pub neighbours: &'k Neighbours,
    /// How likely an engine would have read it as it did.
    pub channel: &'k Channel,
}

/// What may stand in the place of some letters.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// How many letters it takes the place of.
    pub width: usize,
    /// What may have stood there.
    pub truth: Characters,
    /// The logarithm of how likely the letters are read in its place.
    pub log_probability: f32,
    /// How much likelier the text is with it, in nats, the channel and the favour for changes included, when nothing else changes.
    pub gain: f32,
}

#[derive(Clone, Copy)]
struct Hypothesis {
    score: f32,
    context: Context,
    /// The last change, as a place in the list of all; 0 is none.
    change: usize,
}

struct Node {
    before: usize,
    start: usize,
    end: usize,
    instead: Characters,
}

impl Search<'_> {
    /// What the likeliest reading of `line` changes, from left to right; what stands side by side is one change.
    pub fn changes(&self, line: &Line) -> Vec<Change> {
        let letters = line.letters();
        let reach = self.model.order() - 1;
        let mut changes = Vec::new();
        let mut open: Vec<Vec<Candidate>> = Vec::new();
        let mut start = 0;
        for at in 0..=letters.len() {
            let is_free = at < letters.len() && changes.last().is_none_or(|last: &Change| last.end <= at);
            let candidates = if is_free { self.candidates_at(line, at) } else { Vec::new() };
            if !candidates.is_empty() {
                if open.is_empty() {
                    start = at;
                }
                open.resize(at - start, Vec::new());
                open.push(candidates);
            }
            let is_past = at == letters.len() || at >= start + open.len() + reach || open.len() >= WINDOW;
            if !open.is_empty() && is_past {
                self.search(line, &open, start, &mut changes);
                open.clear();
            }
        }
        join(line, changes)
    }

    /// Whether the letter `at` and the next cost much, and the next one more than it would by itself: after a misread
    /// character the model knows nothing of what comes.
    fn is_suspicious(&self, line: &Line, at: usize) -> bool {
        let letters = line.letters();
        let [here, next, third] = [0, 1, 2].map(|ahead| line.cost(at + ahead, at + ahead + 1));
        let alone = || letters.get(at + 1).map_or(0.0, |letter| -self.model.alone(letter.symbol));
        letters[at].is_han
            && here + next + third / 2.0 > SUSPICIOUS
            && here + next + third / 10.0 - BY_ITSELF * alone() > BROKEN
    }

    /// What may stand in the place of the letter `at`, or of that and the next; nothing where it is not suspicious.
    fn candidates_at(&self, line: &Line, at: usize) -> Vec<Candidate> {
        if !self.is_suspicious(line, at) {
            return Vec::new();
        }
        let mut candidates = self.candidates(line, at, 1);
        candidates.extend(self.candidates(line, at, 2));
        candidates
    }

    /// What may stand in the place of the `width` letters from `at` on, the best first.
    pub fn candidates(&self, line: &Line, at: usize, width: usize) -> Vec<Candidate> {
        let letters = line.letters();
        let Some(observed) = observed(&letters[at..], width) else { return Vec::new() };
        let end = (at + width + self.model.order() - 1).min(letters.len());
        let right: f64 = letters[at..at + width].iter().map(|letter| self.channel.log_right(letter.c)).sum();
        let stands = line.cost(at, end) - right as f32 + FAVOUR;
        let place = Place::new(self.neighbours, letters, at, width);
        let mut candidates: Vec<Candidate> = Vec::new();
        for &Reading { truth, log_probability, ends } in self.channel.readings(observed) {
            let mut gain = stands + log_probability;
            let mut left = truth.len() + end - at - width;
            let hopeless = |gain: f32, left: usize| gain - left as f32 * LEAST_COST < -ALONE;
            if hopeless(gain, left) || !place.attracts(ends) || !truth.iter().all(is_han) {
                continue;
            }
            let new = truth.iter().map(|c| self.model.symbols().symbol(c));
            let mut context = *line.before(at);
            for symbol in new.chain(letters[at + width..end].iter().map(|letter| letter.symbol)) {
                let (probability, next) = self.model.step(&context, symbol);
                (gain, left, context) = (gain + probability, left - 1, next);
                if hopeless(gain, left) {
                    break;
                }
            }
            if !hopeless(gain, left) {
                candidates.push(Candidate { width, truth, log_probability, gain });
            }
        }
        candidates.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.truth.cmp(&b.truth)));
        candidates.truncate(CANDIDATES);
        candidates
    }

    /// The best path through the letters from `start` on, with what may stand in their places, until the model has forgotten
    /// them.
    fn search(&self, line: &Line, open: &[Vec<Candidate>], start: usize, changes: &mut Vec<Change>) {
        let letters = line.letters();
        let end = (start + open.len() + self.model.order() - 1).min(letters.len());
        let mut nodes = vec![Node { before: 0, start: 0, end: 0, instead: Characters::NONE }];
        let mut levels: Vec<Vec<Hypothesis>> = vec![Vec::new(); end - start + 1];
        levels[0].push(Hypothesis { score: 0.0, context: *line.before(start), change: 0 });
        for at in start..end {
            let mut hypotheses = std::mem::take(&mut levels[at - start]);
            narrow(&mut hypotheses);
            let letter = letters[at];
            let candidates = open.get(at - start).map_or(&[][..], Vec::as_slice);
            let right = if candidates.is_empty() { 0.0 } else { self.channel.log_right(letter.c) as f32 };
            for hypothesis in hypotheses {
                let (probability, context) = self.model.step(&hypothesis.context, letter.symbol);
                let score = hypothesis.score + probability + right;
                levels[at + 1 - start].push(Hypothesis { score, context, ..hypothesis });
                for candidate in candidates.iter().filter(|candidate| at + candidate.width <= end) {
                    let mut score = hypothesis.score + candidate.log_probability + FAVOUR;
                    let mut context = hypothesis.context;
                    for c in candidate.truth.iter() {
                        let (probability, next) = self.model.step(&context, self.model.symbols().symbol(c));
                        (score, context) = (score + probability, next);
                    }
                    let level = &mut levels[at + candidate.width - start];
                    if level.first().is_none_or(|first| score >= first.score - HOPELESS) {
                        let end = at + candidate.width;
                        nodes.push(Node { before: hypothesis.change, start: at, end, instead: candidate.truth });
                        level.push(Hypothesis { score, context, change: nodes.len() - 1 });
                    }
                }
            }
        }
        let best = levels[end - start].iter().max_by(|a, b| a.score.total_cmp(&b.score).then(b.change.cmp(&a.change)));
        let first = changes.len();
        let mut node = best.map_or(0, |best| best.change);
        while node != 0 {
            let Node { before, start, end, instead } = nodes[node];
            changes.push(Change { start, end, instead: instead.iter().collect() });
            node = before;
        }
        changes[first..].reverse();
    }
}

/// What the letters on either side of a place attract there.
struct Place<'n>([Option<Row<'n>>; 2]);

impl<'n> Place<'n> {
    fn new(neighbours: &'n Neighbours, letters: &[Letter], at: usize, width: usize) -> Self {
        let before = at.checked_sub(1).map(|at| neighbours.after(letters[at].symbol));
        let behind = letters.get(at + width).map(|letter| neighbours.before(letter.symbol));
        Self([before, behind])
    }

    /// Whether the first or the last character of a reading may be attracted by what stands beside it. Most readings that were
    /// never there are not.
    #[inline]
    fn attracts(&self, ends: [Symbol; 2]) -> bool {
        self.0.iter().zip(ends).any(|(side, end)| side.is_some_and(|row| row.may_hold(end)))
    }
}

/// The first `width` of `letters` as an engine gave them, if they are Chinese characters side by side.
fn observed(letters: &[Letter], width: usize) -> Option<Characters> {
    let letters = letters.get(..width).filter(|letters| letters.iter().all(|letter| letter.is_han))?;
    match *letters {
        [one] => Some(Characters::from(one.c)),
        [one, two] if one.span().end() == two.start => Some(Characters::two(one.c, two.c)),
        _ => None,
    }
}

/// Keeps the best, one of those that the model cannot tell apart any more.
fn narrow(hypotheses: &mut Vec<Hypothesis>) {
    hypotheses.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.change.cmp(&b.change)));
    let mut kept: Vec<Hypothesis> = Vec::with_capacity(BEAM);
    for hypothesis in hypotheses.iter() {
        let hopeless = kept.first().is_some_and(|first| hypothesis.score < first.score - HOPELESS);
        if kept.len() == BEAM || hopeless {
            break;
        }
        if !kept.iter().any(|other| other.context.is_like(&hypothesis.context)) {
            kept.push(*hypothesis);
        }
    }
    *hypotheses = kept;
}

/// Changes side by side as one, where no blank stands between them.
fn join(line: &Line, changes: Vec<Change>) -> Vec<Change> {
    let letters = line.letters();
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        let here = letters[change.start].start;
        match joined.last_mut().filter(|last| last.end == change.start && letters[last.end - 1].span().end() == here) {
            Some(last) => {
                last.end = change.end;
                last.instead += &change.instead;
            }
            None => joined.push(change),
        }
    }
    joined
}
