use rustc_hash::FxHashSet;

use super::Source;
use crate::Result;

/// Paragraphs that must not be learnt, by a run of characters of each.
pub(super) struct Excluded(FxHashSet<Vec<char>>);

impl Excluded {
    /// So many characters hardly stand in two paragraphs.
    const RUN: usize = 20;

    pub(super) fn read(sources: Vec<Source>) -> Result<Self> {
        let mut runs = FxHashSet::default();
        for source in sources {
            source.lines(|_, line| {
                let run: Vec<char> = visible(line).skip(Self::RUN / 2).take(Self::RUN).collect();
                runs.extend((run.len() == Self::RUN).then_some(run));
                Ok(())
            })?;
        }
        Ok(Self(runs))
    }

    /// Whether one of the paragraphs, if it is long enough to be told, stands in `text`.
    pub(super) fn is_in(&self, text: &[char]) -> bool {
        !self.0.is_empty() && text.windows(Self::RUN).any(|run| self.0.contains(run))
    }
}

/// The characters of `line` that are no blanks.
pub(super) fn visible(line: &str) -> impl Iterator<Item = char> + '_ {
    line.chars().filter(|c| !c.is_whitespace())
}
