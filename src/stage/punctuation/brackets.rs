use super::context::{Mark, Page, Paragraph, Stance, is_chinese};
use super::widths::replace;
use crate::correction::{Correction, Evidence, Rule};
use crate::text::{Kind, Span, is_han, kind};

/// Proposes full-width brackets, and one shape for both of a pair.
pub(super) fn propose(paragraph: &Paragraph<'_>, page: &Page<'_>, corrections: &mut Vec<Correction>) {
    let mut open: Vec<Open> = Vec::new();
    let (mut han, mut counted_to) = (0, paragraph.span.start());
    for &mark in &paragraph.marks {
        if !is_opening(mark.is) && !is_closing(mark.is) {
            continue;
        }
        han += paragraph.text[counted_to..mark.at].chars().filter(|c| is_han(*c)).count();
        counted_to = mark.at;
        if is_opening(mark.is) {
            open.push(Open { mark, han_before: han });
            continue;
        }
        // Beyond so many a partner is no partner, and marks that are all open would otherwise be gone through for each.
        let partner = open.iter().rev().take(DEEPEST).position(|opened| can_pair(opened.mark.is, mark.is));
        match partner {
            Some(back) => {
                let at = open.len() - 1 - back;
                let has_han = han > open[at].han_before;
                pair(paragraph, open[at].mark, mark, has_han, page, corrections);
                open.truncate(at);
            }
            None => alone(paragraph, mark, page, corrections),
        }
    }
    for opened in open {
        alone(paragraph, opened.mark, page, corrections);
    }
}

/// A bracket whose partner may follow.
struct Open {
    mark: Mark,
    /// How many Chinese characters stand before it in the paragraph.
    han_before: usize,
}

/// How many open brackets a closing one may close at once. Chosen by hand: print nests two or three.
const DEEPEST: usize = 32;

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '（' | '〈' | '《' | '【' | '[' | '{' | '<')
}

fn is_closing(c: char) -> bool {
    matches!(c, ')' | '）' | '〉' | '》' | '】' | ']' | '}' | '>')
}

fn is_round(c: char) -> bool {
    matches!(c, '(' | '（' | ')' | '）')
}

/// Whether engines read one pair as these two: a round bracket's partner may have any shape, a square one's any square.
fn can_pair(open: char, close: char) -> bool {
    let square = |c: char| matches!(c, '【' | '[' | '】' | ']');
    is_round(close)
        || is_round(open) && !matches!(close, '》' | '】')
        || square(open) && square(close)
        || matches!((open, close), ('《', '》') | ('〈', '〉') | ('<', '>') | ('{', '}'))
}

