use std::io::Write;
use std::path::Path;

use crate::correction::Recorded;
use crate::report::Report;
use crate::{Error, Result};

/// What separates the columns of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// A comma, as CSV has it.
    Comma,
    /// A tab.
    Tab,
}

/// The columns, in their order; columns are added at the end.
const COLUMNS: [&str; 15] = [
    "page",
    "id",
    "stage",
    "rule",
    "before",
    "after",
    "left",
    "right",
    "verdict",
    "confidence",
    "line",
    "column",
    "withheld",
    "move",
    "evidence",
];

/// Writes the corrections of the report in the folder `report` to `out`, a row each after a row of names; how many.
///
/// A byte-order mark goes first, by which spreadsheets know UTF-8. A cell that they would take for a formula begins with
/// an apostrophe.
///
/// # Errors
///
/// When the report cannot be read, or `out`, which is at `path`, cannot be written to.
pub fn export(report: &Path, separator: Separator, path: &Path, mut out: impl Write) -> Result<u64> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let mut report = Report::open(report)?;
    out.write_all("\u{feff}".as_bytes()).map_err(failed)?;
    let delimiter = if separator == Separator::Comma { b',' } else { b'\t' };
    let mut table = csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(out);
    let unwritten = |error: csv::Error| failed(std::io::Error::other(error));
    table.write_record(COLUMNS).map_err(unwritten)?;
    let mut rows = 0;
    for entry in report.pages()? {
        for line in report.corrections(&entry?)? {
            let evidence: Vec<&str> = line.evidence.iter().map(Recorded::json).collect();
            let row = [
                line.page.clone(),
                line.id.to_string(),
                line.stage.code().to_owned(),
                line.rule.code().to_owned(),
                line.before,
                line.after,
                line.context.left,
                line.context.right,
                line.verdict,
                line.confidence.probability().to_string(),
                line.source.line.to_string(),
                line.source.column.to_string(),
                line.withheld.unwrap_or_default(),
                line.part_of_move.map_or_else(String::new, |number| number.to_string()),
                format!("[{}]", evidence.join(",")),
            ];
            table.write_record(row.iter().map(|cell| harmless(cell))).map_err(unwritten)?;
            rows += 1;
        }
    }
    table.flush().map_err(failed)?;
    Ok(rows)
}

/// `cell` as a spreadsheet shows it and does not reckon with it: OWASP's list of characters that begin a formula.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}
