//! What the program knows: tables that are read once, shared by all threads and never written, and what a first look at
//! the batch teaches.

pub(crate) mod affinity;
pub(crate) mod channel;
pub(crate) mod confusions;
mod counts;
pub(crate) mod edges;
pub mod gazetteer;
pub(crate) mod lexicon;
mod mentioned;
pub mod model;
pub(crate) mod neighbours;
pub(crate) mod parts;
pub(crate) mod readings;
pub(crate) mod seams;
pub(crate) mod shapes;
mod survey;
pub(crate) mod table;
pub(crate) mod trees;
mod user;

pub use affinity::{Affinity, Side};
pub use channel::{Channel, Parameters, Reading};
pub use confusions::Confusions;
pub use counts::{Characters, Confusion, Counts};
pub use edges::{Edge, Edges};
pub use gazetteer::{Form, FormId, FormKind, Gazetteer, Level, PlaceId};
pub use lexicon::{Class, LONGEST_WORD, Lexicon, Word, WordsNear};
pub use mentioned::Mentioned;
pub use model::Model;
pub use neighbours::{Attraction, Neighbours, Row};
pub use parts::Parts;
pub use readings::Readings;
pub use seams::Seams;
pub use shapes::Shapes;
pub use survey::{Answers, Asked, Survey};
pub use trees::{Subject, Trees};
pub use user::{Entry, UserDictionary};

use crate::error::Result;

/// The tables that are part of the program.
#[derive(Clone, Copy)]
pub struct Knowledge {
    /// Place names, and what lies within what.
    pub gazetteer: &'static Gazetteer,
    /// Words, and how often they stand in text.
    pub lexicon: &'static Lexicon,
    /// Which characters stand side by side, and which begin and end paragraphs.
    pub seams: &'static Seams,
    /// How likely a character is after those before it.
    pub model: &'static Model,
    /// How well a text goes on with another.
    pub affinity: &'static Affinity,
    /// Whether a paragraph begins or ends where a text does.
    pub edges: &'static Edges,
    /// Which characters attract one another.
    pub neighbours: &'static Neighbours,
    /// Which characters look alike.
    pub shapes: &'static Shapes,
    /// Which characters engines took for which.
    pub confusions: &'static Confusions,
    /// The channel of other confusions than those; `channel` gives it, or the one that is part of the program.
    channel: Option<&'static Channel>,
}

impl Knowledge {
    /// All of them. They are used as they lie, so this costs next to nothing.
    ///
    /// # Errors
    ///
    /// When the program was built with a gazetteer of another format.
    pub fn embedded() -> Result<Self> {
        Ok(Self {
            gazetteer: Gazetteer::embedded()?,
            lexicon: Lexicon::embedded(),
            seams: Seams::embedded(),
            model: Model::embedded(),
            affinity: Affinity::embedded(),
            edges: Edges::embedded(),
            neighbours: Neighbours::embedded(),
            shapes: Shapes::embedded(),
            confusions: Confusions::embedded(),
            channel: None,
        })
    }

    /// This knowledge, with the confusions in `counts` beside those that are part of the program. They stay in memory as long
    /// as the program runs: it reads its settings once.
    ///
    /// # Errors
    ///
    /// When there are more characters than a table of confusions can number.
    pub fn with_confusions(self, counts: &Counts) -> Result<Self> {
        let confusions = Box::leak(Box::new(self.confusions.with(counts)?));
        let channel = Channel::new(confusions, self.shapes, self.model, Parameters::embedded());
        let channel = Box::leak(Box::new(channel.with_splits(Parts::embedded(), self.model)));
        Ok(Self { confusions, channel: Some(channel), ..self })
    }

    /// Which parts characters are built of. The table is text, and read when it is first asked for.
    pub fn parts(self) -> &'static Parts {
        Parts::embedded()
    }

    /// How likely engines read one thing for another.
    pub fn channel(self) -> &'static Channel {
        self.channel.unwrap_or_else(Channel::embedded)
    }
}
