//! Blanks: which are left over from line ends or an engine's fancy, and which are meant.

mod blanks;
mod features;

pub use blanks::{Blank, blanks};
pub use features::{Features, NAMES, SUBJECT, features, fitted};

use std::cell::LazyCell;

use super::layout::rows_are_alike;
use super::memory::{Memory, Parts};
use super::{Sheet, Stage};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Asked, Lexicon, Seams, Trees};
use crate::text::{Kind, Span, first_characters, is_han, kind, last_characters};

/// Takes away blanks that no one set.
pub struct Spacing<'k> {
    seams: &'k Seams,
    lexicon: &'k Lexicon,
    trees: &'k Trees,
}

impl<'k> Spacing<'k> {
    /// With what is known of characters that meet and of words, and the fitted trees.
    pub fn new(seams: &'k Seams, lexicon: &'k Lexicon, trees: &'k Trees) -> Self {
        Self { seams, lexicon, trees }
    }
}

impl Stage for Spacing<'_> {
    fn name(&self) -> StageName {
        StageName::Spacing
    }

    fn read(
        &self,
        Sheet { text, .. }: Sheet<'_>,
        _: &mut Asked,
        memory: &mut Memory,
        corrections: &mut Vec<Correction>,
    ) {
        trailing(text, corrections);
        let read: &mut Parts<str, Vec<Told>> = memory.recall();
        read.turn();
        for (_, line) in blanks::lines(text) {
            read.of(line, || self.tell(line));
        }
        let read = &*read;
        let lines = || {
            blanks::lines(text)
                .filter_map(|(start, line)| Some((Span::new(start, start + line.len()), read.get(line)?)))
        };
        let told = || lines().flat_map(|(_, told)| told);
        let sets_numbers_apart = blanks::sets_numbers_apart(text, told().filter(|told| told.is_apart).count());
        let column = column(told().filter_map(|told| told.column).collect());
        let may_go = |told: &&Told| !(told.rule == Rule::SpaceBesideNumber && sets_numbers_apart);
        for (line, told) in lines() {
            let is_in_table = LazyCell::new(|| is_in_table(text, line));
            for told in told.iter().filter(may_go) {
                let span = Span::new(line.start() + told.span.start(), line.start() + told.span.end());
                match &told.fate {
                    Fate::Meant => {}
                    _ if *is_in_table => {}
                    Fate::Stray(stray) => corrections.push(stray.correction(told.rule, span, column)),
                    Fate::Run => corrections.push(Correction::new(
                        Rule::ExtraBlank,
                        Edit::replace(span, " "),
                        Confidence::new(0.99),
                        Vec::new(),
                    )),
                }
            }
        }
    }
}

/// What its line tells of a blank, whatever the page.
struct Told {
    /// Where it stands in the line.
    span: Span,
    rule: Rule,
    /// Whether it sets a number apart from Chinese.
    is_apart: bool,
    /// The width of the column that the line was set in, in characters, if blanks are left of the line ends of that.
    column: Option<f32>,
    fate: Fate,
}

/// What is to become of a blank.
enum Fate {
    /// It stays.
    Meant,
    /// It may go.
    Stray(Stray),
    /// One of several may stay.
    Run,
}

/// A blank that the trees take for stray.
struct Stray {
    log_odds: f64,
    /// Whether it needs a witness that it has not, unless a line of the page's column ended there.
    lacks_witness: bool,
    /// Whether such blanks are set on purpose.
    sets_apart: bool,
    /// How many characters stand between the blank before, or the line's start, and this one.
    left_length: f32,
    /// Whether a comma or the like stands in its line.
    is_in_text: bool,
    evidence: Vec<Evidence>,
}

impl Stray {
    fn correction(&self, rule: Rule, span: Span, column: Option<f32>) -> Correction {
        let is_left_over = || column.is_some_and(|column| self.stands_at_line_end(column));
        let mut confidence = Confidence::from_log_odds(self.log_odds);
        if self.sets_apart || self.lacks_witness && !is_left_over() {
            confidence = confidence.min(WITHOUT_WITNESS);
        }
        Correction::new(rule, Edit::delete(span), confidence, self.evidence.clone())
    }

