//! What a first look at all pages of a batch teaches: which lines recur, which names and strings, and which counties the
//! names are of.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};

use rustc_hash::{FxBuildHasher, FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};

use super::gazetteer::{Gazetteer, Level, PlaceId};
use super::mentioned::Mentioned;
use crate::text::is_han;

/// On how many pages of a batch things stand: lines, names of places, and what names counties.
///
/// It takes the same room however many pages there are, and the order in which they are added makes no difference:
/// threads may add to one survey at the same time.
pub struct Survey {
    pages: AtomicU64,
    lines: Counts,
    names: Counts,
    strings: Strings,
    gazetteer: &'static Gazetteer,
    /// By county, in the gazetteer's order, how many pages name it.
    counties: Vec<(PlaceId, AtomicU32)>,
}

/// A county that so many pages of a batch name, and this share of them at least, is what the batch is about. Chosen by
/// hand: a local paper names its own county again and again, and any other seldom.
const LEAST_PAGES: u32 = 3;
const LEAST_SHARE: f64 = 0.3;

/// A line that so many pages of a batch have, and this share of them at least, is the paper's. Chosen by hand: a section of
/// a paper has some pages an issue, and a batch may be of years.
const RECURRING_PAGES: u32 = 4;
const RECURRING_SHARE: f64 = 0.002;

impl Survey {
    /// Of no page yet.
    pub fn new(gazetteer: &'static Gazetteer) -> Self {
        let counties = gazetteer.all(Level::County).map(|county| (county, AtomicU32::new(0))).collect();
        Self {
            pages: AtomicU64::new(0),
            lines: Counts::new(),
            names: Counts::new(),
            strings: Strings::new(),
            gazetteer,
            counties,
        }
    }

    /// Counts what stands on a page that reads `text`.
    pub fn add(&self, text: &str) {
        self.pages.fetch_add(1, Ordering::Relaxed);
        self.add_lines(text);
        self.strings.add(text);
        let mentioned = Mentioned::of(text, self.gazetteer);
        for &form in mentioned.forms.keys() {
            self.names.add(Counts::hash(&self.gazetteer.text(form)));
        }
        for (county, _) in mentioned.counties(self.gazetteer, &[]) {
            if let Ok(at) = self.counties.binary_search_by_key(&county, |(county, _)| *county) {
                self.counties[at].1.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn add_lines(&self, text: &str) {
        let lines: FxHashSet<u64> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Counts::hash).collect();
        for line in lines {
            self.lines.add(line);
        }
    }

    /// How many pages were added.
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::Relaxed)
    }

    /// On how many pages `name`, a form of a place of town level or above, stands.
    pub fn pages_with_name(&self, name: &str) -> u32 {
        self.names.of(Counts::hash(name))
    }

    /// On how many pages three Chinese characters stand side by side, line ends and blanks aside; at most 255. Never too
    /// few; too many in a batch of more than some 10,000 pages.
    pub fn pages_with_string(&self, three: [char; 3]) -> u32 {
        self.strings.of(Strings::hash(three))
    }

    /// The counties that the batch is about.
    pub fn counties(&self) -> impl Iterator<Item = PlaceId> {
        let least = (self.pages() as f64 * LEAST_SHARE).max(f64::from(LEAST_PAGES));
        let pages = |count: &AtomicU32| f64::from(count.load(Ordering::Relaxed));
        self.counties.iter().filter(move |(_, count)| pages(count) >= least).map(|(county, _)| *county)
    }

    /// Whether the line that hashes to `line` stands on so many pages.
    fn recurs(&self, line: u64) -> bool {
        let least = (self.pages() as f64 * RECURRING_SHARE).max(f64::from(RECURRING_PAGES));
        f64::from(self.lines.of(line)) >= least
    }

    /// On how many pages `line` stands, blanks around it aside: never too few; rarely, in a very large batch, too many.
    pub fn pages_with_line(&self, line: &str) -> u32 {
        self.lines.of(Counts::hash(line.trim()))
    }
}

/// What was asked of a survey while a page was read, and what it answered: by it can be told, without reading the page
/// again, whether another survey would have answered otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// The strings of all questions, one question after another, and whether they stand on the page itself.
    strings: Vec<([char; 3], bool)>,
    /// By question, where its strings end, and its answer.
    recurring: Vec<(u32, u32)>,
    /// The lines asked for, as hashes, and whether they recur.
    lines: Vec<(u64, bool)>,
    counties: Option<Vec<PlaceId>>,
}

