use super::{head, rows, verse};
use crate::stage::{Sheet, people};
use crate::text::{Kind, Span, beside_han, is_han, is_wide, kind, last_characters, width};

/// A line that is not blank, and what can be seen of it without its neighbours.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a feature that the model weighs by itself")]
pub struct Line<'t> {
    /// Where it stands, without the blanks at both ends.
    pub span: Span,
    /// The same as text.
    pub text: &'t str,
    /// The same as it is read on: without the specks at its ends, where the column's edges are dirty.
    pub body: &'t str,
    /// Whether it is set in by a character or more. A single space is more often dirt at the column's edge.
    pub is_indented: bool,
    /// How many blank lines stand between it and the line before.
    pub blank_lines_before: usize,
    /// Whether more blank lines stand there than between nearly all lines of the page.
    pub is_set_apart: bool,
    /// Whether it was a line of the page, and an earlier pass has joined it to the line before.
    pub is_joined: bool,
    /// The room that it takes, in characters of full width, without specks at its ends.
    pub width: f64,
    /// Its first character that is no speck.
    pub first: char,
    /// Its second.
    pub second: Option<char>,
    /// Its last character that is no speck.
    pub last: char,
    /// Whether it closes with a mark that ends a sentence, inside closing brackets and quotes or not.
    pub is_closed: bool,
    /// Whether it ends in a closing bracket or quote.
    pub ends_in_closer: bool,
    /// Whether a bracket or quote that it opens is still open at its end.
    pub leaves_open: bool,
    /// Whether specks stand apart at its ends.
    pub has_specks: bool,
    /// Whether a comma, full stop or the like stands inside it.
    pub has_inner_mark: bool,
    /// Whether a sentence ends inside it.
    pub has_inner_stop: bool,
    /// Whether a Chinese character stands in it.
    pub has_han: bool,
    /// Whether it is of Latin words.
    pub is_latin: bool,
    /// Whether it looks like a part of a running head: a date, a page number, parts set far apart.
    pub is_running_head: bool,
    /// The same, though marks may stand in it that an engine made of specks.
    pub may_be_running_head: bool,
    /// Whether it is one of the lines at the head or foot of the page that its running head was read as.
    pub is_head_part: bool,
    /// Whether it is a row of a table or an item of a list, as the line before or after it is.
    pub is_row: bool,
    /// Whether it is a line of verse.
    pub is_verse: bool,
    /// Whether it begins like a credit: 编辑：…
    pub is_credit: bool,
    /// Whether it ends like a caption: … 记者 某某 摄
    pub is_caption: bool,
    /// Whether it is a jump line: （上接A01版）
    pub is_jump: bool,
    /// Whether it begins like a byline or with a bullet.
    pub is_byline: bool,
}

/// The lines of a page that are not blank, as they stood before earlier passes joined them.
pub fn lines<'t>(sheet: impl Into<Sheet<'t>>) -> Vec<Line<'t>> {
    let Sheet { text, joints, .. } = sheet.into();
    let mut lines = Vec::with_capacity(text.len() / 48);
    let mut joints = joints.iter().copied().filter(|&joint| text.is_char_boundary(joint)).peekable();
    let mut blank_lines_before = 0;
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |newline| start + newline);
        let mut is_joined = false;
        let mut from = start;
        while from < end {
            let to = joints.next_if(|&joint| joint < end).map_or(end, |joint| joint.max(from));
            let line = &text[from..to];
            let content = line.trim();
            if !content.is_empty() {
                let indent = &line[..line.len() - line.trim_start().len()];
                let content_start = from + indent.len();
                let span = Span::new(content_start, content_start + content.len());
                let is_indented = !is_joined && width(indent) > 1;
                let line = Line::new(span, content, is_indented, blank_lines_before);
                lines.push(Line { is_joined, ..line });
                blank_lines_before = 0;
                is_joined = true;
            }
            from = to;
        }
        if !is_joined {
            blank_lines_before += 1;
        }
        start = end + 1;
    }
    if has_dirty_edges(&lines) {
        for line in &mut lines {
            *line = line.between_dirty_edges();
        }
    }
    let usual = usual_blank_lines(&lines);
    for line in &mut lines {
        line.is_set_apart = line.blank_lines_before > usual;
    }
    head::mark(&mut lines);
    rows::mark(&mut lines);
    verse::mark(&mut lines);
    lines
}

