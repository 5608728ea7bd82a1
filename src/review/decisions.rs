use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::correction::{Reviewed, Rule};
use crate::{Error, Result};

/// What the file says that it is.
const FORMAT: &str = "kanwu decisions 1";

/// What a reviewer decided of one report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decisions {
    /// [`Report::hash`](crate::report::Report::hash) of the report.
    pub report: String,
    /// Who decided.
    pub reviewer: Option<String>,
    /// When.
    pub time: Option<String>,
    /// `source_hash` of every page in which a decision has an occurrence, by name.
    pub pages: BTreeMap<String, String>,
    /// What was decided.
    pub list: Vec<Decision>,
}

/// One decision, on corrections that put `after` in the place of `before` by one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The rule's code.
    pub rule: String,
    /// What stood there.
    pub before: String,
    /// What was put there, or would be.
    pub after: String,
    /// How wide the decision is.
    pub scope: Scope,
    /// The page of a single occurrence.
    pub page: Option<String>,
    /// Its id there.
    pub id: Option<usize>,
    /// What was decided.
    pub choice: Choice,
    /// Whether a decision on a group is also on what was withheld.
    pub withheld: bool,
    /// Occurrences that were decided otherwise.
    pub except: Vec<Exception>,
    /// The line of the file that it begins in; 0 when it was not read from one.
    pub line: usize,
}

/// How wide a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Every occurrence in the report that was not withheld, and in later runs.
    Always,
    /// Every occurrence in the report that was not withheld.
    Group,
    /// One.
    Occurrence,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// The correction is right; or its place is to read `instead`.
    Accept {
        /// The text that the reviewer typed.
        instead: Option<String>,
    },
    /// The correction is wrong.
    Reject,
}

/// An occurrence that was decided otherwise than the rest of its group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exception {
    /// Its page.
    pub page: String,
    /// Its id there.
    pub id: usize,
    /// What was decided.
    pub choice: Choice,
}

impl Choice {
    /// As the file names it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Reject => "reject",
        }
    }

    fn instead(&self) -> Option<String> {
        match self {
            Self::Accept { instead } => instead.clone(),
            Self::Reject => None,
        }
    }
}

/// The file, keys in their order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole<'f> {
    format: String,
    report: String,
    #[serde(default)]
    reviewer: Option<String>,
    #[serde(default)]
    time: Option<String>,
    pages: BTreeMap<String, String>,
    #[serde(borrow)]
    decisions: Vec<&'f RawValue>,
}

#[derive(Serialize)]
struct Written<'d> {
    format: &'static str,
    report: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewer: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'d str>,
    pages: &'d BTreeMap<String, String>,
    decisions: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    before: String,
    after: String,
    scope: Scope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    decision: Word,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    withheld: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    except: Vec<Except>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Except {
    page: String,
    id: usize,
    decision: Word,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Accept,
    Reject,
}

impl Decisions {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when it cannot be read, [`Error::Json`] where it is not of the format that `docs/review.md`
    /// describes.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            place(path, &String::from_utf8_lossy(read), usize::MAX, "is not UTF-8; export the decisions again".into())
        })?;
        Self::parse(text.trim_start_matches('\u{feff}'), path)
    }

    /// Reads `text`, which stands in the file at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Json`] where it is not of the format.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let whole: Whole<'_> =
            serde_json::from_str(text).map_err(|error| located(path, text, 0..text.len(), &error))?;
        let wrong = |needle: &str, problem: String| place(path, text, text.find(needle).unwrap_or(0), problem);
        if whole.format != FORMAT {
            let problem = format!(
                "the format is {:?}, and this kanwu reads {FORMAT:?}; export the decisions with the review.html of this \
                 version",
                whole.format
            );
            return Err(wrong("\"format\"", problem));
        }
        let mut list = Vec::with_capacity(whole.decisions.len());
        for raw in whole.decisions {
            let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
            let entry: Entry = serde_json::from_str(raw.get())
                .map_err(|error| located(path, text, start..start + raw.get().len(), &error))?;
            let line = text[..start].matches('\n').count() + 1;
            list.push(decision(entry, line).map_err(|problem| place(path, text, start, problem))?);
        }
        let Whole { report, reviewer, time, pages, .. } = whole;
        Ok(Self { report, reviewer, time, pages, list })
    }

    /// The file, in the order that makes the differences between two of them small.
    ///
    /// # Errors
    ///
    /// Never for decisions that were read; it is a string of JSON.
    pub fn to_json(&self) -> Result<String> {
        let mut list: Vec<&Decision> = self.list.iter().collect();
        list.sort_by_key(|decision| {
            let Decision { rule, before, after, scope, page, id, .. } = decision;
            (rule, before, after, scope.code(), page, id)
        });
        let written = Written {
            format: FORMAT,
            report: &self.report,
            reviewer: self.reviewer.as_deref(),
            time: self.time.as_deref(),
            pages: &self.pages,
            decisions: list.into_iter().map(Entry::of).collect(),
        };
        let json = serde_json::to_string_pretty(&written)
            .map_err(|error| Error::Page { problem: format!("cannot be written as JSON: {error}") })?;
        Ok(json + "\n")
    }
}

