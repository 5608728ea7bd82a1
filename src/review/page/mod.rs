//! The page on which a report is reviewed: one HTML file that needs no network, in which nothing of a newspaper page can
//! become markup or script.

mod data;
mod json;
mod texts;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::{Groups, Limits};
use crate::report::{Report, persist, settle, temporary};
use crate::{Error, Result};
use data::Data;
use texts::Texts;

/// What the page is called in a report folder.
pub const FILE: &str = "review.html";

const DOCUMENT: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &[&str] = &[
    include_str!("words.js"),
    include_str!("text.js"),
    include_str!("model.js"),
    include_str!("list.js"),
    include_str!("view.js"),
    include_str!("main.js"),
];

/// Writes the page for the report in the folder `report` to the file `output`, whose folder is made when there is none, and
/// returns what is on it.
///
/// # Errors
///
/// When the report cannot be read, is none or is damaged, or `output` cannot be written.
pub fn write(report: &Path, output: &Path, limits: &Limits) -> Result<Groups> {
    // One is read for the list of the pages while the other is read for their texts.
    let (listed, mut report) = (Report::open(report)?, Report::open(report)?);
    let groups = Groups::read(&mut report, limits)?;
    let texts = Texts::choose(&report, &groups, limits.text_bytes)?;
    let data = Data::of(&listed, &groups, &texts);
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|source| Error::Write { path: folder.to_owned(), source })?;
    let mut file = BufWriter::with_capacity(1 << 18, temporary(folder)?);
    let write = |source| Error::Write { path: output.to_owned(), source };
    document(&mut file, &data, &texts, &mut report).map_err(|error| match error {
        Failed::Write(source) => write(source),
        Failed::Texts(error) => error,
    })?;
    persist(file.into_inner().map_err(|error| write(error.into_error()))?, output)?;
    settle(folder);
    Ok(groups)
}

enum Failed {
    Write(io::Error),
    Texts(Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Fills the places of the document that are marked `<!--name-->`.
fn document(
    out: &mut dyn Write,
    data: &Data<'_>,
    texts: &Texts,
    report: &mut Report,
) -> std::result::Result<(), Failed> {
    let script = format!("'use strict';\n{}", SCRIPT.concat());
    let mut rest = DOCUMENT;
    while let Some((text, (name, after))) =
        rest.split_once("<!--").and_then(|(text, rest)| Some((text, rest.split_once("-->")?)))
    {
        out.write_all(text.as_bytes())?;
        match name {
            "policy" => out.write_all(policy(&script).as_bytes())?,
            "style" => out.write_all(STYLE.as_bytes())?,
            "script" => out.write_all(script.as_bytes())?,
            "data" => json::write(out, data)?,
            "texts" => write_texts(out, texts, report)?,
            _ => {}
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())?;
    Ok(())
}

/// Each page's text in an element of its own, which is read when the page is looked at.
fn write_texts(out: &mut dyn Write, texts: &Texts, report: &mut Report) -> std::result::Result<(), Failed> {
    for text in texts.parts(report) {
        let (page, text) = text.map_err(Failed::Texts)?;
        write!(out, "<script type=\"application/json\" id=\"text-{page}\">")?;
        json::write(out, &text)?;
        out.write_all(b"</script>\n")?;
    }
    Ok(())
}

/// What the page may load and run: its own script and style, and nothing else. Browsers that know trusted types also
/// refuse to make markup of strings.
fn policy(script: &str) -> String {
    let [script, style] = [script, STYLE].map(|text| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
}
