use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use kanwu::batch::Task;
use kanwu::report::records;

use crate::args::{self, FindingFormat};
use crate::exit::Exit;
use crate::findings::{between, finding, head, tail};
use crate::pages::each;

/// `kanwu check`.
pub(crate) fn run(args: &args::Check) -> Result<Exit> {
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut found, mut written) = (false, false);
    let format = args.output_format;
    out.write_all(head(format).as_bytes())?;
    let failures = each(
        &args.pages,
        |task| findings(task, format),
        |(changed, findings)| {
            found |= changed;
            for finding in findings {
                out.write_all(if written { between(format) } else { "" }.as_bytes())?;
                out.write_all(finding.as_bytes())?;
                written = true;
            }
            Ok(())
        },
    )?;
    out.write_all(tail(format).as_bytes())?;
    out.flush()?;
    Ok(match (failures, found) {
        (1.., _) => Exit::Failures,
        (0, true) => Exit::Found,
        (0, false) => Exit::Done,
    })
}

/// Whether a page would change, and each correction that is applied or proposed.
fn findings(task: &Task<'_>, format: FindingFormat) -> kanwu::Result<(bool, Vec<String>)> {
    let records = records(task.page, task.cleaned);
    let shown = records.iter().filter(|record| record.verdict != "withheld");
    let findings = shown.map(|record| finding(format, record, &task.page.text)).collect::<kanwu::Result<_>>()?;
    Ok((task.cleaned.text != task.page.text, findings))
}

/// `text` as it is, or quoted and escaped where it would not show.
pub(crate) fn visible(text: &str) -> String {
    let shows = |c: char| !c.is_whitespace() && (c as u32 >= 0x2E80 || c.escape_debug().len() == 1);
    if !text.is_empty() && text.chars().all(shows) { text.to_owned() } else { format!("{text:?}") }
}
