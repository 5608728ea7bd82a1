//! Whether a half-width mark beside Chinese is the full-width one, or was another mark, or none, before an engine read it.

use super::super::memory::Parts;
use super::Known;
use super::context::{Page, Paragraph};
use super::widths::HalfWidthMark;
use crate::engine::Line;
use crate::engine::mark::{Around, MEANT, Mark, PAIRED, is_blank, place_in};
use crate::knowledge::Knowledge;
use crate::knowledge::trees::{features, fitted};
use crate::text::{Kind, Span, is_han, kind};

/// What the model sees of a half-width mark; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

fitted! {
    /// What the fitted trees tell: whether a half-width mark is the full-width one. `kanwu fit widths` writes them.
    "kanwu widths 1", "widths.txt"
}

features! {
    read: "which mark was read: its place in HALF, from 1 on",
    own: "what the full-width mark costs after what stands before it, in nats",
    rest: "what the three letters after it then cost",
    without: "how much likelier the text is with no mark at all",
    rival: "how much likelier it is with the likeliest other mark",
    rival_is: "which mark that is: its place in MEANT, from 1 on",
    left: "what stands before it: 0 nothing, 1 a Chinese character, 2 a digit, 3 a letter, 4 a mark",
    right: "what stands after it",
    left_is: "which of MEANT that is, 0 for none",
    right_is: "the same of what stands after it",
    blank_before: "1 if a blank stands before it",
    blank_after: "1 if one stands after it",
    from_start: "how many letters stand before it in the line, at most 4",
    from_end: "how many after it, at most 4",
    since: "how many letters stand between it and the mark before, at most 40",
    until: "how many between it and the mark after, at most 40",
    again_near: "how many marks of the same kind stand within eight letters, as in a list",
    since_stop: "how many letters stand between it and the last full stop or the start of the line, at most 80",
    line: "how many letters the line has, at most 80",
    odd_quotes: "1 if the line has an odd number of quotation marks",
    word_across: "the longest word that it would stand in the middle of, in characters",
    cost_near: "what a Chinese character within eight letters costs on average",
    page_half: "how many half-width marks the page holds for a hundred letters, at most 50",
    page_full: "how many full-width ones",
    page_same: "how many of the page's marks of this kind are half-width: the share",
    page_own: "how many marks of this kind, of either width, it holds for a hundred letters",
    page_rival: "by how much other marks are likelier than the half-width ones of this kind on average, at most 20",
    page_doubt: "how much likelier its text is without its half-width marks, or with others, on average: from -10 to 10",
    page_cost: "what a Chinese character of its lines that hold marks costs on average",
    page_strange: "how many marks that no text has the page holds for a hundred letters, at most 50",
}

/// The half-width marks that are looked at, and the full-width ones.
const HALF: &[char] = &[',', ';', ':', '?', '!', '.'];
const FULL: &[char] = &['，', '；', '：', '？', '！', '。'];

/// The full-width mark of the half-width one `c`.
pub(super) fn full_width(c: char) -> Option<char> {
    place_in(HALF, c).map(|place| FULL[place - 1])
}

/// A half-width mark that may be the full-width one.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfWidth {
    /// Where it stands.
    pub span: Span,
    /// The full-width mark.
    pub instead: char,
    /// What is seen of it.
    pub features: Features,
    /// How much likelier it is than the trees say, in nats.
    pub beyond_trees: f64,
    /// What else tells whether some full-width mark stood there, this one or another, in log-odds; `None` for those that are seldom read for
    /// another.
    any_mark: Option<f64>,
}

impl HalfWidth {
    /// The log-odds that a full-width mark stood there, where the trees say `log_odds` of whether it was this one.
    ///
    /// Chinese print has no commas of half width, so a misread mark is no more wrong in full width; which one it was, the rule
    /// `misread-mark` asks.
    pub(super) fn log_odds(&self, log_odds: f64) -> f64 {
        let same = log_odds + self.beyond_trees;
        self.any_mark.map_or(same, |rest| same.max(ANY_MARK.same * same + rest))
    }
}

/// How much each of what is seen of a comma, semicolon or colon says of whether it was a mark at all.
struct AnyMark {
    /// The log-odds that it was this one.
    same: f64,
    without: f64,
    rival: f64,
    at_edge: f64,
    page_doubt: f64,
    bias: f64,
}

