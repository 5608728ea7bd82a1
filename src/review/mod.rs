//! What a reviewer decides of a report: read, checked against what the report holds, and done to its pages.

mod decisions;
mod replay;
mod resolve;

pub use decisions::{Choice, Decision, Decisions, Exception, Scope};
pub use replay::{Replayed, Reviewer, Ruling, replay};
pub use resolve::{Refusal, Resolver};
