//! What `check` finds, in the formats of other programs.

use std::env;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use kanwu::batch::Task;
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

/// The file of a page, as other programs look for it.
pub(crate) struct PageFile<'a> {
    /// Seen from the working folder where it lies below that.
    path: PathBuf,
    /// The line that the page is, of JSON Lines.
    line: Option<usize>,
    /// The text of the page.
    source: &'a str,
}

impl<'a> PageFile<'a> {
    pub(crate) fn of(task: &Task<'a>) -> Self {
        let path = task.input.path();
        let is_read = path.as_os_str() == "-";
        let below = env::current_dir().ok().and_then(|folder| path.strip_prefix(folder).ok().map(Path::to_owned));
        // What is named `./a.txt` is called `a.txt` by those who look for it.
        let plain = |path: &Path| path.components().filter(|part| *part != Component::CurDir).collect();
        let number = task.page.name.strip_prefix(&task.input.name()).and_then(|rest| rest.strip_prefix(':'));
        Self {
            path: if is_read { task.input.name().into() } else { plain(&below.unwrap_or(path)) },
            line: number.filter(|_| task.object.is_some()).and_then(|number| number.parse().ok()),
            source: &task.page.text,
        }
    }
}

/// One finding, of a page of `file`.
pub(crate) fn finding(format: FindingFormat, record: &Record<'_>, file: &PageFile<'_>) -> kanwu::Result<String> {
    Ok(match format {
        FindingFormat::Text | FindingFormat::Jsonl => text(record),
        FindingFormat::Json => line(record)?,
        FindingFormat::Github => github(record, file),
        FindingFormat::Sarif => sarif(record, file).to_string(),
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

/// A workflow command of GitHub Actions, in which some characters of a text and more of a property are escaped. Others that
/// would steer a terminal have no escape there, and are written out.
fn github(record: &Record<'_>, file: &PageFile<'_>) -> String {
    let data = |text: &str| shown(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"));
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let kind = if record.verdict == "proposed" { "notice" } else { "warning" };
    format!(
        "::{kind} file={},line={},col={},title={}::{}\n",
        property(&file.path.display().to_string()),
        file.line.unwrap_or(record.source.line),
        if file.line.is_some() { 1 } else { record.source.column },
        property(&format!("kanwu {}", record.rule.code())),
        data(&format!("{} ({})", change(record), record.confidence.probability())),
    )
}

fn sarif(record: &Record<'_>, file: &PageFile<'_>) -> Value {
    let place = record.source;
    let covered = file.source.get(place.start..place.end).unwrap_or_default();
    let (above, last) = covered.rsplit_once('\n').unwrap_or(("", covered));
    let rows = if covered.contains('\n') { above.matches('\n').count() + 1 } else { 0 };
    let first = if rows == 0 { place.column } else { 1 };
    let region = file.line.map_or_else(
        || {
            json!({
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.line + rows,
                "endColumn": first + last.chars().count(),
            })
        },
        |line| json!({"startLine": line}),
    );
    let location = json!({"uri": uri(&file.path)});
    let mut result = json!({
        "ruleId": record.rule.code(),
        "level": if record.verdict == "proposed" { "note" } else { "warning" },
        "message": {"text": change(record)},
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": region}}],
        "properties": {"confidence": record.confidence, "verdict": record.verdict},
    });
    // What an earlier correction had changed already cannot be told as a change of the source, nor what a field of JSON holds.
    if file.line.is_none() && covered == record.before && record.part_of_move.is_none() {
        let change = json!({"deletedRegion": region, "insertedContent": {"text": record.after}});
        result["fixes"] = json!([{"artifactChanges": [{"artifactLocation": location, "replacements": [change]}]}]);
    }
    result
}

/// `path` as a reference, relative where it is, whose parts may hold few characters as they are.
fn uri(path: &Path) -> String {
    let mut uri = if path.is_absolute() { "file://".to_owned() } else { String::new() };
    for byte in path.as_os_str().as_encoded_bytes() {
        let byte = if cfg!(windows) && *byte == b'\\' { b'/' } else { *byte };
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
