//! `kanwu evaluate`: figures of clean pages against their truths.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result};
use kanwu::Error;
use kanwu::batch::{Options, Task};
use kanwu::learn::evaluate::{
    Calibration, Changed, Corrections, Figures, Page, Recorded, Row, Set, measure, recorded, steps,
};
use kanwu::report::{Failure, Report};
use serde_json::{Value, json};

use crate::args;
use crate::exit::Exit;
use crate::output::{grouped, print};
use crate::pairs::{Pairs, idle, is_folder, partner};
use crate::pipeline::Knowledge;
use crate::settings::Settings;
use crate::table::Table;

/// `kanwu evaluate`.
pub(crate) fn run(args: &args::Evaluate) -> Result<Exit> {
    let settings = Settings::of_text(&args.wishes)?;
    args.clean.as_deref().map(is_folder).transpose()?;
    let clean = match (&args.clean, &args.report) {
        (Some(folder), report) => Some(Clean { folder, report: report.as_deref().map(Reported::read).transpose()? }),
        (None, _) => None,
    };
    let knowledge = if clean.is_none() { Some(Knowledge::load(&settings)?) } else { None };
    let pairs = Pairs { truth: &args.truth, ocr: &args.ocr, options: &settings.options, quiet: settings.quiet };
    let mut found = Found::default();
    let failures = pairs.each(
        |survey| knowledge.as_ref().map_or_else(|| Ok(idle()), |knowledge| knowledge.pipeline(survey)),
        |task, truth| one(task, truth, clean.as_ref(), &settings.options),
        |name, figures| found.add(name, &figures),
    )?;
    found.failures = failures;
    match args.format {
        args::Shown::Json => print(&format!("{:#}\n", found.to_json(&settings, clean.is_none())))?,
        args::Shown::Text => print(&found.to_text())?,
    }
    Ok(if found.failures.is_empty() { Exit::Done } else { Exit::Failures })
}

/// Pages that were cleaned before.
struct Clean<'a> {
    folder: &'a Path,
    /// What was reported of them, if there is a report.
    report: Option<Reported<'a>>,
}

/// A report on clean pages.
struct Reported<'a> {
    folder: &'a Path,
    /// The pages that it is on, with the hashes of their clean texts.
    pages: BTreeMap<String, String>,
    records: BTreeMap<String, Vec<Recorded>>,
}

fn one(task: &Task<'_>, truth: &str, clean: Option<&Clean<'_>>, options: &Options) -> kanwu::Result<Figures> {
    let name = &task.page.name;
    let source = &task.page.text;
    let Some(clean) = clean else {
        let page = Page { truth, source, clean: &task.cleaned.text };
        return Ok(measure(page, Some(&steps(task.cleaned))));
    };
    let text = partner(clean.folder, name, "clean page", options)?;
    let page = Page { truth, source, clean: &text };
    let Some(report) = &clean.report else { return Ok(measure(page, None)) };
    let of_another_run = |what: &str| {
        let (report, clean) = (report.folder.display(), clean.folder.display());
        Error::Page {
            problem: format!(
                "the report in {report} {what} {clean}; give with --report the one of the run that wrote {clean}"
            ),
        }
    };
    let Some(hash) = report.pages.get(name) else { return Err(of_another_run("does not know this page of")) };
    if *hash != blake3::hash(text.as_bytes()).to_hex().as_str() {
        return Err(of_another_run("was not written for this page of"));
    }
    let steps = recorded(&text, report.records.get(name).map_or(&[], Vec::as_slice));
    let steps = steps.ok_or_else(|| of_another_run("was not written for this page of"))?;
    Ok(measure(page, Some(&steps)))
}

