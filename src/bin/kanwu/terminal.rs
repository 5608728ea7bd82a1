//! `kanwu review --terminal`: a report gone through group by group, with single keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use console::{Key, Term, style};
use kanwu::report::Report;
use kanwu::review::{Choice, Decision, Decisions, Exception, Group, Groups, Language, Limits, Scope, Standing};

use crate::apply::require_report;
use crate::exit::Exit;

const HELP: &str = "\
  y  accept all of this group        n  reject all of it
  a  accept it and all groups of     d  reject it and all groups of its
     its rule that are undecided        rule that are undecided
  1…5  the reading of that number    e  type what shall stand there
  g  in later runs too, or not       s  show more occurrences
  j  go on, leave it undecided       k  go back
  u  undo the last decision          q  write what was decided and end
  ?  this help
Occurrences that were decided singly in a browser stay as they were decided. What was withheld in a group
of which something was not is left as it is; single ones are decided in a browser.";

/// Occurrences that are shown of a group at first.
const SHOWN: usize = 4;

/// What was decided of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    choice: Choice,
    /// In later runs too.
    always: bool,
    /// Also on what was withheld.
    withheld: bool,
    /// Occurrences that were decided otherwise.
    except: Vec<Exception>,
}

/// Goes through the report in `folder`, and keeps what is decided in `file`.
pub(crate) fn run(folder: &Path, file: Option<&Path>) -> Result<Exit> {
    require_report(folder)?;
    let term = Term::stdout();
    if !term.features().is_attended() || !console::user_attended() {
        bail!("--terminal needs a terminal; without it, `kanwu review` writes a page for a browser");
    }
    let file = file.map_or_else(|| folder.join("decisions.json"), Path::to_owned);
    let mut report = Report::open(folder)?;
    let mut groups = Groups::read(&mut report, &Limits::default())?;
    let names = groups.page_names(&report)?;
    groups.list.sort_by(|one, other| {
        let open = |group: &Group| group.standings[1] > 0;
        open(other).cmp(&open(one)).then(one.lowest.total_cmp(&other.lowest)).then(other.count().cmp(&one.count()))
    });
    let mut review = Review::resume(groups, names, file)?;
    review.go(&term)?;
    review.write(folder)?;
    term.write_line(&format!(
        "{}: {} of {} groups decided; next: kanwu apply {} --decisions {} -o DIR",
        review.file.display(),
        review.decided(),
        review.groups.list.len(),
        folder.display(),
        review.file.display()
    ))?;
    Ok(Exit::Done)
}

struct Review {
    groups: Groups,
    /// What the groups' pages are called.
    names: Vec<String>,
    answers: Vec<Option<Answer>>,
    /// Decisions of the file that are not on whole groups, or on groups that are not shown; they stay as they are.
    kept: Vec<Decision>,
    before: Option<Decisions>,
    /// By key that was pressed, the groups whose answer it changed, with the answer before.
    undo: Vec<Vec<(usize, Option<Answer>)>>,
    file: PathBuf,
}

impl Review {
    /// With what was decided before in `file`, if it is there.
    fn resume(groups: Groups, names: Vec<String>, file: PathBuf) -> Result<Self> {
        let mut review = Self {
            answers: vec![None; groups.list.len()],
            groups,
            names,
            kept: Vec::new(),
            before: None,
            undo: Vec::new(),
            file,
        };
        if !review.file.exists() {
            return Ok(review);
        }
        let before = Decisions::read(&review.file)?;
        if before.report != review.groups.report {
            bail!(
                "{} holds decisions on another report; name another file with -o, or move it away",
                review.file.display()
            );
        }
        let places: BTreeMap<(&str, &str, &str), usize> = review
            .groups
            .list
            .iter()
            .enumerate()
            .map(|(place, group)| ((group.rule.code(), group.before.as_str(), group.after.as_str()), place))
            .collect();
        for decision in &before.list {
            let place = places.get(&(&decision.rule, &decision.before, &decision.after));
            match place {
                Some(&place) if decision.scope != Scope::Occurrence => {
                    review.answers[place] = Some(Answer {
                        choice: decision.choice.clone(),
                        always: decision.scope == Scope::Always,
                        withheld: decision.withheld,
                        except: decision.except.clone(),
                    });
                }
                _ => review.kept.push(decision.clone()),
            }
        }
        review.before = Some(before);
        Ok(review)
    }

