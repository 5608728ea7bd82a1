//! What the program knows: tables that are read once, shared by all threads and never written, and what a first look at
//! the batch teaches.

pub(crate) mod confusions;
pub mod gazetteer;
pub(crate) mod lexicon;
pub(crate) mod seams;
pub(crate) mod shapes;
mod survey;
pub(crate) mod table;

pub use confusions::Confusions;
pub use gazetteer::{Form, FormId, FormKind, Gazetteer, Level, PlaceId};
pub use lexicon::{Class, LONGEST_WORD, Lexicon, Word};
pub use seams::Seams;
pub use shapes::Shapes;
pub use survey::Survey;
