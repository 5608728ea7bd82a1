use rustc_hash::FxHashMap;

use super::super::memory::Parts;
use super::super::people;
use super::marks::{self, MarkSight};
use crate::engine::{Census, Change, Findings, Letter, Line, Search};
use crate::knowledge::model::{Context, is_seen};
use crate::knowledge::trees::{features, fitted};
use crate::knowledge::{Asked, Attraction, Characters, Class, Knowledge, Survey};
use crate::text::{Span, is_han};

/// What the model sees of a change; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

fitted! {
    /// What the fitted trees tell: whether a change puts a misread character right. `kanwu fit confusables` writes them.
    "kanwu confusables 1", "confusables.txt"
}

features! {
    gain: "how much likelier the text is with the change, in nats",
    left: "the part of that gain that the changed characters themselves make, after what stands before them",
    channel: "how much less likely an engine reads one for the other than reads it rightly: the logarithm",
    net: "gain and channel together",
    margin: "how much the net gain exceeds that of the next best change of the same characters, at most 20",
    before: "what the changed characters cost as they stand, a character",
    after: "what they cost when they are changed, a character",
    rest: "what the text costs from the change on when it is made, a character",
    known_before: "how many characters the model knows together, up to the one after the change, as they stand",
    known_after: "the same when they are changed",
    rare_before: "what the rarest of the changed characters costs by itself",
    rare_after: "what the rarest of the new ones costs by itself",
    likeness: "how alike the two characters look, 0 where that is not known",
    count: "how often one was read for the other when that was counted: the logarithm",
    place: "at which place of the likely readings the new character stands, at most 64",
    word_before: "the longest word that covers the change as it stands, in characters",
    word_before_count: "how frequent it is: the logarithm",
    word_after: "the longest word that covers it when it is changed, in characters",
    word_after_count: "how frequent it is: the logarithm",
    person_before: "1 if a word that covers it as it stands is a person's name",
    place_before: "1 if a word that covers it as it stands is a place",
    width: "how many characters are changed",
    new_width: "how many characters they become",
    changes: "how many changes the line has within six characters, this one included, at most 6",
    page_cost: "what a Chinese character of the page costs on average",
    page_changes: "how many changes a thousand Chinese characters of the page have, at most 100",
    again_before: "how often the page has the characters with either neighbour elsewhere as they stand: the logarithm",
    again_after: "the same of the new ones",
    batch_before: "on how many other pages of the batch the characters stand with two neighbours as they are: the logarithm",
    batch_after: "the same of the new ones",
    batch_around: "on how many other pages three characters stand that stand just before or just after them: the logarithm",
    byline: "1 if a word that announces a person's name stands shortly before",
    surname: "1 if the change or one of the two characters before it is a frequent surname",
    left_han: "1 if a Chinese character stands before the change",
    right_han: "1 if one stands after it",
    from_start: "how many letters stand before it in the line, at most 4",
    from_end: "how many after it, at most 4",
    quoted: "1 if a quotation mark or bracket stands within two letters of it",
}

/// A page whose lines were searched.
pub(super) struct Page<'p> {
    text: &'p str,
    /// Its lines, with where each begins.
    lines: Vec<(usize, &'p Searched)>,
    /// How many Chinese characters it has.
    han: usize,
    cost: f32,
    changes: f32,
    /// How often two characters stand side by side, of those that changes ask for.
    pairs: FxHashMap<(char, char), u16>,
    /// Whether three characters stand side by side, of those that changes ask for.
    threes: FxHashMap<[char; 3], bool>,
}

/// A line, and what was found in it. All of it hangs on the line alone, but for which places of it are broken.
pub(super) struct Searched {
    census: Census,
    /// What its Chinese characters cost, one after another.
    costs: Box<[f32]>,
    /// The line itself, until it was searched.
    line: Option<Line>,
    findings: Findings,
    sights: Vec<Sight>,
    marks: Vec<MarkSight>,
}

