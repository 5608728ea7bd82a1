//! How likely an engine reads one thing where another stands: counts where there are enough, and where there are not,
//! what the shapes of the characters lead one to expect.
//!
//! For a true character t and a wrong reading o
//!
//! ```text
//! P(o | t) = P(error | t) · P(o | t, error)
//! P(error | t) = (errors of t + strength of the mean · mean rate) / (times t was rendered + strength of the mean)
//! P(o | t, error) = (count of o for t + strength of the prior · Q(o | t)) / (errors of t + strength of the prior)
//! Q(o | t) = shape · S(o | t) + reverse · R(o | t) + base · U(o)
//! ```
//!
//! The second line is a Dirichlet prior: the fewer errors of t were counted, the more Q decides. S is what the shapes
//! lead one to expect ([`Shapes::log_misread`]); R is what t was read for; U how often o is a wrong reading at all.
//! Splits, merges, losses and additions have counts and no shapes. The constants are fitted by likelihood on confusions
//! that were held out (`dictionaries/channel.txt`).

use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap;

use super::model::{Symbol, Symbols};
use super::{Characters, Confusions, Model, Parts, Readings, Shapes};
use crate::{Error, Result};

/// The first line of a file of constants.
pub(crate) const LINE: &str = "# kanwu channel 2";

/// How many readings of one observed character are kept, the likeliest; its look-alikes come on top. Chosen by hand:
/// what deeper lists would reach stands in `dictionaries/README.md`.
const MOST: usize = 256;

/// The constants of the channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// How many counted errors the prior is worth.
    pub prior: f64,
    /// The share of shapes in the prior.
    pub shape: f64,
    /// The share of the reverse confusions in the prior.
    pub reverse: f64,
    /// The share of the readings that are frequent errors of any character.
    pub base: f64,
    /// How many renderings the mean rate of errors is worth.
    pub mean: f64,
}

impl Parameters {
    /// Those that are part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Parameters> = LazyLock::new(|| {
            let text = include_str!("../../dictionaries/channel.txt");
            Parameters::parse(text, Path::new("dictionaries/channel.txt")).expect("the tests read these constants")
        });
        &EMBEDDED
    }

    /// The name of each constant, and the constant.
    pub fn named(&mut self) -> [(&'static str, &mut f64); 5] {
        [
            ("prior", &mut self.prior),
            ("shape", &mut self.shape),
            ("reverse", &mut self.reverse),
            ("base", &mut self.base),
            ("mean", &mut self.mean),
        ]
    }

    /// The constants in `text`, a name and a number a line; `path` is where it comes from.
    ///
    /// # Errors
    ///
    /// [`Error::Row`] when it is not of that form, [`Error::Table`] when one is missing.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let row = |line, problem: &str| Error::Row { path: path.to_owned(), line, problem: problem.to_owned() };
        let mut parameters = Self { prior: -1.0, shape: -1.0, reverse: -1.0, base: -1.0, mean: -1.0 };
        for (number, line) in (1..).zip(text.lines()) {
            if number == 1 && line != LINE {
                return Err(row(1, "is not the first line of a file of the channel; `kanwu tables channel` makes one"));
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let found = line.split_once(' ').and_then(|(name, value)| {
                let value = value.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0)?;
                parameters.named().into_iter().find(|(known, _)| *known == name).map(|(_, slot)| *slot = value)
            });
            found.ok_or_else(|| row(number, "expected the name of a constant, a blank and a number from 0 up"))?;
        }
        let missing = parameters.named().into_iter().find(|(_, value)| **value < 0.0).map(|(name, _)| name);
        match missing {
            Some(name) => {
                let problem = format!("{name} is missing; make the file again with `kanwu tables channel`");
                Err(Error::Table { path: path.to_owned(), problem })
            }
            None => Ok(parameters),
        }
    }
}

/// What may have stood where something was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// What may have stood there: one character, two, or none where what was read is not ink of a character at all.
    pub truth: Characters,
    /// The natural logarithm of the probability that this is read as what was observed.
    pub log_probability: f32,
    /// The first and the last character of the truth, as the language model counts them.
    pub ends: [Symbol; 2],
}

impl Reading {
    fn new(symbols: &Symbols, truth: Characters, log_probability: f32) -> Self {
        let mut ends = truth.iter().map(|c| symbols.symbol(c));
        let first = ends.next().unwrap_or(Symbol::RARE);
        Self { truth, log_probability, ends: [first, ends.last().unwrap_or(first)] }
    }
}

