//! The pages of `samples/`, and what their clean text must be.
//!
//! `truth/` holds the clean text under the path of the page; `spec.json` says of each page what must join, part, hold and
//! never appear. Lines tagged `engine` or `fragment` ask for more than the program can do yet.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One thing that must be so of a clean page.
#[derive(Debug, Deserialize)]
pub(crate) struct Demand {
    kind: Kind,
    text: Vec<String>,
    tag: Tag,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// The two stand next to one another, with nothing or only blanks between.
    Join,
    /// The second begins a line, and the first ends the line before it that is not empty.
    Part,
    /// The text stands in the page, blanks as given.
    Holds,
    /// The text stands nowhere.
    Never,
}

/// What it takes to meet a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tag {
    /// Layout, spacing, marks, numbers and places.
    Main,
    /// Judging characters by the sense of the sentence.
    Engine,
    /// Moving parts of a column.
    Fragment,
}

impl Demand {
    /// Whether `page` meets it.
    fn is_met(&self, page: &str) -> bool {
        let without_blanks = |text: &str| text.replace([' ', '\t', '\u{3000}'], "");
        match (&self.kind, self.text.as_slice()) {
            (Kind::Holds, [text]) => page.contains(text),
            (Kind::Never, [text]) => !page.contains(text),
            (Kind::Join, [left, right]) => {
                without_blanks(page).contains(&(without_blanks(left) + &without_blanks(right)))
            }
            (Kind::Part, [left, right]) => {
                let (page, left) = (without_blanks(page), without_blanks(left));
                page.match_indices(&without_blanks(right))
                    .map(|(start, _)| &page[..start])
                    .any(|before| before.ends_with('\n') && before.trim_end_matches('\n').ends_with(&left))
            }
            (kind, text) => panic!("{kind:?} of {} texts", text.len()),
        }
    }
}

/// The demands of `spec.json`, by page.
pub(crate) fn demands() -> BTreeMap<String, Vec<Demand>> {
    serde_json::from_str(&read(&folder("tests/samples/spec.json"))).expect("spec.json maps pages to demands")
}

/// The clean text of the sample at `page`.
pub(crate) fn truth(page: &str) -> String {
    read(&folder("tests/samples/truth").join(page))
}

/// The demands tagged `tag` that `text`, cleaned from the sample at `page`, does not meet.
pub(crate) fn unmet<'a>(demands: &'a [Demand], tag: Tag, text: &str) -> Vec<&'a Demand> {
    demands.iter().filter(|demand| demand.tag == tag && !demand.is_met(text)).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A path inside the project.
pub(crate) fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The paths below `top` of all pages in it.
pub(crate) fn pages(top: &Path) -> Vec<String> {
    let mut pages: Vec<_> = ignore::Walk::new(top)
        .map(|entry| entry.expect("the project's folders can be read").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .filter_map(|path| path.strip_prefix(top).ok()?.to_str().map(str::to_owned))
        .collect();
    pages.sort();
    pages
}

#[test]
fn every_sample_has_a_truth_and_demands() {
    let samples = pages(&folder("samples"));
    assert_eq!(samples, pages(&folder("tests/samples/truth")));
    assert_eq!(samples, demands().into_keys().collect::<Vec<_>>());
}

#[test]
fn every_demand_is_met_by_the_truth() {
    for (page, demands) in demands() {
        for tag in [Tag::Main, Tag::Engine, Tag::Fragment] {
            let unmet = unmet(&demands, tag, &truth(&page));
            assert!(unmet.is_empty(), "{page}: {unmet:#?}");
        }
    }
}

#[test]
fn the_pages_without_error_are_their_own_truth() {
    for page in ["shaanxi/2023-09-23/clean.txt", "english/2019-09-27/A08.txt"] {
        assert_eq!(read(&folder("samples").join(page)), truth(page));
    }
}

#[test]
fn no_hurt_page_meets_its_demands() {
    for (page, demands) in demands() {
        let bytes = fs::read(folder("samples").join(&page)).unwrap();
        if let Ok(text) = String::from_utf8(bytes)
            && text != truth(&page)
        {
            assert!(unmet(&demands, Tag::Main, &text).len() > 5, "{page} asks too little");
        }
    }
}
