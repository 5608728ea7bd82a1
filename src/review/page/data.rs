use std::fs;
use std::path::Path;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::texts::Texts;
use crate::correction::Rule;
use crate::report::entries;
use crate::review::words::Template;
use crate::review::{Group, Groups, Language, Occurrence, Sentence, Standing};
use crate::{Error, Result};

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
    rules: Vec<(&'a str, &'a str, &'static str, &'static str)>,
    /// Sentences in Chinese and in English.
    templates: Vec<[&'static str; 2]>,
    /// Name, hash of the source, whether its text is embedded.
    pages: Vec<(&'a str, String, u8)>,
    groups: Vec<Row<'a>>,
}

impl<'a> Data<'a> {
    /// Of `groups`, which are those of the report in the folder `report`.
    pub(super) fn of(report: &Path, groups: &'a Groups, texts: &Texts) -> Result<Self> {
        let mut rules: Vec<(&str, &str)> = groups.list.iter().map(|group| (&*group.rule, &*group.stage)).collect();
        rules.sort_by_key(|(code, _)| (Rule::from_code(code).map_or(usize::MAX, place), *code));
        rules.dedup();
        let rows = groups.list.iter().map(|group| {
            let rule = rules.iter().position(|(code, _)| *code == group.rule).unwrap_or_default();
            Row { rule, group }
        });
        Ok(Self {
            format: "kanwu review 1",
            version: env!("CARGO_PKG_VERSION"),
            report: &groups.report,
            apply_from: apply_from(report),
            left_out: [groups.left_out.groups, groups.left_out.in_groups, groups.left_out.occurrences],
            templates: Template::ALL
                .iter()
                .map(|template| [Language::Chinese, Language::English].map(|language| template.text(language)))
                .collect(),
            pages: pages(report, groups, texts)?,
            groups: rows.collect(),
            rules: rules
                .into_iter()
                .map(|(code, stage)| {
                    let manual = Rule::from_code(code).map(Rule::manual);
                    let summary = |of: fn(&crate::correction::Manual) -> &'static str| manual.map_or("", of);
                    (code, stage, summary(|manual| manual.summary_zh), summary(|manual| manual.summary))
                })
                .collect(),
        })
    }
}

/// Where a rule stands among all.
fn place(rule: Rule) -> usize {
    Rule::ALL.iter().position(|other| *other == rule).unwrap_or(usize::MAX)
}

/// What was applied when the pages were cleaned, as the summary tells it; the page only offers it as a number to begin
/// with.
fn apply_from(report: &Path) -> f64 {
    let summary = fs::read_to_string(report.join("summary.json")).ok();
    let summary: Option<Value> = summary.and_then(|summary| serde_json::from_str(&summary).ok());
    summary.and_then(|summary| summary["settings"]["min-confidence"].as_f64()).unwrap_or(0.95)
}

/// The pages that have corrections, with what `pages.jsonl` says of them.
fn pages<'a>(report: &Path, groups: &'a Groups, texts: &Texts) -> Result<Vec<(&'a str, String, u8)>> {
    let mut pages = Vec::with_capacity(groups.pages.len());
    let mut names = groups.pages.iter();
    let mut wanted = names.next();
    for entry in entries(report)? {
        let entry = entry?;
        if wanted == Some(&entry.page)
            && let Some(name) = wanted
        {
            pages.push((&**name, entry.source_hash, u8::from(texts.has(pages.len()))));
            wanted = names.next();
        }
    }
    match wanted {
        None => Ok(pages),
        Some(name) => Err(Error::Table {
            path: report.join("pages.jsonl"),
            problem: format!("has no page {name}, of which corrections.jsonl has corrections; clean the pages again"),
        }),
    }
}

/// A group as a list.
struct Row<'a> {
    rule: usize,
    group: &'a Group,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Group { before, after, standings, lowest, highest, evidence, occurrences, .. } = self.group;
        let evidence = Evidence(evidence);
        (self.rule, before, after, standings, lowest, highest, evidence, Occurrences(occurrences)).serialize(serializer)
    }
}

/// Template, for how many corrections it was given, values.
struct Evidence<'a>(&'a [Sentence]);

impl Serialize for Evidence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let row = |sentence: &'_ Sentence| (sentence.template(), sentence.occurrences, sentence.values().to_vec());
        serializer.collect_seq(self.0.iter().map(row))
    }
}

/// All occurrences in one list, eight items each.
struct Occurrences<'a>(&'a [Occurrence]);

impl Serialize for Occurrences<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().flat_map(|occurrence| {
            let standing = match occurrence.standing {
                Standing::Applied => 0,
                Standing::Proposed => 1,
                Standing::Withheld => 2,
            };
            [
                Item::Number(occurrence.page as u64),
                Item::Number(occurrence.id),
                Item::Number(occurrence.line),
                Item::Number(occurrence.column),
                Item::Number((occurrence.confidence * 1000.0).round() as u64),
                Item::Number(standing + 3 * occurrence.part_of_move.unwrap_or(0)),
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
