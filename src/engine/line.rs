use crate::knowledge::model::{Context, Model, Symbol, is_seen};
use crate::text::{Span, is_han};

/// A character of a line that the language model sees, and what it thinks of it.
#[derive(Debug, Clone, Copy)]
pub struct Letter {
    /// The character.
    pub c: char,
    /// Where it stands in the text, in bytes.
    pub start: usize,
    /// As the model counts it.
    pub symbol: Symbol,
    /// Minus the logarithm of its probability after what stands before it.
    pub cost: f32,
    /// Whether it is a Chinese character.
    pub is_han: bool,
}

impl Letter {
    /// Where it stands.
    pub fn span(self) -> Span {
        Span::new(self.start, self.start + self.c.len_utf8())
    }
}

/// A line as the language model reads it: without blanks, and with nothing known of what stands before it, since a line end
/// may be a leftover.
#[derive(Debug, Clone)]
pub struct Line {
    letters: Vec<Letter>,
    /// What is known before each letter, and after the last.
    contexts: Vec<Context>,
}

impl Line {
    /// Reads `characters`, each with the place where it stands in the text.
    pub fn read(model: &Model, characters: impl Iterator<Item = (usize, char)>) -> Self {
        let letter = |(start, c)| Letter { c, start, symbol: model.symbols().symbol(c), cost: 0.0, is_han: is_han(c) };
        let mut letters: Vec<Letter> = characters.filter(|&(_, c)| is_seen(c)).map(letter).collect();
        let symbols: Vec<Symbol> = letters.iter().map(|letter| letter.symbol).collect();
        let mut contexts = Vec::with_capacity(letters.len() + 1);
        contexts.push(Context::UNKNOWN);
        for (letter, (probability, context)) in letters.iter_mut().zip(model.read_each(&Context::UNKNOWN, &symbols)) {
            letter.cost = -probability;
            contexts.push(context);
        }
        Self { letters, contexts }
    }

    /// Its letters.
    pub fn letters(&self) -> &[Letter] {
        &self.letters
    }

    /// What is known before the letter `at`.
    pub fn before(&self, at: usize) -> &Context {
        &self.contexts[at]
    }

    /// What the letters from `start` up to `end` cost: 0 beyond the line's end.
    pub fn cost(&self, start: usize, end: usize) -> f32 {
        let end = end.min(self.letters.len());
        self.letters[start.min(end)..end].iter().map(|letter| letter.cost).sum()
    }

    /// What the line costs from `start` until the model has forgotten the letters before `end`, with `instead` in the place
    /// of those.
    pub fn cost_with(&self, model: &Model, start: usize, end: usize, instead: impl Iterator<Item = char>) -> f32 {
        let mut context = self.contexts[start];
        let mut cost = 0.0;
        let after = self.letters[end..].iter().take(model.order() - 1).map(|letter| letter.symbol);
        for symbol in instead.map(|c| model.symbols().symbol(c)).chain(after) {
            let (probability, next) = model.step(&context, symbol);
            cost -= probability;
            context = next;
        }
        cost
    }

    /// How much more the line costs with other letters at two places, `first` and `last` after it, than as it was read.
    ///
    /// What stands between them is read only until the model has forgotten the first.
    pub fn excess_with(
        &self,
        model: &Model,
        (first, instead_of_first): (usize, char),
        (last, instead_of_last): (usize, char),
    ) -> f32 {
        let mut context = self.contexts[first];
        let step = |at: usize, c: char, context: &mut Context| {
            let (probability, next) = model.step(context, model.symbols().symbol(c));
            *context = next;
            -probability - self.letters[at].cost
        };
        let mut excess = step(first, instead_of_first, &mut context);
        for at in first + 1..last {
            if context.is_like(&self.contexts[at]) {
                context = self.contexts[last];
                break;
            }
            excess += step(at, self.letters[at].c, &mut context);
        }
        excess += step(last, instead_of_last, &mut context);
        let after = last + 1..(last + model.order()).min(self.letters.len());
        excess + after.map(|at| step(at, self.letters[at].c, &mut context)).sum::<f32>()
    }
}
