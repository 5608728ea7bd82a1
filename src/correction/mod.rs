//! What a change is: data, how it is applied, and how it is undone.
//!
//! A stage proposes [`Correction`]s on a text. [`apply`] gives each a [`Verdict`] and makes a [`Revision`], the text
//! after them, which [`Revision::undo`] turns back into the text before, to the byte.

mod apply;
mod calibration;
mod confidence;
mod edit;
mod evidence;
mod offsets;
mod policy;
mod reviewed;
mod rule;

pub use apply::{Applied, Judged, Revision, Verdict, Withheld, apply, undo};
pub use calibration::{Calibration, Recalibrated, Shifts};
pub use confidence::Confidence;
pub(crate) use confidence::probability;
pub use edit::Edit;
pub use evidence::{Evidence, Other, Recorded, Witness};
pub use offsets::Offsets;
pub use policy::Policy;
pub use reviewed::Reviewed;
pub use rule::{Manual, Rule, StageName};

/// What a stage proposes: a rule, an edit, how sure the stage is, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Which rule speaks.
    pub rule: Rule,
    /// What would change, on the text that the stage was given.
    pub edit: Edit,
    /// How probable it is that the change is right.
    pub confidence: Confidence,
    /// What the stage saw.
    pub evidence: Vec<Evidence>,
    /// Two corrections of one stage with the same number are one move: a deletion here and an insertion there. Both are
    /// applied, or neither.
    pub part_of_move: Option<u32>,
}

impl Correction {
    /// A correction that stands alone.
    pub fn new(rule: Rule, edit: Edit, confidence: Confidence, evidence: Vec<Evidence>) -> Self {
        Self { rule, edit, confidence, evidence, part_of_move: None }
    }
}
