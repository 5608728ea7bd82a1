use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::correction::Evidence;

/// A language of reports and interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

/// Evidence in words: one reason, for one or more of the corrections of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    template: Template,
    values: Vec<String>,
    /// For how many corrections of the group it was given.
    pub occurrences: u64,
}

impl Sentence {
    /// The sentence in `language`.
    pub fn text(&self, language: Language) -> String {
        let mut text = self.template.text(language).to_owned();
        for (index, value) in self.values.iter().enumerate() {
            text = text.replace(&format!("{{{index}}}"), value);
        }
        text
    }

    /// Which of [`Template::ALL`] it is.
    pub(super) fn template(&self) -> usize {
        self.template as usize
    }

    /// What stands in the places `{0}`, `{1}`, … of the template.
    pub(super) fn values(&self) -> &[String] {
        &self.values
    }
}

macro_rules! templates {
    ($($name:ident: $chinese:literal, $english:literal;)+) => {
        /// A sentence with places for values.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Template { $($name),+ }

        impl Template {
            pub(super) const ALL: &[Self] = &[$(Self::$name),+];

            pub(super) fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::Chinese) => $chinese,
                    (Self::$name, Language::English) => $english,)+
                }
            }
        }
    };
}

templates! {
    Accepted: "上次审校时接受（审校人：{0}）", "accepted in an earlier review (reviewer: {0})";
    Rejected: "上次审校时拒绝（审校人：{0}）", "rejected in an earlier review (reviewer: {0})";
    DependsOn: "建立在“{0}”改为“{1}”之上，而那一处的决定不同", "builds on {0} becoming {1}, on which it was decided otherwise";
    Gazetteer: "地名表中有“{0}”，属{1}（{2}）", "the gazetteer has {0}, in {1} ({2})";
    GazetteerAlone: "地名表中有“{0}”（{1}）", "the gazetteer has {0} ({1})";
    ScopePage: "本版提到了{0}", "the page names {0}";
    ScopeBatch: "同一批的许多版面提到了{0}", "many pages of the batch name {0}";
    ScopeRegion: "--region 指定的地区与{0}有关", "--region names {0} or a place above it";
    Count: "“{0}”在本版出现 {1} 次，全批 {2} 次", "{0} stands {1} times on the page, {2} times in the batch";
    Glyphs: "“{0}”与“{1}”字形相似度 {2}", "{0} and {1} look alike to {2}";
    Similarity: "两个名称的相似度 {0}", "the two names are alike to {0}";
    Context: "放进上下文，改后比改前通顺（语言模型 +{0}），这样误识的代价 {1}，比第二种改法领先 {2}（单位：奈特）",
        "in context the text becomes likelier by {0} nats; such a misreading costs {1}; the next best change lies {2} behind";
    Confusion: "测试中，“{1}”出现 {3} 次，有 {2} 次被识别成“{0}”", "of {3} times that {1} was put before an engine, it was read as {0} {2} times";
    Word: "改后成词：{0}", "makes a word whole: {0}";
    Pair: "改后“{0}”与“{1}”成对", "makes the pair {0} {1} whole";
    LineEndOpen: "行末没有收尾标点；行宽 {0} 字，附近满行宽 {1} 字", "the line ends without a closing mark; it is {0} wide, full lines nearby {1}";
    LineEndClosed: "行末有收尾标点；行宽 {0} 字，附近满行宽 {1} 字", "the line ends with a closing mark; it is {0} wide, full lines nearby {1}";
    LineEndOpenBlank: "行末没有收尾标点，后面有空行；行宽 {0} 字，附近满行宽 {1} 字",
        "the line ends without a closing mark, and an empty line follows; it is {0} wide, full lines nearby {1}";
    LineEndClosedBlank: "行末有收尾标点，后面有空行；行宽 {0} 字，附近满行宽 {1} 字",
        "the line ends with a closing mark, and an empty line follows; it is {0} wide, full lines nearby {1}";
    CodePoint: "字符 {0}（{1}）", "the character {0} ({1})";
    Neighbours: "根据前后的字：{0}", "what stands beside it: {0}";
    Conversion: "OpenCC 的 {0} 转换", "OpenCC’s conversion {0}";
}