impl Asked {
    /// Asks `survey` on how many other pages one of `strings` stands, the one that stands on the most. With each comes
    /// whether it stands on the page that is read.
    pub fn recurring(&mut self, survey: &Survey, strings: impl Iterator<Item = ([char; 3], bool)>) -> u32 {
        let start = self.strings.len();
        self.strings.extend(strings);
        let answer = Self::most(survey, &self.strings[start..]);
        self.recurring.push((self.strings.len() as u32, answer));
        answer
    }

    /// Asks `survey` whether `line` stands on so many pages of the batch that it belongs to the paper and not to an article.
    pub fn line_recurs(&mut self, survey: &Survey, line: &str) -> bool {
        let hash = Counts::hash(line.trim());
        let answer = survey.recurs(hash);
        self.lines.push((hash, answer));
        answer
    }

    /// Asks `survey` what the batch is about.
    pub fn counties(&mut self, survey: &Survey) {
        self.counties = Some(survey.counties().collect());
    }

    /// Whether `survey` would answer something otherwise.
    pub fn differs(&self, survey: &Survey) -> bool {
        let mut start = 0;
        let recurs_otherwise = self.recurring.iter().any(|&(end, answer)| {
            let strings = &self.strings[start..end as usize];
            start = end as usize;
            Self::most(survey, strings) != answer
        });
        recurs_otherwise
            || self.lines.iter().any(|&(hash, answer)| survey.recurs(hash) != answer)
            || self.counties.as_ref().is_some_and(|counties| !survey.counties().eq(counties.iter().copied()))
    }

    fn most(survey: &Survey, strings: &[([char; 3], bool)]) -> u32 {
        let others =
            |&(three, is_here): &([char; 3], bool)| survey.pages_with_string(three).saturating_sub(u32::from(is_here));
        strings.iter().map(others).max().unwrap_or_default()
    }
}

/// All that was asked of a survey until a page was clean, and what it answered, in the form in which it can be kept: by it
/// can be told later whether another survey would have made the same of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Characters, bit by bit whether every three of them that stand side by side stand on the page itself, and on how many
    /// other pages the one stands that stands on the most.
    #[serde(rename = "s", default, skip_serializing_if = "BTreeSet::is_empty")]
    strings: BTreeSet<(String, u64, u32)>,
    /// Lines, as hashes, and whether they recur.
    #[serde(rename = "l", default, skip_serializing_if = "BTreeMap::is_empty")]
    lines: BTreeMap<u64, bool>,
    /// What the report says of names and lines: on how many pages they stand.
    #[serde(rename = "n", default, skip_serializing_if = "BTreeMap::is_empty")]
    names: BTreeMap<String, u32>,
    #[serde(rename = "b", default, skip_serializing_if = "BTreeMap::is_empty")]
    blocks: BTreeMap<String, u32>,
    /// The counties that the batch is about, as a hash.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    counties: Option<u64>,
    /// Whether something was asked that does not fit in here, so that nothing can be told.
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    is_partial: bool,
}

impl Answers {
    /// Adds what was asked.
    pub fn add(&mut self, asked: &Asked) {
        let mut start = 0;
        for &(end, answer) in &asked.recurring {
            let strings = &asked.strings[start..end as usize];
            start = end as usize;
            // Without strings the answer is the same in every batch.
            if !strings.is_empty() {
                self.add_strings(strings, answer);
            }
        }
        self.lines.extend(asked.lines.iter().copied());
        if let Some(counties) = &asked.counties {
            self.counties = Some(Self::hash(counties.iter().copied()));
        }
    }

    /// Adds that the report says that `name` stands on so many pages.
    pub fn add_name(&mut self, name: &str, pages: u32) {
        self.names.insert(name.to_owned(), pages);
    }

    /// Adds that the report says that `line` stands on so many pages.
    pub fn add_line(&mut self, line: &str, pages: u32) {
        self.blocks.insert(line.trim().to_owned(), pages);
    }

    /// Whether `survey` would answer something otherwise, as far as can be told.
    pub fn differs(&self, survey: &Survey) -> bool {
        self.is_partial
            || self.counties.is_some_and(|counties| Self::hash(survey.counties()) != counties)
            || self.lines.iter().any(|(line, recurs)| survey.recurs(*line) != *recurs)
            || self.names.iter().any(|(name, pages)| survey.pages_with_name(name) != *pages)
            || self.blocks.iter().any(|(line, pages)| survey.pages_with_line(line) != *pages)
            || self.strings.iter().any(|(text, here, answer)| {
                let strings: Vec<_> = threes(text).zip((0..u64::BITS).map(|bit| here >> bit & 1 == 1)).collect();
                Asked::most(survey, &strings) != *answer
            })
    }