fn pair(
    paragraph: &Paragraph<'_>,
    open: Mark,
    close: Mark,
    has_han: bool,
    page: &Page<'_>,
    corrections: &mut Vec<Correction>,
) {
    let evidence = Evidence::Pair { open: open.is, close: close.is };
    let mut set = |mark: Mark, rule: Rule, to: char, probability: f64| {
        if probability < 0.5 {
            return;
        }
        let span = with_blank(paragraph, mark);
        let mut correction = replace(paragraph, rule, span, to.encode_utf8(&mut [0; 4]), probability);
        correction.evidence.push(evidence.clone());
        corrections.push(correction);
    };
    let in_chinese = has_han || is_beside_chinese(paragraph, open, close);
    match (open.is, close.is) {
        ('(', ')') if in_chinese => {
            let mut probability = probability(paragraph, &[open, close], page);
            if !has_han && !page.is_half_width {
                probability = probability.min(WITHOUT_HAN);
            }
            set(open, Rule::HalfWidthMark, '（', probability);
            set(close, Rule::HalfWidthMark, '）', probability);
        }
        ('(', '）') if in_chinese => set(open, Rule::HalfWidthMark, '（', 0.98),
        ('（', ')') if in_chinese => set(close, Rule::HalfWidthMark, '）', 0.98),
        ('〈' | '<' | '{' | '【' | '[', ')' | '）') => {
            set(open, Rule::BracketShape, '（', 0.97);
            if close.is == ')' {
                set(close, Rule::HalfWidthMark, '）', 0.97);
            }
        }
        // A book title whose closing mark was lost, or a round bracket that was read as one: which, its length hints.
        ('《', ')' | '）') => set(open, Rule::BracketShape, '（', 0.8),
        ('(' | '（', '〉' | '>' | '}') => {
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

/// How likely the half-width round brackets `marks`, of which two are a pair, were printed in full width. In a text that was
/// typed they are as its other marks are.
///
/// By shares of brackets whose width the truths of Tesseract's pages tell: 310 of 313 that stand apart where none is tight,
/// 102 of 117 where others are; 104 of 107 at an end of the line where others stand apart and none is tight, 90 of 96 where all
/// do; 20 of 25 that are tight where others stand apart; 10 of 66 that are tight among tight ones.
fn probability(paragraph: &Paragraph<'_>, marks: &[Mark], page: &Page<'_>) -> f64 {
    if page.is_typed && page.is_half_width {
        return 0.98;
    }
    let is = |stance: Stance| marks.iter().any(|mark| paragraph.stance(*mark) == Some(stance));
    let (apart, tight) = (page.brackets.apart > 0, page.brackets.tight > 0);
    let others_are_tight =
        page.brackets.tight > marks.iter().filter(|mark| paragraph.stance(**mark) == Some(Stance::Tight)).count();
    match (is(Stance::Apart), is(Stance::Tight)) {
        (true, false) if !tight => 0.985,
        (true, _) => 0.87,
        (false, true) if apart && !others_are_tight => 0.8,
        (false, true) => 0.2,
        (false, false) if tight => 0.6,
        (false, false) if apart || holds_line(paragraph, marks) => 0.97,
        (false, false) => 0.93,
    }
}

/// Whether the brackets hold what newspapers set in brackets on a line of its own: （上接A01版）, （记者 张三）.
fn holds_line(paragraph: &Paragraph<'_>, marks: &[Mark]) -> bool {
    const HELD: &[&str] = &["上接", "下转", "记者", "通讯员"];
    let [open, close] = marks else { return false };
    let content = &paragraph.text[open.at..close.at];
    HELD.iter().any(|held| content.contains(held))
}

/// How sure it may be at most, but for pages in half width, that brackets were in full width that hold no Chinese: list numbers
/// and abbreviations often have half-width ones. Below what is applied; chosen by hand.
const WITHOUT_HAN: f64 = 0.8;

/// Where `mark` stands, with the blank outside that is part of it if it is a half-width bracket.
fn with_blank(paragraph: &Paragraph<'_>, mark: Mark) -> Span {
    let (start, end) = (mark.span().start(), mark.span().end());
    let is_blank = |c: char| kind(c) == Kind::Blank;
    let before = paragraph.text[paragraph.span.start()..start].trim_end_matches(is_blank);
    let after = paragraph.text[end..paragraph.span.end()].trim_start_matches(is_blank);
    match mark.is {
        '(' if !before.is_empty() => Span::new(paragraph.span.start() + before.len(), end),
        ')' if !after.is_empty() => Span::new(start, paragraph.span.end() - after.len()),
        _ => Span::new(start, end),
    }
}

/// A bracket whose partner was lost. List numbers such as 1) have none. One of several in a row is left alone: what they are
/// for cannot be told, and each that changed would be a reason to change the next.
fn alone(paragraph: &Paragraph<'_>, mark: Mark, page: &Page<'_>, corrections: &mut Vec<Correction>) {
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
    let beside_chinese =
        paragraph.before(span.start()).is_some_and(is_chinese) || paragraph.after(span.end()).is_some_and(is_chinese);
    if beside_chinese {
        let probability = probability(paragraph, &[mark], page).min(if page.is_half_width { 0.96 } else { 0.9 });
        if probability < 0.5 {
            return;
        }
        corrections.push(replace(paragraph, Rule::HalfWidthMark, with_blank(paragraph, mark), full, probability));
    }
}

/// Whether a Chinese character stands beside a pair.
fn is_beside_chinese(paragraph: &Paragraph<'_>, open: Mark, close: Mark) -> bool {
    paragraph.ink_before(open.at).is_some_and(is_chinese)
        || paragraph.ink_after(close.at + close.is.len_utf8()).is_some_and(is_chinese)
}
