use super::context::{Mark, Paragraph, is_chinese};
use super::widths::replace;
use crate::correction::{Correction, Evidence, Rule};
use crate::text::{Span, is_han};

/// Proposes full-width brackets, and one shape for both of a pair.
pub(super) fn propose(paragraph: &Paragraph<'_>, half_width_page: bool, corrections: &mut Vec<Correction>) {
    let mut open: Vec<Mark> = Vec::new();
    for &mark in &paragraph.marks {
        if is_opening(mark.is) {
            open.push(mark);
        } else if is_closing(mark.is) {
            let partner = open.iter().rposition(|opened| can_pair(opened.is, mark.is));
            match partner {
                Some(at) => {
                    pair(paragraph, open[at], mark, half_width_page, corrections);
                    open.truncate(at);
                }
                None => alone(paragraph, mark, half_width_page, corrections),
            }
        }
    }
    for mark in open {
        alone(paragraph, mark, half_width_page, corrections);
    }
}

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

fn pair(paragraph: &Paragraph<'_>, open: Mark, close: Mark, half_width_page: bool, corrections: &mut Vec<Correction>) {
    let evidence = Evidence::Pair { open: open.is, close: close.is };
    let mut set = |mark: Mark, rule: Rule, to: char, probability: f64| {
        let span = Span::new(mark.at, mark.at + mark.is.len_utf8());
        let mut correction = replace(paragraph, rule, span, to.encode_utf8(&mut [0; 4]), probability);
        correction.evidence.push(evidence.clone());
        corrections.push(correction);
    };
    let in_chinese = is_in_chinese(paragraph, open, close);
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

/// A bracket whose partner was lost. List numbers such as 1) have none.
fn alone(paragraph: &Paragraph<'_>, mark: Mark, half_width_page: bool, corrections: &mut Vec<Correction>) {
    let span = Span::new(mark.at, mark.at + 1);
    let full = match mark.is {
        '(' => "（",
        ')' if paragraph.before(mark.at).is_some_and(is_chinese) => "）",
        _ => return,
    };
    let beside_chinese =
        paragraph.before(span.start()).is_some_and(is_chinese) || paragraph.after(span.end()).is_some_and(is_chinese);
    if beside_chinese {
        let probability = if half_width_page { 0.96 } else { 0.7 };
        corrections.push(replace(paragraph, Rule::HalfWidthMark, span, full, probability));
    }
}

/// Whether a pair stands in Chinese text: a Chinese character beside it or inside it.
fn is_in_chinese(paragraph: &Paragraph<'_>, open: Mark, close: Mark) -> bool {
    let inside = &paragraph.text[open.at + open.is.len_utf8()..close.at];
    inside.chars().any(is_han)
        || paragraph.ink_before(open.at).is_some_and(is_chinese)
        || paragraph.ink_after(close.at + close.is.len_utf8()).is_some_and(is_chinese)
}