impl Searched {
    fn of(text: &str, search: Search<'_>) -> Self {
        let line = Line::read(search.model, text.char_indices());
        let costs = line.letters().iter().filter(|letter| letter.is_han).map(|letter| letter.cost).collect();
        Self {
            census: search.census(&line),
            costs,
            line: Some(line),
            findings: Findings::default(),
            sights: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Searches the line, of which `text` is the text, unless all is known that there is to find on a page that is counted as `page`.
    fn search(&mut self, text: &str, page: &Census, known: &Knowledge, search: Search<'_>) {
        let unread = self.line.take();
        if unread.is_none() && self.findings.hold_on(page) {
            return;
        }
        let line = unread.unwrap_or_else(|| Line::read(search.model, text.char_indices()));
        self.findings = search.findings(&line, &self.census, page);
        let changes = &self.findings.changes;
        self.sights = (0..changes.len()).map(|at| Sight::of(text, &line, changes, at, known, search)).collect();
        self.marks = marks::sights(text, &line, changes, known, search);
    }

    /// What was seen of its marks.
    pub(super) fn marks(&self) -> &[MarkSight] {
        &self.marks
    }
}

/// What is known of the batch, and what was asked of that.
pub(super) struct Batch<'a> {
    pub(super) survey: Option<&'a Survey>,
    pub(super) asked: &'a mut Asked,
}

impl Batch<'_> {
    /// On how many pages but `page` that one of `threes` stands which stands on the most: the logarithm of one more.
    fn others_with(&mut self, threes: &[[char; 3]], page: &Page<'_>) -> f32 {
        let Some(survey) = self.survey else { return 0.0 };
        let strings = threes.iter().map(|three| (*three, page.threes.get(three).copied().unwrap_or_default()));
        (self.asked.recurring(survey, strings) as f32 + 1.0).ln()
    }
}

/// A change, where it stands, and what is seen of it.
pub(super) struct Seeing {
    pub(super) span: Span,
    pub(super) instead: String,
    pub(super) features: Features,
    /// Other readings, and by how much their net gain exceeds that of the change, in nats.
    pub(super) others: Vec<(String, f64)>,
}

impl<'p> Page<'p> {
    /// Reads `text`; of the lines that stand in `searched` what was found in them is known.
    pub(super) fn read(
        text: &'p str,
        known: &Knowledge,
        search: Search<'_>,
        searched: &'p mut Parts<str, Searched>,
    ) -> Self {
        searched.turn();
        let mut census = Census::default();
        for (_, line) in lines(text) {
            census = census.and(searched.of(line, || Searched::of(line, search)).census);
        }
        for (_, line) in lines(text) {
            if let Some(searched) = searched.get_mut(line) {
                searched.search(line, &census, known, search);
            }
        }
        let lines = lines(text).filter_map(|(start, line)| Some((start, searched.get(line)?))).collect();
        let mut page = Self {
            text,
            lines,
            han: census.han(),
            cost: 0.0,
            changes: 0.0,
            pairs: FxHashMap::default(),
            threes: FxHashMap::default(),
        };
        page.count(census);
        page
    }

    /// Counts what is seen of the page as a whole.
    fn count(&mut self, census: Census) {
        let many = census.han().max(1) as f32;
        let costs = self.lines.iter().flat_map(|(_, line)| &line.costs);
        self.cost = costs.sum::<f32>() / many;
        let sights = || self.lines.iter().flat_map(|(_, line)| &line.sights);
        self.changes = (sights().count() as f32 / many * 1000.0).min(100.0);
        self.pairs = sights().flat_map(Sight::pairs).map(|pair| (pair, 0)).collect();
        self.threes = sights().flat_map(Sight::threes).map(|three| (three, false)).collect();
        if self.pairs.is_empty() && self.threes.is_empty() {
            return;
        }
        for (_, line) in lines(self.text) {
            let mut last = [None; 2];
            for c in line.chars().filter(|c| is_seen(*c)) {
                if let Some(count) = last[1].and_then(|before| self.pairs.get_mut(&(before, c))) {
                    *count = count.saturating_add(1);
                }
                if let [Some(one), Some(two)] = last
                    && let Some(is_there) = self.threes.get_mut(&[one, two, c])
                {
                    *is_there = true;
                }
                last = [last[1], Some(c)];
            }
        }
    }