/// How many blank lines nine in ten lines of a page have before them at least: none, but for one that is set with a blank line after
/// each, which says nothing of any.
fn usual_blank_lines(lines: &[Line<'_>]) -> usize {
    let mut counts: Vec<usize> = lines.iter().skip(1).map(|line| line.blank_lines_before).collect();
    counts.sort_unstable();
    counts.get(counts.len() / 10).copied().unwrap_or_default()
}

/// Whether the edges of the column are so dirty that engines read specks at either end of many lines.
///
/// No line begins with a mark that closes or parts, so those that do show it; at the end of a line a speck looks like any mark.
fn has_dirty_edges(lines: &[Line<'_>]) -> bool {
    /// Of 143 pages of narrow columns that engines read of scans with more than light damage five have more than a fifth, and these
    /// more than a quarter; of 72 with light damage none has a twelfth.
    const SHARE: usize = 5;
    /// Lines; on fewer a few marks prove nothing. Chosen by hand.
    const ENOUGH: usize = 20;
    let begins_with_speck =
        |line: &&Line<'_>| line.text.starts_with(|c| is_speck(c) && !is_closer(c) && c != char::REPLACEMENT_CHARACTER);
    lines.len() >= ENOUGH && lines.iter().filter(begins_with_speck).count() * SHARE >= lines.len()
}

impl<'t> Line<'t> {
    /// A line of which `text`, at `span`, is what stands between the blanks at its ends.
    pub fn new(span: Span, text: &'t str, is_indented: bool, blank_lines_before: usize) -> Self {
        let (body, last_mark) = without_specks(text);
        Self::of(span, text, body, last_mark, is_indented, blank_lines_before)
    }

    /// The same line, were the marks at its ends specks that the other marks of a line's end are not told from.
    fn between_dirty_edges(&self) -> Self {
        let is_dirt = |c: char| is_speck(c) && !is_closer(c) && !matches!(c, '。' | '！' | '？');
        let body = self.text.trim_start_matches(is_speck).trim_end_matches(is_dirt);
        if body.is_empty() {
            return self.clone();
        }
        let line = Self::of(self.span, self.text, body, None, self.is_indented, self.blank_lines_before);
        Self { body, is_joined: self.is_joined, ..line }
    }

    /// A line of which `body` is what stands between the specks at its ends, and `last_mark` a mark that closes it after some.
    fn of(
        span: Span,
        text: &'t str,
        body: &'t str,
        last_mark: Option<char>,
        is_indented: bool,
        blank_lines_before: usize,
    ) -> Self {
        let mut ends = body.chars();
        let first = ends.next().unwrap_or(' ');
        let second = ends.next();
        let last = last_mark.or_else(|| body.chars().next_back()).unwrap_or(' ');
        let before_closers = body.trim_end_matches(is_closer);
        let last_inside = before_closers.chars().next_back();
        let ends_in_closer = last_mark.is_none() && before_closers.len() < body.len();
        let mut line = Self {
            span,
            text,
            body: text,
            is_indented,
            blank_lines_before,
            is_set_apart: false,
            is_joined: false,
            width: 0.0,
            first,
            second,
            last,
            is_closed: last_mark.or(last_inside).is_some_and(is_terminal),
            ends_in_closer,
            leaves_open: leaves_open(body),
            has_specks: body.len() < text.len(),
            has_inner_mark: false,
            has_inner_stop: false,
            has_han: false,
            is_latin: false,
            is_running_head: false,
            may_be_running_head: false,
            is_head_part: false,
            is_row: false,
            is_verse: false,
            is_credit: false,
            is_caption: false,
            is_jump: false,
            is_byline: is_byline(text),
        };
        line.measure(body);
        line.is_latin = !line.has_han && is_latin(body);
        // No running head, credit or caption is longer than this; bodies of whole paragraphs need not be searched.
        if line.width < 48.0 {
            line.may_be_running_head = looks_like_running_head(text);
            line.is_running_head = line.may_be_running_head && !line.has_inner_mark;
            line.is_credit = is_credit(text);
            line.is_caption = looks_like_caption(body);
            line.is_jump = line.width < 16.0 && looks_like_jump(body);
        }
        line
    }

    /// Whether it is a byline and no more: 记者 张三. A paragraph starts in 【本报讯 记者 张三】, 本报讯（记者 张三）近年来 and in
    /// 本报记者获悉，近年来.
    pub fn is_byline_alone(&self) -> bool {
        let has_text = || self.text.rsplit_once(['】', '）', ')']).is_some_and(|(_, text)| !text.is_empty());
        let opens_paragraph = || self.text.starts_with('【') || has_text();
        self.is_byline && self.width < 24.0 && !self.has_inner_mark && !self.is_closed && !opens_paragraph()
    }

    /// Whether it surely is a running head, though marks stand in it that an engine made of specks: its parts stand apart, or a date,
    /// a weekday or a page number ends it.
    pub fn is_misread_running_head(&self) -> bool {
        /// As long as 2021年11月14日.
        const DATE: usize = 11;
        self.may_be_running_head
            && !self.is_closed
            && (self.text.split_whitespace().count() > 2 || looks_like_running_head(last_characters(self.text, DATE)))
    }

    fn measure(&mut self, body: &str) {
        let inside = body.trim_end_matches(|c| is_closer(c) || is_terminal(c)).len();
        let (mut marks, mut bytes_beside_han) = (0u32, 0);
        for (at, c) in beside_han(body) {
            self.has_han |= kind(c) == Kind::Han;
            self.has_inner_stop |= at < inside && matches!(c, '。' | '！' | '？');
            marks += u32::from(matches!(c, '，' | '。' | '；' | '：' | '、' | ',' | ';'));
            bytes_beside_han += c.len_utf8();
        }
        self.has_han |= bytes_beside_han < body.len();
        let last_is_mark = matches!(self.last, '，' | '。' | '；' | '：' | '、' | ',' | ';');
        self.has_inner_mark = marks > u32::from(last_is_mark);
        self.width = printed_width(body);
    }

    /// The room that the first of it takes that no line end may part, in characters of full width: a number, a Latin word
    /// or a character, with the marks after it that no line begins with.
    pub fn first_unit(&self) -> f64 {
        let is_joined = |c: char| matches!(kind(c), Kind::Digit | Kind::Letter) || matches!(c, '.' | '%' | '+' | '-');
        let opened = self.text.trim_start_matches(is_opener);
        let word = opened.trim_start_matches(|c| !is_wide(c) && is_joined(c));
        let rest = if word.len() < opened.len() { word } else { without_first(opened) };
        let rest = rest.trim_start_matches(|c| is_closer(c) || is_comma(c) || is_terminal(c));
        printed_width(&self.text[..self.text.len() - rest.len()])
    }
}

fn without_first(text: &str) -> &str {
    let mut rest = text.chars();
    rest.next();
    rest.as_str()
}

/// The room that `text` takes in print, in characters of full width, as far as it can be told from what an engine read.
///
/// Beside Chinese a mark was printed as wide as a character, whatever width it was read in, and the white of it is no blank.
fn printed_width(text: &str) -> f64 {
    let (mut halves, mut bytes_of_han) = (0, text.len());
    for (at, c) in beside_han(text) {
        let is_beside = |wanted: Kind| {
            let (before, after) = (text[..at].chars().next_back(), text[at + c.len_utf8()..].chars().next());
            before.into_iter().chain(after).any(|c| kind(c) == wanted)
        };
        halves += match kind(c) {
            Kind::Blank if is_beside(Kind::Mark) => 0,
            _ if is_wide(c) => 2,
            Kind::Mark if is_beside(Kind::Han) => 2,
            _ => 1,
        };
        bytes_of_han -= c.len_utf8();
    }
    (halves + 2 * (bytes_of_han / '中'.len_utf8())) as f64 / 2.0
}

/// Whether most of what is visible in `text` are letters.
fn is_latin(text: &str) -> bool {
    let visible = text.chars().filter(|&c| kind(c) != Kind::Blank);
    let (letters, all) =
        visible.fold((0, 0), |(letters, all), c| (letters + usize::from(kind(c) == Kind::Letter), all + 1));
    letters * 2 > all
}

/// What begins a byline besides [`people::REPORTERS`].
const BYLINES: &[&str] = &["本报", "实习", "来源：", "□", "■", "●", "▲", "◎", "◆", "★", "【"];

fn is_byline(text: &str) -> bool {
    let head = text.trim_start_matches(is_speck);
    starts_with_any(head, people::REPORTERS) || starts_with_any(head, BYLINES) || is_papers_reporter(text)
}

fn is_credit(text: &str) -> bool {
    let head = text.trim_start_matches(is_speck);
    starts_with_any(head, people::EDITORS) || head.starts_with("值班")
}

/// 南都记者 李榕, 晚报特约记者 张三
fn is_papers_reporter(text: &str) -> bool {
    /// Of a paper's name and the reporter's kind, in characters; chosen by hand.
    const PAPER: std::ops::RangeInclusive<usize> = 2..=6;
    let Some((paper, rest)) = text.split_once("记者") else { return false };
    let names = rest.trim_start();
    let is_name = |name: &str| (2..=4).contains(&name.chars().count()) && name.chars().all(is_han);
    PAPER.contains(&paper.chars().count())
        && paper.chars().all(is_han)
        && names.len() < rest.len()
        && names.split_whitespace().all(|name| is_name(name) || is_name(name.trim_end_matches("摄")))
}

fn starts_with_any(text: &str, heads: &[&str]) -> bool {
    heads.iter().any(|head| text.starts_with(head))
}

pub(super) fn is_terminal(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '…' | '．' | '.')
}

pub(super) fn is_comma(c: char) -> bool {
    matches!(c, '，' | '、' | '；' | '：' | ',' | ';' | ':')
}

pub(super) fn is_closer(c: char) -> bool {
    matches!(c, '”' | '’' | '）' | '》' | '】' | '」' | '』' | ')' | ']' | '"' | '〉')
}

pub(super) fn is_opener(c: char) -> bool {
    matches!(c, '“' | '‘' | '（' | '《' | '【' | '「' | '『' | '(' | '[' | '〈')
}

/// Whether `c` can be dirt: a mark that no line begins with.
fn is_speck(c: char) -> bool {
    kind(c) == Kind::Blank
        || kind(c) == Kind::Mark && !is_opener(c) && !matches!(c, '□' | '■' | '●' | '▲' | '◎' | '◆' | '★')
}

/// `text` without specks that stand apart at its ends, and the mark that closes it if that stands apart as well.
///
/// Engines read dirt at the edge of a column as single marks: `不利地位。 ，`.
fn without_specks(text: &str) -> (&str, Option<char>) {
    let head = text.trim_start_matches(is_speck);
    let mut body = if head.is_empty() { text } else { head };
    loop {
        // Two marks at most are specks.
        let mut ends = body.char_indices().rev().take(3);
        let Some((gap, _)) = ends.find(|(_, c)| kind(*c) == Kind::Blank) else { return (body, None) };
        let tail = body[gap..].trim_start();
        let before = body[..gap].trim_end();
        let Some(last) = before.chars().next_back() else { return (body, None) };
        let mut marks = tail.chars();
        let (first, rest) = (marks.next(), marks.next());
        let is_dirt = tail.chars().all(|c| kind(c) == Kind::Mark && !is_opener(c));
        if !is_dirt && !is_terminal(last) {
            return (body, None);
        }
        if let (Some(mark), None) = (first, rest)
            && (is_comma(mark) || is_terminal(mark))
            && !is_comma(last)
            && !is_terminal(last)
        {
            return (before, Some(mark));
        }
        body = before;
    }
}

fn leaves_open(body: &str) -> bool {
    let mut is_open = false;
    for (_, c) in beside_han(body) {
        match c {
            '《' | '（' | '“' | '【' | '「' => is_open = true,
            '》' | '）' | '”' | '】' | '」' => is_open = false,
            _ => {}
        }
    }
    is_open
}

fn looks_like_running_head(text: &str) -> bool {
    has_date(text) || has_page_number(text) || text.contains("星期") || has_wide_gap(text)
}

/// A year and what follows it in a date: 2024年, 2024.05.
fn has_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(4)).any(|at| {
        (bytes[at..].starts_with(b"20") || bytes[at..].starts_with(b"19"))
            && bytes[at + 2..at + 4].iter().all(u8::is_ascii_digit)
            && (at == 0 || !bytes[at - 1].is_ascii_digit())
            && (text[at + 4..].starts_with('年') && text[at + 4..].contains('月')
                || text[at + 4..]
                    .strip_prefix(['.', '．', '·', '-'])
                    .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit())))
    })
}

