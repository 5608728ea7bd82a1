use std::fs;

use anyhow::{Context as _, Result, anyhow};
use kanwu::batch::CleanLines;

use crate::apply::require_report;
use crate::args;
use crate::exit::Exit;
use crate::output::print;

/// `kanwu restore`.
pub(crate) fn run(args: &args::Restore) -> Result<Exit> {
    require_report(&args.report)?;
    if let Some(lines) = CleanLines::find(&args.report, &args.clean)? {
        lines.restore(&mut std::io::stdout().lock())?;
        return Ok(Exit::Done);
    }
    let bytes = fs::read(&args.clean).with_context(|| format!("cannot read {}", args.clean.display()))?;
    let clean = String::from_utf8(bytes).map_err(|_| {
        anyhow!(
            "{} is not UTF-8, so it is not a clean page; restore needs the page that clean wrote",
            args.clean.display()
        )
    })?;
    print(&kanwu::report::restore(&args.report, &args.clean, &clean)?)?;
    Ok(Exit::Done)
}
