use std::fmt::Write as _;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput, Interner};

use super::name::path_bytes;

/// Lines that a hunk shows on either side of a change, as `diff -u` does.
const CONTEXT: u32 = 3;

/// The unified diff from `old` to `new`, as `patch -p1` takes it; empty when they are equal.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let mut lines = InternedInput { before: Vec::new(), after: Vec::new(), interner: Interner::new(64) };
    lines.update_before(old.split_inclusive('\n'));
    lines.update_after(new.split_inclusive('\n'));
    let diff = Diff::compute(Algorithm::Histogram, &lines);
    let mut writer = Writer { lines: &lines, diff: format!("--- {}\n+++ {}\n", header("a", name), header("b", name)) };
    let mut hunks = diff.hunks().peekable();
    while let Some(first) = hunks.next() {
        let mut group = vec![first];
        while let Some(next) =
            hunks.next_if(|next| next.before.start <= group[group.len() - 1].before.end + 2 * CONTEXT)
        {
            group.push(next);
        }
        writer.group(&group);
    }
    writer.diff
}

struct Writer<'a> {
    lines: &'a InternedInput<&'a str>,
    diff: String,
}

impl Writer<'_> {
    fn group(&mut self, group: &[Hunk]) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
        let end = u32::try_from(self.lines.before.len()).unwrap_or(u32::MAX);
        let lead = first.before.start.min(CONTEXT);
        let trail = (end - last.before.end).min(CONTEXT);
        let before = first.before.start - lead..last.before.end + trail;
        let after = first.after.start - lead..last.after.end + trail;
        // Writing to a string cannot fail.
        let _ = writeln!(self.diff, "@@ -{} +{} @@", range(&before), range(&after));
        let mut shown = before.start;
        for hunk in group {
            self.old(' ', shown..hunk.before.start);
            self.old('-', hunk.before.clone());
            for index in hunk.after.clone() {
                self.line('+', self.lines.interner[self.lines.after[index as usize]]);
            }
            shown = hunk.before.end;
        }
        self.old(' ', shown..before.end);
    }

    fn old(&mut self, sign: char, lines: Range<u32>) {
        for index in lines {
            self.line(sign, self.lines.interner[self.lines.before[index as usize]]);
        }
    }

    fn line(&mut self, sign: char, line: &str) {
        self.diff.push(sign);
        self.diff.push_str(line);
        if !line.ends_with('\n') {
            self.diff.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// Lines `range` as hunk headers name them: from 1, but the line before for an empty range.
fn range(range: &Range<u32>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        length => format!("{},{length}", range.start + 1),
    }
}

/// The path called `name` as `git` writes it into headers and `patch` reads it: quoted when it holds control characters,
/// quotes or bytes that are no UTF-8, and followed by a tab when it holds blanks.
fn header(side: &str, name: &str) -> String {
    let path = path_bytes(name);
    let plain = str::from_utf8(&path).ok();
    if let Some(name) = plain
        && !name.contains(|c: char| c.is_ascii_control() || c == '"' || c == '\\')
    {
        let tab = if name.contains(char::is_whitespace) { "\t" } else { "" };
        return format!("{side}/{name}{tab}");
    }
    let mut quoted = format!("\"{side}/");
    let octal = |quoted: &mut String, byte: u8| {
        // Writing to a string cannot fail.
        let _ = write!(quoted, "\\{byte:03o}");
    };
    for chunk in path.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => quoted.extend(['\\', c]),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                '\0'..='\x7f' if c.is_ascii_control() => octal(&mut quoted, c as u8),
                c => quoted.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| octal(&mut quoted, *byte));
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_near_one_another_share_a_hunk() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = "1\nB\n3\n4\n5\n6\n7\n8\nI\n";
        let expected = "--- a/p\n+++ b/p\n@@ -1,9 +1,9 @@\n 1\n-2\n+B\n 3\n 4\n 5\n 6\n 7\n 8\n-9\n+I\n";
        assert_eq!(unified("p", old, new), expected);
    }

    #[test]
    fn a_missing_line_end_is_said() {
        let expected = "--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-甲\n\\ No newline at end of file\n+乙\n";
        assert_eq!(unified("a b", "甲", "乙\n"), expected);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(unified("p", "甲\n", "甲\n"), "");
    }

    #[test]
    fn names_that_would_break_a_header_are_quoted() {
        assert_eq!(header("a", "x\n\"y\""), r#""a/x\n\"y\"""#);
        assert_eq!(header("a", r"刁\xB5.txt"), r#""a/刁\265.txt""#);
    }
}
