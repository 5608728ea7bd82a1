use std::fmt::Write as _;
use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use kanwu::batch::Task;
use kanwu::report::{Record, records};

use crate::args;
use crate::exit::Exit;
use crate::pages::each;

/// `kanwu check`.
pub(crate) fn run(args: &args::Check) -> Result<Exit> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut found = false;
    let failures = each(
        &args.pages,
        |task| Ok(findings(task)),
        |(changed, findings)| {
            found |= changed;
            out.write_all(findings.as_bytes())
        },
    )?;
    out.flush()?;
    Ok(match (failures, found) {
        (1.., _) => Exit::Failures,
        (0, true) => Exit::Found,
        (0, false) => Exit::Done,
    })
}

/// Whether a page would change, and a line for each correction that is applied or proposed.
fn findings(task: &Task<'_>) -> (bool, String) {
    let mut findings = String::new();
    for record in records(task.page, task.cleaned).iter().filter(|record| record.verdict != "withheld") {
        finding(&mut findings, record);
    }
    (task.cleaned.text != task.page.text, findings)
}

fn finding(findings: &mut String, record: &Record<'_>) {
    let place = record.source;
    let proposed = if record.verdict == "proposed" { ", proposed" } else { "" };
    // Writing to a string cannot fail.
    let _ = writeln!(
        findings,
        "{}:{}:{}: {} → {}  {} ({}{proposed})",
        record.page,
        place.line,
        place.column,
        visible(&record.before),
        visible(record.after),
        record.rule.code(),
        record.confidence.probability(),
    );
}

/// `text` as it is, or quoted and escaped where it would not show.
pub(crate) fn visible(text: &str) -> String {
    let shows = |c: char| !c.is_whitespace() && (c as u32 >= 0x2E80 || c.escape_debug().len() == 1);
    if !text.is_empty() && text.chars().all(shows) { text.to_owned() } else { format!("{text:?}") }
}
