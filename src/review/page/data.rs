use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::texts::Texts;
use crate::correction::Rule;
use crate::report::Report;
use crate::review::words::Template;
use crate::review::{Group, Groups, Language, Occurrence, Sentence, Standing};

/// What the page's script is given. Lists stand for objects where there are thousands of them; `model.js` names their
/// places.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data<'a> {
    format: &'static str,
    version: &'static str,
    report: &'a str,
    apply_from: f64,
    /// Groups left out, their corrections, and corrections left out of groups that are shown.
    left_out: [u64; 3],
    /// Code, stage, summary in Chinese, summary in English.
    rules: Vec<(&'static str, &'static str, &'static str, &'static str)>,
    /// Sentences in Chinese and in English.
    templates: Vec<[&'static str; 2]>,
    /// Name, hash of the source, whether its text is embedded.
    pages: Pages<'a>,
    groups: Vec<Row<'a>>,
}

impl<'a> Data<'a> {
    /// Of `groups`, which are those of `report`.
    pub(super) fn of(report: &'a Report, groups: &'a Groups, texts: &'a Texts) -> Self {
        let mut rules: Vec<Rule> = groups.list.iter().map(|group| group.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        let rows = groups.list.iter().map(|group| {
            let rule = rules.binary_search(&group.rule).unwrap_or_default();
            Row { rule, group }
        });
        // The page only offers it as a number to begin with.
        let apply_from = report.settings().ok().and_then(|settings| settings.0.get("min-confidence")?.as_f64());
        let sentences = Template::ALL
            .iter()
            .map(|template| [Language::Chinese, Language::English].map(|language| template.text(language)));
        Self {
            format: "kanwu review 1",
            version: env!("CARGO_PKG_VERSION"),
            report: &groups.report,
            apply_from: apply_from.unwrap_or(0.95),
            left_out: [groups.left_out.groups, groups.left_out.in_groups, groups.left_out.occurrences],
            templates: sentences.collect(),
            pages: Pages { report, groups, texts },
            groups: rows.collect(),
            rules: rules
                .into_iter()
                .map(|rule| (rule.code(), rule.stage().code(), rule.manual().summary_zh, rule.manual().summary))
                .collect(),
        }
    }
}

/// The pages with corrections, read from the report as they are written.
struct Pages<'a> {
    report: &'a Report,
    groups: &'a Groups,
    texts: &'a Texts,
}

impl Serialize for Pages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(None)?;
        for found in self.groups.entries(self.report).map_err(S::Error::custom)? {
            let (page, entry) = found.map_err(S::Error::custom)?;
            rows.serialize_element(&(&entry.page, &entry.source_hash, u8::from(self.texts.has(page))))?;
        }
        rows.end()
    }
}

/// A group as a list.
struct Row<'a> {
    rule: usize,
    group: &'a Group,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Group { before, after, standings, lowest, highest, evidence, others, occurrences, .. } = self.group;
        let evidence = Evidence(evidence);
        (self.rule, before, after, standings, lowest, highest, evidence, Occurrences(occurrences), others)
            .serialize(serializer)
    }
}

/// Template, for how many corrections it was given, values.
struct Evidence<'a>(&'a [Sentence]);

impl Serialize for Evidence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |sentence: &'_ Sentence| (sentence.template(), sentence.occurrences, sentence.values().to_vec());
        serializer.collect_seq(self.0.iter().map(row))
    }
}

/// All occurrences in one list, eight items each.
struct Occurrences<'a>(&'a [Occurrence]);

impl Serialize for Occurrences<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().flat_map(|occurrence| {
            let standing = match occurrence.standing {
                Standing::Applied => 0,
                Standing::Proposed => 1,
                Standing::Withheld => 2,
            };
            [
                Item::Number(occurrence.page as u64),
                Item::Number(occurrence.id as u64),
                Item::Number(occurrence.line as u64),
                Item::Number(occurrence.column as u64),
                Item::Number((occurrence.confidence * 1000.0).round() as u64),
                Item::Number(standing + 3 * u64::from(occurrence.part_of_move.unwrap_or(0))),
                Item::Text(&occurrence.left),
                Item::Text(&occurrence.right),
            ]
        }))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Item<'a> {
    Number(u64),
    Text(&'a str),
}
