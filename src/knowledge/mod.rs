//! What is known when a page is read. It is read once, shared by all threads, and never written.

mod survey;

pub use survey::Survey;
