use super::context::{Mark, Paragraph, is_chinese};
use super::widths::replace;
use crate::correction::{Correction, Evidence, Rule};
use crate::text::{Span, is_han};

/// Proposes full-width brackets, and one shape for both of a pair.
pub(super) fn propose(paragraph: &Paragraph<'_>, half_width_page: bool, corrections: &mut Vec<Correction>) {
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
                pair(paragraph, open[at].mark, mark, has_han, half_width_page, corrections);
                open.truncate(at);
            }
            None => alone(paragraph, mark, half_width_page, corrections),
        }
    }
    for opened in open {
        alone(paragraph, opened.mark, half_width_page, corrections);
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
    half_width_page: bool,
    corrections: &mut Vec<Correction>,
) {
    let evidence = Evidence::Pair { open: open.is, close: close.is };
    let mut set = |mark: Mark, rule: Rule, to: char, probability: f64| {
        let span = Span::new(mark.at, mark.at + mark.is.len_utf8());
        let mut correction = replace(paragraph, rule, span, to.encode_utf8(&mut [0; 4]), probability);
        correction.evidence.push(evidence.clone());
        corrections.push(correction);
    };
    let in_chinese = has_han || is_beside_chinese(paragraph, open, close);
    match (open.is, close.is) {
        ('(', ')') if in_chinese => {
            let probability = if half_width_page { 0.98 } else { 0.8 };
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

/// A bracket whose partner was lost. List numbers such as 1) have none. One of several in a row is left alone: what they are
/// for cannot be told, and each that changed would be a reason to change the next.
fn alone(paragraph: &Paragraph<'_>, mark: Mark, half_width_page: bool, corrections: &mut Vec<Correction>) {
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
        let probability = if half_width_page { 0.96 } else { 0.7 };
        corrections.push(replace(paragraph, Rule::HalfWidthMark, span, full, probability));
    }
}

/// Whether a Chinese character stands beside a pair.
fn is_beside_chinese(paragraph: &Paragraph<'_>, open: Mark, close: Mark) -> bool {
    paragraph.ink_before(open.at).is_some_and(is_chinese)
        || paragraph.ink_after(close.at + close.is.len_utf8()).is_some_and(is_chinese)
}
