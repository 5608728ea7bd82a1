use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::doubts::FUNCTION_WORDS;
use super::features::{
    COUNT, Channel, Channels, Exact, Exacts, FITTED_CHARACTERS, MOST_NAMED, Page, Seen, Strings, before_in_line,
    is_person,
};
use super::index::{Index, Owner};
use super::letters::{BYTES, character};
use super::lists;
use super::scan::{Hit, Two, near_pairs, scan};
use super::scope::{Scope, ScopedPlace};
use crate::correction::{Evidence, Witness};
use crate::engine::Line;
use crate::knowledge::{
    Class, FormKind, Knowledge, Level, Mentioned, PlaceId, Survey, Trees, UserDictionary, WordsNear,
};
use crate::text::Span;

/// A name that may have been misread, and how likely that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Where the string stands.
    pub span: Span,
    /// The character of it that differs.
    pub differing: Span,
    /// What it should be.
    pub name: String,
    /// Whose name that is, if it is a place of the gazetteer.
    pub place: Option<PlaceId>,
    /// What the fitted trees see of it.
    pub features: [f32; COUNT],
    /// The logarithm of the odds that the name was misread.
    pub log_odds: f64,
    /// Why.
    pub evidence: Vec<Evidence>,
}

impl Reading {
    /// The character that the name has for the one that differs.
    fn instead(&self) -> Option<char> {
        self.name.get(self.differing.start() - self.span.start()..)?.chars().next()
    }
}

/// How often a word stands in 100 million characters that is well known.
pub(super) const WELL_KNOWN: u32 = 24;

/// What the trees were not fitted on, in nats: logarithms of odds. Set by hand, for no corpus has it.
mod weight {
    /// The user says that the paper is from there, and the page does not.
    pub(super) const REGION: f64 = -0.5;
    /// Many pages of the batch name the county, and this one does not.
    pub(super) const BATCH: f64 = -1.0;
    /// The name is from the user's own dictionary.
    pub(super) const OWN: f64 = 1.0;
    /// The name has two characters and no suffix. Fitted on names of cities for the most part, which news repeat; of 1,800
    /// pages of clean text it would have changed six words.
    pub(super) const BARE: f64 = -0.8;
    /// The name has two characters and no suffix, and is a town's in a list beside another town of the county. Chosen by hand.
    pub(super) const LISTED: f64 = 2.0;
    /// It has its suffix and stands right after the name of what holds it. Of nine such strings that came up in clean text,
    /// four were misprints of that text, which the trees took for right.
    pub(super) const AFTER_PARENT: f64 = 2.0;
    /// Where no other name there is nearly as much like the string: three times less likely.
    pub(super) const MARGIN: f64 = 1.1;
    /// It has its suffix and stands on the page as it should, once; and what each further time adds, up to four times. News
    /// of the nation, which the trees were fitted on, name few towns twice.
    pub(super) const RECURS: f64 = 1.0;
    pub(super) const RECURS_MORE: f64 = 0.8;
    /// It is that of a town or what is above, with its suffix, and nothing in the country is called like the string that is
    /// read: the lists of these are complete.
    pub(super) const UNLISTED: f64 = 1.5;
    /// How alike characters look at least for that.
    pub(super) const ALIKE: f64 = 0.7;
    /// For each nat by which the language model finds the text likelier with the name, and what it has to gain before that
    /// speaks for the name. Of 12 and 13 values tried as terms of a logistic regression with the log-odds before on 179 readings
    /// of pages that engines had read, 169 of them right: the mean logarithm of the probability that the truth was given is
    /// -0.140 with them, -0.202 without. What speaks against a name is counted for names of two characters without a suffix
    /// alone, and where a county is called so: the model knows few towns and villages.
    pub(super) const GAIN: f64 = 0.25;
    pub(super) const GAIN_EXPECTED: f64 = 6.0;
    /// Most that can be said for a string that is itself a name, where nothing but shape speaks for another, and where
    /// another name fits as well: never enough to apply it.
    pub(super) const VALID: f64 = 2.2;
}

/// By how many nats a reading is clearly likelier than another: fifty times. Chosen by hand.
const CLEARLY: f64 = 4.0;

