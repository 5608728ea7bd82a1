//! A reviewer who knows the truth, to measure what decisions are worth.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::evaluate::{Judgement, judgements, reported};
use crate::Result;
use crate::correction::{Rule, StageName};
use crate::report::{Entry, Report};
use crate::review::{Choice, Decision, Decisions, Exception, Group, Groups, Limits, Scope};

/// In which order a reviewer goes through a report, as the review page sorts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The least certain groups first, of those the most frequent.
    LeastCertain,
    /// The most frequent groups first, of those the least certain.
    MostFrequent,
}

impl Order {
    fn of(self, one: &Group, other: &Group) -> Ordering {
        let surer = one.lowest.total_cmp(&other.lowest);
        let rarer = other.count().cmp(&one.count());
        match self {
            Self::LeastCertain => surer.then(rarer),
            Self::MostFrequent => rarer.then(surer),
        }
    }
}

/// Decides the groups of `report` as someone would who looks up each correction in the page's `truth`, in the given
/// `order`, until `most` decisions are made. A group is decided as most of its corrections are, and each of the others is a
/// decision of its own; a misreading that is decided alike throughout is decided for good, but for marks, for a mark tells
/// nothing without its place. What cannot be judged, such as a move, is left undecided.
///
/// # Errors
///
/// When the report cannot be read or is damaged, or `truth` fails.
pub fn review(
    report: &mut Report,
    truth: impl Fn(&str) -> Result<String>,
    order: Order,
    most: usize,
) -> Result<Decisions> {
    let groups = Groups::read(report, &Limits::default())?;
    let pages = groups.page_names(report)?;
    let Groups { report: hash, mut list, .. } = groups;
    let mut judged: FxHashMap<(String, usize), bool> = FxHashMap::default();
    let mut hashes: BTreeMap<String, String> = BTreeMap::new();
    for entry in report.pages()? {
        let entry = entry?;
        judge(report, &entry, &truth(&entry.page)?, &mut judged)?;
        hashes.insert(entry.page, entry.source_hash);
    }
    list.sort_by(|one, other| order.of(one, other));
    let mut decisions = Decisions { report: hash, pages: hashes, ..Decisions::default() };
    let mut made = 0;
    for group in list {
        let Some(decision) = decide(group, &pages, &judged) else { continue };
        if made >= most {
            break;
        }
        made += 1 + decision.except.len();
        decisions.list.push(decision);
    }
    Ok(decisions)
}

/// Notes for each correction of the page that `entry` is whether it is right.
fn judge(report: &mut Report, entry: &Entry, truth: &str, judged: &mut FxHashMap<(String, usize), bool>) -> Result<()> {
    let (source, steps) = reported(report, entry)?;
    judgements(truth, &source, &steps, |proposal, found| {
        if let Some((id, found)) = proposal.id.zip(found) {
            judged.insert((entry.page.clone(), id), found.judgement == Judgement::Right);
        }
    });
    Ok(())
}

fn decide(group: Group, pages: &[String], judged: &FxHashMap<(String, usize), bool>) -> Option<Decision> {
    let found = group.occurrences.iter().filter_map(|occurrence| {
        let page = &pages[occurrence.page];
        Some((page, occurrence.id, *judged.get(&(page.clone(), occurrence.id))?))
    });
    let found: Vec<(&String, usize, bool)> = found.collect();
    if found.is_empty() {
        return None;
    }
    let choice = |right| if right { Choice::Accept { instead: None } } else { Choice::Reject };
    let most = found.iter().filter(|(.., right)| *right).count() * 2 >= found.len();
    let others = found.iter().filter(|(.., right)| *right != most);
    let is_misreading = matches!(group.rule.stage(), StageName::Places | StageName::Confusables);
    let is_mark = matches!(group.rule, Rule::MisreadMark | Rule::StrayMark);
    let lasts = is_misreading && !is_mark && found.iter().all(|(.., right)| *right == most);
    let scope = if lasts { Scope::Always } else { Scope::Group };
    let except = others.map(|&(page, id, right)| Exception { page: page.clone(), id, choice: choice(right) }).collect();
    Some(Decision {
        rule: group.rule.code().to_owned(),
        before: group.before,
        after: group.after,
        scope,
        page: None,
        id: None,
        choice: choice(most),
        withheld: true,
        except,
        line: 0,
    })
}
