use std::collections::BTreeMap;

use super::Source;
use super::table::{only, put};
use crate::knowledge::shapes::{FORMAT, MOST_NUMBER_BITS, SIMILARITY_BITS, step_of};
use crate::knowledge::table::Alphabet;
use crate::{Error, Result};

/// The table of look-alikes from `glyphs`: rows of character, look-alike, similarity from 0 to 1.
///
/// # Errors
///
/// [`Error::Read`] and [`Error::Row`] of the source; [`Error::Usage`] when there are more characters than the table
/// can number.
pub fn shapes(glyphs: Source) -> Result<Vec<u8>> {
    let mut near: BTreeMap<char, Vec<(char, f64)>> = BTreeMap::new();
    glyphs.rows('\t', ["character", "look_alike", "similarity"], |[character, look_alike, similarity]| {
        let (character, look_alike) = (only(character)?, only(look_alike)?);
        let similarity = similarity.parse().ok().filter(|similarity| (0.0..=1.0).contains(similarity))?;
        near.entry(look_alike).or_default();
        near.entry(character).or_default().push((look_alike, similarity));
        Some(())
    })?;
    encode(near)
}

fn encode(near: BTreeMap<char, Vec<(char, f64)>>) -> Result<Vec<u8>> {
    let characters: Vec<char> = near.keys().copied().collect();
    let neighbours = near.values().map(Vec::len).max().unwrap_or_default();
    let number_bits = usize::BITS - characters.len().saturating_sub(1).leading_zeros();
    if number_bits > MOST_NUMBER_BITS || neighbours > usize::from(u8::MAX) {
        return Err(Error::Usage("a table of shapes holds 262,144 characters with 255 neighbours at most".to_owned()));
    }
    let mut body = Vec::new();
    for number in [characters.len(), neighbours, number_bits as usize] {
        put(&mut body, number)?;
    }
    body.extend(Alphabet::encode(characters.iter().copied()));
    let mut bits = Bits { bytes: body, held: 0, count: 0 };
    for (own, mut near) in near.into_values().enumerate() {
        near.sort_by(|(a, near_a), (b, near_b)| near_b.total_cmp(near_a).then(a.cmp(b)));
        near.dedup_by_key(|&mut (other, _)| other);
        let known = near.iter().filter_map(|&(c, similarity)| Some((characters.binary_search(&c).ok()?, similarity)));
        for (number, similarity) in known.chain(std::iter::repeat((own, 0.0))).take(neighbours) {
            let number = u64::try_from(number).unwrap_or_default();
            bits.push(number | u64::from(step_of(similarity)) << number_bits, number_bits + SIMILARITY_BITS);
        }
    }
    Ok(FORMAT.seal(&bits.finish()))
}

/// Numbers of any width, one after another from the lowest bit up.
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u64, width: u32) {
        self.held |= value << self.count;
        self.count += width;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// The bytes, and room for a reader to take four at once.
    fn finish(mut self) -> Vec<u8> {
        self.push(0, 7 + u32::BITS);
        self.bytes
    }
}