    /// Strings that follow one another mostly share two characters; as one text they take a third of the room.
    fn add_strings(&mut self, strings: &[([char; 3], bool)], answer: u32) {
        let (mut text, mut here) = (String::new(), 0);
        let mut last: Option<[char; 3]> = None;
        for ((three, is_here), bit) in strings.iter().zip(0..u64::BITS) {
            match last {
                Some([_, b, c]) if three[..2] == [b, c] => text.push(three[2]),
                _ => text.extend(last.map(|_| ' ').into_iter().chain(*three)),
            }
            last = Some(*three);
            here |= u64::from(*is_here) << bit;
        }
        self.is_partial |= strings.len() > u64::BITS as usize;
        self.strings.insert((text, here, answer));
    }

    fn hash(counties: impl Iterator<Item = PlaceId>) -> u64 {
        let mut hasher = FxHasher::default();
        counties.for_each(|county| county.hash(&mut hasher));
        std::hash::Hasher::finish(&hasher)
    }
}

/// Every three characters of `text` that stand side by side, blanks aside.
fn threes(text: &str) -> impl Iterator<Item = [char; 3]> + '_ {
    text.split(' ').flat_map(|part| {
        let ahead = |skipped| part.chars().skip(skipped);
        part.chars().zip(ahead(1)).zip(ahead(2)).map(|((a, b), c)| [a, b, c])
    })
}

/// A count-min sketch: counts of any number of keys in a fixed room.
struct Counts {
    cells: Vec<AtomicU32>,
}

/// Four rows of 2^18 cells are 4 MB. A batch of 100,000 pages with 50 lines each that stand nowhere else puts 19 in
/// each cell on average; by the Poisson distribution one row is above 30 for one line in 136, and all four hardly ever.
const ROWS: u64 = 4;
const CELLS: u64 = 1 << 18;

impl Counts {
    fn new() -> Self {
        Self { cells: (0..ROWS * CELLS).map(|_| AtomicU32::new(0)).collect() }
    }

    fn hash(key: &str) -> u64 {
        BuildHasherDefault::<FxHasher>::default().hash_one(key)
    }

