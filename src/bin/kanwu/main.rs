//! The program.

mod gazetteer;

use clap::Parser;

#[derive(Debug, Parser)]
enum Kanwu {
    /// Work on the gazetteer's file.
    Gazetteer(gazetteer::Arguments),
}

fn main() -> anyhow::Result<()> {
    let Kanwu::Gazetteer(arguments) = Kanwu::parse();
    gazetteer::run(arguments)
}