/// The probabilities of readings, ready to be looked up.
#[derive(Debug)]
pub struct Channel {
    odds: Odds,
    parameters: Parameters,
    /// By which symbols the language model knows characters.
    symbols: Symbols,
    /// The characters that may be truths, and how likely each is by itself, as a logarithm.
    truths: Vec<(char, Known, f32)>,
    /// What was worked out beforehand.
    prepared: Option<&'static Readings>,
    /// What may have stood where one character was read, once somebody has asked for it.
    single: FxHashMap<char, OnceLock<Box<[Reading]>>>,
    /// Splits, merges, losses and additions.
    others: FxHashMap<Characters, Vec<Reading>>,
}

impl Channel {
    /// Of the tables that are part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Channel> =
            LazyLock::new(|| Channel { prepared: Some(Readings::embedded()), ..Channel::of_tables() });
        &EMBEDDED
    }

    /// Of the tables that are part of the program, but with nothing worked out beforehand.
    pub fn of_tables() -> Self {
        let model = Model::embedded();
        Self::new(Confusions::embedded(), Shapes::embedded(), model, Parameters::embedded())
            .with_splits(Parts::embedded(), model)
    }

    /// This channel, in which a character may have been read as its two `parts` as well: 木寸 for 村.
    #[must_use]
    pub fn with_splits(mut self, parts: &Parts, model: &Model) -> Self {
        /// The natural logarithm of how often, at most: in 517,000 renderings of such characters no engine did so; scans whose ink has run
        /// out are not among them.
        const SELDOM: f32 = -11.0;
        let is_met = |split: &(char, [char; 2])| split.1.into_iter().all(|c| self.is_met(c));
        let mut splits: Vec<(char, [char; 2])> = parts.side_by_side().filter(is_met).collect();
        splits.sort_unstable();
        for (truth, [left, right]) in splits {
            let readings = self.others.entry(Characters::two(left, right)).or_default();
            if !readings.iter().any(|reading| reading.truth == Characters::from(truth)) {
                readings.push(Reading::new(&self.symbols, truth.into(), SELDOM));
                sort(readings, |truth| rarest(model, truth));
            }
        }
        self
    }

    /// Of `confusions`, with `shapes` where those are thin; how likely a truth is by itself, `model` says.
    pub fn new(confusions: &Confusions, shapes: &Shapes, model: &Model, parameters: &Parameters) -> Self {
        let odds = Odds::new(confusions, shapes);
        let truths = odds.known.iter().map(|(&c, &known)| (c, known, alone(model, c))).collect();
        let mut others: FxHashMap<Characters, Vec<Reading>> = FxHashMap::default();
        for (truth, observed, count) in confusions.others() {
            let count = f64::from(count);
            let shown = odds.shown(truth) + parameters.mean;
            let log_probability = (count / shown.max(count)).ln() as f32;
            others.entry(observed).or_default().push(Reading::new(model.symbols(), truth, log_probability));
        }
        for readings in others.values_mut() {
            sort(readings, |truth| rarest(model, truth));
        }
        let single = odds.known.keys().copied().chain(shapes.all()).map(|c| (c, OnceLock::new())).collect();
        let symbols = model.symbols().clone();
        Self { odds, parameters: *parameters, symbols, truths, prepared: None, single, others }
    }

    /// What may have stood where `observed` was read: one character or two for a character (a merge), one for two (a
    /// split); for a character also nothing (it was added), and for nothing what is lost. The likeliest come first by
    /// P(observed | truth) and how likely the truth is by itself; look-alikes that are not among these come after them.
    ///
    /// What was read may of course be right: that is not among them, [`log_right`](Self::log_right) tells how likely.
    /// The first question after a character takes longer than later ones.
    pub fn readings(&self, observed: Characters) -> &[Reading] {
        if let Some((c, readings)) = observed.single().and_then(|c| Some((c, self.single.get(&c)?))) {
            return readings.get_or_init(|| {
                let listed = self.prepared.and_then(|prepared| prepared.of(c));
                let single = listed.map(|listed| listed.map(|(truth, cost)| self.reading(truth, -cost)).collect());
                let mut readings: Vec<Reading> = single.unwrap_or_else(|| self.work_out(c));
                readings.extend(self.others.get(&observed).into_iter().flatten());
                readings.into()
            });
        }
        self.others.get(&observed).map(Vec::as_slice).unwrap_or_default()
    }

    /// The natural logarithm of the probability that `truth` is read rightly.
    ///
    /// Like all that the channel says, at the mean rate of errors of what was counted, [`error_rate`](Self::error_rate).
    /// On a page where the odds of an error are x times those, add ln x to the logarithms of all readings.
    pub fn log_right(&self, truth: char) -> f64 {
        let rate = self.odds.error_rate(&self.odds.of(truth), &self.parameters);
        f64::from((1.0 - rate).ln() as f32)
    }

    /// The mean rate of errors of what was counted.
    pub fn error_rate(&self) -> f64 {
        self.odds.mean_rate
    }

    /// The natural logarithm of the probability that `truth` is read as `observed`, for any two characters.
    pub fn log_probability(&self, truth: char, observed: char) -> f64 {
        if truth == observed {
            return self.log_right(truth);
        }
        let (t, o) = (self.odds.of(truth), self.odds.as_read(observed));
        let counts = self.odds.counts(truth, observed);
        f64::from(self.log_probability_of(&t, &o, counts))
    }

    fn log_probability_of(&self, truth: &Known, observed: &Known, counts: (u32, u32)) -> f32 {
        let given_error = self.odds.terms(truth, observed, counts).given_error(&self.parameters);
        (self.odds.error_rate(truth, &self.parameters) * given_error).ln() as f32
    }

    fn reading(&self, truth: char, log_probability: f32) -> Reading {
        Reading::new(&self.symbols, truth.into(), log_probability)
    }

    /// Whether engines were shown `c` or seen to read it. What may have stood in the place of others, their shapes alone tell.
    pub fn is_met(&self, c: char) -> bool {
        self.odds.known.contains_key(&c)
    }

    /// The characters that engines were shown or seen to read, in the order of their code points.
    pub(crate) fn characters(&self) -> Vec<char> {
        let mut characters: Vec<char> = self.odds.known.keys().copied().collect();
        characters.sort_unstable();
        characters
    }

    /// The single characters that may have stood where `observed` was read.
    pub(crate) fn work_out(&self, observed: char) -> Vec<Reading> {
        let confusions = &self.odds.confusions;
        let mut counts: FxHashMap<char, (u32, u32)> = FxHashMap::default();
        confusions.could_be(observed).for_each(|(truth, count)| counts.entry(truth).or_default().0 = count);
        confusions.read_as(observed).for_each(|(truth, count)| counts.entry(truth).or_default().1 = count);
        let o = self.odds.as_read(observed);
        let mut found: Vec<(f32, Reading)> = Vec::with_capacity(self.truths.len());
        for &(truth, ref t, alone) in &self.truths {
            let counted = counts.get(&truth).copied();
            let is_expected = counted.is_some() || (t.shape.is_some() && o.shape.is_some());
            if is_expected && truth != observed {
                let log_probability = self.log_probability_of(t, &o, counted.unwrap_or_default());
                found.push((log_probability + alone, self.reading(truth, log_probability)));
            }
        }
        let first = |a: &(f32, Reading), b: &(f32, Reading)| b.0.total_cmp(&a.0).then(a.1.truth.cmp(&b.1.truth));
        if found.len() > MOST {
            found.select_nth_unstable_by(MOST, first);
            found.truncate(MOST);
        }
        found.sort_unstable_by(first);
        // Borrowed, so that the few are not kept in the room of all.
        let mut readings: Vec<Reading> = found.iter().map(|(_, reading)| *reading).collect();
        // What looks alike in print is possible whatever engines were seen to do: 刀 for 刁.
        for (truth, _) in self.odds.shapes.look_alikes(observed) {
            if !readings.iter().any(|reading| reading.truth.single() == Some(truth)) {
                let log_probability = self.log_probability(truth, observed) as f32;
                readings.push(self.reading(truth, log_probability));
            }
        }
        readings
    }
}

