//! The language model: what it has learnt, and how it is made.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use kanwu::knowledge::model::{Context, Symbol};
use kanwu::knowledge::{Attraction, Model, Neighbours};
use kanwu::learn::{Trained, Training};
use tempfile::TempDir;

/// The logarithm of the probability of a paragraph.
fn score(paragraph: &str) -> f32 {
    let model = Model::embedded();
    model.read(&model.beginning(), paragraph).0
}

#[track_caller]
fn check_likelier(likely: &str, than: &str) {
    assert!(score(likely) > score(than) + 3.0, "{likely} {}, {than} {}", score(likely), score(than));
}

#[test]
fn what_is_written_is_likelier_than_what_an_engine_read() {
    check_likelier("我市工业取得新突破", "我市工业取得新容破");
    check_likelier("五百户群众办理入住手续", "五百户群众办理人住手续");
    check_likelier("加强绩效管理", "加强绩效等理");
    check_likelier("未来三天有雨", "末来三天有雨");
}

#[test]
fn a_run_of_digits_or_letters_is_one_symbol() {
    assert!((score("全长12公里") - score("全长12345公里")).abs() < 1e-6);
    assert!((score("用ＡＢ做") - score("用Abc做")).abs() < 1e-6);
    assert!((score("全 长\n12 公　里") - score("全长12公里")).abs() < 1e-6, "blanks are not seen");
}

#[test]
fn a_character_that_no_text_held_is_improbable_and_does_no_harm() {
    for c in ['\u{2A6DF}', '\u{FFFD}', '😀'] {
        let (probability, context) = Model::embedded().step(&Context::UNKNOWN, Model::embedded().symbols().symbol(c));
        assert!(probability < -9.0, "{c} {probability}");
        assert!(Model::embedded().read(&context, "今天").0.is_finite());
    }
}

/// A folder with a corpus of two files.
fn corpus() -> TempDir {
    let folder = TempDir::new().unwrap();
    let towns = ["官庄", "刁镇", "相公", "普集"];
    let line = |n: usize| format!("{}街道第{n}次召开会议，研究春耕工作。\n", towns[n % 4]);
    fs::write(folder.path().join("a.txt"), (0..900).map(line).collect::<String>()).unwrap();
    let line = |n: usize| format!("本报讯　{}今年第{n}批小麦入库了。\n", towns[n % 3]);
    fs::write(folder.path().join("b.txt"), (0..900).map(line).collect::<String>()).unwrap();
    folder
}

fn train(corpus: &[PathBuf], training: &Training) -> Trained {
    training.run(corpus, &|_| ()).unwrap()
}

fn small() -> Training {
    Training { order: 4, size: 1 << 16, excluded: Vec::new() }
}

#[test]
fn probabilities_add_up_to_one() {
    let folder = corpus();
    let trained = train(&[folder.path().to_owned()], &small());
    let model = Model::from_bytes(trained.bytes, Path::new("a.lm")).unwrap();
    let seen: std::collections::BTreeSet<char> = ["a.txt", "b.txt"]
        .iter()
        .flat_map(|name| fs::read_to_string(folder.path().join(name)).unwrap().chars().collect::<Vec<_>>())
        .filter(|c| !c.is_whitespace() && !c.is_ascii_digit())
        .chain(['0', 'A'])
        .collect();
    for before in ["", "街", "街道", "街道第", "第", "麦入库", "庄小"] {
        let (_, context) = model.read(&Context::UNKNOWN, before);
        let symbols = seen.iter().map(|&c| model.symbols().symbol(c)).chain([Symbol::BOUNDARY, Symbol::RARE]);
        let goes_on_for_free = before.ends_with('0');
        let sum: f32 = symbols.map(|symbol| model.step(&context, symbol).0.exp()).sum();
        assert!(!goes_on_for_free && (sum - 1.0).abs() < 0.08, "after {before:?}: {sum}");
    }
}

