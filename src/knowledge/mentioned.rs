//! The places that a text names, as far as that is certain.

use rustc_hash::{FxHashMap, FxHashSet};

use super::gazetteer::{FormId, FormKind, Gazetteer, Level, Mention, PlaceId};
use crate::text::is_han;

/// How many towns of a county name it when the text does not: two different ones, for one may be a namesake.
const TOWNS_THAT_NAME_A_COUNTY: usize = 2;

/// The places that a text names.
#[derive(Debug)]
pub struct Mentioned {
    /// Provinces, cities and counties that it can only mean, and how often it names each.
    pub certain: Vec<(PlaceId, u32)>,
    /// Places of one name of which it may mean any, and how often that name stands there.
    pub doubtful: Vec<(Vec<PlaceId>, u32)>,
    /// Each string that is a form of a place of town level or above, and how often it stands there.
    pub forms: FxHashMap<FormId, u32>,
    /// Where they stand, from left to right.
    pub mentions: Vec<Mention>,
}

impl Mentioned {
    /// Of `text`.
    pub fn of(text: &str, gazetteer: &Gazetteer) -> Self {
        let mentions: Vec<Mention> = gazetteer.mentions(text).collect();
        let mut forms: FxHashMap<FormId, u32> = FxHashMap::default();
        for mention in &mentions {
            *forms.entry(mention.form).or_default() += 1;
        }
        let mut certain: FxHashMap<PlaceId, u32> = FxHashMap::default();
        let mut several = Vec::new();
        let mut sorted: Vec<(FormId, u32)> = forms.iter().map(|(form, times)| (*form, *times)).collect();
        sorted.sort_unstable();
        for (form, times) in sorted {
            let mut places = above_towns(gazetteer, form);
            if places.is_empty() {
                places.extend(short_county(text, &mentions, gazetteer, form));
            }
            match places.as_slice() {
                [] => {}
                [place] => *certain.entry(*place).or_default() += times,
                _ => several.push((places, times)),
            }
        }
        // 朝阳区 is in Beijing where the page names Beijing.
        let sure: FxHashSet<PlaceId> = certain.keys().copied().collect();
        let mut doubtful = Vec::new();
        for (places, times) in several {
            let is_near = |place: &&PlaceId| {
                sure.contains(place) || gazetteer.parents(**place).any(|above| sure.contains(&above))
            };
            let mut fitting = places.iter().filter(is_near);
            match (fitting.next(), fitting.next()) {
                (Some(place), None) => *certain.entry(*place).or_default() += times,
                _ => doubtful.push((places, times)),
            }
        }
        let mut certain: Vec<(PlaceId, u32)> = certain.into_iter().collect();
        certain.sort_unstable();
        Self { certain, doubtful, forms, mentions }
    }

    /// The counties that the text is about, and how strongly, the strongest first. `region` helps to tell namesakes apart.
    pub fn counties(&self, gazetteer: &Gazetteer, region: &[PlaceId]) -> Vec<(PlaceId, u32)> {
        let mut strength: FxHashMap<PlaceId, u32> = FxHashMap::default();
        for &(place, times) in self.certain.iter().filter(|(place, _)| gazetteer.level(*place) == Level::County) {
            *strength.entry(place).or_default() += times;
        }
        for (places, times) in &self.doubtful {
            let mut near =
                places.iter().filter(|place| region.iter().any(|above| gazetteer.is_within(**place, *above)));
            if let (Some(place), None) = (near.next(), near.next())
                && gazetteer.level(*place) == Level::County
            {
                *strength.entry(*place).or_default() += times;
            }
        }
        let mut towns: FxHashMap<PlaceId, Vec<FormId>> = FxHashMap::default();
        for &form in self.forms.keys() {
            if let Some(county) = self.county_of_town(gazetteer, form, region) {
                towns.entry(county).or_default().push(form);
            }
        }
        for (county, forms) in towns {
            let mentions: u32 = forms.iter().map(|form| self.forms[form]).sum();
            if strength.contains_key(&county) || forms.len() >= TOWNS_THAT_NAME_A_COUNTY {
                *strength.entry(county).or_default() += mentions;
            }
        }
        let mut counties: Vec<(PlaceId, u32)> = strength.into_iter().collect();
        counties.sort_by_key(|&(place, strength)| (std::cmp::Reverse(strength), place));
        counties
    }

    /// The county of the one town that `form` can be in full, by itself or among the places that are certain.
    fn county_of_town(&self, gazetteer: &Gazetteer, form: FormId, region: &[PlaceId]) -> Option<PlaceId> {
        let mut counties: Vec<PlaceId> = gazetteer
            .places(form)
            .into_iter()
            .filter(|(place, form)| {
                gazetteer.level(*place) == Level::Town
                    && matches!(form.kind, FormKind::Full | FormKind::Former)
                    && !form.common
            })
            .filter_map(|(place, _)| gazetteer.county(place))
            .collect();
        counties.sort_unstable();
        counties.dedup();
        if counties.len() > 1 {
            let certain = self.certain.iter().map(|(place, _)| place);
            let near: Vec<&PlaceId> = certain.chain(region).collect();
            counties.retain(|county| near.iter().any(|place| gazetteer.is_within(*county, **place)));
        }
        match counties.as_slice() {
            [county] => Some(*county),
            _ => None,
        }
    }
}

/// The county that `form` is the full name of where that is as short as 滑县, which running text also has by chance, in 全南县:
/// if it stands somewhere after what cannot be part of it.
fn short_county(text: &str, mentions: &[Mention], gazetteer: &Gazetteer, form: FormId) -> Option<PlaceId> {
    const PREPOSITIONS: &str = "在到于赴从由向至和与及对为";
    let is_short = |name: &str| name.chars().count() == 2 && name.ends_with(['县', '市']);
    let is_full = |(place, form): &(PlaceId, super::Form)| {
        gazetteer.level(*place) == Level::County && form.kind == FormKind::Full
    };
    if !is_short(&gazetteer.text(form)) {
        return None;
    }
    let (place, _) = gazetteer.places(form).into_iter().find(is_full)?;
    let stands_alone = |at: usize| {
        let before = &text[..mentions[at].span.start()];
        before.chars().next_back().is_none_or(|c| !is_han(c) || PREPOSITIONS.contains(c))
            || at > 0 && mentions[at - 1].span.end() == before.len()
    };
    (0..mentions.len()).any(|at| mentions[at].form == form && stands_alone(at)).then_some(place)
}

/// The provinces, cities and counties that `form` can mean, but for a place inside another of them: 吉林 is the province.
fn above_towns(gazetteer: &Gazetteer, form: FormId) -> Vec<PlaceId> {
    let places: Vec<PlaceId> = gazetteer
        .places(form)
        .into_iter()
        .filter(|(place, form)| gazetteer.level(*place) < Level::Town && form.kind != FormKind::Period && !form.common)
        .map(|(place, _)| place)
        .collect();
    let is_inside = |place: &PlaceId| places.iter().any(|other| other != place && gazetteer.is_within(*place, *other));
    places.iter().filter(|place| !is_inside(place)).copied().collect()
}
