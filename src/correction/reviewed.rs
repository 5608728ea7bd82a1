use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::Rule;
use crate::error::{Error, Result};

/// What a reviewer decided for good: corrections that are right wherever they are proposed, and those that are wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviewed {
    rules: FxHashMap<Rule, FxHashMap<(String, String), bool>>,
}

const COLUMNS: &str = "decision<TAB>rule<TAB>before<TAB>after";

impl Reviewed {
    /// Adds what the table at `path` says; a later line goes before an earlier one.
    ///
    /// It is UTF-8 text with a tab-separated line for each: `accept` or `reject`, the rule, what stands there, what is put
    /// there. In the texts `\n`, `\r`, `\t` and `\\` stand for a line feed, a carriage return, a tab and a backslash. Empty
    /// lines and those that start with `#` are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when the file cannot be read, [`Error::Row`] where a line is not of that form.
    pub fn read(&mut self, path: &Path) -> Result<()> {
        let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let row = |problem: String| Error::Row { path: path.to_owned(), line: number, problem };
            let line = std::str::from_utf8(line).map_err(|_| row("is not UTF-8; save the table as UTF-8".into()))?;
            let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let &[decision, rule, before, after] = line.split('\t').collect::<Vec<_>>().as_slice() else {
                return Err(row(format!("has not four columns; expected {COLUMNS}")));
            };
            let accepted = match decision {
                "accept" => true,
                "reject" => false,
                _ => return Err(row(format!("has {decision:?} for a decision; expected accept or reject"))),
            };
            let rule = Rule::from_code(rule)
                .ok_or_else(|| row(format!("names a rule {rule:?} that is none; `kanwu explain` lists the rules")))?;
            let text =
                |escaped| unescaped(escaped).ok_or_else(|| row(format!("has a `\\` before nothing known: {escaped}")));
            self.add(rule, text(before)?, text(after)?, accepted);
        }
        Ok(())
    }

    /// Notes that `rule` is right, or wrong, to put `after` for `before`; what was noted of that before, if it was.
    pub fn add(&mut self, rule: Rule, before: String, after: String, accepted: bool) -> Option<bool> {
        self.rules.entry(rule).or_default().insert((before, after), accepted)
    }

    /// Whether it was accepted or rejected that `rule` puts `after` for `before`.
    pub fn get(&self, rule: Rule, before: &str, after: &str) -> Option<bool> {
        // Most rules have no entry, and most runs none at all.
        let texts = self.rules.get(&rule)?;
        texts.get(&(before.to_owned(), after.to_owned())).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rules.values().map(FxHashMap::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The table of what was accepted, or of what was rejected, in order.
    pub fn to_tsv(&self, accepted: bool) -> String {
        let decision = if accepted { "accept" } else { "reject" };
        let mut rows: Vec<(&str, &str, &str)> = Vec::new();
        for (rule, texts) in &self.rules {
            let of = texts.iter().filter(|(_, is_accepted)| **is_accepted == accepted);
            rows.extend(of.map(|((before, after), _)| (rule.code(), before.as_str(), after.as_str())));
        }
        rows.sort_unstable();
        let mut table = format!("# What reviewers {decision}ed for good; `kanwu clean --reviewed` takes it.\n");
        for (rule, before, after) in rows {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "{decision}\t{rule}\t{}\t{}", escaped(before), escaped(after));
        }
        table
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

fn unescaped(text: &str) -> Option<String> {
    let (mut plain, mut rest) = (String::new(), text.chars());
    while let Some(c) = rest.next() {
        plain.push(match c {
            '\\' => match rest.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '\\' => '\\',
                _ => return None,
            },
            c => c,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_stands_in_a_table() {
        for text in ["", "\\", "\\n", "甲\n\t乙\r\\", "a b"] {
            assert_eq!(unescaped(&escaped(text)).as_deref(), Some(text));
            assert!(!escaped(text).contains(['\n', '\t', '\r']));
        }
        assert_eq!(unescaped("\\x"), None);
        assert_eq!(unescaped("甲\\"), None);
    }
}
