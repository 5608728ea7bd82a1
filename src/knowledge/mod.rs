//! What the program knows: tables that are read once, shared by all threads and never written.

pub(crate) mod confusions;
pub(crate) mod lexicon;
pub(crate) mod seams;
pub(crate) mod shapes;
pub(crate) mod table;

pub use confusions::Confusions;
pub use lexicon::{Class, LONGEST_WORD, Lexicon, Word};
pub use seams::Seams;
pub use shapes::Shapes;
