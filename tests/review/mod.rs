//! What a reviewer decides, and what becomes of the pages.

mod decisions;
mod replay;
