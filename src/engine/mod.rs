//! What may have been misread: readings of a line that are likelier, as text and as what an engine made of it, than what
//! stands there.
//!
//! The language model reads a line once, and what it finds improbable is suspicious. Around suspicious places a beam search
//! goes through the readings that the channel knows: one character for another, one for two, two for one. What the likeliest
//! path changes are candidates, no more: a stage weighs each by all that is known of it.

mod line;
pub(crate) mod mark;
mod search;

pub use line::{Letter, Line};
pub use search::{Candidate, Census, Change, Findings, Search};
