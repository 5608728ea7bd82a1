use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use kanwu::correction::{Manual, Rule, StageName};

use crate::args;
use crate::exit::Exit;
use crate::output::{print, shown};
use crate::values::did_you_mean;

/// `kanwu explain`.
pub(crate) fn run(args: &args::Explain) -> Result<Exit> {
    let text = match &args.rule {
        None => list(),
        Some(code) => manual(rule(code)?.manual()),
    };
    print(&text)?;
    Ok(Exit::Done)
}

fn rule(code: &str) -> Result<Rule> {
    Rule::from_code(code).with_context(|| {
        let meant = did_you_mean(code, Rule::ALL.iter().map(|rule| rule.code()));
        format!("there is no rule `{code}`{meant} (`kanwu explain` lists all)")
    })
}

/// All rules by stage.
fn list() -> String {
    let mut text = String::new();
    let columns = Rule::ALL.iter().map(|rule| rule.code().len()).max().unwrap_or_default();
    for stage in StageName::ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", stage.code());
        for rule in Rule::ALL.iter().filter(|rule| rule.stage() == stage) {
            let _ = writeln!(text, "  {:<columns$}  {}", rule.code(), rule.manual().summary);
        }
    }
    text
}

fn manual(manual: &Manual) -> String {
    let Manual { code, stage, summary, summary_zh, details, corrects, leaves } = manual;
    let mut text = format!("{code} ({})\n\n{summary}\n{summary_zh}\n\n{details}\n", stage.code());
    if !corrects.is_empty() {
        let (before, after) = sides(corrects);
        let _ = write!(text, "\nbefore    {}\nafter     {}\n", shown(&before), shown(&after));
    }
    if !leaves.is_empty() {
        let _ = write!(text, "\nstays     {}\n", shown(leaves));
    }
    text
}

/// The two sides of an example in which each correction is written `[before→after]`.
fn sides(example: &str) -> (String, String) {
    let (mut before, mut after, mut rest) = (String::new(), String::new(), example);
    while let Some((open, close)) = rest.find('[').and_then(|open| Some((open, open + rest[open..].find(']')?))) {
        let marked = rest[open + 1..close].split_once('→');
        let (old, new) = marked.unwrap_or((&rest[open..=close], &rest[open..=close]));
        before.extend([&rest[..open], old]);
        after.extend([&rest[..open], new]);
        rest = &rest[close + 1..];
    }
    (before + rest, after + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_has_two_sides() {
        assert_eq!(sides("今[曰→日]天[好→]"), ("今曰天好".to_owned(), "今日天".to_owned()));
        assert_eq!(sides("a[1]b"), ("a[1]b".to_owned(), "a[1]b".to_owned()));
    }
}
