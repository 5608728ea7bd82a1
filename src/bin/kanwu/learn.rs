//! `kanwu learn`: what an engine confuses, counted on pages with their truths.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use kanwu::correction::Reviewed;
use kanwu::knowledge::{Counts, Shapes};
use kanwu::learn::{confused, described};
use kanwu::review::Decisions;

use crate::args;
use crate::exit::Exit;
use crate::output::{count, grouped, note};
use crate::pairs::{Pairs, idle};
use crate::settings::Settings;

/// `kanwu learn`.
pub(crate) fn run(args: &args::Learn) -> Result<Exit> {
    let (options, quiet) = Settings::of_reading(&args.reading)?;
    let (Some(truth), Some(ocr)) = (&args.truth, &args.ocr) else { return decisions(args, quiet) };
    let pairs = Pairs { truth, ocr, options: &options, quiet };
    let mut counts = Counts::default();
    let mut pages = 0;
    let failures = pairs.each(
        |_| Ok(idle()),
        |task, truth| Ok(confused(truth, &task.page.text, Shapes::embedded())),
        |_, counted| {
            counts.add(&counted);
            pages += 1;
        },
    )?;
    let characters: u64 = counts.all_rendered().map(|(_, count)| u64::from(count)).sum();
    let what = described(&counts);
    let origin = format!(
        "Counted by kanwu {} on {} ({} characters) with their truths.\n{what}",
        env!("CARGO_PKG_VERSION"),
        count(pages, "page"),
        grouped(characters),
    );
    write(&args.output, &counts.to_tsv(&origin))?;
    if !quiet {
        note(&format!("{} counted ({} characters): {what}", count(pages, "page"), grouped(characters)));
    }
    Ok(if failures.is_empty() { Exit::Done } else { Exit::Failures })
}

/// Adds the decisions that hold for good to the tables in the folder that is named.
fn decisions(args: &args::Learn, quiet: bool) -> Result<Exit> {
    let read: Vec<Decisions> = args.decisions.iter().map(|path| Decisions::read(path)).collect::<kanwu::Result<_>>()?;
    fs::create_dir_all(&args.output).with_context(|| format!("cannot write {}", args.output.display()))?;
    let tables = [(true, args.output.join("accepted.tsv")), (false, args.output.join("rejected.tsv"))];
    let mut reviewed = Reviewed::default();
    for (_, path) in tables.iter().filter(|(_, path)| path.exists()) {
        reviewed.read(path)?;
    }
    for decisions in &read {
        let learnt = decisions.learn(&mut reviewed);
        if quiet {
            continue;
        }
        note(&format!(
            "{} for good: {} accepted, {} rejected, {} otherwise than before",
            count(learnt.accepted + learnt.rejected, "decision"),
            grouped(learnt.accepted),
            grouped(learnt.rejected),
            grouped(learnt.changed)
        ));
        for (before, instead) in learnt.typed {
            note(&format!("  {before} is to read {instead}: a dictionary of your own can say so (name, misreadings)"));
        }
    }
    for (accepted, path) in &tables {
        write(path, &reviewed.to_tsv(*accepted))?;
    }
    if !quiet {
        let [accepted, rejected] = &tables;
        note(&format!("next: kanwu clean … --reviewed {} --reviewed {}", accepted.1.display(), rejected.1.display()));
    }
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
