//! What the program knows: tables that are read once, shared by all threads and never written.

pub(crate) mod shapes;
pub(crate) mod table;

pub use shapes::Shapes;
