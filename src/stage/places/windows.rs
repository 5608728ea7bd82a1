use std::sync::Arc;

use super::index::{Index, Name};
use crate::text::{Span, is_han};

/// A text as characters, with the bytes that they start at.
pub(super) struct Characters {
    characters: Vec<char>,
    /// One more than there are characters: the last is the text's length.
    offsets: Vec<u32>,
}

/// Some characters of a text, one of which may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first character, as an index.
    pub start: usize,
    /// How many there are.
    pub length: usize,
    /// Which of them differs from the name that is compared, counted from 0.
    pub differs: usize,
}

impl Characters {
    pub(super) fn of(text: &str) -> Self {
        let mut characters = Vec::with_capacity(text.len() / 3 + 8);
        let mut offsets = Vec::with_capacity(text.len() / 3 + 9);
        for (offset, c) in text.char_indices() {
            characters.push(c);
            offsets.push(offset as u32);
        }
        offsets.push(text.len() as u32);
        Self { characters, offsets }
    }

    /// Calls `found` for every window that differs in one character from a name of `index`.
    pub(super) fn near(&self, index: &Index, mut found: impl FnMut(Window, &Arc<Name>)) {
        let mut run_end = 0;
        for start in 0..self.characters.len() {
            if start >= run_end {
                let run = self.characters[start..].iter().take_while(|c| is_han(**c)).count();
                if run == 0 {
                    continue;
                }
                run_end = start + run;
            }
            let at = &self.characters[start..run_end];
            if index.may_begin(at) {
                for (name, differs) in index.one_off(at) {
                    found(Window { start, length: name.characters.len(), differs }, name);
                }
            }
        }
    }

    pub(super) fn window(&self, window: Window) -> &[char] {
        &self.characters[window.start..window.start + window.length]
    }

    pub(super) fn read(&self, window: Window) -> char {
        self.characters[window.start + window.differs]
    }

    /// The bytes of the window.
    pub(super) fn span(&self, window: Window) -> Span {
        self.between(window.start, window.start + window.length)
    }

    /// The bytes of the character that differs.
    pub(super) fn differing(&self, window: Window) -> Span {
        self.between(window.start + window.differs, window.start + window.differs + 1)
    }

    fn between(&self, start: usize, end: usize) -> Span {
        Span::new(self.offsets[start] as usize, self.offsets[end] as usize)
    }
}