    /// Its text.
    pub(super) fn text(&self) -> &'p str {
        self.text
    }

    /// How many Chinese characters it has.
    pub(super) fn han(&self) -> usize {
        self.han
    }

    /// Its lines, with where each begins.
    pub(super) fn lines(&self) -> &[(usize, &'p Searched)] {
        &self.lines
    }

    /// What a Chinese character of it costs on average, in nats.
    pub(super) fn cost(&self) -> f32 {
        self.cost
    }

    /// Every change of the page, with what is seen of it.
    pub(super) fn seeings(&self, batch: &mut Batch<'_>) -> Vec<Seeing> {
        let sights = self.lines.iter().flat_map(|(start, line)| line.sights.iter().map(move |sight| (*start, sight)));
        sights.map(|(start, sight)| self.see(start, sight, batch)).collect()
    }

    /// What is seen of a change in the line that begins at `start`, and of the page and the batch around it.
    fn see(&self, start: usize, sight: &Sight, batch: &mut Batch<'_>) -> Seeing {
        let Sight { span, instead, old, new, .. } = sight;
        let seen = Seen {
            page_cost: self.cost,
            page_changes: self.changes,
            again_before: self.again(sight.neighbours, old, 1),
            again_after: self.again(sight.neighbours, new, 0),
            batch_before: batch.others_with(&sight.threes_before, self),
            batch_after: batch.others_with(&sight.threes_after, self),
            batch_around: batch.others_with(&sight.threes_around, self),
            ..sight.seen
        };
        Seeing {
            span: Span::new(start + span.start(), start + span.end()),
            instead: instead.clone(),
            features: seen.numbers(),
            others: sight.others.clone(),
        }
    }

    /// How often `characters` stand on the page beside either neighbour, themselves left out: the logarithm.
    fn again(&self, neighbours: Neighbours, characters: &[char], themselves: u16) -> f32 {
        let count = |pair: Option<(char, char)>| {
            let count = pair.and_then(|pair| self.pairs.get(&pair));
            f32::from(count.map_or(0, |count| count.saturating_sub(themselves)))
        };
        let [before, after] = beside(neighbours, characters);
        (1.0 + (count(before) + count(after))).ln()
    }
}

/// The Chinese characters on either side of a change, as they were read.
type Neighbours = (Option<char>, Option<char>);

/// The pairs that the first and the last of `characters` make with their neighbours.
fn beside((left, right): Neighbours, characters: &[char]) -> [Option<(char, char)>; 2] {
    [left.zip(characters.first().copied()), characters.last().copied().zip(right)]
}

/// A change, and what is seen of it in its line.
struct Sight {
    /// Where it stands in the line.
    span: Span,
    instead: String,
    old: Vec<char>,
    new: Vec<char>,
    neighbours: Neighbours,
    /// What is seen of it, but for the page and the batch.
    seen: Seen,
    /// Other readings, and by how much their net gain exceeds that of the change.
    others: Vec<(String, f64)>,
    /// Three characters side by side that the change is part of, as they stand and as it makes them, and those before and after it.
    threes_before: Vec<[char; 3]>,
    threes_after: Vec<[char; 3]>,
    threes_around: Vec<[char; 3]>,
}

impl Sight {
    /// Of the change `at` of those of a line.
    fn of(text: &str, line: &Line, all: &[Change], at: usize, known: &Knowledge, search: Search<'_>) -> Self {
        let change = &all[at];
        let changed = Changed::new(line, near(all, at), change, search);
        let letters = line.letters();
        let span = Span::new(letters[change.start].start, letters[change.end - 1].span().end());
        let weight = changed.weigh(search);
        let seen = Seen {
            byline: f32::from(u8::from(is_after_byline(text, span.start()))),
            ..changed.seen(span, &weight, known, search)
        };
        Self {
            span,
            instead: change.instead.clone(),
            neighbours: changed.neighbours(),
            seen,
            others: weight.others,
            threes_before: changed.threes(&changed.old),
            threes_after: changed.threes(&changed.new),
            threes_around: changed.threes_around(),
            old: changed.old,
            new: changed.new,
        }
    }

