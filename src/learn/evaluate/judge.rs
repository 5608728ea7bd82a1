//! Whether a correction is right.
//!
//! A correction that changes what is printed is **right** when it lies on a shortest way from the page to the truth: it
//! brings the edit distance down by as many steps as it takes itself. One that brings it down by fewer is **better**, not
//! right; one that leaves it as it was is **idle** (a wrong character made another wrong one); one that raises it is
//! **worse**. The distance is taken over a window around the correction, so other errors beside it neither help nor
//! harm it, and which of two equal characters the alignment took for the lost one does not matter.
//!
//! A correction that changes only line ends and blanks is right when every place that it changes (nothing, a blank, a
//! line end) becomes what the truth has there, worse when a place that was right no longer is.

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::learn::{Matching, distance};
use crate::text::{Kind, Span, kind};

/// How many visible characters a window reaches past a correction on either side, before it looks for an end that is
/// read right. Chosen by hand: longer than the runs of errors that engines make, short enough to be compared at once.
const REACH: usize = 12;

/// How much further it looks for such an end.
const SEARCH: usize = 24;

/// The share of a window's characters that must be matched rightly where the alignment puts it; otherwise the window is
/// looked for elsewhere in the truth, for engines read columns in the wrong order. Chosen by hand.
const AT_HOME: f64 = 0.4;

/// What stands between two visible characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    Blank,
    LineEnd,
}

/// How far two texts are apart.
type Distance = fn(&[char], &[char]) -> usize;

/// What a correction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// All that it changes is as in the truth.
    Right,
    /// It brings the text nearer to the truth, but not by all that it changes.
    Better,
    /// What was wrong is wrong in another way.
    Idle,
    /// What was right is wrong.
    Worse,
}

/// What an error or a correction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Chinese characters.
    Han,
    /// Digits and letters.
    Number,
    /// Punctuation and all other visible characters.
    Mark,
    /// Line ends.
    LineEnd,
    /// Blanks.
    Blank,
}

/// A judgement, what it is about, and how many single changes the correction makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// What it did.
    pub judgement: Judgement,
    /// What it is about.
    pub subject: Subject,
    /// Insertions, deletions and substitutions of characters, or places where line ends and blanks change.
    pub changes: usize,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Han, Self::Number, Self::Mark, Self::LineEnd, Self::Blank];

    /// As reports name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Han => "han",
            Self::Number => "number",
            Self::Mark => "mark",
            Self::LineEnd => "line-end",
            Self::Blank => "blank",
        }
    }

    pub(super) fn of(c: char) -> Self {
        match kind(c) {
            Kind::Han => Self::Han,
            Kind::Digit | Kind::Letter => Self::Number,
            _ => Self::Mark,
        }
    }
}

/// Whether `c` prints nothing of its own: a blank, a line end, a control character.
pub(super) fn is_layout(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// A text as its visible characters and what stands between them.
#[derive(Debug)]
pub(super) struct Visible {
    pub(super) characters: Vec<char>,
    /// The byte at which each character starts, and the end of the text.
    starts: Vec<usize>,
    /// What stands before each character, and after the last.
    pub(super) gaps: Vec<Gap>,
}

impl Visible {
    pub(super) fn of(text: &str) -> Self {
        let mut visible = Self { characters: Vec::new(), starts: Vec::new(), gaps: Vec::new() };
        let mut gap = Gap::None;
        for (at, c) in text.char_indices() {
            if is_layout(c) {
                gap = gap.max(gap_of(c));
            } else {
                visible.characters.push(c);
                visible.starts.push(at);
                visible.gaps.push(std::mem::replace(&mut gap, Gap::None));
            }
        }
        visible.starts.push(text.len());
        visible.gaps.push(gap);
        visible
    }

    /// The characters that start in `span`.
    fn within(&self, span: Span) -> Range<usize> {
        let starts = &self.starts[..self.characters.len()];
        let first = starts.partition_point(|&start| start < span.start());
        first..first.max(starts.partition_point(|&start| start < span.end()))
    }
}

fn gap_of(c: char) -> Gap {
    match c {
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Gap::LineEnd,
        c if c.is_whitespace() => Gap::Blank,
        _ => Gap::None,
    }
}

/// A text aligned with the truth, to judge corrections of it.
pub(in crate::learn) struct Judge<'t> {
    text: &'t str,
    page: Visible,
    truth: &'t Truth,
    matching: Matching,
}

/// The truth, and where its triples of characters stand.
pub(in crate::learn) struct Truth {
    pub(super) visible: Visible,
    triples: OnceCell<FxHashMap<[char; 3], Vec<u32>>>,
}

