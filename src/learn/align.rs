use imara_diff::{Algorithm, Diff, InternedInput, TokenSource};

/// Which character of one text stands for which of another.
///
/// Both are given as characters, with whatever should not count (blanks, line ends, width) already taken out.
#[derive(Debug)]
pub struct Alignment {
    /// For each place between characters of the one text, the place in the other; one more than there are characters.
    places: Vec<usize>,
}

/// Text as characters, for a diff.
pub(super) struct Characters<'a>(pub(super) &'a [char]);

impl<'a> TokenSource for Characters<'a> {
    type Token = char;
    type Tokenizer = std::iter::Copied<std::slice::Iter<'a, char>>;

    fn tokenize(&self) -> Self::Tokenizer {
        self.0.iter().copied()
    }

    fn estimate_tokens(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

impl Alignment {
    /// Aligns `from` with `to`.
    pub fn of(from: &[char], to: &[char]) -> Self {
        let input = InternedInput::new(Characters(from), Characters(to));
        let diff = Diff::compute(Algorithm::Myers, &input);
        let mut places = Vec::with_capacity(from.len() + 1);
        let mut shift = 0usize;
        for hunk in diff.hunks() {
            let (before, after) = (hunk.before.start as usize..hunk.before.end as usize, hunk.after);
            let (start, end) = (after.start as usize, after.end as usize);
            places.extend((places.len()..before.start).map(|at| at + start - before.start));
            // Inside a replaced stretch characters stand for one another in order.
            places.extend((0..before.len()).map(|at| (start + at).min(end)));
            debug_assert_eq!(places.len(), before.end);
            shift = end;
        }
        let rest = from.len() + 1 - places.len();
        let tail = to.len() + 1 - rest;
        debug_assert!(tail >= shift || rest == 0);
        places.extend((0..rest).map(|at| tail + at));
        Self { places }
    }

    /// The place in the other text that stands for the place before character `at` (or at the end).
    pub fn place(&self, at: usize) -> usize {
        self.places[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(from: &str, to: &str) -> Vec<usize> {
        let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
        let alignment = Alignment::of(&from, &to);
        (0..=from.len()).map(|at| alignment.place(at)).collect()
    }

    #[test]
    fn places_follow_what_was_lost_added_and_replaced() {
        assert_eq!(places("刁镇街道", "刁镇街道"), [0, 1, 2, 3, 4]);
        assert_eq!(places("刀镇街道", "刁镇街道"), [0, 1, 2, 3, 4]);
        assert_eq!(places("刁街道", "刁镇街道"), [0, 2, 3, 4]);
        assert_eq!(places("刁镇镇街道", "刁镇街道").last(), Some(&4));
        assert_eq!(places("", "刁镇"), [2]);
    }
}
