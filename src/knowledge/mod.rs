//! What the program knows: tables that are read once, shared by all threads and never written, and what a first look at
//! the batch teaches.

pub(crate) mod confusions;
pub mod gazetteer;
pub(crate) mod lexicon;
mod mentioned;
pub mod model;
pub(crate) mod seams;
pub(crate) mod shapes;
mod survey;
pub(crate) mod table;
mod trees;
mod user;

pub use confusions::Confusions;
pub use gazetteer::{Form, FormId, FormKind, Gazetteer, Level, PlaceId};
pub use lexicon::{Class, LONGEST_WORD, Lexicon, Word};
pub use mentioned::Mentioned;
pub use model::Model;
pub use seams::Seams;
pub use shapes::Shapes;
pub use survey::Survey;
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
    /// Which characters look alike.
    pub shapes: &'static Shapes,
    /// Which characters engines took for which.
    pub confusions: &'static Confusions,
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
            shapes: Shapes::embedded(),
            confusions: Confusions::embedded(),
        })
    }
}
