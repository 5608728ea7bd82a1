//! Tables whose bytes are not what they should be: refused, and where they slip through, no panic.

use std::path::Path;

use kanwu::Error;
use kanwu::knowledge::model::Context;
use kanwu::knowledge::{Affinity, Attraction, Confusions, Edges, Lexicon, Model, Neighbours, Readings, Seams, Shapes};
use proptest::prelude::*;

const SHAPES: &[u8] = include_bytes!("../../dictionaries/shapes.bin");
const CONFUSIONS: &[u8] = include_bytes!("../../dictionaries/confusions.bin");
const SEAMS: &[u8] = include_bytes!("../../dictionaries/seams.bin");
const MODEL: &[u8] = include_bytes!("../../dictionaries/news.lm");
const AFFINITY: &[u8] = include_bytes!("../../dictionaries/affinity.bin");
const EDGES: &[u8] = include_bytes!("../../dictionaries/edges.bin");
const NEIGHBOURS: &[u8] = include_bytes!("../../dictionaries/neighbours.bin");
const READINGS: &[u8] = include_bytes!("../../dictionaries/readings.bin");
const WORDS: &[u8] = include_bytes!("../../dictionaries/words.fst");

/// The length of the hash that stands after the first line of every table.
const HASH: usize = 32;

/// How long the first line is, with its end.
fn first_line(table: &[u8]) -> usize {
    table.iter().position(|&byte| byte == b'\n').map_or(table.len(), |end| end + 1)
}

/// `table` with the hash that its bytes call for.
fn resealed(mut table: Vec<u8>) -> Vec<u8> {
    let line = first_line(&table);
    if line + HASH <= table.len() {
        let hash = blake3::hash(&table[line + HASH..]);
        table[line..line + HASH].copy_from_slice(hash.as_bytes());
    }
    table
}

