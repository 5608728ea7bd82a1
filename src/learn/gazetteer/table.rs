//! Reading the sources' tables.

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

/// A line of a table that is not as expected; `at` counts from 0.
pub(super) fn wrong(path: &Path, at: usize, problem: impl Into<String>) -> Error {
    Error::Row { path: path.to_owned(), line: at + 1, problem: problem.into() }
}

/// The rows of a file of comma-separated values whose first line is `header` and whose fields hold no commas.
pub(super) fn csv<const N: usize>(path: &Path, header: &[&str; N]) -> Result<Vec<[String; N]>> {
    let text = read(path)?;
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let fields: Vec<String> = line.split(',').map(|field| field.trim_matches('"').to_owned()).collect();
        if at == 0 && fields.iter().zip(header).any(|(field, name)| field != name) {
            return Err(wrong(path, at, format!("expected the columns {}", header.join(","))));
        }
        let row = <[String; N]>::try_from(fields);
        let row = row.map_err(|fields| wrong(path, at, format!("expected {N} fields, found {}", fields.len())))?;
        rows.push(row);
    }
    rows.drain(..1.min(rows.len()));
    Ok(rows)
}
