use std::ops::Range;
use std::sync::OnceLock;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use super::{Memory, Sheet, Stage};
use crate::adapter::opencc::{Configuration, Converter};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::error::Result;
use crate::knowledge::Asked;
use crate::text::{Span, first_characters};

/// Converts between traditional and simplified script.
///
/// Text is converted sentence by sentence, because words decide how a character is converted and no word reaches past a
/// full stop. Sentences without a character that the configuration could change are passed over.
pub struct Script {
    converter: Converter,
    changing: OnceLock<Changing>,
}

impl Script {
    /// As `configuration` says.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table) when its dictionaries cannot be read.
    pub fn new(configuration: Configuration) -> Result<Self> {
        Converter::new(configuration).map(Self::with)
    }

    /// With a converter of one's own choice.
    pub fn with(converter: Converter) -> Self {
        Self { converter, changing: OnceLock::new() }
    }

    /// Proposes what becomes of `sentence` of `text`, or of a piece of one.
    fn propose_sentence(&self, sentence: Range<usize>, text: &str, corrections: &mut Vec<Correction>) {
        let before = &text[sentence.clone()];
        let after = self.converter.convert(before);
        if after != before {
            let words = self.converter.configuration().replaces_words();
            align(before, &after, words, |old, new| {
                let span = Span::new(sentence.start + old.start, sentence.start + old.end);
                let evidence = Evidence::Conversion { configuration: self.converter.configuration().name().into() };
                corrections.push(Correction::new(
                    Rule::ScriptConversion,
                    Edit::replace(span, &after[new]),
                    Confidence::CERTAIN,
                    vec![evidence],
                ));
            });
        }
    }
}

impl Stage for Script {
    fn name(&self) -> StageName {
        StageName::Script
    }

    /// The others know more of simplified script.
    fn comes_last(&self) -> bool {
        !self.converter.configuration().simplifies()
    }

    fn read(&self, Sheet { text, .. }: Sheet<'_>, _: &mut Asked, _: &mut Memory, corrections: &mut Vec<Correction>) {
        let changing = self.changing.get_or_init(|| Changing::of(&self.converter));
        let mut done = 0;
        for (at, c) in text.char_indices() {
            if at >= done && changing.has(c) {
                let start = text[done..at].rfind(ends_sentence).map_or(done, |end| done + end);
                let end = text[at..].find(ends_sentence).map_or(text.len(), |end| at + end);
                pieces(&text[start..end], |piece| {
                    self.propose_sentence(start + piece.start..start + piece.end, text, corrections);
                });
                done = end;
            }
        }
    }
}

/// Whether no word of any dictionary goes on past `c`. A comma stands in some proverbs.
fn ends_sentence(c: char) -> bool {
    matches!(c, '\n' | '。' | '！' | '？' | '；')
}

/// Calls `found` with the bytes of each piece of `sentence`, which is whole but where it is longer than any: comparing what it was and
/// what it became takes time as the square of its length. It is cut after a comma, if one stands in what would be the piece.
fn pieces(sentence: &str, mut found: impl FnMut(Range<usize>)) {
    /// Characters; chosen by hand, and more than any sentence has.
    const LONGEST: usize = 1024;
    let mut start = 0;
    while start < sentence.len() {
        let near = first_characters(&sentence[start..], LONGEST);
        let is_last = start + near.len() == sentence.len();
        let comma = near.rmatch_indices(['，', '、', '：', ',']).next().map(|(at, comma)| at + comma.len());
        let length = comma.filter(|_| !is_last).unwrap_or(near.len());
        found(start..start + length);
        start += length;
    }
}

/// The characters that a configuration could change.
struct Changing(Vec<u64>);

impl Changing {
    /// Where Chinese characters stand in the Basic Multilingual Plane. Those beyond are rare; each may change.
    const BLOCKS: [Range<u32>; 3] = [0x3005..0x3008, 0x3400..0xA000, 0xF900..0xFB00];

