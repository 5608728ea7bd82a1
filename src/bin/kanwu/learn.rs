//! `kanwu learn`: what an engine confuses, counted on pages with their truths; and what a reviewer's decisions teach.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use kanwu::correction::{Confidence, Reviewed};
use kanwu::knowledge::{Channel, Counts, Shapes};
use kanwu::learn::{Lessons, confused, described};
use kanwu::report::Report;
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
        note(&format!("{} counted ({}): {what}", count(pages, "page"), count(characters, "character")));
    }
    Ok(if failures.is_empty() { Exit::Done } else { Exit::Failures })
}

/// Writes what decisions teach to the folder that is named.
fn decisions(args: &args::Learn, quiet: bool) -> Result<Exit> {
    let read = args.decisions.iter().map(|path| Ok((path.as_path(), Decisions::read(path)?)));
    let read: Vec<(&Path, Decisions)> = read.collect::<kanwu::Result<_>>()?;
    let lessons = lessons(&read, &args.report)?;
    let folder = &args.output;
    fs::create_dir_all(folder).with_context(|| format!("cannot write {}", folder.display()))?;
    let mut next = keep_for_good(&read, folder, quiet)?;
    if let Some(lessons) = &lessons {
        next += &refit(lessons, folder, quiet)?;
    }
    if !quiet {
        note(&format!("next: kanwu clean …{next}"));
    }
    Ok(Exit::Done)
}

/// Adds the decisions that hold for good to the tables in `folder`; tells the flags that take these.
fn keep_for_good(read: &[(&Path, Decisions)], folder: &Path, quiet: bool) -> Result<String> {
    let tables = [(true, folder.join("accepted.tsv")), (false, folder.join("rejected.tsv"))];
    let mut reviewed = Reviewed::default();
    for (_, path) in tables.iter().filter(|(_, path)| path.exists()) {
        reviewed.read(path)?;
    }
    for (_, decisions) in read {
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
    Ok(tables.iter().fold(String::new(), |flags, (_, path)| flags + &format!(" --reviewed {}", path.display())))
}

/// What all decisions teach together whose reports are at hand: among those `named`, or in the folder of the decisions.
fn lessons(read: &[(&Path, Decisions)], named: &[PathBuf]) -> Result<Option<Lessons>> {
    let mut reports: Vec<(String, Report)> = Vec::new();
    for folder in named {
        let report = Report::open(folder)?;
        reports.push((report.hash()?, report));
    }
    let mut lessons: Option<Lessons> = None;
    for (path, decisions) in read {
        let beside = || {
            let report = Report::open(path.parent().unwrap_or(Path::new(""))).ok()?;
            (report.hash().ok()? == decisions.report).then(|| (decisions.report.clone(), report))
        };
        if !reports.iter().any(|(hash, _)| *hash == decisions.report) {
            reports.extend(beside());
        }
        let Some((_, report)) = reports.iter_mut().find(|(hash, _)| *hash == decisions.report) else {
            note(&format!(
                "{}: no confusions and no calibration are learnt of it without its report; name that with --report DIR",
                path.display()
            ));
            continue;
        };
        let refusals = lessons.get_or_insert_default().add(report, decisions)?;
        for refusal in refusals {
            note(&format!("{}: {}", path.display(), refusal.reason));
        }
    }
    Ok(lessons)
}

/// Writes the confusions and the calibration that `lessons` ask for; tells the flags that take them.
fn refit(lessons: &Lessons, folder: &Path, quiet: bool) -> Result<String> {
    let (decided, groups) = lessons.decided();
    let [decided, groups] = [count(decided as u64, "correction"), count(groups as u64, "group")];
    let origin = format!("Learnt by kanwu {} from decisions on {decided} in {groups}.", env!("CARGO_PKG_VERSION"));
    let confusions = lessons.confusions(Channel::embedded());
    let calibration = lessons.calibration();
    let about = "\nWhat confidences of 0.5 and of 0.95 become; those between in proportion. `loss` is the mean logarithmic loss of a \
                 decision in nats:\nof the confidences as stated, and of those put right, each on groups that were not fitted \
                 on. Where that does not\nget better, confidences stay.";
    let [counted, recalibrated] = ["confusions.tsv", "calibration.tsv"].map(|name| folder.join(name));
    write(&counted, &confusions.to_tsv(&origin))?;
    write(&recalibrated, &calibration.to_text(&(origin + about)))?;
    if !quiet {
        note(&format!("{decided} decided in {groups}"));
        for (rule, fitted) in calibration.rules() {
            let becomes = [0.5, 0.95].map(|stated| (stated, fitted.shifts.of(Confidence::of(stated)).probability()));
            let changes = match becomes {
                [(_, 0.5), (_, 0.95)] => "confidences stay".to_owned(),
                becomes => becomes.map(|(stated, becomes)| format!("{stated} becomes {becomes:.3}")).join(", "),
            };
            let [accepted, rejected] = [fitted.accepted, fitted.rejected].map(grouped);
            note(&format!("  {:<20} {accepted:>7} accepted {rejected:>7} rejected   {changes}", rule.code()));
        }
        let kinds = described(&confusions);
        note(&format!("misreadings counted: {}", if kinds.is_empty() { "none" } else { &kinds }));
    }
    Ok(format!(" --confusions {} --calibration {}", counted.display(), recalibrated.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
