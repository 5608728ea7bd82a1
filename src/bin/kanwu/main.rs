//! The `kanwu` command: reads what was typed, and has the library do it.

mod apply;
mod args;
mod check;
mod clean;
mod completions;
mod dictionary;
mod diff;
mod evaluate;
mod exit;
mod explain;
mod export;
mod failures;
mod findings;
mod fit;
mod gazetteer;
mod learn;
mod output;
mod pages;
mod pairs;
mod pipeline;
mod places;
mod progress;
mod restore;
mod review;
mod settings;
mod settings_file;
mod stop;
mod table;
mod tables;
mod terminal;
mod train;
mod values;
mod verify;

use std::panic;

use clap::Parser as _;

use args::{Args, Command};
use exit::Exit;

fn main() -> Exit {
    silence_caught_panics();
    let done = match Args::parse().command {
        Command::Clean(args) => clean::run(&args),
        Command::Check(args) => check::run(&args.told_apart()),
        Command::Diff(args) => diff::run(&args.told_apart()),
        Command::Review(args) => review::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Places(args) => places::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Learn(args) => learn::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => completions::man(&args),
        Command::Fit(args) => fit::run(&args).map(|()| Exit::Done),
        Command::Train(args) => train::run(&args).map(|()| Exit::Done),
        Command::Gazetteer(args) => gazetteer::run(args).map(|()| Exit::Done),
        Command::Tables(args) => tables::run(&args).map(|()| Exit::Done),
    };
    done.unwrap_or_else(|error| exit::report(&error))
}

/// A fault in a page is reported as that page's failure; the trace of any other is printed.
fn silence_caught_panics() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |fault| {
        if !kanwu::batch::is_caught() {
            print(fault);
        }
    }));
}
