use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Source;
use super::table::{only, put, put_lists};
use crate::Result;
use crate::knowledge::confusions::FORMAT;
use crate::knowledge::table::Alphabet;

/// The table of confusions from `pairs` (rows of truth, what was read, count, engine, level of damage) and `totals` (rows
/// of character, how often it was rendered, how often read right, engine, level of damage); engines and levels are
/// added up.
///
/// # Errors
///
/// [`Error::Read`](crate::Error::Read) and [`Error::Row`](crate::Error::Row) of the sources,
/// [`Error::Usage`](crate::Error::Usage) when there are more characters than the table can number.
pub fn confusions(pairs: Vec<Source>, totals: Vec<Source>) -> Result<Vec<u8>> {
    let mut counts: BTreeMap<(char, char), u32> = BTreeMap::new();
    for source in pairs {
        source.rows('\t', ["truth", "ocr", "count", "engine", "level"], |[truth, read, count, ..]| {
            let (truth, read) = (only(truth)?, only(read)?);
            let count = count.parse().ok()?;
            if truth != read {
                let sum = counts.entry((truth, read)).or_default();
                *sum = u32::saturating_add(*sum, count);
            }
            Some(())
        })?;
    }
    let mut rendered: BTreeMap<char, u32> = BTreeMap::new();
    for source in totals {
        source.rows('\t', ["char", "rendered", "right", "engine", "level"], |[c, count, ..]| {
            let sum = rendered.entry(only(c)?).or_default();
            *sum = sum.saturating_add(count.parse().ok()?);
            Some(())
        })?;
    }
    encode(&counts, &rendered)
}

fn encode(counts: &BTreeMap<(char, char), u32>, rendered: &BTreeMap<char, u32>) -> Result<Vec<u8>> {
    let of_pairs = counts.keys().flat_map(|&(truth, read)| [truth, read]);
    let characters: BTreeSet<char> = of_pairs.chain(rendered.keys().copied()).collect();
    let numbers: BTreeMap<char, usize> = characters.iter().copied().zip(0..).collect();
    let mut read_as = vec![Vec::new(); characters.len()];
    let mut could_be = read_as.clone();
    for ((truth, read), &count) in counts {
        let (truth, read) = (numbers[truth], numbers[read]);
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        read_as[truth].push((read, count));
        could_be[read].push((truth, count));
    }
    let mut body = Vec::new();
    put(&mut body, characters.len())?;
    put(&mut body, counts.len())?;
    body.extend(Alphabet::encode(characters.iter().copied()));
    for c in &characters {
        body.extend(rendered.get(c).copied().unwrap_or_default().to_le_bytes());
    }
    for list in read_as.iter_mut().chain(&mut could_be) {
        list.sort_by_key(|&(number, count)| (Reverse(count), number));
    }
    put_lists(&mut body, &read_as, u16::to_le_bytes)?;
    put_lists(&mut body, &could_be, |_| [])?;
    Ok(FORMAT.seal(&body))
}
