use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use fst::raw::{CompiledAddr, Fst, Output};

use super::table::{Bytes, Format, Sections};
use crate::Result;
use crate::text::{Span, last_characters};

pub(crate) const FORMAT: Format = Format {
    line: "kanwu lexicon 1\n",
    command: "kanwu tables lexicon --jieba dict.txt --corpus FILE... -o words.fst",
};

/// How many characters a word of the lexicon has at most.
pub const LONGEST_WORD: usize = 8;

/// A word that the lexicon knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// How often it stands in 100 million characters of newspaper and formal prose, rounded down to 0, 1, 2, 3, 4, 6, 8,
    /// 12, 16, 24, …; 0 if a dictionary lists it and the prose has it nowhere.
    pub count: u32,
    /// What it names.
    pub class: Class,
}

/// What a word names.
///
/// A place name is in the lexicon like any other word, but cannot testify against a reading that is a place too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Nothing in particular: a common word.
    Common,
    /// A person.
    Person,
    /// A place.
    Place,
    /// An organisation.
    Organisation,
}

impl Class {
    /// All classes; the place of a class is its number in the table.
    pub(crate) const ALL: [Self; 4] = [Self::Common, Self::Person, Self::Place, Self::Organisation];
}

impl Word {
    /// Its value in the table: the class in the two lowest bits, above them the count as a number with two leading
    /// binary digits.
    pub(crate) fn encode(self) -> u64 {
        let level = match self.count.checked_ilog2() {
            None | Some(0) => self.count,
            Some(digits) => digits * 2 + (self.count >> (digits - 1) & 1),
        };
        let class = Class::ALL.iter().position(|&class| class == self.class).unwrap_or_default();
        u64::from(level) << 2 | class as u64
    }

    fn decode(value: u64) -> Self {
        let count = match u32::try_from(value >> 2) {
            Ok(level @ ..2) => level,
            Ok(level @ ..64) => (2 + level % 2) << (level / 2 - 1),
            _ => u32::MAX,
        };
        Self { count, class: Class::ALL[(value & 3) as usize] }
    }
}

/// The words of the language, how often they stand in text, and which are names.
///
/// The body of the table is a map of the crate `fst` from words to values. Its bytes are trusted once their hash fits:
/// `fst` does not guard against a map that was made to do harm.
#[derive(Clone)]
pub struct Lexicon {
    words: Fst<Bytes>,
}