    /// Whether a line of the `column`, or the last of a few, ended where the blank stands: a mark that no line begins with, or a number
    /// that none cuts, moves that by a character a line.
    fn stands_at_line_end(&self, column: f32) -> bool {
        /// How many lines may have lost their blanks in a row. Chosen by hand: with more, any place would do.
        const MOST: f32 = 3.0;
        let lines = (self.left_length / column).round();
        (1.0..=MOST).contains(&lines) && (self.left_length - lines * column).abs() <= lines && self.is_in_text
    }
}

/// How sure the trees may be at most of a blank between Chinese characters that cuts no word and keeps no distance.
///
/// Names, headings and their texts are set apart by such blanks in print and on the web, and of those that the trees alone
/// took for stray on a million characters of clean text, nearly all were meant.
const WITHOUT_WITNESS: Confidence = Confidence::of(0.9);

/// Whether the blanks of `line` set the cells of a table apart, which the line before or after it is a row of as well.
fn is_in_table(text: &str, line: Span) -> bool {
    /// In bytes; no row is longer. Chosen by hand.
    const LONGEST: usize = 256;
    let before = text[..line.start()].trim_end().rsplit('\n').next();
    let after = text[line.end()..].trim_start().split('\n').next();
    let mut others = [before, after].into_iter().flatten().map(str::trim).filter(|other| other.len() <= LONGEST);
    line.len() <= LONGEST && others.any(|other| rows_are_alike(line.of(text).trim(), other))
}

/// Whether the blank stands outside a half-width round bracket. It tells that the bracket was printed in full width, and the stage
/// of punctuation takes it away with that.
fn is_outside_bracket(blank: &Blank<'_>) -> bool {
    blank.right == '(' || blank.left == ')'
}

/// Whether what is told of one thing ends at the blank, and the next begins with its name: 电话：0531-8000000 邮箱：…
fn is_before_label(blank: &Blank<'_>) -> bool {
    /// Characters; chosen by hand.
    const LABEL: std::ops::RangeInclusive<usize> = 2..=6;
    const COLONS: [char; 2] = ['：', ':'];
    let label = blank.right_part.split_once(COLONS).map(|(label, _)| label);
    blank.left_part.contains(COLONS)
        && label.is_some_and(|label| LABEL.contains(&label.chars().count()) && label.chars().all(is_han))
}

/// Whether an address ends at the blank, which nothing else tells: 投稿：news@example.cn 热线8213077.
fn is_after_address(blank: &Blank<'_>) -> bool {
    let address = blank.left_part.trim_start_matches(|c: char| !c.is_ascii());
    blank.left.is_ascii_alphanumeric()
        && is_han(blank.right)
        && (address.contains('@') || address.contains("://") || address.contains("www."))
}

/// Whether a caption ends before the blank, and its line behind it with whose photograph it is: 收麦现场。 王建军摄.
fn is_before_photographer(blank: &Blank<'_>) -> bool {
    /// Of a name or an office with what it did, in characters; chosen by hand.
    const LONGEST: usize = 16;
    let credit = blank.text[blank.span.end()..].split('\n').next().unwrap_or_default().trim_end();
    blank.left == '。'
        && credit.chars().count() <= LONGEST
        && ["摄", "摄影", "供图", "制图"].iter().any(|did| credit.ends_with(did))
}

/// Whether the blank parts two numbers, of which the second has a sign: 2.80 +0.10.
fn is_before_sign(blank: &Blank<'_>) -> bool {
    let mut next = blank.right_part.chars();
    let is_digit = |c: char| kind(c) == Kind::Digit;
    is_digit(blank.left)
        && next.next().is_some_and(|c| matches!(c, '+' | '-' | '－' | '＋'))
        && next.next().is_some_and(is_digit)
}

/// Whether the blank stands in a running head, where blanks set the parts apart: 深度　2022年9月25日　B11. What stands there for a
/// comma is mostly a speck.
fn is_in_running_head(blank: &Blank<'_>) -> bool {
    let line = &blank.line;
    line.may_be_running_head && !line.is_closed && blank.in_line > 1 && line.width < LONGEST_HEAD
}

