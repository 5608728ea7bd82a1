//! Line ends, blocks and fragments.
//!
//! A newspaper column is 12 to 20 characters wide, so nearly every sentence is cut by line ends. [`lines`] reads the
//! page's geometry, `features` describes each line end and `rivals` what else may stand at it, and a fitted model gives
//! the probability that the text goes on across it. [`Kinds`] tells headlines, bylines, captions, furniture and text
//! apart, and makes blocks of lines. Where a block breaks off, [`fragments`] finds the block that goes on, wherever it
//! stands.

mod blocks;
mod columns;
mod features;
pub mod fragments;
mod head;
mod lines;
mod rivals;
mod rows;
mod sides;
mod verse;

pub use blocks::{Block, BlockKind, Kinds};
pub use features::{Features, LineEnd, LineEnds, NAMES, SUBJECT, fitted, fitted_to_torn_pages};
pub use lines::{Line, lines};
pub(crate) use rows::are_alike as rows_are_alike;
pub use sides::Sides;

use std::sync::Arc;

use super::{Memory, Sheet, Stage, people};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Asked, Knowledge, Survey, Trees};
use crate::text::{Kind, Span, is_han, kind, last_characters};

/// What becomes of furniture: running heads, page numbers, credits and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Furniture {
    /// It stays, and nothing is said of it.
    #[default]
    Keep,
    /// It stays; to take it away is proposed. The policy has the rule among those that are only proposed.
    Mark,
    /// It goes where that is certain.
    Drop,
}

impl Furniture {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Mark, Self::Drop];

    /// As settings name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Mark => "mark",
            Self::Drop => "drop",
        }
    }
}

/// Joins lines that a column's width cut, and puts fragments of columns where they belong.
pub struct Layout<'k> {
    known: Knowledge,
    trees: &'k Trees,
    torn: Option<Torn<'k>>,
    furniture: Furniture,
    survey: Option<Arc<Survey>>,
}

/// How pages are read whose columns may be torn apart.
#[derive(Clone, Copy)]
struct Torn<'k> {
    /// The trees of line ends that know such pages. They are less sure of any line end.
    ends: &'k Trees,
    fragments: fragments::Looks<'k>,
}

impl<'k> Layout<'k> {
    /// With what is known of characters and words, and the fitted trees of line ends. It joins lines and moves nothing.
    pub fn new(known: Knowledge, trees: &'k Trees) -> Self {
        Self { known, trees, torn: None, furniture: Furniture::Keep, survey: None }
    }

    /// The same, which looks for fragments as well: by trees of line ends that know torn pages, and those of fragments.
    #[must_use]
    pub fn with_fragments(self, ends: &'k Trees, fragments: fragments::Looks<'k>) -> Self {
        Self { torn: Some(Torn { ends, fragments }), ..self }
    }

    /// The same, which does with furniture what is wished, with what the survey of the batch knows of lines that recur.
    #[must_use]
    pub fn with_furniture(self, furniture: Furniture, survey: Option<Arc<Survey>>) -> Self {
        Self { furniture, survey, ..self }
    }
}

/// What is thought of each line end of a page, and of each line.
struct Reading<'r, 't> {
    lines: &'r [Line<'t>],
    ends: &'r [LineEnd],
    /// By line end, the log-odds that the line goes on in the next.
    goes_on: Vec<f64>,
    kinds: Kinds,
}

