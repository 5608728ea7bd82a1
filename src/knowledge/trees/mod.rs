//! Fitted decisions: sums of small decision trees, kept as text that a person can read.

mod packed;
mod splits;

use std::path::Path;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use splits::Tree;

/// A sum of small decision trees that gives the log-odds of a yes.
///
/// Boosted trees, not a linear model: what a short line means depends on the column, on how the line closes and on
/// whether the next line is indented, all at once.
#[derive(Debug, Clone)]
pub struct Trees {
    bias: f32,
    /// The trees' nodes, all in one row; a tree's root comes first.
    nodes: Vec<Node>,
    /// Where each tree's root stands in `nodes`.
    roots: Vec<u32>,
    /// The same trees as many rows are asked of them.
    by_splits: OnceLock<Vec<Tree>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Node {
    /// Left (the node after this one) if the feature is below the threshold, else right.
    Split {
        feature: u16,
        below: f32,
        right: u32,
    },
    Leaf(f32),
}

impl PartialEq for Trees {
    fn eq(&self, other: &Self) -> bool {
        self.bias == other.bias && self.nodes == other.nodes && self.roots == other.roots
    }
}

/// What a trees file is about: its first line, and the features that its splits may name.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The first line of the file.
    pub format: &'static str,
    /// The features, in the order in which examples hold them, each with what it measures.
    pub features: &'static [(&'static str, &'static str)],
}

/// The numbers of features, by their names.
type Features = FxHashMap<&'static str, u16>;

impl Trees {
    /// Reads trees about `subject` from `text`; `path` is for errors.
    ///
    /// The first line names the format. Lines that start with `#` say how the file was made. `bias NUMBER` comes next,
    /// then a tree a line: `VALUE` for a leaf, `(FEATURE<NUMBER LEFT RIGHT)` for a split.
    ///
    /// # Errors
    ///
    /// [`Error::Row`] where a line is not of that form or names a feature that this version does not know.
    pub fn parse(text: &str, subject: Subject, path: &Path) -> Result<Self> {
        let mut model = Self { bias: 0.0, nodes: Vec::new(), roots: Vec::new(), by_splits: OnceLock::new() };
        let features = subject.features.iter().map(|(name, _)| *name).zip(0..).collect();
        for (number, line) in (1..).zip(text.lines()) {
            let row = |problem: String| Error::Row { path: path.to_owned(), line: number, problem };
            match number {
                1 if line == subject.format => {}
                1 => return Err(row(format!("expected `{}`; write the file with `kanwu fit`", subject.format))),
                _ if line.starts_with('#') || line.is_empty() => {}
                _ if line.starts_with("bias ") => {
                    model.bias = line[5..].parse().map_err(|_| row(format!("`{line}` gives no number")))?;
                }
                _ => {
                    model.roots.push(model.nodes.len() as u32);
                    let mut rest = line;
                    model.tree(&mut rest, &features, 0).map_err(row)?;
                    if !rest.is_empty() {
                        return Err(row(format!("`{rest}` stands after the tree")));
                    }
                }
            }
        }
        Ok(model)
    }

    fn tree(&mut self, rest: &mut &str, features: &Features, depth: usize) -> std::result::Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("the tree is deeper than {DEEPEST}"));
        }
        let Some(split) = rest.strip_prefix('(') else {
            let (value, after) = cut(rest, b" )").unwrap_or((rest, ""));
            let number = value.parse().map_err(|_| format!("`{value}` is no number"))?;
            self.nodes.push(Node::Leaf(number));
            *rest = after;
            return Ok(());
        };
        let (test, branches) = cut(split, b" ").ok_or("a split has two branches")?;
        let (name, below) = cut(test, b"<").ok_or_else(|| format!("`{test}` is no test"))?;
        let feature =
            *features.get(name).ok_or_else(|| format!("`{name}` is no feature of this version; fit the model anew"))?;
        let below = &below[1..];
        let below = below.parse().map_err(|_| format!("`{below}` is no number"))?;
        let node = self.nodes.len();
        self.nodes.push(Node::Leaf(0.0));
        *rest = &branches[1..];
        self.tree(rest, features, depth + 1)?;
        *rest = rest.strip_prefix(' ').ok_or("a split has two branches")?;
        self.nodes[node] = Node::Split { feature, below, right: self.nodes.len() as u32 };
        self.tree(rest, features, depth + 1)?;
        *rest = rest.strip_prefix(')').ok_or("a split ends in `)`")?;
        Ok(())
    }

    /// The log-odds of a yes for these features, which are as many as the subject has.
    ///
    /// Once the sum is far on one side it hardly comes back, and confidences end at 0.999: so the rest of the trees is left
    /// out.
    pub fn log_odds(&self, features: &[f32]) -> f64 {
        f64::from(self.walk(self.bias, 0, features))
    }

    /// Adds to `sum` what the trees from number `first` on say.
    fn walk(&self, mut sum: f32, first: usize, features: &[f32]) -> f32 {
        for trees in self.roots.get(first..).unwrap_or_default().chunks(STEP) {
            sum += trees.iter().map(|&root| self.value(root, features)).sum::<f32>();
            if is_settled(sum) {
                break;
            }
        }
        sum
    }

    fn value(&self, root: u32, features: &[f32]) -> f32 {
        let mut at = root as usize;
        loop {
            match self.nodes[at] {
                Node::Leaf(value) => return value,
                Node::Split { feature, below, right } => {
                    at = if features[usize::from(feature)] < below { at + 1 } else { right as usize };
                }
            }
        }
    }
}