/// Fitted by logistic regression on 2,044 such marks of 488 pages that two engines had read, of which 1,595 had been full-width marks, or
/// marks of half width in the same place. Of 145 that are likely enough for this alone 5 had been none; of 106 on 35 pages
/// that people wrote as engines read them, none.
const ANY_MARK: AnyMark =
    AnyMark { same: 0.34, without: -0.32, rival: 0.31, at_edge: -2.9, page_doubt: -0.15, bias: 3.26 };

/// Which of the half-width marks at `places`, which rise, of all paragraphs of a page are the full-width ones: what is seen of
/// each.
pub(super) fn half_widths(
    text: &str,
    page: &Page<'_>,
    places: &[(&Paragraph<'_>, Vec<HalfWidthMark>)],
    known: &Knowledge,
    read: &mut Parts<str, Known>,
) -> Vec<HalfWidth> {
    if places.iter().all(|(_, marks)| marks.is_empty()) {
        return Vec::new();
    }
    let mut costs = PageCosts::default();
    let mut sights: Vec<Sight<'_>> = Vec::new();
    for (paragraph, marks) in places {
        if marks.is_empty() {
            let text = paragraph.own_text();
            let own = &mut read.of(text, Known::default).costs;
            costs.add(own.get_or_insert_with(|| costs_of(&Line::read(known.model, text.char_indices()))));
        } else {
            let widened = Widened::read(paragraph, marks, known);
            let own = &mut read.of(&widened.text, Known::default).costs;
            costs.add(own.get_or_insert_with(|| costs_of(&widened.line)));
            sights.extend(widened.see(known));
        }
    }
    let marks = PageMarks::of(text, page);
    let cost = costs.sum / costs.many();
    let dear = costs.dear as f32 / costs.many();
    let is_well_read = dear < FEW_DEAR && marks.are_well_read();
    let doubts = sights.iter().map(|Sight { seen, .. }| seen.without.max(seen.rival).clamp(-10.0, 10.0));
    let doubt = doubts.sum::<f32>() / sights.len().max(1) as f32;
    let mut rivals = [(0.0, 0.0); HALF.len()];
    for Sight { seen, .. } in &sights {
        let (sum, count) = &mut rivals[seen.read as usize - 1];
        (*sum, *count) = (*sum + seen.rival, *count + 1.0);
    }
    for Sight { seen, .. } in &mut sights {
        let (sum, count) = rivals[seen.read as usize - 1];
        marks.describe(seen);
        (seen.page_rival, seen.page_doubt, seen.page_cost) = ((sum / count).min(20.0), doubt, cost);
    }
    let half_width = |sight: Sight<'_>| HalfWidth {
        span: sight.mark.span,
        instead: sight.instead,
        beyond_trees: sight.beyond_trees(is_well_read),
        any_mark: sight.any_mark(),
        features: sight.seen.numbers(),
    };
    sights.into_iter().map(half_width).collect()
}

/// A half-width mark, the full-width one, and what is seen of it.
struct Sight<'p> {
    mark: &'p HalfWidthMark,
    instead: char,
    seen: Seen,
    /// Whether it is a semicolon with another in its sentence.
    is_listed: bool,
}

impl Sight<'_> {
    /// How much likelier the full-width mark is than the trees say, in nats.
    ///
    /// The trees were fitted on pages some of which had been printed in half width, and so they doubt more than they need to. What
    /// is added here was fitted on 418 other pages that two engines read, all printed in full width, and checked on 215
    /// more; of both, half once more with some of their marks made half-width.
    fn beyond_trees(&self, is_well_read: bool) -> f64 {
        /// The clauses of a list have semicolons between them. Of 83 that this made certain 81 were right, and 45 of the 45 checked.
        const LISTED: f64 = 1.5;
        /// Nothing else looks like a question mark. 86 of 88; 9 of 10.
        const QUESTION: f64 = 2.1;
        /// On a page that was read well, and among characters that were, few marks are anything else. 227 of 232; 64 of 72.
        const WELL_READ: f64 = 1.4;
        /// What a Chinese character nearby costs at most, on average, where none was misread.
        const COMMON: f32 = 5.5;
        let mut nats = 0.0;
        if self.is_listed {
            nats += LISTED;
        }
        if self.instead == '？' {
            nats += QUESTION;
        }
        if is_well_read && self.seen.cost_near < COMMON {
            nats += WELL_READ;
        }
        nats
    }

    /// What tells whether some full-width mark stood there, besides how likely it is this one.
    fn any_mark(&self) -> Option<f64> {
        /// Beyond this the model has nothing to say.
        const MOST: f32 = 15.0;
        let Seen { without, rival, from_start, from_end, page_doubt, .. } = self.seen;
        let edges = [from_start, from_end].into_iter().filter(|letters| *letters < 1.0).count() as f64;
        let AnyMark { bias, at_edge, .. } = ANY_MARK;
        let text = ANY_MARK.without * f64::from(without.clamp(-MOST, MOST)) + ANY_MARK.rival * f64::from(rival);
        matches!(self.instead, '，' | '；' | '：')
            .then(|| bias + at_edge * edges + text + ANY_MARK.page_doubt * f64::from(page_doubt))
    }
}

