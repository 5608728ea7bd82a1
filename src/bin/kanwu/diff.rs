use std::io::{self, BufWriter, IsTerminal as _, Write as _};

use anyhow::{Result, bail};
use kanwu::report::{inline, unified};

use crate::args::{self, Color, DiffFormat};
use crate::exit::Exit;
use crate::output::to_output;
use crate::pages::each;
use crate::values::is_standard_input;

/// `kanwu diff`.
pub(crate) fn run(args: &args::Diff) -> Result<Exit> {
    let html = args.output_format == DiffFormat::Html;
    if html && !matches!(args.pages.inputs.as_slice(), [input] if is_standard_input(input) || !input.is_dir()) {
        bail!("--format html shows one page; name one file, or see review.html of a report for many");
    }
    let color = match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let failures = each(
        &args.pages,
        |task| {
            let (name, old, cleaned) = (&task.page.name, &task.page.text, task.cleaned);
            Ok(match (html, color) {
                (true, _) => inline(name, old, cleaned),
                (false, true) => coloured(&unified(name, old, &cleaned.text)),
                (false, false) => unified(name, old, &cleaned.text),
            })
        },
        |diff| out.write_all(diff.as_bytes()),
    )?;
    to_output(out.flush())?;
    Ok(if failures > 0 { Exit::Failures } else { Exit::Done })
}

/// `diff` with its lines in the colours that `git diff` gives them.
fn coloured(diff: &str) -> String {
    let mut coloured = String::with_capacity(diff.len() * 2);
    let mut in_hunk = false;
    for line in diff.split_inclusive('\n') {
        in_hunk |= line.starts_with("@@");
        let color = match line.as_bytes().first() {
            Some(b'@') => "\x1b[36m",
            _ if !in_hunk => "\x1b[1m",
            Some(b'+') => "\x1b[32m",
            Some(b'-') => "\x1b[31m",
            _ => "",
        };
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        let reset = if color.is_empty() { "" } else { "\x1b[m" };
        coloured.extend([color, text, reset, end]);
    }
    coloured
}