#[test]
fn compression_and_the_order_of_files_change_nothing() {
    let folder = corpus();
    let (a, b) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
    let plain = train(&[a.clone(), b.clone()], &small()).bytes;
    assert_eq!(train(&[b.clone(), a.clone()], &small()).bytes, plain);
    let compressed = folder.path().join("a.txt.gz");
    let mut gz = flate2::write::GzEncoder::new(fs::File::create(&compressed).unwrap(), flate2::Compression::fast());
    gz.write_all(&fs::read(&a).unwrap()).unwrap();
    gz.finish().unwrap();
    fs::remove_file(a).unwrap();
    assert_eq!(train(&[folder.path().to_owned()], &small()).bytes, plain);
}

#[test]
fn a_model_is_no_larger_than_asked_and_keeps_what_matters_most() {
    let folder = corpus();
    let mut kept = Vec::new();
    for size in [1000, 1200, 1 << 16] {
        let trained = train(&[folder.path().to_owned()], &Training { size, ..small() });
        assert!(trained.bytes.len() <= size, "{} of {size}", trained.bytes.len());
        kept.push((trained.grams.iter().sum::<usize>(), trained.perplexity));
    }
    assert!(kept.is_sorted_by(|a, b| a.0 < b.0), "{kept:?}");
    assert!(kept[2].1 < kept[0].1.min(kept[1].1), "{kept:?}");
}

#[test]
fn what_is_excluded_is_not_learnt() {
    let folder = corpus();
    let (a, b) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
    let without = train(&[a.clone(), b.clone()], &Training { excluded: vec![b.clone()], ..small() });
    assert_eq!(without.bytes, train(&[a], &small()).bytes);
}

#[test]
fn a_corpus_without_text_is_refused() {
    let folder = TempDir::new().unwrap();
    let error = small().run(&[folder.path().to_owned()], &|_| ()).err().unwrap();
    assert!(error.to_string().contains("there is no text"), "{error}");
    let missing = folder.path().join("no such file");
    assert!(small().run(&[missing], &|_| ()).is_err());
    let too_long = Training { order: 9, ..small() }.run(&[folder.path().to_owned()], &|_| ()).err().unwrap();
    assert!(too_long.to_string().contains("must be 2 to 5"), "{too_long}");
}

#[test]
fn what_attracts_one_another_is_in_the_table_of_neighbours() {
    let model = Model::embedded();
    let characters: Vec<char> = "的镇突破，管理刁镇中央在一二人民".chars().collect();
    let (mut attracted, mut denied) = (0, 0);
    for (&a, &b) in characters.iter().flat_map(|a| characters.iter().map(move |b| (a, b))) {
        let [first, second] = [a, b].map(|c| model.symbols().symbol(c));
        let (_, context) = model.step(&Context::UNKNOWN, first);
        let neighbours = Neighbours::embedded();
        let rows = [
            neighbours.after(first, Attraction::Any).may_hold(second),
            neighbours.before(second, Attraction::Any).may_hold(first),
        ];
        if model.step(&context, second).0 > model.alone(second) {
            attracted += 1;
            assert_eq!(rows, [true, true], "{a}{b}");
        } else {
            denied += usize::from(rows == [false, false]);
        }
    }
    assert!(attracted > 20 && denied > 20, "{attracted} attracted, {denied} denied");
}

#[test]
fn symbols_read_at_once_are_as_likely_as_one_by_one() {
    let model = Model::embedded();
    let text = "2023年6月，全县粮食播种面积稳定在80万亩以上，A区试点村的收入比上年增长一成。".repeat(3);
    let symbols: Vec<_> = model.symbols().of(&text).collect();
    let mut context = model.beginning();
    for (read, &symbol) in model.read_each(&model.beginning(), &symbols).zip(&symbols) {
        let one = model.step(&context, symbol);
        assert_eq!(read.0.to_bits(), one.0.to_bits());
        assert!(read.1.is_like(&one.1));
        context = one.1;
    }
    assert_eq!(model.read_each(&model.beginning(), &symbols).count(), symbols.len());
}
