use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::correction::undo;
use crate::report::{Entry, Line, Report};
use crate::text::Span;
use crate::{Error, Result};

/// The pages with corrections, and which of them have their texts embedded.
pub(super) struct Texts {
    /// The hash of each page's source.
    pub(super) hashes: Vec<String>,
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
    /// Of `pages` of `report`, as many as `limit` bytes of source hold: those with proposals first, as those are what a
    /// reviewer reads on for.
    pub(super) fn choose(report: &Report, pages: &[String], limit: u64) -> Result<Self> {
        let (mut hashes, mut chosen) = (Vec::with_capacity(pages.len()), Vec::new());
        let mut names = pages.iter().enumerate().peekable();
        for entry in report.pages()? {
            let mut entry = entry?;
            let Some((page, _)) = names.next_if(|(_, name)| **name == entry.page) else { continue };
            hashes.push(entry.source_hash.clone());
            // The line that a page was can be as long as the page, and is not needed here.
            entry.source_line = None;
            chosen.push((page, entry));
        }
        chosen.sort_by_key(|(_, entry)| Reverse(entry.proposed > 0));
        let mut bytes = 0;
        // A page that alone takes a tenth of the room would be slow to show, and leave none to the others.
        chosen.retain(|(_, entry)| {
            let length = entry.source_text.length;
            let fits = length > 0 && length <= limit / 10 && bytes + length <= limit;
            bytes += if fits { length } else { 0 };
            fits
        });
        chosen.sort_by_key(|(page, _)| *page);
        Ok(Self { hashes, chosen })
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

/// Source and clean text, part by part.
fn parts(source: &str, lines: &[Line]) -> Option<Vec<Part>> {
    let clean = clean(source, lines)?;
    let mut sorted: Vec<&Line> = lines.iter().collect();
    sorted.sort_by_key(|line| (line.source.start, line.clean.start, line.source.end, line.id));
    let mut regions: Vec<(Range<usize>, Range<usize>, Vec<usize>)> = Vec::new();
    for line in sorted {
        if let Some((left, right, ids)) = regions.last_mut() {
            let apart = line.source.start >= left.end && line.clean.start >= right.end;
            // Corrections of later passes may have changed what earlier ones wrote; what they share is shown as one.
            let same = || source.get(left.end..line.source.start) == clean.get(right.end..line.clean.start);
            if !apart || !same() {
                *left = left.start.min(line.source.start)..left.end.max(line.source.end);
                *right = right.start.min(line.clean.start)..right.end.max(line.clean.end);
                ids.push(line.id);
                continue;
            }
        }
        regions.push((line.source.start..line.source.end, line.clean.start..line.clean.end, vec![line.id]));
    }
    let mut parts = Vec::with_capacity(2 * regions.len() + 1);
    let (mut left, mut right) = (0, 0);
    for (from, to, ids) in regions {
        let same = source.get(left..from.start)?;
        if clean.get(right..to.start)? != same {
            return None;
        }
        if !same.is_empty() {
            parts.push(Part::Same(same.to_owned()));
        }
        parts.push(Part::Changed {
            source: source.get(from.clone())?.to_owned(),
            clean: clean.get(to.clone())?.to_owned(),
            ids,
        });
        (left, right) = (from.end, to.end);
    }
    let same = source.get(left..)?;
    if clean.get(right..)? != same {
        return None;
    }
    if !same.is_empty() {
        parts.push(Part::Same(same.to_owned()));
    }
    Some(parts)
}
