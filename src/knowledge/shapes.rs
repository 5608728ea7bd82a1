use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

use super::table::{Alphabet, Bytes, Format, u16_at, u32_at};
use crate::Result;

pub(crate) const FORMAT: Format = Format {
    line: "kanwu shapes 2\n",
    command: "kanwu tables shapes --font FILE... --pairs TSV... --totals TSV... -o shapes.bin",
};

/// The table of look-alikes that is made of a table of shapes.
pub(crate) const LOOK_ALIKES: Format =
    Format { line: "kanwu look-alikes 1\n", command: "kanwu tables look-alikes -o FILE" };

/// How many steps of a reading's bonus or of a truth's spread make one nat.
pub(crate) const STEPS: f32 = 256.0;

/// The bonus of a character that engines were neither seen to read nor shown.
pub(crate) const NOT_MET: i16 = i16::MIN;

/// More numbers for a character than any table has; keeps the sum of their squared differences in 32 bits.
const MOST_DIMENSIONS: usize = 4096;

/// How many look-alikes a character has; chosen by hand.
pub(crate) const ALIKE: usize = 20;

/// By how much similarity falls with the square of the distance in print. So chosen that the twentieth look-alike has the
/// same similarity in the mean, 0.84, as normalised correlation of the renderings gave.
const FALL: f64 = 0.16;

/// Which characters look alike in print, and which are taken for one another.
///
/// Every character is a point in two spaces. In that of print, distance is how much renderings in several typefaces
/// differ. In that of engines it is how unlikely one is taken for the other: points come from the same renderings, by a
/// projection fitted to what engines confuse, and are moved a little for those that were often confused. `kanwu tables
/// shapes` makes both.
///
/// The body of the table: the number of characters; for each space the number of dimensions and the square of a step in
/// any of them (4 bytes, a float); the alphabet; for each space and character the place in every dimension (1 byte each,
/// signed); how readily engines read each character instead of others, and the logarithm of the sum over all that may be
/// read instead of it (2 bytes each, signed, in steps of 1/256 nats).
#[derive(Debug, Clone)]
pub struct Shapes {
    alphabet: Alphabet,
    print: Space,
    engines: Space,
    bonuses: Bytes,
    /// The least bonus of a character that engines met.
    least_bonus: f32,
    spreads: Bytes,
    /// The numbers of the look-alikes of each character, two bytes each, where they were worked out beforehand.
    prepared: Option<Bytes>,
    /// The look-alikes of each character, once somebody has asked for them.
    near: Arc<[OnceLock<LookAlikes>]>,
}

/// Characters with their similarities, nearest first.
type LookAlikes = Box<[(char, f64)]>;

/// Points, one for each character.
#[derive(Debug, Clone)]
struct Space {
    dimensions: usize,
    square: f32,
    places: Bytes,
}

impl Space {
    /// The square of the distance.
    fn distance(&self, a: usize, b: usize) -> f32 {
        let place = |number: usize| &self.places[number * self.dimensions..][..self.dimensions];
        let differences = place(a).iter().zip(place(b)).map(|(&a, &b)| {
            let difference = i32::from(a.cast_signed()) - i32::from(b.cast_signed());
            difference * difference
        });
        differences.sum::<i32>() as f32 * self.square
    }
}

