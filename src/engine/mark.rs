use super::{Letter, Line};
use crate::knowledge::Lexicon;
use crate::knowledge::model::{Context, Model, Symbol};
use crate::text::{Kind, Span, kind};

/// What is meant in running text; quotation marks, brackets and dashes come in pairs and are no matter of one place.
pub(crate) const MEANT: &[char] = &['，', '。', '、', '：', '；', '？', '！', '·'];

/// What text has beside what is [`MEANT`].
pub(crate) const PAIRED: &[char] = &['“', '”', '‘', '’', '《', '》', '（', '）', '—', '…'];

/// What ends a sentence.
const STOPS: &[char] = &['。', '？', '！'];

/// A mark in its line, and what the line costs with another in its place.
#[derive(Clone, Copy)]
pub(crate) struct Mark<'l> {
    pub(crate) line: &'l Line,
    pub(crate) at: usize,
    pub(crate) model: &'l Model,
}

/// What a mark costs, and what the letters after it then cost, in nats.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) own: f32,
    pub(crate) rest: f32,
}

impl Cost {
    pub(crate) fn whole(self) -> f32 {
        self.own + self.rest
    }
}

impl Mark<'_> {
    /// What the mark costs, and the letters after it up to where the model has forgotten it. Where the line ends before
    /// that, the text may end too.
    pub(crate) fn as_read(&self) -> Cost {
        let rest = self.at + 1..self.at + self.reach();
        let letters = self.line.letters();
        let ends = if rest.end > letters.len() { self.end(self.line.before(letters.len())) } else { 0.0 };
        Cost { own: letters[self.at].cost, rest: self.line.cost(rest.start, rest.end) + ends }
    }

    /// What the text costs with `instead`, or with nothing, in the mark's place; `None` if that is more than `most`.
    pub(crate) fn cost(&self, instead: Option<char>, most: f32) -> Option<Cost> {
        let mut context = *self.line.before(self.at);
        let mut cost = Cost { own: 0.0, rest: 0.0 };
        if let Some(c) = instead {
            let (probability, next) = self.model.step(&context, self.model.symbols().symbol(c));
            (cost.own, context) = (-probability, next);
        }
        let rest = self.line.letters()[self.at + 1..].iter().map(|letter| letter.symbol).chain([Symbol::BOUNDARY]);
        for symbol in rest.take(self.reach() - 1) {
            if cost.whole() > most {
                return None;
            }
            let (probability, next) = self.model.step(&context, symbol);
            (cost.rest, context) = (cost.rest - probability, next);
        }
        Some(cost)
    }

    /// How many letters from the mark on know of it.
    fn reach(&self) -> usize {
        self.model.order()
    }

    /// What it costs that the text ends after `context`.
    fn end(&self, context: &Context) -> f32 {
        -self.model.step(context, Symbol::BOUNDARY).0
    }

    /// How many marks of the same kind stand nearby, as in a list.
    pub(crate) fn again_near(&self) -> f32 {
        const NEAR: usize = 8;
        let letters = self.line.letters();
        let near = &letters[self.at.saturating_sub(NEAR)..(self.at + NEAR + 1).min(letters.len())];
        (near.iter().filter(|letter| letter.c == letters[self.at].c).count() - 1) as f32
    }

    /// Whether another mark of the same kind stands in the same sentence, as between the clauses of a list.
    pub(crate) fn is_again_in_sentence(&self) -> bool {
        let letters = self.line.letters();
        let is_inside = |letter: &&Letter| !STOPS.contains(&letter.c);
        let before = letters[..self.at].iter().rev().take_while(is_inside);
        let after = letters[self.at + 1..].iter().take_while(is_inside);
        before.chain(after).any(|letter| letter.c == letters[self.at].c)
    }

    /// The longest word that stands across the mark when that is taken out, in characters.
    pub(crate) fn word_across(&self, lexicon: &Lexicon) -> f32 {
        const SIDE: usize = 4;
        let letters = self.line.letters();
        let (left, right) = (&letters[self.at.saturating_sub(SIDE)..self.at], &letters[self.at + 1..]);
        let mut text: String = left.iter().map(|letter| letter.c).collect();
        let seam = text.len();
        text.extend(right.iter().take(SIDE).map(|letter| letter.c));
        let words = lexicon.covering(&text, Span::new(seam, seam));
        words.map(|(span, _)| span.of(&text).chars().count()).max().unwrap_or_default() as f32
    }

    /// What stands before it: 0 nothing, 1 a Chinese character, 2 a digit, 3 a letter, 4 a mark.
    pub(crate) fn left(&self) -> f32 {
        self.at.checked_sub(1).map_or(0.0, |at| class(self.line.letters()[at].c))
    }

    /// What stands after it, told as [`Mark::left`] does.
    pub(crate) fn right(&self) -> f32 {
        self.line.letters().get(self.at + 1).map_or(0.0, |letter| class(letter.c))
    }
}

fn class(c: char) -> f32 {
    match kind(c) {
        Kind::Han => 1.0,
        Kind::Digit => 2.0,
        Kind::Letter => 3.0,
        Kind::Mark | Kind::Blank | Kind::LineEnd => 4.0,
    }
}

/// How far the places of a line, its end included, are from marks before and after.
pub(crate) struct Around {
    since: Vec<usize>,
    until: Vec<usize>,
    since_stop: Vec<usize>,
    /// 1 if the line has an odd number of quotation marks.
    pub(crate) odd_quotes: f32,
}

impl Around {
    pub(crate) fn of(line: &Line) -> Self {
        let marks = || line.letters().iter().map(|letter| kind(letter.c) == Kind::Mark);
        let mut until = far(marks().rev());
        until.reverse();
        let quotes = line.letters().iter().filter(|letter| matches!(letter.c, '“' | '”' | '"')).count();
        Self {
            since: far(marks()),
            until,
            since_stop: far(line.letters().iter().map(|letter| STOPS.contains(&letter.c))),
            odd_quotes: (quotes % 2) as f32,
        }
    }

    /// How many letters stand between the letter `at` and the mark before, at most 40.
    pub(crate) fn since(&self, at: usize) -> f32 {
        self.since[at].min(40) as f32
    }

    /// How many between it and the mark after, at most 40.
    pub(crate) fn until(&self, at: usize) -> f32 {
        self.until[at + 1].min(40) as f32
    }

    /// How many between it and the last full stop or the start of the line, at most 80.
    pub(crate) fn since_stop(&self, at: usize) -> f32 {
        self.since_stop[at].min(80) as f32
    }
}

/// How many letters lie between each place and the last before it where something `ends`.
fn far(ends: impl Iterator<Item = bool>) -> Vec<usize> {
    let counts = ends.scan(0, |count, ends| {
        *count = if ends { 0 } else { *count + 1 };
        Some(*count)
    });
    std::iter::once(0).chain(counts).collect()
}

/// 1 if `c` is a blank.
pub(crate) fn is_blank(c: Option<char>) -> f32 {
    f32::from(u8::from(c.is_some_and(|c| kind(c) == Kind::Blank)))
}

/// The place of `c` in `list`, from 1 on.
pub(crate) fn place_in(list: &[char], c: char) -> Option<usize> {
    list.iter().position(|known| *known == c).map(|at| at + 1)
}