    fn decided(&self) -> usize {
        self.answers.iter().flatten().count()
    }

    fn go(&mut self, term: &Term) -> Result<()> {
        let total = self.groups.list.len();
        let mut at = self.answers.iter().position(Option::is_none).unwrap_or(total);
        let mut shown = SHOWN;
        loop {
            if at >= total {
                term.write_line("That was the last group. k goes back, u undoes, q ends.")?;
            } else {
                self.show(term, at, shown)?;
            }
            // A terminal that is gone ends the review as q does: what was decided is kept.
            let Ok(key) = term.read_key() else { return Ok(()) };
            shown = SHOWN;
            match key {
                Key::Char('y') => at = self.answer(at, &ACCEPT),
                Key::Char('n') => at = self.answer(at, &Choice::Reject),
                Key::Char('a') => at = self.answer_rest(at, &ACCEPT),
                Key::Char('d') => at = self.answer_rest(at, &Choice::Reject),
                Key::Char(number @ '1'..='5') => match self.reading(at, number) {
                    Some(choice) => at = self.answer(at, &choice),
                    None => term.write_line("There is no reading of that number.")?,
                },
                Key::Char('e') if at < total => {
                    term.write_str("  instead: ")?;
                    let text = term.read_line()?;
                    at = self.answer(at, &typed(&self.groups.list[at], text));
                }
                Key::Char('g') => {
                    if !self.keep_for_good(at) {
                        term.write_line("Decide the group first.")?;
                    }
                }
                Key::Char('j') | Key::ArrowDown => at = (at + 1).min(total),
                Key::Char('k') | Key::ArrowUp => at = at.saturating_sub(1),
                Key::Char('u') => match self.undo.pop() {
                    Some(changed) => {
                        for (place, answer) in changed.into_iter().rev() {
                            (self.answers[place], at) = (answer, place);
                        }
                    }
                    None => term.write_line("There is nothing to undo.")?,
                },
                Key::Char('s') => shown = usize::MAX,
                Key::Char('q') | Key::Escape | Key::CtrlC => return Ok(()),
                _ => term.write_line(HELP)?,
            }
        }
    }

    /// Decides the group at `at`; where to go on.
    fn answer(&mut self, at: usize, choice: &Choice) -> usize {
        if at < self.answers.len() {
            let before = self.decide(at, choice);
            self.undo.push(vec![(at, before)]);
        }
        (at + 1).min(self.answers.len())
    }

    /// Decides the group at `at`, and those of its rule that are undecided; where to go on.
    fn answer_rest(&mut self, at: usize, choice: &Choice) -> usize {
        let Some(rule) = self.groups.list.get(at).map(|group| group.rule) else { return at };
        // What was withheld throughout is decided by itself.
        let is_rest = |&place: &usize| {
            let group = &self.groups.list[place];
            place != at && group.rule == rule && !group.is_withheld() && self.answers[place].is_none()
        };
        let rest: Vec<usize> = (0..self.answers.len()).filter(is_rest).collect();
        // The one that is shown comes first, so that undoing ends with it.
        let changed = iter::once(at).chain(rest).map(|place| (place, self.decide(place, choice))).collect();
        self.undo.push(changed);
        self.answers.iter().skip(at).position(Option::is_none).map_or(self.answers.len(), |open| at + open)
    }

    /// Decides the group at `place`, and gives its answer before. What was decided of single occurrences stays.
    fn decide(&mut self, place: usize, choice: &Choice) -> Option<Answer> {
        let before = self.answers[place].take();
        let (always, withheld, mut except) =
            before.clone().map_or((false, false, Vec::new()), |answer| (answer.always, answer.withheld, answer.except));
        let withheld = withheld || self.groups.list[place].is_withheld();
        except.retain(|exception| exception.choice != *choice || (!withheld && self.was_withheld(place, exception)));
        self.answers[place] = Some(Answer { choice: choice.clone(), always, withheld, except });
        before
    }

    /// Whether what `exception` of the group at `place` is on was withheld.
    fn was_withheld(&self, place: usize, exception: &Exception) -> bool {
        let mut occurrences = self.groups.list[place].occurrences.iter();
        occurrences.any(|occurrence| {
            occurrence.standing == Standing::Withheld
                && occurrence.id == exception.id
                && self.names.get(occurrence.page) == Some(&exception.page)
        })
    }