/// What a page is weighed with.
pub(super) struct Judge<'a> {
    pub(super) known: &'a Knowledge,
    pub(super) trees: &'a Trees,
    pub(super) dictionary: &'a UserDictionary,
    pub(super) survey: Option<&'a Survey>,
    pub(super) text: &'a str,
    pub(super) mentioned: &'a Mentioned,
    pub(super) scope: &'a Scope,
}

/// Names in the order of the text.
struct Names {
    all: Vec<Span>,
    /// The length of the longest, in bytes.
    longest: usize,
}

impl Names {
    fn new(mut all: Vec<Span>) -> Self {
        all.sort_unstable_by_key(|name| name.start());
        let longest = all.iter().map(|name| name.len()).max().unwrap_or(0);
        Self { all, longest }
    }

    /// Whether one has all of `part` in it.
    fn holds(&self, part: Span) -> bool {
        let first = self.all.partition_point(|name| name.start() + self.longest < part.end());
        self.all[first..].iter().take_while(|name| name.start() <= part.start()).any(|name| part.end() <= name.end())
    }
}

impl Judge<'_> {
    /// The readings of strings that are one character away from names of `indexes`, those of one character together, the
    /// likeliest first, of which `is_wanted` says that they are.
    ///
    /// A long page has very many such strings: they are kept as hits, and what is seen of those of one character is forgotten with
    /// the next.
    pub(super) fn readings(
        &self,
        indexes: &[(Option<ScopedPlace>, Arc<Index>)],
        is_wanted: impl Fn(&Reading) -> bool,
    ) -> Vec<Reading> {
        let only: Vec<Arc<Index>> = indexes.iter().map(|(_, index)| Arc::clone(index)).collect();
        let hits = scan(self.text, &only);
        let channels = Channels::of(self.known);
        let exact = hits
            .iter()
            .filter(|hit| hit.differs.is_none())
            .map(|hit| Exact { span: hit.span(), name: only[hit.index].name(hit.name) });
        let exact = Exacts::new(exact.collect());
        let mut near: Vec<Hit> = hits.into_iter().filter(|hit| hit.differs.is_some()).collect();
        near.extend(self.of_two(&only, &exact));
        let in_lists = lists::near(self.text, self.known.gazetteer, &only, &exact, |instead, read| {
            channels.between(instead, read).is_possible()
        });
        let listed = in_lists.iter().map(|hit| hit.span()).collect();
        near.extend(in_lists);
        if near.is_empty() {
            return Vec::new();
        }
        near.sort_unstable_by_key(|hit| (hit.differing().start(), hit.start, hit.index, hit.name));
        near.dedup();
        let own_names = Names::new(self.dictionary.names(self.text).collect());
        let seen = |hit: &Hit| {
            let (scoped, index) = &indexes[hit.index];
            let seen = Seen { hit: *hit, index, name: index.name(hit.name), scoped: *scoped };
            self.channel(&seen, &channels).map(|channel| (seen, channel))
        };
        let mut words = WordsNear::new(self.known.lexicon, self.text);
        // Many names may be one character away from one string.
        let (mut protected, mut last): (FxHashMap<Span, bool>, _) = (FxHashMap::default(), None);
        near.retain(|hit| {
            let Some((seen, _)) = seen(hit) else { return false };
            let (span, differing) = (hit.span(), hit.differing());
            if last.replace(differing) != Some(differing) {
                protected.clear();
            }
            let is_protected = || self.is_protected(span, differing, &exact, &own_names, &mut words);
            !*protected.entry(span).or_insert_with(is_protected) && !self.is_valid_nearby(&seen)
        });
        let strings = Strings::new(self.text, near.iter().map(|hit| hit.span().of(self.text)));
        let page = Page {
            known: self.known,
            text: self.text,
            mentioned: self.mentioned,
            exact: &exact,
            strings: &strings,
            listed,
            characters: self.text.chars().count(),
            scoped: self.scope.places().len(),
            meant: RefCell::default(),
            facts: RefCell::default(),
            words: RefCell::new(WordsNear::new(self.known.lexicon, self.text)),
        };
        let of_one = near.chunk_by(|a, b| a.differing().start() == b.differing().start());
        let ranked = of_one.flat_map(|hits| {
            let readings: Vec<(Seen<'_>, Channel)> = hits.iter().filter_map(seen).collect();
            self.ranked(&page, &readings)
        });
        ranked.filter(is_wanted).collect()
    }

    /// Where names of two characters may stand: those with a suffix, and those of places that the page names rightly elsewhere.
    fn of_two(&self, indexes: &[Arc<Index>], exact: &Exacts) -> Vec<Hit> {
        let owners = exact.owners();
        let mut names: Vec<(usize, u32)> = Vec::new();
        let mut letters: Vec<Two> = Vec::new();
        for (number, index) in indexes.iter().enumerate() {
            let with_suffix = index.short().map(|name| (name, [true, false]));
            let of_owners = owners.iter().flat_map(|owner| index.of_two(*owner)).map(|name| (name, [true, true]));
            for (name, may_differ) in with_suffix.chain(of_owners) {
                names.push((number, name));
                let own = index.letters(name);
                letters.push(Two { letters: [own[0], own[1]], may_differ });
            }
        }
        if names.is_empty() {
            return Vec::new();
        }
        let mut possible: FxHashMap<(u16, u16), bool> = FxHashMap::default();
        let found = near_pairs(self.text, &letters, |right, read| {
            let is_possible = || Channel::is_possible_between(self.known, character(right), character(read));
            *possible.entry((right, read)).or_insert_with(is_possible)
        });
        let hit = |(number, start, differs): (usize, usize, usize)| {
            let (index, name) = names[number];
            Hit { index, name, start, length: 2, differs: Some(differs) }
        };
        found.into_iter().map(hit).collect()
    }

    /// How readily the name's character is read as the text's; `None` where a name of its length needs more.
    fn channel(&self, seen: &Seen<'_>, channels: &Channels<'_>) -> Option<Channel> {
        let (read, instead) = seen.read_and_instead(self.text);
        let channel = channels.between(instead, read);
        let (length, is_in_suffix) = (usize::from(seen.name.length), seen.is_in_suffix());
        let is_possible = match length {
            4.. if !is_in_suffix => true,
            3 if seen.name.suffix > 0 && !is_in_suffix => channel.is_conceivable(),
            _ => channel.is_possible(),
        };
        is_possible.then_some(channel)
    }

    /// Whether the string at `span`, of which a character differs, is a valid name, a word or part of one, or a person's name.
    fn is_protected(
        &self,
        span: Span,
        differing: Span,
        exact: &Exacts,
        own_names: &Names,
        words: &mut WordsNear<'_>,
    ) -> bool {
        let is_sure = |exact: &Exact| exact.name.length > 2 || exact.name.suffix > 0;
        own_names.holds(differing)
            || exact.around(differing).any(|exact| is_sure(exact) || exact.span.end() > span.end())
            || is_person(self.text, span)
            || is_word(words, span, differing)
            || self.is_kind_of_place(span)
    }

    /// Whether the string is two characters that often stand side by side, as those of a word do (集镇), or says which
    /// village, not what it is called (本村, 外村).
    fn is_kind_of_place(&self, span: Span) -> bool {
        const WHICH: &str = "本该各全我你此每某两这那同外邻哪几数原";
        let mut characters = span.of(self.text).chars();
        match (characters.next(), characters.next(), characters.next()) {
            (Some(first), Some(second), None) => {
                WHICH.contains(first) || self.known.seams.pair(first, second).is_some_and(|bond| bond > 0.0)
            }
            _ => false,
        }
    }

    /// Whether the string is the name of a place above the towns, or of a town of the same city.
    fn is_valid_nearby(&self, seen: &Seen<'_>) -> bool {
        let gazetteer = self.known.gazetteer;
        // Beijing and the like are provinces that have no cities.
        let city = |place: PlaceId| {
            let mut above = std::iter::once(place).chain(gazetteer.parents(place));
            above.find(|above| gazetteer.level(*above) <= Level::City)
        };
        let here = seen.scoped.and_then(|scoped| city(scoped.place));
        let string = seen.hit.span().of(self.text);
        // 虹梅路街道 is called 虹梅街道 as well.
        let with_road = string.strip_suffix("街道").map(|stem| format!("{stem}路街道"));
        let names = std::iter::once(string).chain(with_road.as_deref());
        names.flat_map(|name| gazetteer.find(name)).any(|(place, form)| {
            let is_name = form.kind == FormKind::Full || form.kind != FormKind::Period && !form.common;
            is_name && (gazetteer.level(place) < Level::Town || here.is_some() && city(place) == here)
        })
    }

    /// `readings`, which are all of one character, the likeliest first.
    fn ranked(&self, page: &Page<'_>, readings: &[(Seen<'_>, Channel)]) -> Vec<Reading> {
        page.facts.borrow_mut().clear();
        let mut ranked: Vec<Reading> = readings
            .iter()
            .map(|(seen, channel)| {
                let others = readings.iter().filter(|(other, _)| other.instead() != seen.instead());
                let next = others.map(|(_, channel)| channel.strength()).fold(-12.0, f64::max);
                self.weigh(page, seen, *channel, next)
            })
            .collect();
        ranked.sort_by(|a, b| {
            b.log_odds.total_cmp(&a.log_odds).then(b.span.len().cmp(&a.span.len())).then(a.name.cmp(&b.name))
        });
        prefer_whole(&mut ranked);
        if let [best, others @ ..] = ranked.as_mut_slice()
            && others.iter().any(|other| {
                let is_as_likely = other.log_odds > 0.0 && best.log_odds - other.log_odds < CLEARLY;
                is_as_likely && other.instead() != best.instead()
            })
        {
            best.log_odds = best.log_odds.min(weight::VALID);
        }
        self.add_others(&mut ranked);
        ranked
    }

    /// Adds to the evidence of what is likely which other names may have stood there.
    fn add_others(&self, ranked: &mut [Reading]) {
        for at in 0..ranked.len() {
            let chosen = &ranked[at];
            let span = chosen.span;
            let is_within = |other: &&Reading| span.start() <= other.span.start() && other.span.end() <= span.end();
            let others = ranked.iter().filter(is_within).filter(|other| other.instead() != chosen.instead());
            let others = others.map(|other| {
                let before = Span::new(span.start(), other.span.start()).of(self.text);
                let after = Span::new(other.span.end(), span.end()).of(self.text);
                (format!("{before}{}{after}", other.name), other.log_odds - chosen.log_odds)
            });
            if chosen.log_odds > 0.0
                && let Some(evidence) = Evidence::candidates(&chosen.name, others)
            {
                ranked[at].evidence.push(evidence);
            }
        }
    }

    fn weigh(&self, page: &Page<'_>, seen: &Seen<'_>, channel: Channel, next: f64) -> Reading {
        let features = page.features(seen, channel, next);
        let mut log_odds = self.trees.log_odds(&features);
        log_odds += match seen.scoped.map(|scoped| scoped.witness) {
            None => weight::OWN,
            Some(Witness::Page) => 0.0,
            Some(Witness::Region) => weight::REGION,
            Some(Witness::Batch) => weight::BATCH,
        };
        log_odds -= dilution(page, seen);
        let is_bare = seen.is_bare();
        if is_bare {
            log_odds += if page.listed.contains(&seen.hit.span()) { weight::LISTED } else { weight::BARE };
        }
        if seen.name.suffix > 0 && !seen.is_in_suffix() {
            let times = page.standing(seen, false).min(4);
            if page.is_after_parent(seen) && channel.strength() - next > weight::MARGIN {
                log_odds += weight::AFTER_PARENT;
            } else if times > 0 {
                log_odds += weight::RECURS + weight::RECURS_MORE * f64::from(times - 1);
            }
        }
        if self.is_unlisted(seen, channel) {
            log_odds += weight::UNLISTED;
        }
        let name = seen.index.text(seen.hit.name);
        let gain = (log_odds > 0.0).then(|| self.gain(seen, &name));
        if let Some(gain) = gain {
            let speaks = weight::GAIN * (gain - weight::GAIN_EXPECTED);
            log_odds += if is_bare && self.is_well_known(&name) { speaks } else { speaks.max(0.0) };
        }
        if log_odds > weight::VALID && self.is_doubtful(page, seen, channel) {
            log_odds = weight::VALID;
        }
        let evidence = match gain {
            Some(gain) if log_odds > 0.0 => self.evidence(page, seen, &name, channel, gain),
            _ => Vec::new(),
        };
        Reading {
            span: seen.hit.span(),
            differing: seen.hit.differing(),
            name,
            place: match seen.name.owner {
                Owner::Place(place) => Some(place),
                Owner::Entry(_) => None,
            },
            features,
            log_odds,
            evidence,
        }
    }

    /// Whether the string ends in the suffix of a town or what is above, looks like the name of one, and neither with its
    /// suffix nor without is the name of any place or a word.
    fn is_unlisted(&self, seen: &Seen<'_>, channel: Channel) -> bool {
        let Owner::Place(place) = seen.name.owner else { return false };
        let gazetteer = self.known.gazetteer;
        let string = seen.hit.span().of(self.text);
        let stem = || &string[..string.len() - usize::from(seen.name.suffix) * BYTES];
        let is_word = |text: &str| self.known.lexicon.get(text).is_some();
        let is_place = |text: &str| !gazetteer.find(text).is_empty() || gazetteer.may_be_village(text);
        seen.name.suffix > 0
            && seen.name.length > 2
            && !seen.is_in_suffix()
            && gazetteer.level(place) <= Level::Town
            && !FUNCTION_WORDS.contains(seen.read_and_instead(self.text).0)
            && channel.likeness.is_some_and(|likeness| likeness >= weight::ALIKE)
            && ![string, stem()].into_iter().any(|text| is_place(text) || is_word(text))
    }

    /// Whether news may have `name` often: a county or what lies above one is called so.
    fn is_well_known(&self, name: &str) -> bool {
        let gazetteer = self.known.gazetteer;
        gazetteer.find(name).iter().any(|(place, _)| gazetteer.level(*place) < Level::Town)
    }

    /// How much likelier the language model finds the text of the line with the name, in nats.
    fn gain(&self, seen: &Seen<'_>, name: &str) -> f64 {
        /// How many characters before the string are read, and after it: more than the model remembers, and than a word has.
        const BEFORE: usize = 8;
        const AFTER: usize = 4;
        let span = seen.hit.span();
        let before = before_in_line(self.text, span.start(), BEFORE);
        let after = self.text[span.end()..].chars().take_while(|c| *c != '\n').take(AFTER);
        let cost = |string: &str| {
            let characters = before.chars().chain(string.chars()).chain(after.clone());
            Line::read(self.known.model, characters.enumerate()).cost(0, usize::MAX)
        };
        f64::from(cost(span.of(self.text)) - cost(name))
    }

    fn evidence(&self, page: &Page<'_>, seen: &Seen<'_>, name: &str, channel: Channel, gain: f64) -> Vec<Evidence> {
        let gazetteer = self.known.gazetteer;
        let mut evidence = Vec::new();
        match seen.name.owner {
            Owner::Place(place) => {
                let mut parents: Vec<String> = gazetteer.parents(place).map(|parent| gazetteer.name(parent)).collect();
                parents.reverse();
                let source = gazetteer.source(place).to_owned();
                evidence.push(Evidence::Gazetteer { name: gazetteer.name(place), parents, source });
            }
            Owner::Entry(number) => {
                if let Some(entry) = self.dictionary.entries().get(number as usize) {
                    evidence.push(Evidence::Gazetteer {
                        name: entry.name.clone(),
                        parents: entry.parents.clone(),
                        source: entry.source.clone(),
                    });
                }
            }
        }
        if let Some(scoped) = seen.scoped {
            evidence.push(Evidence::Scope { place: gazetteer.name(scoped.place), witness: scoped.witness });
        }
        let (read, instead) = seen.read_and_instead(self.text);
        if let Some(similarity) = channel.likeness {
            evidence.push(Evidence::Glyphs { read, instead, similarity });
        }
        let string = seen.hit.span().of(self.text);
        evidence.push(Evidence::Similarity { value: strsim::normalized_damerau_levenshtein(string, name) });
        evidence.push(Evidence::Model { gain: (gain * 10.0).round() / 10.0 });
        let wrong = page.strings.count(string);
        for (text, page) in [(name, page.standing(seen, true)), (string, wrong)] {
            let batch = self.survey.map_or(page, |survey| survey.pages_with_name(text));
            evidence.push(Evidence::Count { text: text.to_owned(), page, batch });
        }
        evidence
    }
}