impl Stage for Layout<'_> {
    fn name(&self) -> StageName {
        StageName::Layout
    }

    /// What it joined makes it surer of the next line, right or wrong, and specks that the others take away tell it more: where it went on
    /// by itself, boundary F1 of Tesseract's pages of medium damage was .916, where it waits .923.
    fn waits_for_others(&self) -> bool {
        true
    }

    fn sees_joints(&self) -> bool {
        true
    }

    fn read(&self, sheet: Sheet<'_>, asked: &mut Asked, memory: &mut Memory, corrections: &mut Vec<Correction>) {
        let sides: &mut Sides = memory.recall();
        sides.turn();
        let text = sheet.text;
        let found = lines(sheet);
        let mut in_turn = || sheet.joints.is_empty() && columns::set_apart(text, &found, self.known.model, corrections);
        // Nothing can be told of lines that stand in the wrong order.
        if !is_chinese(&found) || in_turn() {
            return;
        }
        let ends = Ends::of(&found, &self.known, sides);
        let Some(torn) = self.torn else {
            let whole = self.reading(&ends, &ends.said(self.trees), asked);
            self.settle(text, &whole, |_| false, corrections);
            return;
        };
        // A page that surely is torn at one place is read with more suspicion everywhere.
        let suspicious = self.reading(&ends, &ends.said(torn.ends), asked);
        let blocks = suspicious.blocks();
        let page = fragments::Page { text, lines: &found, blocks: &blocks, goes_on: &suspicious.goes_on };
        let links = page.links(&self.known, torn.fragments, sides);
        if links.is_torn() {
            let is_settled = self.settle(text, &suspicious, |end| links.part(end), corrections);
            // Blocks are moved when their lines are joined: the two would meet.
            if is_settled {
                page.propose(&links, corrections);
            }
        } else {
            let both = |(end, said): (&LineEnd, f64)| {
                let pooled = pooled([said, suspicious.goes_on[end.line]]);
                let (line, next) = (&found[end.line], &found[end.line + 1]);
                // Of verse, lists and bylines the others know too little.
                if is_cut_in_byline(line.text, next.text) {
                    said
                } else if end.is_in_column {
                    pooled
                } else {
                    pooled.min(said)
                }
            };
            let both: Vec<f64> = ends.open().zip(ends.said(self.trees)).map(both).collect();
            let whole = self.reading(&ends, &both, asked);
            if self.settle(text, &whole, |end| links.part(end), corrections) {
                page.propose_doubtful_moves(&links, corrections);
            }
        }
    }
}

/// The line ends of a page, and what tells whether the text goes on across each.
struct Ends<'p, 't> {
    lines: &'p [Line<'t>],
    all: Vec<LineEnd>,
    /// By line end, the log-odds that it goes on where that is certain without trees; the others are open.
    certain: Vec<Option<f64>>,
    /// What trees see of those that are open, in their order.
    features: Vec<Features>,
}

impl<'p, 't> Ends<'p, 't> {
    /// Those between `lines`.
    fn of(lines: &'p [Line<'t>], known: &Knowledge, sides: &mut Sides) -> Self {
        let seen = LineEnds::of(lines, known, sides);
        let all: Vec<LineEnd> = seen.iter().collect();
        let certain: Vec<Option<f64>> = all.iter().map(|end| certain(lines, end)).collect();
        let open = all.iter().zip(&certain).filter(|(_, certain)| certain.is_none());
        let features = open.map(|(end, _)| seen.features(end.line, sides)).collect();
        Self { lines, all, certain, features }
    }

    /// Those that are open.
    fn open(&self) -> impl Iterator<Item = &LineEnd> {
        self.all.iter().zip(&self.certain).filter(|(_, certain)| certain.is_none()).map(|(end, _)| end)
    }

    /// What `trees` say of each that is open: the log-odds that the line goes on in the next.
    fn said(&self, trees: &Trees) -> Vec<f64> {
        let ends = trees.log_odds_of_each(self.features.iter().map(Features::as_slice));
        ends.into_iter().map(|ends| -ends).collect()
    }

    /// By line end, the log-odds that the line goes on in the next, if of those that are open is `said` what it is.
    fn goes_on(&self, said: &[f64]) -> Vec<f64> {
        let mut said = said.iter().copied();
        let goes_on = |(end, certain): (&LineEnd, &Option<f64>)| {
            certain.or_else(|| Some(said.next()?.min(at_most(self.lines, end.line)))).unwrap_or(NEVER)
        };
        self.all.iter().zip(&self.certain).map(goes_on).collect()
    }
}

