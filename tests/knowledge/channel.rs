use std::path::Path;

use kanwu::Error;
use kanwu::knowledge::{Channel, Characters, Confusions, Counts, Model, Parameters, Shapes};

fn characters(text: &str) -> Characters {
    Characters::of(text).unwrap()
}

/// The truths that the built-in channel lists for `observed`, likeliest first.
fn truths(channel: &Channel, observed: &str) -> Vec<String> {
    channel.readings(characters(observed)).iter().map(|reading| reading.truth.to_string()).collect()
}

/// Checks that `truth` is among the first `depth` truths of `observed`.
#[track_caller]
fn check_near(truth: &str, observed: &str, depth: usize) {
    let truths = truths(Channel::embedded(), observed);
    let rank = truths.iter().position(|found| found == truth);
    assert!(rank.is_some_and(|rank| rank < depth), "{truth} for {observed}: {rank:?} of {}", truths.len());
}

#[test]
fn what_engines_confuse_is_listed_first() {
    check_near("域", "城", 5);
    check_near("干", "于", 5);
    check_near("目", "自", 5);
}

#[test]
fn look_alikes_that_were_never_counted_are_listed() {
    assert_eq!(Confusions::embedded().count('刁', '刀'), 0);
    check_near("刁", "刀", 280);
}

/// Half a step of the table that readings are prepared in, and a little.
const ROUNDING: f64 = 0.0005;

#[test]
fn readings_are_listed_once_and_agree_with_the_single_question() {
    let channel = Channel::embedded();
    for observed in "城于自刀的，8一".chars() {
        let readings = channel.readings(observed.into());
        assert!(readings.len() > 5, "{observed}");
        let mut truths: Vec<Characters> = readings.iter().map(|reading| reading.truth).collect();
        truths.sort();
        truths.dedup();
        assert_eq!(truths.len(), readings.len(), "{observed}: each truth is listed once");
        for reading in readings {
            assert!(reading.log_probability < 0.0, "{observed}: {reading:?}");
            if let Some(truth) = reading.truth.single() {
                let asked = channel.log_probability(truth, observed);
                assert!((asked - f64::from(reading.log_probability)).abs() < ROUNDING, "{truth} {observed}");
                assert_ne!(truth, observed);
            }
        }
    }
}

#[test]
fn the_probabilities_of_what_a_character_is_read_as_add_up_to_one_at_most() {
    let channel = Channel::embedded();
    for truth in "域干目的刁镇，".chars() {
        let right = channel.log_right(truth).exp();
        let wrong: f64 =
            ('\u{21}'..'\u{10000}').filter(|&c| c != truth).map(|c| channel.log_probability(truth, c).exp()).sum();
        assert!(right + wrong < 1.2, "{truth}: {right} + {wrong}");
        assert!(right > 0.2 && wrong > 1e-4, "{truth}: {right} + {wrong}");
    }
}

#[test]
fn nothing_is_impossible_and_the_unlike_is_unlikely() {
    let channel = Channel::embedded();
    assert!(channel.log_probability('镇', '的') < channel.log_probability('域', '城') - 5.0);
    assert!(channel.log_probability('𠀀', '镇').is_finite());
    assert!(channel.log_probability('镇', '𠀀').is_finite());
    assert!(channel.log_right('𠀀') < 0.0);
    assert_eq!(channel.readings(characters("𠀀𠀁")), []);
}

#[test]
fn counts_of_a_users_own_decide_where_there_are_enough() {
    let mut counts = Counts::default();
    counts.render('镇', 1000);
    counts.confuse('镇'.into(), '的'.into(), 400);
    counts.confuse(characters("好"), characters("女子"), 30);
    counts.confuse(characters("女子"), characters("好"), 20);
    counts.confuse('。'.into(), Characters::NONE, 10);
    let confusions = Confusions::embedded().with(&counts).unwrap();
    assert_eq!(confusions.count('镇', '的'), 400);
    let channel = Channel::new(&confusions, Shapes::embedded(), Model::embedded(), Parameters::embedded());
    assert!(truths(&channel, "的").iter().take(3).any(|truth| truth == "镇"));
    assert_eq!(truths(&channel, "女子"), ["好"]);
    assert!(truths(&channel, "好").contains(&"女子".to_owned()));
    assert!(truths(&channel, "").contains(&"。".to_owned()));
}

#[test]
fn a_table_holds_all_that_was_counted() {
    let mut counts = Counts::default();
    counts.render('好', 9);
    for (truth, read, times) in
        [("好", "妤", 2), ("好", "女子", 3), ("女子", "好", 1), ("好", "", 4), ("", "，", 5), ("甲乙", "申己", 6)]
    {
        counts.confuse(characters(truth), characters(read), times);
    }
    let table = Confusions::from_bytes(counts.encode().unwrap(), Path::new("a.bin")).unwrap();
    assert_eq!(table.counts(), counts);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), counts.to_tsv("two\nlines")).unwrap();
    let mut read = Counts::default();
    read.read(file.path()).unwrap();
    assert_eq!(read, counts);
}

#[test]
fn constants_that_do_not_fit_are_refused() {
    let parse = |text: &str| Parameters::parse(text, Path::new("channel.txt"));
    let whole = include_str!("../../dictionaries/channel.txt");
    assert!(parse(whole).is_ok());
    assert!(matches!(parse(&whole.replace("channel 2", "channel 1")), Err(Error::Row { line: 1, .. })));
    assert!(matches!(parse(&format!("{whole}prior fast\n")), Err(Error::Row { .. })));
    let cut: Vec<&str> = whole.lines().filter(|line| !line.starts_with("prior")).collect();
    assert!(matches!(parse(&cut.join("\n")), Err(Error::Table { problem, .. }) if problem.contains("prior")));
}

#[test]
fn what_was_worked_out_beforehand_is_what_the_tables_give() {
    let worked_out = Channel::of_tables();
    for observed in "城于自刀荣的，8一".chars() {
        let [prepared, worked_out] =
            [Channel::embedded(), &worked_out].map(|channel| channel.readings(observed.into()));
        assert_eq!(prepared.len(), worked_out.len(), "{observed}");
        for (prepared, worked_out) in prepared.iter().zip(worked_out) {
            assert_eq!((prepared.truth, prepared.ends), (worked_out.truth, worked_out.ends), "{observed}");
            let difference = f64::from(prepared.log_probability - worked_out.log_probability);
            assert!(difference.abs() < ROUNDING, "{observed}: {prepared:?} {worked_out:?}");
        }
    }
}
