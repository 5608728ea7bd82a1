//! Forms of places of town level and above: from a string to places, and from a place to its strings.

use super::table::{BUCKET_BITS, Section, StemRow, pair_hash};
use super::{Form, FormId, FormKind, Gazetteer, Level, PlaceId, names, partition};

impl Gazetteer {
    /// The places of town level and above of which `form` is a form; full forms first, then by level.
    pub fn find(&self, form: &str) -> Vec<(PlaceId, Form)> {
        self.form_id(form).map(|form| self.places(form)).unwrap_or_default()
    }

    /// What [`Self::find`] looks up, for those who keep it.
    pub fn form_id(&self, form: &str) -> Option<FormId> {
        let (pair, rest) = split_pair(form)?;
        self.stems_of(pair).find_map(|stem| {
            let suffix = rest.strip_prefix(self.rest(stem)?)?;
            let id = FormId { stem, suffix: *self.suffix_numbers.get(suffix)? };
            self.matches(id).next().map(|_| id)
        })
    }

    /// The places of which `form` is a form; full forms first, then by level.
    pub fn places(&self, form: FormId) -> Vec<(PlaceId, Form)> {
        let mut places: Vec<_> = self.matches(form).collect();
        places.sort_by_key(|(id, form)| (form.kind, *id));
        places
    }

    /// The string that `form` stands for.
    pub fn text(&self, form: FormId) -> String {
        let suffix = self.suffixes.get(usize::from(form.suffix)).map_or("", String::as_str);
        self.stem_text(form.stem).unwrap_or_default() + suffix
    }

    /// All forms of `id`, villages included.
    pub fn forms(&self, id: PlaceId) -> Vec<(String, Form)> {
        let forms = match self.village(id) {
            Some(village) => self.forms_of_village(village),
            None => self.forms_of_place(id),
        };
        forms.unwrap_or_default()
    }

    fn forms_of_place(&self, id: PlaceId) -> Option<Vec<(String, Form)>> {
        let record = self.record(id)?;
        let rule = self.rules[self.level(id) as usize].get(usize::from(record.suffix))?;
        let own = rule.iter().map(|(suffix, _)| FormId { stem: record.stem, suffix: *suffix });
        let aliases = self.aliases(id).map(|stem| FormId { stem, suffix: 0 });
        let forms = own.chain(aliases).filter_map(|form| {
            let (_, kind) = self.matches(form).find(|(place, _)| *place == id)?;
            Some((self.text(form), kind))
        });
        Some(forms.collect())
    }

    fn aliases(&self, id: PlaceId) -> impl Iterator<Item = u16> {
        let record = |at: u32| self.table.u16(Section::Aliases, 2 * usize::try_from(at).ok()?).map(u32::from);
        let rows = u32::try_from(self.table.rows(Section::Aliases, 4)).unwrap_or(u32::MAX);
        let first = partition(0..rows, |at| record(at).is_some_and(|record| record < id.0));
        (first..rows)
            .take_while(move |at| record(*at) == Some(id.0))
            .filter_map(|at| self.table.u16(Section::Aliases, 2 * usize::try_from(at).ok()? + 1))
    }

    pub(super) fn matches(&self, form: FormId) -> impl Iterator<Item = (PlaceId, Form)> {
        let row = self.table.stem(usize::from(form.stem)).unwrap_or_default();
        let text = self.stem_text(form.stem).unwrap_or_default();
        self.places_of(form.stem).filter_map(move |id| {
            let kind = self.kind(id, form, &text)?;
            Some((id, Form { kind, common: form.suffix == 0 && is_common(row, self.level(id), &text) }))
        })
    }

    fn kind(&self, id: PlaceId, form: FormId, stem: &str) -> Option<FormKind> {
        let record = self.record(id)?;
        if record.stem != form.stem {
            return (form.suffix == 0).then_some(FormKind::Alias);
        }
        // Where an entry of former times has the stem of what it is now, that one has the forms made by rule.
        let is_former = self.now(id).and_then(|now| self.record(now)).is_some_and(|now| now.stem == form.stem);
        if form.suffix != record.suffix && is_former {
            return None;
        }
        let rule = self.rules.get(self.level(id) as usize)?.get(usize::from(record.suffix))?;
        let (_, kind) = rule.iter().find(|(suffix, _)| *suffix == form.suffix)?;
        let suffix = |number: u8| self.suffixes.get(usize::from(number)).map_or("", String::as_str);
        names::kind_with(stem, suffix(record.suffix), suffix(form.suffix), *kind)
    }

    fn places_of(&self, stem: u16) -> impl Iterator<Item = PlaceId> {
        let start = |stem: usize| self.table.stem(stem).map_or(0, |row| usize::from(row.postings));
        let postings = start(usize::from(stem))..start(usize::from(stem) + 1);
        postings.filter_map(|at| self.table.u16(Section::Postings, at)).map(|record| PlaceId(u32::from(record)))
    }

    /// The stems that begin with two characters.
    pub(super) fn stems_of(&self, pair: [u16; 2]) -> std::ops::Range<u16> {
        let bucket = (pair_hash(pair[0], pair[1]) >> (u32::BITS - BUCKET_BITS)) as usize;
        let bound = |at| self.table.u16(Section::Buckets, at).unwrap_or(0);
        for at in bound(bucket)..bound(bucket + 1) {
            let at = usize::from(at);
            if let (Some([first, second, start]), Some([_, _, end])) = (self.table.pair(at), self.table.pair(at + 1))
                && [first, second] == pair
            {
                return start..end;
            }
        }
        0..0
    }

    /// What a stem has after its second character.
    pub(super) fn rest(&self, stem: u16) -> Option<&str> {
        let bound = |at| Some(self.table.stem(at)?.rest as usize);
        let bytes = self.table.section(Section::Rests).get(bound(stem.into())?..bound(usize::from(stem) + 1)?)?;
        std::str::from_utf8(bytes).ok()
    }

    /// The characters of a stem.
    pub(super) fn stem_text(&self, stem: u16) -> Option<String> {
        let pairs = u32::try_from(self.table.rows(Section::Pairs, 6)).ok()?;
        let pair = |at: u32| self.table.pair(usize::try_from(at).ok()?);
        let after = partition(0..pairs, |at| pair(at).is_some_and(|[_, _, first]| first <= stem));
        let [first, second, _] = pair(after.checked_sub(1)?)?;
        let mut text = String::with_capacity(12);
        text.extend(char::decode_utf16([first, second]).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        text.push_str(self.rest(stem)?);
        Some(text)
    }
}

/// The first two characters, and what follows them.
fn split_pair(form: &str) -> Option<([u16; 2], &str)> {
    let mut chars = form.chars();
    let pair = [u16::try_from(u32::from(chars.next()?)).ok()?, u16::try_from(u32::from(chars.next()?)).ok()?];
    Some((pair, chars.as_str()))
}

/// Whether a stem alone is no sign of a place of `level`.
///
/// The names of cities and provinces are in every list of words and mean the place all the same (开封, 保定); so are
/// those of counties, and only words that no dictionary has as a name count. A town's stem of two characters is more
/// likely the word, whatever kind of word it is (英雄, 太阳, 爱国 are listed as names).
fn is_common(row: StemRow, level: Level, text: &str) -> bool {
    match level {
        Level::Province | Level::City => false,
        Level::County => row.is_no_name,
        Level::Town | Level::Village => row.is_no_name || row.is_word && text.chars().nth(2).is_none(),
    }
}
