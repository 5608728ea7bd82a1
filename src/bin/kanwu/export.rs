//! `kanwu export`: the corrections of a report as a table.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use kanwu::review::{Separator, export};

use crate::apply::require_report;
use crate::args::{self, TableFormat};
use crate::exit::Exit;
use crate::output::{count, note};

/// `kanwu export`.
pub(crate) fn run(args: &args::Export) -> Result<Exit> {
    require_report(&args.report)?;
    let format = args.format.map_or_else(|| format_of(args.output.as_deref()), Ok)?;
    let separator = match format {
        TableFormat::Csv => Separator::Comma,
        TableFormat::Tsv => Separator::Tab,
    };
    let Some(path) = &args.output else {
        let mut out = BufWriter::new(io::stdout().lock());
        export(&args.report, separator, Path::new("standard output"), &mut out)?;
        out.flush()?;
        return Ok(Exit::Done);
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot write {}", folder.display()))?;
    }
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let rows = export(&args.report, separator, path, BufWriter::new(file))?;
    note(&format!("{}: {}", path.display(), count(rows, "correction")));
    Ok(Exit::Done)
}

/// The format that the file `output` asks for by what it ends in.
fn format_of(output: Option<&Path>) -> Result<TableFormat> {
    let Some((path, ending)) = output.and_then(|path| Some((path, path.extension()?))) else {
        return Ok(TableFormat::Csv);
    };
    match ending.to_ascii_lowercase().to_str() {
        Some("csv") => Ok(TableFormat::Csv),
        Some("tsv") => Ok(TableFormat::Tsv),
        _ => bail!(
            "{}: tables are written as .csv (commas) or .tsv (tabs), which spreadsheets open; name such a file, or say \
             with --format which of the two this is to be",
            path.display()
        ),
    }
}
