use std::cell::OnceCell;

use super::meant::full_width;
use crate::text::{Kind, Span, beside_han, is_han, is_han_mark, kind};

/// A page as this stage sees it: its paragraphs that hold a mark to look at.
pub(super) struct Page<'t> {
    pub(super) paragraphs: Vec<Paragraph<'t>>,
    /// Whether marks were read in half width here, brackets apart: then brackets were too.
    pub(super) is_half_width: bool,
    /// Whether it looks as one does that was typed in half width.
    pub(super) is_typed: bool,
    /// Whether single hyphens stand between Chinese characters, where none is meant.
    pub(super) has_specks: bool,
}

/// A line of the text, which layout has made a paragraph.
pub(super) struct Paragraph<'t> {
    /// The whole page.
    pub(super) text: &'t str,
    /// Where the paragraph starts and ends in it.
    pub(super) span: Span,
    /// Its marks, in order.
    pub(super) marks: Vec<Mark>,
    /// What is open before each of its marks, once that was asked.
    quotations: OnceCell<Vec<Quotation>>,
}

/// A mark that some rule may want to look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// The byte where it starts in the page.
    pub(super) at: usize,
    /// The mark.
    pub(super) is: char,
}

impl Mark {
    /// Where it stands in the page.
    pub(super) fn span(self) -> Span {
        Span::new(self.at, self.at + self.is.len_utf8())
    }
}

/// Half-width marks beside Chinese from which a page counts as read in half width.
///
/// A printed page may hold one by an editor's slip: of 157 clean pages 156 have none and one has one, by regular
/// expression. Tesseract's readings of such pages, lightly damaged, have two or more in 37 of 52 cases.
const HALF_WIDTH_PAGE: usize = 2;

/// Whether `text` looks as one does that was typed in half width, and not as an engine's reading: none of its commas, colons and
/// the like is full-width, and no specks stand on it; or so many commas are half-width that they are no accident.
///
/// Of 972 pages that Tesseract read 10 have so many, which were set in types whose commas it takes for half-width ones.
fn is_typed(text: &str) -> bool {
    const FULL_WIDTH: &[char] = &['，', '；', '：', '？', '！'];
    const SPECKS: &[char] = &['\'', '`', '*', '_', '~', '^', '|', '•', '<', '>', '\\', '\u{fffd}'];
    const MANY: usize = 5;
    let (mut half, mut full, mut others, mut specks) = (0, 0, 0, 0);
    for (at, c) in beside_han(text) {
        half += usize::from(c == ',' && text[..at].ends_with(is_han));
        full += usize::from(c == '，');
        others += usize::from(c != '，' && FULL_WIDTH.contains(&c));
        specks += usize::from(SPECKS.contains(&c));
    }
    full + others + specks == 0 || half >= MANY && half * 4 >= full && half >= specks * 10
}

/// Whether a quotation is open before a mark.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Quotation {
    /// By double marks, of which straight ones open and close in turn.
    pub(super) is_open: bool,
    /// By the last curly mark, double or single.
    pub(super) is_curly_open: bool,
}

impl Quotation {
    /// What is open after `mark`.
    fn after(self, mark: Mark) -> Self {
        match mark.is {
            '“' => Self { is_open: true, is_curly_open: true },
            '”' => Self { is_open: false, is_curly_open: false },
            '‘' => Self { is_curly_open: true, ..self },
            '’' => Self { is_curly_open: false, ..self },
            '"' | '＂' => Self { is_open: !self.is_open, ..self },
            _ => self,
        }
    }
}

impl<'t> Page<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut page = Self { paragraphs: Vec::new(), is_half_width: false, is_typed: false, has_specks: false };
        let mut half_width = 0;
        let mut start = 0;
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |newline| start + newline);
            let span = Span::new(start, end);
            let paragraph = Paragraph { text, span, marks: find_marks(text, span), quotations: OnceCell::new() };
            if !paragraph.marks.is_empty() && paragraph.is_chinese() {
                half_width += paragraph.half_width_marks();
                page.has_specks |= paragraph.has_specks();
                page.paragraphs.push(paragraph);
            }
            start = end + 1;
        }
        page.is_half_width = half_width >= HALF_WIDTH_PAGE;
        // Most pages have no mark that this matters to.
        let mut marks = page.paragraphs.iter().flat_map(|paragraph| &paragraph.marks);
        let matters = page.is_half_width || marks.any(|mark| full_width(mark.is).is_some());
        page.is_typed = matters && is_typed(text);
        page
    }
}