    /// The pairs of characters whose number on the page is asked for.
    fn pairs(&self) -> impl Iterator<Item = (char, char)> {
        let pairs = [beside(self.neighbours, &self.old), beside(self.neighbours, &self.new)];
        pairs.into_iter().flatten().flatten()
    }

    /// The threes of characters of which it is asked whether the page has them.
    fn threes(&self) -> impl Iterator<Item = [char; 3]> {
        [&self.threes_before, &self.threes_after, &self.threes_around].into_iter().flatten().copied()
    }
}

/// Whether a word that announces a name stands in `line`, at most ten characters before `at`, with nothing but characters and blanks
/// between.
fn is_after_byline(line: &str, at: usize) -> bool {
    let near = line[..at].char_indices().rev().take(10).take_while(|&(_, c)| is_han(c) || c == ' ' || c == '\u{3000}');
    let before = near.last().map_or("", |(from, _)| &line[from..at]);
    people::announcing_names().any(|byline| before.contains(byline))
}

/// The changes that stand so near to the one `at` that they are seen with it.
fn near(changes: &[Change], at: usize) -> &[Change] {
    let this = &changes[at];
    let first = changes[..at].partition_point(|other| other.end + AROUND <= this.start);
    let last = at + changes[at..].partition_point(|other| other.start < this.end + AROUND);
    &changes[first..last]
}

fn are_han(characters: &[char; 3]) -> bool {
    characters.iter().all(|c| is_han(*c))
}

/// What the rarest of `characters` costs by itself.
fn dearest(search: Search<'_>, characters: &[char]) -> f32 {
    let cost = |&c: &char| -search.model.alone(search.model.symbols().symbol(c));
    characters.iter().map(cost).fold(0.0, f32::max)
}

/// A change in its line, with the other changes near it made, so that it is seen as it would stand.
struct Changed<'l> {
    letters: &'l [Letter],
    change: &'l Change,
    old: Vec<char>,
    new: Vec<char>,
    /// What stands around it, this change not made.
    line: Line,
    /// Where the change stands in that.
    start: usize,
    end: usize,
    /// How many changes stand within six letters, this one included.
    changes_nearby: usize,
}

/// How many letters on either side of a change are looked at: more than any word or n-gram reaches.
const AROUND: usize = 12;

/// What the language model and the channel say of a change.
struct Weight {
    gain: f32,
    channel: f32,
    margin: f32,
    own_before: f32,
    own_after: f32,
    rest: f32,
    place: usize,
    /// Other readings, and by how much their net gain exceeds that of the change.
    others: Vec<(String, f64)>,
}

struct WordSeen {
    length: f32,
    count: f32,
    is_person: bool,
    is_place: bool,
}

impl<'l> Changed<'l> {
    fn new(line: &'l Line, changes: &[Change], change: &'l Change, search: Search<'_>) -> Self {
        let letters = line.letters();
        let (from, to) = (change.start.saturating_sub(AROUND), (change.end + AROUND).min(letters.len()));
        let plain = |start: usize, end: usize| letters[start..end].iter().map(|letter| letter.c);
        let mut characters: Vec<char> = Vec::with_capacity(to - from);
        let (mut at, mut start) = (from, 0);
        for other in changes.iter().filter(|other| other.start >= from && other.end <= to) {
            characters.extend(plain(at, other.start));
            if other == change {
                start = characters.len();
                characters.extend(plain(other.start, other.end));
            } else {
                characters.extend(other.instead.chars());
            }
            at = other.end;
        }
        characters.extend(plain(at, to));
        let is_near = |other: &&Change| other.start < change.end + 6 && change.start < other.end + 6;
        Self {
            letters,
            change,
            old: plain(change.start, change.end).collect(),
            new: change.instead.chars().collect(),
            line: Line::read(search.model, characters.into_iter().enumerate()),
            start,
            end: start + change.end - change.start,
            changes_nearby: changes.iter().filter(is_near).count(),
        }
    }

