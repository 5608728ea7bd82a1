//! What a reviewer sees of a report: like corrections in one group, and the page on which they are decided. What a reviewer
//! decides: read, checked against what the report holds, and done to its pages.

mod decisions;
mod export;
mod groups;
pub mod page;
mod replay;
mod resolve;
mod words;

pub use decisions::{Choice, Decision, Decisions, Exception, Learnt, Scope};
pub use export::{Separator, export};
pub use groups::{Group, Groups, LeftOut, Limits, Occurrence, Standing};
pub use replay::{Replayed, Reviewer, Ruling, replay};
pub use resolve::{Refusal, Resolver};
pub use words::{Language, Sentence};
