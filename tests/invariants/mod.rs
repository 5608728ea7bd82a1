//! What holds of every page and every correction.

mod batch;
mod corrections;
mod pages;
mod resume;
