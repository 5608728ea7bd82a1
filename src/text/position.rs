use memchr::{memchr_iter, memrchr};

/// A place as people name it: line and column, both counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, counted from 1; lines end in LF.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
}

/// Finds the [`Position`] of byte offsets of one text.
///
/// Offsets asked in rising order cost one walk over the text; an offset that lies before the last one asked starts over.
pub struct Lines<'t> {
    text: &'t str,
    offset: usize,
    at: Position,
}

impl<'t> Lines<'t> {
    /// Over `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, offset: 0, at: Position { line: 1, column: 1 } }
    }

    /// Where the byte at `offset` stands.
    ///
    /// # Panics
    ///
    /// When `offset` does not lie in the text, on a character boundary.
    pub fn position(&mut self, offset: usize) -> Position {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let passed = &self.text[self.offset..offset];
        let tail = match memrchr(b'\n', passed.as_bytes()) {
            Some(newline) => {
                self.at.line += memchr_iter(b'\n', passed.as_bytes()).count();
                self.at.column = 1;
                &passed[newline + 1..]
            }
            None => passed,
        };
        self.at.column += tail.chars().count();
        self.offset = offset;
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_in_characters() {
        let mut lines = Lines::new("刁镇\n章丘区\n");
        assert_eq!(lines.position(0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(3), Position { line: 1, column: 2 });
        assert_eq!(lines.position(13), Position { line: 2, column: 3 });
        assert_eq!(lines.position(6), Position { line: 1, column: 3 }, "going back starts over");
        assert_eq!(lines.position(17), Position { line: 3, column: 1 });
    }
}