/// The logarithm of how likely `c` is, whatever stands before it.
fn alone(model: &Model, c: char) -> f32 {
    model.alone(model.symbols().symbol(c))
}

/// The logarithm of how likely the rarest of `characters` is, whatever stands before it.
fn rarest(model: &Model, characters: Characters) -> f32 {
    characters.iter().map(|c| alone(model, c)).min_by(f32::total_cmp).unwrap_or_default()
}

fn sort(readings: &mut [Reading], alone: impl Fn(Characters) -> f32) {
    let likely = |reading: &Reading| reading.log_probability + alone(reading.truth);
    readings.sort_by(|a, b| likely(b).total_cmp(&likely(a)).then(a.truth.cmp(&b.truth)));
}

/// Counts and shapes, arranged for the formulas above.
#[derive(Debug)]
pub(crate) struct Odds {
    confusions: Confusions,
    shapes: Shapes,
    known: FxHashMap<char, Known>,
    all_errors: f64,
    all_rendered: f64,
    mean_rate: f64,
}

/// What is known of one character.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known {
    /// Its number in the table of shapes.
    shape: Option<usize>,
    rendered: f64,
    /// How often it was not read rightly.
    wrong: f64,
    /// How often it is a wrong reading.
    error: f64,
}

/// The parts of the formula for two characters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    count: f64,
    wrong: f64,
    shape: Option<f64>,
    reverse: Option<f64>,
    base: f64,
}

