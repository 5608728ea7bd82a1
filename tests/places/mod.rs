//! Misread place names of all provinces, and what must be left alone, in figures.

mod corpus;
mod generator;

use kanwu::correction::{Policy, Verdict, apply};
use kanwu::knowledge::Knowledge;
use kanwu::stage::{Places, Stage as _};
use std::sync::Arc;

use generator::{Case, Generator, Kind, Sample};
use rustc_hash::{FxHashMap, FxHashSet};

/// Of many pages: how many, and what became of them.
#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    pages: usize,
    /// The page became what it should be.
    right: usize,
    /// Something was applied that should not have been.
    wrong: usize,
    /// Nothing was applied, and what is proposed would make the page what it should be.
    proposed: usize,
    /// Something was proposed that should not have been.
    proposed_wrong: usize,
}

impl Figures {
    fn add(&mut self, stage: &Places, case: &Case) {
        let mut corrections = Vec::new();
        stage.propose(&case.page, &mut corrections);
        let revision = apply(&case.page, corrections, &Policy::default());
        let is_right = revision.text == case.truth;
        let proposals = revision.others.iter().filter(|other| other.verdict == Verdict::Proposed);
        let helps = |edit: &kanwu::correction::Edit| {
            let span = edit.span();
            case.truth.get(span.start()..span.end()) == Some(edit.replacement())
        };
        let (good, bad): (Vec<_>, Vec<_>) = proposals.partition(|other| helps(&other.correction.edit));
        self.pages += 1;
        self.right += usize::from(is_right && revision.text != case.page);
        let is_wrong = revision.applied.iter().any(|applied| !helps(&applied.correction.edit));
        self.wrong += usize::from(is_wrong);
        self.proposed += usize::from(!is_right && !good.is_empty());
        self.proposed_wrong += usize::from(!bad.is_empty());
        // KANWU_SHOW=1 shows every page that did not come out as it should.
        if std::env::var_os("KANWU_SHOW").is_some() && (is_wrong || !is_right) {
            let readings = stage.readings(&case.page);
            let best = readings
                .iter()
                .map(|r| (r.log_odds, r.span.of(&case.page), &r.name))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            eprintln!(
                "{} {:?} wrong {is_wrong}: {} best {best:?}",
                case.kind.label(),
                case.changed,
                case.page.replace('\n', "/")
            );
        }
    }

    fn row(&self, label: &str) -> String {
        let share = |count: usize| 100.0 * count as f64 / self.pages.max(1) as f64;
        format!(
            "{label:<34} {:>6} {:>8.1}% {:>8.2}% {:>8.1}% {:>8.2}%",
            self.pages,
            share(self.right),
            share(self.wrong),
            share(self.proposed),
            share(self.proposed_wrong)
        )
    }
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.pages += other.pages;
        self.right += other.right;
        self.wrong += other.wrong;
        self.proposed += other.proposed;
        self.proposed_wrong += other.proposed_wrong;
    }
}

/// How many places are drawn of each kind.
const DRAWN: usize = 600;

/// What is drawn, each without the names of those before it.
const SAMPLES: [Sample; 3] = [Sample::Fitted, Sample::Odd(0), CHECKED];

/// The one that the figures are asked of.
const CHECKED: Sample = Sample::Fresh(1);

#[test]
fn nine_of_ten_misread_towns_and_villages_are_put_right_and_none_is_put_wrong() {
    let known = Knowledge::embedded().unwrap();
    let stage = Places::new(known, Arc::default(), Vec::new(), None);
    let mut table =
        format!("{:<34} {:>6} {:>9} {:>9} {:>9} {:>9}\n", "", "pages", "applied", "wrongly", "proposed", "wrongly");
    let (mut named, mut misread, mut clean) = (Figures::default(), Figures::default(), Figures::default());
    let mut taken: FxHashMap<Kind, FxHashSet<String>> = FxHashMap::default();
    for sample in SAMPLES {
        for kind in Kind::ALL {
            let mut figures = Figures::default();
            let drawn = taken.entry(kind).or_default();
            let cases: Vec<Case> = Generator::new(known, kind, sample, drawn.clone()).take(DRAWN).collect();
            for case in &cases {
                figures.add(&stage, case);
                drawn.insert(case.changed.0.clone());
            }
            table += &format!("{}\n", figures.row(&format!("{sample:?}: {}", kind.label())));
            match kind {
                _ if sample != CHECKED => {}
                Kind::Town | Kind::Village | Kind::Stem => named += figures,
                Kind::Bare | Kind::County => misread += figures,
                Kind::Valid | Kind::Elsewhere | Kind::Unlisted => clean += figures,
            }
        }
    }
    misread += named;
    for (label, figures) in [("towns, villages, stems", named), ("all misread", misread), ("nothing misread", clean)] {
        table += &format!("{}\n", figures.row(&format!("checked: {label}")));
    }
    eprintln!("{table}");
    let recall = named.right as f64 / named.pages as f64;
    assert!(recall >= 0.9, "{recall}\n{table}");
    assert_eq!((named.wrong, clean.wrong), (0, 0), "{table}");
    assert!(clean.proposed_wrong * 50 <= clean.pages, "{table}");
}
