//! One test program; a folder for each kind of test.

mod cli;
mod invariants;
mod knowledge;
mod report;
mod samples;
mod stages;
mod support;
