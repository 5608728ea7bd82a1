use std::fs;
use std::path::Path;

use kanwu::correction::StageName;
use kanwu::report::{Folder, PageReport, Record, Summary, records, restore};
use proptest::prelude::*;

use super::{cleaned, page};
use crate::support::pipeline;

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&['刁', '，', 'a', '\n', '\n', '\u{2028}', '𠀀'][..]), 0..60)
        .prop_map(String::from_iter)
}

/// Line and column the slow way.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap().chars().count() + 1)
}

proptest! {
    #[test]
    fn a_page_is_restored_from_its_report(text in text(), seed in any::<u64>()) {
        let folder = tempfile::tempdir().unwrap();
        let mut report = Folder::create(folder.path()).unwrap();
        let pages = [page("a.txt", "别的,页"), page("b/c.txt", &text)];
        for page in &pages {
            report.add(&PageReport::of(page, &cleaned(page, seed)).unwrap()).unwrap();
        }
        report.finish(&Summary::default()).unwrap();
        for page in &pages {
            let clean = cleaned(page, seed).text;
            let source = restore(folder.path(), &Path::new("out").join(&page.name), &clean).unwrap();
            prop_assert_eq!(source, page.text.as_str());
        }
    }

    #[test]
    fn what_all_passes_replaced_makes_the_clean_text_of_the_source(text in text(), seed in any::<u64>()) {
        let page = page("p", &text);
        let cleaned = cleaned(&page, seed);
        let (mut made, mut copied) = (String::new(), 0);
        for &(old, new) in cleaned.offsets().edits() {
            prop_assert!(copied <= old.start());
            made += &page.text[copied..old.start()];
            prop_assert_eq!(made.len(), new.start());
            made += new.of(&cleaned.text);
            copied = old.end();
        }
        prop_assert_eq!(made + &page.text[copied..], cleaned.text);
    }

    #[test]
    fn places_and_contexts_are_right(text in text(), seed in any::<u64>()) {
        let page = page("p", &text);
        let cleaned = cleaned(&page, seed);
        let records = records(&page, &cleaned);
        prop_assert_eq!(records.len(), cleaned.others.len() + cleaned.passes.iter().map(|p| p.applied.len()).sum::<usize>());
        for (index, record) in records.iter().enumerate() {
            prop_assert_eq!(record.id, index + 1);
            for (place, text) in [(record.source, &page.text), (record.clean, &cleaned.text)] {
                prop_assert_eq!((place.line, place.column), position(text, place.start));
                prop_assert!(text.is_char_boundary(place.end) && place.start <= place.end);
            }
            prop_assert_eq!(record.at.is_some(), record.verdict == "applied");
            prop_assert_eq!(record.withheld.is_some(), record.verdict == "withheld");
            prop_assert!(record.context.left.chars().count() <= 12 && record.context.right.chars().count() <= 12);
            if record.pass == 0 {
                prop_assert!(page.text[..record.source.start].ends_with(&record.context.left));
                prop_assert!(page.text[record.source.end..].starts_with(&record.context.right));
                prop_assert_eq!(&page.text[record.source.start..record.source.end], &record.before);
            }
        }
    }

    #[test]
    fn a_move_has_two_parts_under_one_number(text in text(), seed in any::<u64>()) {
        let page = page("p", &text);
        let cleaned = cleaned(&page, seed);
        let records = records(&page, &cleaned);
        let parts: Vec<&Record<'_>> = records.iter().filter(|record| record.part_of_move.is_some()).collect();
        for part in &parts {
            let with = parts.iter().filter(|other| other.part_of_move == part.part_of_move);
            let with: Vec<_> = with.map(|other| (other.pass, other.stage, other.verdict)).collect();
            prop_assert!(with.iter().all(|other| other == &with[0]) && with.len() <= 2, "{:?}", with);
        }
    }
}

#[test]
fn keys_stand_in_the_order_that_readers_know() {
    let page = page("2024/a.txt", "刁镇,章丘\u{2028}区\n");
    let pipeline = pipeline(&[StageName::Punctuation]);
    let report = PageReport::of(&page, &pipeline.clean(page.text.clone())).unwrap();
    let line = report.corrections.lines().next().unwrap();
    let record: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
    let keys: Vec<&str> = record.keys().map(String::as_str).collect();
    let known = [
        "page",
        "id",
        "stage",
        "rule",
        "before",
        "after",
        "source",
        "clean",
        "context",
        "confidence",
        "verdict",
        "evidence",
        "pass",
        "at",
    ];
    assert_eq!(keys, known);
    assert_eq!(record["source"], serde_json::json!({"line": 1, "column": 3, "start": 6, "end": 7}));
    assert_eq!(record["clean"], serde_json::json!({"line": 1, "column": 3, "start": 6, "end": 9}));
    assert_eq!(record["context"], serde_json::json!({"left": "刁镇", "right": "章丘\u{2028}区\n"}));
    assert!(line.contains("章丘\\u2028区"), "a reader that breaks lines there must not: {line}");
}

#[test]
fn a_report_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let page = page("a.txt", "甲");
    let mut report = Folder::create(folder.path()).unwrap();
    report.add(&PageReport::of(&page, &cleaned(&page, 1)).unwrap()).unwrap();
    let visible = || {
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| !entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".kanwu-"))
    };
    assert_eq!(visible().count(), 0);
    drop(report);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "an unfinished report leaves nothing");
}
