use std::ops::Range;

/// A range of UTF-8 bytes of a text, from a character boundary to a character boundary.
///
/// Offsets are always bytes: mixing them with character counts is the classic mistake of CJK tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    ///
    /// # Panics
    ///
    /// When `end` lies before `start`.
    pub fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "a span ends where it starts or later: {start}..{end}");
        Self { start, end }
    }

    /// The empty span before the byte at `offset`.
    pub fn at(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }

    /// The first byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// The byte after the last.
    pub fn end(self) -> usize {
        self.end
    }

    /// How many bytes it covers.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers nothing, as the place of an insertion does.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The part of `text` that it covers.
    ///
    /// # Panics
    ///
    /// When it does not lie in `text`, on character boundaries.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Whether it lies in `text`, on character boundaries.
    pub fn fits(self, text: &str) -> bool {
        self.end <= text.len() && text.is_char_boundary(self.start) && text.is_char_boundary(self.end)
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}