    fn of(converter: &Converter) -> Self {
        let mut set = Self(vec![0; 0x1_0000 / 64]);
        let han = Self::BLOCKS.into_iter().flatten().filter_map(char::from_u32);
        match changed_in_words(converter.configuration()) {
            None => han.for_each(|c| set.add(c)),
            Some(others) => {
                let each: String = han.flat_map(|c| [c, '\n']).collect();
                for (before, after) in each.lines().zip(converter.convert(&each).lines()) {
                    if before != after {
                        before.chars().for_each(|c| set.add(c));
                    }
                }
                others.chars().for_each(|c| set.add(c));
            }
        }
        set
    }

    fn add(&mut self, c: char) {
        self.0[c as usize / 64] |= 1 << (c as usize % 64);
    }

    fn has(&self, c: char) -> bool {
        self.0.get(c as usize / 64).map_or(c >= '\u{2_0000}', |word| word >> (c as usize % 64) & 1 == 1)
    }
}

/// The characters that `configuration` leaves alone by themselves, and changes in words that hold no other character
/// that it changes: 瞭 in 一目瞭然. Computed from the dictionaries of `OpenCC` 1.1.9, as `ferrous-opencc` 0.4.0 carries
/// them. None where these are very many; then every Chinese character may change.
fn changed_in_words(configuration: Configuration) -> Option<&'static str> {
    match configuration {
        Configuration::T2s => Some("沈牴瞭藉衹覆"),
        Configuration::Tw2s => Some("吃沈牴瞭藉衹覆"),
        Configuration::Hk2s => Some("吃沈牴瞭胄藉覆"),
        Configuration::Hk2t => Some("胄"),
        Configuration::T2tw | Configuration::T2hk | Configuration::T2jp | Configuration::Tw2t => Some(""),
        Configuration::S2t
        | Configuration::S2tw
        | Configuration::S2twp
        | Configuration::S2hk
        | Configuration::Tw2sp
        | Configuration::Jp2t => None,
    }
}

/// Calls `changed` with the bytes of each smallest changed piece of `before`, and those of what stands there in `after`.
///
/// Where the lengths agree and no `words` are replaced, character stands against character.
fn align(before: &str, after: &str, words: bool, mut changed: impl FnMut(Range<usize>, Range<usize>)) {
    if !words && before.chars().count() == after.chars().count() {
        for ((old_start, old), (new_start, new)) in before.char_indices().zip(after.char_indices()) {
            if old != new {
                changed(old_start..old_start + old.len_utf8(), new_start..new_start + new.len_utf8());
            }
        }
        return;
    }
    let mut input: InternedInput<char> = InternedInput::default();
    input.update_before(before.chars());
    input.update_after(after.chars());
    let (old, new) = (boundaries(before), boundaries(after));
    let bytes = |of: &[usize], range: Range<u32>| of[range.start as usize]..of[range.end as usize];
    for hunk in whole_words(Diff::compute(Algorithm::Myers, &input).hunks()) {
        changed(bytes(&old, hunk.before), bytes(&new, hunk.after));
    }
}

/// Joins what a diff tears apart where a word is replaced by another that shares a character with it: 鼠标 by 滑鼠.
fn whole_words(hunks: impl Iterator<Item = Hunk>) -> Vec<Hunk> {
    /// No word shares more characters than this with the one that replaces it, on the side where they are torn.
    const SHARED: u32 = 2;
    let mut words: Vec<Hunk> = Vec::new();
    for hunk in hunks {
        match words.last_mut() {
            Some(word) if word.before.len() != word.after.len() && hunk.before.start - word.before.end <= SHARED => {
                word.before.end = hunk.before.end;
                word.after.end = hunk.after.end;
            }
            _ => words.push(hunk),
        }
    }
    words
}

/// The offset of each character of `text`, and its length.
fn boundaries(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}