impl Shapes {
    /// The table that is part of the program: all CJK unified ideographs.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Shapes> = LazyLock::new(|| {
            let bytes = include_bytes!("../../dictionaries/shapes.bin");
            let shapes =
                Shapes::take(FORMAT.embedded(bytes, "dictionaries/shapes.bin")).expect("the tests read this table");
            let bytes = include_bytes!("../../dictionaries/look-alikes.bin");
            let prepared = LOOK_ALIKES.embedded(bytes, "dictionaries/look-alikes.bin").rest();
            Shapes { prepared: Some(prepared), ..shapes }
        });
        &EMBEDDED
    }

    /// The table in `bytes`; `path` is where they come from.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table) when it is not such a table, damaged, or of another version.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, path: &Path) -> Result<Self> {
        Self::take(FORMAT.open(bytes.into(), path)?)
    }

    fn take(mut sections: super::table::Sections<'_>) -> Result<Self> {
        let characters = sections.number()?;
        let [print, engines] = [head(&mut sections)?, head(&mut sections)?];
        let alphabet = Alphabet::take(&mut sections, characters)?;
        let mut space = |(dimensions, square)| -> Result<Space> {
            Ok(Space { dimensions, square, places: sections.next(characters, dimensions)? })
        };
        let (print, engines) = (space(print)?, space(engines)?);
        let bonuses = sections.next(characters, 2)?;
        Ok(Self {
            alphabet,
            print,
            engines,
            least_bonus: least(&bonuses),
            bonuses,
            spreads: sections.next(characters, 2)?,
            prepared: None,
            near: (0..characters).map(|_| OnceLock::new()).collect(),
        })
    }

    /// How alike `a` and `b` look in print, from 0.5 to 1; `None` when neither is among the nearest of the other.
    pub fn similarity(&self, a: char, b: char) -> Option<f64> {
        let numbers = (self.alphabet.number(a)?, self.alphabet.number(b)?);
        if a == b {
            return Some(1.0);
        }
        let is_near = |of, other| self.near(of).iter().any(|&(near, _)| near == other);
        (is_near(numbers.0, b) || is_near(numbers.1, a))
            .then(|| similarity_of(self.print.distance(numbers.0, numbers.1)))
    }

    /// How alike `a` and `b` look in print, however many characters are nearer; `None` for one that the table does not have.
    pub fn print_similarity(&self, a: char, b: char) -> Option<f64> {
        Some(similarity_of(self.print.distance(self.alphabet.number(a)?, self.alphabet.number(b)?)))
    }

    /// The characters that look like `c`, nearest first, each with its similarity; of those that engines were seen to
    /// read or shown.
    pub fn look_alikes(&self, c: char) -> impl Iterator<Item = (char, f64)> {
        let near = self.alphabet.number(c).map(|number| self.near(number));
        near.unwrap_or_default().iter().copied()
    }

    /// The natural logarithm of the probability that an engine that does not read `truth` rightly reads `read`, as the
    /// shapes lead one to expect; `None` where engines were neither shown nor seen to read one of the two.
    pub fn log_misread(&self, truth: char, read: char) -> Option<f64> {
        let (truth, read) = (self.met(truth)?, self.met(read)?);
        Some(f64::from(self.log_misread_of(truth, read)))
    }

    /// The characters that engines were seen to read or shown, in the order of their code points.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        (0..self.alphabet.len())
            .filter(|&number| self.is_met(number))
            .filter_map(|number| self.alphabet.character(number))
    }

    /// All characters, in the order of their code points.
    pub(crate) fn all(&self) -> impl Iterator<Item = char> {
        self.alphabet.characters()
    }

    /// The number of `c`, if engines were seen to read it or shown it.
    pub(crate) fn met(&self, c: char) -> Option<usize> {
        self.alphabet.number(c).filter(|&number| self.is_met(number))
    }

    /// The number of `c`, whether engines met it or not.
    pub(crate) fn number(&self, c: char) -> Option<usize> {
        self.alphabet.number(c)
    }

    /// [`log_misread`](Self::log_misread) by numbers. What no engine was seen to read is read as seldom as the one that is read
    /// most seldom.
    pub(crate) fn log_misread_of(&self, truth: usize, read: usize) -> f32 {
        let bonus = if self.is_met(read) { signed_at(&self.bonuses, read) } else { self.least_bonus };
        bonus - self.engines.distance(truth, read) - signed_at(&self.spreads, truth)
    }

    fn is_met(&self, number: usize) -> bool {
        u16_at(&self.bonuses, number).is_some_and(|bonus| bonus.cast_signed() != NOT_MET)
    }

    fn near(&self, number: usize) -> &[(char, f64)] {
        self.near.get(number).map(|near| &**near.get_or_init(|| self.look_alikes_of(number))).unwrap_or_default()
    }

    /// The look-alikes of a character, by their numbers, nearest first.
    fn look_alikes_of(&self, number: usize) -> LookAlikes {
        let listed = self.prepared.as_ref().and_then(|all| all.get(number * ALIKE * 2..)?.get(..ALIKE * 2));
        let near: Vec<usize> = match listed {
            Some(listed) => (0..ALIKE).filter_map(|at| u16_at(listed, at)).map(usize::from).collect(),
            None => self.nearest(number),
        };
        let alike = |other| Some((self.alphabet.character(other)?, similarity_of(self.print.distance(number, other))));
        near.into_iter().filter_map(alike).collect()
    }

    /// The numbers of the [`ALIKE`] characters that are nearest in print, nearest first.
    pub(crate) fn nearest(&self, number: usize) -> Vec<usize> {
        let others = (0..self.alphabet.len()).filter(|&other| other != number && self.is_met(other));
        let mut near: Vec<(f32, usize)> = others.map(|other| (self.print.distance(number, other), other)).collect();
        let nearer = |a: &(f32, usize), b: &(f32, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if near.len() > ALIKE {
            near.select_nth_unstable_by(ALIKE, nearer);
            near.truncate(ALIKE);
        }
        near.sort_unstable_by(nearer);
        near.into_iter().map(|(_, other)| other).collect()
    }

    /// How many characters there are.
    pub(crate) fn len(&self) -> usize {
        self.alphabet.len()
    }
}

/// The number of dimensions of a space, and the square of a step.
fn head(sections: &mut super::table::Sections<'_>) -> Result<(usize, f32)> {
    let dimensions = sections.number()?;
    let square = u32_at(&sections.next(1, 4)?, 0).map_or(0.0, f32::from_bits);
    if dimensions == 0 || dimensions > MOST_DIMENSIONS || !square.is_finite() || square <= 0.0 {
        return Err(sections.refuse("its head makes no sense"));
    }
    Ok((dimensions, square))
}

/// What similarity two characters have that are so far apart in print.
fn similarity_of(square: f32) -> f64 {
    (1.0 - FALL * f64::from(square)).max(0.5)
}

/// The least of `bonuses` but for those that say [`NOT_MET`].
fn least(bonuses: &[u8]) -> f32 {
    let all = (0..bonuses.len() / 2).filter_map(|at| u16_at(bonuses, at)).map(u16::cast_signed);
    f32::from(all.filter(|&bonus| bonus != NOT_MET).min().unwrap_or_default()) / STEPS
}

/// The `index`-th signed number, in nats.
fn signed_at(bytes: &[u8], index: usize) -> f32 {
    u16_at(bytes, index).map_or(0.0, |number| f32::from(number.cast_signed()) / STEPS)
}
