//! How the knowledge is made: tables from counts and texts. The same sources give the same bytes.

mod confusions;
pub mod gazetteer;
mod lexicon;
mod seams;
mod shapes;
mod source;
mod table;

pub use confusions::confusions;
pub use lexicon::lexicon;
pub use seams::seams;
pub use shapes::shapes;
pub use source::Source;
