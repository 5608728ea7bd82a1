use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap;

use crate::{Error, Result};

/// The first line of the table.
pub(crate) const LINE: &str = "# kanwu parts 1";

/// A part: the code point of a character, or a number beyond those of one that is no character by itself.
type Part = u32;

/// Which two parts a character is built of, and how they stand: 墟 is 土 beside 虚.
///
/// Who reads or types a character for another often takes one that lacks a part, or has another radical; engines do when ink ran out.
/// Renderings of such a pair differ in much of their ink, so that [`Shapes`](super::Shapes) find it far apart.
///
/// The table is text: a line a character, which is followed by how its parts stand (the code of cjk-decomp), the first and the second
/// part, with tabs between; a part that is no character is a number.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    of: FxHashMap<char, Build>,
    /// The ways in which parts stand, as the table writes them.
    layouts: Vec<String>,
    /// How many characters have this part in this place of a layout, once somebody has asked for it.
    families: OnceLock<FxHashMap<(usize, usize, Part), u32>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Build {
    /// Which of the layouts.
    layout: usize,
    parts: [Part; 2],
}

/// A part that more characters have in one place tells little of what they are: it is a radical, as 氵 is. Of parts of the table 氵 has
/// 452, 童 twelve. Chosen by hand.
const LARGEST_FAMILY: u32 = 40;

impl Parts {
    /// Those that are part of the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Parts> = LazyLock::new(|| {
            let text = include_str!("../../dictionaries/parts.txt");
            Parts::parse(text, Path::new("dictionaries/parts.txt")).expect("the tests read this table")
        });
        &EMBEDDED
    }

    /// The table in `text`; `path` is where it comes from.
    ///
    /// # Errors
    ///
    /// [`Error::Row`] when a line is not of its form.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let row = |line, problem: &str| Error::Row { path: path.to_owned(), line, problem: problem.to_owned() };
        let mut table = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if number == 1 && line != LINE {
                return Err(row(1, "is not the first line of a table of parts; `kanwu tables parts` makes one"));
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (character, build) = table.row(line).ok_or_else(|| {
                row(number, "expected a character, how its parts stand, and two parts, with tabs between")
            })?;
            table.of.insert(character, build);
        }
        Ok(table)
    }

    fn row(&mut self, line: &str) -> Option<(char, Build)> {
        let mut fields = line.split('\t');
        let character = single(fields.next()?)?;
        let layout = fields.next()?;
        let parts = [part(fields.next()?)?, part(fields.next()?)?];
        fields.next().is_none().then(|| (character, Build { layout: self.number_of(layout), parts }))
    }

    /// The number of `layout`, which is given one if it has none.
    fn number_of(&mut self, layout: &str) -> usize {
        self.layouts.iter().position(|known| known == layout).unwrap_or_else(|| {
            self.layouts.push(layout.to_owned());
            self.layouts.len() - 1
        })
    }

    /// How many characters have `part` in this place.
    fn family(&self, layout: usize, place: usize, part: Part) -> u32 {
        let families = self.families.get_or_init(|| {
            let mut families: FxHashMap<(usize, usize, Part), u32> = FxHashMap::default();
            for build in self.of.values() {
                for (place, part) in build.parts.into_iter().enumerate() {
                    *families.entry((build.layout, place, part)).or_default() += 1;
                }
            }
            families
        });
        families.get(&(layout, place, part)).copied().unwrap_or_default()
    }

    /// The characters whose parts are known.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        self.of.keys().copied()
    }

    /// The characters whose parts stand side by side and are characters themselves, with these: 村 with 木 and 寸.
    pub fn side_by_side(&self) -> impl Iterator<Item = (char, [char; 2])> {
        /// How cjk-decomp writes that the second part stands right of the first.
        const ACROSS: &str = "a";
        let across = self.of.iter().filter(|(_, build)| self.layouts[build.layout] == ACROSS);
        across.filter_map(|(&c, build)| Some((c, [char::from_u32(build.parts[0])?, char::from_u32(build.parts[1])?])))
    }

    /// Whether one of two characters is a part of the other, as 虚 is of 墟, or both have the part in the same place that makes them
    /// what they are, as 憧 and 潼 have 童.
    pub fn are_alike(&self, one: char, other: char) -> bool {
        let (build, other_build) = (self.of.get(&one), self.of.get(&other));
        let is_part = |part: char, of: Option<&Build>| of.is_some_and(|build| build.parts.contains(&u32::from(part)));
        if is_part(one, other_build) || is_part(other, build) {
            return true;
        }
        let (Some(build), Some(other_build)) = (build, other_build) else { return false };
        build.layout == other_build.layout
            && (0..2).any(|place| {
                let part = build.parts[place];
                part == other_build.parts[place] && self.family(build.layout, place, part) <= LARGEST_FAMILY
            })
    }
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn part(text: &str) -> Option<Part> {
    /// One more than the last code point.
    const BEYOND: u32 = 0x11_0000;
    text.parse::<u32>().ok().and_then(|number| number.checked_add(BEYOND)).or_else(|| single(text).map(u32::from))
}
