use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::correction::undo;
use crate::report::{Extent, entries};
use crate::text::Span;
use crate::{Error, Result};

/// The pages whose texts are embedded, and where a report keeps them.
pub(super) struct Texts {
    chosen: Vec<Chosen>,
    /// How many of them were written.
    written: usize,
    sources: PathBuf,
    corrections: PathBuf,
}

struct Chosen {
    /// As an index of the pages with corrections.
    page: usize,
    source: Extent,
    corrections: Extent,
    proposed: bool,
}

/// A page's text: what is the same in its source and its clean text, and what is not or might not be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Same(String),
    Changed { source: String, clean: String, ids: Vec<u64> },
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
    /// Of the report in the folder `report`, as many of `pages` as `limit` bytes of source hold: those with proposals
    /// first, as those are what a reviewer reads on for.
    pub(super) fn choose(report: &Path, pages: &[String], limit: u64) -> Result<Self> {
        let mut chosen = Vec::new();
        let mut names = pages.iter().enumerate().peekable();
        for entry in entries(report)? {
            let entry = entry?;
            let Some((page, _)) = names.next_if(|(_, name)| **name == entry.page) else { continue };
            let proposed = entry.proposed > 0;
            chosen.push(Chosen { page, source: entry.source_text, corrections: entry.corrections, proposed });
        }
        chosen.sort_by_key(|chosen| Reverse(chosen.proposed));
        let mut bytes = 0;
        // A page that alone takes a tenth of the room would be slow to show, and leave none to the others.
        chosen.retain(|chosen| {
            let length = chosen.source.length;
            let fits = length > 0 && length <= limit / 10 && bytes + length <= limit;
            bytes += if fits { length } else { 0 };
            fits
        });
        chosen.sort_by_key(|chosen| chosen.page);
        let [sources, corrections] = ["sources.txt", "corrections.jsonl"].map(|name| report.join(name));
        Ok(Self { chosen, written: 0, sources, corrections })
    }

    /// Whether the text of `page` is among them.
    pub(super) fn has(&self, page: usize) -> bool {
        self.chosen.binary_search_by_key(&page, |chosen| chosen.page).is_ok()
    }

    /// The next page, and its text.
    pub(super) fn next(&mut self) -> Result<Option<(usize, Vec<Part>)>> {
        let Some(chosen) = self.chosen.get(self.written) else { return Ok(None) };
        self.written += 1;
        let source = read(&self.sources, chosen.source)?;
        let lines = read(&self.corrections, chosen.corrections)?;
        let lines: serde_json::Result<Vec<Line>> = lines.split_terminator('\n').map(serde_json::from_str).collect();
        let parts = lines.ok().and_then(|lines| parts(&source, &lines));
        let parts = parts.ok_or_else(|| Error::Table {
            path: self.corrections.clone(),
            problem: "does not fit sources.txt beside it; the report was altered or is damaged, clean the pages again"
                .into(),
        })?;
        Ok(Some((chosen.page, parts)))
    }
}

fn read(path: &Path, extent: Extent) -> Result<String> {
    let read = || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(extent.offset))?;
        let mut text = String::new();
        file.take(extent.length).read_to_string(&mut text)?;
        Ok(text)
    };
    read().map_err(|source| Error::Read { path: path.to_owned(), source })
}

/// What comparing source and clean text needs of a line of `corrections.jsonl`.
#[derive(Deserialize)]
struct Line {
    id: u64,
    after: String,
    before: String,
    #[serde(deserialize_with = "bytes")]
    source: Range<usize>,
    #[serde(deserialize_with = "bytes")]
    clean: Range<usize>,
    pass: usize,
    at: Option<Bytes>,
}

#[derive(Deserialize)]
struct Bytes {
    start: usize,
    end: usize,
}

fn bytes<'de, D: Deserializer<'de>>(place: D) -> std::result::Result<Range<usize>, D::Error> {
    Bytes::deserialize(place).map(|bytes| bytes.start..bytes.end)
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
        text = undo(&text, edits.into_iter());
    }
    Some(text)
}

/// Source and clean text, part by part.
fn parts(source: &str, lines: &[Line]) -> Option<Vec<Part>> {
    let clean = clean(source, lines)?;
    let mut sorted: Vec<&Line> = lines.iter().collect();
    sorted.sort_by_key(|line| (line.source.start, line.clean.start, line.source.end, line.id));
    let mut regions: Vec<(Range<usize>, Range<usize>, Vec<u64>)> = Vec::new();
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
        regions.push((line.source.clone(), line.clean.clone(), vec![line.id]));
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
