use super::context::{Mark, Paragraph, is_chinese};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::text::{Kind, Span, is_han, kind};

/// Proposes full-width marks, ellipses, dashes, and marks for what looks like them.
pub(super) fn propose(paragraph: &Paragraph<'_>, corrections: &mut Vec<Correction>) {
    let mut marks = paragraph.marks.as_slice();
    while let [mark, rest @ ..] = marks {
        let run = run(marks);
        if let Some(correction) = run_of_dots(paragraph, run).or_else(|| run_of_dashes(paragraph, run)) {
            corrections.push(correction);
            marks = &marks[run.len()..];
            continue;
        }
        corrections.extend(single(paragraph, *mark));
        marks = rest;
    }
}

/// The marks at the head of `marks` that stand without a gap.
fn run(marks: &[Mark]) -> &[Mark] {
    let length = marks.windows(2).take_while(|pair| pair[0].at + pair[0].is.len_utf8() == pair[1].at).count();
    &marks[..=length]
}

fn run_of_dots(paragraph: &Paragraph<'_>, run: &[Mark]) -> Option<Correction> {
    let is_dot = |mark: &&Mark| matches!(mark.is, '.' | '。' | '．' | '·' | '…');
    let run: Vec<Mark> = run.iter().take_while(is_dot).copied().collect();
    let ellipses = run.iter().filter(|mark| mark.is == '…').count();
    // A whole ellipsis may have a full stop beside it.
    let is_whole = ellipses >= 2 && ellipses % 2 == 0 && run.len() <= ellipses + 1;
    let after_chinese = paragraph.ink_before(run.first()?.at).is_some_and(is_chinese);
    if is_whole || !after_chinese || run.len() < 3 && !(run.len() == 2 && run.iter().all(|mark| mark.is == '·')) {
        return None;
    }
    Some(replace(paragraph, Rule::Ellipsis, span_of(&run)?, "……", 0.98))
}

fn run_of_dashes(paragraph: &Paragraph<'_>, run: &[Mark]) -> Option<Correction> {
    let is_stroke = |mark: &&Mark| matches!(mark.is, '-' | '—' | '–' | '―' | '─');
    let run: Vec<Mark> = run.iter().take_while(is_stroke).copied().collect();
    let is_whole = run.iter().all(|mark| mark.is == '—');
    // A rule across the page is no dash.
    if run.len() < 2 || run.len() > 4 || is_whole {
        return None;
    }
    let span = span_of(&run)?;
    let between_chinese = paragraph.ink_before(span.start()).is_some_and(is_chinese)
        && paragraph.ink_after(span.end()).is_none_or(is_chinese);
    between_chinese.then(|| replace(paragraph, Rule::Dash, span, "——", 0.97))
}

fn span_of(run: &[Mark]) -> Option<Span> {
    let (first, last) = (run.first()?, run.last()?);
    Some(Span::new(first.at, last.at + last.is.len_utf8()))
}

fn single(paragraph: &Paragraph<'_>, mark: Mark) -> Option<Correction> {
    let span = Span::new(mark.at, mark.at + mark.is.len_utf8());
    if let Some(full) = look_alike(mark.is) {
        if mark.is == '丶' && is_stroke(paragraph, span) {
            return None;
        }
        let beside_chinese = paragraph.before(span.start()).is_some_and(is_chinese)
            || paragraph.after(span.end()).is_some_and(is_chinese);
        return beside_chinese.then(|| replace(paragraph, Rule::MarkLookAlike, span, full, 0.99));
    }
    if after_credit(paragraph, mark) {
        return Some(replace(paragraph, Rule::CreditColon, span, "：", 0.98));
    }
    if mark.is == '.' {
        return full_stop(paragraph, span);
    }
    let full = full_width(mark.is)?;
    let (left, right) = (paragraph.before(span.start()), paragraph.after(span.end()));
    let is_digit = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Digit);
    let is_latin = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Letter);
    if is_digit(left) && is_digit(right) || is_latin(left) && is_latin(right) || is_address(paragraph.token(mark.at)) {
        return None;
    }
    let chinese_left = voice(paragraph.text[paragraph.span.start()..span.start()].chars().rev());
    let chinese_right = voice(paragraph.text[span.end()..paragraph.span.end()].chars());
    let confidence = match (chinese_left, chinese_right) {
        (Some(true), Some(true) | None) => 0.995,
        (None, Some(true)) => 0.98,
        // A number or a Latin word on one side: 2024,章丘; GDP,增长.
        (Some(true), Some(false)) | (Some(false), Some(true)) => 0.97,
        _ => return None,
    };
    Some(replace(paragraph, Rule::HalfWidthMark, span, full, confidence))
}

