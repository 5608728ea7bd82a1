//! What speaks for and against a string being a misread name, in numbers.

use std::cell::RefCell;
use std::rc::Rc;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::people;
use super::index::{Index, Name, Owner};
use super::letters::character;
use super::scan::Hit;
use super::scope::ScopedPlace;
use crate::knowledge::trees::fitted;
use crate::knowledge::{Class, FormId, FormKind, Knowledge, Level, Mentioned, PlaceId, WordsNear};
use crate::text::{Kind, Span, is_han, kind, last_characters};

fitted! {
    /// What the fitted trees tell: whether a string is a misread name. `kanwu tables places` writes them.
    "kanwu places 1", "places.txt"
}

/// How many numbers there are.
pub(super) const COUNT: usize = NAMES.len();

/// The numbers, each with what it measures.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("length", "characters of the name"),
    ("suffix", "characters at the name's end that say what it names"),
    ("kind", "0 full, 1 another of the same rank, 2 of former times, 3 without suffix"),
    ("level", "1 city, 2 county, 3 town, 4 village"),
    ("at", "which character differs"),
    ("in-suffix", "whether that is in the suffix"),
    ("confused", "logarithm of how often engines took the one for the other"),
    ("confused-share", "logarithm of the share of such misreadings among all readings of the right character"),
    ("likeness", "how alike the two look; 0.4 for less than the table holds"),
    ("rank", "how many characters look more like the one than the other does, at least; 20 for more"),
    ("named", "how often the page names the place that brings the name into scope"),
    ("namesakes", "how many places that place may be"),
    ("counties", "how many places are in scope"),
    ("after-parent", "whether a name of a place that holds it stands before it"),
    ("to-parent", "characters since such a name; 300 for more"),
    ("right", "how often the name stands on the page as it should"),
    ("place", "how often the place stands on the page in any form"),
    ("string", "how often the string stands on the page"),
    ("town-elsewhere", "whether a town or higher place of another region has this name"),
    ("village-elsewhere", "whether a village of another region may have this name"),
    ("word-inside", "logarithm of the count of a word in the string that holds the character"),
    ("word-across", "the same of a word that reaches out of the string"),
    ("word-long", "the same of a word of three characters and more"),
    ("person", "the same of a person's name"),
    ("word-left", "the same of a word that is cut by the string's start, but does not hold the character"),
    ("word-right", "the same of a word that is cut by the string's end"),
    ("bond", "bits by which the character goes with its neighbours"),
    ("bond-instead", "bits by which the name's character goes with the same neighbours"),
    ("bond-left", "bits by which the string's start goes with what is before it"),
    ("bond-right", "bits by which the string's end goes with what is after it"),
    ("left", "what is before it: 0 no character, 1 one that ends places, 2 a preposition, 3 的, 4 another"),
    ("right-side", "what is after it: 0 no character, 1 one that begins suffixes, 2 a preposition, 3 的, 4 another"),
    ("surname", "whether it begins with a common surname"),
    ("whole", "whether it is a name already without the suffix, of which a character differs"),
    ("common", "logarithm of how often the character stands in text"),
    ("common-instead", "the same of the name's character"),
    ("rival", "how much better than the next reading of the character this one is confused with it"),
];

/// How many characters the pages had that the trees were fitted on.
pub(crate) const FITTED_CHARACTERS: usize = 1_500;

/// From how many times on it makes no difference how often a page names a place.
pub(super) const MOST_NAMED: u32 = 5;

/// A place name that stands on the page as it should.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact {
    pub(super) span: Span,
    pub(super) name: Name,
}

/// The names that stand on a page as they should. A page may hold very many, and there may be as many candidates, so
/// none is looked for among all.
pub(super) struct Exacts {
    /// In the order of the text.
    all: Vec<Exact>,
    /// The length of the longest, in bytes.
    longest: usize,
    by_owner: FxHashMap<Owner, Vec<Exact>>,
    standing: RefCell<Standing>,
}

/// By index, name and whether only that form counts: where the place of the name stands.
type Standing = FxHashMap<(usize, u32, bool), Rc<[Span]>>;

impl Exacts {
    pub(super) fn new(mut all: Vec<Exact>) -> Self {
        all.sort_by_key(|exact| exact.span.start());
        let longest = all.iter().map(|exact| exact.span.len()).max().unwrap_or(0);
        let mut by_owner: FxHashMap<Owner, Vec<Exact>> = FxHashMap::default();
        for exact in &all {
            by_owner.entry(exact.name.owner).or_default().push(*exact);
        }
        Self { all, longest, by_owner, standing: RefCell::default() }
    }

