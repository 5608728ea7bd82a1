use std::collections::BTreeMap;
use std::mem;
use std::ops::RangeInclusive;

use crate::correction::{Evidence, Other, Recorded, Witness};

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
    Model: "放进上下文，改后与改前的语言模型得分之差为 {0} 奈特", "in context the language model scores the text {0} nats better with it";
    Mark: "放进上下文，改后比改前通顺（语言模型 +{0}），比第二种标点领先 {1}（单位：奈特）",
        "in context the text becomes likelier by {0} nats; the next best mark lies {1} behind";
    Confusion: "测试中，“{1}”出现 {3} 次，有 {2} 次被识别成“{0}”", "of {3} times that {1} was put before an engine, it was read as {0} {2} times";
    Word: "改后成词：{0}", "makes a word whole: {0}";
    Pair: "改后“{0}”与“{1}”成对", "makes the pair {0} {1} whole";
    LineEndOpen: "行末没有收尾标点；行宽 {0} 字，附近满行宽 {1} 字", "the line ends without a closing mark; it is {0} wide, full lines nearby {1}";
    LineEndClosed: "行末有收尾标点；行宽 {0} 字，附近满行宽 {1} 字", "the line ends with a closing mark; it is {0} wide, full lines nearby {1}";
    LineEndOpenBlank: "行末没有收尾标点，后面有空行；行宽 {0} 字，附近满行宽 {1} 字",
        "the line ends without a closing mark, and an empty line follows; it is {0} wide, full lines nearby {1}";
    LineEndClosedBlank: "行末有收尾标点，后面有空行；行宽 {0} 字，附近满行宽 {1} 字",
        "the line ends with a closing mark, and an empty line follows; it is {0} wide, full lines nearby {1}";
    Seam: "前后相接：{0}；接上后更通顺（语言模型 +{1} 奈特），原来相隔 {2} 块",
        "the one goes on in the other: {0}; likelier by {1} nats after it than afresh; {2} blocks stand between";
    Columns: "{0} 行属于并排的两栏，分栏后更通顺（语言模型 +{1} 奈特）", "{0} lines are of two columns; set apart they are likelier by {1} nats";
    Block: "版面元素（{0}），全批 {1} 版有这一行", "a block of the kind {0}; the line stands on {1} pages of the batch";
    CodePoint: "字符 {0}（{1}）", "the character {0} ({1})";
    Neighbours: "根据前后的字：{0}", "what stands beside it: {0}";
    Conversion: "OpenCC 的 {0} 转换", "OpenCC’s conversion {0}";
    Calibrated: "把握按审校结果校准过，原为 {0}", "the confidence was recalibrated by earlier decisions; stated was {0}";
    Accepted: "审校者已接受", "accepted by a reviewer";
    AcceptedOther: "审校者改了字，原建议为“{0}”", "a reviewer put another text; proposed was “{0}”";
    Rejected: "审校者已拒绝", "rejected by a reviewer";
    DependsOn: "依赖于已另作决定的“{0}”→“{1}”", "builds on “{0}” → “{1}”, which was decided otherwise";
}

/// How many sentences are kept of a group; the first are those of its first corrections.
const SENTENCES: usize = 16;

/// How many examples a sentence lists, such as the neighbours that were seen.
const EXAMPLES: usize = 4;

/// How many are remembered until the most frequent are chosen.
const REMEMBERED: usize = 64;