/// Whether the nearest letter or digit is Chinese; `None` at the paragraph's end. Quotes, brackets, percent signs and
/// blanks belong to either script and are passed over; a full-width mark is Chinese itself.
fn voice(chars: impl Iterator<Item = char>) -> Option<bool> {
    for c in chars {
        match kind(c) {
            Kind::Han => return Some(true),
            Kind::Digit | Kind::Letter => return Some(false),
            Kind::Mark if matches!(c, '，' | '。' | '；' | '：' | '、' | '？' | '！' | '《' | '》' | '（' | '）') =>
            {
                return Some(true);
            }
            Kind::Mark | Kind::Blank | Kind::LineEnd => {}
        }
    }
    None
}

/// A full stop that was read as a dot: after Chinese, where the paragraph or a quotation ends. Elsewhere a dot may also be
/// a speck, or the dot of a foreign name, and which it is no neighbour tells.
fn full_stop(paragraph: &Paragraph<'_>, span: Span) -> Option<Correction> {
    let left =
        paragraph.before(span.start()).filter(|c| kind(*c) == Kind::Han || matches!(c, '”' | '）' | '》' | '%'))?;
    let right = paragraph.ink_after(span.end());
    let ends = right.is_none() || matches!(right, Some('”' | '’' | '"' | '）' | ')'));
    if ends {
        let sure = if kind(left) == Kind::Han { 0.96 } else { 0.9 };
        return Some(replace(paragraph, Rule::HalfWidthMark, span, "。", sure));
    }
    (right.is_some_and(is_chinese) && paragraph.after(span.end()).is_some_and(|c| kind(c) != Kind::Blank))
        .then(|| replace(paragraph, Rule::HalfWidthMark, span, "。", 0.6))
}

fn full_width(mark: char) -> Option<&'static str> {
    Some(match mark {
        ',' => "，",
        ';' => "；",
        ':' => "：",
        '?' => "？",
        '!' => "！",
        _ => return None,
    })
}

/// What is never meant in running text and looks like a mark that is.
fn look_alike(c: char) -> Option<&'static str> {
    Some(match c {
        '丶' | '､' | '﹑' => "、",
        '｡' => "。",
        '｢' => "「",
        '｣' => "」",
        '﹐' => "，",
        '﹔' => "；",
        '﹕' => "：",
        '﹖' => "？",
        '﹗' => "！",
        _ => return None,
    })
}

/// Whether the stroke 丶 at `span` is meant: it stands where no mark can, or the paragraph speaks of strokes.
fn is_stroke(paragraph: &Paragraph<'_>, span: Span) -> bool {
    const SUBJECTS: &[&str] = &["笔画", "笔顺", "笔法", "部首", "偏旁", "字形", "字根", "书法", "一撇", "一捺", "一笔"];
    let is_text = |c: char| matches!(kind(c), Kind::Han | Kind::Digit | Kind::Letter);
    let follows =
        paragraph.ink_before(span.start()).is_some_and(|c| is_text(c) || matches!(c, '”' | '》' | '）' | '%'));
    let leads = paragraph.ink_after(span.end()).is_none_or(|c| is_text(c) || matches!(c, '“' | '《' | '（'));
    let around = paragraph.span.of(paragraph.text);
    !follows || !leads || SUBJECTS.iter().any(|subject| around.contains(subject))
}

const CREDITS: &[&str] = &["编辑", "责编", "美编", "组版", "校对", "版式", "审核", "编审"];

/// Whether `mark` stands where 编辑：某某 has its colon: between a credit and a name, in a line that begins with a credit.
fn after_credit(paragraph: &Paragraph<'_>, mark: Mark) -> bool {
    let line = paragraph.span.of(paragraph.text).trim_start_matches(|c| !is_han(c));
    let before = paragraph.text[paragraph.span.start()..mark.at].trim_end();
    let name = paragraph.text[mark.at + mark.is.len_utf8()..paragraph.span.end()].trim_start();
    let name_length = name.chars().take_while(|c| is_han(*c)).count();
    let name_ends = name.chars().nth(name_length).is_none_or(|c| kind(c) == Kind::Blank);
    matches!(mark.is, ';' | '；' | ',' | '，' | '.')
        && CREDITS.iter().any(|credit| before.ends_with(credit))
        && CREDITS.iter().any(|credit| line.starts_with(credit))
        && (2..=4).contains(&name_length)
        && name_ends
}

/// Whether `token` is an address, a path or the like, in which marks are what they are.
fn is_address(token: &str) -> bool {
    token.contains("://")
        || token.contains(":\\")
        || token.contains('@')
        || token.contains("www.")
        || [".com", ".cn", ".net", ".org"].iter().any(|domain| token.contains(domain))
}

/// A correction with what stands on both sides as its evidence.
pub(super) fn replace(
    paragraph: &Paragraph<'_>,
    rule: Rule,
    span: Span,
    replacement: &str,
    probability: f64,
) -> Correction {
    let neighbours = Evidence::Neighbours { left: paragraph.before(span.start()), right: paragraph.after(span.end()) };
    Correction::new(rule, Edit::replace(span, replacement), Confidence::new(probability), vec![neighbours])
}
