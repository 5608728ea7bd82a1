use std::path::Path;
use std::sync::LazyLock;

use super::features::NAMES;
use crate::knowledge::{Subject, Trees};

/// What the fitted trees tell: whether a blank is stray.
pub const SUBJECT: Subject = Subject { format: "kanwu blanks 1", features: NAMES };

/// As `kanwu fit blanks` wrote it.
const FITTED: &str = include_str!("../../../dictionaries/blanks.txt");

/// The trees that come with the program.
///
/// # Panics
///
/// When the file that was compiled in is damaged; a test reads it.
pub fn fitted() -> &'static Trees {
    static TREES: LazyLock<Trees> = LazyLock::new(|| {
        Trees::parse(FITTED, SUBJECT, Path::new("dictionaries/blanks.txt")).expect("the embedded trees are whole")
    });
    &TREES
}
