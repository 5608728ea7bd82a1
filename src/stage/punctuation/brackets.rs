use std::cell::OnceCell;

use super::context::{Mark, Page, Paragraph, is_chinese};
use super::widths::replace;
use crate::correction::{Confidence, Correction, Evidence, Rule};
use crate::engine::Line;
use crate::knowledge::Model;
use crate::text::{Kind, Span, first_characters, is_han, kind};

/// Proposes full-width brackets, and one shape for both of a pair.
pub(super) fn propose(page: &Page<'_>, model: &Model, corrections: &mut Vec<Correction>) {
    let found: Vec<(&Paragraph<'_>, Vec<Brackets>)> = page
        .paragraphs
        .iter()
        .map(|paragraph| (paragraph, Brackets::of(paragraph)))
        .filter(|(_, brackets)| !brackets.is_empty())
        .collect();
    let stances = Stances::of(&found);
    for (paragraph, brackets) in &found {
        let place = Place { paragraph, page, stances, model, line: OnceCell::new(), is_row: is_row(paragraph) };
        for brackets in brackets {
            match *brackets {
                Brackets::Pair { open, close, holds_han, is_in_title } => {
                    let [opens, closes] = if is_in_title { ["〈", "〉"] } else { ["《", "》"] };
                    place.title(open, close, [opens, closes], corrections);
                    place.pair(open, close, holds_han, corrections);
                }
                Brackets::Alone(mark) => place.alone(mark, corrections),
            }
        }
    }
}

/// Brackets that belong together.
#[derive(Debug, Clone, Copy)]
enum Brackets {
    Pair {
        open: Mark,
        close: Mark,
        holds_han: bool,
        /// Whether the mark that opens a title stands open before it.
        is_in_title: bool,
    },
    /// One whose partner was lost, or that never had one.
    Alone(Mark),
}

impl Brackets {
    /// Those of `paragraph`, by the marks that close them.
    fn of(paragraph: &Paragraph<'_>) -> Vec<Self> {
        let mut found = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let (mut han, mut counted_to) = (0, paragraph.span.start());
        for &mark in &paragraph.marks {
            if !is_opening(mark.is) && !is_closing(mark.is) || compares(paragraph, mark, &open) {
                continue;
            }
            han += paragraph.text[counted_to..mark.at].chars().filter(|c| is_han(*c)).count();
            counted_to = mark.at;
            if is_opening(mark.is) {
                let is_in_typed = mark.is == '<' || open.last().is_some_and(|outer| outer.is_in_typed);
                open.push(Open { mark, han_before: han, is_in_typed });
                continue;
            }
            // Beyond so many a partner is no partner, and marks that are all open would otherwise be gone through for each.
            let nearest = |pairs: fn(char, char) -> bool| {
                open.iter().rev().take(DEEPEST).position(|opened| pairs(opened.mark.is, mark.is))
            };
            let partner = nearest(are_title_marks).or_else(|| nearest(can_pair));
            if let Some(back) = partner {
                let at = open.len() - 1 - back;
                let Open { mark: open_mark, han_before, .. } = open[at];
                let is_in_title = open[..at].iter().rev().take(DEEPEST).any(|opened| opens_title(opened.mark.is));
                found.push(Self::Pair { open: open_mark, close: mark, holds_han: han > han_before, is_in_title });
                open.truncate(at);
            } else {
                found.push(Self::Alone(mark));
            }
        }
        found.extend(open.into_iter().map(|opened| Self::Alone(opened.mark)));
        found
    }
}

/// Whether `mark` is a sign that compares or points on, P<0.05 or 首页 > 要闻, and no bracket.
fn compares(paragraph: &Paragraph<'_>, mark: Mark, open: &[Open]) -> bool {
    if !matches!(mark.is, '<' | '>') {
        return false;
    }
    let (before, after) = (paragraph.before(mark.at), paragraph.after(mark.span().end()));
    let is_blank = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Blank);
    let is_compared = after.is_some_and(|c| kind(c) == Kind::Digit || matches!(c, '=' | '.' | '-')) || is_blank(after);
    if mark.is == '<' {
        return is_compared && !opens_typed_title(paragraph, mark);
    }
    let is_opened = open.last().is_some_and(|opened| opened.is_in_typed);
    !is_opened && (is_compared || is_blank(before))
}

/// Whether what stands between `mark`, a <, and the next > may be a title.
fn opens_typed_title(paragraph: &Paragraph<'_>, mark: Mark) -> bool {
    let after = Span::new(mark.span().end(), paragraph.span.end()).of(paragraph.text);
    let near = first_characters(after, LONGEST_TITLE + 1);
    near.split_once('>').is_some_and(|(content, _)| may_be_title(content))
}

