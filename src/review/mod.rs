//! What a reviewer sees of a report, like corrections in one group, and the page on which they are decided; and what is
//! decided: read, checked against what the report holds, and done to its pages.

mod decisions;
mod groups;
pub mod page;
mod replay;
mod resolve;
mod words;

pub use decisions::{Choice, Decision, Decisions, Exception, Scope};
pub use groups::{Group, Groups, LeftOut, Limits, Occurrence, Standing};
pub use replay::{Replayed, Reviewer, Ruling, replay};
pub use resolve::{Refusal, Resolver};
pub use words::{Language, Sentence};
