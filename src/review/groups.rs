use std::collections::BinaryHeap;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::words::{Gathered, Sentence};
use crate::Result;
use crate::correction::{Rule, Verdict};
use crate::report::{Entry as Page, Line, Report};

/// How much of a report is shown. What is left out is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Groups.
    pub groups: usize,
    /// Occurrences of all groups together. Where there are more, the largest groups show their least certain ones only.
    pub occurrences: usize,
    /// Bytes of the texts before and after, of all groups together.
    pub group_bytes: u64,
    /// Bytes of the pages' texts.
    pub text_bytes: u64,
}

impl Default for Limits {
    /// Half as much again as a page with which a reviewer was found to work without waiting (20,000 groups, 200,000
    /// occurrences), and page texts of the size of what such a page holds otherwise. Chosen by hand.
    fn default() -> Self {
        Self { groups: 30_000, occurrences: 300_000, group_bytes: 16 << 20, text_bytes: 24 << 20 }
    }
}

/// What became of a correction when the pages were cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It stands in the clean text.
    Applied,
    /// A person should look at it.
    Proposed,
    /// It was left out.
    Withheld,
}

impl From<Verdict> for Standing {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Applied => Self::Applied,
            Verdict::Proposed => Self::Proposed,
            Verdict::Withheld(_) => Self::Withheld,
        }
    }
}

/// One correction of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The page, as an index of [`Groups::pages`].
    pub page: usize,
    /// Its id in the page.
    pub id: usize,
    /// The line in the decoded source, from 1.
    pub line: usize,
    /// The column, from 1 in characters.
    pub column: usize,
    /// How probable it is that it is right.
    pub confidence: f64,
    /// What became of it.
    pub standing: Standing,
    /// What stands before it.
    pub left: String,
    /// What stands after it.
    pub right: String,
    /// The number in the page of the move that it is a part of.
    pub part_of_move: Option<u32>,
}

/// Corrections of one rule that make the same of the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The rule.
    pub rule: Rule,
    /// What stood there.
    pub before: String,
    /// What stands there instead, or would.
    pub after: String,
    /// How many corrections are applied, proposed and withheld.
    pub standings: [u64; 3],
    /// The confidence of the least certain that a decision on the group is on.
    pub lowest: f64,
    /// The confidence of the most certain of them.
    pub highest: f64,
    /// Why, in words.
    pub evidence: Vec<Sentence>,
    /// What else may have stood there, the likeliest first.
    pub others: Vec<String>,
    /// The corrections, in the order of the report; of a group that is too large, the least certain.
    pub occurrences: Vec<Occurrence>,
}

impl Group {
    /// How many corrections it has, shown or not.
    pub fn count(&self) -> u64 {
        self.standings.iter().sum()
    }

    /// Whether all of it was withheld. A decision on the group is then on that, and otherwise on nothing that was withheld.
    pub fn is_withheld(&self) -> bool {
        self.standings[..Standing::Withheld as usize] == [0, 0]
    }

    /// Whether a decision on the group is on what became this.
    pub fn covers(&self, standing: Standing) -> bool {
        standing != Standing::Withheld || self.is_withheld()
    }

    /// On how many corrections a decision on the group is.
    pub fn covered(&self) -> u64 {
        let [applied, proposed, withheld] = self.standings;
        if self.is_withheld() { withheld } else { applied + proposed }
    }
}

/// What a report has beyond the [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Groups that are not shown at all.
    pub groups: u64,
    /// The corrections of those groups.
    pub in_groups: u64,
    /// Corrections that are not shown, of groups that are.
    pub occurrences: u64,
}

/// The corrections of a report, by groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// BLAKE3 of `corrections.jsonl`, in hexadecimal digits: decisions are bound to it.
    pub report: String,
    /// The groups, in the order in which the report first has them.
    pub list: Vec<Group>,
    /// The pages that have corrections, as their places among the pages of the report, from 0: a batch may have too many
    /// pages to hold their names.
    pub pages: Vec<u32>,
    /// What is not among them.
    pub left_out: LeftOut,
}

