use serde::Serialize;

use crate::{Error, Result};

/// `value` as one line of JSON, with a line feed at its end.
///
/// # Errors
///
/// When `value` cannot be written as JSON, such as a map whose keys are not strings.
pub fn line(value: &impl Serialize) -> Result<String> {
    let mut line = serde_json::to_string(value)
        .map_err(|error| Error::Page { problem: format!("cannot be written as JSON: {error}") })?;
    if let Some(escaped) = escape(&line) {
        line = escaped;
    }
    line.push('\n');
    Ok(line)
}

/// `json` with the line ends that Unicode knows beyond LF written as escapes; `None` when there are none.
///
/// They may stand as they are in JSON strings, but many readers of lines break lines at them.
pub fn escape(json: &str) -> Option<String> {
    const BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    if !json.contains(BREAKS) {
        return None;
    }
    Some(json.replace('\u{85}', "\\u0085").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_unicode_are_escaped() {
        let text = "甲\u{2028}乙\u{2029}丙\u{85}丁\n";
        let line = line(&text).unwrap();
        assert_eq!(line, "\"甲\\u2028乙\\u2029丙\\u0085丁\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }
}
