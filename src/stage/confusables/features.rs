use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::{Change, Line, Search};
use crate::knowledge::{Characters, Class, Knowledge, Survey};
use crate::text::{Span, is_han};

/// What the model sees of a change; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

macro_rules! features {
    ($($name:ident: $what:expr),+ $(,)?) => {
        /// The names of the features, in order, each with what it measures.
        pub const NAMES: &[(&str, &str)] = &[$((stringify!($name), $what)),+];

        #[derive(Default)]
        struct Seen { $($name: f32),+ }

        impl Seen {
            fn numbers(self) -> Features { [$(self.$name),+] }
        }
    };
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
    byline: "1 if a word that announces a person's name stands shortly before",
    surname: "1 if the change or one of the two characters before it is a frequent surname",
    left_han: "1 if a Chinese character stands before the change",
    right_han: "1 if one stands after it",
    from_start: "how many letters stand before it in the line, at most 4",
    from_end: "how many after it, at most 4",
    quoted: "1 if a quotation mark or bracket stands within two letters of it",
}

/// A page whose lines were searched.
pub(super) struct Page<'t> {
    text: &'t str,
    lines: Vec<(Line, Vec<Change>)>,
    cost: f32,
    changes: f32,
    /// How often two Chinese characters stand side by side; counted only on pages that have changes.
    pairs: FxHashMap<(char, char), u16>,
    /// Three Chinese characters that stand side by side on it.
    threes: FxHashSet<[char; 3]>,
}

/// A change, where it stands, and what is seen of it.
pub(super) struct Seeing {
    pub(super) span: Span,
    pub(super) instead: String,
    pub(super) features: Features,
}

impl<'t> Page<'t> {
    pub(super) fn read(text: &'t str, search: Search<'_>) -> Self {
        let mut page = Self {
            text,
            lines: Vec::new(),
            cost: 0.0,
            changes: 0.0,
            pairs: FxHashMap::default(),
            threes: FxHashSet::default(),
        };
        let (mut han, mut cost, mut changes) = (0_u32, 0.0, 0);
        for (start, line) in lines(text) {
            let line = Line::read(search.model, line.char_indices().map(|(at, c)| (start + at, c)));
            for letter in line.letters().iter().filter(|letter| letter.is_han) {
                han += 1;
                cost += letter.cost;
            }
            let found = search.changes(&line);
            changes += found.len();
            page.lines.push((line, found));
        }
        let han = han.max(1) as f32;
        page.cost = cost / han;
        page.changes = (changes as f32 / han * 1000.0).min(100.0);
        if changes > 0 {
            for (line, _) in &page.lines {
                for pair in line.letters().windows(2) {
                    let count = page.pairs.entry((pair[0].c, pair[1].c)).or_default();
                    *count = count.saturating_add(1);
                }
                page.threes.extend(line.letters().windows(3).map(|three| [three[0].c, three[1].c, three[2].c]));
            }
        }
        page
    }

    /// Every change of the page, with what is seen of it.
    pub(super) fn seeings(&self, known: &Knowledge, search: Search<'_>, survey: Option<&Survey>) -> Vec<Seeing> {
        let mut seeings = Vec::new();
        for (line, changes) in &self.lines {
            for (at, change) in changes.iter().enumerate() {
                seeings.push(self.see(known, search, survey, line, changes, at, change));
            }
        }
        seeings
    }

