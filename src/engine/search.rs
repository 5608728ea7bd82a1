use std::ops::Range;

use super::line::{Letter, Line};
use crate::knowledge::model::{Context, Model, Script, Symbol};
use crate::knowledge::{Attraction, Channel, Characters, Neighbours, Reading, Row};
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

/// What they must cost together for the first to be doubtful: cheap enough that it is seldom wrong, and dear enough for a look at
/// the likeliest readings.
///
/// With such places 5 characters more of 453 were put right on `RapidOCR`'s pages of heavy damage, and 1 of 92 on those of medium
/// damage, each level a batch; on Tesseract's 3 of 6,030; none was spoilt. 8 and 4 gave the same as 11.
const DOUBTFUL: f32 = 11.0;

/// How many readings of a doubtful place are tried, and by how much the text must be likelier with one alone, in nats, the channel
/// included. With 8 and 0 it is 3 characters more of the same 6,589. Chosen by hand.
const LIKELIEST: usize = 4;
const LIKELIER: f32 = 1.0;

/// What two letters and a tenth of the third must cost together, less [`BY_ITSELF`] times what the second costs by itself, in
/// nats, for the first to be broken, on a page where a share of [`DEAR_SHARE`] of the places is dear. At a place that is
/// suspicious and not broken, only readings are tried that attract a neighbour strongly.
///
/// A logistic regression between places that the stage of characters proposed or corrected on 786 pages that engines had read
/// and places of 240 clean pages has these weights, rounded.
const BROKEN: f32 = 2.5;

/// By how much that rises when the share of dear places falls by a factor of e. Chosen by hand.
const SHIFT: f32 = 1.5;

/// The bounds of that: chosen by hand.
const LEAST_BROKEN: f32 = 1.5;
const MOST_BROKEN: f32 = 6.0;

/// What two letters and half the third must cost together, in nats, to be dear.
const DEAR: f32 = 18.0;

/// The share of dear places on pages of medium damage that Tesseract read: the median of 157 pages. On clean pages it is 0.020,
/// on pages of light damage 0.044, of heavy damage 0.183.
const DEAR_SHARE: f32 = 0.08;

/// A page's share is taken as if so many letters more had that share: a line or two say little. Chosen by hand.
const UNSEEN: f32 = 100.0;

/// How much of what a letter costs by itself it may cost after a letter that is not broken.
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

/// What lines are counted for before they are searched: by how badly a page was read it depends which places are broken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Census {
    script: Script,
    /// How many places are dear.
    dear: usize,
}

impl Census {
    /// What was counted of two texts, as of one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { script: self.script.and(other.script), dear: self.dear + other.dear }
    }

    /// How many Chinese characters there are.
    pub fn han(&self) -> usize {
        self.script.all
    }

    /// From what on places of a page that is counted so are broken: the more of its letters are dear, the more were misread, and the
    /// likelier it is that a place that looks less broken was misread as well.
    fn broken(&self) -> f32 {
        let share = (self.dear as f32 + DEAR_SHARE * UNSEEN) / (self.han() as f32 + UNSEEN);
        (BROKEN - SHIFT * (share / DEAR_SHARE).ln()).clamp(LEAST_BROKEN, MOST_BROKEN)
    }
}

/// What was found in a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// What its likeliest reading changes, from left to right.
    pub changes: Vec<Change>,
    /// From what on places may be broken on a page on which the same is found; `None` where it must be a page whose script the model
    /// does not know.
    pages: Option<Range<f32>>,
}

impl Findings {
    /// Whether the line has the same on a page that is counted as `page`.
    pub fn hold_on(&self, page: &Census) -> bool {
        match &self.pages {
            Some(pages) => page.script.is_known() && pages.contains(&page.broken()),
            None => !page.script.is_known(),
        }
    }
}

/// From what on places are broken, and how far that may move before one that was asked about is judged otherwise.
struct Suspicion {
    broken: f32,
    alike: Range<f32>,
}

impl Suspicion {
    fn of(page: &Census) -> Self {
        Self { broken: page.broken(), alike: f32::NEG_INFINITY..f32::INFINITY }
    }

    /// Whether a place that is broken by so much counts as broken.
    fn is_raised_by(&mut self, brokenness: f32) -> bool {
        let is_broken = brokenness > self.broken;
        if is_broken {
            self.alike.end = self.alike.end.min(brokenness);
        } else {
            self.alike.start = self.alike.start.max(brokenness);
        }
        is_broken
    }
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
    /// What the likeliest reading of each of `lines`, all of one page, changes, from left to right; what stands side by side is
    /// one change. Nothing is changed in a script that the model does not know: on a page of it, or in a line that a page quotes.
    pub fn changes(&self, lines: &[Line]) -> Vec<Vec<Change>> {
        let counted: Vec<Census> = lines.iter().map(|line| self.census(line)).collect();
        let page = counted.iter().copied().fold(Census::default(), Census::and);
        lines.iter().zip(&counted).map(|(line, own)| self.findings(line, own, &page).changes).collect()
    }

    /// What is counted of a line before the lines of its page are searched.
    pub fn census(&self, line: &Line) -> Census {
        let letters = line.letters();
        let script = self.model.script(letters.iter().map(|letter| letter.c));
        Census { script, dear: (0..letters.len()).filter(|&at| dearness(line, at) > DEAR).count() }
    }