/// The log-odds that a line goes on across `end`, where no trees need to be asked.
fn certain(lines: &[Line<'_>], end: &LineEnd) -> Option<f64> {
    let (line, next) = (&lines[end.line], &lines[end.line + 1]);
    let is_running_head = line.is_running_head && next.is_running_head;
    let is_any_text = line.has_han || next.has_han || is_running_head || line.is_latin && next.is_latin;
    let is_cut_short = line.width + next.first_unit() < end.column;
    let are_both = |is: fn(&Line<'_>) -> bool| is(line) && is(next);
    let are_apart = || {
        line.is_row
            || next.is_row
            || are_both(|line| line.is_verse)
            || blocks::is_next_item(line, next)
            || are_both(blocks::is_entry)
            || is_cut_short && (are_both(blocks::is_promotion) || are_both(blocks::is_bracketed_entry))
            || is_cut_short && end.line > HEAD_LINES && is_signature(line, next)
            || end_alike(line, next)
            || blocks::is_table_title(next)
            || line.is_closed && blocks::is_contact(next)
            || lines::ends_caption(line.text)
    };
    if next.is_joined {
        Some(JOINED)
    } else if are_of_one_head(line, next) {
        Some(OF_ONE_HEAD)
    } else if !is_any_text || next.is_indented || are_apart() {
        Some(NEVER)
    } else if next.blank_lines_before == 0 && is_hyphenated(line, next) {
        Some(HYPHENATED)
    } else {
        None
    }
}

/// The log-odds at most that line `at` goes on in the next, whatever trees say.
fn at_most(lines: &[Line<'_>], at: usize) -> f64 {
    let (line, next) = (&lines[at], &lines[at + 1]);
    let is_beside_head = line.is_head_part != next.is_head_part
        || lines.get(at + 2).is_some_and(|after| is_between_paragraphs(line, next, after));
    if is_beside_head { BESIDE_HEAD } else { f64::INFINITY }
}

impl Reading<'_, '_> {
    /// Its blocks, cut as well where it is not certain that the text goes on: there one column may end and another begin.
    fn blocks(&self) -> Vec<Block> {
        self.kinds.blocks(self.lines, |end| self.goes_on[end] < ALL_BUT_CERTAIN)
    }
}

/// Log-odds of going on below which one block may end and another begin: a probability of 0.993.
///
/// On shuffled pages 67 of 807 places at which a column breaks off or starts within a sentence lie above a probability of 0.95, 29 of
/// them above this; of all line ends 95 % lie above 0.95 and 92 % above this.
const ALL_BUT_CERTAIN: f64 = 5.0;

/// A join from here on counts as made: what is applied unless the user asks for more or less.
const SETTLED: Confidence = Confidence::of(0.95);

/// A page of which more than one line end in so many is about to go is not settled; chosen by hand.
const UNSETTLED_SHARE: usize = 10;

impl Layout<'_> {
    /// The blocks of a page, with its lines and the log-odds of its line ends; none where it is not Chinese.
    pub fn blocks<'t>(&self, sheet: Sheet<'t>) -> Option<(Vec<Line<'t>>, Vec<f64>, Vec<Block>)> {
        let lines = lines(sheet);
        if !is_chinese(&lines) {
            return None;
        }
        let ends = Ends::of(&lines, &self.known, &mut Sides::default());
        let trees = self.torn.map_or(self.trees, |torn| torn.ends);
        let reading = self.reading(&ends, &ends.said(trees), &mut Asked::default());
        let (blocks, goes_on) = (reading.blocks(), reading.goes_on);
        Some((lines, goes_on, blocks))
    }

    /// What is thought of each line end, and of each line, where trees or what stands for them `said` that of the open ends.
    fn reading<'r, 't>(&self, ends: &'r Ends<'_, 't>, said: &[f64], asked: &mut Asked) -> Reading<'r, 't> {
        let lines = ends.lines;
        let goes_on = ends.goes_on(said);
        let kinds = Kinds::of(lines, &goes_on, |line| {
            let survey = self.survey.as_ref().filter(|_| line.width < blocks::WIDEST_FURNITURE);
            survey.is_some_and(|survey| asked.line_recurs(survey, line.text))
        });
        Reading { lines, ends: &ends.all, goes_on, kinds }
    }

    /// Joins lines, but for those that `parts` says belong to different columns, and takes furniture away where that is wished.
    /// Says whether next to nothing is left to join.
    fn settle(
        &self,
        text: &str,
        reading: &Reading<'_, '_>,
        parts: impl Fn(usize) -> bool,
        corrections: &mut Vec<Correction>,
    ) -> bool {
        let before = corrections.len();
        self.join(reading, parts, corrections);
        let is_sure = |correction: &&Correction| correction.confidence >= SETTLED;
        let unsettled = corrections[before..].iter().filter(is_sure).count();
        if self.furniture != Furniture::Keep {
            self.take_furniture(text, &reading.blocks(), corrections);
        }
        unsettled * UNSETTLED_SHARE <= reading.lines.len()
    }

    /// Joins lines, but for those that `parts` says belong to different columns.
    fn join(&self, reading: &Reading<'_, '_>, parts: impl Fn(usize) -> bool, corrections: &mut Vec<Correction>) {
        let ends = reading.ends.iter().zip(&reading.goes_on);
        let joined: Vec<(&LineEnd, f64)> = ends
            .filter(|(line_end, goes_on)| {
                let (line, next) = (&reading.lines[line_end.line], &reading.lines[line_end.line + 1]);
                **goes_on > 0.0 && (are_of_one_head(line, next) || !parts(line_end.line))
            })
            .map(|(line_end, &goes_on)| (line_end, goes_on))
            .collect();
        let runs = joined.chunk_by(|(one, _), (other, _)| one.line + 1 == other.line);
        for run in runs {
            let is_head = run
                .first()
                .zip(run.last())
                .is_some_and(|((first, _), (last, _))| is_running_head(&reading.lines[first.line..last.line + 2]));
            self.join_run(reading, run, is_head, corrections);
        }
    }

    /// Joins the lines of a run, which may be the parts of a running head.
    fn join_run(
        &self,
        reading: &Reading<'_, '_>,
        run: &[(&LineEnd, f64)],
        is_head: bool,
        corrections: &mut Vec<Correction>,
    ) {
        for &(line_end, goes_on) in run {
            let (line, next) = (&reading.lines[line_end.line], &reading.lines[line_end.line + 1]);
            if next.is_joined {
                continue;
            }
            let rule = if next.blank_lines_before == 0 { Rule::WrappedLine } else { Rule::BrokenParagraph };
            let is_hyphenated = is_hyphenated(line, next);
            let gap = Span::new(line.span.end() - usize::from(is_hyphenated), next.span.start());
            let evidence = Evidence::LineEnd {
                width: line.width,
                column: line_end.column,
                closed: line.is_closed,
                blank: next.blank_lines_before > 0,
            };
            let mut confidence = Confidence::from_log_odds(goes_on);
            let is_shown = line_end.is_wrapped && !line.is_byline_alone()
                || is_cut_with_others(reading.lines, line_end.line)
                || self.has_witness(line, next);
            if !is_shown || line_end.column < NARROWEST_COLUMN {
                confidence = confidence.min(WITHOUT_WITNESS);
            }
            corrections.push(Correction::new(
                rule,
                Edit::replace(gap, if is_hyphenated { "" } else { between(line, next, is_head) }),
                confidence,
                vec![evidence],
            ));
        }
    }

    /// Takes away each block of furniture, with the line end before it.
    fn take_furniture(&self, text: &str, blocks: &[Block], corrections: &mut Vec<Correction>) {
        for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block.kind == BlockKind::Furniture) {
            let before = at.checked_sub(1).map(|before| blocks[before].span.end());
            let after = blocks.get(at + 1).map_or(block.span.end(), |after| line_start(text, after.span.start()));
            let span = match before {
                Some(before) => Span::new(before, block.span.end()),
                None => Span::new(line_start(text, block.span.start()), after),
            };
            let line = block.span.of(text);
            let pages = self.survey.as_ref().map_or(0, |survey| survey.pages_with_line(line));
            let evidence = Evidence::Block { block: "furniture".into(), pages };
            let confidence = Confidence::new(f64::from(block.confidence).min(0.999));
            corrections.push(Correction::new(Rule::Furniture, Edit::delete(span), confidence, vec![evidence]));
        }
    }
}