impl<'a> Reported<'a> {
    fn read(folder: &'a Path) -> Result<Self> {
        let path = folder.join("corrections.jsonl");
        let file = fs::File::open(&path).with_context(|| {
            format!("cannot read {}; give a folder that `kanwu clean --report` wrote", path.display())
        })?;
        let mut records: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
        for (number, line) in (1..).zip(BufReader::new(file).lines()) {
            let line = line.with_context(|| format!("cannot read {}", path.display()))?;
            let record: Recorded = serde_json::from_str(&line).with_context(|| {
                format!("{}:{number}: is no line of a report; make the report again with `kanwu clean`", path.display())
            })?;
            records.entry(record.page.clone()).or_default().push(record);
        }
        let pages = Report::open(folder)?.pages()?.map(|entry| entry.map(|entry| (entry.page, entry.clean_hash)));
        let pages = pages.collect::<kanwu::Result<_>>()?;
        Ok(Self { folder, pages, records })
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    /// The figures of each folder.
    groups: BTreeMap<String, Figures>,
    all: Figures,
    failures: Vec<Failure>,
}

impl Found {
    fn add(&mut self, name: &str, figures: &Figures) {
        let folder = name.rsplit_once('/').map_or(".", |(folder, _)| folder);
        self.groups.entry(folder.to_owned()).or_default().add(figures);
        self.all.add(figures);
    }

    fn to_json(&self, settings: &Settings, cleaned: bool) -> Value {
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|(folder, figures)| {
                let mut figures = figures.to_json();
                figures["folder"] = json!(folder);
                figures
            })
            .collect();
        json!({
            "kanwu": env!("CARGO_PKG_VERSION"),
            "settings": cleaned.then(|| settings.summary()),
            "all": self.all.to_json(),
            "folders": groups,
            "failures": self.failures,
        })
    }

    /// Every folder, and all together where there are several.
    fn rows(&self) -> impl Iterator<Item = (&str, &Figures)> {
        let folders = self.groups.iter().map(|(folder, figures)| (folder.as_str(), figures));
        folders.chain((self.groups.len() > 1).then_some(("all", &self.all)))
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        let mut table = Table::new(
            "Errors per 100 characters of the truth, before → after",
            &["", "pages", "characters", "all", "widths folded", "Han, digits, letters", "Han only"],
        );
        for (folder, figures) in self.rows() {
            let mut row = vec![folder.to_owned(), grouped(figures.pages), grouped(figures.all.characters)];
            row.extend([&figures.all, &figures.folded, &figures.core, &figures.han].map(|errors| {
                let rates = errors.rates();
                format!("{} → {}", percent(rates.before), percent(rates.after))
            }));
            table.add(row);
        }
        table.write(&mut text);
        text += "Line ends, blanks and control characters are not counted here. “all” counts every code point, “widths folded”\n\
                 takes ， and , or “ and \" for the same.\n\n";
        self.characters(&mut text);
        self.layout(&mut text);
        if let Some(corrections) = &self.all.corrections {
            self.calibrated(&mut text);
            judged(&mut text, "Applied corrections", corrections, &corrections.applied);
            judged(&mut text, "Proposed corrections", corrections, &corrections.proposed);
            text += "right: all that it changes is as in the truth; better: nearer to it; idle: what was wrong stays wrong, such as a\n\
                     mark of another width that should be another mark; worse: what was right is wrong. Recall is the share of\n\
                     the page's errors of the same kind (characters, line ends, blanks) that the right ones remove. Not judged\n\
                     is what the truth has no counterpart for.\n\n";
            calibration(&mut text, "Calibration, all corrections", &corrections.calibration);
            calibration(&mut text, "Calibration, Chinese characters", &corrections.han_calibration);
        }
        text.truncate(text.trim_end().len());
        text + "\n"
    }

    /// What became of wrong characters.
    fn characters(&self, text: &mut String) {
        let mut table = Table::new(
            "Chinese characters of the truth that another was read for",
            &["", "wrong", "put right", "spoilt", "net removed", "new per 10,000", "lost too: wrong", "net removed"],
        );
        for (folder, figures) in self.rows() {
            let (changed, lost): (&Changed, &Changed) = (&figures.substituted, &figures.han_characters);
            table.add(vec![
                folder.to_owned(),
                grouped(changed.wrong),
                grouped(changed.fixed),
                grouped(changed.broken),
                percent_of(changed.net()),
                decimal(figures.han_characters.new_errors(), 2),
                grouped(lost.wrong),
                percent_of(lost.net()),
            ]);
        }
        table.write(text);
        text.push('\n');
    }