    /// In the order of the text.
    pub(super) fn all(&self) -> &[Exact] {
        &self.all
    }

    /// The places of which a name stands there.
    pub(super) fn owners(&self) -> Vec<Owner> {
        let mut owners: Vec<Owner> = self.by_owner.keys().copied().collect();
        owners.sort_unstable();
        owners
    }

    /// Those that have all of `part` in them.
    pub(super) fn around(&self, part: Span) -> impl Iterator<Item = &Exact> {
        let first = self.all.partition_point(|exact| exact.span.start() + self.longest < part.end());
        let near = self.all[first..].iter().take_while(move |exact| exact.span.start() <= part.start());
        near.filter(move |exact| part.end() <= exact.span.end())
    }

    /// Those that begin at `start`.
    fn at(&self, start: usize) -> impl Iterator<Item = &Exact> {
        let first = self.all.partition_point(|exact| exact.span.start() < start);
        self.all[first..].iter().take_while(move |exact| exact.span.start() == start)
    }
}

/// How often strings stand in a text: all of them are counted in one walk.
pub(super) struct Strings<'a>(FxHashMap<&'a str, u32>);

impl<'a> Strings<'a> {
    pub(super) fn new(text: &'a str, strings: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: FxHashMap<&str, u32> = strings.map(|string| (string, 0)).collect();
        let mut sorted: Vec<&str> = counts.keys().copied().collect();
        sorted.sort_unstable();
        // Of one string, those that overlap count once, as in `str::matches`.
        let mut ends = vec![0; sorted.len()];
        if let Ok(finder) = AhoCorasick::new(&sorted) {
            for found in finder.find_overlapping_iter(text) {
                let number = found.pattern().as_usize();
                if found.start() >= ends[number] {
                    ends[number] = found.end();
                    counts.entry(sorted[number]).and_modify(|count| *count += 1);
                }
            }
        }
        Self(counts)
    }

    pub(super) fn count(&self, string: &str) -> u32 {
        self.0.get(string).copied().unwrap_or(0)
    }
}

/// What is known of a page before its candidates are weighed.
pub(super) struct Page<'a> {
    pub(super) known: &'a Knowledge,
    pub(super) text: &'a str,
    pub(super) mentioned: &'a Mentioned,
    pub(super) exact: &'a Exacts,
    /// How often each string that may have been misread stands on the page.
    pub(super) strings: &'a Strings<'a>,
    /// Where strings of two characters stand in a list of towns.
    pub(super) listed: FxHashSet<Span>,
    /// How many characters the page has.
    pub(super) characters: usize,
    /// How many places are in scope.
    pub(super) scoped: usize,
    /// What the forms may mean that were asked for.
    pub(super) meant: RefCell<FxHashMap<FormId, Rc<[PlaceId]>>>,
    /// By a string and the character of it that differs, of the strings that are weighed together.
    pub(super) facts: RefCell<FxHashMap<(Span, Span), Facts>>,
    /// The words around the string that was weighed last.
    pub(super) words: RefCell<WordsNear<'a>>,
}

/// A candidate: a hit, the name, and what brought that into scope.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) hit: Hit,
    pub(super) index: &'a Index,
    pub(super) name: Name,
    /// `None` for the user's dictionary.
    pub(super) scoped: Option<ScopedPlace>,
}

impl Seen<'_> {
    /// The character that was read, and the one that the name has.
    pub(super) fn read_and_instead(&self, text: &str) -> (char, char) {
        let read = self.hit.differing().of(text).chars().next().unwrap_or_default();
        (read, self.instead())
    }

    pub(super) fn instead(&self) -> char {
        character(self.index.letters(self.hit.name)[self.hit.differs.unwrap_or(0)])
    }

    /// Whether the name has two characters and no suffix.
    pub(super) fn is_bare(&self) -> bool {
        self.name.length == 2 && self.name.suffix == 0
    }

    /// Whether the character that differs is one of the suffix.
    pub(super) fn is_in_suffix(&self) -> bool {
        let length = usize::from(self.name.length);
        self.hit.differs.is_some_and(|differs| differs + usize::from(self.name.suffix) >= length)
    }
}

/// How readily engines read `read` where `instead` stood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Channel {
    pub(super) count: u32,
    pub(super) share: f64,
    pub(super) likeness: Option<f64>,
    /// Whether one of the two is among the nearest look-alikes of the other.
    is_near: bool,
}

