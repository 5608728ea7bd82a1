use std::sync::Arc;

use super::{Calibration, Confidence, Correction, Reviewed, Rule, Verdict, Withheld};

/// What is applied, what is proposed, and what is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// A correction at or above this is applied.
    pub apply_from: Confidence,
    /// A correction at or above this, but below `apply_from`, is proposed.
    pub propose_from: Confidence,
    /// Rules that are proposed at most.
    pub rules_proposed: Vec<Rule>,
    /// What a reviewer decided for good: the one is applied where it would be proposed, the other left out.
    pub reviewed: Arc<Reviewed>,
    /// How confidences are put right before anything is judged by them.
    pub calibration: Arc<Calibration>,
}

impl Policy {
    /// The verdict on `correction` of `text` if it met no other.
    pub fn verdict(&self, text: &str, correction: &Correction) -> Verdict {
        let reviewed = || {
            let edit = &correction.edit;
            self.reviewed.get(correction.rule, edit.span().of(text), edit.replacement())
        };
        let reviewed = if self.reviewed.is_empty() { None } else { reviewed() };
        // What is accepted for good is applied where it would be proposed.
        let apply_from = if reviewed == Some(true) { self.apply_from.min(self.propose_from) } else { self.apply_from };
        if reviewed == Some(false) {
            Verdict::Withheld(Withheld::Rejected)
        } else if correction.confidence >= apply_from && !self.rules_proposed.contains(&correction.rule) {
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
            rules_proposed: Vec::new(),
            reviewed: Arc::default(),
            calibration: Arc::default(),
        }
    }
}
