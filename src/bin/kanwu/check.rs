use std::io::{self, BufWriter, ErrorKind, Write};

use anyhow::Result;
use kanwu::batch::Task;
use kanwu::report::records;

use crate::args::{self, FindingFormat};
use crate::exit::Exit;
use crate::findings::{PageFile, between, finding, head, tail};
use crate::output::to_output;
use crate::pages::each;

/// `kanwu check`.
pub(crate) fn run(args: &args::Check) -> Result<Exit> {
    let mut out = BufWriter::new(WhileRead { out: io::stdout().lock(), is_gone: false });
    let (mut found, mut written) = (false, false);
    let format = args.output_format;
    to_output(out.write_all(head(format).as_bytes()))?;
    let listed = each(
        &args.pages,
        |task| findings(task, format),
        |(changed, findings)| {
            found |= changed;
            for finding in findings {
                out.write_all(if written { between(format) } else { "" }.as_bytes())?;
                out.write_all(finding.as_bytes())?;
                written = true;
            }
            // Nobody reads on, and the exit code is settled.
            if found && out.get_ref().is_gone { Err(ErrorKind::BrokenPipe.into()) } else { Ok(()) }
        },
    );
    let failures = match listed {
        Err(_) if found && out.get_ref().is_gone => return Ok(Exit::Found),
        listed => listed?,
    };
    to_output(out.write_all(tail(format).as_bytes()).and_then(|()| out.flush()))?;
    Ok(match (failures, found) {
        (1.., _) => Exit::Failures,
        (0, true) => Exit::Found,
        (0, false) => Exit::Done,
    })
}

/// A reader that goes away, as `head` does, ends what is written, but not the look for what the exit code says.
struct WhileRead<W> {
    out: W,
    is_gone: bool,
}

impl<W: Write> WhileRead<W> {
    fn unless_gone<T>(&mut self, write: impl FnOnce(&mut W) -> io::Result<T>, otherwise: T) -> io::Result<T> {
        if self.is_gone {
            return Ok(otherwise);
        }
        match write(&mut self.out) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(otherwise)
            }
            written => written,
        }
    }
}

impl<W: Write> Write for WhileRead<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_gone(|out| out.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_gone(Write::flush, ())
    }
}

/// Whether a page would change, and each correction that is applied or proposed.
fn findings(task: &Task<'_>, format: FindingFormat) -> kanwu::Result<(bool, Vec<String>)> {
    let records = records(task.page, task.cleaned);
    let shown = records.iter().filter(|record| record.verdict != "withheld");
    let file = PageFile::of(task);
    let findings = shown.map(|record| finding(format, record, &file)).collect::<kanwu::Result<_>>()?;
    Ok((task.cleaned.text != task.page.text, findings))
}

/// `text` as it is, or quoted and escaped where it would not show.
pub(crate) fn visible(text: &str) -> String {
    let shows = |c: char| !c.is_whitespace() && (c as u32 >= 0x2E80 || c.escape_debug().len() == 1);
    if !text.is_empty() && text.chars().all(shows) { text.to_owned() } else { format!("{text:?}") }
}
