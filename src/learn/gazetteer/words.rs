//! Which forms of places are ordinary words, or stand in running text where nobody means a place.
//!
//! Two witnesses: jieba's dictionary, and how often the forms stand in running text with their suffix and without. The
//! second sees what no dictionary has, the seams of words: 代化 in 现代化, 在中 in 在中国.

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

/// How often a town is named without its suffix, in the 170 million characters of the counts, at most.
///
/// Villages come to a tenth of that. What stands more often than all places of its name together is something else.
const TOWN_ALONE: u64 = 10;

/// How many times as often a town's stem must stand alone as with a suffix to be no name there (窦店: half as often).
const TOWN_RATIO: u64 = 3;

/// The same for counties, which papers do name without suffix: 海淀 2 times as often, 敦煌 19, but 共和 800, 平安 67.
const COUNTY_ALONE: u64 = 30;

/// See [`COUNTY_ALONE`]. Of the 208 stems beyond it nearly all are words; 万年, 敦煌 and 泰山 are below.
const COUNTY_RATIO: u64 = 20;

/// The one city whose stem papers write for something else (阿里巴巴) 30 times as often as its name.
const COMMON_CITY: &str = "阿里";

/// How often a town's name of four and more characters without suffix must stand to be a word: 经济开发区, 工业基地.
const LONG_NAME: u64 = 50;

/// How often a town's form with a suffix must stand to be a word: 小城镇, 民族乡, 于城镇; 潭柘寺镇 is met 75 times.
const WITH_SUFFIX: u64 = 100;

/// The same for forms that are made by rule: 新兴市, 上城市.
const MADE_BY_RULE: u64 = 30;

/// The least count that [`super::count`] writes.
pub(super) const LEAST_COUNT: u64 = 10;

/// Words with their counts, and forms with theirs.
pub(super) struct Words {
    words: HashMap<String, Word>,
    forms: HashMap<String, u64>,
}

struct Word {
    count: u32,
    is_name: bool,
}

impl Words {
    /// Reads a table of word, count and kind, parted by blanks, and one of form and count, parted by tabs.
    pub(super) fn read(dictionary: &Path, counts: Option<&Path>) -> Result<Self> {
        let mut words = HashMap::new();
        for (at, line) in read(dictionary)?.lines().enumerate() {
            let expected = || wrong(dictionary, at, "expected word, count and kind, parted by blanks");
            let [word, count, kind] = *line.split(' ').collect::<Vec<_>>() else { return Err(expected()) };
            let count = count.parse().map_err(|_| expected())?;
            let is_name = ["nr", "ns", "nt", "nz"].iter().any(|name| kind.starts_with(name));
            words.insert(word.to_owned(), Word { count, is_name });
        }
        let mut forms = HashMap::new();
        let Some(counts) = counts else { return Ok(Self { words, forms }) };
        for (at, line) in read(counts)?.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let row = line.split_once('\t').and_then(|(form, count)| Some((form.to_owned(), count.parse().ok()?)));
            forms.extend([row.ok_or_else(|| wrong(counts, at, "expected form and count, parted by a tab"))?]);
        }
        Ok(Self { words, forms })
    }

    /// For places of how many levels, from towns up, `stem` is a word when it stands alone.
    ///
    /// `suffixes` are all there are; `towns` and `villages` say how many have this stem.
    /// The names of provinces are in every list of words and mean the place all the same.
    pub(super) fn common_levels(&self, stem: &str, suffixes: &[String], towns: usize, villages: usize) -> u8 {
        let length = stem.chars().count();
        let alone = self.count(stem);
        let with_suffix = || suffixes.iter().skip(1).map(|suffix| self.count(&format!("{stem}{suffix}")));
        let named: u64 = with_suffix().sum();
        if length == 2 && alone > COUNTY_RATIO * named && alone >= COUNTY_ALONE {
            return if stem == COMMON_CITY { 3 } else { 2 };
        }
        let is_no_name = is_generic(stem) || self.frequent(stem).is_some_and(|word| !word.is_name);
        if is_no_name && named < LEAST_COUNT {
            return 2;
        }
        let as_name = TOWN_ALONE * towns as u64 + villages as u64;
        let least = if length > 3 && named == 0 { LONG_NAME } else { as_name.max(TOWN_ALONE) };
        // 于城镇 and 向城镇 are no more names there than 于城 and 向城 are.
        let named_as_town: u64 = with_suffix().filter(|count| *count < WITH_SUFFIX).sum();
        let is_met = alone >= least && alone > TOWN_RATIO * named_as_town;
        u8::from(is_met || is_no_name || length == 2 && self.frequent(stem).is_some())
    }

    /// Whether `stem` is a word when it stands for a village.
    pub(super) fn is_common_village(&self, stem: &str, villages: usize) -> bool {
        self.common_levels(stem, &[], 0, villages) > 0
    }

    /// Whether a form with a suffix is a word; `made_by_rule`: nobody lists it as a name.
    pub(super) fn is_common_form(&self, form: &str, made_by_rule: bool) -> bool {
        self.count(form) >= if made_by_rule { MADE_BY_RULE } else { WITH_SUFFIX }
    }

    fn count(&self, form: &str) -> u64 {
        self.forms.get(form).copied().unwrap_or(0)
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

fn is_generic(stem: &str) -> bool {
    stem.chars().count() == 2 && stem.chars().all(|c| GENERIC.contains(c))
}
