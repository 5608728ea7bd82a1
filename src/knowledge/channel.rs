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
//! The second line is a Dirichlet prior: the fewer errors of t were counted, the more Q decides. S falls off with the
//! difference of shapes, exp(slope · (similarity − 1)), over the look-alikes of t; R is what t was read for; U how
//! often o is a wrong reading at all. Splits, merges, losses and additions have counts and no shapes. The constants are
//! fitted by likelihood on confusions that were held out (`dictionaries/channel.txt`).

use std::path::Path;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Characters, Confusions, Counts, Shapes};
use crate::{Error, Result};

/// The first line of a file of constants.
pub(crate) const LINE: &str = "# kanwu channel 1";

/// How many readings of one observed character are kept, the likeliest. Chosen by hand.
const MOST: usize = 256;

/// The constants of the channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// How fast the probability falls with the difference of shapes: nats for a similarity of 0 instead of 1.
    pub slope: f64,
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
    pub fn named(&mut self) -> [(&'static str, &mut f64); 6] {
        [
            ("slope", &mut self.slope),
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
        let mut parameters = Self { slope: -1.0, prior: -1.0, shape: -1.0, reverse: -1.0, base: -1.0, mean: -1.0 };
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
}

/// A true character: how likely it is read rightly, and as something that neither counts nor shapes suggest.
#[derive(Debug, Clone, Copy)]
struct Truth {
    right: f32,
    /// Added to the logarithm of how often the observed character is an error of any.
    other: f32,
}

/// The probabilities of readings, ready to be looked up: for every observed string its likely truths, likeliest first.
#[derive(Debug)]
pub struct Channel {
    observed: FxHashMap<Characters, (u32, u32)>,
    readings: Vec<Reading>,
    truths: FxHashMap<char, Truth>,
    unknown: Truth,
    /// The logarithm of how often each character is an error of any.
    errors: FxHashMap<char, f32>,
    no_error: f32,
}

impl Channel {
    /// Of the tables that are part of the program. The first call works all probabilities out, later ones cost nothing.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Channel> =
            LazyLock::new(|| Channel::new(Confusions::embedded(), Shapes::embedded(), Parameters::embedded()));
        &EMBEDDED
    }

    /// Of `confusions`, with `shapes` where those are thin.
    pub fn new(confusions: &Confusions, shapes: &Shapes, parameters: &Parameters) -> Self {
        let counts = confusions.counts();
        let model = Model::new(&counts, shapes);
        let mut found: Vec<(Characters, f32, Reading)> = Vec::new();
        let mut list = |observed, reading: Reading| {
            let shown = model.shown(reading.truth).min(model.all_rendered) + 1.0;
            found.push((observed, reading.log_probability + shown.ln() as f32, reading));
        };
        let mut truths = FxHashMap::default();
        for &truth in &model.characters {
            let rate = model.error_rate(truth, parameters);
            let all = model.prior_mass(truth, parameters);
            for observed in model.expected(truth) {
                let probability = rate * model.given_error(truth, observed, parameters);
                let log_probability = probability.ln() as f32;
                list(observed.into(), Reading { truth: truth.into(), log_probability });
            }
            truths.insert(truth, Truth { right: (1.0 - rate).ln() as f32, other: (rate * all).ln() as f32 });
        }
        for (truth, observed, count) in counts.confused() {
            if truth.single().is_none() || observed.single().is_none() {
                let shown = model.shown(truth);
                let log_probability = (f64::from(count) / (shown + parameters.mean).max(f64::from(count))).ln() as f32;
                list(observed, Reading { truth, log_probability });
            }
        }
        found.sort_by(|(a, likely, one), (b, likelier, two)| {
            a.cmp(b).then(likelier.total_cmp(likely)).then(one.truth.cmp(&two.truth))
        });
        let mut channel = Self {
            observed: FxHashMap::default(),
            readings: Vec::with_capacity(found.len()),
            truths,
            unknown: Truth {
                right: (1.0 - model.mean_rate).ln() as f32,
                other: (model.mean_rate * parameters.base).ln() as f32,
            },
            errors: model.errors.iter().map(|(&c, &count)| (c, model.base(count).ln() as f32)).collect(),
            no_error: model.base(0.0).ln() as f32,
        };
        for group in found.chunk_by(|a, b| a.0 == b.0) {
            let start = channel.readings.len() as u32;
            let most = if group[0].0.single().is_some() { MOST } else { group.len() };
            channel.readings.extend(group.iter().take(most).map(|&(.., reading)| reading));
            channel.observed.insert(group[0].0, (start, channel.readings.len() as u32));
        }
        channel
    }

    /// What may have stood where `observed` was read: one character or two for a character (a merge), one for two (a
    /// split); for a character also nothing (it was added), and for nothing what is lost. The likeliest come first by
    /// P(observed | truth) and how often the truth was counted at all; a language model tells more of the latter.
    ///
    /// What was read may of course be right: that is not among them, [`log_right`](Self::log_right) tells how likely.
    pub fn readings(&self, observed: Characters) -> &[Reading] {
        let range = self.observed.get(&observed).map_or(0..0, |&(start, end)| start as usize..end as usize);
        self.readings.get(range).unwrap_or_default()
    }

    /// The natural logarithm of the probability that `truth` is read rightly.
    pub fn log_right(&self, truth: char) -> f64 {
        f64::from(self.truth(truth).right)
    }

    /// The natural logarithm of the probability that `truth` is read as `observed`, for any two characters.
    pub fn log_probability(&self, truth: char, observed: char) -> f64 {
        if truth == observed {
            return self.log_right(truth);
        }
        let wanted = Characters::from(truth);
        let listed = self.readings(observed.into()).iter().find(|reading| reading.truth == wanted);
        let log = listed.map_or_else(
            || self.truth(truth).other + self.errors.get(&observed).copied().unwrap_or(self.no_error),
            |reading| reading.log_probability,
        );
        f64::from(log)
    }

    fn truth(&self, truth: char) -> Truth {
        self.truths.get(&truth).copied().unwrap_or(self.unknown)
    }
}

/// Look-alikes of a character with their similarities, both ways: one may be near to another that has nearer ones.
type Alike = FxHashMap<char, Vec<(char, f64)>>;

/// Counts and shapes, arranged for the formulas above.
pub(crate) struct Model {
    /// All characters that counts or shapes know, rising.
    characters: Vec<char>,
    rendered: FxHashMap<char, u32>,
    /// What was read for a character, and how often.
    read_as: FxHashMap<char, FxHashMap<char, u32>>,
    /// What a character was read for, and how often.
    could_be: FxHashMap<char, FxHashMap<char, u32>>,
    /// How often a character is a wrong reading.
    errors: FxHashMap<char, f64>,
    all_errors: f64,
    all_rendered: f64,
    mean_rate: f64,
    alike: Alike,
}

fn sum(counts: Option<&FxHashMap<char, u32>>) -> f64 {
    counts.map_or(0.0, |counts| counts.values().map(|&count| f64::from(count)).sum())
}

impl Model {
    pub(crate) fn new(counts: &Counts, shapes: &Shapes) -> Self {
        let mut model = Self {
            characters: shapes.characters().collect(),
            rendered: counts.all_rendered().collect(),
            read_as: FxHashMap::default(),
            could_be: FxHashMap::default(),
            errors: FxHashMap::default(),
            all_errors: 0.0,
            all_rendered: 0.0,
            mean_rate: 0.0,
            alike: FxHashMap::default(),
        };
        for (truth, read, count) in counts.confused() {
            if let (Some(truth), Some(read)) = (truth.single(), read.single()) {
                model.read_as.entry(truth).or_default().insert(read, count);
                model.could_be.entry(read).or_default().insert(truth, count);
                *model.errors.entry(read).or_default() += f64::from(count);
                model.all_errors += f64::from(count);
            }
        }
        for c in shapes.characters() {
            for (other, similarity) in shapes.look_alikes(c) {
                model.alike.entry(c).or_default().push((other, similarity));
                model.alike.entry(other).or_default().push((c, similarity));
            }
        }
        for near in model.alike.values_mut() {
            near.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            near.dedup_by_key(|&mut (c, _)| c);
        }
        model.characters.extend(model.rendered.keys().chain(model.read_as.keys()).chain(model.could_be.keys()));
        model.characters.sort_unstable();
        model.characters.dedup();
        model.all_rendered = model.rendered.values().map(|&count| f64::from(count)).sum();
        model.mean_rate = (model.all_errors / model.all_rendered.max(1.0)).clamp(1e-4, 0.5);
        model
    }

    /// Everything that counts or shapes say `truth` may be read as.
    fn expected(&self, truth: char) -> Vec<char> {
        let read = self.read_as.get(&truth).into_iter().chain(self.could_be.get(&truth)).flat_map(|of| of.keys());
        let alike = self.alike.get(&truth).into_iter().flatten().map(|(c, _)| c);
        let mut expected: Vec<char> = read.chain(alike).copied().filter(|&c| c != truth).collect();
        expected.sort_unstable();
        expected.dedup();
        expected
    }

    /// How often `truth` was shown: two side by side at most as often as the rarer of them; nothing, as often as there
    /// are places.
    fn shown(&self, truth: Characters) -> f64 {
        let shown = |c| f64::from(self.rendered.get(&c).copied().unwrap_or_default());
        truth.iter().map(shown).min_by(f64::total_cmp).unwrap_or(self.all_rendered)
    }

    /// P(error | truth).
    pub(crate) fn error_rate(&self, truth: char, parameters: &Parameters) -> f64 {
        let rendered = f64::from(self.rendered.get(&truth).copied().unwrap_or_default());
        let errors = sum(self.read_as.get(&truth)).min(rendered);
        let strength = parameters.mean.max(1e-3);
        ((errors + strength * self.mean_rate) / (rendered + strength)).clamp(1e-6, 0.999)
    }

    /// What the prior leaves for a reading that neither counts nor shapes suggest, but for how often it is an error.
    fn prior_mass(&self, truth: char, parameters: &Parameters) -> f64 {
        let (_, _, base) = self.shares(truth, parameters);
        let errors = sum(self.read_as.get(&truth));
        parameters.prior * base / (errors + parameters.prior)
    }

    /// The shares of shapes, reverse confusions and all errors. What a character has none of goes to the last.
    fn shares(&self, truth: char, parameters: &Parameters) -> (f64, f64, f64) {
        let shape = if self.alike.contains_key(&truth) { parameters.shape } else { 0.0 };
        let reverse = if self.could_be.contains_key(&truth) { parameters.reverse } else { 0.0 };
        (shape, reverse, parameters.base + parameters.shape + parameters.reverse - shape - reverse)
    }

    /// U of a character that is a wrong reading `count` times.
    fn base(&self, count: f64) -> f64 {
        (count + 1.0) / (self.all_errors + self.characters.len() as f64)
    }

    /// P(observed | truth, error).
    pub(crate) fn given_error(&self, truth: char, observed: char, parameters: &Parameters) -> f64 {
        let (shape, reverse, base) = self.shares(truth, parameters);
        let mut prior = base * self.base(self.errors.get(&observed).copied().unwrap_or_default());
        if let Some(near) = self.alike.get(&truth) {
            let weight = |similarity: f64| (parameters.slope * (similarity - 1.0)).exp();
            let all: f64 = near.iter().map(|&(_, similarity)| weight(similarity)).sum();
            let own = near.iter().find(|(c, _)| *c == observed).map_or(0.0, |&(_, similarity)| weight(similarity));
            prior += shape * own / all.max(f64::MIN_POSITIVE);
        }
        if let Some(could_be) = self.could_be.get(&truth) {
            let own = could_be.get(&observed).copied().unwrap_or_default();
            prior += reverse * f64::from(own) / sum(Some(could_be)).max(1.0);
        }
        let read_as = self.read_as.get(&truth);
        let count = read_as.and_then(|read_as| read_as.get(&observed)).copied().unwrap_or_default();
        (f64::from(count) + parameters.prior * prior) / (sum(read_as) + parameters.prior)
    }
}
