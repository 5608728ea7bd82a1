use super::LONGEST;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::text::{Span, beside_han};

/// Proposes half-width digits and letters for full-width ones that stand among them.
///
/// The page decides: one that has as many full-width digits as half-width ones sets them so, and stays.
pub(super) fn propose(text: &str, corrections: &mut Vec<Correction>) {
    if !has_wide(text) {
        return;
    }
    let runs = runs(text);
    let half: usize = runs.iter().map(|run| run.of(text).bytes().filter(u8::is_ascii_digit).count()).sum();
    let wide: usize = runs.iter().map(|run| run.of(text).chars().filter(|c| matches!(c, '０'..='９')).count()).sum();
    if half <= wide {
        return;
    }
    for (at, run) in runs.iter().enumerate() {
        let Some(probability) = stray(text, &runs, at, half >= FEW * wide) else { continue };
        let number: String = run.of(text).chars().map(|c| half_width(c).unwrap_or(c)).collect();
        for (offset, c) in run.of(text).char_indices() {
            let Some(half) = half_width(c) else { continue };
            let start = run.start() + offset;
            corrections.push(Correction::new(
                Rule::FullWidthDigit,
                Edit::replace(Span::new(start, start + c.len_utf8()), half),
                Confidence::new(probability),
                vec![Evidence::Word { word: number.clone() }],
            ));
        }
    }
}

/// How many half-width digits to a full-width one make full-width numbers strays. Chosen by hand.
const FEW: usize = 10;

/// How sure it is that the full-width characters of the run were half-width, if it has any.
fn stray(text: &str, runs: &[Span], at: usize, are_few: bool) -> Option<f64> {
    let run = runs[at].of(text);
    let is_wide = |c: char| half_width(c).is_some();
    if !run.contains(is_wide) || run.chars().nth(LONGEST).is_some() {
        return None;
    }
    // 3×10５ has an exponent.
    if text[..runs[at].start()].ends_with(['×', '^']) {
        return None;
    }
    if run.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Some(MIXED_NUMBER);
    }
    let is_half = |run: &Span| run.of(text).bytes().all(|byte| byte.is_ascii_digit());
    let joins = |left: &Span, right: &Span| {
        matches!(text.get(left.end()..right.start()), Some("年" | "月" | "日" | "时" | "点" | "分"))
    };
    let after_half = at > 0 && is_half(&runs[at - 1]) && joins(&runs[at - 1], &runs[at]);
    let before_half = runs.get(at + 1).is_some_and(|next| is_half(next) && joins(&runs[at], next));
    if after_half || before_half {
        return Some(MIXED_DATE);
    }
    (are_few && run.contains(|c| matches!(c, '０'..='９'))).then_some(ALONE)
}

/// A number of both widths. The first 15 million characters each of three collections of clean text (news of 2023, mixed
/// news, formal prose of the 1990s) have twelve by regular expression; four are exponents, most others slips themselves.
const MIXED_NUMBER: f64 = 0.98;
/// A date of both widths, of which the same texts have three, slips too.
const MIXED_DATE: f64 = 0.96;
/// A full-width number alone: an article of its own may be set so. Chosen by hand.
const ALONE: f64 = 0.8;

/// Whether any digit or letter of full width stands in `text`.
fn has_wide(text: &str) -> bool {
    beside_han(text).any(|(_, c)| half_width(c).is_some())
}

/// The runs of digits and letters of either width, with the decimal points between them.
fn runs(text: &str) -> Vec<Span> {
    let is_inked = |c: char| c.is_ascii_alphanumeric() || half_width(c).is_some();
    let mut runs: Vec<Span> = Vec::new();
    for (at, c) in beside_han(text).filter(|(_, c)| is_inked(*c)) {
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(last) if matches!(&text[last.end()..at], "" | "." | "．" | ",") => {
                *last = Span::new(last.start(), end);
            }
            _ => runs.push(Span::new(at, end)),
        }
    }
    runs
}

/// The half-width form of a full-width digit or letter.
fn half_width(c: char) -> Option<char> {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ').then(|| char::from_u32(u32::from(c) - 0xFEE0)).flatten()
}
