use super::lines::{Line, is_closer, is_comma, is_terminal};

/// Whether each of `lines` stands in a stanza: four short lines or more that stand together, most of which end in a mark, and which
/// are narrower than columns or of unequal widths. The lines of a column end where it does, so few of them end in a mark.
pub(super) fn stanzas(lines: &[Line<'_>]) -> Vec<bool> {
    /// Lines.
    const FEWEST: usize = 4;
    /// A line of verse is narrower, in characters; two of seven and their marks are as wide.
    const WIDEST: f64 = 16.0;
    /// No column is as narrow, in characters. Chosen by hand.
    const COLUMN: f64 = 9.0;
    /// By how much the lines of a column do not differ, in characters, but for its last. Chosen by hand.
    const RAGGED: f64 = 3.0;
    /// By how much lines that stand together differ at most, in characters. Chosen by hand.
    const GIVE: f64 = 10.0;
    let mut stanzas = Vec::with_capacity(lines.len());
    let stand_together = |line: &Line<'_>, next: &Line<'_>| {
        !next.is_set_apart && !next.is_indented && (line.width - next.width).abs() <= GIVE
    };
    for group in lines.chunk_by(stand_together) {
        let marked = group.iter().filter(|line| ends_in_mark(line)).count();
        let widths = group[..group.len() - 1].iter().map(|line| line.width);
        let (narrowest, widest) =
            widths.fold((f64::MAX, 0.0f64), |(least, most), width| (least.min(width), most.max(width)));
        let is_short = widest < COLUMN || widest <= WIDEST && widest - narrowest >= RAGGED;
        let is_stanza = is_short && group.len() >= FEWEST && marked * 5 >= group.len() * 3;
        stanzas.extend(std::iter::repeat_n(is_stanza, group.len()));
    }
    stanzas
}

/// Whether a line ends in a mark, within quotation marks or not.
fn ends_in_mark(line: &Line<'_>) -> bool {
    let ends = |c: char| is_comma(c) || is_terminal(c);
    line.text.trim_end_matches(is_closer).ends_with(ends)
}