/// A bracket whose partner may follow.
struct Open {
    mark: Mark,
    /// How many Chinese characters stand before it in the paragraph.
    han_before: usize,
    /// Whether it or one that is open before it is a <.
    is_in_typed: bool,
}

/// How many open brackets a closing one may close at once. Chosen by hand: print nests two or three.
const DEEPEST: usize = 32;

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '（' | '【' | '[' | '{') || opens_title(c)
}

fn is_closing(c: char) -> bool {
    matches!(c, ')' | '）' | '】' | ']' | '}') || closes_title(c)
}

/// Whether `c` opens a title, or is what engines read for that.
pub(crate) fn opens_title(c: char) -> bool {
    matches!(c, '《' | '〈' | '<' | '‹')
}

/// Whether `c` closes a title, or is what engines read for that.
pub(crate) fn closes_title(c: char) -> bool {
    matches!(c, '》' | '〉' | '>' | '›')
}

fn is_round(c: char) -> bool {
    matches!(c, '(' | '（' | ')' | '）')
}

/// Whether these two belong together as the marks of a title, or of one inside another.
fn are_title_marks(open: char, close: char) -> bool {
    matches!((open, close), ('《', '》') | ('〈', '〉'))
}

/// Whether engines read one pair as these two: a round bracket's partner may have any shape, a square one's any square.
fn can_pair(open: char, close: char) -> bool {
    let square = |c: char| matches!(c, '【' | '[' | '】' | ']');
    is_round(close)
        || is_round(open) && !matches!(close, '》' | '】')
        || square(open) && square(close)
        || opens_title(open) && closes_title(close)
        || (open, close) == ('{', '}')
}

/// How half-width round brackets stand to what is outside of them.
///
/// A full-width bracket is half blank, on the outer side. Tesseract reads it as a half-width one and a blank, and one that was
/// printed in half width without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stance {
    /// They have ends of the line outside, and nothing else.
    AtEnds,
    /// A mark stands beside one of them.
    Marked,
    /// A character does.
    Tight,
    /// A blank stands outside of one of them, whatever stands beside the other.
    Apart,
}

impl Stance {
    fn of(paragraph: &Paragraph<'_>, brackets: &[Mark]) -> Option<Self> {
        let stance = |mark: &Mark| {
            let outside = match mark.is {
                '(' => paragraph.before(mark.at),
                ')' => paragraph.after(mark.at + 1),
                _ => return None,
            };
            Some(match outside.map(kind) {
                None | Some(Kind::LineEnd) => Self::AtEnds,
                Some(Kind::Mark) => Self::Marked,
                Some(Kind::Han | Kind::Digit | Kind::Letter) => Self::Tight,
                Some(Kind::Blank) => Self::Apart,
            })
        };
        brackets.iter().filter_map(stance).max()
    }
}

/// How many of a page's half-width round brackets, a pair counted once, stand how.
#[derive(Debug, Clone, Copy, Default)]
struct Stances {
    apart: usize,
    tight: usize,
}

impl Stances {
    fn of(found: &[(&Paragraph<'_>, Vec<Brackets>)]) -> Self {
        let mut stances = Self::default();
        for (paragraph, brackets) in found {
            for brackets in brackets {
                let stance = match *brackets {
                    Brackets::Pair { open, close, .. } => Stance::of(paragraph, &[open, close]),
                    Brackets::Alone(mark) => Stance::of(paragraph, &[mark]),
                };
                stances.apart += usize::from(stance == Some(Stance::Apart));
                stances.tight += usize::from(stance == Some(Stance::Tight));
            }
        }
        stances
    }
}

/// Where brackets stand.
struct Place<'p> {
    paragraph: &'p Paragraph<'p>,
    page: &'p Page<'p>,
    stances: Stances,
    model: &'p Model,
    /// The paragraph as the model reads it, once it was asked.
    line: OnceCell<Line>,
    /// Whether the paragraph is the row of a table.
    is_row: bool,
}

impl Place<'_> {
    /// Proposes the marks of a title, `opens` and `closes`, for a pair of which an engine read either as something like it.
    fn title(&self, open: Mark, close: Mark, [opens, closes]: [&str; 2], corrections: &mut Vec<Correction>) {
        let is_pair = opens_title(open.is) && closes_title(close.is);
        if !is_pair || are_title_marks(open.is, close.is) || !is_title(self.paragraph, open, close) {
            return;
        }
        // What was typed may be no title: 17号线<南段>.
        let is_typed = (open.is, close.is) == ('<', '>') && opens == "《";
        let content = Span::new(open.span().end(), close.at).of(self.paragraph.text);
        let is_work = WORKS.iter().any(|work| content.ends_with(work));
        let probability = if is_typed && !is_work { TYPED } else { 0.97 };
        for (mark, instead) in [(open, opens), (close, closes)] {
            if !instead.starts_with(mark.is) {
                corrections.push(self.set(mark, [open, close], Rule::BracketShape, instead, probability));
            }
        }
    }

