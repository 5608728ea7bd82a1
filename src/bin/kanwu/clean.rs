use std::io::{self, BufWriter};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use kanwu::batch::{self, Format, Inputs, Outcome, Progress};
use kanwu::report::{Totals, Verdicts};

use crate::args;
use crate::exit::Exit;
use crate::failures::Failures;
use crate::output::{among, count, grouped, note};
use crate::pipeline::Knowledge;
use crate::progress;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::values::is_standard_input;

/// `kanwu clean`.
pub(crate) fn run(args: &args::Clean) -> Result<Exit> {
    let started = Instant::now();
    let settings = Settings::resolve(&args.pages)?;
    let with_corrections = args.with_corrections || settings.with_corrections;
    check_usage(args, &settings)?;
    let knowledge = Knowledge::load(&settings)?;
    let folders: Vec<&Path> = args.output.iter().chain(&args.report).map(AsRef::as_ref).collect();
    let inputs = Inputs::find(&args.pages.inputs, &settings.options, &folders)?;
    if !settings.quiet {
        inputs.notes.iter().for_each(|text| note(&format!("kanwu: {text}")));
    }
    let stop = Stop::on_signals(keeps(args))?;
    let progress = progress::Progress::new(settings.quiet);
    let reported = args.report.clone().filter(|_| !args.dry_run);
    let mut failures = Failures::new(&progress, reported);
    let clean = batch::Clean {
        inputs: &inputs,
        options: &settings.options,
        output: args.output.clone(),
        report: args.report.clone(),
        with_corrections,
        dry_run: args.dry_run,
        settings: settings.summary(),
        knowledge: if args.dry_run { String::new() } else { Knowledge::digest(&settings)? },
        resume: args.resume,
        stop: Some(stop.flag()),
    };
    let outcome = clean.run(
        |survey| knowledge.pipeline(survey),
        &mut BufWriter::new(io::stdout().lock()),
        |failure| failures.tell(failure),
        &|step| {
            if let Progress::Left(pages) = step {
                tell_left(pages, args.resume, settings.quiet);
            }
            stop.count(step);
            progress.show(step);
        },
    );
    failures.finish();
    progress.finish();
    let outcome = match outcome {
        Err(kanwu::Error::Stopped) => return Ok(stop.exit()),
        outcome => outcome.map_err(|error| stop.resumable(error))?,
    };
    if let Some(first) = &outcome.first_altered {
        note(&format!(
            "kanwu: {} changed while the batch was read, {first} first; they are cleaned as they stood in the end, so clean again \
             once nothing writes to them",
            count(outcome.altered, "page")
        ));
    }
    if !settings.quiet {
        summarise(&outcome, inputs.passed_over, args, started.elapsed());
    }
    Ok(if outcome.failures > 0 { Exit::Failures } else { Exit::Done })
}

/// Whether a run that is stopped can be gone on with.
fn keeps(args: &args::Clean) -> bool {
    args.output.is_some() && !args.dry_run
}

fn check_usage(args: &args::Clean, settings: &Settings) -> Result<()> {
    let single = matches!(args.pages.inputs.as_slice(), [input] if is_standard_input(input) || !input.is_dir());
    if args.output.is_none() && !args.dry_run && !single {
        bail!("several inputs, or a folder, need a folder to be written to; name it with -o DIR");
    }
    if args.resume && args.output.is_none() {
        bail!("--resume goes on from what is in an output folder; name it with -o DIR");
    }
    if args.with_corrections && settings.options.format != Format::Jsonl {
        bail!("--with-corrections adds a field to JSON Lines; give --format jsonl, or have a report with --report DIR");
    }
    Ok(())
}

/// Tells what an earlier run left, and what becomes of it.
fn tell_left(pages: u64, resume: bool, quiet: bool) {
    if quiet {
        return;
    }
    let done = if pages > 0 { format!(" with {} done", count(pages, "page")) } else { String::new() };
    let now = match (resume, pages) {
        (true, _) => "what still holds of it is kept",
        (false, 0) => "all pages are cleaned anew",
        (false, _) => "all are cleaned anew, without --resume",
    };
    note(&format!("kanwu: an earlier run was stopped{done}; {now}"));
}

fn summarise(outcome: &Outcome, passed_over: u64, args: &args::Clean, elapsed: Duration) {
    let totals = &outcome.totals;
    if args.resume {
        note(&format!("{} had been done before and kept", count(outcome.kept, "page")));
    }
    // Where all failed, that is all there is to say.
    let is_any_done = totals.pages > 0 || outcome.failures == 0;
    if is_any_done {
        let would = if args.dry_run { "would be cleaned" } else { "cleaned" };
        note(&format!(
            "{} {would} ({}), {}",
            count(totals.pages, "page"),
            count(totals.source_characters, "character"),
            among(totals.pages, totals.changed, "changed", "unchanged")
        ));
    }
    let all = totals.corrections();
    if all != Verdicts::default() {
        note(&format!("{} applied, {} proposed:", count(all.applied, "correction"), grouped(all.proposed)));
    }
    for (stage, verdicts) in totals.stages() {
        note(&format!(
            "  {stage:<12} {:>9} applied {:>9} proposed",
            grouped(verdicts.applied),
            grouped(verdicts.proposed)
        ));
    }
    if totals.damage > 0 {
        let listed = if args.report.is_some() && !args.dry_run { " (pages.jsonl lists them)" } else { "" };
        note(&format!("{} could not be decoded and read U+FFFD{listed}", count(totals.damage, "spot")));
    }
    if passed_over > 0 {
        note(&format!("{} of other kinds passed over", count(passed_over, "file")));
    }
    if outcome.failures > 0 {
        let listed = match &args.report {
            Some(report) if !args.dry_run => format!("; {} lists them", report.join("failures.jsonl").display()),
            _ => String::new(),
        };
        note(&format!("{} failed{listed}", count(outcome.failures, "page")));
    }
    if let (1.., Some(output)) = (outcome.strays, &args.output) {
        let (pages, are) = (count(outcome.strays, "page"), if outcome.strays == 1 { "is" } else { "are" });
        let listed = args.report.as_ref().map_or_else(String::new, |report| {
            format!("; kanwu verify {} --report {} lists them", output.display(), report.display())
        });
        note(&format!(
            "{pages} in {0} {are} of no source of this run: delete what an earlier run left, or clean into an empty folder{listed}",
            output.display()
        ));
    }
    if is_any_done {
        note(&speed(totals, elapsed));
    }
}

/// How long it took, and how fast that was.
fn speed(totals: &Totals, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let rate = totals.source_bytes as f64 / 1e6 / seconds.max(1e-6);
    // What rounds to nothing says nothing.
    let speed = if rate < 0.05 {
        format!("{:.1} pages/s", totals.pages as f64 / seconds.max(1e-6))
    } else {
        format!("{rate:.1} MB/s")
    };
    format!("{seconds:.1} s, {speed}")
}