    fn see(
        &self,
        known: &Knowledge,
        search: Search<'_>,
        survey: Option<&Survey>,
        line: &Line,
        changes: &[Change],
        number: usize,
        change: &Change,
    ) -> Seeing {
        let letters = line.letters();
        let changed = Changed::new(line, changes, number, search);
        let here = &letters[change.start..change.end];
        let span = Span::new(here[0].start, here[here.len() - 1].span().end());
        let old: Vec<char> = here.iter().map(|letter| letter.c).collect();
        let new: Vec<char> = change.instead.chars().collect();
        let (width, new_width) = (old.len() as f32, new.len() as f32);

        let cost = |instead: &[char]| {
            changed.line.cost_with(search.model, changed.start, changed.end, instead.iter().copied())
        };
        let (as_read, as_changed) = (cost(&old), cost(&new));
        let gain = as_read - as_changed;
        let own_cost = |instead: &[char]| {
            let mut context = *changed.line.before(changed.start);
            instead.iter().fold(0.0, |sum, &c| {
                let (probability, next) = search.model.step(&context, search.model.symbols().symbol(c));
                context = next;
                sum - probability
            })
        };
        let (own_before, own_after) = (own_cost(&old), own_cost(&new));
        let right: f64 = old.iter().map(|&c| search.channel.log_right(c)).sum();
        let readings =
            Characters::of(span.of(self.text)).map(|observed| search.channel.readings(observed)).unwrap_or_default();
        let chosen = readings.iter().position(|reading| reading.truth.iter().eq(new.iter().copied()));
        let log_channel = match chosen {
            Some(at) => readings[at].log_probability,
            None => old
                .iter()
                .zip(&new)
                .map(|(&o, &t)| if o == t { 0.0 } else { search.channel.log_probability(t, o) as f32 })
                .sum(),
        };
        let channel = log_channel - right as f32;
        let net = gain + channel;
        let others = search.candidates(&changed.line, changed.start, old.len());
        let next_best = others
            .iter()
            .filter(|other| !other.truth.iter().eq(new.iter().copied()))
            .map(|other| {
                cost(&old) - cost(&other.truth.iter().collect::<Vec<char>>()) + other.log_probability - right as f32
            })
            .fold(f32::NEG_INFINITY, f32::max);
        let known_with = |instead: &[char]| {
            let context = search.model.read(changed.line.before(changed.start), &instead.iter().collect::<String>()).1;
            let next = changed.line.letters().get(changed.end).map(|next| next.symbol);
            next.map_or(context, |symbol| search.model.step(&context, symbol).1).known() as f32
        };
        let by_itself = |characters: &[char]| {
            let context = crate::knowledge::model::Context::UNKNOWN;
            let costs = characters.iter().map(|&c| -search.model.step(&context, search.model.symbols().symbol(c)).0);
            costs.fold(0.0, f32::max)
        };
        let (o, t) = (old[0], new[0]);
        let word_before = changed.word(known, &old);
        let word_after = changed.word(known, &new);
        let flag = |yes: bool| f32::from(u8::from(yes));
        let neighbours = (
            change.start.checked_sub(1).map(|at| letters[at].c).filter(|c| is_han(*c)),
            letters.get(change.end).map(|letter| letter.c).filter(|c| is_han(*c)),
        );
        let again = |first: char, last: char, itself: bool| {
            let count = |a, b| self.pairs.get(&(a, b)).map_or(0, |&count| count.saturating_sub(u16::from(itself)));
            let left = neighbours.0.map_or(0, |left| count(left, first));
            let right = neighbours.1.map_or(0, |right| count(last, right));
            (1.0 + f32::from(left) + f32::from(right)).ln()
        };
        let near = between(changes, change.start.saturating_sub(6), change.end + 6);
        let mut seen = Seen {
            gain,
            left: own_before - own_after,
            channel,
            net,
            margin: (net - next_best).min(20.0),
            before: own_before / width,
            after: own_after / new_width,
            rest: as_changed / (new_width + (letters.len() - change.end).min(search.model.order() - 1) as f32),
            known_before: known_with(&old),
            known_after: known_with(&new),
            rare_before: by_itself(&old),
            rare_after: by_itself(&new),
            place: chosen.map_or(64.0, |at| at.min(64) as f32),
            word_before: word_before.length,
            word_before_count: word_before.count,
            word_after: word_after.length,
            word_after_count: word_after.count,
            person_before: flag(word_before.is_person),
            place_before: flag(word_before.is_place),
            width,
            new_width,
            changes: near.len().min(6) as f32,
            page_cost: self.cost,
            page_changes: self.changes,
            again_before: again(o, old[old.len() - 1], true),
            again_after: again(t, new[new.len() - 1], false),
            batch_before: changed.recurs(survey, &old, self),
            batch_after: changed.recurs(survey, &new, self),
            byline: flag(self.is_after_byline(span.start())),
            surname: flag(
                letters[change.start.saturating_sub(2)..change.end].iter().any(|letter| SURNAMES.contains(letter.c)),
            ),
            left_han: flag(neighbours.0.is_some()),
            right_han: flag(neighbours.1.is_some()),
            from_start: change.start.min(4) as f32,
            from_end: (letters.len() - change.end).min(4) as f32,
            quoted: flag(
                letters[change.start.saturating_sub(2)..(change.end + 2).min(letters.len())]
                    .iter()
                    .any(|letter| "“”‘’「」『』《》〈〉\"".contains(letter.c)),
            ),
            ..Seen::default()
        };
        if old.len() == 1 && new.len() == 1 {
            seen.likeness = known.shapes.similarity(o, t).unwrap_or_default() as f32;
            seen.count = (known.confusions.count(t, o) as f32 + 1.0).ln();
        }
        Seeing { span, instead: change.instead.clone(), features: seen.numbers() }
    }

