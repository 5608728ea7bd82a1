//! Foreign crates that need guarding, a file each.

pub mod opencc;
