use anyhow::{Result, bail};
use kanwu::batch;

use crate::apply::require_report;
use crate::args;
use crate::exit::Exit;
use crate::output::{count, grouped, print, shown};

/// `kanwu verify`.
pub(crate) fn run(args: &args::Verify) -> Result<Exit> {
    require_report(&args.report)?;
    if !args.clean.is_dir() {
        bail!("{} is not a folder; name the one that `kanwu clean -o` wrote", args.clean.display());
    }
    let verified = batch::verify(&args.clean, &args.report)?;
    let mut said: Vec<String> =
        verified.faults.iter().map(|fault| shown(&format!("{}: {}", fault.name, fault.problem)) + "\n").collect();
    let moved = match verified.moved {
        0 => String::new(),
        moved => format!(" ({} moved, and found by their text)", grouped(moved)),
    };
    let pages = count(verified.pages, "page");
    let hold = if verified.pages == 1 { "holds" } else { "hold" };
    let summary = match verified.faults.len() {
        0 => format!(
            "{pages} verified{moved}: their sources with {} and nothing else\n",
            count(verified.applied, "applied correction")
        ),
        faults => format!("{} found; {pages} {hold}{moved}\n", count(faults as u64, "fault")),
    };
    said.extend((!args.quiet).then_some(summary));
    print(&said.concat())?;
    Ok(if verified.faults.is_empty() { Exit::Done } else { Exit::Found })
}
