//! The program.

mod tables;

use clap::Parser;

#[derive(Parser)]
enum Kanwu {
    Tables(tables::TablesArgs),
}

fn main() -> anyhow::Result<()> {
    match Kanwu::parse() {
        Kanwu::Tables(args) => tables::run(&args),
    }
}