    /// What the likeliest reading of a line changes that is counted as `own`, on a page that is counted as `page`.
    pub fn findings(&self, line: &Line, own: &Census, page: &Census) -> Findings {
        let mut findings = Findings { changes: Vec::new(), pages: None };
        if page.script.is_known() {
            let mut suspicion = Suspicion::of(page);
            if own.script.is_known() {
                findings.changes = self.changes_of(line, &mut suspicion);
            }
            findings.pages = Some(suspicion.alike);
        }
        findings
    }

    /// The changes of one line, where `suspicion` says which places are broken.
    fn changes_of(&self, line: &Line, suspicion: &mut Suspicion) -> Vec<Change> {
        let letters = line.letters();
        let reach = self.model.order() - 1;
        let mut changes = Vec::new();
        let mut open: Vec<Vec<Candidate>> = Vec::new();
        let mut start = 0;
        for at in 0..=letters.len() {
            let is_free = at < letters.len() && changes.last().is_none_or(|last: &Change| last.end <= at);
            let candidates = if is_free { self.candidates_at(line, at, suspicion) } else { Vec::new() };
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

    /// How much dearer the letter `at` and the next are than the next is by itself: after a misread character the model knows
    /// nothing of what comes.
    fn brokenness(&self, line: &Line, at: usize) -> f32 {
        let [here, next, third] = costs(line, at);
        let alone = line.letters().get(at + 1).map_or(0.0, |letter| -self.model.alone(letter.symbol));
        here + next + third / 10.0 - BY_ITSELF * alone
    }

    /// What may stand in the place of the letter `at`, or of that and the next; nothing where it is neither suspicious nor doubtful.
    fn candidates_at(&self, line: &Line, at: usize, suspicion: &mut Suspicion) -> Vec<Candidate> {
        let dearness = dearness(line, at);
        if dearness <= DOUBTFUL {
            return Vec::new();
        }
        if dearness <= SUSPICIOUS {
            let mut candidates = self.likeliest_candidates(line, at, 1, Attraction::Strong, LIKELIEST);
            candidates.retain(|candidate| candidate.gain >= FAVOUR + LIKELIER);
            return candidates;
        }
        let is_broken = suspicion.is_raised_by(self.brokenness(line, at));
        let attraction = if is_broken { Attraction::Any } else { Attraction::Strong };
        let mut candidates = self.candidates(line, at, 1, attraction);
        candidates.extend(self.candidates(line, at, 2, attraction));
        candidates
    }

    /// What may stand in the place of the `width` letters from `at` on and attracts a neighbour as much as `attraction` says,
    /// the best first.
    pub fn candidates(&self, line: &Line, at: usize, width: usize, attraction: Attraction) -> Vec<Candidate> {
        self.likeliest_candidates(line, at, width, attraction, usize::MAX)
    }

    /// Like [`Search::candidates`], among the first `most` of the channel's readings alone.
    fn likeliest_candidates(
        &self,
        line: &Line,
        at: usize,
        width: usize,
        attraction: Attraction,
        most: usize,
    ) -> Vec<Candidate> {
        let letters = line.letters();
        let Some(observed) = observed(&letters[at..], width) else { return Vec::new() };
        let end = (at + width + self.model.order() - 1).min(letters.len());
        let right: f64 = letters[at..at + width].iter().map(|letter| self.channel.log_right(letter.c)).sum();
        let stands = line.cost(at, end) - right as f32 + FAVOUR;
        let place = Place::new(self.neighbours, attraction, letters, at, width);
        let hopeless = |gain: f32, left: usize| gain - left as f32 * LEAST_COST < -ALONE;
        let mut candidates: Vec<Candidate> = Vec::new();
        for &Reading { truth, log_probability, ends } in self.channel.readings(observed).iter().take(most) {
            let mut gain = stands + log_probability;
            if hopeless(gain, 1 + end - at - width)
                || !place.attracts(ends)
                || truth.is_empty()
                || !truth.iter().all(is_han)
            {
                continue;
            }
            let mut left = truth.len() + end - at - width;
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

/// What the letters on either side of a place attract there, and how much.
struct Place<'n> {
    after_left: Row<'n>,
    before_right: Row<'n>,
}

impl<'n> Place<'n> {
    fn new(neighbours: &'n Neighbours, attraction: Attraction, letters: &[Letter], at: usize, width: usize) -> Self {
        let left = at.checked_sub(1).map(|at| neighbours.after(letters[at].symbol, attraction));
        let right = letters.get(at + width).map(|letter| neighbours.before(letter.symbol, attraction));
        Self { after_left: left.unwrap_or_default(), before_right: right.unwrap_or_default() }
    }

    /// Whether the first or the last character of a reading may be attracted by what stands beside it. Most readings that were
    /// never there are not.
    #[inline]
    fn attracts(&self, [first, last]: [Symbol; 2]) -> bool {
        self.after_left.may_hold(first) || self.before_right.may_hold(last)
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

/// What the letter `at` and the two behind it cost.
fn costs(line: &Line, at: usize) -> [f32; 3] {
    let cost = |at: usize| line.letters().get(at).map_or(0.0, |letter| letter.cost);
    [cost(at), cost(at + 1), cost(at + 2)]
}

/// How dear the letters from `at` on are, if the first is a Chinese character.
fn dearness(line: &Line, at: usize) -> f32 {
    let [here, next, third] = costs(line, at);
    if line.letters()[at].is_han { here + next + third / 2.0 } else { 0.0 }
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
