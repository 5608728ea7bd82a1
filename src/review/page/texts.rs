use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::correction::undo;
use crate::report::{Entry, Line, Report};
use crate::review::Groups;
use crate::text::Span;
use crate::{Error, Result};

/// The most pages whose texts are embedded, however short they are. Chosen by hand, so that memory has a bound.
const MOST: usize = 50_000;

/// The pages that have their texts embedded.
pub(super) struct Texts {
    chosen: Vec<(usize, Entry)>,
}

/// A page's text: what is the same in its source and its clean text, and what is not or might not be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Same(String),
    Changed { source: String, clean: String, ids: Vec<usize> },
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Same(text) => text.serialize(serializer),
            Self::Changed { source, clean, ids } => (source, clean, ids).serialize(serializer),
        }
    }
}

impl Texts {
    /// Of the pages of `groups`, as many as `limit` bytes of source hold: those with proposals first, as those are what a
    /// reviewer reads on for.
    pub(super) fn choose(report: &Report, groups: &Groups, limit: u64) -> Result<Self> {
        let (mut chosen, mut bytes) = (Vec::new(), 0);
        for with_proposals in [true, false] {
            for found in groups.entries(report)? {
                let (page, mut entry) = found?;
                let length = entry.source_text.length;
                // A page that alone takes a tenth of the room would be slow to show, and leave none to the others.
                let fits = length > 0 && length <= limit / 10 && bytes + length <= limit && chosen.len() < MOST;
                if (entry.proposed > 0) == with_proposals && fits {
                    bytes += length;
                    // The line that a page was can be as long as the page, and is not needed here.
                    entry.source_line = None;
                    chosen.push((page, entry));
                }
            }
        }
        chosen.sort_by_key(|(page, _)| *page);
        Ok(Self { chosen })
    }

    /// Whether the text of `page` is embedded.
    pub(super) fn has(&self, page: usize) -> bool {
        self.chosen.binary_search_by_key(&page, |(page, _)| *page).is_ok()
    }

    /// Each embedded page with its text, read from `report` when it is asked for.
    pub(super) fn parts<'a>(&'a self, report: &'a mut Report) -> impl Iterator<Item = Result<(usize, Vec<Part>)>> + 'a {
        self.chosen.iter().map(|(page, entry)| {
            let parts = parts(&report.source(entry)?, &report.corrections(entry)?);
            let parts = parts.ok_or_else(|| Error::Table {
                path: report.folder().join("corrections.jsonl"),
                problem: "does not fit sources.txt beside it, so it was altered or is damaged; clean the pages again"
                    .into(),
            })?;
            Ok((*page, parts))
        })
    }
}

/// The clean text that `lines` make of `source`; none when they do not fit it.
fn clean(source: &str, lines: &[Line]) -> Option<String> {
    let mut passes: BTreeMap<usize, Vec<(usize, &Line)>> = BTreeMap::new();
    for line in lines {
        if let Some(at) = &line.at {
            passes.entry(line.pass).or_default().push((at.start, line));
        }
    }
    let mut text = source.to_owned();
    for pass in passes.values() {
        let (mut edits, mut grown) = (Vec::with_capacity(pass.len()), 0_isize);
        for (at, line) in pass {
            let start = usize::try_from(isize::try_from(*at).ok()? - grown).ok()?;
            let span = Span::new(start, start + line.before.len());
            if text.get(span.start()..span.end())? != line.before {
                return None;
            }
            grown += isize::try_from(line.after.len()).ok()? - isize::try_from(line.before.len()).ok()?;
            edits.push((span, line.after.as_str()));
        }
        // Putting in what stands after is the same work as putting back what stood before.
        text = undo(&text, edits);
    }
    Some(text)
}

/// Source and clean text, part by part; none when `lines` do not fit the source.
fn parts(source: &str, lines: &[Line]) -> Option<Vec<Part>> {
    let clean = clean(source, lines)?;
    let parts = split(source, &clean, lines).unwrap_or_else(|| {
        // Places that were mapped through many passes need not lie where the texts part. Then all of it is one change.
        let ids = lines.iter().map(|line| line.id).collect();
        vec![Part::Changed { source: source.to_owned(), clean: clean.clone(), ids }]
    });
    Some(parts)
}

/// What is changed, or would be, in one place: bytes of the source, bytes of the clean text, ids.
type Region = (Range<usize>, Range<usize>, Vec<usize>);

