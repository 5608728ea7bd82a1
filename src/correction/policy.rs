use super::{Confidence, Correction, Rule, Verdict, Withheld};

/// What is applied, what is proposed, and what is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// A correction at or above this is applied.
    pub apply_from: Confidence,
    /// A correction at or above this, but below `apply_from`, is proposed.
    pub propose_from: Confidence,
    /// Rules that are never applied.
    pub rules_off: Vec<Rule>,
    /// Rules that are proposed at most.
    pub rules_proposed: Vec<Rule>,
}

impl Policy {
    /// The verdict on `correction` if it met no other.
    pub fn verdict(&self, correction: &Correction) -> Verdict {
        if self.rules_off.contains(&correction.rule) {
            Verdict::Withheld(Withheld::RuleOff)
        } else if correction.confidence >= self.apply_from && !self.rules_proposed.contains(&correction.rule) {
            Verdict::Applied
        } else if correction.confidence >= self.propose_from {
            Verdict::Proposed
        } else {
            Verdict::Withheld(Withheld::BelowThreshold)
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            apply_from: Confidence::new(0.95),
            propose_from: Confidence::new(0.5),
            rules_off: Vec::new(),
            rules_proposed: Vec::new(),
        }
    }
}