    fn cells(&self, hash: u64) -> impl Iterator<Item = &AtomicU32> {
        let step = (hash >> 32) | 1;
        (0..ROWS).map(move |row| {
            let cell = hash.wrapping_add(step.wrapping_mul(row)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 46;
            let index = usize::try_from(row * CELLS + cell % CELLS).unwrap_or_default();
            &self.cells[index]
        })
    }

    fn add(&self, hash: u64) {
        for cell in self.cells(hash) {
            cell.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn of(&self, hash: u64) -> u32 {
        self.cells(hash).map(|cell| cell.load(Ordering::Relaxed)).min().unwrap_or(0)
    }
}

/// On how many pages three characters stand side by side: a count-min sketch of bytes, which stop at 255.
struct Strings {
    cells: Vec<AtomicU8>,
}

/// Two rows of 2^23 cells are 16 MB, of which a small batch touches little. 10,000 pages of 1,000 different strings each put
/// at most one or two strings in a cell on average.
const STRING_CELLS: u64 = 1 << 23;

impl Strings {
    fn new() -> Self {
        Self { cells: (0..2 * STRING_CELLS).map(|_| AtomicU8::new(0)).collect() }
    }

    fn hash(three: [char; 3]) -> u64 {
        let key = three.iter().fold(0, |key, &c| key << 21 | u64::from(u32::from(c)));
        BuildHasherDefault::<FxHasher>::default().hash_one(key)
    }

    fn cells(&self, hash: u64) -> [&AtomicU8; 2] {
        let mixed = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let (one, other) = (mixed >> 41, (mixed >> 18) % STRING_CELLS);
        [&self.cells[one as usize], &self.cells[(STRING_CELLS + other) as usize]]
    }

    fn add(&self, text: &str) {
        // No more than there are characters; grown step by step, it would be filled twice.
        let mut here: FxHashSet<u64> = FxHashSet::with_capacity_and_hasher(text.len() / '中'.len_utf8(), FxBuildHasher);
        let mut last = ['\0'; 2];
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            if !is_han(c) {
                last = ['\0'; 2];
                continue;
            }
            if last[0] != '\0' {
                here.insert(Self::hash([last[0], last[1], c]));
            }
            last = [last[1], c];
        }
        for cell in here.into_iter().flat_map(|hash| self.cells(hash)) {
            // The sum of all threads' additions is the same in any order, and so is where it stops.
            _ = cell.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_add(1));
        }
    }

    fn of(&self, hash: u64) -> u32 {
        self.cells(hash).map(|cell| u32::from(cell.load(Ordering::Relaxed))).into_iter().min().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_counts_once_a_page_and_across_line_ends() {
        let survey = Survey::new(Gazetteer::embedded().unwrap());
        survey.add("东强南\n美。东强南美");
        survey.add("东强 南");
        assert_eq!(survey.pages_with_string(['东', '强', '南']), 2);
        assert_eq!(survey.pages_with_string(['强', '南', '美']), 1);
        assert_eq!(survey.pages_with_string(['南', '美', '东']), 0);
    }

    #[test]
    fn what_was_asked_tells_which_surveys_answer_alike() {
        let survey_of = |pages: &[&str]| {
            let survey = Survey::new(Gazetteer::embedded().unwrap());
            for page in pages {
                survey.add(page);
            }
            survey
        };
        let survey = survey_of(&["东强南美", "东强南", "强南美"]);
        let mut asked = Asked::default();
        let strings = [(['东', '强', '南'], true), (['强', '南', '美'], true)];
        assert_eq!(asked.recurring(&survey, strings.into_iter()), 1);
        assert!(!asked.differs(&survey));
        assert!(!asked.differs(&survey_of(&["东强南美", "东强南", "别的"])), "one of the strings recurs as it did");
        assert!(asked.differs(&survey_of(&["东强南美", "别的", "别的"])));
        assert!(asked.differs(&survey_of(&["东强南美", "东强南", "东强南"])));
    }

    #[test]
    fn answers_that_are_kept_tell_the_same() {
        let survey_of = |pages: &[&str]| {
            let survey = Survey::new(Gazetteer::embedded().unwrap());
            for page in pages {
                survey.add(page);
            }
            survey
        };
        let survey = survey_of(&["东强南美", "东强南", "西北"]);
        let mut asked = Asked::default();
        let strings = [(['东', '强', '南'], true), (['强', '南', '美'], false), (['东', '东', '东'], true)];
        asked.recurring(&survey, strings.into_iter());
        asked.line_recurs(&survey, "西北");
        asked.counties(&survey);
        let mut answers = Answers::default();
        answers.add(&asked);
        answers.add_line(" 西北\n", 1);
        answers.add_name("济南市", 0);
        let answers: Answers = serde_json::from_str(&serde_json::to_string(&answers).unwrap()).unwrap();
        let check = |pages: &[&str], differs| assert_eq!(answers.differs(&survey_of(pages)), differs, "{pages:?}");
        check(&["东强南", "东强南美", "西北", "别的"], false);
        check(&["东强南", "东强", "西北"], true);
        check(&["东强南", "强南美", "西北"], false);
        check(&["东强南", "强南美", "强南美", "西北"], true);
        check(&["东强南", "东强南", "西北", "西北"], true);
        check(&["东强南", "东强南", "西北", "西北", "济南市"], true);
        check(&["东强南", "东强南美，济南市", "西北"], true);
        let counties = ["济南市章丘区东强南", "济南市章丘区强南美", "济南市章丘区", "西北"];
        check(&counties, true);
    }

    #[test]
    fn a_line_counts_once_a_page() {
        let survey = Survey::new(Gazetteer::embedded().unwrap());
        survey.add("扫码下载\n正文\n扫码下载\n");
        survey.add("  扫码下载\n别的\n");
        assert_eq!(survey.pages(), 2);
        assert_eq!(survey.pages_with_line("扫码下载"), 2);
        assert_eq!(survey.pages_with_line("正文"), 1);
        assert_eq!(survey.pages_with_line("没有"), 0);
    }

    #[test]
    fn the_sketch_seldom_counts_too_many() {
        let survey = Survey::new(Gazetteer::embedded().unwrap());
        for page in 0..1000 {
            let lines: Vec<String> = (0..50).map(|line| format!("第{page}页第{line}行")).collect();
            survey.add(&lines.join("\n"));
        }
        let wrong = (0..1000).filter(|page| survey.pages_with_line(&format!("第{page}页第0行")) != 1).count();
        assert!(wrong < 10, "{wrong} of 1000 lines that stand on one page are said to stand on more");
    }
}