    fn layout(&self, text: &mut String) {
        let mut table = Table::new(
            "Line ends, marks and blanks, before → after",
            &[
                "",
                "line ends: F1",
                "precision",
                "recall",
                "marks strictly right",
                "in any width",
                "blanks between Han",
                "in truth",
            ],
        );
        for (folder, figures) in self.rows() {
            let (ends, marks, blanks) = (&figures.line_ends, &figures.marks, &figures.blanks);
            let arrow = |before: Option<f64>, after: Option<f64>| format!("{} → {}", percent(before), percent(after));
            let part = |part: u64, whole: u64| kanwu::learn::evaluate::share(part, whole);
            table.add(vec![
                folder.to_owned(),
                arrow(ends.before.f1(), ends.after.f1()),
                percent(part(ends.after.right, ends.after.found)),
                percent(part(ends.after.right, ends.after.real)),
                arrow(part(marks.before.strict, marks.before.real), part(marks.after.strict, marks.after.real)),
                arrow(part(marks.before.folded, marks.before.real), part(marks.after.folded, marks.after.real)),
                format!("{} → {}", grouped(blanks.before), grouped(blanks.after)),
                grouped(figures.true_blanks),
            ]);
        }
        table.write(text);
        text.push('\n');
    }

    /// How the corrections of Chinese characters did in every folder.
    fn calibrated(&self, text: &mut String) {
        let mut table = Table::new(
            "Corrections of Chinese characters, and the calibration of all",
            &[
                "",
                "applied",
                "precision",
                "recall",
                "F0.5",
                "worse",
                "proposed",
                "precision",
                "recall",
                "ECE",
                "ECE Han",
            ],
        );
        for (folder, figures) in self.rows() {
            let Some(corrections) = &figures.corrections else { continue };
            let of = |set| corrections.subjects(set).into_iter().find(|row: &Row<'_>| row.name == "han");
            let (applied, proposed) = (of(&corrections.applied), of(&corrections.proposed));
            let number = |row: &Option<Row<'_>>, of: fn(&Row<'_>) -> u64| grouped(row.as_ref().map_or(0, of));
            table.add(vec![
                folder.to_owned(),
                number(&applied, |row| row.counts.judged()),
                percent(applied.as_ref().and_then(|row| row.counts.precision())),
                percent(applied.as_ref().and_then(Row::recall)),
                percent(applied.as_ref().and_then(Row::f_half)),
                number(&applied, |row| row.counts.worse),
                number(&proposed, |row| row.counts.judged()),
                percent(proposed.as_ref().and_then(|row| row.counts.precision())),
                percent(proposed.as_ref().and_then(Row::recall)),
                decimal(corrections.calibration.error(), 3),
                decimal(corrections.han_calibration.error(), 3),
            ]);
        }
        table.write(text);
        text.push('\n');
    }
}

fn judged(text: &mut String, title: &str, corrections: &Corrections, set: &Set) {
    let mut table = Table::new(
        title,
        &["", "judged", "right", "better", "idle", "worse", "not judged", "precision", "recall", "F0.5"],
    );
    let kinds = [corrections.subjects(set), corrections.stages(set), corrections.rules(set)];
    for (kind, rows) in ["", "stage ", "rule "].into_iter().zip(kinds) {
        for row in rows {
            table.add(vec![
                format!("{kind}{}", row.name),
                grouped(row.counts.judged()),
                grouped(row.counts.right),
                grouped(row.counts.better),
                grouped(row.counts.idle),
                grouped(row.counts.worse),
                if kind == "rule " { grouped(row.unjudged) } else { String::new() },
                percent(row.counts.precision()),
                percent(row.recall()),
                percent(row.f_half()),
            ]);
        }
    }
    table.write(text);
    text.push('\n');
}

fn calibration(text: &mut String, title: &str, calibration: &Calibration) {
    let error = decimal(calibration.error(), 4);
    let title = format!("{title}: expected calibration error {error}");
    let mut table = Table::new(&title, &["confidence", "corrections", "stated", "observed"]);
    for (number, bin) in (0u8..).zip(&calibration.bins).filter(|(_, bin)| bin.count > 0) {
        table.add(vec![
            format!("{:.1} to {:.1}", f64::from(number) / 10.0, f64::from(number + 1) / 10.0),
            grouped(bin.count),
            decimal(bin.mean(), 3),
            decimal(kanwu::learn::evaluate::share(bin.right, bin.count), 3),
        ]);
    }
    table.write(text);
    text.push('\n');
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.2}", share * 100.0))
}

fn percent_of(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

fn decimal(value: Option<f64>, places: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.places$}"))
}
