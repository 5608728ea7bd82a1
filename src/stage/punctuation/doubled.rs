//! Marks that an engine read twice.

use super::context::{Mark, Paragraph};
use super::widths::replace;
use crate::correction::{Correction, Rule};
use crate::text::{Kind, Span, kind};

/// Proposes one mark for two of the same that stand side by side: ,， and "”.
pub(super) fn propose(paragraph: &Paragraph<'_>, corrections: &mut Vec<Correction>) {
    let pairs =
        || paragraph.marks.windows(2).map(|pair| [pair[0], pair[1]]).filter(|pair| is_doubled(paragraph, *pair));
    let straight = paragraph.marks.iter().filter(|mark| mark.is == '"').count();
    let beside_curly = pairs().flatten().filter(|mark| mark.is == '"').count();
    let is_in_curly = |mark: Mark| paragraph.quotation_before(mark).is_curly_open;
    for [first, second] in pairs() {
        let is_quote = [first, second].iter().any(|mark| mark.is == '"');
        // One that opens, or closes, a quotation within the quotation.
        if is_quote && (straight - beside_curly) % 2 == 1 {
            continue;
        }
        let span = if first.is.is_ascii() {
            Span::new(first.at, second.at)
        } else {
            Span::new(first.span().end(), second.span().end())
        };
        let probability = if first.is == second.is && is_in_curly(first) { IN_QUOTATION } else { SURE };
        corrections.push(replace(paragraph, Rule::DoubledMark, span, "", probability));
    }
}

/// On 528 pages that two engines read 82 of 84 such pairs stand for one mark, and 2 for none.
const SURE: f64 = 0.97;

/// The same where the first may have been the mark that closes the quotation: of 11 such pairs 5 stand for ’， or ”，.
const IN_QUOTATION: f64 = 0.6;

/// Whether two marks stand side by side, and no third of their kind with them, that can be one.
fn is_doubled(paragraph: &Paragraph<'_>, [first, second]: [Mark; 2]) -> bool {
    let gap = Span::new(first.span().end(), second.at).of(paragraph.text);
    let goes_on = |c: Option<char>| c.is_some_and(|c| can_be_one(first.is, c) || can_be_one(c, second.is));
    can_be_one(first.is, second.is)
        && gap.chars().all(|c| kind(c) == Kind::Blank)
        && !goes_on(paragraph.ink_before(first.at))
        && !goes_on(paragraph.ink_after(second.span().end()))
}

/// Whether two marks can be one that was read twice. At least one of them is full-width: 甲,,乙 may be fields of a table.
fn can_be_one(first: char, second: char) -> bool {
    matches!((first, second), ('，', '，' | ',') | (',', '，') | ('。', '。') | ('"', '“' | '”') | ('“' | '”', '"'))
}