    /// Makes the answer to the group at `at` hold in later runs, or no longer; whether there is one.
    fn keep_for_good(&mut self, at: usize) -> bool {
        let Some(Some(answer)) = self.answers.get_mut(at) else { return false };
        let before = answer.clone();
        answer.always = !answer.always;
        self.undo.push(vec![(at, Some(before))]);
        true
    }

    /// The choice of the other reading with that number.
    fn reading(&self, at: usize, number: char) -> Option<Choice> {
        let place = number.to_digit(10)?.checked_sub(1)?;
        let text = self.groups.list.get(at)?.others.get(place as usize)?;
        Some(Choice::Accept { instead: Some(text.clone()) })
    }

    fn show(&self, term: &Term, at: usize, shown: usize) -> Result<()> {
        let group = &self.groups.list[at];
        let [applied, proposed, withheld] = group.standings;
        term.write_line("")?;
        term.write_line(&format!(
            "{} {}  {} → {}",
            style(format!("[{}/{}]", at + 1, self.groups.list.len())).dim(),
            style(group.rule.code()).cyan(),
            style(printable(&group.before)).red().bold(),
            style(printable(&group.after)).green().bold(),
        ))?;
        let counts = [(applied, "applied"), (proposed, "proposed"), (withheld, "withheld")];
        let counts: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        let (lowest, highest) = (group.lowest, group.highest);
        let confidence = if lowest < highest { format!("{lowest}–{highest}") } else { lowest.to_string() };
        let left = if group.covered() < group.count() { "; what is withheld is left as it is" } else { "" };
        term.write_line(&format!("  {}, confidence {confidence}{left}", counts.join(", ")))?;
        for sentence in group.evidence.iter().take(SHOWN) {
            term.write_line(&format!("  · {}", printable(&sentence.text(Language::English))))?;
        }
        if !group.others.is_empty() {
            let others = (1..).zip(&group.others).map(|(number, text)| format!("{number} {}", printable(text)));
            term.write_line(&format!("  or: {}", others.collect::<Vec<_>>().join("  ")))?;
        }
        for occurrence in group.occurrences.iter().take(shown) {
            let page = self.names.get(occurrence.page).map_or("", String::as_str);
            term.write_line(&format!(
                "    {}[{}→{}]{}  {}",
                line(&occurrence.left),
                style(printable(&group.before)).red(),
                style(printable(&group.after)).green(),
                line(&occurrence.right),
                style(format!("{}:{}:{}", printable(page), occurrence.line, occurrence.column)).dim(),
            ))?;
        }
        let more = group.count().saturating_sub(group.occurrences.len().min(shown) as u64);
        if more > 0 {
            term.write_line(&format!("    … and {more} more"))?;
        }
        let answer = self.answers[at].as_ref().map_or_else(String::new, told);
        term.write_line(&format!("  {}[y n a d 1 e g j k u s q ?]", style(answer).bold()))?;
        Ok(())
    }

    /// Writes the decisions, and with them the hash of every page that they are on.
    fn write(&self, folder: &Path) -> Result<()> {
        let mut list = self.kept.clone();
        let mut groups: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
        for (group, answer) in self.groups.list.iter().zip(&self.answers) {
            let Some(Answer { choice, always, withheld, except }) = answer else { continue };
            groups.insert((group.rule.code(), &group.before, &group.after));
            list.push(Decision {
                rule: group.rule.code().to_owned(),
                before: group.before.clone(),
                after: group.after.clone(),
                scope: if *always { Scope::Always } else { Scope::Group },
                page: None,
                id: None,
                choice: choice.clone(),
                withheld: *withheld,
                except: except.clone(),
                line: 0,
            });
        }
        // Occurrences that are not shown are decided as well, so their pages are found in the report itself.
        let mut pages = self.before.as_ref().map_or_else(BTreeMap::new, |before| before.pages.clone());
        let mut report = Report::open(folder)?;
        for entry in report.pages()? {
            let entry = entry?;
            let decided = report
                .corrections(&entry)?
                .iter()
                .any(|line| groups.contains(&(line.rule.code(), line.before.as_str(), line.after.as_str())));
            if decided {
                pages.insert(entry.page, entry.source_hash);
            }
        }
        let (reviewer, time) =
            self.before.as_ref().map_or((None, None), |before| (before.reviewer.clone(), before.time.clone()));
        let decisions = Decisions { report: self.groups.report.clone(), reviewer, time, pages, list };
        let beside = self.file.with_extension("json.part");
        let write = || format!("cannot write {}", self.file.display());
        fs::write(&beside, decisions.to_json()?).with_context(write)?;
        fs::rename(&beside, &self.file).with_context(write)
    }
}

