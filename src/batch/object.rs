use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::report::{Record, SourceLine, escape, hash, line};
use crate::{Error, Result};

/// A line of JSON Lines whose text can be replaced. All else stays as it was written: the order of the fields, blanks,
/// the digits of numbers.
#[derive(Debug)]
pub struct Object<'l> {
    line: &'l str,
    field: String,
    text: String,
    text_at: Range<usize>,
    corrections_at: Option<Range<usize>>,
}

/// The field that corrections are added as.
const CORRECTIONS: &str = "corrections";

impl<'l> Object<'l> {
    /// Reads `line`; its text is the string in `field`.
    ///
    /// # Errors
    ///
    /// When `line` is not a JSON object in UTF-8, or has no string in `field`.
    pub fn parse(line: &'l [u8], field: &str) -> Result<Self> {
        let problem = |problem: String| Error::Page { problem };
        let line = std::str::from_utf8(line).map_err(|error| {
            problem(format!("is not UTF-8 from byte {}, as JSON Lines must be", error.valid_up_to()))
        })?;
        let json = line.strip_prefix('\u{feff}').unwrap_or(line).trim_end_matches(['\r', '\n']);
        let fields: Fields<'l> = serde_json::from_str(json).map_err(|error| problem(no_object(json, field, &error)))?;
        let value = fields.last(field).ok_or_else(|| {
            let names: Vec<&str> = fields.0.iter().map(|(name, _)| name.as_str()).collect();
            let names = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
            problem(format!("has no field `{field}` but {names}; name the text's with --field"))
        })?;
        let text = serde_json::from_str(value.get()).map_err(|_| {
            problem(if value.get().starts_with('"') {
                format!(
                    "field `{field}` holds an escape that means nothing, such as half of a surrogate pair (\\ud800); write \
                     \\ufffd for it"
                )
            } else {
                format!("field `{field}` holds {}, no text; name the text's with --field", kind(value))
            })
        })?;
        let at = |value: &RawValue| {
            let start = value.get().as_ptr().addr() - line.as_ptr().addr();
            start..start + value.get().len()
        };
        Ok(Self {
            line,
            field: field.to_owned(),
            text,
            text_at: at(value),
            corrections_at: fields.last(CORRECTIONS).map(at),
        })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the report says of this line, which became `clean`: enough to have it back to the byte.
    pub(super) fn source_line(&self, clean: &str, source: &str, corrections: bool) -> SourceLine {
        let mut origin = SourceLine { field: self.field.clone(), corrections, hash: hash(self.line), line: None };
        if restored(&origin, clean, source).is_none() {
            origin.line = Some(self.line.to_owned());
        }
        origin
    }

    /// The line again with `clean` for its text, and with a field `corrections` when there are any to add.
    ///
    /// # Errors
    ///
    /// When the line has such a field that holds something, or a record cannot be written as JSON.
    pub fn with(&self, clean: &str, records: Option<&[Record<'_>]>) -> Result<String> {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        if clean != self.text {
            edits.push((self.text_at.clone(), json(&clean)?));
        }
        if let Some(records) = records {
            if let Some(at) = &self.corrections_at {
                refuse_corrections(&self.line[at.clone()])?;
                edits.push((at.clone(), json(&records)?));
            } else {
                let end = self.line.rfind('}').unwrap_or(self.line.len());
                edits.push((end..end, format!(",\"{CORRECTIONS}\":{}", json(&records)?)));
            }
        }
        edits.sort_by_key(|(at, _)| at.start);
        let (mut out, mut copied) = (String::with_capacity(self.line.len() + 64), 0);
        for (at, replacement) in edits {
            out.push_str(&self.line[copied..at.start]);
            out.push_str(&replacement);
            copied = at.end;
        }
        out.push_str(&self.line[copied..]);
        Ok(escape(&out).unwrap_or(out))
    }
}

/// What is wrong with `json`, which is to be an object with a text in `field`, and what to do; `error` came of reading it.
fn no_object(json: &str, field: &str, error: &serde_json::Error) -> String {
    if let Ok(other) = serde_json::from_str::<&RawValue>(json) {
        return format!(
            "is not a JSON object but {}; each line is to be an object with a field `{field}`",
            kind(other)
        );
    }
    let read = json.as_bytes().get(..error.column()).unwrap_or(json.as_bytes());
    let column = String::from_utf8_lossy(read).chars().count().max(1);
    let told = error.to_string();
    let what = told.split_once(" at line ").map_or(told.as_str(), |(what, _)| what);
    format!(
        "is not a JSON object: {what} at column {column}; each line is to be one whole object with a field `{field}`, as `jq -c .` \
         writes it"
    )
}

/// Refuses a field `corrections` that holds `value`, unless that is nothing that could be lost.
fn refuse_corrections(value: &str) -> Result<()> {
    let value: Option<Value> = serde_json::from_str(value).ok();
    if value.is_some_and(|value| value.is_null() || value.as_array().is_some_and(Vec::is_empty)) {
        return Ok(());
    }
    Err(Error::Page {
        problem: format!(
            "has a field `{CORRECTIONS}` already, which --with-corrections would write over; rename that, or leave \
             --with-corrections out and take the corrections from a report (--report DIR)"
        ),
    })
}

/// The line that `origin` describes, from the `clean` one that was made of it and the page's `source`; `None` when that is
/// not what was made of it.
pub(super) fn restored(origin: &SourceLine, clean: &str, source: &str) -> Option<String> {
    let source_line = match &origin.line {
        Some(line) => line.clone(),
        None if origin.corrections => {
            let object = Object::parse(clean.as_bytes(), &origin.field).ok()?;
            let value = object.corrections_at?;
            let head = clean[..value.start].strip_suffix(&format!(",\"{CORRECTIONS}\":"))?;
            with_text(&format!("{head}{}", &clean[value.end..]), &origin.field, source)?
        }
        None => with_text(clean, &origin.field, source)?,
    };
    (hash(&source_line) == origin.hash).then_some(source_line)
}

fn with_text(line: &str, field: &str, text: &str) -> Option<String> {
    Object::parse(line.as_bytes(), field).ok()?.with(text, None).ok()
}

/// What `value` is, in words.
fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    let mut json = line(value)?;
    json.pop();
    Ok(json)
}

