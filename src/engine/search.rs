use super::line::Line;
use crate::knowledge::model::{Context, Model};
use crate::knowledge::{Channel, Characters};
use crate::text::is_han;

/// How many readings of what stands before a place are followed.
///
/// Chosen by hand.
const BEAM: usize = 24;

/// A reading that is so much worse than the best one, in nats, is followed no further.
const HOPELESS: f32 = 12.0;

/// What two letters and half the third must cost together, in nats, for the first to be suspicious.
///
/// On 215 pages that engines had read, 8 and 6 found two more right changes among 1,598, and one in twenty-five more wrong ones.
const SUSPICIOUS: f32 = 11.0;

/// How much a change is favoured over what stands there, in nats: what is found is weighed again, by more than the two
/// probabilities.
///
/// On the same pages 0, 1 and 2 found 1,598, 1,729 and 1,825 right changes, and 538, 926 and 1,643 wrong ones.
const FAVOUR: f32 = 1.5;

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
    /// How likely an engine would have read it as it did.
    pub channel: &'k Channel,
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
        let open: Vec<bool> = (0..letters.len()).map(|at| is_suspicious(line, at)).collect();
        let reach = self.model.order() - 1;
        let mut changes = Vec::new();
        let mut at = 0;
        while let Some(start) = (at..letters.len()).find(|&at| open[at]) {
            let mut end = start + 1;
            while let Some(next) = (end..letters.len().min(end + reach)).find(|&at| open[at]) {
                end = next + 1;
            }
            self.search(line, &open, start, (end + reach).min(letters.len()), &mut changes);
            at = end;
        }
        join(changes)
    }

    /// The best path through the letters from `start` up to `end`.
    fn search(&self, line: &Line, open: &[bool], start: usize, end: usize, changes: &mut Vec<Change>) {
        let letters = line.letters();
        let mut nodes = vec![Node { before: 0, start: 0, end: 0, instead: Characters::NONE }];
        let mut levels: Vec<Vec<Hypothesis>> = vec![Vec::new(); end - start + 1];
        levels[0].push(Hypothesis { score: 0.0, context: *line.before(start), change: 0 });
        for at in start..end {
            let mut hypotheses = std::mem::take(&mut levels[at - start]);
            narrow(&mut hypotheses);
            let letter = letters[at];
            let right = if open[at] { self.channel.log_right(letter.c) as f32 } else { 0.0 };
            for hypothesis in hypotheses {
                let (probability, context) = self.model.step(&hypothesis.context, letter.symbol);
                let score = hypothesis.score + probability + right;
                levels[at + 1 - start].push(Hypothesis { score, context, ..hypothesis });
                if !open[at] {
                    continue;
                }
                let two =
                    letters.get(at + 1).filter(|next| next.is_han && at + 1 < end && next.start == letter.span().end());
                let observed = [Some(Characters::from(letter.c)), two.map(|next| Characters::two(letter.c, next.c))];
                for (observed, width) in observed.into_iter().zip([1, 2]) {
                    let Some(observed) = observed else { continue };
                    for reading in self.channel.readings(observed) {
                        if reading.truth.is_empty() || !reading.truth.iter().all(is_han) {
                            continue;
                        }
                        let (mut score, mut context) =
                            (hypothesis.score + reading.log_probability + FAVOUR, hypothesis.context);
                        for c in reading.truth.iter() {
                            let (probability, next) = self.model.step(&context, self.model.symbols().symbol(c));
                            (score, context) = (score + probability, next);
                        }
                        let level = &mut levels[at + width - start];
                        let hopeless = level.first().is_some_and(|first| score < first.score - HOPELESS);
                        if !hopeless {
                            nodes.push(Node {
                                before: hypothesis.change,
                                start: at,
                                end: at + width,
                                instead: reading.truth,
                            });
                            level.push(Hypothesis { score, context, change: nodes.len() - 1 });
                        }
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

fn is_suspicious(line: &Line, at: usize) -> bool {
    let letters = line.letters();
    letters[at].is_han && line.cost(at, at + 2) + line.cost(at + 2, at + 3) / 2.0 > SUSPICIOUS
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

/// Changes side by side as one.
fn join(changes: Vec<Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        match joined.last_mut().filter(|last| last.end == change.start) {
            Some(last) => {
                last.end = change.end;
                last.instead += &change.instead;
            }
            None => joined.push(change),
        }
    }
    joined
}
