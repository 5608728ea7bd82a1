//! What the program knows: read once, shared by all threads, never written.

pub mod gazetteer;