    /// Whether a word that announces a name stands in the same line, at most ten characters before `at`, with nothing but
    /// characters and blanks between.
    fn is_after_byline(&self, at: usize) -> bool {
        let near = self.text[..at]
            .char_indices()
            .rev()
            .take(10)
            .take_while(|&(_, c)| is_han(c) || c == ' ' || c == '\u{3000}');
        let before = near.last().map_or("", |(from, _)| &self.text[from..at]);
        BYLINES.iter().any(|byline| before.contains(byline))
    }
}

/// A line with its other changes made, so that each change is seen as it would stand.
struct Changed {
    line: Line,
    /// Where the change stands in it, as it was read.
    start: usize,
    end: usize,
}

/// How many letters on either side of a change are looked at: more than any word or n-gram reaches.
const AROUND: usize = 12;

struct WordSeen {
    length: f32,
    count: f32,
    is_person: bool,
    is_place: bool,
}

impl Changed {
    fn new(line: &Line, changes: &[Change], number: usize, search: Search<'_>) -> Self {
        let letters = line.letters();
        let this = &changes[number];
        let (from, to) = (this.start.saturating_sub(AROUND), (this.end + AROUND).min(letters.len()));
        let mut characters: Vec<char> = Vec::with_capacity(to - from);
        let (mut at, mut start) = (from, 0);
        let whole = |change: &&Change| change.start >= from && change.end <= to;
        for change in between(changes, from, to).iter().filter(whole) {
            characters.extend(letters[at..change.start].iter().map(|letter| letter.c));
            if change.start == this.start {
                start = characters.len();
                characters.extend(letters[change.start..change.end].iter().map(|letter| letter.c));
            } else {
                characters.extend(change.instead.chars());
            }
            at = change.end;
        }
        characters.extend(letters[at..to].iter().map(|letter| letter.c));
        let line = Line::read(search.model, characters.into_iter().enumerate());
        Self { line, start, end: start + this.end - this.start }
    }

    /// On how many other pages of the batch some three characters stand that `instead` is part of: the logarithm.
    fn recurs(&self, survey: Option<&Survey>, instead: &[char], page: &Page<'_>) -> f32 {
        let Some(survey) = survey else { return 0.0 };
        let letters = self.line.letters();
        let before = letters[self.start.saturating_sub(2)..self.start].iter().map(|letter| letter.c);
        let after = letters[self.end..].iter().take(2).map(|letter| letter.c);
        let around: Vec<char> = before.chain(instead.iter().copied()).chain(after).collect();
        let pages = around.windows(3).filter(|three| three.iter().all(|c| is_han(*c))).map(|three| {
            let three = [three[0], three[1], three[2]];
            survey.pages_with_string(three).saturating_sub(u32::from(page.threes.contains(&three)))
        });
        (pages.max().unwrap_or_default() as f32 + 1.0).ln()
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

/// Those of `changes`, which rise and do not meet, that have a letter from `start` up to `end`.
fn between(changes: &[Change], start: usize, end: usize) -> &[Change] {
    let first = changes.partition_point(|change| change.end <= start);
    let count = changes[first..].partition_point(|change| change.start < end);
    &changes[first..first + count]
}

/// The lines of `text`, with where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line)
    })
}

/// Words that announce the name of a person.
const BYLINES: &[&str] = &[
    "记者",
    "通讯员",
    "摄影",
    "编辑",
    "美编",
    "责编",
    "校对",
    "组版",
    "文图",
    "作者",
    "供稿",
    "翻译",
    "總編",
    "記者",
    "通訊員",
];

/// The fifty most frequent surnames, of seven in ten of all people (Ministry of Public Security, report on names 2020), and
/// their traditional forms.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈張劉陳楊黃趙吳孫馬羅鄭謝許鄧韓馮蕭葉蘇呂";