impl Channel {
    pub(super) fn of(known: &Knowledge, instead: char, read: char) -> Self {
        /// As alike as 湾 and 弯, which are at the bound of what shapes find. Chosen by hand.
        const BY_PARTS: f64 = 0.7;
        /// So likely are one in a hundred characters to be read in the place of one that is misread; chosen by hand.
        const CONCEIVABLE: f64 = -8.0;
        let count = known.confusions.count(instead, read);
        // Half a misreading in a hundred is what a character has that was never met.
        let share = (f64::from(count) + 0.02) / (f64::from(known.confusions.rendered(instead)) + 4.0);
        let near = known.shapes.similarity(instead, read);
        let far = || known.shapes.log_misread(instead, read).filter(|log_misread| *log_misread >= CONCEIVABLE);
        let by_shape = near.or_else(|| far().and_then(|_| known.shapes.print_similarity(instead, read)));
        let likeness = by_shape.or_else(|| known.parts().are_alike(instead, read).then_some(BY_PARTS));
        Self { count, share, likeness, is_near: near.is_some() }
    }

    /// One number for both, to rank readings by.
    pub(super) fn strength(self) -> f64 {
        let by_shape = self.likeness.map_or(-10.0, |likeness| 20.0 * (likeness - 1.0) - 1.0);
        self.share.ln().max(by_shape)
    }

    /// Whether engines were seen to take one for the other, or each looks like few others as much.
    pub(super) fn is_possible(self) -> bool {
        self.count > 0 || self.is_near
    }

    /// Whether engines were seen to read `read` for `instead`, or shapes are known of both, where nothing else is asked of them.
    pub(super) fn is_possible_between(known: &Knowledge, instead: char, read: char) -> bool {
        known.confusions.count(instead, read) > 0 || known.shapes.similarity(instead, read).is_some()
    }

    /// Whether they look alike at all, enough for a name that no other of its county is like: 湾 and 弯, 境 and 镜.
    pub(super) fn is_conceivable(self) -> bool {
        self.count > 0 || self.likeness.is_some()
    }
}

/// The channels between characters, each worked out once.
pub(super) struct Channels<'k> {
    known: &'k Knowledge,
    between: RefCell<FxHashMap<(char, char), Channel>>,
}

impl<'k> Channels<'k> {
    pub(super) fn of(known: &'k Knowledge) -> Self {
        Self { known, between: RefCell::default() }
    }

    /// How readily engines read `read` where `instead` stood.
    pub(super) fn between(&self, instead: char, read: char) -> Channel {
        let work_out = || Channel::of(self.known, instead, read);
        *self.between.borrow_mut().entry((instead, read)).or_insert_with(work_out)
    }
}

/// What is known of a string that may be a misread name, whatever the name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    is_town: bool,
    may_be_village: bool,
    words: Words,
}

