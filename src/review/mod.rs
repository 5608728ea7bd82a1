//! What a reviewer sees of a report: like corrections in one group, and the page on which they are decided.

mod groups;
pub mod page;
mod words;

pub use groups::{Group, Groups, LeftOut, Limits, Occurrence, Standing};
pub use words::{Language, Sentence};