/// The evidence of all corrections of a group, gathered into sentences, and what else may have stood there.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    reasons: Vec<(Reason, Extent)>,
    others: Vec<Other>,
}

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
    pub(super) fn add(&mut self, evidence: &Recorded) {
        let Ok(evidence) = serde_json::from_str(evidence.json()) else { return };
        if let Evidence::Candidates { others } = evidence {
            self.others.extend(others);
            self.others = Other::likeliest(mem::take(&mut self.others));
            return;
        }
        let Some(Piece { reason, numbers, example }) = piece(&evidence) else { return };
        let index = self.reasons.iter().position(|(known, _)| *known == reason);
        let index = match index {
            Some(index) => index,
            None if self.reasons.len() < SENTENCES => {
                let numbers = numbers.iter().map(|&(number, places)| (number..=number, places)).collect();
                self.reasons.push((reason, Extent { numbers, examples: BTreeMap::new(), occurrences: 0 }));
                self.reasons.len() - 1
            }
            None => return,
        };
        let extent = &mut self.reasons[index].1;
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

    /// The sentences, weightiest kind first, and the other readings, the likeliest first.
    pub(super) fn told(mut self) -> (Vec<Sentence>, Vec<String>) {
        self.reasons.sort_by_key(|(reason, _)| reason.template);
        let sentence = |(reason, extent): (Reason, Extent)| {
            let mut values = reason.about;
            if !extent.examples.is_empty() {
                values.push(listed(extent.examples));
            }
            values.extend(extent.numbers.iter().map(|(range, places)| shown(range, *places)));
            Sentence { template: reason.template, values, occurrences: extent.occurrences }
        };
        let others = self.others.into_iter().map(|other| other.after);
        (self.reasons.into_iter().map(sentence).collect(), others.collect())
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

/// What is said of `evidence`; nothing of a kind that this version does not know.
fn piece(evidence: &Evidence) -> Option<Piece> {
    use Template as T;
    let beside = |c: &Option<char>| c.map_or_else(|| "¶".to_owned(), String::from);
    let (template, about, numbers, example) = match evidence {
        Evidence::Neighbours { left, right } => {
            (T::Neighbours, vec![], vec![], Some(format!("{}▢{}", beside(left), beside(right))))
        }
        Evidence::CodePoint { code, name } => (T::CodePoint, vec![code.clone(), name.to_string()], vec![], None),
        Evidence::LineEnd { width, column, closed, blank } => {
            let template = match (closed, blank) {
                (false, false) => T::LineEndOpen,
                (true, false) => T::LineEndClosed,
                (false, true) => T::LineEndOpenBlank,
                (true, true) => T::LineEndClosedBlank,
            };
            (template, vec![], vec![(*width, 0), (*column, 0)], None)
        }
        Evidence::Seam { tail, head, gain, apart } => {
            (T::Seam, vec![], vec![(*gain, 1), (*apart as f64, 0)], Some(format!("{tail}▸{head}")))
        }
        Evidence::Columns { lines, gain } => (T::Columns, vec![], vec![(*lines as f64, 0), (*gain, 0)], None),
        Evidence::Block { block, pages } => (T::Block, vec![block.to_string()], vec![(f64::from(*pages), 0)], None),
        Evidence::Word { word } => (T::Word, vec![], vec![], Some(word.clone())),
        Evidence::Pair { open, close } => (T::Pair, vec![open.to_string(), close.to_string()], vec![], None),
        Evidence::Gazetteer { name, parents, source } if parents.is_empty() => {
            (T::GazetteerAlone, vec![name.clone(), source.clone()], vec![], None)
        }
        Evidence::Gazetteer { name, parents, source } => {
            (T::Gazetteer, vec![name.clone(), parents.join(" "), source.clone()], vec![], None)
        }
        Evidence::Scope { place, witness } => {
            let template = match witness {
                Witness::Page => T::ScopePage,
                Witness::Batch => T::ScopeBatch,
                Witness::Region => T::ScopeRegion,
            };
            (template, vec![place.clone()], vec![], None)
        }
        Evidence::Glyphs { read, instead, similarity } => {
            (T::Glyphs, vec![read.to_string(), instead.to_string()], vec![(*similarity, 2)], None)
        }
        Evidence::Similarity { value } => (T::Similarity, vec![], vec![(*value, 2)], None),
        Evidence::Count { text, page, batch } => {
            (T::Count, vec![text.clone()], vec![(f64::from(*page), 0), (f64::from(*batch), 0)], None)
        }
        Evidence::Context { gain, channel, margin } => {
            (T::Context, vec![], vec![(*gain, 1), (*channel, 1), (*margin, 1)], None)
        }
        Evidence::Model { gain } => (T::Model, vec![], vec![(*gain, 1)], None),
        Evidence::Mark { gain, margin } => (T::Mark, vec![], vec![(*gain, 1), (*margin, 1)], None),
        Evidence::Confusion { read, instead, count, rendered } => {
            let about = vec![read.to_string(), instead.to_string(), count.to_string(), rendered.to_string()];
            (T::Confusion, about, vec![], None)
        }
        Evidence::Conversion { configuration } => (T::Conversion, vec![configuration.to_string()], vec![], None),
        Evidence::Calibrated { stated } => (T::Calibrated, vec![], vec![(stated.probability(), 3)], None),
        Evidence::Decision { proposed: Some(proposed), .. } => (T::AcceptedOther, vec![proposed.clone()], vec![], None),
        Evidence::Decision { decision, .. } => {
            (if decision == "reject" { T::Rejected } else { T::Accepted }, vec![], vec![], None)
        }
        Evidence::DependsOn { before, after, .. } => (T::DependsOn, vec![before.clone(), after.clone()], vec![], None),
        // Candidates are there to choose from and say nothing for the correction; what is read is never recorded: that is what
        // reading begins with.
        Evidence::Candidates { .. } | Evidence::Recorded(_) => return None,
    };
    Some(Piece { reason: Reason { template, about }, numbers, example })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correction::{Confidence, Rule};

    fn recorded(evidence: &Evidence) -> Recorded {
        serde_json::from_str(&serde_json::to_string(evidence).unwrap()).unwrap()
    }

    #[track_caller]
    fn check(evidence: &[Evidence], chinese: &[&str]) {
        let mut gathered = Gathered::default();
        for evidence in evidence {
            gathered.add(&recorded(evidence));
        }
        let sentences: Vec<String> =
            gathered.told().0.iter().map(|sentence| sentence.text(Language::Chinese)).collect();
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
    fn of_all_other_readings_the_likeliest_are_told_each_once() {
        let candidates = |others: &[(&str, f64)]| Evidence::Candidates {
            others: others.iter().map(|&(after, score)| Other { after: after.into(), score }).collect(),
        };
        let mut gathered = Gathered::default();
        gathered.add(&recorded(&candidates(&[("甲", -2.0), ("乙", -3.0), ("丙", -4.0)])));
        gathered.add(&recorded(&candidates(&[("丙", -1.0), ("丁", -5.0), ("戊", -6.0), ("己", -7.0)])));
        assert_eq!(gathered.told(), (vec![], ["丙", "甲", "乙", "丁", "戊"].map(str::to_owned).to_vec()));
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

    #[test]
    fn every_kind_of_evidence_has_words_with_nothing_left_to_fill_in() {
        let word = || "甲".to_owned();
        let decision = |decision: &'static str, proposed| Evidence::Decision {
            decision: decision.into(),
            proposed,
            reviewer: None,
            time: None,
        };
        let each = [
            Evidence::Neighbours { left: None, right: Some('乙') },
            Evidence::CodePoint { code: word(), name: "radical".into() },
            Evidence::LineEnd { width: 7.0, column: 13.0, closed: true, blank: true },
            Evidence::Seam { tail: word(), head: word(), gain: 4.0, apart: 2 },
            Evidence::Columns { lines: 9, gain: 40.0 },
            Evidence::Block { block: "furniture".into(), pages: 3 },
            Evidence::Word { word: word() },
            Evidence::Pair { open: '“', close: '”' },
            Evidence::Gazetteer { name: word(), parents: vec![word()], source: word() },
            Evidence::Gazetteer { name: word(), parents: vec![], source: word() },
            Evidence::Scope { place: word(), witness: Witness::Region },
            Evidence::Glyphs { read: '甲', instead: '乙', similarity: 0.5 },
            Evidence::Similarity { value: 0.5 },
            count(1),
            Evidence::Context { gain: 1.0, channel: -1.0, margin: 1.0 },
            Evidence::Model { gain: -1.0 },
            Evidence::Mark { gain: 1.0, margin: 1.0 },
            Evidence::Confusion { read: '甲', instead: '乙', count: 1, rendered: 2 },
            Evidence::Conversion { configuration: "t2s".into() },
            Evidence::Calibrated { stated: Confidence::of(0.9) },
            decision("accept", None),
            decision("accept", Some(word())),
            decision("reject", None),
            Evidence::DependsOn { id: 1, rule: Rule::PlaceName, before: word(), after: word() },
        ];
        for evidence in each {
            let mut gathered = Gathered::default();
            gathered.add(&recorded(&evidence));
            let sentences = gathered.told().0;
            assert_eq!(sentences.len(), 1, "{evidence:?}");
            for language in [Language::Chinese, Language::English] {
                let text = sentences[0].text(language);
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
    }
}