impl Page<'_> {
    /// The numbers of `seen`, which has `channel` and is followed by a reading with the channel strength `next`.
    pub(super) fn features(&self, seen: &Seen<'_>, channel: Channel, next: f64) -> [f32; COUNT] {
        let hit = seen.hit;
        let (span, differing) = (hit.span(), hit.differing());
        let string = span.of(self.text);
        let parent = self.since_parent(seen);
        let (left, right) = self.sides(span);
        let (read, instead) = seen.read_and_instead(self.text);
        let Facts { is_town, may_be_village, words } = self.facts(span, differing);
        let gazetteer = self.known.gazetteer;
        let flag = |yes: bool| f64::from(u8::from(yes));
        let level = match seen.name.owner {
            Owner::Place(place) => gazetteer.level(place),
            Owner::Entry(_) => Level::Town,
        };
        let numbers: [f64; COUNT] = [
            f64::from(seen.name.length),
            f64::from(seen.name.suffix),
            match seen.name.kind {
                FormKind::Full => 0.0,
                FormKind::Alias => 1.0,
                FormKind::Former | FormKind::Period => 2.0,
                FormKind::Stem => 3.0,
            },
            f64::from(level as u8),
            hit.differs.unwrap_or(0) as f64,
            flag(seen.is_in_suffix()),
            f64::from(channel.count).ln_1p(),
            channel.share.ln(),
            channel.likeness.unwrap_or(0.4),
            self.rank(read, instead) as f64,
            f64::from(seen.scoped.map_or(MOST_NAMED, |scoped| scoped.named.min(MOST_NAMED))),
            f64::from(seen.scoped.map_or(1, |scoped| scoped.namesakes)),
            self.scoped.min(12) as f64,
            flag(parent == Some(0)),
            parent.unwrap_or(300).min(300) as f64,
            f64::from(self.standing(seen, true).min(4)),
            f64::from(self.standing(seen, false).min(4)),
            f64::from(self.strings.count(string).min(5)),
            flag(is_town),
            flag(may_be_village),
            words.inside,
            words.across,
            words.long,
            words.person,
            words.left,
            words.right,
            self.bond(differing, read),
            self.bond(differing, instead),
            left.zip(string.chars().next()).map_or(0.0, |(a, b)| self.known.seams.bond(a, b)),
            string.chars().next_back().zip(right).map_or(0.0, |(a, b)| self.known.seams.bond(a, b)),
            side(left, "省市区县镇乡村州盟旗道处", "在到于赴从由向至和与及是位"),
            side(right, "省市区县镇乡村街社办州盟旗", "在到于赴从由向至和与及是位"),
            flag(string.chars().next().is_some_and(people::is_common_surname)),
            flag(self.is_whole_without(seen)),
            self.common(read),
            self.common(instead),
            channel.strength() - next,
        ];
        numbers.map(|number| number as f32)
    }

    /// What is known of the string at `span`, of which a character differs: looked up once, for many names may be like it.
    fn facts(&self, span: Span, differing: Span) -> Facts {
        let look_up = || Facts {
            is_town: !self.known.gazetteer.find(span.of(self.text)).is_empty(),
            may_be_village: self.known.gazetteer.may_be_village(span.of(self.text)),
            words: self.words(span, differing),
        };
        *self.facts.borrow_mut().entry((span, differing)).or_insert_with(look_up)
    }

    /// How many characters stand between the last name of a place that holds this one and the string.
    fn since_parent(&self, seen: &Seen<'_>) -> Option<usize> {
        const MOST_LOOKED_AT: usize = 8;
        let Owner::Place(place) = seen.name.owner else { return None };
        let before = self.mentioned.mentions.partition_point(|mention| mention.span.end() <= seen.hit.start);
        let above: Vec<PlaceId> = self.known.gazetteer.parents(place).collect();
        self.mentioned.mentions[..before]
            .iter()
            .rev()
            .take(MOST_LOOKED_AT)
            .find(|mention| self.meant(mention.form).iter().any(|holder| above.contains(holder)))
            .map(|mention| self.text[mention.span.end()..seen.hit.start].chars().take(300).count())
    }

    /// The places that `form` may mean. A page names few that its candidates stand behind.
    fn meant(&self, form: FormId) -> Rc<[PlaceId]> {
        let look_up = || self.known.gazetteer.places(form).into_iter().map(|(place, _)| place).collect();
        Rc::clone(self.meant.borrow_mut().entry(form).or_insert_with(look_up))
    }

    /// Whether a name of a place that holds this one ends where the string begins.
    pub(super) fn is_after_parent(&self, seen: &Seen<'_>) -> bool {
        self.since_parent(seen) == Some(0)
    }

    /// How often the place of `seen` stands on the page as it should; in this form only, if `same`.
    pub(super) fn standing(&self, seen: &Seen<'_>, same: bool) -> u32 {
        let key = (seen.hit.index, seen.hit.name, same);
        let standing = self.exact.standing.borrow().get(&key).cloned();
        let standing = standing.unwrap_or_else(|| {
            let letters = seen.index.letters(seen.hit.name);
            let is_same = |exact: &&Exact| {
                !same
                    || exact.name.length == seen.name.length
                        && exact.span.of(self.text).chars().map(|c| c as u32).eq(letters.iter().map(|l| u32::from(*l)))
            };
            let own = self.exact.by_owner.get(&seen.name.owner).map_or(&[][..], Vec::as_slice);
            let long = own.iter().filter(|exact| exact.name.length + 1 >= seen.name.length.min(4));
            let standing: Rc<[Span]> = long.filter(is_same).map(|exact| exact.span).collect();
            self.exact.standing.borrow_mut().insert(key, Rc::clone(&standing));
            standing
        });
        let string = seen.hit.span();
        let before = standing.partition_point(|span| span.start() + self.exact.longest <= string.start());
        let near = standing[before..].iter().take_while(|span| span.start() < string.end());
        (standing.len() - near.filter(|span| span.end() > string.start()).count()) as u32
    }

    /// Whether the suffix differs, and what is before it is a name of the same place: 章丘有 is 章丘 and perhaps no 章丘县.
    pub(super) fn is_whole_without(&self, seen: &Seen<'_>) -> bool {
        seen.is_in_suffix()
            && self
                .exact
                .at(seen.hit.start)
                .any(|exact| exact.span.end() <= seen.hit.differing().start() && exact.name.owner == seen.name.owner)
    }

    /// How many characters look more like one of the two than the other does.
    fn rank(&self, read: char, instead: char) -> usize {
        let of = |c, other| self.known.shapes.look_alikes(c).take_while(|(alike, _)| *alike != other).count();
        of(read, instead).min(of(instead, read))
    }

    /// How often `c` stands in text, as how often chance would bring it before 的.
    fn common(&self, c: char) -> f64 {
        self.known.seams.expected(c, '的').ln_1p()
    }

    /// The characters before and after `span`, where they are Chinese.
    fn sides(&self, span: Span) -> (Option<char>, Option<char>) {
        let left = self.text[..span.start()].chars().next_back();
        let right = self.text[span.end()..].chars().next();
        (left.filter(|c| is_han(*c)), right.filter(|c| is_han(*c)))
    }

    fn bond(&self, at: Span, c: char) -> f64 {
        let (left, right) = self.sides(at);
        let seams = self.known.seams;
        left.map_or(0.0, |left| seams.bond(left, c)) + right.map_or(0.0, |right| seams.bond(c, right))
    }

    fn words(&self, span: Span, differing: Span) -> Words {
        let mut words = Words::default();
        for &(word, known) in self.words.borrow_mut().covering(span) {
            let count = f64::from(known.count).ln_1p();
            let holds = word.start() <= differing.start() && differing.end() <= word.end();
            let is_out = word.start() < span.start() || span.end() < word.end();
            let kinds = match known.class {
                Class::Place => continue,
                Class::Person if holds => [Some(&mut words.person), None],
                _ if holds && is_out => {
                    [Some(&mut words.across), Some(&mut words.long).filter(|_| word.len() > 2 * super::letters::BYTES)]
                }
                _ if holds => {
                    [Some(&mut words.inside), Some(&mut words.long).filter(|_| word.len() > 2 * super::letters::BYTES)]
                }
                _ if word.start() < span.start() => [Some(&mut words.left), None],
                _ if word.end() > span.end() => [Some(&mut words.right), None],
                _ => continue,
            };
            for most in kinds.into_iter().flatten() {
                *most = most.max(count);
            }
        }
        words
    }
}