/// What a group is known by: a hash of rule, before and after. Groups can be as long as an article and as many as a
/// batch has misreadings, so what is not shown is not kept.
type Key = [u8; 16];

fn key(line: &Line) -> Key {
    let mut hasher = blake3::Hasher::new();
    for part in [line.rule.code(), &line.before, &line.after] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

/// How many groups are told apart at all, so that a report of any size takes no more than some hundred megabytes.
const TOLD_APART: usize = 1 << 20;

/// What is known of a group before it is chosen.
struct Known {
    first: usize,
    bytes: u64,
    count: usize,
    open: bool,
    lowest: f64,
}

impl Groups {
    /// Those of `report`, as far as `limits` go.
    ///
    /// # Errors
    ///
    /// When the report cannot be read, or is damaged.
    pub fn read(report: &mut Report, limits: &Limits) -> Result<Self> {
        let mut survey = Survey::default();
        for entry in report.pages()? {
            report.corrections(&entry?)?.iter().for_each(|line| survey.add(line));
        }
        let mut gathering = survey.choose(limits);
        for (place, entry) in (0..).zip(report.pages()?) {
            let lines = report.corrections(&entry?)?;
            if !lines.is_empty() {
                gathering.pages.push(place);
            }
            for line in lines {
                gathering.add(line);
            }
        }
        Ok(Self { report: report.hash()?, ..gathering.finish() })
    }
}

impl Groups {
    /// What [`Groups::pages`] are called in `report`, which they are of.
    ///
    /// # Errors
    ///
    /// When the report cannot be read.
    pub fn page_names(&self, report: &Report) -> Result<Vec<String>> {
        self.entries(report)?.map(|found| found.map(|(_, entry)| entry.page)).collect()
    }

    /// The pages' entries in `report`, each with its index in [`Groups::pages`].
    pub(super) fn entries<'a>(
        &'a self,
        report: &Report,
    ) -> Result<impl Iterator<Item = Result<(usize, Page)>> + use<'a>> {
        let mut places = self.pages.iter().enumerate().peekable();
        Ok((0..).zip(report.pages()?).filter_map(move |(place, entry): (u32, _)| {
            let (page, _) = places.next_if(|(_, next)| **next == place)?;
            Some(entry.map(|entry| (page, entry)))
        }))
    }
}

/// The first look at a report: which groups there are, and how large they are.
#[derive(Default)]
struct Survey {
    groups: FxHashMap<Key, Known>,
    /// Corrections of groups beyond those that are told apart.
    beyond: u64,
}

impl Survey {
    fn add(&mut self, line: &Line) {
        let first = self.groups.len();
        let known = match self.groups.entry(key(line)) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) if first < TOLD_APART => {
                let bytes = (line.before.len() + line.after.len()) as u64;
                entry.insert(Known { first, bytes, count: 0, open: false, lowest: 1.0 })
            }
            Entry::Vacant(_) => {
                self.beyond += 1;
                return;
            }
        };
        known.count += 1;
        known.open |= !line.is_applied();
        known.lowest = known.lowest.min(line.confidence.probability());
    }

    /// Groups with something to decide go before those that are applied throughout, then the less certain before the
    /// more certain.
    fn choose(self, limits: &Limits) -> Gathering {
        let told_apart = self.groups.len();
        let mut groups: Vec<(Key, Known)> = self.groups.into_iter().collect();
        groups.sort_by(|(_, one), (_, other)| {
            let surer = one.lowest.total_cmp(&other.lowest);
            other.open.cmp(&one.open).then(surer).then(one.first.cmp(&other.first))
        });
        let total: usize = groups.iter().map(|(_, known)| known.count).sum();
        let mut bytes = 0;
        groups.truncate(limits.groups);
        groups.retain(|(_, known)| {
            bytes += known.bytes;
            bytes <= limits.group_bytes
        });
        let shown: usize = groups.iter().map(|(_, known)| known.count).sum();
        let each = most_of_each(groups.iter().map(|(_, known)| known.count).collect(), limits.occurrences);
        groups.sort_by_key(|(_, known)| known.first);
        Gathering {
            places: groups.iter().enumerate().map(|(index, (key, _))| (*key, index)).collect(),
            pages: Vec::new(),
            groups: groups.iter().map(|_| None).collect(),
            each,
            left_out: LeftOut {
                groups: (told_apart - groups.len()) as u64,
                in_groups: (total - shown) as u64 + self.beyond,
                occurrences: 0,
            },
        }
    }
}

