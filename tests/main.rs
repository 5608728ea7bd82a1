//! One test program; a folder for each kind of test.

mod invariants;
mod samples;
mod stages;
mod support;
