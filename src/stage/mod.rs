//! The passes that read a page and propose corrections.

mod characters;
mod script;

pub use characters::Characters;
pub use script::Script;

use crate::correction::{Correction, StageName};

/// A pass over a page that proposes corrections and changes nothing.
///
/// The same text gives the same corrections, whatever ran before and however many threads there are.
pub trait Stage: Send + Sync {
    /// Which stage this is.
    fn name(&self) -> StageName;

    /// Adds to `corrections` what it would change of `text`. Spans are of `text`.
    fn propose(&self, text: &str, corrections: &mut Vec<Correction>);
}