const ACCEPT: Choice = Choice::Accept { instead: None };

/// An answer in words.
fn told(answer: &Answer) -> String {
    let choice = match &answer.choice {
        Choice::Accept { instead: None } => "accepted".to_owned(),
        Choice::Accept { instead: Some(text) } => format!("instead {}", printable(text)),
        Choice::Reject => "rejected".to_owned(),
    };
    let for_good = if answer.always { " for good" } else { "" };
    let except = match answer.except.len() {
        0 => String::new(),
        1 => ", but for one occurrence".to_owned(),
        count => format!(", but for {count} occurrences"),
    };
    format!("{choice}{for_good}{except}  ")
}

/// What typing `text` for the group comes to: what would be there anyway is acceptance, the source rejection.
fn typed(group: &Group, text: String) -> Choice {
    if text == group.after {
        ACCEPT
    } else if text == group.before {
        Choice::Reject
    } else {
        Choice::Accept { instead: Some(text) }
    }
}

/// A text of a correction, as [`line`] shows it; nothing is shown by a sign.
fn printable(text: &str) -> String {
    if text.is_empty() { "∅".into() } else { line(text) }
}

/// `text` on one line, with nothing in it that would move the cursor.
fn line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '↵',
            '\t' => '⇥',
            c if c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c) => {
                '·'
            }
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kanwu::correction::Rule;
    use kanwu::review::LeftOut;

    fn review(rules: &[Rule]) -> Review {
        let group = |&rule: &Rule| Group {
            rule,
            before: "人".into(),
            after: "入".into(),
            standings: [0, 1, 0],
            lowest: 0.7,
            highest: 0.7,
            evidence: Vec::new(),
            others: vec!["八".into(), "大".into()],
            occurrences: Vec::new(),
        };
        Review {
            names: Vec::new(),
            answers: vec![None; rules.len()],
            groups: Groups {
                report: String::new(),
                list: rules.iter().map(group).collect(),
                pages: Vec::new(),
                left_out: LeftOut::default(),
            },
            kept: Vec::new(),
            before: None,
            undo: Vec::new(),
            file: PathBuf::new(),
        }
    }

    fn choices(review: &Review) -> Vec<Option<&Choice>> {
        review.answers.iter().map(|answer| answer.as_ref().map(|answer| &answer.choice)).collect()
    }

    const MIXED: &[Rule] = &[Rule::MisreadCharacter, Rule::PlaceName, Rule::MisreadCharacter, Rule::MisreadCharacter];

    #[test]
    fn the_rest_of_a_rule_is_decided_at_once_but_for_what_is_decided() {
        let mut review = review(MIXED);
        review.answer(2, &Choice::Reject);
        assert_eq!(review.answer_rest(0, &ACCEPT), 1);
        assert_eq!(choices(&review), [Some(&ACCEPT), None, Some(&Choice::Reject), Some(&ACCEPT)]);
    }

    #[test]
    fn single_occurrences_stay_as_they_were_decided() {
        let mut review = review(MIXED);
        let exception = |id, choice| Exception { page: "a.txt".into(), id, choice };
        let except = vec![exception(1, Choice::Reject), exception(2, ACCEPT)];
        review.answers[0] = Some(Answer { choice: ACCEPT, always: true, withheld: false, except });
        review.answer(0, &Choice::Reject);
        let answer = review.answers[0].clone().unwrap();
        assert!(answer.always);
        assert_eq!(answer.except, [exception(2, ACCEPT)], "what is decided like its group is no exception");
        assert_eq!(told(&answer), "rejected for good, but for one occurrence  ");
    }

    #[test]
    fn a_number_takes_the_reading_of_that_number() {
        let review = review(MIXED);
        assert_eq!(review.reading(0, '2'), Some(Choice::Accept { instead: Some("大".into()) }));
        assert_eq!(review.reading(0, '3'), None);
    }

    #[test]
    fn typing_what_stands_there_is_no_other_text() {
        let review = review(MIXED);
        let group = &review.groups.list[0];
        assert_eq!(typed(group, "入".into()), ACCEPT);
        assert_eq!(typed(group, "人".into()), Choice::Reject);
        assert_eq!(typed(group, "大".into()), Choice::Accept { instead: Some("大".into()) });
    }
}