/// A newspaper's page number: A01, C22, 第3版.
fn has_page_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let alone = |at: usize| at >= bytes.len() || !bytes[at].is_ascii_alphanumeric();
    let lettered = (0..bytes.len().saturating_sub(2)).any(|at| {
        matches!(bytes[at], b'A'..=b'D')
            && bytes[at + 1..at + 3].iter().all(|b| b.is_ascii_digit() || *b == b'O')
            && (at == 0 || alone(at - 1))
            && alone(at + 3)
            && !text[at + 3..].starts_with('版')
    });
    lettered || text.starts_with('第') && text.ends_with('版')
}

fn has_wide_gap(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = if kind(c) == Kind::Blank { run + 1 } else { 0 };
        run >= 3
    })
}

/// … 记者 某某 摄, 图为…
fn looks_like_caption(body: &str) -> bool {
    let body = body.trim_end_matches(['。', '.', '）', ')', ' ']);
    if body.ends_with(['摄', '攝']) || body.starts_with("图为") {
        return true;
    }
    let Some(at) = people::REPORTERS.iter().filter_map(|role| body.rfind(role)).max() else { return false };
    at > 0
        && body[at..].chars().count() <= 8
        && body[..at].ends_with(|c: char| kind(c) == Kind::Blank || is_terminal(c))
}

/// Whether a caption ends with `line`, and nothing but another text can follow: 资料片, 摄影：某某, 图②：收麦现场。
pub(super) fn ends_caption(line: &str) -> bool {
    /// Of a photographer's name, in characters; chosen by hand.
    const NAME: usize = 16;
    let text = line.trim_end_matches(['。', '.', '）', ')', ' ']);
    let taken_by = ["摄影：", "摄影:", "摄影师：", "摄影师:"].iter().find_map(|label| text.rsplit_once(label));
    let is_labelled = || text.strip_prefix('图').is_some_and(|rest| rest.starts_with(|c| matches!(c, '①'..='⑳')));
    let is_whole = text.len() < line.len() && is_labelled();
    is_whole
        || ["资料片", "资料图", "资料图片", "供图"].iter().any(|end| text.ends_with(end))
        || taken_by.is_some_and(|(_, name)| (2..=NAME).contains(&name.trim().chars().count()))
}

fn looks_like_jump(body: &str) -> bool {
    ["上接", "下转", "下接", "上转"].iter().any(|jump| body.contains(jump)) && body.contains('版')
}
