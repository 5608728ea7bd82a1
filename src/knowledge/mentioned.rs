//! The places that a text names, as far as that is certain.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::gazetteer::{Form, FormId, FormKind, Gazetteer, Level, Mention, PlaceId};
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
            let meant = Meant::of(gazetteer, form);
            let mut places = meant.above_towns.clone();
            if places.is_empty()
                && let Some(county) = meant.short_county
                && stands_alone(text, &mentions, form)
            {
                places.push(county);
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
        let mut counties = Meant::of(gazetteer, form).counties_of_towns.clone();
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

/// What a form can mean.
#[derive(Debug)]
struct Meant {
    /// Provinces, cities and counties.
    above_towns: Vec<PlaceId>,
    /// The county that it is the full name of where that is as short as 滑县, which running text also has by chance, in 全南县.
    short_county: Option<PlaceId>,
    /// The counties of the towns that it is the full name of.
    counties_of_towns: Vec<PlaceId>,
}

/// How many forms a thread remembers the meaning of: most of those that news of the nation name.
const MOST_REMEMBERED: usize = 8192;

impl Meant {
    /// Of `form`. News repeat names, so the last ones asked for are remembered.
    fn of(gazetteer: &Gazetteer, form: FormId) -> Rc<Self> {
        thread_local! {
            static REMEMBERED: RefCell<FxHashMap<(usize, FormId), Rc<Meant>>> = RefCell::default();
        }
        let key = (std::ptr::from_ref(gazetteer).addr(), form);
        REMEMBERED.with_borrow_mut(|remembered| {
            if remembered.len() >= MOST_REMEMBERED && !remembered.contains_key(&key) {
                remembered.clear();
            }
            Rc::clone(remembered.entry(key).or_insert_with(|| Rc::new(Self::look_up(gazetteer, form))))
        })
    }

    fn look_up(gazetteer: &Gazetteer, form: FormId) -> Self {
        let text = gazetteer.text(form);
        let is_short = text.chars().count() == 2 && text.ends_with(['县', '市']);
        let places = gazetteer.places(form);
        let full_county =
            |(place, form): &&(PlaceId, Form)| gazetteer.level(*place) == Level::County && form.kind == FormKind::Full;
        let full_town = |(place, form): &&(PlaceId, Form)| {
            let is_full = matches!(form.kind, FormKind::Full | FormKind::Former) && !form.common;
            is_full && gazetteer.level(*place) == Level::Town
        };
        let towns = places.iter().filter(full_town);
        let mut counties_of_towns: Vec<PlaceId> = towns.filter_map(|(place, _)| gazetteer.county(*place)).collect();
        counties_of_towns.sort_unstable();
        counties_of_towns.dedup();
        Self {
            above_towns: above_towns(gazetteer, &places),
            short_county: places.iter().find(full_county).map(|(place, _)| *place).filter(|_| is_short),
            counties_of_towns,
        }
    }
}

/// Whether `form` stands somewhere after what cannot be part of it.
fn stands_alone(text: &str, mentions: &[Mention], form: FormId) -> bool {
    const PREPOSITIONS: &str = "在到于赴从由向至和与及对为";
    (0..mentions.len()).filter(|at| mentions[*at].form == form).any(|at| {
        let before = &text[..mentions[at].span.start()];
        before.chars().next_back().is_none_or(|c| !is_han(c) || PREPOSITIONS.contains(c))
            || at > 0 && mentions[at - 1].span.end() == before.len()
    })
}

/// The provinces, cities and counties among `places`, but for a place inside another of them: 吉林 is the province.
fn above_towns(gazetteer: &Gazetteer, places: &[(PlaceId, Form)]) -> Vec<PlaceId> {
    let is_above = |(place, form): &&(PlaceId, Form)| {
        gazetteer.level(*place) < Level::Town && form.kind != FormKind::Period && !form.common
    };
    let places: Vec<PlaceId> = places.iter().filter(is_above).map(|(place, _)| *place).collect();
    let is_inside = |place: &PlaceId| places.iter().any(|other| other != place && gazetteer.is_within(*place, *other));
    places.iter().filter(|place| !is_inside(place)).copied().collect()
}
