//! What a name alone could be, without a page around it: for a person who asks, never for a correction.

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
    /// The logarithm of the odds that the name was misread, on a page that names its county once and has the string on a
    /// line of its own; `None` where that is not looked at, as for names of two characters that have no suffix.
    pub log_odds: Option<f64>,
}

/// How many suggestions are weighed; each takes the names of a county to be put together.
const MOST_WEIGHED: usize = 40;

impl Places {
    /// The names of the whole nation that `name` may be a misreading of, the likeliest first.
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
                        log_odds: None,
                    };
                    (channel.strength(), suggestion)
                }));
            }
        }
        suggestions.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.place.0.cmp(&other.place.0)));
        let mut suggestions: Vec<Suggestion> = suggestions.into_iter().map(|(_, suggestion)| suggestion).collect();
        for suggestion in suggestions.iter_mut().take(MOST_WEIGHED) {
            suggestion.log_odds = self.odds_under_its_county(name, suggestion);
        }
        suggestions.sort_by(|a, b| b.log_odds.partial_cmp(&a.log_odds).unwrap_or(std::cmp::Ordering::Equal));
        suggestions
    }

    /// The characters that may stand where `read` was read.
    fn could_be(&self, read: char) -> Vec<char> {
        let counted = self.known.confusions.could_be(read).map(|(truth, _)| truth);
        let alike = self.known.shapes.look_alikes(read).map(|(truth, _)| truth);
        let mut all: Vec<char> = counted.chain(alike).filter(|c| *c != read && is_han(*c)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn odds_under_its_county(&self, string: &str, suggestion: &Suggestion) -> Option<f64> {
        let gazetteer = self.known.gazetteer;
        let mut above: Vec<String> = gazetteer
            .parents(suggestion.place.0)
            .filter(|parent| gazetteer.level(*parent) <= Level::County)
            .map(|parent| gazetteer.name(parent))
            .collect();
        above.reverse();
        let page = format!("{}\n{string}\n", above.concat());
        let whole = page.len() - 1 - string.len()..page.len() - 1;
        let readings = self.readings(&page);
        let reading = readings
            .into_iter()
            .find(|reading| (reading.span.start()..reading.span.end()) == whole && reading.name == suggestion.name);
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
