//! Each rule corrects the page of its manual, and leaves the near twin alone.

use kanwu::correction::{Confidence, Policy, Rule, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::stage::layout::Furniture;
use kanwu::stage::{Wishes, all};

use crate::support::{applied, applied_under, stage};

/// The rules of `name`, with what is not as the manual says.
fn faults(name: StageName) -> Vec<String> {
    let furnished = Wishes { stages: vec![name], furniture: Furniture::Drop, ..Wishes::default() };
    let dropping = || all(&furnished, Knowledge::embedded().unwrap(), None).unwrap().remove(0);
    let mut faults = Vec::new();
    // What the user's dictionary lists is tested with one.
    let rules = Rule::ALL.iter().copied().filter(|rule| rule.stage() == name && *rule != Rule::KnownMisreading);
    for rule in rules {
        let manual = rule.manual();
        // Furniture is looked for when it is asked for.
        let stage = if rule == Rule::Furniture { dropping() } else { stage(name) };
        // Columns are only proposed to be set one after the other.
        let apply_from = if rule == Rule::ReadAcross { Confidence::of(0.9) } else { Policy::default().apply_from };
        let policy = Policy { apply_from, ..Policy::default() };
        let (corrected, rules) = applied_under(stage.as_ref(), manual.corrects, &policy);
        if corrected != manual.corrects || !rules.contains(&rule) {
            faults.push(format!("{} should correct {}\nbut {rules:?} made {corrected}", rule.code(), manual.corrects));
        }
        let (left, _) = applied(stage.as_ref(), manual.leaves);
        if left != manual.leaves {
            faults.push(format!("{} should leave  {}\nbut made {left}", rule.code(), manual.leaves));
        }
    }
    faults
}

macro_rules! manuals {
    ($($(#[$attribute:meta])* $test:ident: $stage:ident),+ $(,)?) => {
        $(#[test] $(#[$attribute])* fn $test() {
            let faults = faults(StageName::$stage);
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        })+
    };
}

manuals! {
    characters: Characters,
    layout: Layout,
    spacing: Spacing,
    punctuation: Punctuation,
    numerals: Numerals,
    script: Script,
    places: Places,
    confusables: Confusables,
}
