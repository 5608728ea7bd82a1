use std::sync::Arc;

use super::index::Name;
use super::scope::ScopedPlace;
use super::windows::{Characters, Window};
use crate::correction::{Evidence, Witness};
use crate::knowledge::{Class, FormKind, Knowledge, Level, PlaceId, Survey, UserDictionary};
use crate::text::{Kind, Span, is_han, kind};

/// A string of the text that is one character away from a name in scope.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What brought the name into scope; `None` for the user's dictionary.
    pub scoped: Option<ScopedPlace>,
    /// The name.
    pub name: Arc<Name>,
    /// The string.
    pub window: Window,
}

/// A name that may have been misread, and how likely that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Where the string stands.
    pub span: Span,
    /// What it should be.
    pub name: String,
    /// The logarithm of the odds that the name was misread.
    pub log_odds: f64,
    /// Why.
    pub evidence: Vec<Evidence>,
}

/// How often a word stands in 100 million characters that is well known.
pub(super) const WELL_KNOWN: u32 = 24;

/// What speaks for and against a misreading, in nats: logarithms of odds.
///
/// `kanwu evaluate`-like figures for them come from `tests/places`: names drawn from the gazetteer, misread as shapes and
/// confusion counts have it, in sentences that name the county, and near twins. They were set on the even names and
/// checked on the odd ones.
mod weight {
    /// The county is named on the page, or the user says that the paper is from there, or many pages of the batch name it.
    pub(super) const SCOPE_PAGE: f64 = 1.5;
    pub(super) const SCOPE_REGION: f64 = 1.2;
    pub(super) const SCOPE_BATCH: f64 = 1.0;
    /// The name is from the user's own dictionary.
    pub(super) const OWN: f64 = 2.0;
    /// Each character that agrees beyond the first.
    pub(super) const AGREES: f64 = 0.9;
    /// The form has no suffix that says what it names, and so may be anything.
    pub(super) const STEM: f64 = -2.5;
    /// The place is named rightly elsewhere on the page; the second time and more adds half of it.
    pub(super) const RECURS: f64 = 2.0;
    /// The string stands on the page again, and the name never does: no accident.
    pub(super) const STRING_RECURS: f64 = -1.5;
    /// Another name in scope looks about as much like the string.
    pub(super) const RIVAL: f64 = -2.5;
    /// Engines were never seen to take one character for the other, nor do they look alike.
    pub(super) const UNLIKE: f64 = -4.0;
    /// The string is the name of a town or village somewhere else; the more there are, the likelier here as well.
    pub(super) const ELSEWHERE: f64 = -0.8;
    /// The string is the name of a town, county or city elsewhere.
    pub(super) const TOWN_ELSEWHERE: f64 = -2.5;
}

/// Weighs all `candidates` of a text against one another.
pub(super) fn judge(
    known: &Knowledge,
    text: &str,
    characters: &Characters,
    candidates: Vec<Candidate>,
    dictionary: &UserDictionary,
    survey: Option<&Survey>,
) -> Vec<Reading> {
    let judge = Judge { known, text, characters, survey };
    let names: Vec<Span> = dictionary.names(text).collect();
    let mut weighed: Vec<(Candidate, f64, Vec<Evidence>)> = candidates
        .into_iter()
        .filter(|candidate| !judge.is_protected(candidate, &names))
        .filter_map(|candidate| {
            let (log_odds, evidence) = judge.weigh(&candidate)?;
            Some((candidate, log_odds, evidence))
        })
        .collect();
    // The best reading of each differing character; of equal ones the longer name, then the one that sorts first.
    weighed.sort_by(|(a, a_odds, _), (b, b_odds, _)| {
        let place = |candidate: &Candidate| candidate.window.start + candidate.window.differs;
        place(a)
            .cmp(&place(b))
            .then(b_odds.total_cmp(a_odds))
            .then(b.window.length.cmp(&a.window.length))
            .then(a.name.text.cmp(&b.name.text))
    });
    let mut readings: Vec<Reading> = Vec::new();
    let mut at = 0;
    while at < weighed.len() {
        let place = |candidate: &Candidate| candidate.window.start + candidate.window.differs;
        let here = place(&weighed[at].0);
        let end = weighed[at..].iter().position(|other| place(&other.0) != here).map_or(weighed.len(), |n| at + n);
        readings.push(judge.best(&weighed[at..end]));
        at = end;
    }
    readings
}