/// Whether a long and well-known word covers the character that differs and reaches out of the string. Place names
/// among the words do not count: they are judged as names.
fn is_word(words: &mut WordsNear<'_>, span: Span, differing: Span) -> bool {
    words.covering(differing).iter().any(|(word, known)| {
        let reaches_out = word.start() < span.start() || span.end() < word.end();
        let is_long = word.len() > 2 * BYTES;
        known.class != Class::Place && known.count >= WELL_KNOWN && (reaches_out || is_long)
    })
}

/// By how many nats a name is less likely on a page that is longer than those the trees were fitted on, and does not name the
/// place as much more often: the more text, the more in it is one character away from a name by chance.
fn dilution(page: &Page<'_>, seen: &Seen<'_>) -> f64 {
    let Some(scoped) = seen.scoped.filter(|scoped| scoped.witness == Witness::Page) else { return 0.0 };
    if page.characters <= FITTED_CHARACTERS {
        return 0.0;
    }
    let longer = page.characters as f64 / FITTED_CHARACTERS as f64;
    let named = f64::from(scoped.named.max(page.standing(seen, false))) / f64::from(MOST_NAMED);
    (longer / named.max(1.0)).ln().max(0.0)
}

/// Puts the longest of the names first that say the same as the likeliest: 三润溪村 is 三涧溪村, not only 三润溪 三涧溪.
fn prefer_whole(ranked: &mut [Reading]) {
    let Some(best) = ranked.first().filter(|best| best.log_odds > 0.0).cloned() else { return };
    let holds = |reading: &Reading| reading.span.start() <= best.span.start() && best.span.end() <= reading.span.end();
    let same = (0..ranked.len()).filter(|at| {
        let reading = &ranked[*at];
        reading.log_odds > 0.0 && reading.instead() == best.instead() && holds(reading)
    });
    if let Some(longest) = same.max_by_key(|at| (ranked[*at].span.len(), std::cmp::Reverse(*at))) {
        ranked[..=longest].rotate_right(1);
        ranked[0].log_odds = best.log_odds;
    }
}

