use anyhow::Result;
use kanwu::review::{Limits, page};

use crate::apply::require_report;
use crate::args;
use crate::exit::Exit;
use crate::output::{count, grouped, note};

/// `kanwu review`.
pub(crate) fn run(args: &args::Review) -> Result<Exit> {
    if args.terminal {
        return crate::terminal::run(&args.report, args.output.as_deref());
    }
    require_report(&args.report)?;
    let output = args.output.clone().unwrap_or_else(|| args.report.join(page::FILE));
    let groups = page::write(&args.report, &output, &Limits::default())?;
    if !args.quiet {
        let shown: usize = groups.list.iter().map(|group| group.occurrences.len()).sum();
        note(&format!(
            "{}: {} of {} correction{}; open it in a browser",
            output.display(),
            count(groups.list.len() as u64, "group"),
            grouped(shown as u64),
            if shown == 1 { "" } else { "s" }
        ));
        let out = groups.left_out;
        if out.in_groups + out.occurrences > 0 {
            note(&format!(
                "it is too large to hold everything: {} ({}) and {} of other groups are left out",
                count(out.groups, "group"),
                count(out.in_groups, "correction"),
                count(out.occurrences, "correction")
            ));
        }
    }
    Ok(Exit::Done)
}