/// Which share of a page's Chinese characters costs more than `DEAR` where it was read badly. Chosen with the bounds on its marks,
/// on the pages that `beyond_trees` was fitted on.
const FEW_DEAR: f32 = 0.04;

/// What the Chinese characters of a paragraph cost, one after another.
fn costs_of(line: &Line) -> Box<[f32]> {
    line.letters().iter().filter(|letter| letter.is_han).map(|letter| letter.cost).collect()
}

/// What those of all paragraphs cost together.
#[derive(Default)]
struct PageCosts {
    count: usize,
    sum: f32,
    /// How many cost more than `DEAR`.
    dear: usize,
}

impl PageCosts {
    fn add(&mut self, costs: &[f32]) {
        self.count += costs.len();
        for &cost in costs {
            self.sum += cost;
            self.dear += usize::from(cost > DEAR);
        }
    }

    fn many(&self) -> f32 {
        self.count.max(1) as f32
    }
}

/// A paragraph with its half-width marks made full-width, as the language model reads it.
struct Widened<'p> {
    paragraph: &'p Paragraph<'p>,
    marks: &'p [HalfWidthMark],
    text: String,
    line: Line,
}

impl<'p> Widened<'p> {
    fn read(paragraph: &'p Paragraph<'p>, marks: &'p [HalfWidthMark], known: &Knowledge) -> Self {
        let start = paragraph.span.start();
        let mut next = marks.iter().map(|mark| mark.span.start()).peekable();
        let widened = paragraph.span.of(paragraph.text).char_indices().map(|(at, c)| {
            let is_looked_at = next.next_if_eq(&(start + at)).is_some();
            (start + at, full_width(c).filter(|_| is_looked_at).unwrap_or(c))
        });
        let widened: Vec<(usize, char)> = widened.collect();
        let text = widened.iter().map(|(_, c)| c).collect();
        Self { paragraph, marks, text, line: Line::read(known.model, widened.into_iter()) }
    }

    /// What is seen of each mark in the line.
    fn see(&self, known: &Knowledge) -> Vec<Sight<'p>> {
        let around = Around::of(&self.line);
        let letters = self.line.letters();
        let sight = |half_width: &'p HalfWidthMark| {
            let HalfWidthMark { span, .. } = half_width;
            let at = letters.binary_search_by_key(&span.start(), |letter| letter.start).ok()?;
            let mark = Mark { line: &self.line, at, model: known.model };
            let half = span.of(self.paragraph.text).chars().next()?;
            let seen = see(self.paragraph, &mark, &around, half, known);
            let is_listed = half == ';' && mark.is_again_in_sentence();
            Some(Sight { mark: half_width, instead: letters[at].c, seen, is_listed })
        };
        self.marks.iter().filter_map(sight).collect()
    }
}

