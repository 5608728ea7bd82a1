use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use kanwu::report::unified;

use crate::args;
use crate::exit::Exit;
use crate::pages::each;

/// `kanwu diff`.
pub(crate) fn run(args: &args::Diff) -> Result<Exit> {
    let mut out = BufWriter::new(io::stdout().lock());
    let failures = each(
        &args.pages,
        |task| Ok(unified(&task.page.name, &task.page.text, &task.cleaned.text)),
        |diff| out.write_all(diff.as_bytes()),
    )?;
    out.flush()?;
    Ok(if failures > 0 { Exit::Failures } else { Exit::Done })
}
