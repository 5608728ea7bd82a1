use super::super::people::EDITORS;
use super::context::{Mark, Paragraph, is_chinese};
use super::meant::full_width;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::text::{Kind, Span, is_han, kind};

/// Proposes ellipses, dashes, and marks for what looks like them, on a page that has specks or not. Gives the half-width marks
/// that may be full-width ones.
pub(super) fn propose(
    paragraph: &Paragraph<'_>,
    has_specks: bool,
    corrections: &mut Vec<Correction>,
) -> Vec<HalfWidthMark> {
    let marks = &paragraph.marks;
    let (runs, voices) = (runs(marks), voices(paragraph));
    let mut line = Line::of(paragraph);
    let mut half_width = Vec::new();
    let mut at = 0;
    while let (Some(mark), Some(run), Some(voices)) = (marks.get(at), runs.get(at), voices.get(at)) {
        let dots = run_of_dots(paragraph, &marks[at..at + run.dots], run).map(|correction| (correction, run.dots));
        let found = dots.or_else(|| {
            let strokes = &marks[at..at + run.strokes];
            run_of_dashes(paragraph, strokes, run, has_specks).map(|correction| (correction, run.strokes))
        });
        if let Some((correction, length)) = found {
            corrections.push(correction);
            // What else adjoins it is of the same run.
            at += run.marks.max(length);
            continue;
        }
        if let Some(correction) = single(paragraph, *mark, &mut line) {
            corrections.push(correction);
        } else if let Some(typed) = may_be_full_width(paragraph, *mark, *voices, &mut line) {
            half_width.push(HalfWidthMark { span: mark.span(), typed });
        }
        at += 1;
    }
    half_width
}

/// How many marks stand from one on without a gap, and how many of those that begin them are of a kind.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    marks: usize,
    dots: usize,
    ellipses: usize,
    middle_dots: usize,
    strokes: usize,
    whole_strokes: usize,
}

/// The run from each mark on, worked out from the last to the first, so that a long run is gone through once.
fn runs(marks: &[Mark]) -> Vec<Run> {
    let mut runs = vec![Run::default(); marks.len()];
    let mut next: Option<(Mark, Run)> = None;
    for (mark, run) in marks.iter().zip(&mut runs).rev() {
        let after =
            next.filter(|(next, _)| mark.at + mark.is.len_utf8() == next.at).map_or_else(Run::default, |next| next.1);
        run.marks = after.marks + 1;
        if matches!(mark.is, '.' | '。' | '．' | '·' | '…') {
            run.dots = after.dots + 1;
            run.ellipses = after.ellipses + usize::from(mark.is == '…');
            run.middle_dots = after.middle_dots + usize::from(mark.is == '·');
        }
        if matches!(mark.is, '-' | '—' | '–' | '―' | '─') {
            run.strokes = after.strokes + 1;
            run.whole_strokes = after.whole_strokes + usize::from(mark.is == '—');
        }
        next = Some((*mark, *run));
    }
    runs
}

fn run_of_dots(paragraph: &Paragraph<'_>, dots: &[Mark], run: &Run) -> Option<Correction> {
    // A whole ellipsis may have a full stop beside it.
    let is_whole = run.ellipses >= 2 && run.ellipses.is_multiple_of(2) && dots.len() <= run.ellipses + 1;
    let is_short = dots.len() < 3 && !(dots.len() == 2 && run.middle_dots == 2);
    if is_whole || is_short || !paragraph.ink_before(dots.first()?.at).is_some_and(is_chinese) {
        return None;
    }
    Some(replace(paragraph, Rule::Ellipsis, span_of(dots)?, "……", 0.98))
}

fn run_of_dashes(paragraph: &Paragraph<'_>, strokes: &[Mark], run: &Run, has_specks: bool) -> Option<Correction> {
    let is_whole = run.whole_strokes == strokes.len();
    // A rule across the page is no dash.
    if strokes.len() < 2 || strokes.len() > 4 || is_whole {
        return None;
    }
    let span = span_of(strokes)?;
    let between_chinese = paragraph.ink_before(span.start()).is_some_and(is_chinese)
        && paragraph.ink_after(span.end()).is_none_or(is_chinese);
    // Where single hyphens are specks two of them may be as well: of 8 on pages that Tesseract read none was a dash.
    let confidence = if has_specks { 0.8 } else { 0.97 };
    between_chinese.then(|| replace(paragraph, Rule::Dash, span, "——", confidence))
}

