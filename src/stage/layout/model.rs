use std::path::Path;
use std::sync::LazyLock;

use super::features::NAMES;
use crate::knowledge::{Subject, Trees};

/// What the fitted trees tell: whether a line end ends a paragraph.
pub const SUBJECT: Subject = Subject { format: "kanwu line ends 1", features: NAMES };

/// As `kanwu fit lines` wrote it.
const FITTED: &str = include_str!("../../../dictionaries/line-ends.txt");

/// The trees that come with the program.
///
/// # Panics
///
/// When the file that was compiled in is damaged; a test reads it.
pub fn fitted() -> &'static Trees {
    static TREES: LazyLock<Trees> = LazyLock::new(|| {
        Trees::parse(FITTED, SUBJECT, Path::new("dictionaries/line-ends.txt")).expect("the embedded trees are whole")
    });
    &TREES
}