/// The logarithms of the counts of the most frequent words about a string.
#[derive(Debug, Default, Clone, Copy)]
struct Words {
    inside: f64,
    across: f64,
    long: f64,
    person: f64,
    left: f64,
    right: f64,
}

fn side(c: Option<char>, places: &str, prepositions: &str) -> f64 {
    match c {
        None => 0.0,
        Some(c) if places.contains(c) => 1.0,
        Some(c) if prepositions.contains(c) => 2.0,
        Some('的') => 3.0,
        Some(_) => 4.0,
    }
}

/// The last `most` characters before `at` that stand in its line, or as many as there are.
pub(super) fn before_in_line(text: &str, at: usize, most: usize) -> &str {
    let before = last_characters(&text[..at], most);
    &before[before.rfind('\n').map_or(0, |newline| newline + 1)..]
}

/// Whether the string stands among names after a byline word, or begins with a surname after an office: 记者 刀镇, 村民杨沛.
pub(super) fn is_person(text: &str, span: Span) -> bool {
    /// What parts a byline word and the names after it.
    const PARTS: [char; 4] = [' ', '\u{3000}', '：', ':'];
    // The longest byline word and what may stand after it.
    const MOST: usize = 4 + 12;
    if span.of(text).starts_with(people::is_common_surname) && people::ends_in_office(&text[..span.start()]) {
        return true;
    }
    let line = before_in_line(text, span.start(), MOST);
    if !line.contains(PARTS) {
        return people::announcing_names().any(|role| line.ends_with(role));
    }
    people::announcing_names().any(|role| {
        line.rfind(role).is_some_and(|at| {
            let between = &line[at + role.len()..];
            between.chars().count() <= 12
                && between.chars().all(|c| is_han(c) || kind(c) == Kind::Blank || matches!(c, '：' | ':' | '、'))
                && (between.is_empty() || between.starts_with(PARTS))
        })
    })
}