struct Judge<'a> {
    known: &'a Knowledge,
    text: &'a str,
    characters: &'a Characters,
    survey: Option<&'a Survey>,
}

impl Judge<'_> {
    /// The first of `weighed`, which are readings of one character, likeliest first; less likely if another says otherwise.
    fn best(&self, weighed: &[(Candidate, f64, Vec<Evidence>)]) -> Reading {
        let (candidate, mut log_odds, evidence) = weighed[0].clone();
        let instead = candidate.name.characters[candidate.window.differs];
        let rival = weighed.iter().find(|(other, ..)| other.name.characters[other.window.differs] != instead);
        if let Some((_, rival_odds, _)) = rival
            && log_odds - rival_odds < -weight::RIVAL
        {
            log_odds += weight::RIVAL;
        }
        Reading { span: self.characters.span(candidate.window), name: candidate.name.text.clone(), log_odds, evidence }
    }

    /// Whether the string is a valid name, a word or part of one, or a person's name.
    fn is_protected(&self, candidate: &Candidate, dictionary_names: &[Span]) -> bool {
        let span = self.characters.span(candidate.window);
        let differs = self.characters.differing(candidate.window);
        let inside = |name: &Span| name.start() <= differs.start() && differs.end() <= name.end();
        dictionary_names.iter().any(inside)
            || self.is_word(span, differs)
            || self.is_valid_name(candidate, span)
            || self.is_person(span)
    }

    /// Whether a well-known word covers the character that differs. Place names among the words do not count: they are
    /// judged as names.
    fn is_word(&self, span: Span, differs: Span) -> bool {
        self.known.lexicon.covering(self.text, differs).any(|(word, known)| {
            let is_long = word.len() > span.len();
            known.class != Class::Place && (known.count >= WELL_KNOWN || is_long && known.count > 2)
        })
    }

    /// Whether the string, or a longer one around it, is the name of a place of town level or above that is in scope or
    /// that everybody knows.
    fn is_valid_name(&self, candidate: &Candidate, span: Span) -> bool {
        let gazetteer = self.known.gazetteer;
        let string = span.of(self.text);
        let scope = candidate.scoped.map(|scoped| scoped.place);
        let is_near = |place: PlaceId| {
            let above = |of: PlaceId| gazetteer.parents(of).find(|parent| gazetteer.level(*parent) == Level::City);
            scope.is_some_and(|scope| {
                gazetteer.is_within(place, scope) || above(place).is_some() && above(place) == above(scope)
            })
        };
        gazetteer.find(string).iter().any(|(place, form)| {
            form.kind != FormKind::Period && (gazetteer.level(*place) < Level::County || is_near(*place))
        }) || scope.is_some_and(|scope| !gazetteer.find_villages_in(string, scope).is_empty())
    }

    /// Whether the string stands among names after a byline word: 记者 刀镇.
    fn is_person(&self, span: Span) -> bool {
        const ROLES: &[&str] = &["记者", "通讯员", "编辑", "美编", "组版", "校对", "摄影", "责编", "审核"];
        let line = &self.text[..span.start()];
        let line = &line[line.rfind('\n').map_or(0, |newline| newline + 1)..];
        ROLES.iter().any(|role| {
            line.rfind(role).is_some_and(|at| {
                let between = &line[at + role.len()..];
                between.chars().count() <= 12
                    && between.chars().all(|c| is_han(c) || kind(c) == Kind::Blank || matches!(c, '：' | ':' | '、'))
                    && (between.is_empty() || between.starts_with([' ', '\u{3000}', '：', ':']))
            })
        })
    }

    /// What speaks for the name, and the evidence; `None` if nothing can be said for it.
    fn weigh(&self, candidate: &Candidate) -> Option<(f64, Vec<Evidence>)> {
        let name = &candidate.name;
        let window = candidate.window;
        let (read, instead) = (self.characters.read(window), name.characters[window.differs]);
        let (channel, likeness) = self.channel(instead, read);
        if name.characters.len() == 2 && (channel < 0.0 || self.stands_together(window)) {
            return None;
        }
        let mut log_odds = match candidate.scoped.map(|scoped| scoped.witness) {
            None => weight::OWN,
            Some(Witness::Page) => weight::SCOPE_PAGE,
            Some(Witness::Region) => weight::SCOPE_REGION,
            Some(Witness::Batch) => weight::SCOPE_BATCH,
        };
        log_odds += channel;
        log_odds += weight::AGREES * (name.characters.len() - 2) as f64;
        if name.kind == FormKind::Stem {
            log_odds += weight::STEM;
        }
        let right = self.recurrence(name);
        log_odds += if right > 0 { weight::RECURS * (1.0 + 0.5 * f64::from(right.min(3) - 1)) } else { 0.0 };
        let string = self.characters.span(window).of(self.text);
        let wrong = self.text.matches(string).count() as u32;
        if right == 0 && wrong > 1 {
            log_odds += weight::STRING_RECURS * f64::from(wrong.min(4) - 1);
        }
        log_odds += self.elsewhere(string);
        let evidence = self.evidence(candidate, read, instead, likeness, [(&name.text, right), (string, wrong)]);
        Some((log_odds, evidence))
    }

    /// How readily engines take `instead` for `read`, and how alike they look.
    fn channel(&self, instead: char, read: char) -> (f64, Option<f64>) {
        let count = self.known.confusions.count(instead, read);
        let likeness = self.known.shapes.similarity(instead, read);
        let by_count = if count > 0 { 1.2 + 0.4 * f64::from(count.min(50)).ln() } else { f64::NEG_INFINITY };
        // The table holds a character's twenty nearest; of those above 0.8 engines confuse most.
        let by_shape = likeness.map_or(f64::NEG_INFINITY, |likeness| (likeness - 0.7) * 6.0 + 0.6);
        let best = by_count.max(by_shape);
        (if best.is_finite() { best } else { weight::UNLIKE }, likeness)
    }

    /// Whether the two characters of the window often stand side by side, as those of a word do.
    fn stands_together(&self, window: Window) -> bool {
        const BOUND: f64 = 1.0;
        match *self.characters.window(window) {
            [first, second] => self.known.seams.bond(first, second) > BOUND,
            _ => false,
        }
    }

    /// How often the place is named rightly in the text, in any of its forms.
    fn recurrence(&self, name: &Name) -> u32 {
        let own = self.text.matches(&name.text).count() as u32;
        let Some(place) = name.place.filter(|_| own == 0) else { return own };
        let others = self.known.gazetteer.forms(place);
        others
            .iter()
            .filter(|(form, kind)| kind.kind != FormKind::Period && !kind.common && form.chars().count() > 2)
            .map(|(form, _)| self.text.matches(form.as_str()).count() as u32)
            .max()
            .unwrap_or(0)
    }

    /// What it says against a misreading that the string is a name elsewhere.
    fn elsewhere(&self, string: &str) -> f64 {
        let gazetteer = self.known.gazetteer;
        let is_full = |form: FormKind| matches!(form, FormKind::Full | FormKind::Former);
        if gazetteer.find(string).iter().any(|(_, form)| is_full(form.kind)) {
            return weight::TOWN_ELSEWHERE;
        }
        let villages = gazetteer.find_villages(string).len() as f64;
        weight::ELSEWHERE * (villages + 1.0).ln()
    }

    fn evidence(
        &self,
        candidate: &Candidate,
        read: char,
        instead: char,
        likeness: Option<f64>,
        counts: [(&str, u32); 2],
    ) -> Vec<Evidence> {
        let gazetteer = self.known.gazetteer;
        let mut evidence = Vec::new();
        if let Some(place) = candidate.name.place {
            let mut parents: Vec<String> = gazetteer.parents(place).map(|parent| gazetteer.name(parent)).collect();
            parents.reverse();
            evidence.push(Evidence::Gazetteer {
                name: gazetteer.name(place),
                parents,
                source: gazetteer.source(place).to_owned(),
            });
        }
        if let Some(scoped) = candidate.scoped {
            evidence.push(Evidence::Scope { place: gazetteer.name(scoped.place), witness: scoped.witness });
        }
        if let Some(similarity) = likeness {
            evidence.push(Evidence::Glyphs { read, instead, similarity });
        }
        let string = counts[1].0;
        evidence
            .push(Evidence::Similarity { value: strsim::normalized_damerau_levenshtein(string, &candidate.name.text) });
        for (text, page) in counts {
            let batch = self.survey.map_or(page, |survey| survey.pages_with_name(text));
            evidence.push(Evidence::Count { text: text.to_owned(), page, batch });
        }
        evidence
    }
}
