//! Misread place names, put right where the page is about their county.
//!
//! Scope decides, shape ranks: which counties a page is about (`scope`) settles which names can stand there; a string one
//! character away from such a name is weighed (`judge`) by how alike the two characters look, how often engines take one
//! for the other, and how likely the string is to be a name of its own.

mod index;
mod judge;
mod scope;
mod windows;

pub use judge::{Candidate, Reading};
pub use scope::{Scope, ScopedPlace};

use std::sync::Arc;

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Knowledge, PlaceId, Survey, UserDictionary};
use crate::text::Span;
use index::{Index, Indexes};
use windows::Characters;

/// Puts misread place names right.
pub struct Places {
    known: Knowledge,
    indexes: Indexes,
    dictionary: Arc<UserDictionary>,
    dictionary_index: Arc<Index>,
    region: Vec<PlaceId>,
    survey: Option<Arc<Survey>>,
}

impl Places {
    /// With the user's `dictionary`, the places that `--region` names, and what a look at the whole batch taught.
    pub fn new(
        known: Knowledge,
        dictionary: Arc<UserDictionary>,
        region: Vec<PlaceId>,
        survey: Option<Arc<Survey>>,
    ) -> Self {
        let dictionary_index = Arc::new(Index::of_dictionary(&dictionary));
        Self { known, indexes: Indexes::new(known.gazetteer), dictionary, dictionary_index, region, survey }
    }

    /// What `text` is about.
    pub fn scope(&self, text: &str) -> Scope {
        Scope::of(text, self.known.gazetteer, &self.region, self.survey.as_deref())
    }

    /// All that a string one character away from names in `scope` could have been, likeliest first; for the string
    /// `name` alone, without a page around it.
    pub fn readings_of(&self, name: &str, scope: &Scope) -> Vec<Reading> {
        let characters = Characters::of(name);
        let mut readings = self.readings(name, &characters, scope);
        readings.retain(|reading| reading.span == Span::new(0, name.len()));
        readings.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds));
        readings
    }

    fn readings(&self, text: &str, characters: &Characters, scope: &Scope) -> Vec<Reading> {
        let indexes = scope.places().iter().map(|scoped| (Some(*scoped), self.indexes.get(scoped.place)));
        let own = (!self.dictionary_index.is_empty()).then(|| (None, Arc::clone(&self.dictionary_index)));
        let mut candidates: Vec<Candidate> = Vec::new();
        for (scoped, index) in indexes.chain(own) {
            characters.near(&index, |window, name| {
                candidates.push(Candidate { scoped, name: Arc::clone(name), window });
            });
        }
        judge::judge(&self.known, text, characters, candidates, &self.dictionary, self.survey.as_deref())
    }
}

impl Stage for Places {
    fn name(&self) -> StageName {
        StageName::Places
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        self.known_misreadings(text, corrections);
        let scope = self.scope(text);
        if scope.places().is_empty() && self.dictionary_index.is_empty() {
            return;
        }
        let characters = Characters::of(text);
        for reading in self.readings(text, &characters, &scope) {
            if reading.log_odds > 0.0 {
                corrections.push(Correction::new(
                    Rule::PlaceName,
                    Edit::replace(reading.span, reading.name.clone()),
                    Confidence::from_log_odds(reading.log_odds),
                    reading.evidence,
                ));
            }
        }
    }
}

impl Places {
    /// What the user's dictionary lists as misread, unless it stands inside a longer name or word.
    fn known_misreadings(&self, text: &str, corrections: &mut Vec<Correction>) {
        for (span, entry) in self.dictionary.misreadings(text) {
            if self.is_inside_something(text, span) {
                continue;
            }
            corrections.push(Correction::new(
                Rule::KnownMisreading,
                Edit::replace(span, entry.name.clone()),
                Confidence::new(0.99),
                vec![Evidence::Gazetteer {
                    name: entry.name.clone(),
                    parents: entry.parents.clone(),
                    source: entry.source.clone(),
                }],
            ));
        }
    }

    /// Whether `span` lies inside a longer word, or a word begins or ends in the middle of it and goes on outside.
    fn is_inside_something(&self, text: &str, span: Span) -> bool {
        self.known.lexicon.covering(text, span).any(|(word, known)| {
            let reaches_out = word.start() < span.start() || word.end() > span.end();
            reaches_out && known.count >= judge::WELL_KNOWN
        }) || self
            .dictionary
            .names(text)
            .any(|name| name.start() <= span.start() && span.end() <= name.end() && name.len() > span.len())
    }
}
