use std::path::Path;
use std::sync::LazyLock;

use super::features::NAMES;
use crate::knowledge::{Subject, Trees};

/// What the fitted trees tell: whether a string is a misread name.
pub const SUBJECT: Subject = Subject { format: "kanwu places 1", features: NAMES };

/// As `kanwu tables places` wrote it.
const FITTED: &str = include_str!("../../../dictionaries/places.txt");

/// The trees that come with the program.
///
/// # Panics
///
/// When the file that was compiled in is damaged; a test reads it.
pub fn fitted() -> &'static Trees {
    static TREES: LazyLock<Trees> = LazyLock::new(|| {
        Trees::parse(FITTED, SUBJECT, Path::new("dictionaries/places.txt")).expect("the embedded trees are whole")
    });
    &TREES
}
