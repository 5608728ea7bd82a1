//! Which characters look alike, worked out from typefaces and from what engines confuse.

mod fit;
mod render;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::table::{put, small};
use crate::knowledge::shapes::{ALIKE, FORMAT, LOOK_ALIKES, NOT_MET, STEPS};
use crate::knowledge::table::Alphabet;
use crate::knowledge::{Counts, Shapes};
use crate::{Error, Result};
use fit::{DIMENSIONS, Errors, Fitted, Rows, SEEN};

pub use render::Face;

/// The table of shapes of all CJK unified ideographs that one of `faces` has, fitted to the confusions in `counts`.
///
/// # Errors
///
/// [`Error::Usage`] when the faces have no Chinese characters.
pub fn shapes(faces: &[Face], counts: &Counts) -> Result<Vec<u8>> {
    let (characters, mut rows) = seen(faces);
    if characters.is_empty() {
        return Err(Error::Usage("the typefaces have no Chinese characters; name one that has".to_owned()));
    }
    fit::level(&mut rows);
    let single = counts.confused().filter_map(|(truth, read, count)| Some((truth.single()?, read.single()?, count)));
    let pairs: Vec<(char, char, u32)> = single.collect();
    let met: BTreeSet<char> =
        pairs.iter().flat_map(|&(truth, read, _)| [truth, read]).chain(counts.all_rendered().map(|(c, _)| c)).collect();
    let met: Vec<usize> = (0..characters.len()).filter(|&number| met.contains(&characters[number])).collect();
    let of_met: Rows = met.iter().map(|&number| rows[number].clone()).collect();
    let number = |c| met.binary_search(&characters.binary_search(&c).ok()?).ok();
    let mut errors: BTreeMap<usize, Vec<(usize, f32)>> = BTreeMap::new();
    for (truth, read, count) in pairs {
        if let (Some(truth), Some(read)) = (number(truth), number(read)) {
            errors.entry(truth).or_default().push((read, count as f32));
        }
    }
    let errors: Vec<Errors> = errors.into_iter().collect();
    let fitted = fit::fit(&of_met, &errors);
    encode(&characters, &rows, &met, &fitted)
}

/// The characters that a face has, rising, and the mean of what is seen of each.
fn seen(faces: &[Face]) -> (Vec<char>, Rows) {
    let characters: Vec<char> = std::iter::once('〇').chain('\u{4E00}'..='\u{9FFF}').collect();
    let of = |&c: &char| {
        let views: Rows = faces.iter().filter_map(|face| face.features(c)).collect();
        let mut mean = vec![0.0; views.first()?.len()];
        for view in &views {
            mean.iter_mut().zip(view).for_each(|(mean, value)| *mean += value / views.len() as f32);
        }
        Some((c, mean))
    };
    characters.par_iter().filter_map(of).collect::<Vec<_>>().into_iter().unzip()
}

/// The table. Those that were not met have places by what is seen of them, and no bonus.
fn encode(characters: &[char], rows: &Rows, met: &[usize], fitted: &Fitted) -> Result<Vec<u8>> {
    let print: Vec<f32> = rows.par_iter().flat_map_iter(|row| fitted.seen(row)).collect();
    let mut points: Vec<f32> = rows.par_iter().flat_map_iter(|row| fitted.point(row)).collect();
    for (own, &number) in fitted.points.chunks_exact(DIMENSIONS).zip(met) {
        points[number * DIMENSIONS..][..DIMENSIONS].copy_from_slice(own);
    }
    let mut body = Vec::new();
    put(&mut body, characters.len())?;
    let [(print_step, print), (step, points)] = [steps(&print), steps(&points)];
    for (dimensions, step) in [(SEEN, print_step), (DIMENSIONS, step)] {
        put(&mut body, dimensions)?;
        body.extend((step * step).to_le_bytes());
    }
    body.extend(Alphabet::encode(characters.iter().copied()));
    body.extend(print);
    body.extend(points);
    for (values, unmet) in [(&fitted.bonuses, NOT_MET), (&fitted.spreads, 0)] {
        let mut numbers = vec![unmet; characters.len()];
        for (&number, value) in met.iter().zip(values) {
            numbers[number] = (value * STEPS).round().clamp(-32_000.0, 32_000.0) as i16;
        }
        body.extend(numbers.into_iter().flat_map(i16::to_le_bytes));
    }
    Ok(FORMAT.seal(&body))
}

/// Places in whole steps of a byte, after the step: such that only one in ten thousand is cut off.
fn steps(places: &[f32]) -> (f32, Vec<u8>) {
    let mut sizes: Vec<f32> = places.iter().map(|place| place.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let step = sizes[(sizes.len() - 1) * 9999 / 10000].max(f32::MIN_POSITIVE) / 127.0;
    (step, places.iter().map(|place| ((place / step).round().clamp(-127.0, 127.0) as i8).cast_unsigned()).collect())
}

/// The table of the look-alikes of every character of `shapes`.
///
/// # Errors
///
/// [`Error::Usage`](crate::Error::Usage) when there are more characters than a table can number.
pub fn look_alikes(shapes: &Shapes) -> Result<Vec<u8>> {
    let lists = (0..shapes.len()).into_par_iter().map(|number| {
        let mut list: Vec<u8> = Vec::with_capacity(ALIKE * 2);
        for other in shapes.nearest(number) {
            list.extend(small(other)?.to_le_bytes());
        }
        // Fewer there are in toy tables only; the number of no character fills the list.
        list.resize(ALIKE * 2, u8::MAX);
        Ok(list)
    });
    Ok(LOOK_ALIKES.seal(&lists.collect::<Result<Vec<_>>>()?.concat()))
}