/// The log-odds of two kinds of trees as one: a logarithmic pool (Genest and Zidek, "Combining probability distributions", 1986).
///
/// Where one is mistaken the other often doubts. Of line ends of OCR pages with even numbers and of variants of these, 32 of 18,644 joins
/// at 0.95 are wrong and 181 lines that go on are left, by the trees of line ends alone 75 of 18,684 and 184; of those with odd numbers
/// 35 of 21,824 and 205, alone 88 of 21,860 and 222.
fn pooled(log_odds: [f64; 2]) -> f64 {
    /// With 0.5 each, fewer joins are wrong and more lines are left than by the trees of line ends alone: 26 and 27, 219 and 256; with 0.7
    /// more and fewer: 35 and 40, 159 and 183.
    const WEIGHT: f64 = 0.6;
    log_odds.iter().map(|odds| WEIGHT * odds).sum()
}

/// Log-odds of what cannot be.
const NEVER: f64 = -20.0;

/// Log-odds of what has been decided.
const JOINED: f64 = 20.0;

/// Log-odds that two parts of a running head go together: a probability of 0.99; chosen by hand.
const OF_ONE_HEAD: f64 = 4.6;

/// The log-odds at most that a running head or a heading goes on in what stands below it, or text in one: a probability of 0.88, which is
/// proposed. Chosen by hand.
const BESIDE_HEAD: f64 = 2.0;

