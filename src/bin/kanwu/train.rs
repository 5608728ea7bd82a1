//! `kanwu train`: a language model from plain text.

use std::fs;

use anyhow::{Context, Result};
use kanwu::learn::Training;

use crate::args::Train;
use crate::output::{count, grouped, note};
use crate::progress::Progress;

/// Runs `kanwu train`.
pub(crate) fn run(args: &Train) -> Result<()> {
    let training =
        Training { order: usize::from(args.order), size: args.size.0 as usize, excluded: args.exclude.clone() };
    let progress = Progress::new(args.quiet);
    let trained = training.run(&args.corpus, &|step| progress.show_training(step))?;
    progress.finish();
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
