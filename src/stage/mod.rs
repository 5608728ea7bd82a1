//! The passes that read a page and propose corrections.

mod characters;
pub mod confusables;
pub mod layout;
mod memory;
mod mention;
mod numerals;
mod people;
pub mod places;
pub mod punctuation;
mod script;
pub mod spacing;
mod variants;

pub use characters::Characters;
pub use confusables::Confusables;
pub use layout::Layout;
pub use memory::Memory;
pub use numerals::Numerals;
pub use places::Places;
pub use punctuation::Punctuation;
pub use script::Script;
pub use spacing::Spacing;

use std::sync::Arc;

use crate::adapter::opencc::Configuration;
use crate::correction::{Correction, StageName};
use crate::error::Result;
use crate::knowledge::{Asked, Knowledge, PlaceId, Survey, UserDictionary};

/// The text of a page as a stage finds it.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'t> {
    /// The text.
    pub text: &'t str,
    /// Where lines of the page stood apart that earlier passes have joined, as offsets into the text, which rise. None where nothing is
    /// known of them.
    pub joints: &'t [usize],
    /// How many lines earlier passes have joined.
    pub joined: usize,
    /// How many misread characters earlier passes have put right.
    pub put_right: usize,
}

impl<'t> From<&'t str> for Sheet<'t> {
    /// A text of which nothing more is known.
    fn from(text: &'t str) -> Self {
        Self { text, joints: &[], joined: 0, put_right: 0 }
    }
}

/// A pass over a page that proposes corrections and changes nothing.
///
/// The same sheet gives the same corrections, however many threads there are; what ran before is known by the [`Sheet`] alone.
pub trait Stage: Send + Sync {
    /// Which stage this is.
    fn name(&self) -> StageName;

    /// Adds to `corrections` what it would change of the text of `sheet`, where their spans stand.
    ///
    /// A page is read more than once. `asked` remembers what the stage asked of the survey of the batch that decides what it proposes: while a
    /// survey answers that alike, it proposes the same for the same text. `memory` keeps what it need not work out again when it reads the
    /// page next.
    fn read(&self, sheet: Sheet<'_>, asked: &mut Asked, memory: &mut Memory, corrections: &mut Vec<Correction>);

    /// Adds to `corrections` what it would change of `text`, of which nothing more is known, when it reads that once.
    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        self.read(text.into(), &mut Asked::default(), &mut Memory::default(), corrections);
    }

    /// Whether it looks at [`Sheet::joints`].
    fn sees_joints(&self) -> bool {
        false
    }

    /// Whether it should not read again what it made of a text before the stages after it have.
    fn waits_for_others(&self) -> bool {
        false
    }

    /// Whether it should read a text only when the others are done with it.
    fn comes_last(&self) -> bool {
        false
    }
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
    /// What the script is converted to, if it is.
    pub script: Option<Configuration>,
    /// What becomes of furniture.
    pub furniture: layout::Furniture,
}

/// The stages that are wished for, in the order in which they read a page.
///
/// Characters come first, for every other stage reads what it leaves. Layout comes before all that judges words, so that
/// words are whole; spacing before punctuation, so that marks stand beside what they belong to; places late, when names
/// are whole; single characters after the names that hold them. Both know the simplified script, so the script is
/// converted before them if it becomes that, and after them else.
///
/// # Errors
///
/// When the script is to be converted and the tables for that are not installed.
#[expect(clippy::needless_pass_by_value, reason = "what the stages hold of the survey is theirs, not the caller's")]
pub fn all(wishes: &Wishes, known: Knowledge, survey: Option<Arc<Survey>>) -> Result<Vec<Box<dyn Stage>>> {
    let mut stages: Vec<Box<dyn Stage>> = Vec::new();
    let mut last: Option<Box<dyn Stage>> = None;
    for stage in StageName::ALL.into_iter().filter(|stage| wishes.stages.contains(stage)) {
        stages.push(match stage {
            StageName::Characters => Box::new(Characters),
            StageName::Layout => {
                let layout = Layout::new(known, layout::fitted())
                    .with_fragments(layout::fitted_to_torn_pages(), layout::fragments::Looks::fitted());
                Box::new(layout.with_furniture(wishes.furniture, survey.clone()))
            }
            StageName::Spacing => Box::new(Spacing::new(known.seams, known.lexicon, spacing::fitted())),
            StageName::Punctuation => Box::new(Punctuation::new(known, punctuation::meant::fitted())),
            StageName::Numerals => Box::new(Numerals),
            StageName::Script => match wishes.script {
                Some(configuration) if !configuration.simplifies() => {
                    last = Some(Box::new(Script::new(configuration)?));
                    continue;
                }
                Some(configuration) => Box::new(Script::new(configuration)?),
                None => continue,
            },
            StageName::Confusables => {
                let dictionary = Arc::clone(&wishes.dictionary);
                Box::new(Confusables::new(known, confusables::fitted(), dictionary, survey.clone()))
            }
            StageName::Places => {
                let (dictionary, region) = (Arc::clone(&wishes.dictionary), wishes.region.clone());
                Box::new(Places::new(known, dictionary, region, survey.clone()))
            }
        });
    }
    stages.extend(last);
    Ok(stages)
}
