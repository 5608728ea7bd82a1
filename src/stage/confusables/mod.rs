//! Characters that an engine took for others, judged by what stands around them.
//!
//! The engine proposes what is likelier, as text and as what an engine made of it, than what stands there; fitted trees weigh
//! each such change by all that is seen of it (`features`) and tell how likely it is right.

mod features;
mod model;

pub use features::{Features, NAMES};
pub use model::{SUBJECT, fitted};

use std::sync::Arc;

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::engine::Search;
use crate::knowledge::{Knowledge, Survey, Trees, UserDictionary};
use crate::text::Span;
use features::Page;

/// Puts misread characters right.
pub struct Confusables {
    known: Knowledge,
    trees: &'static Trees,
    dictionary: Arc<UserDictionary>,
    survey: Option<Arc<Survey>>,
}

/// What may have been misread, and what the trees weigh it by.
#[derive(Debug, Clone, PartialEq)]
pub struct Misreading {
    /// Where it stands.
    pub span: Span,
    /// What may have stood there.
    pub instead: String,
    /// What is seen of it.
    pub features: Features,
}

impl Confusables {
    /// With what is known of text and of engines, the fitted trees, the user's dictionary, whose names stay, and what a look
    /// at the whole batch taught.
    pub fn new(
        known: Knowledge,
        trees: &'static Trees,
        dictionary: Arc<UserDictionary>,
        survey: Option<Arc<Survey>>,
    ) -> Self {
        Self { known, trees, dictionary, survey }
    }

    /// All that may have been misread in `text`, however unlikely, from left to right.
    pub fn misreadings(&self, text: &str) -> Vec<Misreading> {
        let search = Search { model: self.known.model, channel: self.known.channel() };
        let mut protected = self.dictionary.names(text).peekable();
        Page::read(text, search)
            .seeings(&self.known, search, self.survey.as_deref())
            .into_iter()
            .filter(|seeing| {
                // Names and changes both rise, and neither meets its like.
                while protected.next_if(|name| name.end() <= seeing.span.start()).is_some() {}
                protected.peek().is_none_or(|name| name.start() >= seeing.span.end())
            })
            .map(|seeing| Misreading { span: seeing.span, instead: seeing.instead, features: seeing.features })
            .collect()
    }
}

impl Stage for Confusables {
    fn name(&self) -> StageName {
        StageName::Confusables
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        for misreading in self.misreadings(text) {
            let log_odds = self.trees.log_odds(&misreading.features);
            if log_odds > 0.0 {
                let evidence = self.evidence(text, &misreading);
                corrections.push(Correction::new(
                    Rule::MisreadCharacter,
                    Edit::replace(misreading.span, misreading.instead),
                    Confidence::from_log_odds(log_odds),
                    evidence,
                ));
            }
        }
    }
}

impl Confusables {
    fn evidence(&self, text: &str, misreading: &Misreading) -> Vec<Evidence> {
        let value = |name: &str| {
            let at = NAMES.iter().position(|(known, _)| *known == name);
            at.map_or(0.0, |at| f64::from((misreading.features[at] * 100.0).round()) / 100.0)
        };
        let mut evidence =
            vec![Evidence::Context { gain: value("gain"), channel: value("channel"), margin: value("margin") }];
        let mut both = misreading.span.of(text).chars().zip(misreading.instead.chars());
        if let (Some((read, instead)), None) = (both.next(), both.next()) {
            if let Some(similarity) = self.known.shapes.similarity(read, instead) {
                evidence.push(Evidence::Glyphs { read, instead, similarity });
            }
            let count = self.known.confusions.count(instead, read);
            if count > 0 {
                evidence.push(Evidence::Confusion {
                    read,
                    instead,
                    count,
                    rendered: self.known.confusions.rendered(instead),
                });
            }
        }
        evidence
    }
}
