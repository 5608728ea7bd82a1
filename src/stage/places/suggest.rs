//! What a name alone could be, without a page around it: for a person who asks, never for a correction.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Places;
use super::features::Channel;
use crate::knowledge::{Form, FormKind, Gazetteer, Level, PlaceId};
use crate::text::is_han;

/// A name that a string may be a misreading of.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The name as it should stand.
    pub name: String,
    /// A place of which it is a form, and how it is.
    pub place: (PlaceId, Form),
    /// The character that was read.
    pub read: char,
    /// The one that the name has instead.
    pub instead: char,
    /// How alike the two look, where the table of shapes has the pair.
    pub likeness: Option<f64>,
    /// How often engines read the one for the other, and how often the right one was put before them.
    pub confused: (u32, u32),
    /// What the stage would say of it, by what brings the name into scope.
    pub odds: Odds,
}

/// The logarithm of the odds that a name was misread, on pages that have the string on a line of its own; `None` where it
/// is not looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Odds {
    /// The page names the county, once, with all that it lies in.
    pub named: Option<f64>,
    /// It also has the name once as it should be.
    pub recurring: Option<f64>,
    /// The user says that the paper is from the county, or from the region that was given; the page names nothing.
    pub region: Option<f64>,
}

/// How many suggestions are weighed; each takes the names of a county to be put together.
const MOST_WEIGHED: usize = 40;

impl Places {
    /// The names of the whole nation that `name` may be a misreading of: those first that the stage looks for, and of them
    /// the likeliest by shape and by what engines confuse.
    pub fn suggestions(&self, name: &str) -> Vec<Suggestion> {
        let mut suggestions: Vec<(f64, Suggestion)> = Vec::new();
        for (at, read) in name.char_indices().filter(|(_, c)| is_han(*c)) {
            for instead in self.could_be(read) {
                let right = format!("{}{instead}{}", &name[..at], &name[at + read.len_utf8()..]);
                let channel = Channel::of(&self.known, instead, read);
                let found = places_named(self.known.gazetteer, &right).into_iter();
                suggestions.extend(found.map(|place| {
                    let suggestion = Suggestion {
                        name: right.clone(),
                        place,
                        read,
                        instead,
                        likeness: channel.likeness,
                        confused: (channel.count, self.known.confusions.rendered(instead)),
                        odds: Odds::default(),
                    };
                    (channel.strength(), suggestion)
                }));
            }
        }
        suggestions.sort_by(|(a, one), (b, other)| {
            b.total_cmp(a).then(one.place.1.kind.cmp(&other.place.1.kind)).then(one.place.0.cmp(&other.place.0))
        });
        // 刁镇 and 刁镇街道 of one county are one suggestion.
        let mut met = FxHashSet::default();
        suggestions.retain(|(_, one)| met.insert((one.name.clone(), self.county_or_above(one.place.0))));
        for (_, suggestion) in suggestions.iter_mut().take(MOST_WEIGHED) {
            suggestion.odds = self.odds(name, suggestion);
        }
        suggestions.sort_by_key(|(_, suggestion)| suggestion.odds.named.is_none());
        suggestions.into_iter().map(|(_, suggestion)| suggestion).collect()
    }

    /// The place that a page must name for names in `place` to be looked for.
    fn county_or_above(&self, place: PlaceId) -> Option<PlaceId> {
        self.known.gazetteer.parents(place).find(|parent| self.known.gazetteer.level(*parent) <= Level::County)
    }

    /// The characters that may stand where `read` was read.
    fn could_be(&self, read: char) -> Vec<char> {
        let is_conceivable = |c: &char| *c != read && is_han(*c) && Channel::of(&self.known, *c, read).is_conceivable();
        let mut all: Vec<char> =
            self.known.shapes.characters().chain(self.known.parts().characters()).filter(is_conceivable).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn odds(&self, string: &str, suggestion: &Suggestion) -> Odds {
        let gazetteer = self.known.gazetteer;
        let mut above: Vec<String> = gazetteer
            .parents(suggestion.place.0)
            .filter(|parent| gazetteer.level(*parent) <= Level::County)
            .map(|parent| gazetteer.name(parent))
            .collect();
        above.reverse();
        let (above, name) = (above.concat(), &suggestion.name);
        let of_page = self.with(Arc::clone(&self.dictionary), Vec::new(), None);
        let region = if self.region.is_empty() {
            self.county_or_above(suggestion.place.0).into_iter().collect()
        } else {
            self.region.clone()
        };
        let of_region = self.with(Arc::clone(&self.dictionary), region, None);
        Odds {
            named: of_page.odds_at_end(&format!("{above}\n{string}"), string, name),
            recurring: of_page.odds_at_end(&format!("{above}\n{name}\n{string}"), string, name),
            region: of_region.odds_at_end(string, string, name),
        }
    }

    /// The odds that `string`, which `page` ends in, should be `name`.
    fn odds_at_end(&self, page: &str, string: &str, name: &str) -> Option<f64> {
        let page = format!("{page}\n");
        let start = page.len() - 1 - string.len();
        let readings = self.readings(&page);
        let reading = readings.into_iter().find(|reading| {
            (reading.span.start(), reading.span.end()) == (start, page.len() - 1) && reading.name == *name
        });
        reading.map(|reading| reading.log_odds)
    }
}

/// The places of which `form` is a form that papers use, those above the villages first.
pub fn places_named(gazetteer: &Gazetteer, form: &str) -> Vec<(PlaceId, Form)> {
    let mut places = gazetteer.find(form);
    places.extend(gazetteer.find_villages(form));
    places.retain(|(_, form)| form.kind != FormKind::Period);
    places
}
