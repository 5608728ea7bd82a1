use std::path::Path;
use std::sync::LazyLock;

use super::features::NAMES;
use crate::knowledge::{Subject, Trees};

/// What the fitted trees tell: whether a change puts a misread character right.
pub const SUBJECT: Subject = Subject { format: "kanwu confusables 1", features: NAMES };

/// As `kanwu fit confusables` wrote it.
const FITTED: &str = include_str!("../../../dictionaries/confusables.txt");

/// The trees that come with the program.
///
/// # Panics
///
/// When the file that was compiled in is damaged; a test reads it.
pub fn fitted() -> &'static Trees {
    static TREES: LazyLock<Trees> = LazyLock::new(|| {
        Trees::parse(FITTED, SUBJECT, Path::new("dictionaries/confusables.txt")).expect("the embedded trees are whole")
    });
    &TREES
}
