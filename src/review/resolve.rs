use std::cell::Cell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Choice, Decision, Decisions, Ruling, Scope};
use crate::correction::Verdict;
use crate::report::{Entry, Line};

/// A decision that is not done, or not everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The page, where it is refused for one.
    pub page: Option<String>,
    /// The line of the decision in its file.
    pub line: usize,
    /// Why, and what to do.
    pub reason: String,
}

/// Finds for each correction of a report what was decided of it, and which decisions do not fit the report.
pub struct Resolver<'d> {
    decisions: &'d Decisions,
    groups: FxHashMap<Key<'d>, &'d Decision>,
    single: FxHashMap<(&'d str, usize), Single<'d>>,
    /// Decisions, by their place in the list, that had an occurrence, and those that had one that they are on.
    met: FxHashSet<*const Decision>,
    covering: FxHashSet<*const Decision>,
}

/// Rule, before and after.
type Key<'d> = (&'d str, &'d str, &'d str);

/// What was decided of one occurrence.
struct Single<'d> {
    decision: &'d Decision,
    choice: &'d Choice,
    /// Another decision on it that says otherwise.
    contradicted: bool,
    met: Cell<bool>,
}

impl<'d> Resolver<'d> {
    /// Of `decisions`, for the report whose hash is `report`; and what is refused from the outset.
    pub fn new(decisions: &'d Decisions, report: &str) -> (Self, Vec<Refusal>) {
        let mut resolver = Self {
            decisions,
            groups: FxHashMap::default(),
            single: FxHashMap::default(),
            met: FxHashSet::default(),
            covering: FxHashSet::default(),
        };
        if decisions.report != report {
            let reason =
                "was made on another report than this one; review this one, or name the report that it was made on";
            return (resolver, decisions.list.iter().map(|decision| Refusal::of(decision, None, reason)).collect());
        }
        let mut refusals = Vec::new();
        let mut contradicted: FxHashSet<Key<'d>> = FxHashSet::default();
        for decision in &decisions.list {
            if decision.scope != Scope::Occurrence {
                let other = *resolver.groups.entry(key(decision)).or_insert(decision);
                if other.choice != decision.choice {
                    contradicted.insert(key(decision));
                }
            }
            let own = decision.page.as_deref().zip(decision.id).map(|(page, id)| (page, id, &decision.choice));
            let except = decision.except.iter().map(|except| (except.page.as_str(), except.id, &except.choice));
            for (page, id, choice) in own.into_iter().chain(except) {
                let single = Single { decision, choice, contradicted: false, met: Cell::new(false) };
                let held = resolver.single.entry((page, id)).or_insert(single);
                held.contradicted |= held.choice != choice;
            }
        }
        for decision in decisions.list.iter().filter(|decision| decision.scope != Scope::Occurrence) {
            if contradicted.contains(&key(decision)) {
                resolver.groups.remove(&key(decision));
                let reason = "contradicts another decision on the same group; keep one of the two";
                refusals.push(Refusal::of(decision, None, reason));
            }
        }
        (resolver, refusals)
    }

    /// What was decided of each of `lines`, the corrections of the page that `entry` is.
    pub fn page(&mut self, entry: &Entry, lines: &[Line], refusals: &mut Vec<Refusal>) -> Vec<Option<Ruling<'d>>> {
        let mut refuse =
            |decision: &Decision, reason: &str| refusals.push(Refusal::of(decision, Some(&entry.page), reason));
        let stale = match self.decisions.pages.get(&entry.page) {
            Some(hash) if *hash == entry.source_hash => None,
            Some(_) => Some("was made on another text of this page; review the page again"),
            None => {
                Some("`pages` does not give the hash of this page, so it may have been another; review the page again")
            }
        };
        let mut told: FxHashSet<*const Decision> = FxHashSet::default();
        let mut ruling = |decision: &'d Decision, choice: &'d Choice, refuse: &mut dyn FnMut(&Decision, &str)| {
            let Some(reason) = stale else { return Some(Ruling { decision, choice }) };
            if told.insert(std::ptr::from_ref(decision)) {
                refuse(decision, reason);
            }
            None
        };
        let mut rulings = Vec::with_capacity(lines.len());
        for line in lines {
            let key = (line.rule.code(), line.before.as_str(), line.after.as_str());
            let group = self.groups.get(&key).copied();
            let covers = |decision: &&Decision| decision.withheld || !matches!(line.verdict(), Verdict::Withheld(_));
            if let Some(decision) = group {
                self.met.insert(std::ptr::from_ref(decision));
            }
            let group = group.filter(covers);
            if let Some(decision) = group {
                self.covering.insert(std::ptr::from_ref(decision));
            }
            let Some(single) = self.single.get(&(entry.page.as_str(), line.id)) else {
                rulings.push(group.and_then(|decision| ruling(decision, &decision.choice, &mut refuse)));
                continue;
            };
            single.met.set(true);
            let Decision { rule, before, after, .. } = single.decision;
            let fits = (rule.as_str(), before.as_str(), after.as_str()) == key;
            rulings.push(if single.contradicted {
                refuse(
                    single.decision,
                    &format!("correction {} was decided twice, once so and once otherwise; keep one", line.id),
                );
                None
            } else if fits || stale.is_some() {
                ruling(single.decision, single.choice, &mut refuse)
            } else {
                refuse(
                    single.decision,
                    &format!(
                        "correction {} is {} → {} by {}, not {before} → {after} by {rule}; decide it again",
                        line.id,
                        line.before,
                        line.after,
                        line.rule.code()
                    ),
                );
                None
            });
        }
        rulings
    }

    /// What is refused because the report has no such correction.
    pub fn finish(self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for decision in self.groups.values().filter(|decision| !self.covering.contains(&std::ptr::from_ref(**decision)))
        {
            let Decision { rule, before, after, except, .. } = decision;
            let is_met = self.met.contains(&std::ptr::from_ref(*decision));
            if is_met && !except.is_empty() {
                continue;
            }
            let reason = if is_met {
                "is on corrections that were all withheld; decide them singly, or add \"withheld\": true".to_owned()
            } else if crate::correction::Rule::from_code(rule).is_none() {
                format!("there is no rule {rule}; `kanwu explain` lists the rules")
            } else {
                format!("the report has no correction {before} → {after} by {rule}; take the decision out")
            };
            refusals.push(Refusal::of(decision, None, &reason));
        }
        for (&(page, id), single) in self.single.iter().filter(|(_, single)| !single.met.get()) {
            let reason = format!("the report has no correction {id} in this page; take the decision out");
            refusals.push(Refusal::of(single.decision, Some(page), &reason));
        }
        refusals.sort_by(|a, b| (a.line, &a.page, &a.reason).cmp(&(b.line, &b.page, &b.reason)));
        refusals
    }
}

fn key(decision: &Decision) -> Key<'_> {
    (&decision.rule, &decision.before, &decision.after)
}

impl Refusal {
    /// Of `decision`, for one `page` or altogether.
    pub fn of(decision: &Decision, page: Option<&str>, reason: &str) -> Self {
        let Decision { rule, before, after, scope, line, .. } = decision;
        let scope = scope.code();
        let reason = format!("the decision in line {line} ({scope}, {before} → {after}, {rule}) {reason}");
        Self { page: page.map(str::to_owned), line: *line, reason }
    }
}