/// Whether the blank parts a heading into two clauses of about one length: 打好“茶旅牌” 唱响“山海经”.
fn is_between_clauses(blank: &Blank<'_>) -> bool {
    /// In characters, and by how much one may be longer than the other; chosen by hand.
    const SHORTEST: usize = 5;
    const LONGEST_HEADING: f64 = 32.0;
    let line = &blank.line;
    let [left, right] = [blank.left_part, blank.right_part].map(|part| part.chars().count());
    blank.in_line == 1
        && !line.is_closed
        && !line.has_inner_mark
        && line.width < LONGEST_HEADING
        && left.min(right) >= SHORTEST
        && left.max(right) * 2 <= left.min(right) * 3
}

/// Whether the blank stands alone in a clause with marks on both sides, in a line of running text.
fn is_inside_clause(blank: &Blank<'_>) -> bool {
    let is_mark = |c: char| matches!(c, '，' | '。' | '；' | '、' | '：' | '！' | '？' | '“' | '”' | ',' | ';');
    let is_clause = blank.left_part.contains(is_mark) && blank.right_part.contains(is_mark);
    is_clause && !blank.is_inside_pair && (blank.line.has_inner_stop || blank.line.is_closed)
}

/// The log-odds that the blank is stray, which is more than the trees' where it stands as stray ones do and none else.
fn at_least(blank: &Blank<'_>, rule: Rule, log_odds: f64) -> f64 {
    let is_in_number = rule == Rule::SpaceBesideNumber && log_odds >= LIKELY && is_between_marks(blank);
    if is_unheard_of(blank) || is_in_number { log_odds.max(UNHEARD_OF) } else { log_odds }
}

/// Log-odds from which on a blank beside a number in a sentence goes: a probability of 0.7. Of 20 on 283 pages, which engines had read or
/// people had written so, all were stray.
const LIKELY: f64 = 0.85;

/// Whether marks of sentences stand near on both sides of the blank.
fn is_between_marks(blank: &Blank<'_>) -> bool {
    /// In characters; chosen by hand.
    const NEAR: usize = 12;
    let is_mark = |c: char| "，。；：、！？“”‘’（）《》\"',;:!?".contains(c);
    let before = blank.text[..blank.span.start()].rsplit('\n').next().unwrap_or_default();
    let after = blank.text[blank.span.end()..].split('\n').next().unwrap_or_default();
    last_characters(before, NEAR).contains(is_mark) && first_characters(after, NEAR).contains(is_mark)
}

/// Whether the blank stands where none is ever set: before a mark that ends or parts a clause, or after one that parts it.
fn is_unheard_of(blank: &Blank<'_>) -> bool {
    let parts = |c: char| matches!(c, '、' | '；' | ';' | ',');
    let ends = |c: char| matches!(c, '，' | '。' | '！' | '？' | '!' | '?');
    // Line ends are judged by how wide lines are, and before a comma at a line's end the blank is part of that until the line is joined.
    let is_at_line_end =
        matches!(blank.right_part, "，" | "," | "、" | "；" | ";") && blank.number + 1 == blank.in_line;
    !is_at_line_end && (parts(blank.left) || parts(blank.right) || ends(blank.right))
}

/// The log-odds at least that such a blank is stray, where the trees take it for that: a probability of 0.97.
///
/// Of 238 of which they were not sure, on pages that engines had read, 234 were.
const UNHEARD_OF: f64 = 3.5;

/// Whether blanks stand in a line where lines of a column of one width ended.
fn keeps_distance(blank: &Blank<'_>) -> bool {
    blank.in_line >= 3 && blank.unevenness <= 2.0 && (8.0..=24.0).contains(&blank.usual_part)
}

/// The width of the column that a line was set in, in characters, if `blank`, its first, is left of the line ends of that.
fn column_of(blank: &Blank<'_>) -> Option<f32> {
    (blank.number == 0 && keeps_distance(blank) && blank.line.has_inner_mark).then_some(blank.usual_part)
}

/// The width of the column that the page was set in, where several of its lines, those of `widths`, were set in one.
fn column(mut widths: Vec<f32>) -> Option<f32> {
    /// Paragraphs; chosen by hand.
    const ENOUGH: usize = 2;
    widths.sort_unstable_by(f32::total_cmp);
    (widths.len() >= ENOUGH).then(|| widths[widths.len() / 2])
}

