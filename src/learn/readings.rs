use rayon::prelude::*;

use super::table::{put, put_lists};
use crate::Result;
use crate::knowledge::channel::Channel;
use crate::knowledge::readings::{FORMAT, STEPS};
use crate::knowledge::table::Alphabet;

/// The table of what may have stood where a character was read: as `channel` works it out.
///
/// # Errors
///
/// [`Error::Usage`](crate::Error::Usage) when there are more characters than a table can number.
pub fn readings(channel: &Channel) -> Result<Vec<u8>> {
    let characters = channel.characters();
    let number = |c: char| characters.binary_search(&c).ok();
    let steps = |log_probability: f32| (-log_probability * STEPS).round().clamp(0.0, f32::from(u16::MAX)) as u16;
    let list = |&observed: &char| -> Vec<(usize, u16)> {
        let readings = channel.work_out(observed).into_iter();
        readings.filter_map(|one| Some((number(one.truth.single()?)?, steps(one.log_probability)))).collect()
    };
    let lists: Vec<_> = characters.par_iter().map(list).collect();
    let mut body = Vec::new();
    put(&mut body, characters.len())?;
    body.extend(Alphabet::encode(characters.iter().copied()));
    put_lists(&mut body, &lists, u16::to_le_bytes)?;
    Ok(FORMAT.seal(&body))
}