impl Truth {
    pub(in crate::learn) fn of(text: &str) -> Self {
        Self { visible: Visible::of(text), triples: OnceCell::new() }
    }

    /// Where `window` most likely stands, if three or more of its triples agree.
    fn find(&self, window: &[char]) -> Option<Range<usize>> {
        let truth = &self.visible.characters;
        let triples = self.triples.get_or_init(|| {
            let mut triples: FxHashMap<[char; 3], Vec<u32>> = FxHashMap::default();
            for (at, three) in (0..).zip(truth.windows(3)) {
                triples.entry([three[0], three[1], three[2]]).or_default().push(at);
            }
            triples
        });
        let mut votes: FxHashMap<usize, usize> = FxHashMap::default();
        for (at, three) in window.windows(3).enumerate() {
            // A triple that stands everywhere tells no place.
            let found = triples.get(&[three[0], three[1], three[2]]).filter(|found| found.len() <= 40);
            for &place in found.into_iter().flatten() {
                // Shifted, so that a window that begins before the truth has a number too; pairs of neighbours share one.
                *votes.entry((place as usize + window.len() - at) / 2).or_default() += 1;
            }
        }
        let (&start, &count) = votes.iter().max_by_key(|&(&start, &count)| (count, usize::MAX - start))?;
        let start = (start * 2).saturating_sub(window.len());
        (count >= 3).then(|| start.saturating_sub(4)..(start + window.len() + 6).min(truth.len()))
    }
}

impl<'t> Judge<'t> {
    /// Of `text`; the matching of a text `before` it is kept where only line ends and blanks have changed since.
    pub(in crate::learn) fn new(text: &'t str, truth: &'t Truth, before: Option<Self>) -> Self {
        let page = Visible::of(text);
        let matching = match before {
            Some(before) if before.page.characters == page.characters => before.matching,
            _ => Matching::of(&page.characters, &truth.visible.characters),
        };
        Self { text, page, truth, matching }
    }

    /// What putting `replacement` in the place of `span` does; nothing when it changes neither what is printed nor what
    /// stands between.
    pub(in crate::learn) fn judge(&self, span: Span, replacement: &str) -> Option<Judged> {
        if !span.fits(self.text) {
            return None;
        }
        let within = self.page.within(span);
        let read = &self.page.characters[within.clone()];
        let instead: Vec<char> = replacement.chars().filter(|&c| !is_layout(c)).collect();
        if read == instead {
            return self.judge_gaps(span, replacement, &within);
        }
        let prefix = read.iter().zip(&instead).take_while(|(a, b)| a == b).count();
        let suffix =
            read[prefix..].iter().rev().zip(instead[prefix..].iter().rev()).take_while(|(a, b)| a == b).count();
        let changed = within.start + prefix..within.end - suffix;
        let instead = &instead[prefix..instead.len() - suffix];
        Some(self.judge_characters(changed, instead))
    }

    fn judge_characters(&self, changed: Range<usize>, instead: &[char]) -> Judged {
        let characters = &self.page.characters;
        let read = &characters[changed.clone()];
        let truth = &self.truth.visible.characters;
        let near = changed.start.saturating_sub(REACH)..(changed.end + REACH).min(characters.len());
        let matched = near.clone().filter(|&at| self.is_right(at)).count();
        let is_home = matched as f64 >= AT_HOME * (near.len() - changed.len()) as f64;
        let elsewhere = if is_home { None } else { self.truth.find(&characters[near.clone()]) };
        let (near, place, distance_to): (_, _, Distance) = if let Some(place) = elsewhere {
            (near, place, distance_within)
        } else {
            let window = self.anchor_before(changed.start)..self.anchor_after(changed.end);
            let place = self.place_before(window.start);
            let place = place..self.place_after(window.end).max(place);
            (window, place, distance)
        };
        let after = [&characters[near.start..changed.start], instead, &characters[changed.end..near.end]].concat();
        let distance_before = distance_to(&characters[near], &truth[place.clone()]);
        let distance_after = distance_to(&after, &truth[place]);
        let steps = distance(read, instead);
        let judgement = if distance_before >= distance_after + steps {
            Judgement::Right
        } else if distance_before > distance_after {
            Judgement::Better
        } else if distance_before == distance_after {
            Judgement::Idle
        } else {
            Judgement::Worse
        };
        let about = |subject| read.iter().chain(instead).any(|&c| Subject::of(c) == subject);
        let subject = [Subject::Han, Subject::Number].into_iter().find(|&subject| about(subject));
        Judged { judgement, subject: subject.unwrap_or(Subject::Mark), changes: steps }
    }