/// The width of the longest running heads, in characters; chosen by hand.
const LONGEST_HEAD: f64 = 36.0;

impl Spacing<'_> {
    /// What `line` tells of its blanks.
    fn tell(&self, line: &str) -> Vec<Told> {
        let blanks = blanks(line);
        let features: Vec<Option<Features>> = blanks
            .iter()
            .map(|blank| (!is_surely_meant(blank)).then(|| features(blank, self.seams, self.lexicon)))
            .collect();
        let mut log_odds = self.trees.log_odds_of_each(features.iter().flatten().map(Features::as_slice)).into_iter();
        let tell = |(blank, features): (&Blank<'_>, &Option<Features>)| {
            let rule = rule(blank);
            let log_odds = features.as_ref().and_then(|_| log_odds.next());
            Told {
                span: blank.span,
                rule,
                is_apart: blank.sets_number_apart(),
                column: column_of(blank),
                fate: log_odds.map_or(Fate::Meant, |log_odds| self.fate(blank, rule, log_odds)),
            }
        };
        blanks.iter().zip(&features).map(tell).collect()
    }

    /// What becomes of a blank of which the trees say `log_odds`.
    fn fate(&self, blank: &Blank<'_>, rule: Rule, log_odds: f64) -> Fate {
        if log_odds > 0.0 {
            Fate::Stray(Stray {
                log_odds: at_least(blank, rule, log_odds),
                lacks_witness: rule == Rule::StraySpace && !self.has_witness(blank),
                sets_apart: is_in_running_head(blank) || is_between_clauses(blank),
                left_length: blank.left_part.chars().count() as f32,
                is_in_text: blank.line.has_inner_mark,
                evidence: self.evidence(blank),
            })
        } else if blank.is_run_of_spaces() {
            Fate::Run
        } else {
            Fate::Meant
        }
    }

    /// Whether the blank cuts a word in two, or stands where lines of one width ended.
    fn has_witness(&self, blank: &Blank<'_>) -> bool {
        /// Per 100 million characters; rarer words are often two that meet by chance.
        const KNOWN: u32 = 96;
        /// The same inside a clause of running text, where no name or heading is set apart.
        const RARE: u32 = 4;
        /// Bits; a pair of characters that stands together eight times as often as chance has it.
        const BOUND: f64 = 3.0;
        let cuts_word = |least: u32| blank.word_across(self.lexicon).is_some_and(|(_, word)| word.count >= least);
        keeps_distance(blank)
            || self.seams.bond(blank.left, blank.right) >= BOUND && cuts_word(KNOWN)
            || is_inside_clause(blank) && cuts_word(RARE)
    }

    fn evidence(&self, blank: &Blank<'_>) -> Vec<Evidence> {
        let mut evidence = vec![Evidence::Neighbours { left: Some(blank.left), right: Some(blank.right) }];
        if let Some((word, _)) = blank.word_across(self.lexicon) {
            evidence.push(Evidence::Word { word });
        }
        evidence
    }
}

/// Whether the trees need not be asked: the blank stays, or another stage takes it away.
fn is_surely_meant(blank: &Blank<'_>) -> bool {
    blank.is_latin()
        || is_outside_bracket(blank)
        || is_before_sign(blank)
        || is_before_label(blank)
        || is_after_address(blank)
        || is_before_photographer(blank)
}

fn rule(blank: &Blank<'_>) -> Rule {
    match (kind(blank.left), kind(blank.right)) {
        (Kind::Mark, _) | (_, Kind::Mark) => Rule::SpaceBesideMark,
        (Kind::Han, Kind::Han) => Rule::StraySpace,
        _ => Rule::SpaceBesideNumber,
    }
}

/// Proposes to take away the blanks at the ends of lines.
fn trailing(text: &str, corrections: &mut Vec<Correction>) {
    let is_blank = |c: char| kind(c) == Kind::Blank;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    for end in ends {
        // The last byte of any blank but the space and the tab is one that many characters end in.
        let line = &text[..end];
        let kept = line.trim_end_matches(is_blank).len();
        if kept < end {
            corrections.push(Correction::new(
                Rule::ExtraBlank,
                Edit::delete(Span::new(kept, end)),
                Confidence::CERTAIN,
                Vec::new(),
            ));
        }
    }
}
