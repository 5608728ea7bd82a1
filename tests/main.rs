//! One test program; a folder for each kind of test.

mod invariants;
mod page;
mod stages;
mod support;