/// No column of running text is narrower, in characters: lines of one width below it are verse, names and the like. Chosen by hand.
const NARROWEST_COLUMN: f64 = 9.0;

/// Short headings are narrower, in characters. Chosen by hand.
const SHORT_HEADING: f64 = 9.5;

/// Log-odds that a Latin word goes on that a hyphen cuts: a probability of 0.99. Too rare on Chinese pages for trees to learn
/// it; chosen by hand.
const HYPHENATED: f64 = 4.6;

/// Where the line of `text` starts that `offset` stands in.
fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
}

/// How sure the trees may be at most that a line goes on where neither widths nor words show it: after a byline, on pages
/// that were not cut to a width, and in what is narrower than columns. Below what is applied; chosen by hand.
const WITHOUT_WITNESS: Confidence = Confidence::of(0.9);

impl Layout<'_> {
    /// Whether the text itself shows that it goes on: a word cut in two, a bracket left open, or a sentence that breaks off
    /// in a paragraph of several. The parts of a running head belong together anyway.
    fn has_witness(&self, line: &Line<'_>, next: &Line<'_>) -> bool {
        /// Per 100 million characters; rarer words are often two that meet by chance.
        const KNOWN: u32 = 96;
        /// Bits by which the characters on both sides speak for going on; chosen by hand.
        const GOES_ON: f64 = 0.5;
        /// Characters; no heading with a comma in it is as long. Chosen by hand.
        const LONG: f64 = 32.0;
        let lexicon = self.known.lexicon;
        // 新容破|产业: 破产 is no word there, 产业 is.
        let begins_word = |least: u32| {
            let mut words = lexicon.words_at(next.body, 0).filter(|(span, _)| !is_one_character(span.of(next.body)));
            words.any(|(_, word)| word.count >= least)
        };
        let is_word_cut = || {
            let across = lexicon.across(line.body, next.body);
            across.is_some_and(|(_, _, word)| word.count >= KNOWN && !begins_word(word.count))
        };
        let (bond, starts) = (self.known.seams.bond(line.last, next.first), self.known.seams.starts(next.first));
        let speaks = || {
            if lines::is_comma(line.last) {
                starts <= 0.0
            } else {
                bond - starts - self.known.seams.ends(line.last) >= GOES_ON
            }
        };
        let is_sentence = line.has_inner_stop || line.has_inner_mark && line.width >= LONG;
        let breaks_off = !line.is_closed && is_sentence && speaks();
        let is_head = |line: &Line<'_>| line.is_running_head && line.width < HEAD_PART;
        let between_head_parts = are_of_one_head(line, next)
            || is_head(line) && next.width < HEAD_PART
            || is_head(next) && line.width < HEAD_PART;
        between_head_parts || line.leaves_open || breaks_off || is_word_cut() || !line.is_closed && is_remainder(next)
    }
}

