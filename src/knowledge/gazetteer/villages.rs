//! Villages: what lies where, and looking them up by form.

use std::ops::Range;

use super::table::{Section, TAIL_BITS};
use super::{Form, FormKind, Gazetteer, Level, PlaceId, names, partition, pool};

/// A form of villages, split: the number of the stem, the stem, what follows it.
struct Wanted<'f> {
    stem: u32,
    text: &'f str,
    added: &'f str,
}

impl Gazetteer {
    /// The villages of the nation of which `form` is a form; full forms first. Looks through all of them, which takes
    /// a millisecond.
    pub fn find_villages(&self, form: &str) -> Vec<(PlaceId, Form)> {
        let wanted = self.split_village_form(form);
        if wanted.is_empty() {
            return Vec::new();
        }
        let villages = self.table.section(Section::Villages).chunks_exact(3).zip(0u32..);
        let with_stem = villages.filter_map(|(bytes, village)| {
            let stem = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) >> TAIL_BITS;
            wanted.iter().any(|wanted| wanted.stem == stem).then_some(village)
        });
        self.villages_with_form(with_stem, &wanted)
    }

    /// Whether `form` is made of the stem of some village and what may follow such stems. True for nearly all forms of
    /// villages and few other strings, and a thousand times quicker than [`Self::find_villages`].
    pub fn may_be_village(&self, form: &str) -> bool {
        !self.split_village_form(form).is_empty()
    }

    /// Whether `form` is one of a place of any level, of a kind that `is_meant`. Villages are looked through only where it may be one.
    pub fn has(&self, form: &str, is_meant: impl Fn(FormKind) -> bool) -> bool {
        let is_among = |places: Vec<(PlaceId, Form)>| places.iter().any(|(_, form)| is_meant(form.kind));
        is_among(self.find(form)) || self.may_be_village(form) && is_among(self.find_villages(form))
    }

    /// The villages in `ancestor` of which `form` is a form; full forms first.
    pub fn find_villages_in(&self, form: &str, ancestor: PlaceId) -> Vec<(PlaceId, Form)> {
        let wanted = self.split_village_form(form);
        if wanted.is_empty() {
            return Vec::new();
        }
        let within = std::iter::once(ancestor).chain(self.descendants(ancestor));
        self.villages_with_form(within.filter_map(|id| self.village(id)), &wanted)
    }

    fn split_village_form<'f>(&self, form: &'f str) -> Vec<Wanted<'f>> {
        let added = names::village_suffixes().iter().filter(|added| form.ends_with(**added));
        let split = added.filter_map(|added| {
            let (text, added) = form.split_at(form.len() - added.len());
            Some(Wanted { stem: pool::find(&self.table, text)?, text, added })
        });
        split.collect()
    }

    fn villages_with_form(&self, villages: impl Iterator<Item = u32>, wanted: &[Wanted]) -> Vec<(PlaceId, Form)> {
        let mut found = Vec::new();
        for village in villages {
            let Some((stem, tail)) = self.village_parts(village) else { continue };
            let form = wanted
                .iter()
                .filter(|wanted| wanted.stem == stem)
                .find_map(|wanted| self.village_form(stem, wanted.text, tail, wanted.added));
            found.extend(form.map(|form| (PlaceId(self.ends[3] + village), form)));
        }
        found.sort_by_key(|(id, form)| (form.kind, *id));
        found
    }

    /// The forms of a village, by its number among the villages.
    pub(super) fn forms_of_village(&self, village: u32) -> Option<Vec<(String, Form)>> {
        let (stem, tail) = self.village_parts(village)?;
        let text = pool::stem(&self.table, stem)?;
        let forms = names::village_forms(tail)
            .iter()
            .filter_map(|(added, _)| Some((format!("{text}{added}"), self.village_form(stem, &text, tail, added)?)));
        Some(forms.collect())
    }

    /// Calls `each` with every form of the villages of `town`. In the order and with the forms of [`Self::forms`], but
    /// without a string for each.
    pub(crate) fn each_village_form(&self, town: PlaceId, mut each: impl FnMut(PlaceId, &str, Form)) {
        let (mut stems, mut text) = (pool::Stems::default(), String::new());
        for village in self.villages_of(town) {
            let Some((stem, tail)) = self.village_parts(village) else { continue };
            let Some(own) = names::VILLAGE_TAILS.get(usize::from(tail)) else { continue };
            if stems.read(&self.table, stem, &mut text).is_none() {
                continue;
            }
            let is_word = self.is_village_word(stem);
            let length = text.len();
            for (added, kind) in names::village_forms(tail) {
                text.truncate(length);
                let Some(kind) = names::kind_with(&text, own, added, *kind) else { continue };
                text.push_str(added);
                each(PlaceId(self.ends[3] + village), &text, Form { kind, common: added.is_empty() && is_word });
            }
        }
    }

    fn is_village_word(&self, stem: u32) -> bool {
        usize::try_from(stem).is_ok_and(|stem| self.table.bit(Section::VillageWords, stem))
    }

    fn village_form(&self, stem: u32, text: &str, tail: u8, added: &str) -> Option<Form> {
        let (_, kind) = names::village_forms(tail).iter().find(|(other, _)| *other == added)?;
        let own = names::VILLAGE_TAILS.get(usize::from(tail))?;
        let kind = names::kind_with(text, own, added, *kind)?;
        Some(Form { kind, common: added.is_empty() && self.is_village_word(stem) })
    }

    /// The name of a village, by its number among the villages.
    pub(super) fn name_of_village(&self, village: u32) -> Option<String> {
        let (stem, tail) = self.village_parts(village)?;
        Some(pool::stem(&self.table, stem)? + names::VILLAGE_TAILS.get(usize::from(tail))?)
    }

    /// The number of `id` among the villages.
    pub(super) fn village(&self, id: PlaceId) -> Option<u32> {
        id.0.checked_sub(self.ends[3])
    }

    fn village_parts(&self, village: u32) -> Option<(u32, u8)> {
        let packed = self.table.u24(Section::Villages, usize::try_from(village).ok()?)?;
        Some((packed >> TAIL_BITS, (packed & ((1 << TAIL_BITS) - 1)) as u8))
    }

    /// The numbers of the villages of a town.
    pub(super) fn villages_of(&self, id: PlaceId) -> Range<u32> {
        let start = |id: PlaceId| self.record(id).map_or(self.count_of_villages(), |record| record.villages);
        if self.level(id) == Level::Town { start(id)..start(PlaceId(id.0 + 1)) } else { 0..0 }
    }

    /// The town of a village.
    pub(super) fn town_of(&self, village: u32) -> Option<PlaceId> {
        let towns = self.range(Level::Town);
        let after = partition(towns.clone(), |town| {
            self.record(PlaceId(town)).is_some_and(|record| record.villages <= village)
        });
        (village < self.count_of_villages() && after > towns.start).then(|| PlaceId(after - 1))
    }

    /// Whether a village is from the second source: those are the last ones of their town.
    pub(super) fn is_of_later_source(&self, village: u32) -> bool {
        self.town_of(village).is_some_and(|town| {
            let later = self.record(town).map_or(0, |record| u32::from(record.later_villages));
            village >= self.villages_of(town).end.saturating_sub(later)
        })
    }

    pub(super) fn count_of_villages(&self) -> u32 {
        u32::try_from(self.table.rows(Section::Villages, 3)).unwrap_or(u32::MAX)
    }
}
