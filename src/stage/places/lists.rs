//! Names of towns in lists: of 埠村、圣井、文祖, which are towns of one county, one may have been misread.
//!
//! A name of two characters without suffix is one character away from much that stands in any text, so it is looked for only
//! where the page names the place in full. A list in which it stands beside another town of the county says as much.

use std::sync::Arc;

use super::features::Exacts;
use super::index::{Index, Owner};
use super::letters::{BYTES, character, letter_at};
use super::scan::{Hit, compare};
use crate::knowledge::{Gazetteer, Level};
use crate::text::is_han;

const COMMA: char = '、';

/// The strings of two characters that stand in a list beside a town, and differ in one from the name of another town of its
/// county, where `is_possible` says of the right and the read character that engines confuse them.
///
/// `exact` are the names of `indexes` that stand in `text` as they should.
pub(super) fn near(
    text: &str,
    gazetteer: &Gazetteer,
    indexes: &[Arc<Index>],
    exact: &Exacts,
    is_possible: impl Fn(char, char) -> bool,
) -> Vec<Hit> {
    let county = |owner: Owner| match owner {
        Owner::Place(place) if gazetteer.level(place) == Level::Town => gazetteer.parent(place),
        _ => None,
    };
    let mut hits = Vec::new();
    for town in exact.all() {
        let Some(here) = county(town.name.owner) else { continue };
        let items = [item_before(text, town.span.start()), item_after(text, town.span.end())];
        for start in items.into_iter().flatten() {
            for (number, index) in indexes.iter().enumerate() {
                for name in index.bare().filter(|name| county(index.name(*name).owner) == Some(here)) {
                    let right = index.letters(name);
                    if let Some(Some(at)) = compare(text.as_bytes(), start, right)
                        && let Some(read) = letter_at(text.as_bytes(), start + at * BYTES)
                        && is_possible(character(right[at]), character(read))
                    {
                        hits.push(Hit { index: number, name, start, length: 2, differs: Some(at) });
                    }
                }
            }
        }
    }
    hits
}

/// Where the item of two characters begins that stands in a list before what begins at `at`.
fn item_before(text: &str, at: usize) -> Option<usize> {
    const OPENS: &str = "在到于和及与对为向从把由赴自";
    let before = text[..at].strip_suffix(COMMA)?;
    let mut letters = before.char_indices().rev();
    let (_, second) = letters.next()?;
    let (start, first) = letters.next()?;
    let is_start = letters.next().is_none_or(|(_, c)| !is_han(c) || OPENS.contains(c));
    (is_name(first) && is_name(second) && is_start).then_some(start)
}

/// Where the item of two characters begins that stands in a list after what ends at `at`.
fn item_after(text: &str, at: usize) -> Option<usize> {
    const CLOSES: &str = "等和及与三四五六七八九十";
    let mut letters = text[at..].strip_prefix(COMMA)?.chars();
    let (first, second) = (letters.next()?, letters.next()?);
    let is_end = letters.next().is_none_or(|c| !is_han(c) || CLOSES.contains(c));
    (is_name(first) && is_name(second) && is_end).then_some(at + COMMA.len_utf8())
}

/// Whether a name may have `c`: Chinese characters of three bytes, as all names of the gazetteer do.
fn is_name(c: char) -> bool {
    is_han(c) && c.len_utf8() == BYTES
}