/// Evidence as it is read from a report, kind by kind as [`Evidence`] writes it.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Seen {
    Neighbours { left: Option<char>, right: Option<char> },
    CodePoint { code: String, name: String },
    LineEnd { width: f64, column: f64, closed: bool, blank: bool },
    Word { word: String },
    Pair { open: char, close: char },
    Gazetteer { name: String, parents: Vec<String>, source: String },
    Scope { place: String, witness: String },
    Glyphs { read: char, instead: char, similarity: f64 },
    Similarity { value: f64 },
    Count { text: String, page: f64, batch: f64 },
    Context { gain: f64, channel: f64, margin: f64 },
    Confusion { read: char, instead: char, count: u64, rendered: u64 },
    Conversion { configuration: String },
    Decision { decision: String, reviewer: Option<String> },
    DependsOn { before: String, after: String },
}

/// How many sentences are kept of a group; the first are those of its first corrections.
const SENTENCES: usize = 16;

/// How many examples a sentence lists, such as the neighbours that were seen.
const EXAMPLES: usize = 4;

/// How many are remembered until the most frequent are chosen.
const REMEMBERED: usize = 64;

/// The evidence of all corrections of a group, gathered into sentences.
#[derive(Debug, Default)]
pub(super) struct Gathered(Vec<(Reason, Extent)>);

/// What makes two pieces of evidence one sentence.
#[derive(Debug, PartialEq, Eq)]
struct Reason {
    template: Template,
    about: Vec<String>,
}

/// What differs between pieces of evidence that are one sentence.
#[derive(Debug)]
struct Extent {
    numbers: Vec<(RangeInclusive<f64>, usize)>,
    examples: BTreeMap<String, u64>,
    occurrences: u64,
}

/// One piece of evidence, taken apart.
struct Piece {
    reason: Reason,
    /// Numbers, with the places that they are shown to.
    numbers: Vec<(f64, usize)>,
    example: Option<String>,
}

impl Gathered {
    /// Adds `evidence` of a report. A kind that this version does not know has no words.
    pub(super) fn add(&mut self, evidence: &Evidence) {
        let Evidence::Recorded(recorded) = evidence else { return };
        if let Ok(seen) = serde_json::from_str(recorded.json()) {
            self.add_seen(&seen);
        }
    }

    fn add_seen(&mut self, seen: &Seen) {
        let Piece { reason, numbers, example } = piece(seen);
        let index = self.0.iter().position(|(known, _)| *known == reason);
        let index = match index {
            Some(index) => index,
            None if self.0.len() < SENTENCES => {
                let numbers = numbers.iter().map(|&(number, places)| (number..=number, places)).collect();
                self.0.push((reason, Extent { numbers, examples: BTreeMap::new(), occurrences: 0 }));
                self.0.len() - 1
            }
            None => return,
        };
        let extent = &mut self.0[index].1;
        extent.occurrences += 1;
        for ((range, _), (number, _)) in extent.numbers.iter_mut().zip(&numbers) {
            *range = range.start().min(*number)..=range.end().max(*number);
        }
        if let Some(example) = example
            && (extent.examples.len() < REMEMBERED || extent.examples.contains_key(&example))
        {
            *extent.examples.entry(example).or_default() += 1;
        }
    }

    /// The sentences, weightiest kind first.
    pub(super) fn sentences(mut self) -> Vec<Sentence> {
        self.0.sort_by_key(|(reason, _)| reason.template);
        let sentence = |(reason, extent): (Reason, Extent)| {
            let mut values = reason.about;
            if !extent.examples.is_empty() {
                values.push(listed(extent.examples));
            }
            values.extend(extent.numbers.iter().map(|(range, places)| shown(range, *places)));
            Sentence { template: reason.template, values, occurrences: extent.occurrences }
        };
        self.0.into_iter().map(sentence).collect()
    }
}

/// The most frequent of `examples`, most frequent first.
fn listed(examples: BTreeMap<String, u64>) -> String {
    let more = examples.len() > EXAMPLES;
    let mut examples: Vec<(String, u64)> = examples.into_iter().collect();
    examples.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let examples: Vec<String> = examples.into_iter().take(EXAMPLES).map(|(example, _)| example).collect();
    examples.join(" · ") + if more { " …" } else { "" }
}