    /// What is seen of the change at `span`, which has `weight`.
    fn seen(&self, span: Span, weight: &Weight, known: &Knowledge, search: Search<'_>) -> Seen {
        let Self { old, new, letters, change, .. } = self;
        let (word_before, word_after) = (self.word(known, old), self.word(known, new));
        let (left, right) = self.neighbours();
        let around =
            |count: usize| letters[change.start.saturating_sub(count)..(change.end + count).min(letters.len())].iter();
        let flag = |yes: bool| f32::from(u8::from(yes));
        let mut seen = Seen {
            gain: weight.gain,
            left: weight.own_before - weight.own_after,
            channel: weight.channel,
            net: weight.gain + weight.channel,
            margin: weight.margin,
            before: weight.own_before / old.len() as f32,
            after: weight.own_after / new.len() as f32,
            rest: weight.rest,
            known_before: self.known_with(search, old),
            known_after: self.known_with(search, new),
            rare_before: dearest(search, old),
            rare_after: dearest(search, new),
            place: weight.place.min(64) as f32,
            word_before: word_before.length,
            word_before_count: word_before.count,
            word_after: word_after.length,
            word_after_count: word_after.count,
            person_before: flag(word_before.is_person),
            place_before: flag(word_before.is_place),
            width: old.len() as f32,
            new_width: new.len() as f32,
            changes: self.changes_nearby.min(6) as f32,
            surname: flag(around(2).any(|letter| letter.start < span.end() && people::is_frequent_surname(letter.c))),
            left_han: flag(left.is_some()),
            right_han: flag(right.is_some()),
            from_start: change.start.min(4) as f32,
            from_end: (letters.len() - change.end).min(4) as f32,
            quoted: flag(around(2).any(|letter| QUOTES.contains(letter.c))),
            ..Seen::default()
        };
        if let ([o], [t]) = (&old[..], &new[..]) {
            seen.likeness = known.shapes.similarity(*o, *t).unwrap_or_default() as f32;
            seen.count = (known.confusions.count(*t, *o) as f32 + 1.0).ln();
        }
        seen
    }

    /// The Chinese characters on either side, as they were read.
    fn neighbours(&self) -> Neighbours {
        let han = |at: usize| self.letters.get(at).map(|letter| letter.c).filter(|c| is_han(*c));
        (self.change.start.checked_sub(1).and_then(han), han(self.change.end))
    }

    /// What the text costs around the change with `instead` in its place.
    fn cost(&self, search: Search<'_>, instead: &[char]) -> f32 {
        self.line.cost_with(search.model, self.start, self.end, instead.iter().copied())
    }

    /// What `instead` itself costs, and what is known after it.
    fn own_cost(&self, search: Search<'_>, instead: &[char]) -> (f32, Context) {
        instead.iter().fold((0.0, *self.line.before(self.start)), |(cost, context), &c| {
            let (probability, next) = search.model.step(&context, search.model.symbols().symbol(c));
            (cost - probability, next)
        })
    }

    /// How many characters the model knows together, up to the one after the change, with `instead` in its place.
    fn known_with(&self, search: Search<'_>, instead: &[char]) -> f32 {
        let context = self.own_cost(search, instead).1;
        let next = self.line.letters().get(self.end);
        next.map_or(context, |next| search.model.step(&context, next.symbol).1).known() as f32
    }

