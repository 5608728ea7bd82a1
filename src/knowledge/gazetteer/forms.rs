//! Forms of places of town level and above: from a string to places, and from a place to its strings.

use super::table::{BUCKET_BITS, Section, common_form, pair_hash};
use super::{Form, FormId, FormKind, Gazetteer, Level, PlaceId, names, partition};

impl Gazetteer {
    /// The places of town level and above of which `form` is a form; full forms first, then by level.
    pub fn find(&self, form: &str) -> Vec<(PlaceId, Form)> {
        let mut places: Vec<_> = self.splits(form).flat_map(|split| self.matches(split)).collect();
        places.sort_by_key(|(id, form)| (form.kind, *id));
        places
    }

    /// The id of `form`, which stands for it in counts; [`Mention`](super::Mention)s of it have the same.
    pub fn form_id(&self, form: &str) -> Option<FormId> {
        let mut splits = self.splits(form).filter(|split| self.matches(*split).next().is_some());
        let first = splits.next()?;
        Some(std::iter::once(first).chain(splits).find(|split| self.is_searched(*split)).unwrap_or(first))
    }

    /// What [`Self::find`] finds for the string that `form` stands for.
    pub fn places(&self, form: FormId) -> Vec<(PlaceId, Form)> {
        self.find(&self.text(form))
    }

    /// The stems and suffixes that `form` may be made of: 辛安镇 is 辛安 and 镇, or the stem of 辛安镇镇.
    fn splits(&self, form: &str) -> impl Iterator<Item = FormId> {
        let split = split_pair(form);
        let rest = split.map_or("", |(_, rest)| rest);
        split.map_or(0..0, |(pair, _)| self.stems_of(pair)).filter_map(move |stem| {
            let own = self.rest(stem).filter(|own| rest.as_bytes().starts_with(own))?;
            let suffix = rest.get(own.len()..)?;
            Some(FormId { stem, suffix: *self.suffix_numbers.get(suffix)? })
        })
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
        let stem = self.stem_text(record.stem)?;
        let own = rule.iter().filter_map(|(suffix, _)| {
            let number = FormId { stem: record.stem, suffix: *suffix };
            let form = self.form_of(id, number, &stem)?;
            Some((format!("{stem}{}", self.suffixes.get(usize::from(*suffix))?), form))
        });
        let aliases = self.aliases(id).filter_map(|alias| {
            let text = self.stem_text(alias)?;
            let form = self.form_of(id, FormId { stem: alias, suffix: 0 }, &text)?;
            Some((text, form))
        });
        Some(own.chain(aliases).collect())
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
        let text = self.stem_text(form.stem).unwrap_or_default();
        self.places_of(form.stem).filter_map(move |id| Some((id, self.form_of(id, form, &text)?)))
    }

    /// What `form`, of which the stem is `text`, is of `id`, if anything.
    fn form_of(&self, id: PlaceId, form: FormId, text: &str) -> Option<Form> {
        let kind = self.kind(id, form, text)?;
        let level = self.level(id);
        let common = if form.suffix == 0 {
            let common_levels = self.table.stem(usize::from(form.stem)).map_or(0, |row| usize::from(row.common_levels));
            level as usize + common_levels > Level::Town as usize
        } else {
            (level >= Level::Town || kind == FormKind::Former) && self.is_common_form(form)
        };
        Some(Form { kind, common })
    }

    fn is_common_form(&self, form: FormId) -> bool {
        let row = |at: u32| self.table.u32(Section::CommonForms, usize::try_from(at).ok()?);
        let rows = u32::try_from(self.table.rows(Section::CommonForms, 4)).unwrap_or(u32::MAX);
        let wanted = common_form(form.stem, form.suffix);
        row(partition(0..rows, |at| row(at).is_some_and(|other| other < wanted))) == Some(wanted)
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

    /// What a stem has after its second character, in UTF-8.
    pub(super) fn rest(&self, stem: u16) -> Option<&[u8]> {
        let bound = |at| Some(self.table.stem(at)?.rest as usize);
        self.table.section(Section::Rests).get(bound(stem.into())?..bound(usize::from(stem) + 1)?)
    }

    /// The characters of a stem.
    pub(super) fn stem_text(&self, stem: u16) -> Option<String> {
        let pairs = u32::try_from(self.table.rows(Section::Pairs, 6)).ok()?;
        let pair = |at: u32| self.table.pair(usize::try_from(at).ok()?);
        let after = partition(0..pairs, |at| pair(at).is_some_and(|[_, _, first]| first <= stem));
        let [first, second, _] = pair(after.checked_sub(1)?)?;
        let mut text = String::with_capacity(12);
        text.extend(char::decode_utf16([first, second]).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        text.push_str(std::str::from_utf8(self.rest(stem)?).ok()?);
        Some(text)
    }
}

/// The first two characters, and what follows them.
fn split_pair(form: &str) -> Option<([u16; 2], &str)> {
    let mut chars = form.chars();
    let pair = [u16::try_from(u32::from(chars.next()?)).ok()?, u16::try_from(u32::from(chars.next()?)).ok()?];
    Some((pair, chars.as_str()))
}