/// Whether `line` is a character or two and a full stop: no paragraph is.
fn is_remainder(line: &Line<'_>) -> bool {
    let rest = line.text.trim_start_matches(is_han);
    let han = line.text[..line.text.len() - rest.len()].chars().count();
    (1..=2).contains(&han) && matches!(rest, "。" | "。”")
}

/// Whether at least a tenth of the lines hold Chinese. The line ends of a page in another script are left alone; of an article in two
/// languages one may have two lines in three.
fn is_chinese(lines: &[Line<'_>]) -> bool {
    lines.iter().filter(|line| line.has_han).count() * 10 >= lines.len()
}

/// How many lines at the head of a page its running head may be read as, and no signature stands in. Chosen by hand.
const HEAD_LINES: usize = 4;

/// Whether one of both is the date below a letter or a notice, which stands in a line of its own below the name of who signs it.
fn is_signature(line: &Line<'_>, next: &Line<'_>) -> bool {
    let is_date = |line: &Line<'_>| blocks::is_date_alone(line) && !line.is_head_part;
    is_date(line) || is_date(next) && !line.is_running_head
}

fn is_one_character(text: &str) -> bool {
    text.chars().nth(1).is_none()
}

/// Whether `next`, which no mark closes or which asks one thing, stands between a sentence's end and the first line of a paragraph, which is
/// set in: it is a heading there, unless an engine lost a mark.
fn is_between_paragraphs(line: &Line<'_>, next: &Line<'_>, after: &Line<'_>) -> bool {
    let ends_in_mark = next.is_closed || next.ends_in_closer || lines::is_comma(next.last);
    let asks = matches!(next.last, '？' | '?' | '！') && next.width < SHORT_HEADING && !next.has_inner_mark;
    line.is_closed && !next.is_indented && (!ends_in_mark || asks) && after.is_indented && after.blank_lines_before == 0
}

/// Whether both are items of a list: of unequal widths, they end in the same word, as names of firms do, and no mark stands in them.
fn end_alike(line: &Line<'_>, next: &Line<'_>) -> bool {
    /// In characters; chosen by hand.
    const UNEQUAL: f64 = 0.9;
    let ending = last_characters(line.text, 2);
    let is_name = |line: &Line<'_>| !line.is_closed && !line.has_inner_mark && line.text.ends_with(ending);
    (line.width - next.width).abs() > UNEQUAL && ending.chars().all(is_han) && is_name(line) && is_name(next)
}

/// Whether a Latin word is cut by a hyphen at the line end: Shan-, dong.
fn is_hyphenated(line: &Line<'_>, next: &Line<'_>) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let word = line.text.strip_suffix('-');
    word.is_some_and(|word| is_word(word.chars().next_back()))
        && next.text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether line `at`, of running text, is as wide as another of the few that stand together with it, and none of them is wider: on a page
/// of whole paragraphs a column may be cut into lines as well.
fn is_cut_with_others(lines: &[Line<'_>], at: usize) -> bool {
    /// How many lines on either side are looked at, how wide columns are, and by how much the widths of their lines differ, in
    /// characters; chosen by hand. Lines of verse are narrower.
    const NEAR: usize = 4;
    const COLUMN: std::ops::RangeInclusive<f64> = 10.0..=45.0;
    const GIVE: f64 = 1.0;
    let (line, next) = (&lines[at], &lines[at + 1]);
    // A heading may have a colon, or close with a question; verse breaks where sentences pause.
    let is_text = [line, next].iter().any(|line| line.text.contains(['，', ',', '。']));
    if line.is_closed || !COLUMN.contains(&line.width) || next.is_set_apart || !is_text {
        return false;
    }
    let stands_with = |line: &&Line<'_>| !line.is_set_apart;
    let before = lines[..=at].iter().rev().take(NEAR).take_while(stands_with).count();
    let after = lines[at + 1..].iter().take(NEAR).take_while(stands_with).count();
    let others =
        || (at.saturating_sub(before)..at + 1 + after).filter(|&other| other != at).map(|other| lines[other].width);
    let are_no_wider = others().all(|width| width <= line.width + GIVE);
    are_no_wider && others().any(|width| width >= line.width - GIVE)
}

/// A part of a running head is narrower, in characters. Chosen by hand.
const HEAD_PART: f64 = 20.0;

/// Whether both are parts of the running head at the head or foot of the page.
fn are_of_one_head(line: &Line<'_>, next: &Line<'_>) -> bool {
    line.is_head_part && next.is_head_part
}

/// Whether `lines`, which belong together, are the parts of a running head: 要闻, 鲁中新闻, 2021年3月5日, A03.
fn is_running_head(lines: &[Line<'_>]) -> bool {
    let is_part = |line: &Line<'_>| line.width < HEAD_PART && !line.is_closed && !line.has_inner_mark;
    lines.iter().all(is_part) && lines.iter().any(|line| line.is_running_head)
}

/// Whether a line ends between the parts of a byline, which blanks set apart in print: 记者|张三 摄, 记者 张三|摄.
fn is_cut_in_byline(line: &str, next: &str) -> bool {
    let announces = |text: &str| people::REPORTERS.iter().any(|role| text.ends_with(role));
    let is_name = |text: &str| (2..=4).contains(&text.chars().count()) && text.chars().all(is_han);
    let han = &next[..next.len() - next.trim_start_matches(is_han).len()];
    let ends =
        next[han.len()..].chars().next().is_none_or(|c| kind(c) == Kind::Blank || matches!(c, '）' | ')' | '】'));
    let (name, takes) = han.strip_suffix('摄').map_or((han, false), |name| (name, true));
    if announces(line) {
        return ends && is_name(name);
    }
    let Some((before, last)) = line.trim_end().rsplit_once(|c| kind(c) == Kind::Blank) else { return false };
    ends && takes && name.is_empty() && is_name(last) && announces(before.trim_end())
}

/// What stands between two lines that are joined, which may be parts of a running head.
fn between(line: &Line<'_>, next: &Line<'_>, is_head: bool) -> &'static str {
    let is = |c: Option<char>, wanted: Kind| c.is_some_and(|c| kind(c) == wanted);
    let (last, first) = (line.text.chars().next_back(), next.text.chars().next());
    // Depreciation,|Amortization: between Latin words a mark has a blank behind it.
    let last_word = line.text.trim_end_matches([',', ';', ':', '.']).chars().next_back();
    let words_meet = is(last_word, Kind::Letter) && is(first, Kind::Letter);
    let is_latin = line.is_latin && next.is_latin && (is(first, Kind::Letter) || is(first, Kind::Digit));
    let parts_meet = is_head
        || are_of_one_head(line, next)
        || line.is_running_head && next.is_running_head
        || is_cut_in_byline(line.text, next.text);
    if parts_meet || words_meet || is_latin && last != Some('-') { " " } else { "" }
}