    /// Whether the character stands in the truth as it is, where the alignment puts it.
    fn is_right(&self, at: usize) -> bool {
        self.matching
            .partner(at)
            .is_some_and(|partner| self.truth.visible.characters[partner] == self.page.characters[at])
    }

    /// A character some way before `start` that is read right, where a window can begin.
    fn anchor_before(&self, start: usize) -> usize {
        let near = start.saturating_sub(REACH);
        (near.saturating_sub(SEARCH)..=near).rev().find(|&at| at < start && self.is_right(at)).unwrap_or(near)
    }

    /// The end of a window that reaches past `end`, after a character that is read right.
    fn anchor_after(&self, end: usize) -> usize {
        let length = self.page.characters.len();
        let near = (end + REACH).min(length);
        (near..(near + SEARCH).min(length)).find(|&at| self.is_right(at)).map_or(near, |at| at + 1)
    }

    /// The place of the truth right after the partner of the last character before `at` that has one.
    fn place_before(&self, at: usize) -> usize {
        if self.is_right(at) {
            return self.matching.partner(at).unwrap_or_default();
        }
        (0..at).rev().find_map(|at| self.matching.partner(at)).map_or(0, |partner| partner + 1)
    }

    /// The place of the truth before the partner of the first character from `at` on that has one.
    fn place_after(&self, at: usize) -> usize {
        let length = self.truth.visible.characters.len();
        if let Some(last) = at.checked_sub(1).filter(|&last| self.is_right(last)) {
            return self.matching.partner(last).map_or(length, |partner| partner + 1);
        }
        (at..self.page.characters.len()).find_map(|at| self.matching.partner(at)).unwrap_or(length)
    }

    /// What the truth has where the page has its gap before character `at`. Where characters are lost or added there,
    /// the strongest of what stands among them.
    pub(super) fn true_gap(&self, at: usize) -> Gap {
        let before = self.place_between(at);
        self.truth.visible.gaps[before].iter().copied().max().unwrap_or(Gap::None)
    }

    /// The gaps of the truth that may stand for the page's gap before character `at`.
    fn place_between(&self, at: usize) -> Range<usize> {
        let last = at.checked_sub(1).and_then(|at| self.matching.partner(at)).map(|partner| partner + 1);
        let next = self.matching.partner(at);
        match (last, next) {
            (Some(last), Some(next)) => last..next.max(last) + 1,
            (Some(place), None) | (None, Some(place)) => place..place + 1,
            (None, None) => {
                let place = self.place_before(at);
                place..place + 1
            }
        }
    }

    fn judge_gaps(&self, span: Span, replacement: &str, within: &Range<usize>) -> Option<Judged> {
        let start = within.start.checked_sub(1).map_or(0, |last| self.page.starts[last]);
        let end = self.page.starts[within.end];
        let next = self.text[end..].chars().next().map_or(0, char::len_utf8);
        let around = [&self.text[start..span.start()], replacement, &self.text[span.end()..end + next]].concat();
        let after = Visible::of(&around);
        // The first gap seen is the one after the character before the span, unless the text begins there.
        let skipped = usize::from(within.start > 0);
        let mut judged: Option<Judged> = None;
        for (offset, &instead) in after.gaps[skipped..].iter().take(within.len() + 1).enumerate() {
            let at = within.start + offset;
            let read = self.page.gaps[at];
            let is_edge = at == 0 || at == self.page.characters.len();
            if is_edge || read == instead {
                continue;
            }
            let wanted = self.true_gap(at);
            let judgement = if instead == wanted {
                Judgement::Right
            } else if read == wanted {
                Judgement::Worse
            } else {
                Judgement::Idle
            };
            let subject = if read.max(instead) == Gap::LineEnd { Subject::LineEnd } else { Subject::Blank };
            judged = Some(match judged {
                None => Judged { judgement, subject, changes: 1 },
                Some(before) => Judged {
                    judgement: worst(before.judgement, judgement),
                    subject: before.subject.min(subject),
                    changes: before.changes + 1,
                },
            });
        }
        judged
    }

    /// Calls `each` for every character that is wrong, lost or added.
    pub(super) fn wrong_characters(&self, mut each: impl FnMut(Subject)) {
        let truth = &self.truth.visible.characters;
        let mut lost = 0;
        for (at, &read) in self.page.characters.iter().enumerate() {
            match self.matching.partner(at) {
                Some(partner) => {
                    truth[lost..partner].iter().for_each(|&c| each(Subject::of(c)));
                    lost = partner + 1;
                    if truth[partner] != read {
                        each(Subject::of(truth[partner]));
                    }
                }
                None => each(Subject::of(read)),
            }
        }
        truth[lost..].iter().for_each(|&c| each(Subject::of(c)));
    }

