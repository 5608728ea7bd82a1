//! One test program; a folder for each kind of test.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod architecture;
mod cli;
mod invariants;
mod knowledge;
mod page;
mod places;
mod report;
mod samples;
mod stages;
mod support;
