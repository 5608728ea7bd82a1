use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap::builder::Resettable;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::{self, Args};
use crate::exit::Exit;
use crate::output::print;

/// `kanwu completions`.
pub(crate) fn run(args: &args::Completions) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "kanwu", &mut script);
    print(&String::from_utf8(script)?)?;
    Ok(Exit::Done)
}

/// `kanwu man`.
pub(crate) fn man(args: &args::Man) -> Result<Exit> {
    let mut command = Args::command();
    command.build();
    if let Some(name) = &args.command {
        let found = command.find_subcommand(name).cloned();
        command = found.with_context(|| format!("there is no command `{name}`; see kanwu --help"))?;
    }
    let after = command.get_after_long_help().map(ToString::to_string);
    let command = command.after_long_help(Resettable::Reset);
    let mut page = Vec::new();
    Man::new(command).source(concat!("kanwu ", env!("CARGO_PKG_VERSION"))).render(&mut page)?;
    let page = String::from_utf8(page)? + &sections(&after.unwrap_or_default()).to_roff();
    print(&page)?;
    Ok(Exit::Done)
}

/// What `--help` ends with, in the sections that manual pages have for it.
fn sections(text: &str) -> Roff {
    let mut page = Roff::new();
    for part in text.split("\n\n") {
        let (head, lines) = part.split_once('\n').unwrap_or((part, ""));
        match head {
            "Exit codes:" => {
                page.control("SH", ["EXIT STATUS"]);
                for (code, what) in lines.lines().filter_map(|line| line.trim().split_once("  ")) {
                    page.control("TP", []).text([bold(code)]).text([roman(what)]);
                }
            }
            "Examples:" => {
                page.control("SH", ["EXAMPLES"]).control("nf", []);
                lines.lines().for_each(|line| _ = page.text([roman(line.trim())]));
                page.control("fi", []);
            }
            _ if part.is_empty() => {}
            _ => _ = page.control("SH", ["FILES"]).text([roman(part)]),
        }
    }
    page
}