impl Decisions {
    /// Adds what holds for good to `reviewed`, and tells how many were accepted and rejected. Where another text was typed,
    /// the one that was proposed is rejected; the texts that were typed are handed back, with what they stand for.
    ///
    /// Rules that this version does not know are passed over.
    pub fn learn(&self, reviewed: &mut Reviewed) -> Learnt<'_> {
        let mut learnt = Learnt::default();
        for decision in self.list.iter().filter(|decision| decision.scope == Scope::Always) {
            let Some(rule) = Rule::from_code(&decision.rule) else { continue };
            let accepted = match &decision.choice {
                Choice::Accept { instead: Some(instead) } if *instead != decision.after => {
                    learnt.typed.push((&decision.before, instead));
                    false
                }
                Choice::Accept { .. } => true,
                Choice::Reject => false,
            };
            *(if accepted { &mut learnt.accepted } else { &mut learnt.rejected }) += 1;
            let before = reviewed.add(rule, decision.before.clone(), decision.after.clone(), accepted);
            learnt.changed += u64::from(before.is_some_and(|before| before != accepted));
        }
        learnt
    }
}

/// What [`Decisions::learn`] took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Learnt<'d> {
    /// Decisions that accept.
    pub accepted: u64,
    /// Decisions that reject.
    pub rejected: u64,
    /// How many of them overrule what was decided before.
    pub changed: u64,
    /// What stood there, and the text that a reviewer typed for it.
    pub typed: Vec<(&'d str, &'d str)>,
}

impl Scope {
    /// As the file names it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Group => "group",
            Self::Occurrence => "occurrence",
        }
    }
}

impl Entry {
    fn of(decision: &Decision) -> Self {
        let mut except: Vec<&Exception> = decision.except.iter().collect();
        except.sort();
        Self {
            rule: decision.rule.clone(),
            before: decision.before.clone(),
            after: decision.after.clone(),
            scope: decision.scope,
            page: decision.page.clone(),
            id: decision.id,
            decision: Word::of(&decision.choice),
            instead: decision.choice.instead(),
            withheld: decision.withheld,
            except: except
                .into_iter()
                .map(|Exception { page, id, choice }| Except {
                    page: page.clone(),
                    id: *id,
                    decision: Word::of(choice),
                    instead: choice.instead(),
                })
                .collect(),
        }
    }
}

impl Word {
    fn of(choice: &Choice) -> Self {
        if *choice == Choice::Reject { Self::Reject } else { Self::Accept }
    }

    fn choice(self, instead: Option<String>) -> std::result::Result<Choice, String> {
        match (self, instead) {
            (Self::Accept, instead) => Ok(Choice::Accept { instead }),
            (Self::Reject, None) => Ok(Choice::Reject),
            (Self::Reject, Some(_)) => {
                Err("`instead` goes with \"accept\" only: take it out, or accept the other text".into())
            }
        }
    }
}

fn decision(entry: Entry, line: usize) -> std::result::Result<Decision, String> {
    let Entry { rule, before, after, scope, page, id, decision, instead, withheld, except } = entry;
    match (scope, &page, id) {
        (Scope::Occurrence, Some(_), Some(_)) | (Scope::Group | Scope::Always, None, None) => {}
        (Scope::Occurrence, ..) => return Err("a decision on an occurrence needs its `page` and its `id`".into()),
        _ => {
            return Err(
                "`page` and `id` go with the scope \"occurrence\" only; exceptions of a group stand in `except`".into(),
            );
        }
    }
    if scope == Scope::Occurrence && !except.is_empty() {
        return Err("`except` goes with a group; a single occurrence has no exceptions".into());
    }
    if scope == Scope::Occurrence && withheld {
        return Err("`withheld` goes with a group; a single occurrence is decided whatever became of it".into());
    }
    let except = except
        .into_iter()
        .map(|Except { page, id, decision, instead }| Ok(Exception { page, id, choice: decision.choice(instead)? }));
    let except = except.collect::<std::result::Result<Vec<_>, String>>()?;
    Ok(Decision { rule, before, after, scope, page, id, choice: decision.choice(instead)?, withheld, except, line })
}

/// `error`, met in the part `at` of `text`, with its place in the file.
fn located(path: &Path, text: &str, at: Range<usize>, error: &serde_json::Error) -> Error {
    let part = &text[at.clone()];
    let above: usize = part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let offset = at.start + above + error.column().saturating_sub(1);
    let said = error.to_string();
    let said = said.rfind(" at line ").map_or(said.as_str(), |end| &said[..end]);
    place(path, text, offset, format!("{said}; export the decisions again, or put this place right by docs/review.md"))
}

/// `problem` at the byte `offset` of `text`.
fn place(path: &Path, text: &str, offset: usize, problem: String) -> Error {
    let read = &text.as_bytes()[..offset.min(text.len())];
    let line = read.split(|byte| *byte == b'\n').count();
    let column = String::from_utf8_lossy(read.rsplit(|byte| *byte == b'\n').next().unwrap_or_default());
    Error::Json { path: path.to_owned(), line, column: column.chars().count() + 1, problem }
}
