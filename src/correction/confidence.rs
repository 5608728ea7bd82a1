use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The probability that a correction is right, in 0.0..=1.0.
///
/// Of corrections at 0.9, nine in ten are right on pages like those it was fitted on. Rules that cannot be wrong say
/// [`Confidence::CERTAIN`].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Confidence(f64);

impl Confidence {
    /// A change that cannot be wrong, such as a carriage return before a line feed.
    pub const CERTAIN: Self = Self(1.0);

    /// `probability`, brought into 0.0..=1.0 and rounded to three places, as reports show it; not-a-number becomes 0.
    pub fn new(probability: f64) -> Self {
        let bounded = if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) };
        Self((bounded * 1000.0).round() / 1000.0)
    }

    /// `probability` as it stands, for constants.
    ///
    /// # Panics
    ///
    /// When it does not lie in 0.0..=1.0.
    pub const fn of(probability: f64) -> Self {
        assert!(probability >= 0.0 && probability <= 1.0, "a probability lies between 0 and 1");
        Self(probability)
    }

    /// The less sure of the two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// From log-odds, as a model gives them; a model is never [certain](Self::CERTAIN).
    pub fn from_log_odds(log_odds: f64) -> Self {
        Self::new(probability(log_odds).min(0.999))
    }

    /// The logarithm of how much likelier right than wrong; what confidences of three places can tell, and no infinity.
    pub(crate) fn log_odds(self) -> f64 {
        /// That of 0.999.
        const SUREST: f64 = 6.9;
        log_odds(self.0).clamp(-SUREST, SUREST)
    }

    /// The probability.
    pub fn probability(self) -> f64 {
        self.0
    }
}

/// The probability of what has these log-odds.
pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds of what has this probability.
pub(super) fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let probability = f64::deserialize(deserializer)?;
        if (0.0..=1.0).contains(&probability) {
            Ok(Self(probability))
        } else {
            Err(D::Error::custom("a confidence lies between 0 and 1"))
        }
    }
}
