//! One test program; a folder for each kind of test.

#![allow(clippy::format_push_string, reason = "tables of figures are short")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stderr, reason = "a test that measures shows its figures")]

mod architecture;
mod cli;
mod engine;
mod faults;
mod invariants;
mod knowledge;
mod learn;
mod page;
mod places;
mod report;
mod review;
mod samples;
mod stages;
mod support;
