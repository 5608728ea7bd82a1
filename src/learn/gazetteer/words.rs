//! Which stems are ordinary words.

use std::collections::HashMap;
use std::path::Path;

use super::table::{read, wrong};
use crate::error::Result;

/// A count in jieba's dictionary from which a word of two characters is met often enough to be taken for a place.
///
/// The dictionary gives 2 to 5 to words that its makers added without having seen them in their corpus. From 30 on, 1,250
/// town stems are words that are no names (发展, 人民, 文化), from 3 on 2,212, place names with a wrong tag among them.
const FREQUENT: u32 = 30;

/// The same for words that the dictionary has as names of people or places: many are words all the same (英雄 5,354,
/// 阳光 3,451, 沙滩 993), but the rarer ones are the very places (石匣).
const FREQUENT_NAME: u32 = 300;

/// The same for longer words, which are rarer and met as nothing else (开发区, 种畜场).
const FREQUENT_IF_LONG: u32 = 3;

/// What sits beside 城, 区, 镇 and the like without naming anything: 市中, 城东, 桥西, 新区.
const GENERIC: &str = "东西南北中上下前后内外左右城市区县乡镇村郊新老大小江河桥";

/// Words with their counts.
pub(super) struct Words {
    words: HashMap<String, Word>,
}

struct Word {
    count: u32,
    is_name: bool,
}

impl Words {
    /// Reads a table of word, count and kind, parted by blanks.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let mut words = HashMap::new();
        for (at, line) in read(path)?.lines().enumerate() {
            let expected = || wrong(path, at, "expected word, count and kind, parted by blanks");
            let [word, count, kind] = *line.split(' ').collect::<Vec<_>>() else { return Err(expected()) };
            let count = count.parse().map_err(|_| expected())?;
            let is_name = ["nr", "ns", "nt", "nz"].iter().any(|name| kind.starts_with(name));
            words.insert(word.to_owned(), Word { count, is_name });
        }
        Ok(Self { words })
    }

    /// Whether `stem` is a frequent word of whatever kind.
    pub(super) fn is_word(&self, stem: &str) -> bool {
        self.is_generic(stem) || self.frequent(stem).is_some()
    }

    /// Whether `stem` is a frequent word and no name.
    pub(super) fn is_no_name(&self, stem: &str) -> bool {
        self.is_generic(stem) || self.frequent(stem).is_some_and(|word| !word.is_name)
    }

    fn is_generic(&self, stem: &str) -> bool {
        stem.chars().count() == 2 && stem.chars().all(|c| GENERIC.contains(c))
    }

    fn frequent(&self, stem: &str) -> Option<&Word> {
        let is_long = stem.chars().nth(2).is_some();
        self.words.get(stem).filter(|word| {
            word.count
                >= if word.is_name {
                    FREQUENT_NAME
                } else if is_long {
                    FREQUENT_IF_LONG
                } else {
                    FREQUENT
                }
        })
    }
}
