//! How rows are read, and the parts of a table written.

use rayon::prelude::*;

use crate::{Error, Result};

/// The one character of `cell`.
pub(super) fn only(cell: &str) -> Option<char> {
    let mut characters = cell.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// Adds a number of four bytes.
pub(super) fn put(body: &mut Vec<u8>, number: usize) -> Result<()> {
    let number = u32::try_from(number).map_err(|_| too_much())?;
    body.extend(number.to_le_bytes());
    Ok(())
}

/// Adds lists of numbered things with a value each: where each list begins and the last one ends, all numbers in two
/// bytes each, all values.
pub(super) fn put_lists<V: Copy, const WIDTH: usize>(
    body: &mut Vec<u8>,
    lists: &[Vec<(usize, V)>],
    bytes: impl Fn(V) -> [u8; WIDTH],
) -> Result<()> {
    let mut start = 0;
    put(body, start)?;
    for list in lists {
        start += list.len();
        put(body, start)?;
    }
    for &(number, _) in lists.iter().flatten() {
        body.extend(small(number)?.to_le_bytes());
    }
    body.extend(lists.iter().flatten().flat_map(|&(_, value)| bytes(value)));
    Ok(())
}

/// A number of two bytes.
pub(super) fn small(number: usize) -> Result<u16> {
    u16::try_from(number).map_err(|_| too_much())
}

fn too_much() -> Error {
    Error::Usage("the sources are too large: a table holds 65,536 characters and counts to 4,294,967,295".to_owned())
}

/// A step so large that 127 of them, as many as a signed byte holds, reach as far as all but one in `but` of `values` do.
pub(super) fn step_of(values: &[f32], but: usize) -> f32 {
    let mut sizes: Vec<f32> = values.par_iter().map(|value| value.abs()).collect();
    let most = sizes.len() - 1 - sizes.len() / but;
    let (_, &mut most, _) = sizes.select_nth_unstable_by(most, f32::total_cmp);
    most.max(f32::MIN_POSITIVE) / 127.0
}

/// Adds `values`, each a signed byte of steps.
pub(super) fn put_steps(body: &mut Vec<u8>, values: &[f32], step: f32) {
    let steps = |value: &f32| (value / step).round().clamp(-127.0, 127.0) as i8;
    body.extend(values.iter().flat_map(|value| steps(value).to_le_bytes()));
}