impl Terms {
    /// P(observed | truth, error). What a character has no shape or reverse confusions for goes to the last share.
    pub(crate) fn given_error(&self, parameters: &Parameters) -> f64 {
        let mut base = parameters.base;
        let mut prior = 0.0;
        for (share, part) in [(parameters.shape, self.shape), (parameters.reverse, self.reverse)] {
            match part {
                Some(part) => prior += share * part,
                None => base += share,
            }
        }
        (self.count + parameters.prior * (prior + base * self.base)) / (self.wrong + parameters.prior)
    }
}

impl Odds {
    pub(crate) fn new(confusions: &Confusions, shapes: &Shapes) -> Self {
        let mut known: FxHashMap<char, Known> = FxHashMap::default();
        for c in shapes.characters() {
            known.entry(c).or_default().shape = shapes.met(c);
        }
        let (mut all_errors, mut all_rendered) = (0.0, 0.0);
        for c in confusions.characters() {
            let rendered = f64::from(confusions.rendered(c));
            let mut wrong = 0.0;
            for (read, count) in confusions.read_as(c) {
                known.entry(read).or_default().error += f64::from(count);
                wrong += f64::from(count);
            }
            let entry = known.entry(c).or_default();
            (entry.rendered, entry.wrong) = (rendered, wrong);
            all_errors += wrong;
            all_rendered += rendered;
        }
        let mean_rate = (all_errors / f64::max(all_rendered, 1.0)).clamp(1e-4, 0.5);
        Self { confusions: confusions.clone(), shapes: shapes.clone(), known, all_errors, all_rendered, mean_rate }
    }

    /// What is known of `c`.
    pub(crate) fn of(&self, c: char) -> Known {
        self.known.get(&c).copied().unwrap_or_default()
    }

    /// What is known of `c` as something that was read: of any character at least its shape.
    pub(crate) fn as_read(&self, c: char) -> Known {
        let known = self.known.get(&c).copied();
        known.unwrap_or_else(|| Known { shape: self.shapes.number(c), ..Known::default() })
    }

    /// How often `observed` was read for `truth`, and the other way round.
    pub(crate) fn counts(&self, truth: char, observed: char) -> (u32, u32) {
        (self.confusions.count(truth, observed), self.confusions.count(observed, truth))
    }

    pub(crate) fn terms(&self, truth: &Known, observed: &Known, (count, reverse): (u32, u32)) -> Terms {
        let shape = truth.shape.map(|truth| {
            observed.shape.map_or(0.0, |observed| f64::from(self.shapes.log_misread_of(truth, observed).exp()))
        });
        Terms {
            count: f64::from(count),
            wrong: truth.wrong,
            shape,
            reverse: (truth.error > 0.0).then(|| f64::from(reverse) / truth.error),
            base: (observed.error + 1.0) / (self.all_errors + self.known.len() as f64),
        }
    }

    /// P(error | truth).
    pub(crate) fn error_rate(&self, truth: &Known, parameters: &Parameters) -> f64 {
        let strength = parameters.mean.max(1e-3);
        let errors = truth.wrong.min(truth.rendered);
        ((errors + strength * self.mean_rate) / (truth.rendered + strength)).clamp(1e-6, 0.999)
    }

    /// How often `truth` was shown: two side by side at most as often as the rarer of them; nothing, as often as there
    /// are places.
    fn shown(&self, truth: Characters) -> f64 {
        truth.iter().map(|c| self.of(c).rendered).min_by(f64::total_cmp).unwrap_or(self.all_rendered)
    }
}
