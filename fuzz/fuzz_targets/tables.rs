//! Tables of any bytes under a hash that fits: refused, or used without harm.

#![no_main]

use std::path::Path;

use kanwu::knowledge::model::Context;
use kanwu::knowledge::{
    Affinity, Attraction, Confusions, Edge, Edges, Gazetteer, Lexicon, Model, Neighbours, Readings, Seams, Shapes,
};
use libfuzzer_sys::fuzz_target;

const TABLES: [&[u8]; 10] = [
    include_bytes!("../../dictionaries/shapes.bin"),
    include_bytes!("../../dictionaries/confusions.bin"),
    include_bytes!("../../dictionaries/seams.bin"),
    include_bytes!("../../dictionaries/words.fst"),
    include_bytes!("../../dictionaries/places.bin"),
    include_bytes!("../../dictionaries/readings.bin"),
    include_bytes!("../../dictionaries/neighbours.bin"),
    include_bytes!("../../dictionaries/news.lm"),
    include_bytes!("../../dictionaries/affinity.bin"),
    include_bytes!("../../dictionaries/edges.bin"),
];

/// The length of the hash after the first line.
const HASH: usize = 32;
const TEXT: &str = "今日，济南市章丘区刁镇的第3次会议在北京召开。";

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let number = usize::from(choice) % TABLES.len();
    let table = TABLES[number];
    let first = table.iter().position(|&byte| byte == b'\n').expect("a first line") + 1;
    // Either the table with some bytes replaced, or its first line and any bytes.
    let mut hostile = if choice < 128 { table.to_vec() } else { table[..first].to_vec() };
    if hostile.len() == first {
        hostile.extend([0; HASH]);
        hostile.extend(bytes);
    } else {
        for change in bytes.chunks_exact(4) {
            let at = u32::from_le_bytes([change[0], change[1], change[2], 0]) as usize;
            let length = hostile.len();
            hostile[first + HASH + at % (length - first - HASH)] = change[3];
        }
    }
    let hash = blake3::hash(&hostile[first + HASH..]);
    hostile[first..first + HASH].copy_from_slice(hash.as_bytes());
    let path = Path::new("a.bin");
    match number {
        0 => drop(Shapes::from_bytes(hostile, path).map(|shapes| {
            TEXT.chars().for_each(|c| shapes.look_alikes(c).for_each(|(other, _)| _ = shapes.similarity(c, other)))
        })),
        1 => drop(Confusions::from_bytes(hostile, path).map(|confusions| {
            TEXT.chars().for_each(|c| confusions.could_be(c).for_each(|(other, _)| _ = confusions.count(c, other)))
        })),
        2 => drop(Seams::from_bytes(hostile, path).map(|seams| {
            TEXT.chars().zip(TEXT.chars().skip(1)).map(|(a, b)| seams.bond(a, b)).sum::<f64>()
        })),
        3 => drop(Lexicon::from_bytes(hostile, path).map(|lexicon| {
            TEXT.char_indices().map(|(at, _)| lexicon.crosses(TEXT, at).is_some()).filter(|found| *found).count()
        })),
        4 => drop(Gazetteer::from_bytes(hostile, path).map(|gazetteer| {
            gazetteer.mentions(TEXT).map(|mention| gazetteer.places(mention.form).len()).sum::<usize>()
                + gazetteer.find_villages("石匣村").len()
        })),
        5 => drop(Readings::from_bytes(hostile, path).map(|readings| {
            TEXT.chars().filter_map(|c| readings.of(c)).map(Iterator::count).sum::<usize>()
        })),
        6 => drop(Neighbours::from_bytes(hostile, path).map(|neighbours| {
            let symbols: Vec<_> = Model::embedded().symbols().of(TEXT).collect();
            let holds = |pair: &[_]| {
                neighbours.after(pair[0], Attraction::Any).may_hold(pair[1])
                    || neighbours.before(pair[1], Attraction::Any).may_hold(pair[0])
            };
            symbols.windows(2).filter(|pair| holds(pair)).count()
        })),
        7 => drop(Model::from_bytes(hostile, path).map(|model| model.read(&Context::UNKNOWN, TEXT).0)),
        8 => drop(Affinity::from_bytes(hostile, path).map(|affinity| {
            let topics = affinity.tail_topic(TEXT.chars().rev()).affinity(&affinity.head_topic(TEXT.chars()));
            affinity.tail(TEXT.chars().rev()).affinity(&affinity.head(TEXT.chars())) + topics
        })),
        _ => drop(Edges::from_bytes(hostile, path).map(|edges| edges.log_odds(Edge::Inside, TEXT.chars()))),
    }
});
