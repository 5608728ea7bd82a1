use super::lines::{Line, is_closer, is_comma, is_terminal};

/// By how much lines that stand together in a stanza differ at most, in characters. Chosen by hand.
const GIVE: f64 = 10.0;

/// No column is as narrow, in characters. Chosen by hand.
const COLUMN: f64 = 9.0;

/// A line of verse without marks is narrower, in characters. Chosen by hand.
const WIDEST_UNMARKED: f64 = 12.0;

/// Marks those of a page's lines that stand in a stanza.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    let stand_together = |line: &Line<'_>, next: &Line<'_>| {
        !next.is_set_apart && !next.is_indented && (line.width - next.width).abs() <= GIVE
    };
    for stanza in lines.chunk_by_mut(stand_together).filter(|group| is_marked(group)) {
        stanza.iter_mut().for_each(mark_verse);
    }
    let are_narrow = |line: &Line<'_>, next: &Line<'_>| {
        let is_narrow = |line: &Line<'_>| line.width <= WIDEST_UNMARKED;
        !next.is_set_apart && !next.is_indented && is_narrow(line) == is_narrow(next) && is_text(line) == is_text(next)
    };
    for stanza in lines.chunk_by_mut(are_narrow).filter(|group| is_unmarked(group)) {
        stanza.iter_mut().for_each(mark_verse);
    }
    // Couplets or an address below a poem have marks, and take nothing from it.
    let are_unmarked = |line: &Line<'_>, next: &Line<'_>| are_narrow(line, next) && !has_mark(line) && !has_mark(next);
    for stanza in lines.chunk_by_mut(are_unmarked).filter(|group| is_unmarked(group)) {
        stanza.iter_mut().for_each(mark_verse);
    }
}

fn mark_verse(line: &mut Line<'_>) {
    line.is_verse = true;
}

/// Whether `group` is four short lines or more, most of which end in a mark, and which are narrower than columns or of unequal widths, or
/// all of which do. The lines of a column end where it does, so few of them end in a mark.
fn is_marked(group: &[Line<'_>]) -> bool {
    /// Lines.
    const FEWEST: usize = 4;
    /// A line of verse is narrower, in characters; two of seven and their marks are as wide.
    const WIDEST: f64 = 16.0;
    /// By how much the lines of a column do not differ, in characters, but for its last. Chosen by hand.
    const RAGGED: f64 = 3.0;
    let marked = group.iter().filter(|line| ends_in_mark(line)).count();
    let widths = group[..group.len() - 1].iter().map(|line| line.width);
    let (narrowest, widest) =
        widths.fold((f64::MAX, 0.0f64), |(least, most), width| (least.min(width), most.max(width)));
    let are_cut_at_marks = marked == group.len() || widest - narrowest >= RAGGED;
    let is_short = widest < COLUMN || widest <= WIDEST && are_cut_at_marks;
    is_short && group.len() >= FEWEST && marked * 5 >= group.len() * 3
}

/// Whether `group` is short lines with next to no mark inside any, as verse that is printed without, or with one at each line's end, has
/// them: a column of running text has one in every second or third line.
fn is_unmarked(group: &[Line<'_>]) -> bool {
    /// Lines narrower than columns, and others; chosen by hand.
    const FEWEST: usize = 4;
    const MANY: usize = 8;
    let widest = group.iter().map(|line| line.width).fold(0.0, f64::max);
    let fewest = if widest < COLUMN { FEWEST } else { MANY };
    let marked = group.iter().filter(|line| has_mark(line)).count();
    group.len() >= fewest && widest <= WIDEST_UNMARKED && marked * 12 <= group.len() && group.iter().all(is_text)
}

fn is_text(line: &Line<'_>) -> bool {
    line.has_han && !line.is_running_head && !line.is_row
}

fn has_mark(line: &Line<'_>) -> bool {
    line.has_inner_mark || line.has_inner_stop
}

/// Whether a line ends in a mark, within quotation marks or not.
fn ends_in_mark(line: &Line<'_>) -> bool {
    let ends = |c: char| is_comma(c) || is_terminal(c);
    line.text.trim_end_matches(is_closer).ends_with(ends)
}