    /// Calls `each` for every place where the page has another gap than the truth.
    pub(super) fn wrong_gaps(&self, mut each: impl FnMut(Subject)) {
        for at in 1..self.page.characters.len() {
            let (read, wanted) = (self.page.gaps[at], self.true_gap(at));
            if read != wanted {
                each(if read.max(wanted) == Gap::LineEnd { Subject::LineEnd } else { Subject::Blank });
            }
        }
    }
}

fn worst(a: Judgement, b: Judgement) -> Judgement {
    if a as u8 >= b as u8 { a } else { b }
}

/// The distance of `window` to the stretch of `truth` that is nearest to it.
fn distance_within(window: &[char], truth: &[char]) -> usize {
    let mut above = vec![0; truth.len() + 1];
    for (row, a) in window.iter().enumerate() {
        let mut current = vec![row + 1];
        for (at, b) in truth.iter().enumerate() {
            let diagonal: usize = above[at] + usize::from(a != b);
            current.push(diagonal.min(above[at + 1] + 1).min(current[at] + 1));
        }
        above = current;
    }
    above.into_iter().min().unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Judges the one correction that is marked in `page`, as in `今[曰→日]天`.
    #[track_caller]
    fn check(page: &str, truth: &str, expected: Option<Judgement>) {
        let (before, rest) = page.split_once('[').expect("a mark");
        let (read, rest) = rest.split_once('→').expect("an arrow");
        let (instead, after) = rest.split_once(']').expect("an end");
        let text = [before, read, after].concat();
        let truth = Truth::of(truth);
        let judge = Judge::new(&text, &truth, None);
        let judged = judge.judge(Span::new(before.len(), before.len() + read.len()), instead);
        assert_eq!(judged.map(|judged| judged.judgement), expected, "{page}");
    }

    #[test]
    fn a_correction_is_right_when_all_that_it_changes_is_true() {
        check("今[曰→日]天气好", "今日天气好", Some(Judgement::Right));
        check("[刀镇→刁镇]街通", "刁镇街道", Some(Judgement::Right));
        check("章丘[刀偵→刁偵]街道", "章丘刁镇街道", Some(Judgement::Right));
        check("她是个[女子→好]人", "她是个好人", Some(Judgement::Right));
        check("他们[→都]来了", "他们都来了", Some(Judgement::Right));
        check("他们都[都→]来了", "他们都来了", Some(Judgement::Right));
        check("他说[\"→“]好", "他说“好", Some(Judgement::Right));
    }

    #[test]
    fn a_correction_that_falls_short_is_not_right() {
        check("章丘[刀偵→刁真]街道", "章丘刁镇街道", Some(Judgement::Better));
        check("今[曰→旦]天气好", "今日天气好", Some(Judgement::Idle));
        check("今[日→曰]天气好", "今日天气好", Some(Judgement::Worse));
        check("今[日→]天气好", "今日天气好", Some(Judgement::Worse));
        check("好[，→。]天", "好，天", Some(Judgement::Worse));
    }

    #[test]
    fn line_ends_and_blanks_are_judged_by_what_the_truth_has_there() {
        check("今日[\n→]天气好", "今日天气好", Some(Judgement::Right));
        check("今日[\n→]天气好", "今日\n天气好", Some(Judgement::Worse));
        check("今日[\n→]天气好", "今日 天气好", Some(Judgement::Idle));
        check("今[ →]日 天", "今日 天", Some(Judgement::Right));
        check("今日[ \n→\n]天气好", "今日\n天气好", None);
        check("今日。[\n\n→\n]天气好", "今日\n天气好", None);
        check("[今 日→今日]天", "今日天", Some(Judgement::Right));
    }

    #[test]
    fn a_mark_lost_at_a_line_end_does_not_move_the_line_end() {
        check("今日[\n→]天气好", "今日。\n天气好", Some(Judgement::Worse));
        check("天[气→汽]好\n今日", "天气好。\n今日", Some(Judgement::Worse));
    }

    #[test]
    fn text_out_of_order_is_judged_where_it_belongs() {
        let (one, two) = ("春耕时节农机合作社备足了油料零件", "全镇统一收购秸秆送往电厂发电增收");
        let more = "乡亲们都说今年的雨水比往年来得早一些，田里的墒情正好，种子化肥也早早运到了村口。";
        let truth = format!("{one}{more}{two}{more}");
        let page = format!("{more}{more}{two}春耕时节农[机→机]合作社备足了汕料零件");
        let page = page.replace("[机→机]", "机").replace('汕', "[汕→油]");
        check(&page, &truth, Some(Judgement::Right));
        check(&page.replace("→油", "→抽"), &truth, Some(Judgement::Idle));
    }
}
