//! `kanwu places`: what is known of a name, and what it would be corrected to.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Result;
use kanwu::correction::{Confidence, Correction, Edit, Policy, Rule, Verdict};
use kanwu::knowledge::{Form, FormKind, Gazetteer, Level, PlaceId, UserDictionary};
use kanwu::stage::Places;
use kanwu::stage::places::{Suggestion, places_named};
use kanwu::text::Span;
use serde_json::{Value, json};

use crate::args;
use crate::exit::Exit;
use crate::output::print;
use crate::pipeline::Knowledge;
use crate::settings::Settings;

/// How many places and suggestions are listed; the rest are counted.
const MOST_SHOWN: usize = 12;

/// `kanwu places`.
pub(crate) fn run(args: &args::PlacesOf) -> Result<Exit> {
    let Knowledge { known, wishes, policy } = Knowledge::load(&Settings::of_text(&args.wishes)?)?;
    let stage = Places::new(known, Arc::clone(&wishes.dictionary), wishes.region.clone(), None);
    let asked =
        Asked { gazetteer: known.gazetteer, stage, dictionary: wishes.dictionary, region: wishes.region, policy };
    if args.format == args::Shown::Json {
        let answers: Vec<Value> = args.names.iter().map(|name| asked.answer(name).to_json(&asked)).collect();
        print(&format!("{}\n", serde_json::to_string_pretty(&answers)?))?;
    } else {
        let answers: Vec<String> = args.names.iter().map(|name| asked.answer(name).to_text(&asked)).collect();
        print(&answers.join("\n"))?;
    }
    Ok(Exit::Done)
}

struct Asked {
    gazetteer: &'static Gazetteer,
    stage: Places,
    dictionary: Arc<UserDictionary>,
    region: Vec<PlaceId>,
    policy: Policy,
}

/// All that is known of one name.
struct Answer {
    name: String,
    places: Vec<(PlaceId, Form)>,
    /// Entries of the user's dictionaries: by name, and by misreading.
    entries: Vec<(String, &'static str, String)>,
    suggestions: Vec<Suggestion>,
    /// Where there is nothing else, counties and what is above them whose full names are one character away.
    near: Vec<(PlaceId, Form)>,
}

impl Asked {
    fn answer(&self, name: &str) -> Answer {
        let mut places = places_named(self.gazetteer, name);
        places.retain(|(place, _)| self.is_near(*place));
        let entries = self.dictionary.entries().iter().filter_map(|entry| {
            let how = if entry.name == name || entry.aliases.iter().any(|alias| alias == name) {
                "a name"
            } else if entry.misreadings.iter().any(|misreading| misreading == name) {
                "a known misreading of"
            } else {
                return None;
            };
            Some((entry.name.clone(), how, entry.source.clone()))
        });
        let entries: Vec<_> = entries.collect();
        let mut suggestions = if places.is_empty() { self.stage.suggestions(name) } else { Vec::new() };
        suggestions.retain(|suggestion| self.is_near(suggestion.place.0));
        let is_known = !(places.is_empty() && entries.is_empty() && suggestions.is_empty());
        let near = if is_known { Vec::new() } else { self.one_away(name) };
        Answer { name: name.to_owned(), places, entries, suggestions, near }
    }

    /// The counties, cities and provinces whose full names are one character away from `name`. Of two characters one would
    /// say too little.
    fn one_away(&self, name: &str) -> Vec<(PlaceId, Form)> {
        let levels = [Level::Province, Level::City, Level::County];
        let upper = levels.into_iter().flat_map(|level| self.gazetteer.all(level)).filter(|place| self.is_near(*place));
        let near = upper.filter(|place| {
            let known = self.gazetteer.name(*place);
            known.chars().count() > 2 && strsim::levenshtein(&known, name) == 1
        });
        near.filter_map(|place| {
            places_named(self.gazetteer, &self.gazetteer.name(place)).into_iter().find(|(id, _)| *id == place)
        })
        .collect()
    }

    /// Whether `place` lies in the region, where one was given, or holds it.
    fn is_near(&self, place: PlaceId) -> bool {
        let gazetteer = self.gazetteer;
        let holds = |region: &PlaceId| gazetteer.is_within(place, *region) || gazetteer.is_within(*region, place);
        self.region.is_empty() || self.region.iter().any(holds)
    }

    /// What `place` lies in, highest first.
    fn parents(&self, place: PlaceId) -> Vec<String> {
        let mut parents: Vec<String> =
            self.gazetteer.parents(place).map(|parent| self.gazetteer.name(parent)).collect();
        parents.reverse();
        parents
    }

