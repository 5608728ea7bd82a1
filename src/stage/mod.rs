//! The passes that read a page and propose corrections.

pub mod layout;
mod numerals;
pub mod places;
mod punctuation;
pub mod spacing;

pub use layout::Layout;
pub use numerals::Numerals;
pub use places::Places;
pub use punctuation::Punctuation;
pub use spacing::Spacing;

use std::sync::Arc;

use crate::correction::{Correction, StageName};
use crate::knowledge::{Knowledge, PlaceId, Survey, UserDictionary};

/// A pass over a page that proposes corrections and changes nothing.
///
/// The same text gives the same corrections, whatever ran before and however many threads there are.
pub trait Stage: Send + Sync {
    /// Which stage this is.
    fn name(&self) -> StageName;

    /// Adds to `corrections` what it would change of `text`. Spans are of `text`.
    fn propose(&self, text: &str, corrections: &mut Vec<Correction>);
}

/// What the user wants of the stages.
#[derive(Debug, Default, Clone)]
pub struct Wishes {
    /// The stages that run.
    pub stages: Vec<StageName>,
    /// Names of the user's own.
    pub dictionary: Arc<UserDictionary>,
    /// Where the paper is from.
    pub region: Vec<PlaceId>,
}

/// The stages that are wished for, in the order in which they read a page.
///
/// Characters come first, for every other stage reads what it leaves. Layout comes before all that judges words, so that
/// words are whole; spacing before punctuation, so that marks stand beside what they belong to; places last, when names
/// are whole and in the script that was asked for.
pub fn all(wishes: &Wishes, known: Knowledge, survey: Option<Arc<Survey>>) -> Vec<Box<dyn Stage>> {
    wishes
        .stages
        .iter()
        .map(|stage| -> Box<dyn Stage> {
            match stage {
                StageName::Characters => todo!(),
                StageName::Layout => Box::new(Layout::new(known.seams, layout::fitted())),
                StageName::Spacing => Box::new(Spacing::new(known.seams, known.lexicon, spacing::fitted())),
                StageName::Punctuation => Box::new(Punctuation),
                StageName::Numerals => Box::new(Numerals),
                StageName::Script => todo!(),
                StageName::Places => Box::new(Places::new(
                    known,
                    Arc::clone(&wishes.dictionary),
                    wishes.region.clone(),
                    survey.clone(),
                )),
            }
        })
        .collect()
}