impl Lexicon {
    /// The lexicon that is part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Lexicon> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/words.fst");
            Lexicon::take(FORMAT.embedded(bytes, "dictionaries/words.fst")).expect("the tests read this table")
        });
        &EMBEDDED
    }

    /// The lexicon in `bytes`; `path` is where they come from.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table) when it is not such a table, damaged, or of another version.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, path: &Path) -> Result<Self> {
        let sections = FORMAT.open(bytes.into(), path)?;
        let damaged = sections.refuse("its words do not fit together");
        let lexicon = Self::take(sections)?;
        // Words that were tampered with under a hash that fits would be read beyond their end.
        lexicon.words.verify().map_err(|_| damaged)?;
        Ok(lexicon)
    }

    fn take(sections: Sections<'_>) -> Result<Self> {
        let unreadable = sections.refuse("its words cannot be read");
        Fst::new(sections.rest()).map(|words| Self { words }).map_err(|_| unreadable)
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// What is known of `word`.
    pub fn get(&self, word: &str) -> Option<Word> {
        self.words.get(word).map(|output| Word::decode(output.value()))
    }

    /// All words of `text` that start at byte `offset`, the shortest first.
    pub fn words_at<'t>(&'t self, text: &'t str, offset: usize) -> impl Iterator<Item = (Span, Word)> + 't {
        let rest = text.get(offset..).unwrap_or_default();
        self.prefixes(rest.as_bytes()).map(move |(length, word)| (Span::new(offset, offset + length), word))
    }

    /// The longest word of `text` that starts at byte `offset`.
    pub fn longest_at(&self, text: &str, offset: usize) -> Option<(Span, Word)> {
        self.words_at(text, offset).last()
    }

    /// All words of `text` that share a character with `span`, in the order of their starts; of an empty span, all that
    /// it stands inside of.
    pub fn covering<'t>(&'t self, text: &'t str, span: Span) -> impl Iterator<Item = (Span, Word)> + 't {
        let before = text.get(..span.start()).unwrap_or_default();
        let first = before.len() - last_characters(before, LONGEST_WORD - 1).len();
        let starts = text.get(first..span.end()).unwrap_or_default();
        let words = starts.char_indices().flat_map(move |(start, _)| self.words_at(text, first + start));
        words.filter(move |(word, _)| word.end() > span.start())
    }

    /// The most frequent word of `text` that has byte `offset` inside it, neither at its start nor at its end.
    pub fn crosses(&self, text: &str, offset: usize) -> Option<(Span, Word)> {
        let (before, after) = text.split_at_checked(offset)?;
        let (left, right, word) = self.across(before, after)?;
        Some((Span::new(offset - left, offset + right), word))
    }

    /// The most frequent word that ends `before` and begins `after` at once, as one that a line end cuts in two: how
    /// many bytes of it stand on either side, and the word. Of equally frequent ones, the longest.
    pub fn across(&self, before: &str, after: &str) -> Option<(usize, usize, Word)> {
        let near = last_characters(before, LONGEST_WORD - 1);
        let mut around = [0; 2 * MOST_BYTES];
        let bytes = near.bytes().chain(after.bytes().take(MOST_BYTES));
        let length = around.iter_mut().zip(bytes).map(|(held, byte)| *held = byte).count();
        let crossing = near.char_indices().flat_map(|(start, _)| {
            let left = near.len() - start;
            let words = self.prefixes(&around[start..length]);
            words.filter_map(move |(bytes, word)| {
                Some((left, bytes.checked_sub(left).filter(|&right| right > 0)?, word))
            })
        });
        crossing.max_by_key(|&(left, right, word)| (word.count, left + right))
    }

    /// The words that `text` begins with: how many bytes each has, and the word.
    fn prefixes<'t>(&'t self, text: &'t [u8]) -> Prefixes<'t> {
        Prefixes { words: &self.words, text, at: self.words.root().addr(), output: Output::zero(), length: 0 }
    }
}

/// The words of a text, for whoever asks about place after place: what begins at the last places asked about is remembered.
pub struct WordsNear<'t> {
    lexicon: &'t Lexicon,
    text: &'t str,
    /// Where words begin, and these, by the remainder of that.
    begun: Vec<(usize, Vec<(Span, Word)>)>,
    /// The words last asked for.
    covering: Vec<(Span, Word)>,
}

impl<'t> WordsNear<'t> {
    /// How many places are remembered, in bytes: somewhat more than most questions are about.
    const SLOTS: usize = 128;

    /// Those of `text`.
    pub fn new(lexicon: &'t Lexicon, text: &'t str) -> Self {
        Self { lexicon, text, begun: vec![(usize::MAX, Vec::new()); Self::SLOTS], covering: Vec::new() }
    }

    /// The same as [`Lexicon::covering`].
    pub fn covering(&mut self, span: Span) -> &[(Span, Word)] {
        self.covering.clear();
        let before = self.text.get(..span.start()).unwrap_or_default();
        let first = before.len() - last_characters(before, LONGEST_WORD - 1).len();
        for (at, _) in self.text.get(first..span.end()).unwrap_or_default().char_indices() {
            let at = first + at;
            let (known, words) = &mut self.begun[at % Self::SLOTS];
            if *known != at {
                *known = at;
                words.clear();
                words.extend(self.lexicon.words_at(self.text, at));
            }
            self.covering.extend(words.iter().filter(|(word, _)| word.end() > span.start()));
        }
        &self.covering
    }
}

/// The room that the longest word can take.
const MOST_BYTES: usize = 4 * LONGEST_WORD;

struct Prefixes<'t> {
    words: &'t Fst<Bytes>,
    text: &'t [u8],
    at: CompiledAddr,
    output: Output,
    length: usize,
}

impl Iterator for Prefixes<'_> {
    type Item = (usize, Word);

    fn next(&mut self) -> Option<Self::Item> {
        let mut node = self.words.node(self.at);
        loop {
            let transition = node.transition(node.find_input(*self.text.get(self.length)?)?);
            self.output = self.output.cat(transition.out);
            self.length += 1;
            node = self.words.node(transition.addr);
            if node.is_final() {
                self.at = transition.addr;
                return Some((self.length, Word::decode(self.output.cat(node.final_output()).value())));
            }
        }
    }
}