/// The fields of an object in order, each value as it was written.
struct Fields<'l>(Vec<(String, &'l RawValue)>);

impl<'l> Fields<'l> {
    /// The value of `name`; of several, the one that most readers take.
    fn last(&self, name: &str) -> Option<&'l RawValue> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|&(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> std::result::Result<Self::Value, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, clean: &str, records: Option<&[Record<'_>]>, expected: &str) {
        let object = Object::parse(line.as_bytes(), "text").unwrap();
        assert_eq!(object.with(clean, records).unwrap(), expected);
    }

    #[test]
    fn all_but_the_text_stays_as_it_was_written() {
        check(
            "{ \"n\": 1.0000000000000000001e400 , \"text\":\"a\\u0062\", \"text2\": [1,  2]}\r\n",
            "丙\n",
            None,
            "{ \"n\": 1.0000000000000000001e400 , \"text\":\"丙\\n\", \"text2\": [1,  2]}\r\n",
        );
    }

    #[test]
    fn an_unchanged_text_keeps_its_escapes() {
        check(r#"{"text":"\u5201"}"#, "刁", None, r#"{"text":"\u5201"}"#);
    }

    #[test]
    fn corrections_are_added_last_or_where_there_are_none() {
        check(r#"{"text":"a"} "#, "a", Some(&[]), r#"{"text":"a","corrections":[]} "#);
        check(r#"{"corrections": null,"text":"a"}"#, "b", Some(&[]), r#"{"corrections": [],"text":"b"}"#);
    }

    #[test]
    fn corrections_of_others_are_not_written_over() {
        for value in ["3", "[3]", "{}", "\"\""] {
            let line = format!(r#"{{"corrections": {value},"text":"a"}}"#);
            let object = Object::parse(line.as_bytes(), "text").unwrap();
            assert!(object.with("b", Some(&[])).is_err(), "{value}");
            assert_eq!(object.with("a", None).unwrap(), line);
        }
    }

    #[test]
    fn of_two_fields_with_one_name_the_last_counts() {
        check(r#"{"text":"a","text":"b"}"#, "c", None, r#"{"text":"a","text":"c"}"#);
    }

    #[test]
    fn what_is_no_object_with_a_text_is_refused() {
        let refused = ["[1]", "3", "{", "{}", r#"{"text":3}"#, r#"{"text":"\ud800"}"#, r#"{"text":"a"} x"#, ""];
        for line in refused {
            assert!(Object::parse(line.as_bytes(), "text").is_err(), "{line}");
        }
    }
}