    /// What makes `instead` of `mark`, which is one of a pair.
    fn set(&self, mark: Mark, [open, close]: [Mark; 2], rule: Rule, instead: &str, probability: f64) -> Correction {
        let mut correction = replace(self.paragraph, rule, self.with_blank(mark), instead, probability);
        correction.evidence.push(Evidence::Pair { open: open.is, close: close.is });
        correction
    }

    fn pair(&self, open: Mark, close: Mark, has_han: bool, corrections: &mut Vec<Correction>) {
        let Self { paragraph, page, .. } = self;
        let mut set = |mark: Mark, rule: Rule, to: char, probability: f64| {
            if probability >= 0.5 {
                let mut encoded = [0; 4];
                corrections.push(self.set(mark, [open, close], rule, to.encode_utf8(&mut encoded), probability));
            }
        };
        let in_chinese = has_han || is_beside_chinese(paragraph, open, close);
        match (open.is, close.is) {
            ('(', ')') if in_chinese => {
                let mut probability = self.probability(&[open, close]);
                if !has_han && !page.is_half_width {
                    probability = probability.min(TYPED);
                }
                set(open, Rule::HalfWidthMark, '（', probability);
                set(close, Rule::HalfWidthMark, '）', probability);
            }
            ('(', '）') if in_chinese => set(open, Rule::HalfWidthMark, '（', 0.98),
            ('（', ')') if in_chinese => set(close, Rule::HalfWidthMark, '）', 0.98),
            ('〈' | '<' | '‹' | '{' | '【' | '[', ')' | '）') => {
                set(open, Rule::BracketShape, '（', 0.97);
                if close.is == ')' {
                    set(close, Rule::HalfWidthMark, '）', 0.97);
                }
            }
            // A book title whose closing mark was misread, or a round bracket that was read as one that opens a title.
            ('《', ')') => {
                let probability = self.is_round(open, close);
                set(open, Rule::BracketShape, '（', probability);
                set(close, Rule::HalfWidthMark, '）', probability);
            }
            // An engine that tells widths apart seldom takes one for the other.
            ('《', '）') => set(open, Rule::BracketShape, '（', 0.8),
            ('(' | '（', '〉' | '>' | '›' | '}') => {
                set(close, Rule::BracketShape, '）', 0.97);
                if open.is == '(' {
                    set(open, Rule::HalfWidthMark, '（', 0.97);
                }
            }
            ('[', '】') => set(open, Rule::BracketShape, '【', 0.98),
            ('【', ']') => set(close, Rule::BracketShape, '】', 0.98),
            _ => {}
        }
    }

    /// How likely what begins with 《 and ends with ) stands in round brackets.
    ///
    /// On pages that Tesseract read 45 of 49 did, and two were titles; the language model tells those apart.
    fn is_round(&self, open: Mark, close: Mark) -> f64 {
        const ODDS: f64 = 10.0;
        /// What the model has never seen may still be.
        const MOST: f64 = 6.0;
        let line = self.line();
        let letter = |mark: Mark| line.letters().binary_search_by_key(&mark.at, |letter| letter.start);
        let (Ok(first), Ok(last)) = (letter(open), letter(close)) else { return 0.0 };
        let cost = |[opens, closes]: [char; 2]| f64::from(line.excess_with(self.model, (first, opens), (last, closes)));
        let gain = (cost(['《', '》']) - cost(['（', '）'])).clamp(-MOST, MOST);
        Confidence::from_log_odds(ODDS.ln() + gain).probability()
    }

    /// The paragraph as the language model reads it.
    fn line(&self) -> &Line {
        self.line.get_or_init(|| {
            let start = self.paragraph.span.start();
            let characters = self.paragraph.own_text().char_indices();
            Line::read(self.model, characters.map(|(at, c)| (start + at, c)))
        })
    }

    /// How likely the half-width round brackets `marks`, of which two are a pair, were printed in full width. In a text that was
    /// typed they are as its other marks are.
    ///
    /// By shares of pairs with Chinese in them whose width the truths of Tesseract's pages tell. Where no pair is tight but perhaps
    /// they themselves, full-width were 166 of 175 that stand apart, 57 of 58 at ends of the line, 7 of 13 beside a mark, and 5 of 8
    /// that are tight where others stand apart. Where others are tight, 24 of 29 that stand apart. Of other tight ones 1 of 34.
    fn probability(&self, marks: &[Mark]) -> f64 {
        let Self { paragraph, page, stances, .. } = self;
        if page.is_typed && page.is_half_width {
            return 0.98;
        }
        let stance = Stance::of(paragraph, marks);
        let others_are_tight = stances.tight > usize::from(stance == Some(Stance::Tight));
        let as_others = stances.apart > 0 && !others_are_tight;
        match stance {
            Some(Stance::Apart) if others_are_tight => 0.85,
            Some(Stance::Apart) => 0.96,
            Some(Stance::Tight) if as_others => 0.6,
            Some(Stance::Tight) => 0.05,
            Some(Stance::Marked) => 0.5,
            _ if others_are_tight => 0.6,
            _ => 0.97,
        }
    }

