//! `kanwu train`: a language model from plain text.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use kanwu::learn::{Training, TrainingStep};

use crate::args::Train;
use crate::output::{count, grouped, note};

/// Runs `kanwu train`.
pub(crate) fn run(args: &Train) -> Result<()> {
    let training =
        Training { order: usize::from(args.order), size: args.size.0 as usize, excluded: args.exclude.clone() };
    let bar = if args.quiet { ProgressBar::hidden() } else { ProgressBar::no_length() };
    bar.enable_steady_tick(Duration::from_millis(250));
    let trained = training.run(&args.corpus, &|step| show(&bar, step))?;
    bar.finish_and_clear();
    fs::write(&args.output, &trained.bytes).with_context(|| format!("cannot write {}", args.output.display()))?;
    if !args.quiet {
        let grams: Vec<String> = trained.grams.iter().map(|&count| grouped(count as u64)).collect();
        note(&format!("counted {}", count(trained.symbols, "symbol")));
        note(&format!("kept n-grams of 1 to {} symbols: {}", grams.len(), grams.join("; ")));
        note(&format!(
            "perplexity {:.2} a symbol, on {} that were held out",
            trained.perplexity,
            grouped(trained.held_out)
        ));
    }
    Ok(())
}

fn show(bar: &ProgressBar, step: TrainingStep) {
    let begin = |what: &'static str, length: Option<u64>| {
        let template = match length {
            Some(_) => "{msg} {wide_bar} {bytes}/{total_bytes}, {eta} left",
            None => "{msg} {spinner} {bytes}, {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        bar.reset();
        match length {
            Some(length) => bar.set_length(length),
            None => bar.unset_length(),
        }
    };
    match step {
        TrainingStep::Characters => begin("counting characters", None),
        // The corpus is read a second time: now its length is known.
        TrainingStep::Grams => begin("counting n-grams", Some(bar.position())),
        TrainingStep::Smoothing => begin("smoothing and pruning", None),
        TrainingStep::Bytes(bytes) => bar.inc(bytes),
    }
}
