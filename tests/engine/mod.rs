//! What the engine finds in single lines, and that no line is too much for it.

mod line;
mod properties;
mod search;

use kanwu::engine::{Change, Line, Search};
use kanwu::knowledge::{Channel, Model, Neighbours};

fn search() -> Search<'static> {
    Search { model: Model::embedded(), neighbours: Neighbours::embedded(), channel: Channel::embedded() }
}

fn read(text: &str) -> Line {
    Line::read(Model::embedded(), text.char_indices())
}

/// What the search changes in `line` by itself.
fn changes(line: &Line) -> Vec<Change> {
    search().changes(std::slice::from_ref(line)).remove(0)
}