/// How deep a tree may be.
const DEEPEST: usize = 32;

/// Cuts `text` before the first of `marks`, which are ASCII, if one stands in it.
fn cut<'t>(text: &'t str, marks: &[u8]) -> Option<(&'t str, &'t str)> {
    let at = text.bytes().position(|byte| marks.contains(&byte))?;
    Some(text.split_at(at))
}

/// After how many trees the sum is looked at.
const STEP: usize = 16;

/// Log-odds beyond which a sum is settled; chosen by hand.
const SETTLED: f32 = 5.5;

fn is_settled(sum: f32) -> bool {
    sum.abs() > SETTLED
}

/// The features of a subject: their names with what each measures, and the numbers of an example by name.
macro_rules! features {
    ($($name:ident: $what:expr),+ $(,)?) => {
        /// The names of the features, in order, each with what it measures.
        pub const NAMES: &[(&str, &str)] = &[$((stringify!($name), $what)),+];

        #[derive(Debug, Default, Clone, Copy)]
        struct Seen { $($name: f32),+ }

        impl Seen {
            fn numbers(self) -> Features { [$(self.$name),+] }
        }
    };
}

/// Trees that are part of the program, and the function that gives them.
macro_rules! embedded {
    ($(#[$what:meta])+ $name:ident, $subject:expr, $file:literal) => {
        $(#[$what])+
        ///
        /// # Panics
        ///
        /// When the file that was compiled in is damaged; a test reads it.
        pub fn $name() -> &'static $crate::knowledge::Trees {
            static TREES: std::sync::LazyLock<$crate::knowledge::Trees> = std::sync::LazyLock::new(|| {
                let packed = include_bytes!(concat!(env!("OUT_DIR"), "/", $file, ".packed"));
                $crate::knowledge::Trees::from_packed(packed, $subject).expect("the embedded trees are whole")
            });
            &TREES
        }
    };
}

/// The subject of a file of `dictionaries/`, and the trees in it: read once, when somebody first asks for them.
macro_rules! fitted {
    ($(#[$what:meta])+ $format:literal, $file:literal) => {
        $(#[$what])+
        pub const SUBJECT: $crate::knowledge::Subject =
            $crate::knowledge::Subject { format: $format, features: NAMES };

        $crate::knowledge::trees::embedded! {
            /// The trees that come with the program.
            fitted, SUBJECT, $file
        }
    };
}

pub(crate) use {embedded, features, fitted};

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject = Subject { format: "kanwu test 1", features: &[("short", ""), ("closed", "")] };

    fn parse(trees: &str) -> Result<Trees> {
        Trees::parse(&format!("kanwu test 1\n# made by hand\nbias -0.5\n{trees}\n"), SUBJECT, Path::new("x.txt"))
    }

    #[test]
    fn trees_read_as_written() {
        let trees = parse("(short<1.5 (closed<0.5 -2 1) 3)\n0.25").unwrap();
        for (features, odds) in [([0.0, 0.0], -2.25), ([0.0, 1.0], 0.75), ([2.0, 1.0], 2.75)] {
            assert!((trees.log_odds(&features) - odds).abs() < 1e-6);
        }
    }

    #[test]
    fn many_rows_are_told_as_each_by_itself() {
        /// A tree with a leaf for each number of a range, which tells these apart.
        fn balanced(leaves: std::ops::Range<u32>) -> String {
            let middle = u32::midpoint(leaves.start, leaves.end);
            if middle == leaves.start {
                return format!("{middle}.5");
            }
            format!("(short<{middle} {} {})", balanced(leaves.start..middle), balanced(middle..leaves.end))
        }
        let small = "(closed<0.5 (short<3 -0.25 (short<7 1 -1)) (short<5 0.5 (closed<2 -0.5 0.25)))";
        let large = [1, 32, 33, 70].map(|leaves| format!("{small}\n{}", balanced(0..leaves)));
        let forests = large.into_iter().chain([small.to_owned(), [small; 40].join("\n")]);
        let rows: Vec<[f32; 2]> =
            (0..120).map(|row| [row as f32 * 0.7, (row % 3) as f32]).chain([[f32::NAN; 2]]).collect();
        let rows: Vec<&[f32]> = rows.iter().map(|row| &row[..]).collect();
        for forest in forests {
            let trees = parse(&forest).unwrap();
            let each: Vec<f64> = rows.iter().map(|row| trees.log_odds(row)).collect();
            assert_eq!(trees.log_odds_of_each(rows.iter().copied()), each, "{forest}");
        }
        assert!(parse("1").unwrap().log_odds_of_each([]).is_empty());
    }

    #[test]
    fn a_damaged_tree_is_refused_with_its_line() {
        for tree in ["(short<1.5 1", "(short<1.5 1 2", "(shirt<1.5 1 2)", "(short<x 1 2)", "1 2", "x", "(short 1 2)"] {
            let error = parse(tree).unwrap_err().to_string();
            assert!(error.starts_with("x.txt:4: "), "{tree}: {error}");
        }
        let foreign = Trees::parse("something else", SUBJECT, Path::new("x")).unwrap_err().to_string();
        assert!(foreign.contains("kanwu fit"), "{foreign}");
    }
}
