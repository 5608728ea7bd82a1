use rayon::prelude::*;

use super::table::put;
use crate::Result;
use crate::knowledge::model::{Context, Symbol};
use crate::knowledge::neighbours::{FORMAT, SHORTEST, bits};
use crate::knowledge::{Attraction, Model};

/// How many bits of a row there are at least for each symbol in it.
const ROOM: usize = 16;

/// The table of the characters that attract one another, as `model` knows them.
///
/// # Errors
///
/// [`Error::Usage`](crate::Error::Usage) when the rows are more than a table can number.
pub fn neighbours(model: &Model) -> Result<Vec<u8>> {
    let symbols: Vec<Symbol> = model.all_symbols().collect();
    let mut body = Vec::new();
    let before: Vec<Context> = symbols.iter().map(|&symbol| model.step(&Context::UNKNOWN, symbol).1).collect();
    let attraction =
        |first: Symbol, second: Symbol| model.step(&before[first.number()], second).0 - model.alone(second);
    let kinds = Attraction::ALL.into_iter().flat_map(|least| [(least, true), (least, false)]);
    for (least, is_after) in kinds {
        let row = |&symbol: &Symbol| {
            let nats = |other| if is_after { attraction(symbol, other) } else { attraction(other, symbol) };
            row(&symbols.iter().copied().filter(|&other| nats(other) > least.nats()).collect::<Vec<Symbol>>())
        };
        let rows: Vec<Vec<u8>> = symbols.par_iter().map(row).collect();
        put(&mut body, rows.len())?;
        let mut start = 0;
        put(&mut body, start)?;
        for row in &rows {
            start += row.len() / 8;
            put(&mut body, start)?;
        }
        body.extend(rows.into_iter().flatten());
    }
    Ok(FORMAT.seal(&body))
}

fn row(attracted: &[Symbol]) -> Vec<u8> {
    let length = (attracted.len() * ROOM).next_power_of_two().ilog2().max(SHORTEST);
    let mut row = vec![0; 1 << length >> 3];
    for bit in attracted.iter().flat_map(|&symbol| bits(symbol, length)) {
        row[bit / 8] |= 1 << (bit % 8);
    }
    row
}
