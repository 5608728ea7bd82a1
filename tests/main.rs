//! One test program; a folder for each kind of test.

mod invariants;
mod knowledge;
mod stages;
mod support;
