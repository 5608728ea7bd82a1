//! `kanwu learn`: what an engine confuses, counted on pages with their truths.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use kanwu::knowledge::{Counts, Shapes};
use kanwu::learn::{confused, described};

use crate::args;
use crate::exit::Exit;
use crate::output::{count, grouped, note};
use crate::pairs::{Pairs, idle};
use crate::settings::Settings;

/// `kanwu learn`.
pub(crate) fn run(args: &args::Learn) -> Result<Exit> {
    let (options, quiet) = Settings::of_reading(&args.reading)?;
    let pairs = Pairs { truth: &args.truth, ocr: &args.ocr, options: &options, quiet };
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

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
