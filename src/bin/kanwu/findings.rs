//! What `check` finds, in the formats of other programs.

use std::fmt::Write as _;

use kanwu::correction::Rule;
use kanwu::report::{Record, line};
use serde_json::{Value, json};

use crate::args::FindingFormat;
use crate::check::visible;
use crate::output::shown;

/// What stands before all findings.
pub(crate) fn head(format: FindingFormat) -> String {
    if format != FindingFormat::Sarif {
        return String::new();
    }
    let rules: Vec<Value> = Rule::ALL
        .iter()
        .map(|rule| {
            let manual = rule.manual();
            json!({"id": manual.code, "shortDescription": {"text": manual.summary}, "help": {"text": manual.details}})
        })
        .collect();
    let driver = json!({"name": "kanwu", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules});
    format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":\
         {{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
    )
}

/// What stands between two findings.
pub(crate) fn between(format: FindingFormat) -> &'static str {
    if format == FindingFormat::Sarif { ",\n" } else { "" }
}

/// What stands after all findings.
pub(crate) fn tail(format: FindingFormat) -> &'static str {
    if format == FindingFormat::Sarif { "\n]}]}\n" } else { "" }
}

/// One finding; `source` is the text of its page.
pub(crate) fn finding(format: FindingFormat, record: &Record<'_>, source: &str) -> kanwu::Result<String> {
    Ok(match format {
        FindingFormat::Text | FindingFormat::Jsonl => text(record),
        FindingFormat::Json => line(record)?,
        FindingFormat::Github => github(record),
        FindingFormat::Sarif => sarif(record, source).to_string(),
    })
}

fn text(record: &Record<'_>) -> String {
    let place = record.source;
    let proposed = if record.verdict == "proposed" { ", proposed" } else { "" };
    format!(
        "{}:{}:{}: {}  {} ({}{proposed})\n",
        shown(record.page),
        place.line,
        place.column,
        change(record),
        record.rule.code(),
        record.confidence.probability(),
    )
}

fn change(record: &Record<'_>) -> String {
    format!("{} → {}", visible(&record.before), visible(record.after))
}

/// A workflow command of GitHub Actions, in which some characters of a text and more of a property are escaped.
fn github(record: &Record<'_>) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let kind = if record.verdict == "proposed" { "notice" } else { "warning" };
    format!(
        "::{kind} file={},line={},col={},title={}::{}\n",
        property(record.page),
        record.source.line,
        record.source.column,
        property(&format!("kanwu {}", record.rule.code())),
        data(&format!("{} ({})", change(record), record.confidence.probability())),
    )
}

fn sarif(record: &Record<'_>, source: &str) -> Value {
    let place = record.source;
    let covered = source.get(place.start..place.end).unwrap_or_default();
    let (above, last) = covered.rsplit_once('\n').unwrap_or(("", covered));
    let rows = if covered.contains('\n') { above.matches('\n').count() + 1 } else { 0 };
    let first = if rows == 0 { place.column } else { 1 };
    let region = json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.line + rows,
        "endColumn": first + last.chars().count(),
    });
    let file = json!({"uri": uri(record.page)});
    let mut result = json!({
        "ruleId": record.rule.code(),
        "level": if record.verdict == "proposed" { "note" } else { "warning" },
        "message": {"text": change(record)},
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": region}}],
        "properties": {"confidence": record.confidence, "verdict": record.verdict},
    });
    // What an earlier correction had changed already cannot be told as a change of the source.
    if covered == record.before && record.part_of_move.is_none() {
        let change = json!({"deletedRegion": region, "insertedContent": {"text": record.after}});
        result["fixes"] = json!([{"artifactChanges": [{"artifactLocation": file, "replacements": [change]}]}]);
    }
    result
}

/// The page's name as a relative reference, whose parts may hold few characters as they are.
fn uri(page: &str) -> String {
    let mut uri = String::new();
    for byte in page.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