/// The readings that do not overlap a likelier one; so one of each character.
pub(super) fn apart(mut readings: Vec<Reading>) -> Vec<Reading> {
    let mut order: Vec<usize> = (0..readings.len()).collect();
    order.sort_by(|a, b| readings[*b].log_odds.total_cmp(&readings[*a].log_odds).then(a.cmp(b)));
    let mut dropped: FxHashSet<usize> = FxHashSet::default();
    let mut taken = Taken::default();
    for number in order {
        if !taken.take(readings[number].span) {
            dropped.insert(number);
        }
    }
    let mut number = 0;
    readings.retain(|_| {
        number += 1;
        !dropped.contains(&(number - 1))
    });
    readings
}

/// Spans that do not meet: their starts and ends.
#[derive(Default)]
struct Taken(BTreeMap<usize, usize>);

impl Taken {
    /// Takes `span`, unless it meets one that is taken.
    fn take(&mut self, span: Span) -> bool {
        let before = self.0.range(..span.end()).next_back();
        let is_free = before.is_none_or(|(_, end)| *end <= span.start());
        if is_free {
            self.0.insert(span.start(), span.end());
        }
        is_free
    }
}

/// What [`super::Places::names`] gives.
pub(super) fn names(text: &str, indexes: &[Arc<Index>]) -> Vec<Span> {
    let hits = scan(text, indexes);
    let name = |hit: &Hit| indexes[hit.index].name(hit.name);
    let exact: Vec<&Hit> = hits.iter().filter(|hit| hit.differs.is_none()).collect();
    let is_bare = |hit: &Hit| hit.length == 2 && name(hit).suffix == 0;
    let mut reach: FxHashMap<Owner, (usize, usize)> = FxHashMap::default();
    for hit in &exact {
        let (first, last) = reach.entry(name(hit).owner).or_insert((hit.start, hit.start));
        (*first, *last) = ((*first).min(hit.start), (*last).max(hit.start));
    }
    let stands_apart = |hit: &Hit| {
        let others = reach.get(&name(hit).owner);
        others.is_some_and(|(first, last)| hit.start - first > 4 * BYTES || last - hit.start > 4 * BYTES)
    };
    let mut sure: Vec<&Hit> = exact.iter().filter(|hit| !is_bare(hit) || stands_apart(hit)).copied().collect();
    sure.sort_by_key(|hit| (std::cmp::Reverse(hit.length), hit.start));
    let mut taken = Taken::default();
    for hit in sure {
        taken.take(hit.span());
    }
    taken.0.into_iter().map(|(start, end)| Span::new(start, end)).collect()
}
