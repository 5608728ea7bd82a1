//! The trees that are part of the program: packed by its build, they are those of their text.

use std::path::Path;

use kanwu::knowledge::{Subject, Trees};
use kanwu::stage::punctuation::meant;
use kanwu::stage::{confusables, layout, places, spacing};
use layout::fragments;

#[track_caller]
fn check(file: &str, packed: &Trees, subject: Subject) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(*packed == Trees::parse(&text, subject, &path).unwrap(), "{file}");
}

#[test]
fn packed_trees_are_those_of_the_text() {
    check("line-ends.txt", layout::fitted(), layout::SUBJECT);
    check("torn-line-ends.txt", layout::fitted_to_torn_pages(), layout::SUBJECT);
    check("fragments.txt", fragments::fitted(), fragments::SUBJECT);
    check("fragments-again.txt", fragments::fitted_to_second_look(), fragments::SUBJECT);
    check("blanks.txt", spacing::fitted(), spacing::SUBJECT);
    check("widths.txt", meant::fitted(), meant::SUBJECT);
    check("confusables.txt", confusables::fitted(), confusables::SUBJECT);
    check("marks.txt", confusables::marks::fitted(), confusables::marks::SUBJECT);
    check("places.txt", places::fitted(), places::SUBJECT);
}