    /// The place that a page must name for `place` to be looked for.
    fn scope(&self, place: PlaceId) -> Option<String> {
        let above = self.gazetteer.parents(place).find(|parent| self.gazetteer.level(*parent) <= Level::County);
        above.map(|above| self.gazetteer.name(above))
    }

    fn years(&self, place: PlaceId) -> String {
        let Some(years) = self.gazetteer.years(place) else { return String::new() };
        let year = |year: Option<u16>| year.map(|year| year.to_string()).unwrap_or_default();
        format!("{}–{}", year(years.since), year(years.until))
    }

    fn now(&self, place: PlaceId) -> Option<String> {
        self.gazetteer.now(place).map(|now| self.gazetteer.name(now))
    }

    /// `place` with all that it lies in.
    fn address(&self, place: PlaceId) -> String {
        self.parents(place).concat() + &self.gazetteer.name(place)
    }

    /// The columns that the widest address of `places` takes.
    fn widest(&self, places: impl Iterator<Item = PlaceId>) -> usize {
        places.map(|place| width(&self.address(place))).max().unwrap_or_default()
    }

    /// A line about `place`, of which the name is `form`, with `columns` for its address.
    fn line(&self, place: PlaceId, form: Form, columns: usize) -> String {
        let now = self.now(place).map(|now| format!(", today {now}")).unwrap_or_default();
        let years = self.years(place);
        let years = if years.is_empty() { years } else { format!(", {years}") };
        format!(
            "{}  {}  {}  ({}{years}{now})",
            padded(&self.address(place), columns),
            padded(level(self.gazetteer.level(place)), 8),
            padded(kind(form), 24),
            self.gazetteer.source(place)
        )
    }
}

impl Answer {
    fn to_text(&self, asked: &Asked) -> String {
        let mut text = format!("{}\n", self.name);
        // Writing to a string cannot fail.
        for (name, how, source) in &self.entries {
            let of = if *how == "a name" { String::new() } else { format!(" {name}") };
            let _ = writeln!(text, "  {how}{of} in your dictionary ({source})");
        }
        let columns = asked.widest(self.places.iter().take(MOST_SHOWN).map(|(place, _)| *place));
        for (place, form) in self.places.iter().take(MOST_SHOWN) {
            let _ = writeln!(text, "  {}", asked.line(*place, *form, columns));
            if let Some(scope) = asked.scope(*place) {
                let _ = writeln!(text, "      in scope where a page names {scope}");
            }
        }
        more(&mut text, self.places.len(), "places of this name; --region narrows them");
        if !self.places.is_empty() {
            text += "  A known name: it is never changed into another by shape alone.\n";
            return text;
        }
        let within = if asked.region.is_empty() { "in the gazetteer" } else { "in that region" };
        if self.suggestions.is_empty() {
            let _ = writeln!(
                text,
                "  no name {within}, nor one character away from any that an engine would confuse it with"
            );
            if !self.near.is_empty() {
                text += "  one character away, but not looked for by themselves:\n";
            }
            let columns = asked.widest(self.near.iter().take(MOST_SHOWN).map(|(place, _)| *place));
            for (place, form) in self.near.iter().take(MOST_SHOWN) {
                let _ = writeln!(text, "  {}", asked.line(*place, *form, columns));
            }
            more(&mut text, self.near.len(), "names one character away; --region narrows them");
            return text;
        }
        let _ = writeln!(text, "  no name {within}; it may be misread from:");
        let shown = || self.suggestions.iter().take(MOST_SHOWN);
        let columns = asked.widest(shown().map(|suggestion| suggestion.place.0));
        let names = shown().map(|suggestion| width(&suggestion.name)).max().unwrap_or_default();
        for suggestion in shown() {
            let (place, form) = suggestion.place;
            let _ = writeln!(text, "  {}  {}", padded(&suggestion.name, names), asked.line(place, form, columns));
            let _ = writeln!(text, "      {}", evidence(suggestion));
            text += &outcome(&self.name, suggestion, asked);
        }
        more(&mut text, self.suggestions.len(), "names that it may be; --region narrows them");
        text += "  Within a sentence, or on a longer page, it may be less sure; kanwu check shows what would be done to a page.\n";
        text
    }

