use super::UNITS;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::text::{Span, beside_han};

/// Proposes digits for letters that engines read for them.
pub(super) fn propose(text: &str, corrections: &mut Vec<Correction>) {
    for run in runs(text) {
        in_run(text, run, corrections);
    }
}

fn is_misread_digit(c: char) -> bool {
    matches!(c, 'O' | 'o' | 'l' | 'I')
}

/// The runs of ASCII letters and digits that hold both a digit and a letter that engines read for one.
fn runs(text: &str) -> impl Iterator<Item = Span> {
    let mut inked = beside_han(text).filter(|(_, c)| c.is_ascii_alphanumeric()).peekable();
    std::iter::from_fn(move || {
        loop {
            let &(start, _) = inked.peek()?;
            let mut end = start;
            let (mut has_digit, mut has_letter) = (false, false);
            while let Some((_, c)) = inked.next_if(|(at, _)| *at == end) {
                has_digit |= c.is_ascii_digit();
                has_letter |= is_misread_digit(c);
                end += 1;
            }
            if has_digit && has_letter {
                return Some(Span::new(start, end));
            }
        }
    })
}

/// Proposes digits for the letters of a run that can only be a number.
fn in_run(text: &str, run: Span, corrections: &mut Vec<Correction>) {
    let after = after_fraction(&text[run.end()..]);
    let is_fraction = text.len() - after.len() > run.end();
    let Some(unit) = UNITS.iter().find(|unit| after.starts_with(**unit)) else { return };
    // A newspaper's page number has a letter of its own: A01版.
    let is_page = *unit == "版" && matches!(run.of(text).as_bytes(), [b'A'..=b'H', _, _]);
    let number = Span::new(run.start() + usize::from(is_page), run.end());
    let digits: String = number.of(text).chars().map(digit).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    if is_term(text, run, unit) {
        return;
    }
    let Some(probability) = plausible(&digits, unit, is_page).filter(|_| !(is_fraction && is_of_date(unit))) else {
        return;
    };
    for (offset, letter) in number.of(text).char_indices().filter(|(_, c)| !c.is_ascii_digit()) {
        let at = number.start() + offset;
        corrections.push(Correction::new(
            Rule::LetterInNumber,
            Edit::replace(Span::new(at, at + 1), digit(letter)),
            Confidence::new(probability),
            vec![Evidence::Word { word: format!("{digits}{unit}") }],
        ));
    }
}

/// `text`, which follows a number, without the decimals that it begins with: .3 in l9.3万.
fn after_fraction(text: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit();
    let decimals = text.strip_prefix('.').filter(|decimals| decimals.starts_with(is_digit));
    decimals.map_or(text, |decimals| decimals.trim_start_matches(is_digit))
}

/// Whether only whole numbers stand before `unit`.
fn is_of_date(unit: &str) -> bool {
    matches!(unit, "年" | "月" | "日" | "版")
}

/// Whether `run` before `unit` reads as a Latin term, as O2O and I5 do: it begins with a capital and its digits are no more
/// than its letters, or it begins with O, as no number but that of a month or day does.
///
/// Inside a date it is a number all the same: 5月I5日, I0月3日.
fn is_term(text: &str, run: Span, unit: &str) -> bool {
    let number = run.of(text);
    let letters = number.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_short = number.starts_with('I') && number.len() <= 2 * letters;
    let in_date = match unit {
        "月" => text[run.end() + unit.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()),
        "日" => text[..run.start()].ends_with('月'),
        _ => false,
    };
    (is_short || number.starts_with(['O', 'o'])) && !in_date
}

fn digit(c: char) -> char {
    match c {
        'O' | 'o' => '0',
        'l' | 'I' => '1',
        c => c,
    }
}

/// How sure it is that `digits` before `unit` are a number, if they can be one.
fn plausible(digits: &str, unit: &str, is_page: bool) -> Option<f64> {
    let value: u32 = digits.parse().ok()?;
    match unit {
        "年" if digits.len() == 4 => (1800..2100).contains(&value).then_some(0.99),
        "月" if digits.len() <= 2 => (1..=12).contains(&value).then_some(0.99),
        "日" if digits.len() <= 2 => (1..=31).contains(&value).then_some(0.99),
        "版" => is_page.then_some(0.97),
        _ => (digits.len() > 1).then_some(0.96),
    }
}
