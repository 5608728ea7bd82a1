//! Tables of figures for people.

use std::fmt::Write as _;

use crate::places::padded;

/// A table as Markdown has them, which people can read as it is.
pub(crate) struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With the names of its columns.
    pub(crate) fn new(title: &str, head: &[&str]) -> Self {
        Self { title: title.to_owned(), rows: vec![head.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    /// Adds a row, which has as many cells.
    pub(crate) fn add(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Adds the table to `text`, its first column to the left, the others to the right.
    pub(crate) fn write(&self, text: &mut String) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}\n", self.title);
        if self.rows.len() == 1 {
            text.push_str("none\n");
            return;
        }
        let columns = self.rows[0].len();
        let width = |cell: &str| cell.chars().map(|c| if kanwu::text::is_wide(c) { 2 } else { 1 }).sum::<usize>();
        let widths: Vec<usize> =
            (0..columns).map(|at| self.rows.iter().map(|row| width(&row[at])).max().unwrap_or(0).max(3)).collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (at, cell) in row.iter().enumerate() {
                let filled = padded("", widths[at] - width(cell));
                let _ = if at == 0 { write!(text, "| {cell}{filled} ") } else { write!(text, "| {filled}{cell} ") };
            }
            text.push_str("|\n");
            if number == 0 {
                let rule = |at: usize| if at == 0 { "-".repeat(widths[0]) } else { "-".repeat(widths[at] - 1) + ":" };
                let rules: Vec<String> = (0..columns).map(rule).collect();
                let _ = writeln!(text, "| {} |", rules.join(" | "));
            }
        }
    }
}