fn span_of(run: &[Mark]) -> Option<Span> {
    let (first, last) = (run.first()?, run.last()?);
    Some(Span::new(first.at, last.at + last.is.len_utf8()))
}

/// What is asked about the paragraph as a whole, or about a word of it, by mark after mark, and looked up once.
struct Line<'p> {
    paragraph: &'p Paragraph<'p>,
    starts_with_credit: Option<bool>,
    is_about_strokes: Option<bool>,
    /// Where the last word of ASCII ends that was looked at, and whether it is an address.
    word: (usize, bool),
}

impl<'p> Line<'p> {
    fn of(paragraph: &'p Paragraph<'p>) -> Self {
        Self { paragraph, starts_with_credit: None, is_about_strokes: None, word: (0, false) }
    }

    fn text(&self) -> &'p str {
        self.paragraph.span.of(self.paragraph.text)
    }

    fn starts_with_credit(&mut self) -> bool {
        let text = self.text();
        *self.starts_with_credit.get_or_insert_with(|| {
            let line = text.trim_start_matches(|c| !is_han(c));
            EDITORS.iter().any(|credit| line.starts_with(credit))
        })
    }

    fn is_about_strokes(&mut self) -> bool {
        let text = self.text();
        *self.is_about_strokes.get_or_insert_with(|| SUBJECTS.iter().any(|subject| text.contains(subject)))
    }

    /// Whether the mark at `at` stands in an address. Marks are asked about in their order.
    fn is_in_address(&mut self, at: usize) -> bool {
        if at >= self.word.0 {
            let token = self.paragraph.token(at);
            self.word = (token.end(), is_address(token.of(self.paragraph.text)));
        }
        self.word.1
    }
}

/// A half-width mark that may be a full-width one.
pub(super) struct HalfWidthMark {
    pub(super) span: Span,
    /// How likely it is one where no engine has read the text: what stands in half width was typed so. Chosen by hand.
    pub(super) typed: f64,
}

fn single(paragraph: &Paragraph<'_>, mark: Mark, line: &mut Line<'_>) -> Option<Correction> {
    let span = mark.span();
    if let Some(full) = look_alike(mark.is) {
        if mark.is == '丶' && is_stroke(paragraph, span, line) {
            return None;
        }
        let beside_chinese = paragraph.before(span.start()).is_some_and(is_chinese)
            || paragraph.after(span.end()).is_some_and(is_chinese);
        return beside_chinese.then(|| replace(paragraph, Rule::MarkLookAlike, span, full, 0.99));
    }
    after_credit(paragraph, mark, line).then(|| replace(paragraph, Rule::CreditColon, span, "：", 0.98))
}

/// How likely `mark`, if it is half-width and stands in Chinese text, is the full-width one in a text that was typed.
fn may_be_full_width(
    paragraph: &Paragraph<'_>,
    mark: Mark,
    voices: [Option<bool>; 2],
    line: &mut Line<'_>,
) -> Option<f64> {
    let span = mark.span();
    if mark.is == '.' {
        return may_be_full_stop(paragraph, span);
    }
    full_width(mark.is)?;
    let (left, right) = (paragraph.before(span.start()), paragraph.after(span.end()));
    let is_digit = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Digit);
    let is_latin = |c: Option<char>| c.is_some_and(|c| kind(c) == Kind::Letter);
    if is_digit(left) && is_digit(right) || is_latin(left) && is_latin(right) || line.is_in_address(mark.at) {
        return None;
    }
    match voices.into() {
        (Some(true), Some(true) | None) => Some(0.995),
        (None, Some(true)) => Some(0.98),
        // A number or a Latin word on one side: 2024,章丘; GDP,增长.
        (Some(true), Some(false)) | (Some(false), Some(true)) => Some(0.97),
        // The end of an item: 走G342;
        (Some(false), None) if mark.is == ';' => Some(0.97),
        _ => None,
    }
}