    fn to_json(&self, asked: &Asked) -> Value {
        let place = |place: PlaceId, form: Form| {
            json!({
                "name": asked.gazetteer.name(place),
                "level": asked.gazetteer.level(place),
                "parents": asked.parents(place),
                "form": form.kind,
                "common-word": form.common,
                "source": asked.gazetteer.source(place),
                "since": asked.gazetteer.years(place).and_then(|years| years.since),
                "until": asked.gazetteer.years(place).and_then(|years| years.until),
                "now": asked.now(place),
                "scope": asked.scope(place),
            })
        };
        let suggestions: Vec<Value> = self
            .suggestions
            .iter()
            .map(|suggestion| {
                json!({
                    "name": suggestion.name,
                    "place": place(suggestion.place.0, suggestion.place.1),
                    "read": suggestion.read,
                    "instead": suggestion.instead,
                    "similarity": suggestion.likeness,
                    "confused": suggestion.confused.0,
                    "rendered": suggestion.confused.1,
                    "log-odds": suggestion.odds.named,
                    "confidence": suggestion.odds.named.map(Confidence::from_log_odds),
                    "confidence-recurring": suggestion.odds.recurring.map(Confidence::from_log_odds),
                    "confidence-region": suggestion.odds.region.map(Confidence::from_log_odds),
                })
            })
            .collect();
        let entries: Vec<Value> = self
            .entries
            .iter()
            .map(|(name, how, source)| json!({"name": name, "misreading": *how != "a name", "source": source}))
            .collect();
        let places: Vec<Value> = self.places.iter().map(|(id, form)| place(*id, *form)).collect();
        let near: Vec<Value> = self.near.iter().map(|(id, form)| place(*id, *form)).collect();
        json!({ "name": self.name, "places": places, "dictionary": entries, "suggestions": suggestions, "near": near })
    }
}

fn evidence(suggestion: &Suggestion) -> String {
    let Suggestion { read, instead, likeness, confused: (count, rendered), .. } = suggestion;
    let likeness = likeness.map_or_else(|| "not much alike".to_owned(), |value| format!("likeness {value:.2}"));
    format!("{read} read for {instead}: {likeness}; engines did so {} of {rendered}", times(*count))
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// What would be done on small pages that have the string on a line of its own, by what brings the name into scope.
fn outcome(string: &str, suggestion: &Suggestion, asked: &Asked) -> String {
    let place = suggestion.place.0;
    let above: Vec<PlaceId> =
        asked.gazetteer.parents(place).filter(|parent| asked.gazetteer.level(*parent) <= Level::County).collect();
    let above: String = above.iter().rev().map(|parent| asked.gazetteer.name(*parent)).collect();
    let region: Vec<String> = asked.region.iter().map(|place| asked.gazetteer.name(*place)).collect();
    let region = if region.is_empty() { asked.scope(place).unwrap_or_default() } else { region.join(", ") };
    let odds = suggestion.odds;
    let mut text = format!("      with {string} on a line of its own:\n");
    for (odds, when) in [
        (odds.named, format!("on a page that names {above} once")),
        (odds.recurring, format!("on one that also has {} once, as it should be", suggestion.name)),
        (odds.region, format!("on one that has nothing else, with --region {region}")),
    ] {
        let _ = writeln!(text, "        {}  {when}", padded(&done(string, suggestion, odds, &asked.policy), 16));
    }
    text
}

/// What is done with `suggestion` for `string` at those odds, and how sure that is.
fn done(string: &str, suggestion: &Suggestion, odds: Option<f64>, policy: &Policy) -> String {
    let Some(odds) = odds else { return "not looked for".to_owned() };
    let edit = Edit::replace(Span::new(0, string.len()), suggestion.name.clone());
    let mut correction = Correction::new(Rule::PlaceName, edit, Confidence::from_log_odds(odds), Vec::new());
    policy.calibration.recalibrate(&mut correction);
    let done = match policy.verdict(string, &correction) {
        Verdict::Applied => "applied",
        Verdict::Proposed => "proposed",
        Verdict::Withheld(_) => "left alone",
    };
    format!("{done} ({:.3})", correction.confidence.probability())
}

fn more(text: &mut String, all: usize, what: &str) {
    if all > MOST_SHOWN {
        let _ = writeln!(text, "  … and {} more {what}", all - MOST_SHOWN);
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::City => "city",
        Level::County => "county",
        Level::Town => "town",
        Level::Village => "village",
    }
}

fn kind(form: Form) -> &'static str {
    match (form.kind, form.common) {
        (FormKind::Stem, true) => "short, also a word",
        (_, true) => "also a word",
        (FormKind::Full, _) => "full name",
        (FormKind::Alias, _) => "another name",
        (FormKind::Former, _) => "name of former times",
        (FormKind::Stem, _) => "short name",
        (FormKind::Period, _) => "name of another period",
    }
}

/// The columns that `text` takes; a Chinese character takes two.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|c| if kanwu::text::is_wide(c) { 2 } else { 1 }).sum()
}

/// `text` with blanks up to that many `columns`.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}
