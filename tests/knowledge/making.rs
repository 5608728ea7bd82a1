//! Tables made from small sources: what is read is in them, and what cannot be read is refused with its line.

use std::io::Write;
use std::path::Path;

use kanwu::knowledge::{Class, Confusions, Lexicon, Seams, Word};
use kanwu::learn::{self, Face, Source};
use kanwu::{Error, Result};
use tempfile::NamedTempFile;

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("room for a line");
    file
}

fn source(text: &str) -> Source {
    Source::open(file(text).path()).expect("the file is there")
}

/// Lines that all differ.
fn lines(line: impl Fn(usize) -> String) -> String {
    (1..60).map(line).collect()
}

fn path() -> &'static Path {
    Path::new("a.bin")
}

#[track_caller]
fn check_refused(made: Result<Vec<u8>>, line: usize, expected: &str) {
    match made {
        Err(Error::Row { line: found, problem, .. }) => assert_eq!((found, problem.as_str()), (line, expected)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_count_where_the_text_is_cut_into_them() -> Result<()> {
    let dictionary = "中国 100 ns\n国人 50 n\n中国人 80 n\n人民 100 n\n民 1 n\n卡拉OK 9 n\n武松 3 nr\n";
    let text = "中国人民中国人民，国人\n\n中国x";
    let lexicon = Lexicon::from_bytes(learn::lexicon(source(dictionary), None, vec![source(text)])?, path())?;
    let of_fifteen = |count: u32| Word { count: 100_000_000 / 15 * count, class: Class::Common };
    let near = |word: &str, count: u32| {
        let found = lexicon.get(word).map_or(0, |word| word.count);
        let exact = of_fifteen(count).count;
        assert!(found <= exact && found >= exact / 3 * 2, "{word} {found} {exact}");
    };
    near("中国", 3);
    near("人民", 2);
    near("国人", 1);
    near("中国人", 0);
    assert_eq!(lexicon.get("武松"), Some(Word { count: 0, class: Class::Person }));
    assert_eq!(lexicon.get("中国").map(|word| word.class), Some(Class::Place));
    assert_eq!(lexicon.get("卡拉OK"), None, "Chinese characters only");
    assert_eq!(lexicon.get("民"), None, "two characters at least");
    Ok(())
}

#[test]
fn tagged_text_says_what_a_word_names() -> Result<()> {
    let tagged = "城市/n 城市/n 城市/ns 开封/ns [中国/ns 银行/n]nt 甲乙/n 甲乙/ns";
    let dictionary = "城市 9 ns\n开封 9 v\n中国 9 n\n甲乙 9 nr\n银行 9 n\n";
    let table = learn::lexicon(source(dictionary), Some(source(tagged)), vec![source("")])?;
    let lexicon = Lexicon::from_bytes(table, path())?;
    let class = |word: &str| lexicon.get(word).map(|word| word.class);
    assert_eq!(class("城市"), Some(Class::Common));
    assert_eq!(class("开封"), Some(Class::Place));
    assert_eq!(class("中国"), Some(Class::Place));
    assert_eq!(class("甲乙"), Some(Class::Person), "no majority: the dictionary's");
    assert_eq!(class("银行"), Some(Class::Common));
    Ok(())
}

#[test]
fn a_row_that_is_no_word_is_refused() {
    let made = learn::lexicon(source("中国 100 ns\n国人\n"), None, Vec::new());
    check_refused(made, 2, "expected <word> <count> <part of speech>");
}

#[test]
fn seams_tell_beginnings_and_ends_of_paragraphs_from_cut_lines() -> Result<()> {
    let paragraphs = lines(|i| format!("今天{}会议开幕。\n", "很".repeat(i)));
    let seams = Seams::from_bytes(learn::seams(vec![source(&paragraphs)], Vec::new())?, path())?;
    assert!(seams.starts('今') > 1.0 && seams.ends('。') > 1.0);
    assert!(seams.starts('会') < -1.0 && seams.ends('会') < -1.0);
    assert!(seams.pair('会', '议').is_some_and(|bits| bits > 1.0));
    assert_eq!(seams.pair('议', '会'), None);
    assert!(seams.bond('议', '会') < 0.0);

    let running = Seams::from_bytes(learn::seams(Vec::new(), vec![source(&paragraphs)])?, path())?;
    assert!(running.starts('今').abs() < 0.2, "running text has no beginnings");
    assert_eq!(running.pair('会', '议'), seams.pair('会', '议'));

    let cut = lines(|i| format!("甲{}乙\n戊{}。\n", "丙".repeat(28 + i), "丁".repeat(i)));
    let cut = Seams::from_bytes(learn::seams(vec![source(&cut)], Vec::new())?, path())?;
    assert!(cut.starts('甲') > 1.0 && cut.ends('。') > 1.0);
    assert!(cut.ends('乙') < 0.0, "a line without a closing mark may have been cut");
    assert!(cut.starts('戊') < 0.0, "and so the next one may not be a beginning");
    Ok(())
}

#[test]
fn a_line_that_recurs_counts_once() -> Result<()> {
    let seams = learn::seams(vec![source(&"编辑某某\n".repeat(100))], Vec::new())?;
    assert_eq!(Seams::from_bytes(seams, path())?.pair('编', '辑'), None);
    Ok(())
}

#[test]
fn confusions_of_all_engines_are_added_up() -> Result<()> {
    let pairs = "truth\tocr\tcount\tengine\tlevel\n刁\t刀\t2\ta\tlight\n刁\t刀\t3\tb\theavy\n刁\t习\t9\ta\tlight\n";
    let totals =
        "char\trendered\tright\tengine\tlevel\n刁\t40\t30\ta\tlight\n刁\t60\t56\tb\theavy\n镇\t7\t7\ta\tlight\n";
    let confusions = Confusions::from_bytes(learn::confusions(vec![source(pairs)], vec![source(totals)])?, path())?;
    assert_eq!(confusions.count('刁', '刀'), 5);
    assert_eq!(confusions.count('刀', '刁'), 0);
    assert_eq!((confusions.rendered('刁'), confusions.rendered('镇'), confusions.rendered('刀')), (100, 7, 0));
    assert_eq!(confusions.read_as('刁').collect::<Vec<_>>(), [('习', 9), ('刀', 5)]);
    assert_eq!(confusions.could_be('刀').collect::<Vec<_>>(), [('刁', 5)]);
    check_refused(
        learn::confusions(vec![source("刁\t刀\tx\ta\tlight\n")], Vec::new()),
        1,
        "expected <truth>\t<ocr>\t<count>\t<engine>\t<level>",
    );
    Ok(())
}

#[test]
fn a_source_that_is_missing_or_not_utf8_is_named() -> Result<()> {
    assert!(matches!(Source::open(Path::new("no/such/file")), Err(Error::Read { path, .. }) if path.ends_with("file")));
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(b"\xff\xfe\n").expect("room for a line");
    let made = learn::lexicon(Source::open(file.path())?, None, Vec::new());
    assert!(matches!(made, Err(Error::Read { path, .. }) if path == file.path()));
    Ok(())
}

#[test]
fn a_typeface_that_is_missing_or_none_is_named() {
    assert!(matches!(Face::open("no/such/file:1"), Err(Error::Read { path, .. }) if path.ends_with("file")));
    let text = file("no typeface\n");
    let name = format!("{}:2", text.path().display());
    match Face::open(&name).err() {
        Some(Error::Table { path, problem }) => {
            assert_eq!(path, text.path());
            assert!(problem.contains("face 2"), "{problem}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_of_shapes_needs_a_typeface_with_chinese() {
    assert!(matches!(learn::shapes(&[], &kanwu::knowledge::Counts::default()), Err(Error::Usage(_))));
}
