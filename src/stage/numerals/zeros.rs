use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::text::Span;

/// Proposes 〇 for what was read in its place in a year written out: 二○二四年.
pub(super) fn propose(text: &str, corrections: &mut Vec<Correction>) {
    const DIGITS: &str = "〇一二三四五六七八九";
    for (year, _) in text.match_indices('年') {
        let digits: Vec<(usize, char)> = text[..year]
            .char_indices()
            .rev()
            .take(5)
            .take_while(|(_, c)| DIGITS.contains(*c) || matches!(c, '○' | 'O' | 'o' | '0' | '◯' | 'Ｏ'))
            .collect();
        let chinese = digits.iter().filter(|(_, c)| DIGITS.contains(*c)).count();
        if digits.len() != 4 || chinese < 2 {
            continue;
        }
        for &(at, c) in digits.iter().rev().filter(|(_, c)| !DIGITS.contains(*c)) {
            let number: String =
                digits.iter().rev().map(|(_, c)| if DIGITS.contains(*c) { *c } else { '〇' }).collect();
            corrections.push(Correction::new(
                Rule::ChineseZero,
                Edit::replace(Span::new(at, at + c.len_utf8()), "〇"),
                Confidence::new(0.98),
                vec![Evidence::Word { word: format!("{number}年") }],
            ));
        }
    }
}