/// The marks of a paragraph that rules look at. The stroke 丶 is a Chinese character, and rare.
fn find_marks(text: &str, span: Span) -> Vec<Mark> {
    let line = span.of(text);
    let mark = |(at, is)| Mark { at: span.start() + at, is };
    let mut marks: Vec<Mark> = beside_han(line).filter(|(_, c)| is_looked_at(*c)).map(mark).collect();
    let known = marks.len();
    marks.extend(line.match_indices(STROKE).map(|(at, _)| mark((at, STROKE))));
    if marks.len() > known {
        marks.sort_unstable_by_key(|mark| mark.at);
    }
    marks
}

const STROKE: char = '丶';

/// Whether rules look at `c`.
#[rustfmt::skip]
fn is_looked_at(c: char) -> bool {
    matches!(
        c,
        ',' | ';' | ':' | '?' | '!' | '.' | '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '-' | '<' | '>' | '‹' | '›'
            | '“' | '”' | '‘' | '’' | '＂' | '（' | '）' | '〈' | '〉' | '《' | '》' | '【' | '】' | '…' | '—' | '–' | '―' | '─'
            | '·' | '。' | '．' | '；' | '，' | '､' | '｡' | '｢' | '｣' | '﹐' | '﹑' | '﹔' | '﹕' | '﹖' | '﹗'
    )
}

impl<'t> Paragraph<'t> {
    /// The text of the paragraph alone.
    pub(super) fn own_text(&self) -> &'t str {
        self.span.of(self.text)
    }
}

impl Paragraph<'_> {
    /// Whether enough of it is Chinese for Chinese marks: three in ten of its letters. A Latin sentence that quotes a
    /// Chinese name keeps its marks.
    fn is_chinese(&self) -> bool {
        let (mut rare, mut letters, mut bytes_of_han) = (0, 0, self.span.len());
        for (_, c) in beside_han(self.span.of(self.text)) {
            rare += usize::from(is_han(c));
            letters += usize::from(c.is_ascii_alphabetic());
            bytes_of_han -= c.len_utf8();
        }
        let han = rare + bytes_of_han / '中'.len_utf8();
        han > 0 && han * 10 >= (han + letters) * 3
    }

    fn half_width_marks(&self) -> usize {
        let is_half_width = |mark: &&Mark| matches!(mark.is, ',' | ';' | ':' | '?' | '!' | '"');
        let beside_chinese = |mark: &&Mark| {
            self.before(mark.at).is_some_and(is_han) || self.after(mark.at + mark.is.len_utf8()).is_some_and(is_han)
        };
        self.marks.iter().filter(is_half_width).filter(beside_chinese).count()
    }

    fn has_specks(&self) -> bool {
        let is_speck = |mark: &Mark| {
            mark.is == '-' && self.before(mark.at).is_some_and(is_han) && self.after(mark.at + 1).is_some_and(is_han)
        };
        self.marks.iter().any(is_speck)
    }

    /// What is open before `mark`, which is one of the paragraph's.
    pub(super) fn quotation_before(&self, mark: Mark) -> Quotation {
        let quotations = self.quotations.get_or_init(|| {
            let before = |open: &mut Quotation, mark: &Mark| Some(std::mem::replace(open, open.after(*mark)));
            self.marks.iter().scan(Quotation::default(), before).collect()
        });
        let found = self.marks.binary_search_by_key(&mark.at, |mark| mark.at);
        found.map_or_else(|_| Quotation::default(), |at| quotations[at])
    }

    /// The character before the byte at `at`, within the paragraph.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        self.text[self.span.start()..at].chars().next_back()
    }

    /// The character at the byte `at`, within the paragraph.
    pub(super) fn after(&self, at: usize) -> Option<char> {
        self.text[at..self.span.end()].chars().next()
    }

    /// The nearest character before `at` that is no blank.
    pub(super) fn ink_before(&self, at: usize) -> Option<char> {
        self.text[self.span.start()..at].chars().rev().find(|c| kind(*c) != Kind::Blank)
    }

    /// The nearest character from `at` on that is no blank.
    pub(super) fn ink_after(&self, at: usize) -> Option<char> {
        self.text[at..self.span.end()].chars().find(|c| kind(*c) != Kind::Blank)
    }

    /// The run of ASCII characters without blanks around `at`: what an address or a formula would be.
    pub(super) fn token(&self, at: usize) -> Span {
        let joins = |c: char| c.is_ascii_graphic();
        let head = self.text[self.span.start()..at].trim_end_matches(joins).len() + self.span.start();
        let tail = self.text[at..self.span.end()].trim_start_matches(joins);
        Span::new(head, self.span.end() - tail.len())
    }
}

/// Whether `c` speaks for Chinese text around a mark.
pub(super) fn is_chinese(c: char) -> bool {
    is_han(c) || is_han_mark(c)
}