/// One number, or the range from the least to the greatest.
fn shown(range: &RangeInclusive<f64>, places: usize) -> String {
    let [low, high] = [range.start(), range.end()].map(|number| format!("{number:.places$}"));
    let minus = |number: String| number.replace('-', "−");
    if low == high {
        return minus(low);
    }
    // A dash between two negative numbers could not be told from their signs.
    if *range.start() < 0.0 { minus(format!("{low}…{high}")) } else { format!("{low}–{high}") }
}

fn piece(seen: &Seen) -> Piece {
    use Template as T;
    let beside = |c: &Option<char>| c.map_or_else(|| "¶".to_owned(), String::from);
    let (template, about, numbers, example) = match seen {
        Seen::Neighbours { left, right } => {
            (T::Neighbours, vec![], vec![], Some(format!("{}▢{}", beside(left), beside(right))))
        }
        Seen::CodePoint { code, name } => (T::CodePoint, vec![code.clone(), name.clone()], vec![], None),
        Seen::LineEnd { width, column, closed, blank } => {
            let template = match (closed, blank) {
                (false, false) => T::LineEndOpen,
                (true, false) => T::LineEndClosed,
                (false, true) => T::LineEndOpenBlank,
                (true, true) => T::LineEndClosedBlank,
            };
            (template, vec![], vec![(*width, 0), (*column, 0)], None)
        }
        Seen::Word { word } => (T::Word, vec![], vec![], Some(word.clone())),
        Seen::Pair { open, close } => (T::Pair, vec![open.to_string(), close.to_string()], vec![], None),
        Seen::Gazetteer { name, parents, source } if parents.is_empty() => {
            (T::GazetteerAlone, vec![name.clone(), source.clone()], vec![], None)
        }
        Seen::Gazetteer { name, parents, source } => {
            (T::Gazetteer, vec![name.clone(), parents.join(" "), source.clone()], vec![], None)
        }
        Seen::Scope { place, witness } => {
            let template = match witness.as_str() {
                "batch" => T::ScopeBatch,
                "region" => T::ScopeRegion,
                _ => T::ScopePage,
            };
            (template, vec![place.clone()], vec![], None)
        }
        Seen::Glyphs { read, instead, similarity } => {
            (T::Glyphs, vec![read.to_string(), instead.to_string()], vec![(*similarity, 2)], None)
        }
        Seen::Similarity { value } => (T::Similarity, vec![], vec![(*value, 2)], None),
        Seen::Count { text, page, batch } => (T::Count, vec![text.clone()], vec![(*page, 0), (*batch, 0)], None),
        Seen::Context { gain, channel, margin } => {
            (T::Context, vec![], vec![(*gain, 1), (*channel, 1), (*margin, 1)], None)
        }
        Seen::Confusion { read, instead, count, rendered } => {
            let about = vec![read.to_string(), instead.to_string(), count.to_string(), rendered.to_string()];
            (T::Confusion, about, vec![], None)
        }
        Seen::Decision { decision, reviewer } => {
            let template = if decision == "accept" { T::Accepted } else { T::Rejected };
            (template, vec![reviewer.clone().unwrap_or_else(|| "—".to_owned())], vec![], None)
        }
        Seen::DependsOn { before, after } => (T::DependsOn, vec![before.clone(), after.clone()], vec![], None),
        Seen::Conversion { configuration } => (T::Conversion, vec![configuration.clone()], vec![], None),
    };
    Piece { reason: Reason { template, about }, numbers, example }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correction::{Rule, Witness};

    #[track_caller]
    fn check(evidence: &[Evidence], chinese: &[&str]) {
        let mut gathered = Gathered::default();
        for evidence in evidence {
            let recorded: Evidence = serde_json::from_str(&serde_json::to_string(evidence).unwrap()).unwrap();
            gathered.add(&recorded);
        }
        let sentences: Vec<String> =
            gathered.sentences().iter().map(|sentence| sentence.text(Language::Chinese)).collect();
        assert_eq!(sentences, chinese);
    }

    fn count(page: u32) -> Evidence {
        Evidence::Count { text: "刁镇".into(), page, batch: 7 }
    }

    #[test]
    fn like_evidence_is_one_sentence_with_ranges() {
        check(&[count(1)], &["“刁镇”在本版出现 1 次，全批 7 次"]);
        check(&[count(1), count(3), count(2)], &["“刁镇”在本版出现 1–3 次，全批 7 次"]);
    }

    #[test]
    fn evidence_on_other_things_is_another_sentence() {
        let scope = |place: &str| Evidence::Scope { place: place.into(), witness: Witness::Page };
        check(&[scope("章丘区"), scope("济南市")], &["本版提到了章丘区", "本版提到了济南市"]);
    }

    #[test]
    fn the_most_frequent_neighbours_are_named() {
        let beside = |left: char| Evidence::Neighbours { left: Some(left), right: None };
        let seen = ['甲', '乙', '丙', '丁', '戊', '戊'].map(beside);
        check(&seen, &["根据前后的字：戊▢¶ · 丁▢¶ · 丙▢¶ · 乙▢¶ …"]);
    }

    #[test]
    fn ranges_below_zero_are_told_from_signs() {
        let context = |channel| Evidence::Context { gain: 8.0, channel, margin: 3.0 };
        check(
            &[context(-10.0), context(-6.5)],
            &[
                "放进上下文，改后比改前通顺（语言模型 +8.0），这样误识的代价 −10.0…−6.5，比第二种改法领先 3.0（单位：奈特）",
            ],
        );
    }

    /// One of each kind. A kind that is added needs words: the match that does not know it is there to say so.
    fn each() -> Vec<Evidence> {
        let (word, decision) = ("甲".to_owned(), "accept");
        let all = vec![
            Evidence::Neighbours { left: None, right: Some('乙') },
            Evidence::CodePoint { code: word.clone(), name: "x" },
            Evidence::LineEnd { width: 7.0, column: 13.0, closed: true, blank: true },
            Evidence::Word { word: word.clone() },
            Evidence::Pair { open: '“', close: '”' },
            Evidence::Gazetteer { name: word.clone(), parents: vec![word.clone()], source: word.clone() },
            Evidence::Scope { place: word.clone(), witness: Witness::Region },
            Evidence::Glyphs { read: '甲', instead: '乙', similarity: 0.5 },
            Evidence::Similarity { value: 0.5 },
            Evidence::Count { text: word.clone(), page: 1, batch: 2 },
            Evidence::Context { gain: 1.0, channel: -1.0, margin: 1.0 },
            Evidence::Confusion { read: '甲', instead: '乙', count: 1, rendered: 2 },
            Evidence::Conversion { configuration: "t2s" },
            Evidence::Decision { decision, proposed: None, reviewer: None, time: None },
            Evidence::DependsOn { id: 1, rule: Rule::PlaceName, before: word.clone(), after: word },
        ];
        match &all[0] {
            Evidence::Neighbours { .. }
            | Evidence::CodePoint { .. }
            | Evidence::LineEnd { .. }
            | Evidence::Word { .. }
            | Evidence::Pair { .. }
            | Evidence::Gazetteer { .. }
            | Evidence::Scope { .. }
            | Evidence::Glyphs { .. }
            | Evidence::Similarity { .. }
            | Evidence::Count { .. }
            | Evidence::Context { .. }
            | Evidence::Confusion { .. }
            | Evidence::Conversion { .. }
            | Evidence::Decision { .. }
            | Evidence::DependsOn { .. }
            | Evidence::Recorded(_) => all,
        }
    }

    #[test]
    fn every_kind_of_evidence_has_words_with_nothing_left_to_fill_in() {
        for evidence in each() {
            let mut gathered = Gathered::default();
            gathered.add(&serde_json::from_str(&serde_json::to_string(&evidence).unwrap()).unwrap());
            let sentences = gathered.sentences();
            assert_eq!(sentences.len(), 1, "{evidence:?}");
            for language in [Language::Chinese, Language::English] {
                let text = sentences[0].text(language);
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
    }
}
