//! Blanks: which are left over from line ends or an engine's fancy, and which are meant.

mod blanks;
mod features;

pub use blanks::{Blank, blanks};
pub use features::{Features, NAMES, SUBJECT, features, fitted};

use super::Stage;
use super::layout::rows_are_alike;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Lexicon, Seams, Trees};
use crate::text::{Kind, Span, is_han, kind};

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

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        trailing(text, corrections);
        let found = blanks(text);
        let sets_numbers_apart = blanks::sets_numbers_apart(text, &found);
        let column = column(&found);
        for blank in &found {
            let rule = rule(blank);
            let is_kept = rule == Rule::SpaceBesideNumber && sets_numbers_apart
                || blank.is_latin()
                || is_outside_bracket(blank)
                || is_before_sign(blank)
                || is_before_label(blank);
            if is_kept {
                continue;
            }
            let stray = self.trees.log_odds(&features(blank, self.seams, self.lexicon));
            if stray > 0.0 {
                let mut confidence = Confidence::from_log_odds(stray);
                let is_left_over = || column.is_some_and(|column| stands_at_line_end(blank, column));
                let is_meant_elsewhere = rule == Rule::StraySpace && !self.has_witness(blank) && !is_left_over();
                if is_meant_elsewhere || is_in_running_head(blank) || is_between_clauses(blank) {
                    confidence = confidence.min(WITHOUT_WITNESS);
                }
                corrections.push(Correction::new(rule, Edit::delete(blank.span), confidence, self.evidence(blank)));
            } else if blank.is_run_of_spaces() && !is_in_table(blank) {
                corrections.push(Correction::new(
                    Rule::ExtraBlank,
                    Edit::replace(blank.span, " "),
                    Confidence::new(0.99),
                    Vec::new(),
                ));
            }
        }
    }
}

/// How sure the trees may be at most of a blank between Chinese characters that cuts no word and keeps no distance.
///
/// Names, headings and their texts are set apart by such blanks in print and on the web, and of those that the trees alone
/// took for stray on a million characters of clean text, nearly all were meant.
const WITHOUT_WITNESS: Confidence = Confidence::of(0.9);

/// Whether the blank sets the cells of a table apart, which the line before or after it is a row of as well.
fn is_in_table(blank: &Blank<'_>) -> bool {
    /// In characters, and in bytes; no row is longer. Chosen by hand.
    const WIDEST: f64 = 64.0;
    const LONGEST: usize = 256;
    let line = blank.line.span;
    let before = blank.text[..line.start()].trim_end().rsplit('\n').next();
    let after = blank.text[line.end()..].trim_start().split('\n').next();
    let mut others = [before, after].into_iter().flatten().map(str::trim).filter(|other| other.len() <= LONGEST);
    blank.line.width <= WIDEST && others.any(|other| rows_are_alike(line.of(blank.text), other))
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

/// Whether blanks stand in a line where lines of a column of one width ended.
fn keeps_distance(blank: &Blank<'_>) -> bool {
    blank.in_line >= 3 && blank.unevenness <= 2.0 && (8.0..=24.0).contains(&blank.usual_part)
}

/// The width of the column that the page was set in, in characters, if blanks are left of its line ends in several paragraphs.
fn column(blanks: &[Blank<'_>]) -> Option<f32> {
    /// Paragraphs; chosen by hand.
    const ENOUGH: usize = 2;
    let of_text = |blank: &&Blank<'_>| blank.number == 0 && keeps_distance(blank) && blank.line.has_inner_mark;
    let mut widths: Vec<f32> = blanks.iter().filter(of_text).map(|blank| blank.usual_part).collect();
    widths.sort_unstable_by(f32::total_cmp);
    (widths.len() >= ENOUGH).then(|| widths[widths.len() / 2])
}

/// Whether a line of the `column`, or the last of a few, ended where the blank stands: a mark that no line begins with, or a number
/// that none cuts, moves that by a character a line.
fn stands_at_line_end(blank: &Blank<'_>, column: f32) -> bool {
    /// How many lines may have lost their blanks in a row. Chosen by hand: with more, any place would do.
    const MOST: f32 = 3.0;
    let length = blank.left_part.chars().count() as f32;
    let lines = (length / column).round();
    (1.0..=MOST).contains(&lines) && (length - lines * column).abs() <= lines && blank.line.has_inner_mark
}

/// The width of the longest running heads, in characters; chosen by hand.
const LONGEST_HEAD: f64 = 36.0;

impl Spacing<'_> {
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
