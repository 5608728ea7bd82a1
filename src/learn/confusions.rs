//! Confusions counted: from rows of counts, and from pages with their truths.

use super::table::only;
use super::{Matching, Source};
use crate::Result;
use crate::knowledge::{Characters, Confusion, Counts, Shapes};
use crate::text::{Kind, kind};

/// The longest stretch without a character that is right in which errors are counted one by one. In longer ones nothing
/// tells what stands for what; chosen by hand.
const LONGEST: usize = 8;

/// Adds the counts of `pairs` (rows of truth, what was read, count, engine, level of damage; one or two characters
/// each, or none) and `totals` (rows of character, how often it was rendered, how often read right, engine, level of
/// damage); engines and levels are added up.
///
/// # Errors
///
/// [`Error::Read`](crate::Error::Read) and [`Error::Row`](crate::Error::Row) of the sources.
pub fn counted(pairs: Vec<Source>, totals: Vec<Source>, counts: &mut Counts) -> Result<()> {
    for source in pairs {
        source.rows('\t', ["truth", "ocr", "count", "engine", "level"], |[truth, read, count, ..]| {
            let count = count.parse().ok()?;
            // What was read as more than two characters, or for more, is noise.
            if let (Some(truth), Some(read)) = (Characters::of(truth), Characters::of(read)) {
                counts.confuse(truth, read, count);
            }
            Some(())
        })?;
    }
    for source in totals {
        source.rows('\t', ["char", "rendered", "right", "engine", "level"], |[c, count, ..]| {
            counts.render(only(c)?, count.parse().ok()?);
            Some(())
        })?;
    }
    Ok(())
}

/// The table of confusions from rows of counts, as [`counted`] reads them.
///
/// # Errors
///
/// Those of [`counted`]; [`Error::Usage`](crate::Error::Usage) when there are more characters than the table can
/// number.
pub fn confusions(pairs: Vec<Source>, totals: Vec<Source>) -> Result<Vec<u8>> {
    let mut counts = Counts::default();
    counted(pairs, totals, &mut counts)?;
    counts.encode()
}

/// What was read for what on a page, aligned with its truth; line ends and blanks do not count.
pub fn confused(truth: &str, ocr: &str, shapes: &Shapes) -> Counts {
    let visible =
        |text: &str| -> Vec<char> { text.chars().filter(|&c| !c.is_whitespace() && !c.is_control()).collect() };
    let (truth, read) = (visible(truth), visible(ocr));
    let matching = Matching::of(&truth, &read);
    let mut counts = Counts::default();
    let mut stretch = Stretch::default();
    let mut next = 0;
    for (at, &c) in truth.iter().enumerate() {
        let partner = matching.partner(at);
        if let Some(partner) = partner {
            stretch.steps.extend(read[next..partner].iter().map(|&read| (None, Some(read))));
            next = partner + 1;
        }
        if partner.is_some_and(|partner| read[partner] == c) {
            stretch.count(shapes, &mut counts);
            counts.render(c, 1);
        } else {
            stretch.steps.push((Some(c), partner.map(|partner| read[partner])));
        }
    }
    stretch.steps.extend(read[next..].iter().map(|&read| (None, Some(read))));
    stretch.count(shapes, &mut counts);
    counts
}

/// Errors side by side: what stood there and what was read, either of which may be missing.
#[derive(Default)]
struct Stretch {
    steps: Vec<(Option<char>, Option<char>)>,
}

impl Stretch {
    /// Counts the errors and begins anew.
    fn count(&mut self, shapes: &Shapes, counts: &mut Counts) {
        let steps = std::mem::take(&mut self.steps);
        if steps.len() > LONGEST {
            return;
        }
        steps.iter().filter_map(|&(truth, _)| truth).for_each(|c| counts.render(c, 1));
        let truth: Vec<char> = steps.iter().filter_map(|&(truth, _)| truth).collect();
        let read: Vec<char> = steps.iter().filter_map(|&(_, read)| read).collect();
        let whole = match (truth.as_slice(), read.as_slice()) {
            (&[one], &[first, second]) if is_one_thing(shapes, one, [first, second]) => {
                Some((one.into(), Characters::two(first, second)))
            }
            (&[first, second], &[one]) if is_one_thing(shapes, one, [first, second]) => {
                Some((Characters::two(first, second), one.into()))
            }
            _ => None,
        };
        if let Some((truth, read)) = whole {
            return counts.confuse(truth, read, 1);
        }
        for (truth, read) in steps {
            let [truth, read] = [truth, read].map(|c| c.map_or(Characters::NONE, Characters::from));
            counts.confuse(truth, read, 1);
        }
    }
}

/// Whether `one` and the two may be the same ink, cut or joined: none of them is a mark beside a character, and neither of
/// the two is by itself what `one` looks like.
fn is_one_thing(shapes: &Shapes, one: char, two: [char; 2]) -> bool {
    let like = |c| shapes.similarity(one, c).is_some();
    kind(one) != Kind::Mark && two.iter().all(|&c| kind(c) != Kind::Mark && !like(c))
}

/// What a run over pages says of what it counted: kinds with their counts.
pub fn described(counts: &Counts) -> String {
    let kinds: Vec<String> = counts.totals().iter().map(|(kind, some, all)| words(*kind, *some, *all)).collect();
    kinds.join("; ")
}

fn words(kind: Confusion, some: u64, all: u64) -> String {
    let name = kind.code();
    format!("{name}: {some} different, {all} in all")
}