fn split(source: &str, clean: &str, lines: &[Line]) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let same = |left: Range<usize>, right: Range<usize>, parts: &mut Vec<Part>| {
        let text = source.get(left)?;
        if !text.is_empty() {
            parts.push(Part::Same(text.to_owned()));
        }
        (clean.get(right)? == text).then_some(())
    };
    let (mut left, mut right) = (0, 0);
    for (from, to, ids) in regions(source, clean, lines) {
        same(left..from.start, right..to.start, &mut parts)?;
        (left, right) = (from.end, to.end);
        parts.push(Part::Changed { source: source.get(from)?.to_owned(), clean: clean.get(to)?.to_owned(), ids });
    }
    same(left..source.len(), right..clean.len(), &mut parts)?;
    Some(parts)
}

/// The places of `lines`, in order, those that meet in one.
fn regions(source: &str, clean: &str, lines: &[Line]) -> Vec<Region> {
    let mut sorted: Vec<&Line> = lines.iter().collect();
    sorted.sort_by_key(|line| (line.source.start, line.clean.start, line.source.end, line.id));
    let mut regions: Vec<Region> = Vec::new();
    for line in sorted {
        let (from, to) = (line.source.start..line.source.end, line.clean.start..line.clean.end);
        if let Some((left, right, ids)) = regions.last_mut() {
            let apart = from.start >= left.end && to.start >= right.end;
            // Corrections of later passes may have changed what earlier ones wrote; what they share is shown as one.
            if !apart || source.get(left.end..from.start) != clean.get(right.end..to.start) {
                *left = left.start.min(from.start)..left.end.max(from.end);
                *right = right.start.min(to.start)..right.end.max(to.end);
                ids.push(line.id);
                continue;
            }
        }
        regions.push((from, to, vec![line.id]));
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that makes `after` of `before`, from a pass or proposed after it, at these bytes of the source and the
    /// clean text.
    fn line(
        id: usize,
        change: [&str; 2],
        source: Range<usize>,
        clean: Range<usize>,
        at: Option<(usize, usize)>,
    ) -> Line {
        let [before, after] = change;
        let (pass, at) = at.map_or((9, None), |(pass, start)| (pass, Some((start, start + after.len()))));
        let place =
            |range: Range<usize>| serde_json::json!({ "line": 1, "column": 1, "start": range.start, "end": range.end });
        let mut value = serde_json::json!({
            "page": "a.txt", "id": id, "stage": "numerals", "rule": "letter-in-number", "before": before, "after": after,
            "source": place(source), "clean": place(clean), "context": { "left": "", "right": "" }, "confidence": 0.9,
            "verdict": if at.is_some() { "applied" } else { "proposed" }, "evidence": [], "pass": pass
        });
        if let Some((start, end)) = at {
            value["at"] = serde_json::json!({ "start": start, "end": end });
        }
        serde_json::from_value(value).unwrap()
    }

    /// Parts as text: what is the same, and `[source→clean ids]`.
    #[track_caller]
    fn check(source: &str, lines: &[Line], expected: &str) {
        let shown: String = parts(source, lines)
            .unwrap()
            .iter()
            .map(|part| match part {
                Part::Same(text) => text.clone(),
                Part::Changed { source, clean, ids } => format!("[{source}→{clean} {ids:?}]"),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_applied_and_what_is_proposed_stand_in_the_text() {
        let lines = [line(1, ["l", "10"], 3..4, 3..5, Some((0, 3))), line(2, ["O", "0"], 5..6, 6..7, None)];
        check("甲lxO乙", &lines, "甲[l→10 [1]]x[O→O [2]]乙");
    }

    #[test]
    fn a_change_of_what_was_changed_is_one_with_it() {
        let lines = [line(1, ["a", "bc"], 0..1, 0..2, Some((0, 0))), line(2, ["cd", "e"], 0..2, 1..2, Some((1, 1)))];
        check("adx", &lines, "[ad→be [1, 2]]x");
    }

    #[test]
    fn a_move_is_a_hole_here_and_a_text_there() {
        let lines = [line(1, ["ab", ""], 0..2, 0..0, Some((0, 0))), line(2, ["", "ab"], 3..3, 1..3, Some((0, 1)))];
        check("abc", &lines, "[ab→ [1]]c[→ab [2]]");
    }

    #[test]
    fn places_that_are_not_where_the_texts_part_make_one_change_of_all() {
        let lines = [line(1, ["a", "b"], 0..1, 1..2, Some((0, 0)))];
        check("ax", &lines, "[ax→bx [1]]");
    }

    #[test]
    fn lines_that_do_not_fit_the_source_are_refused() {
        assert_eq!(parts("ax", &[line(1, ["b", "c"], 0..1, 0..1, Some((0, 0)))]), None);
    }
}
