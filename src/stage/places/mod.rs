//! Misread place names, put right where the page is about their county.
//!
//! Scope decides, shape ranks: which counties a page is about (`scope`) settles which names can stand there; a string one
//! character away from such a name is weighed (`judge`) by how alike the two characters look, how often engines take one
//! for the other, and how likely the string is to be a name of its own.

mod doubts;
mod features;
mod index;
mod judge;
mod letters;
mod lists;
mod scan;
mod scope;
mod suggest;

pub(crate) use features::FITTED_CHARACTERS;
pub use features::{SUBJECT, fitted};
pub use judge::Reading;
pub use scope::{Scope, ScopedPlace};
pub use suggest::{Odds, Suggestion, places_named};

use std::sync::Arc;

use super::{Memory, Sheet, Stage, variants};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::{Asked, Knowledge, Mentioned, PlaceId, Survey, Trees, UserDictionary};
use crate::text::Span;
use index::{Index, Indexes};
use judge::Judge;

/// Puts misread place names right.
pub struct Places {
    known: Knowledge,
    trees: &'static Trees,
    indexes: Arc<Indexes>,
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
        let indexes = Arc::new(Indexes::new(known.gazetteer));
        Self { known, trees: fitted(), indexes, dictionary, dictionary_index, region, survey }
    }

    /// A stage for other pages, which keeps the indexes of names that this one has made so far.
    #[must_use]
    pub(crate) fn with(
        &self,
        dictionary: Arc<UserDictionary>,
        region: Vec<PlaceId>,
        survey: Option<Arc<Survey>>,
    ) -> Self {
        let dictionary_index = Arc::new(Index::of_dictionary(&dictionary));
        let Self { known, trees, ref indexes, .. } = *self;
        Self { known, trees, indexes: Arc::clone(indexes), dictionary, dictionary_index, region, survey }
    }

    /// What `text` is about.
    pub fn scope(&self, text: &str) -> Scope {
        Scope::of(text, self.known.gazetteer, &self.region, self.survey.as_deref())
    }

    /// All that may have been misread in `text`, however unlikely, from left to right; of one character, the likeliest
    /// reading first.
    pub fn readings(&self, text: &str) -> Vec<Reading> {
        self.wanted_readings(text, |_| true)
    }

    fn wanted_readings(&self, text: &str, is_wanted: impl Fn(&Reading) -> bool) -> Vec<Reading> {
        let mentioned = Mentioned::of(text, self.known.gazetteer);
        let scope = self.scope_by(&mentioned);
        let indexes = self.indexes_of(&scope);
        self.readings_in(text, &mentioned, &scope, &indexes, is_wanted)
    }

    /// The names of what is in scope that stand in `text` as they should, the longest of those that overlap; names of two
    /// characters without a suffix only where the same place stands there twice.
    pub fn names(&self, text: &str) -> Vec<Span> {
        let indexes = self.indexes_of(&self.scope(text));
        let indexes: Vec<Arc<Index>> = indexes.into_iter().map(|(_, index)| index).collect();
        judge::names(text, &indexes)
    }

    fn scope_by(&self, mentioned: &Mentioned) -> Scope {
        Scope::by(mentioned, self.known.gazetteer, &self.region, self.survey.as_deref())
    }

    fn indexes_of(&self, scope: &Scope) -> Vec<(Option<ScopedPlace>, Arc<Index>)> {
        let scoped = scope.places().iter().map(|scoped| (Some(*scoped), self.indexes.get(scoped.place)));
        let own = (!self.dictionary_index.is_empty()).then(|| (None, Arc::clone(&self.dictionary_index)));
        scoped.chain(own).collect()
    }

    fn readings_in(
        &self,
        text: &str,
        mentioned: &Mentioned,
        scope: &Scope,
        indexes: &[(Option<ScopedPlace>, Arc<Index>)],
        is_wanted: impl Fn(&Reading) -> bool,
    ) -> Vec<Reading> {
        if indexes.is_empty() {
            return Vec::new();
        }
        let judge = Judge {
            known: &self.known,
            trees: self.trees,
            dictionary: &self.dictionary,
            survey: self.survey.as_deref(),
            text,
            mentioned,
            scope,
        };
        judge.readings(indexes, is_wanted)
    }
}

impl Stage for Places {
    fn name(&self) -> StageName {
        StageName::Places
    }

    // How often names stand in the batch is evidence for the reader and weighs nothing; the counties decide.
    fn read(
        &self,
        Sheet { text, .. }: Sheet<'_>,
        asked: &mut Asked,
        _: &mut Memory,
        corrections: &mut Vec<Correction>,
    ) {
        if let Some(survey) = &self.survey {
            asked.counties(survey);
        }
        let before = corrections.len();
        self.known_misreadings(text, corrections);
        let listed: Vec<Span> = corrections[before..].iter().map(|correction| correction.edit.span()).collect();
        let readings = self.wanted_readings(text, |reading| {
            reading.log_odds > 0.0
                && !listed.contains(&reading.span)
                && !variants::is_conversion(text, reading.span, &reading.name)
        });
        for reading in judge::apart(readings) {
            corrections.push(Correction::new(
                Rule::PlaceName,
                Edit::replace(reading.span, reading.name),
                Confidence::from_log_odds(reading.log_odds),
                reading.evidence,
            ));
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
