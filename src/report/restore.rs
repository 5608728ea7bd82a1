use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::Report;
use super::folder::CORRECTIONS;
use super::name;
use super::page::{Entry, hash};
use crate::correction::undo;
use crate::text::Span;
use crate::{Error, Result};

/// The decoded source of the page whose clean text is `clean`, from the report in the folder `report`.
///
/// The page is found by the hash of its clean text; among several with the same one, by its name, which is the end of
/// `path`.
///
/// # Errors
///
/// When the report cannot be read, does not know the page, or knows it with another clean text.
pub fn restore(report: &Path, path: &Path, clean: &str) -> Result<String> {
    let mut report = Report::open(report)?;
    let entry = find(&report, path, &hash(clean))?;
    report.undone(&entry, clean)
}

impl Report {
    /// The source of the page that `entry` is, whose clean text is `clean`.
    pub(crate) fn undone(&mut self, entry: &Entry, clean: &str) -> Result<String> {
        let source = replay(&self.lines(entry)?, clean).filter(|source| hash(source) == entry.source_hash);
        source.ok_or_else(|| damaged(&self.folder().join(CORRECTIONS)))
    }

    /// What does not hold of the page that `entry` is, whose clean text is `clean`; nothing when that is its source with
    /// the corrections that the report calls applied, and nothing else.
    pub(crate) fn fault(&mut self, entry: &Entry, clean: &str) -> Result<Option<&'static str>> {
        let lines = self.lines(entry)?;
        let Some(corrections) = read::<Reported>(&lines) else {
            return Ok(Some("its lines of corrections.jsonl are damaged, or are not where pages.jsonl says"));
        };
        let count = |verdict: &str| corrections.iter().filter(|line| line.verdict == verdict).count() as u64;
        let counts = (count("applied"), count("proposed"), count("withheld"));
        let is_numbered = corrections.iter().enumerate().all(|(index, line)| line.id == index + 1);
        Ok(if corrections.iter().any(|line| line.page != entry.page) || !is_numbered {
            Some("its lines of corrections.jsonl are of another page, or some are missing")
        } else if counts != (entry.applied, entry.proposed, entry.withheld) {
            Some("it has other corrections than pages.jsonl counts")
        } else {
            match replay(&lines, clean).map(|source| hash(&source) == entry.source_hash) {
                Some(true) => None,
                Some(false) => Some("undoing its corrections does not give its source"),
                None => Some("its corrections do not stand in its clean text"),
            }
        })
    }
}

/// The page's entry in `pages.jsonl`.
fn find(report: &Report, path: &Path, clean_hash: &str) -> Result<Entry> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let is_at = |entry: &Entry| path.ends_with(name::path(&entry.page));
    let (mut same_text, mut same_name) = (Vec::<Entry>::new(), false);
    for entry in report.pages()? {
        let entry = entry?;
        same_name |= is_at(&entry);
        if entry.clean_hash == clean_hash {
            same_text.push(entry);
        }
    }
    // The longest name that the path ends with is the page; a page that was moved has none.
    same_text.sort_by_key(|entry| (is_at(entry), entry.page.len()));
    let Some(best) = same_text.pop() else {
        return Err(unknown(report.folder(), &path, same_name));
    };
    let rival = same_text.iter().find(|other| other.source_hash != best.source_hash);
    match rival {
        Some(other) if !is_at(&best) => Err(Error::Usage(format!(
            "{} has the clean text of several pages with different sources, {} and {} among them; put it back at the \
             path of the one you mean",
            path.display(),
            best.page,
            other.page
        ))),
        _ => Ok(best),
    }
}

fn unknown(report: &Path, path: &Path, same_name: bool) -> Error {
    let (path, report) = (path.display(), report.display());
    Error::Usage(if same_name {
        format!(
            "{path} was altered since the report in {report} was written, or is not a clean text but its source; \
             restore needs the clean text as it was written"
        )
    } else {
        format!(
            "the report in {report} knows no page with the name or the text of {path}; is it the report of another run?"
        )
    })
}

/// What undoing needs of a line of `corrections.jsonl`.
#[derive(Deserialize)]
struct Undo {
    before: String,
    after: String,
    verdict: String,
    pass: usize,
    at: Option<Range>,
}

#[derive(Deserialize)]
struct Range {
    start: usize,
    end: usize,
}

/// What tells whose a line of `corrections.jsonl` is, and of what kind.
#[derive(Deserialize)]
struct Reported {
    page: String,
    id: usize,
    verdict: String,
}

/// The lines of a page; nothing when one of them is none.
fn read<'l, T: Deserialize<'l>>(lines: &'l str) -> Option<Vec<T>> {
    lines.split_terminator('\n').map(|line| serde_json::from_str(line).ok()).collect()
}

/// `clean` with the applied corrections of `lines` undone, pass by pass from the last; nothing when they do not stand in it.
fn replay(lines: &str, clean: &str) -> Option<String> {
    let mut passes: BTreeMap<usize, Vec<(Span, Undo)>> = BTreeMap::new();
    for line in read::<Undo>(lines)?.into_iter().filter(|line| line.verdict == "applied") {
        let at = line.at.as_ref().filter(|at| at.start <= at.end)?;
        passes.entry(line.pass).or_default().push((Span::new(at.start, at.end), line));
    }
    let mut text = clean.to_owned();
    for pass in passes.values().rev() {
        let rising = pass.windows(2).all(|pair| pair[0].0.end() <= pair[1].0.start());
        let stands = |(span, line): &(Span, Undo)| span.fits(&text) && span.of(&text) == line.after;
        if !rising || !pass.iter().all(stands) {
            return None;
        }
        text = undo(&text, pass.iter().map(|(span, line)| (*span, line.before.as_str())));
    }
    Some(text)
}

fn damaged(path: &Path) -> Error {
    Error::Table {
        path: path.to_owned(),
        problem: "the report was altered or is damaged, so the source cannot be restored from it".into(),
    }
}