/// The greatest number of occurrences that every group may show when all together show `limit` at most.
fn most_of_each(mut counts: Vec<usize>, limit: usize) -> usize {
    counts.sort_unstable();
    let mut left = limit;
    for (index, count) in counts.iter().enumerate() {
        let share = left / (counts.len() - index);
        if *count > share {
            return share.max(1);
        }
        left -= count;
    }
    usize::MAX
}

/// The second look: the chosen groups with what is shown of them.
struct Gathering {
    places: FxHashMap<Key, usize>,
    groups: Vec<Option<InMaking>>,
    pages: Vec<u32>,
    each: usize,
    left_out: LeftOut,
}

struct InMaking {
    group: Group,
    evidence: Gathered,
    kept: BinaryHeap<Kept>,
}

/// An occurrence, the surest of several the greatest.
struct Kept(usize, Occurrence);

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.1.confidence.total_cmp(&other.1.confidence).then(self.0.cmp(&other.0))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Kept {}

impl Gathering {
    fn add(&mut self, line: Line) {
        let Some(&place) = self.places.get(&key(&line)) else { return };
        let occurrence = Occurrence {
            page: self.pages.len() - 1,
            id: line.id,
            line: line.source.line,
            column: line.source.column,
            confidence: line.confidence.probability(),
            standing: line.verdict().into(),
            left: line.context.left,
            right: line.context.right,
            part_of_move: line.part_of_move,
        };
        let gathered = self.groups[place].get_or_insert_with(|| InMaking {
            group: Group {
                rule: line.rule,
                before: line.before,
                after: line.after,
                standings: [0; 3],
                lowest: 1.0,
                highest: 0.0,
                evidence: Vec::new(),
                others: Vec::new(),
                occurrences: Vec::new(),
            },
            evidence: Gathered::default(),
            kept: BinaryHeap::new(),
        });
        for evidence in &line.evidence {
            gathered.evidence.add(evidence);
        }
        let group = &mut gathered.group;
        let number = group.count() as usize;
        let was_withheld = group.is_withheld();
        group.standings[occurrence.standing as usize] += 1;
        if was_withheld && !group.is_withheld() {
            (group.lowest, group.highest) = (1.0, 0.0);
        }
        if group.covers(occurrence.standing) {
            group.lowest = group.lowest.min(occurrence.confidence);
            group.highest = group.highest.max(occurrence.confidence);
        }
        gathered.kept.push(Kept(number, occurrence));
        if gathered.kept.len() > self.each {
            gathered.kept.pop();
            self.left_out.occurrences += 1;
        }
    }

    fn finish(self) -> Groups {
        let list = self.groups.into_iter().flatten().map(|mut gathered| {
            let mut kept = gathered.kept.into_vec();
            kept.sort_unstable_by_key(|kept| kept.0);
            gathered.group.occurrences = kept.into_iter().map(|kept| kept.1).collect();
            (gathered.group.evidence, gathered.group.others) = gathered.evidence.told();
            gathered.group
        });
        Groups { report: String::new(), list: list.collect(), pages: self.pages, left_out: self.left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_groups_make_room_for_small_ones() {
        assert_eq!(most_of_each(vec![1, 2, 3], 6), usize::MAX);
        assert_eq!(most_of_each(vec![1, 100, 2], 13), 10);
        assert_eq!(most_of_each(vec![100, 100], 13), 6);
        assert_eq!(most_of_each(vec![9, 9, 9], 1), 1);
    }
}
