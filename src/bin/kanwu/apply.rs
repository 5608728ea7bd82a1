//! `kanwu apply`: clean pages under a reviewer's decisions.

use anyhow::{Result, bail};
use kanwu::batch::{Apply, Reviewed};
use kanwu::report::STATE;
use kanwu::review::Decisions;

use crate::args;
use crate::exit::Exit;
use crate::failures::Failures;
use crate::output::{among, count, grouped, note};
use crate::progress::Progress;

/// `kanwu apply`.
pub(crate) fn run(args: &args::Apply) -> Result<Exit> {
    require_report(&args.report_read)?;
    let decisions = args.decisions.as_deref().map(Decisions::read).transpose()?;
    let progress = Progress::new(true);
    let mut failures = Failures::new(&progress, args.report.clone());
    let apply = Apply {
        report: &args.report_read,
        decisions: args.decisions.as_deref().zip(decisions.as_ref()),
        output: &args.output,
        new_report: args.report.as_deref(),
        clean: args.clean.as_deref(),
    };
    let reviewed = apply.run(|failure| failures.tell(failure))?;
    failures.finish();
    if !args.quiet {
        summarise(&reviewed);
    }
    Ok(if reviewed.failures > 0 { Exit::Failures } else { Exit::Done })
}

/// Refuses a folder that holds no report.
pub(crate) fn require_report(folder: &std::path::Path) -> Result<()> {
    let pages = folder.join("pages.jsonl");
    if !pages.exists() {
        if folder.join(STATE).is_dir() {
            bail!(
                "the report in {} is not whole: the run that writes it is under way, or was stopped; wait for it, or give the \
                 same `kanwu clean` again with --resume",
                folder.display()
            );
        }
        bail!("cannot read {}: no such file; name the folder that `kanwu clean --report` wrote", pages.display());
    }
    Ok(())
}

fn summarise(reviewed: &Reviewed) {
    note(&format!(
        "{} written, {}",
        count(reviewed.totals.pages, "page"),
        among(reviewed.totals.pages, reviewed.changed, "other than before", "as before")
    ));
    note(&format!("{} accepted, {} rejected", count(reviewed.accepted, "correction"), grouped(reviewed.rejected)));
    let all = reviewed.totals.corrections();
    let stand = if all.applied == 1 { "stands" } else { "stand" };
    note(&format!("{} {stand} in the text, {} still to decide", grouped(all.applied), grouped(all.proposed)));
    if reviewed.failures > 0 {
        note(&format!("{} refused", count(reviewed.failures, "decision")));
    }
}
