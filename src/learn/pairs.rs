//! Pages with their truths, aligned as people compare them: by what is printed, not by blanks and line ends.

use super::Alignment;
use crate::text::{Kind, kind};

/// The characters of `text` that count when pages are compared: no blanks, and marks that differ only in width as one.
pub fn visible(text: &str) -> Vec<char> {
    text.chars().filter(|c| is_visible(*c)).map(fold).collect()
}

fn is_visible(c: char) -> bool {
    !matches!(kind(c), Kind::Blank | Kind::LineEnd) && !c.is_control()
}

fn fold(c: char) -> char {
    match c {
        '，' => ',',
        '。' | '．' => '.',
        '：' => ':',
        '；' => ';',
        '！' => '!',
        '？' => '?',
        '（' => '(',
        '）' => ')',
        '“' | '”' | '「' | '」' => '"',
        '‘' | '’' => '\'',
        c => c,
    }
}

/// A page as an engine read it, aligned with what it should be.
pub struct Pair<'t> {
    /// As read.
    pub ocr: &'t str,
    /// As it should be, one paragraph a line.
    pub truth: &'t str,
    alignment: Alignment,
}

impl<'t> Pair<'t> {
    /// Aligns the two.
    pub fn new(ocr: &'t str, truth: &'t str) -> Self {
        Self { ocr, truth, alignment: Alignment::of(&visible(ocr), &visible(truth)) }
    }

    /// How many visible characters of the truth stand before the place after `count` visible characters of the page.
    pub fn place(&self, count: usize) -> usize {
        self.alignment.place(count)
    }

    /// After how many visible characters of the truth something stands that `wanted` picks: blanks or line ends.
    pub fn gaps(&self, wanted: impl Fn(char) -> bool) -> Vec<usize> {
        let mut count = 0;
        let mut gaps: Vec<usize> = Vec::new();
        for c in self.truth.chars() {
            if is_visible(c) {
                count += 1;
            } else if wanted(c) && count > 0 && gaps.last() != Some(&count) {
                gaps.push(count);
            }
        }
        gaps
    }
}

/// Which of `places` the truth has a gap at, `gaps`. A mark lost or added beside it shifts a place by one; exact hits are
/// dealt out first, and no gap is hit twice.
pub fn hits(places: &[usize], mut gaps: Vec<usize>) -> Vec<bool> {
    let mut hit = vec![false; places.len()];
    for shift in [0isize, -1, 1] {
        for (place, is_hit) in places.iter().zip(&mut hit) {
            let shifted = place.checked_add_signed(shift);
            if !*is_hit && let Some(at) = shifted.and_then(|place| gaps.iter().position(|&gap| gap == place)) {
                gaps.swap_remove(at);
                *is_hit = true;
            }
        }
    }
    hit
}
