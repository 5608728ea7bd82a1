use std::collections::BTreeSet;

use kanwu::page::Page;
use kanwu::pipeline::Cleaned;
use kanwu::report::{Line, Record, records};
use kanwu::review::{Choice, Decision, Replayed, Reviewer, Ruling, Scope, replay};
use proptest::prelude::*;

use crate::report::{cleaned, page};

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["甲", "乙", "丙", "刁", "镇", ",", "，", "\n", " ", "\u{2028}", "a"]),
        0..24,
    )
    .prop_map(|parts| parts.concat())
}

fn lines(page: &Page, cleaned: &Cleaned) -> Vec<Line> {
    let line = |record: &Record<'_>| serde_json::from_str(&kanwu::report::line(record).unwrap()).unwrap();
    records(page, cleaned).iter().map(line).collect()
}

fn decision(choice: Choice) -> Decision {
    let (page, id, withheld, except) = (None, None, false, Vec::new());
    let word = || String::new();
    Decision {
        rule: word(),
        before: word(),
        after: word(),
        scope: Scope::Group,
        page,
        id,
        choice,
        withheld,
        except,
        line: 0,
    }
}

/// `page` with the corrections of `lines` decided as `choices` say, by line.
fn review(page: &Page, lines: &[Line], choices: &[Option<Choice>]) -> Replayed {
    let decisions: Vec<Option<Decision>> = choices.iter().cloned().map(|choice| choice.map(decision)).collect();
    let rulings: Vec<Option<Ruling<'_>>> = decisions
        .iter()
        .map(|decision| decision.as_ref().map(|decision| Ruling { decision, choice: &decision.choice }))
        .collect();
    replay(&page.text, lines, &rulings, Reviewer::default()).unwrap()
}

fn choice() -> impl Strategy<Value = Option<Choice>> {
    prop_oneof![
        3 => Just(None),
        2 => Just(Some(Choice::Reject)),
        2 => Just(Some(Choice::Accept { instead: None })),
        1 => Just(Some(Choice::Accept { instead: Some("丁戊".into()) })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn without_decisions_nothing_changes(text in text(), seed in any::<u64>()) {
        let page = page("p", &text);
        let cleaned = cleaned(&page, seed);
        let lines = lines(&page, &cleaned);
        let replayed = review(&page, &lines, &vec![None; lines.len()]);
        prop_assert_eq!(&replayed.cleaned.text, &cleaned.text);
        let again = self::lines(&page, &replayed.cleaned);
        let last = cleaned.passes.len();
        // What was proposed before the last pass has only its place in the clean text.
        if cleaned.others.iter().all(|other| other.passes_before == last) {
            prop_assert_eq!(&again, &lines);
        }
        let applied = |lines: &[Line]| lines.iter().filter(|line| line.is_applied()).map(|line| (line.pass, line.at, line.before.clone())).collect::<Vec<_>>();
        prop_assert_eq!(applied(&again), applied(&lines));
    }

    #[test]
    fn rejecting_everything_gives_the_source(text in text(), seed in any::<u64>()) {
        let page = page("p", &text);
        let cleaned = cleaned(&page, seed);
        let lines = lines(&page, &cleaned);
        let replayed = review(&page, &lines, &vec![Some(Choice::Reject); lines.len()]);
        prop_assert_eq!(&replayed.cleaned.text, &text);
        prop_assert_eq!(replayed.cleaned.passes.len(), 0);
        prop_assert_eq!(replayed.refused.len(), 0);
    }

    #[test]
    fn whatever_is_decided_can_be_undone(text in text(), seed in any::<u64>(), drawn in prop::collection::vec(choice(), 60)) {
        let page = page("p", &text);
        let cleaned = cleaned(&page, seed);
        let lines = lines(&page, &cleaned);
        let choices: Vec<Option<Choice>> = (0..lines.len()).map(|index| drawn[index % drawn.len()].clone()).collect();
        let replayed = review(&page, &lines, &choices);
        prop_assert_eq!(replayed.cleaned.undo(), text);
        prop_assert_eq!(&review(&page, &lines, &choices), &replayed, "the same decisions give the same");
        let refused: BTreeSet<usize> = replayed.refused.iter().map(|(index, _)| *index).collect();
        let is_move = |index: usize| lines[index].part_of_move.is_some();
        let applied: Vec<(String, String)> = records(&page, &replayed.cleaned)
            .iter()
            .filter(|record| record.verdict == "applied")
            .map(|record| (record.before.clone(), record.after.to_owned()))
            .collect();
        for (index, (line, choice)) in lines.iter().zip(&choices).enumerate() {
            let Some(Choice::Accept { instead }) = choice else { continue };
            let after = instead.as_ref().unwrap_or(&line.after);
            let done = applied.contains(&(line.before.clone(), after.clone())) || *after == line.before;
            let alike = || records(&page, &replayed.cleaned).iter().any(|record| record.withheld == Some("overlaps"));
            prop_assert!(done || refused.contains(&index) || is_move(index) || alike(), "{:?}", line);
        }
        // What is written is as many lines as before, and reads as it was written.
        let again = self::lines(&page, &replayed.cleaned);
        prop_assert!(again.len() <= lines.len());
        let nothing = review(&page, &again, &vec![None; again.len()]);
        prop_assert_eq!(&nothing.cleaned.text, &replayed.cleaned.text);
    }
}
