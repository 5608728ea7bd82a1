//! How the knowledge is made: tables from counts and texts. The same sources give the same bytes.

mod lexicon;
mod shapes;
mod source;

pub use lexicon::lexicon;
pub use shapes::shapes;
pub use source::Source;
