use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use super::Source;
use crate::Result;
use crate::knowledge::parts::LINE;
use crate::knowledge::{Channel, Gazetteer, Level};

/// The table of parts, of those rows of cjk-decomp (`墟:a(土,虚)`) whose character has two parts, and was met by an engine or stands in
/// the name of a place.
///
/// # Errors
///
/// When the source cannot be read, or a row is of another form.
pub fn parts(source: Source, gazetteer: &Gazetteer, channel: &Channel) -> Result<String> {
    const LEVELS: [Level; 5] = [Level::Province, Level::City, Level::County, Level::Town, Level::Village];
    let names = LEVELS.into_iter().flat_map(|level| gazetteer.all(level)).map(|place| gazetteer.name(place));
    let of_names: FxHashSet<char> = names.fold(FxHashSet::default(), |mut characters, name| {
        characters.extend(name.chars());
        characters
    });
    let is_wanted = |c: char| of_names.contains(&c) || channel.is_met(c);
    let mut table = format!("{LINE}\n");
    source.rows(':', ["character", "parts"], |[character, build]| {
        // Of two rows a part of another has slipped behind the bracket.
        let (layout, parts) = build.split_once(')')?.0.split_once('(')?;
        let mut characters = character.chars();
        let is_one = characters.next().is_some_and(is_wanted) && characters.next().is_none();
        if let (true, [first, second]) = (is_one, parts.split(',').collect::<Vec<_>>().as_slice()) {
            writeln!(table, "{character}\t{layout}\t{first}\t{second}").ok()?;
        }
        Some(())
    })?;
    Ok(table)
}