#[track_caller]
fn check_refused<T>(read: impl Fn(Vec<u8>) -> kanwu::Result<T>, table: &[u8]) {
    assert!(read(table.to_vec()).is_ok());
    let mut flipped = table.to_vec();
    flipped[table.len() / 2] ^= 1;
    let mut newer = table.to_vec();
    let version = first_line(&newer) - 2;
    newer[version] += 1;
    let longer = [table, b"\0"].concat();
    for damaged in [flipped, newer, longer, table[..table.len() - 1].to_vec(), table[..20].to_vec(), Vec::new()] {
        match read(damaged) {
            Err(Error::Table { path, problem }) => {
                assert_eq!(path, Path::new("a.bin"));
                assert!(problem.contains("make it again with `kanwu t"), "{problem}");
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("a damaged table was taken"),
        }
    }
}

/// Some bytes of `table` replaced, its end cut off, and the hash made to fit.
fn hostile(table: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let head = prop::collection::vec((0..200usize, any::<u8>()), 0..4);
    let body = prop::collection::vec((0..table.len(), any::<u8>()), 0..40);
    (head, body, prop::option::weighted(0.2, 0..table.len())).prop_map(|(head, body, cut)| {
        let mut bytes = table.to_vec();
        let first = first_line(&bytes) + HASH;
        for (at, byte) in head {
            bytes[first + at] = byte;
        }
        for (at, byte) in body {
            bytes[at.max(first)] = byte;
        }
        bytes.truncate(cut.unwrap_or(bytes.len()));
        resealed(bytes)
    })
}

fn shapes(bytes: Vec<u8>) -> kanwu::Result<Shapes> {
    Shapes::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn damaged_shapes_are_refused() {
    check_refused(shapes, SHAPES);
}

#[test]
fn a_damaged_lexicon_is_refused() {
    check_refused(|bytes| Lexicon::from_bytes(bytes, Path::new("a.bin")), WORDS);
}

fn seams(bytes: Vec<u8>) -> kanwu::Result<Seams> {
    Seams::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn damaged_seams_are_refused() {
    check_refused(seams, SEAMS);
}

fn confusions(bytes: Vec<u8>) -> kanwu::Result<Confusions> {
    Confusions::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn damaged_confusions_are_refused() {
    check_refused(confusions, CONFUSIONS);
}

fn model(bytes: Vec<u8>) -> kanwu::Result<Model> {
    Model::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn a_damaged_model_is_refused() {
    check_refused(model, MODEL);
}

fn affinity(bytes: Vec<u8>) -> kanwu::Result<Affinity> {
    Affinity::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn damaged_affinities_are_refused() {
    check_refused(affinity, AFFINITY);
}

fn edges(bytes: Vec<u8>) -> kanwu::Result<Edges> {
    Edges::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn damaged_edges_are_refused() {
    check_refused(edges, EDGES);
}

fn neighbours(bytes: Vec<u8>) -> kanwu::Result<Neighbours> {
    Neighbours::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn damaged_neighbours_are_refused() {
    check_refused(neighbours, NEIGHBOURS);
}

fn readings(bytes: Vec<u8>) -> kanwu::Result<Readings> {
    Readings::from_bytes(bytes, Path::new("a.bin"))
}

#[test]
fn damaged_readings_are_refused() {
    check_refused(readings, READINGS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_shapes_do_no_harm(bytes in hostile(SHAPES), a in any::<char>()) {
        if let Ok(shapes) = shapes(bytes) {
            for c in "刁刀未末的一龥x".chars().chain([a]) {
                for (other, similarity) in shapes.look_alikes(c) {
                    prop_assert!((0.5..=1.0).contains(&similarity));
                    shapes.similarity(c, other);
                }
            }
        }
    }

    #[test]
    fn hostile_words_do_no_harm(bytes in hostile(WORDS)) {
        if let Ok(lexicon) = Lexicon::from_bytes(bytes, Path::new("a.bin")) {
            let text = "今日，济南市章丘区刁镇的第3次会议在北京召开。";
            text.char_indices().for_each(|(at, _)| _ = lexicon.crosses(text, at));
        }
    }

    #[test]
    fn a_hostile_model_does_no_harm(bytes in hostile(MODEL), a in any::<char>()) {
        if let Ok(model) = model(bytes) {
            let (_, context) = model.read(&Context::UNKNOWN, "今日，第3次会议在北京召开。");
            model.step(&context, model.symbols().symbol(a));
        }
    }

    #[test]
    fn hostile_affinities_do_no_harm(bytes in hostile(AFFINITY), a in any::<String>(), b in any::<String>()) {
        if let Ok(affinity) = affinity(bytes) {
            affinity.tail(a.chars().rev()).affinity(&affinity.head(b.chars()));
        }
    }

    #[test]
    fn hostile_neighbours_do_no_harm(bytes in hostile(NEIGHBOURS), a in any::<char>()) {
        if let Ok(neighbours) = neighbours(bytes) {
            let symbols = Model::embedded().symbols();
            for [a, b] in [['的', a], [a, '的'], ['刁', '镇'], ['，', '龥']].map(|two| two.map(|c| symbols.symbol(c))) {
                for attraction in Attraction::ALL {
                    neighbours.after(a, attraction).may_hold(b);
                    neighbours.before(a, attraction).may_hold(b);
                }
            }
        }
    }

    #[test]
    fn hostile_readings_do_no_harm(bytes in hostile(READINGS), a in any::<char>()) {
        if let Ok(readings) = readings(bytes) {
            for c in "刀于的一龥x".chars().chain([a]) {
                prop_assert!(readings.of(c).into_iter().flatten().all(|(_, cost)| cost >= 0.0));
            }
        }
    }

    #[test]
    fn hostile_seams_do_no_harm(bytes in hostile(SEAMS), a in any::<char>(), b in any::<char>()) {
        if let Ok(seams) = seams(bytes) {
            for (a, b) in [(a, b), ('投', '资'), ('的', '的'), ('龥', '，'), ('0', 'x')] {
                for value in [seams.starts(a), seams.ends(b), seams.bond(a, b), seams.pair(a, b).unwrap_or_default()] {
                    prop_assert!((-16.0..16.0).contains(&value));
                }
                prop_assert!(seams.expected(a, b) >= 0.0);
            }
        }
    }

    #[test]
    fn hostile_confusions_do_no_harm(bytes in hostile(CONFUSIONS), c in any::<char>()) {
        if let Ok(confusions) = confusions(bytes) {
            for c in "域城干于；一龥".chars().chain([c]) {
                for (other, count) in confusions.read_as(c).take(1000) {
                    prop_assert!(count < 1 << 16);
                    confusions.count(other, c);
                }
                for (other, _) in confusions.could_be(c).take(100) {
                    confusions.rendered(other);
                }
            }
        }
    }
}