    fn weigh(&self, search: Search<'_>) -> Weight {
        let Self { old, new, .. } = self;
        let (as_read, as_changed) = (self.cost(search, old), self.cost(search, new));
        let right = old.iter().map(|&c| search.channel.log_right(c)).sum::<f64>() as f32;
        let observed = Characters::of(&old.iter().collect::<String>());
        let readings = observed.map(|observed| search.channel.readings(observed)).unwrap_or_default();
        let place = readings.iter().position(|reading| reading.truth.iter().eq(new.iter().copied()));
        let one_by_one = || {
            let pairs = old.iter().zip(new).filter(|(o, t)| o != t);
            pairs.map(|(&o, &t)| search.channel.log_probability(t, o)).sum::<f64>() as f32
        };
        let channel = place.map_or_else(one_by_one, |at| readings[at].log_probability) - right;
        let gain = as_read - as_changed;
        let others = search.candidates(&self.line, self.start, old.len(), Attraction::Any).into_iter();
        let others: Vec<(String, f32)> = others
            .filter(|other| !other.truth.iter().eq(new.iter().copied()))
            .map(|other| {
                let instead: Vec<char> = other.truth.iter().collect();
                let net = as_read - self.cost(search, &instead) + other.log_probability - right;
                (instead.into_iter().collect(), net)
            })
            .collect();
        let next_best = others.iter().map(|(_, net)| *net).fold(f32::NEG_INFINITY, f32::max);
        let after = (self.letters.len() - self.change.end).min(search.model.order() - 1);
        Weight {
            gain,
            channel,
            margin: (gain + channel - next_best).min(20.0),
            own_before: self.own_cost(search, old).0,
            own_after: self.own_cost(search, new).0,
            rest: as_changed / (new.len() + after) as f32,
            place: place.unwrap_or(usize::MAX),
            others: others.into_iter().map(|(other, net)| (other, f64::from(net - gain - channel))).collect(),
        }
    }

    /// Three Chinese characters side by side, each that `instead` is part of when it stands in the place of the change.
    fn threes(&self, instead: &[char]) -> Vec<[char; 3]> {
        let letters = self.line.letters();
        let before = letters[self.start.saturating_sub(2)..self.start].iter().map(|letter| letter.c);
        let after = letters[self.end..].iter().take(2).map(|letter| letter.c);
        let around: Vec<char> = before.chain(instead.iter().copied()).chain(after).collect();
        around.windows(3).map(|three| [three[0], three[1], three[2]]).filter(are_han).collect()
    }

    /// The three Chinese characters before the change, and those after it. Where other pages have the same text, they would have the
    /// change's characters as well.
    fn threes_around(&self) -> Vec<[char; 3]> {
        let letters = self.line.letters();
        let sides = [self.start.checked_sub(3), Some(self.end)];
        let threes = sides.into_iter().flatten().filter_map(|from| letters.get(from..from + 3));
        threes.map(|three| [three[0].c, three[1].c, three[2].c]).filter(are_han).collect()
    }

    /// The longest word that covers the change, with `instead` in its place.
    fn word(&self, known: &Knowledge, instead: &[char]) -> WordSeen {
        let letters = self.line.letters();
        let mut text = String::new();
        text.extend(letters[..self.start].iter().map(|letter| letter.c));
        let start = text.len();
        text.extend(instead);
        let span = Span::new(start, text.len());
        text.extend(letters[self.end..].iter().map(|letter| letter.c));
        let mut seen = WordSeen { length: 0.0, count: 0.0, is_person: false, is_place: false };
        for (word, entry) in known.lexicon.covering(&text, span) {
            let (length, count) = (word.of(&text).chars().count() as f32, (entry.count as f32 + 1.0).ln());
            if length < 2.0 {
                continue;
            }
            seen.is_person |= entry.class == Class::Person;
            seen.is_place |= entry.class == Class::Place;
            if (length, count) > (seen.length, seen.count) {
                (seen.length, seen.count) = (length, count);
            }
        }
        seen
    }
}

/// The lines of `text` that have something in them, with where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    let lines = text.split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line)
    });
    lines.filter(|(_, line)| !line.is_empty())
}

/// Marks that set a quotation, a title or a name apart.
const QUOTES: &str = "“”‘’「」『』《》〈〉\"";