/// Of each mark, whether the nearest letter or digit before it is Chinese, and the nearest after it; `None` at the
/// paragraph's end. Quotes, brackets, percent signs and blanks belong to either script and are passed over; a full-width
/// mark is Chinese itself. Marks hand on what they know, so that a long run of them is gone through once.
fn voices(paragraph: &Paragraph<'_>) -> Vec<[Option<bool>; 2]> {
    let marks = &paragraph.marks;
    let mut voices = vec![[None; 2]; marks.len()];
    let (mut left, mut start) = (None, paragraph.span.start());
    for (mark, voices) in marks.iter().zip(&mut voices) {
        left = paragraph.text[start..mark.at].chars().rev().find_map(voice).or(left);
        voices[0] = left;
        left = voice(mark.is).or(left);
        start = mark.at + mark.is.len_utf8();
    }
    let (mut right, mut end) = (None, paragraph.span.end());
    for (mark, voices) in marks.iter().zip(&mut voices).rev() {
        right = paragraph.text[mark.at + mark.is.len_utf8()..end].chars().find_map(voice).or(right);
        voices[1] = right;
        right = voice(mark.is).or(right);
        end = mark.at;
    }
    voices
}

/// Whether `c` is Chinese, or of another script; `None` where it belongs to either.
fn voice(c: char) -> Option<bool> {
    match kind(c) {
        Kind::Han => Some(true),
        Kind::Digit | Kind::Letter => Some(false),
        Kind::Mark if matches!(c, '，' | '。' | '；' | '：' | '、' | '？' | '！' | '《' | '》' | '（' | '）') => {
            Some(true)
        }
        Kind::Mark | Kind::Blank | Kind::LineEnd => None,
    }
}

/// The same of a dot that may be a full stop: it stands after Chinese, at the end of the paragraph or of a quotation, or right
/// before Chinese. There it may also be a speck, or the dot of a foreign name, and which it is no neighbour tells.
fn may_be_full_stop(paragraph: &Paragraph<'_>, span: Span) -> Option<f64> {
    let left =
        paragraph.before(span.start()).filter(|c| kind(*c) == Kind::Han || matches!(c, '”' | '）' | '》' | '%'))?;
    match paragraph.ink_after(span.end()) {
        None | Some('”' | '’' | '"' | '）' | ')') => Some(if kind(left) == Kind::Han { 0.96 } else { 0.9 }),
        Some(right) => {
            let is_inside = is_chinese(right) && paragraph.after(span.end()).is_some_and(|c| kind(c) != Kind::Blank);
            is_inside.then_some(0.6)
        }
    }
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
fn is_stroke(paragraph: &Paragraph<'_>, span: Span, line: &mut Line<'_>) -> bool {
    let is_text = |c: char| matches!(kind(c), Kind::Han | Kind::Digit | Kind::Letter);
    let follows =
        paragraph.ink_before(span.start()).is_some_and(|c| is_text(c) || matches!(c, '”' | '》' | '）' | '%'));
    let leads = paragraph.ink_after(span.end()).is_none_or(|c| is_text(c) || matches!(c, '“' | '《' | '（'));
    !follows || !leads || line.is_about_strokes()
}

/// What a paragraph that speaks of strokes speaks of.
const SUBJECTS: &[&str] = &["笔画", "笔顺", "笔法", "部首", "偏旁", "字形", "字根", "书法", "一撇", "一捺", "一笔"];

/// Whether `mark` stands where 编辑：某某 has its colon: between a credit and a name, in a line that begins with a credit.
fn after_credit(paragraph: &Paragraph<'_>, mark: Mark, line: &mut Line<'_>) -> bool {
    if !matches!(mark.is, ';' | '；' | ',' | '，' | '.') {
        return false;
    }
    let before = paragraph.text[paragraph.span.start()..mark.at].trim_end();
    let name = paragraph.text[mark.at + mark.is.len_utf8()..paragraph.span.end()].trim_start();
    let name_length = name.chars().take_while(|c| is_han(*c)).count();
    let name_ends = name.chars().nth(name_length).is_none_or(|c| kind(c) == Kind::Blank);
    EDITORS.iter().any(|credit| before.ends_with(credit))
        && line.starts_with_credit()
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
