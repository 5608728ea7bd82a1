//! Standard output and error: what is printed, and what happens when nobody reads it any more.

use std::io::{self, Write};

use anyhow::{Context as _, Result};

/// Writes `text` to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    to_output(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What came of writing to standard output, which an error names.
pub(crate) fn to_output(written: io::Result<()>) -> Result<()> {
    written.context("cannot write standard output")
}

/// Tells the user something on standard error, in one line whatever the names and texts in it hold. That it is closed is no
/// reason to stop.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", shown(text));
}

/// `text` with its line ends and what would not show, or would steer the terminal, written out.
pub(crate) fn shown(text: &str) -> String {
    let invisible = |c: char| {
        let formats = '\u{200B}'..='\u{200F}';
        let separates_or_turns = '\u{2028}'..='\u{202E}';
        c.is_control()
            || formats.contains(&c)
            || separates_or_turns.contains(&c)
            || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FEFF}')
    };
    let mut shown = String::new();
    for c in text.chars() {
        if invisible(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

/// Tells the user what went wrong.
pub(crate) fn error(text: &str) {
    note(&format!("kanwu: {text}"));
}

/// `number` of things, in words.
pub(crate) fn count(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// How many of `all` are `so`, in words; of a single one, whether it is `so` or `otherwise`.
pub(crate) fn among(all: u64, some: u64, so: &str, otherwise: &str) -> String {
    match (all, some) {
        (1, 0) => otherwise.to_owned(),
        (1, _) => so.to_owned(),
        _ => format!("{} of them {so}", grouped(some)),
    }
}

/// `number` with its digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_does_not_show_is_written_out() {
        assert_eq!(super::shown("a\nb\u{1b}[31m 刁镇\u{202e}\u{2028}"), r"a\nb\u{1b}[31m 刁镇\u{202e}\u{2028}");
    }

    #[test]
    fn one_is_not_spoken_of_as_many() {
        assert_eq!(super::among(1, 1, "changed", "unchanged"), "changed");
        assert_eq!(super::among(1, 0, "changed", "unchanged"), "unchanged");
        assert_eq!(super::among(3, 1, "changed", "unchanged"), "1 of them changed");
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(super::grouped(0), "0");
        assert_eq!(super::grouped(999), "999");
        assert_eq!(super::grouped(1_234_567), "1,234,567");
    }
}
