use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_mangen::Man;

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
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    print(&String::from_utf8(page)?)?;
    Ok(Exit::Done)
}