    /// A bracket whose partner was lost. List numbers such as 1) have none. One of several in a row is left alone: what they are
    /// for cannot be told, and each that changed would be a reason to change the next.
    fn alone(&self, mark: Mark, corrections: &mut Vec<Correction>) {
        let Self { paragraph, page, .. } = self;
        let span = Span::new(mark.at, mark.at + 1);
        let full = match mark.is {
            '(' => "（",
            ')' if paragraph.before(mark.at).is_some_and(is_chinese) => "）",
            _ => return,
        };
        let is_half_width = |c: char| matches!(c, '(' | ')');
        if paragraph.before(span.start()).is_some_and(is_half_width)
            || paragraph.after(span.end()).is_some_and(is_half_width)
        {
            return;
        }
        let beside_chinese = paragraph.before(span.start()).is_some_and(is_chinese)
            || paragraph.after(span.end()).is_some_and(is_chinese);
        if beside_chinese {
            let probability = self.probability(&[mark]).min(if page.is_half_width { 0.96 } else { 0.9 });
            if probability < 0.5 {
                return;
            }
            corrections.push(replace(paragraph, Rule::HalfWidthMark, self.with_blank(mark), full, probability));
        }
    }
}

impl Place<'_> {
    /// Where `mark` stands, with the blank outside that is part of it if it is a half-width bracket.
    fn with_blank(&self, mark: Mark) -> Span {
        let paragraph = self.paragraph;
        let (start, end) = (mark.span().start(), mark.span().end());
        let is_blank = |c: char| kind(c) == Kind::Blank;
        let before = paragraph.text[paragraph.span.start()..start].trim_end_matches(is_blank);
        let after = paragraph.text[end..paragraph.span.end()].trim_start_matches(is_blank);
        match mark.is {
            _ if self.is_row => mark.span(),
            '(' if !before.is_empty() => Span::new(paragraph.span.start() + before.len(), end),
            ')' if !after.is_empty() => Span::new(start, paragraph.span.end() - after.len()),
            _ => mark.span(),
        }
    }
}

/// How sure it may be at most, but for pages in half width, that brackets were in full width that hold no Chinese: list numbers
/// and abbreviations often have half-width ones; and that typed angle brackets are those of a title. Below what is applied; chosen by
/// hand.
const TYPED: f64 = 0.8;

/// What titles of laws, papers and the like end in.
const WORKS: &[&str] = &[
    "法", "法典", "条例", "规定", "办法", "细则", "意见", "通知", "公告", "决定", "纲要", "规划", "方案", "日报",
    "晚报", "晨报", "时报", "新闻", "杂志", "诗集", "文集", "词典", "县志", "市志",
];

/// Whether a paragraph is the row of a table, whose cells blanks part.
fn is_row(paragraph: &Paragraph<'_>) -> bool {
    /// Cells; chosen by hand.
    const FEWEST: usize = 4;
    let line = paragraph.span.of(paragraph.text);
    line.split_whitespace().count() >= FEWEST && !line.contains(['，', ',', '。', '；', '：', ':'])
}

/// Whether what stands between a pair may be a title.
fn is_title(paragraph: &Paragraph<'_>, open: Mark, close: Mark) -> bool {
    may_be_title(Span::new(open.span().end(), close.at).of(paragraph.text))
}

/// How many characters a title has at most. Chosen by hand.
const LONGEST_TITLE: usize = 25;

/// Whether `content` may be a title: some Chinese characters and no mark. Pairs may lie inside one another, so no more of it is
/// looked at than a title has.
fn may_be_title(content: &str) -> bool {
    let may_stand =
        |c: char| is_han(c) || c.is_ascii_digit() || matches!(c, '—' | '·' | '：' | '“' | '”' | '〈' | '〉');
    let length = content.chars().take(LONGEST_TITLE + 1).take_while(|c| may_stand(*c)).count();
    (2..=LONGEST_TITLE).contains(&length) && content.chars().nth(length).is_none()
}

/// Whether a Chinese character stands beside a pair.
fn is_beside_chinese(paragraph: &Paragraph<'_>, open: Mark, close: Mark) -> bool {
    paragraph.ink_before(open.at).is_some_and(is_chinese)
        || paragraph.ink_after(close.at + close.is.len_utf8()).is_some_and(is_chinese)
}