fn see(paragraph: &Paragraph<'_>, mark: &Mark<'_>, around: &Around, half: char, known: &Knowledge) -> Seen {
    let (letters, at) = (mark.line.letters(), mark.at);
    let own = mark.as_read();
    let without = mark.cost(None, f32::INFINITY).map_or(0.0, |cost| own.whole() - cost.whole());
    let others = MEANT.iter().filter(|c| **c != letters[at].c);
    let rivals = others.filter_map(|&c| Some((own.whole() - mark.cost(Some(c), f32::INFINITY)?.whole(), c)));
    let (rival, rival_is) = rivals.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or((0.0, ' '));
    let meant = |at: Option<usize>| {
        let letter = at.and_then(|at| letters.get(at));
        letter.and_then(|letter| place_in(MEANT, letter.c)).unwrap_or_default() as f32
    };
    let near = letters[at.saturating_sub(NEAR)..(at + NEAR + 1).min(letters.len())].iter();
    let (han, cost) =
        near.filter(|letter| letter.is_han).fold((0.0, 0.0), |(han, cost), letter| (han + 1.0, cost + letter.cost));
    let span = letters[at].start..letters[at].start + half.len_utf8();
    Seen {
        read: place_in(HALF, half).unwrap_or_default() as f32,
        own: own.own,
        rest: own.rest,
        without,
        rival,
        rival_is: place_in(MEANT, rival_is).unwrap_or_default() as f32,
        left: mark.left(),
        right: mark.right(),
        left_is: meant(at.checked_sub(1)),
        right_is: meant(Some(at + 1)),
        blank_before: is_blank(paragraph.before(span.start)),
        blank_after: is_blank(paragraph.after(span.end)),
        from_start: at.min(4) as f32,
        from_end: (letters.len() - at - 1).min(4) as f32,
        since: around.since(at),
        until: around.until(at),
        again_near: mark.again_near(),
        since_stop: around.since_stop(at),
        line: letters.len().min(80) as f32,
        odd_quotes: around.odd_quotes,
        word_across: mark.word_across(known.lexicon),
        cost_near: cost / f32::max(han, 1.0),
        ..Seen::default()
    }
}

/// How many letters on either side are near.
const NEAR: usize = 8;

/// What a Chinese character costs that may have been misread, in nats. Chosen by hand.
const DEAR: f32 = 10.0;

/// How many marks a page has.
#[derive(Default)]
struct PageMarks {
    letters: usize,
    /// By mark of [`HALF`], those beside Chinese characters.
    half: [usize; HALF.len()],
    /// By mark of [`FULL`].
    full: [usize; FULL.len()],
    strange: usize,
    /// Half-width ones with another mark right beside them.
    beside: usize,
}

impl PageMarks {
    fn of(text: &str, page: &Page<'_>) -> Self {
        let mut marks = Self::default();
        for c in text.chars() {
            match kind(c) {
                Kind::Blank | Kind::LineEnd => continue,
                Kind::Mark => match place_in(FULL, c) {
                    Some(place) => marks.full[place - 1] += 1,
                    None if place_in(HALF, c).is_none() && !PAIRED.contains(&c) && !MEANT.contains(&c) => {
                        marks.strange += 1;
                    }
                    None => {}
                },
                _ => {}
            }
            marks.letters += 1;
        }
        for paragraph in &page.paragraphs {
            for mark in &paragraph.marks {
                if let Some(place) = place_in(HALF, mark.is)
                    && paragraph.before(mark.at).is_some_and(is_han)
                {
                    marks.half[place - 1] += 1;
                }
                let is_mark = |c: char| kind(c) == Kind::Mark && !PAIRED.contains(&c);
                let (left, right) = (paragraph.before(mark.at), paragraph.after(mark.span().end()));
                if place_in(HALF, mark.is).is_some() && (left.is_some_and(is_mark) || right.is_some_and(is_mark)) {
                    marks.beside += 1;
                }
            }
        }
        marks
    }

    /// Whether they look as on a page that was read well: few strange ones among them, and hardly one beside another.
    fn are_well_read(&self) -> bool {
        self.for_a_hundred(self.strange) < 1.0 && self.for_a_hundred(self.beside) < 0.15
    }

    fn for_a_hundred(&self, count: usize) -> f32 {
        (count as f32 / self.letters.max(1) as f32 * 100.0).min(50.0)
    }

    /// Adds what is seen of the page to what is seen of one of its marks.
    fn describe(&self, seen: &mut Seen) {
        let place = seen.read as usize - 1;
        let (half, full) = (self.half[place], self.full[place]);
        seen.page_half = self.for_a_hundred(self.half.iter().sum());
        seen.page_full = self.for_a_hundred(self.full.iter().sum());
        seen.page_same = half as f32 / (half + full).max(1) as f32;
        seen.page_own = self.for_a_hundred(half + full);
        seen.page_strange = self.for_a_hundred(self.strange);
    }
}
