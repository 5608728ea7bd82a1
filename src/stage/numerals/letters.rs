use super::super::mention;
use super::{LONGEST, UNITS, has_unit, runs, trimmed};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::text::Span;

/// Proposes digits for letters that engines read for them.
pub(super) fn propose(text: &str, corrections: &mut Vec<Correction>) {
    for run in numbers(text) {
        in_run(text, run, corrections);
    }
}

/// The runs of ASCII letters and digits, with a decimal point at most, that hold a letter that engines read for a digit, and a digit, unless
/// they are letters as no word has them: lO, llO.
fn numbers(text: &str) -> impl Iterator<Item = Span> {
    runs(text, |c| c.is_ascii_alphanumeric() || c == '.').map(|run| trimmed(text, run, &['.'])).filter(|run| {
        let run = run.of(text);
        let has_letter = run.contains(|c: char| c.is_ascii_alphabetic() && digit(c).is_some());
        has_letter && (run.contains(|c: char| c.is_ascii_digit()) || is_no_word(run)) && run.matches('.').count() <= 1
    })
}

/// Whether `run` is all letters that look like digits, and begins with a small l that a capital comes after.
fn is_no_word(run: &str) -> bool {
    run.starts_with('l') && run.contains('O') && run.bytes().all(|byte| matches!(byte, b'l' | b'I' | b'O'))
}

/// Proposes digits for the letters of a run that can only be a number.
fn in_run(text: &str, run: Span, corrections: &mut Vec<Correction>) {
    let after = &text[run.end()..];
    if is_decimal(run.of(text)) && !has_unit(after) {
        let digits: String = run.of(text).chars().filter_map(digit).collect();
        put_digits(text, run, &digits, Confidence::new(DECIMAL), &digits, corrections);
        return;
    }
    let Some(unit) = UNITS.iter().find(|unit| after.starts_with(**unit)) else { return };
    // A newspaper's page number has a letter of its own: A01版.
    let is_page = *unit == "版" && matches!(run.of(text).as_bytes(), [b'A'..=b'H', _, _]);
    let number = Span::new(run.start() + usize::from(is_page), run.end());
    let Some(digits) = number.of(text).chars().map(digit).collect::<Option<String>>() else { return };
    let is_told = is_part_of_date(text, run, unit);
    if !is_told && (is_term(number.of(text)) || is_code(number.of(text), unit)) {
        return;
    }
    let is_fraction = digits.contains('.');
    let Some(probability) = plausible(&digits, unit, is_page).filter(|_| !(is_fraction && is_of_date(unit))) else {
        return;
    };
    let probability = if mention::is_mentioned(text, number) { MENTIONED } else { probability };
    let word = format!("{digits}{unit}");
    put_digits(text, number, &digits, Confidence::new(probability), &word, corrections);
}

/// Proposes `digits` for the letters among the ASCII characters at `number`, unless these are more than a number has; `word` is what
/// that makes.
pub(super) fn put_digits(
    text: &str,
    number: Span,
    digits: &str,
    confidence: Confidence,
    word: &str,
    corrections: &mut Vec<Correction>,
) {
    if number.len() > LONGEST {
        return;
    }
    let letters = number.of(text).chars().zip(digits.chars()).zip(number.start()..);
    for ((_, digit), at) in letters.filter(|((letter, digit), _)| letter != digit) {
        let edit = Edit::replace(Span::new(at, at + 1), digit);
        let evidence = vec![Evidence::Word { word: word.to_owned() }];
        corrections.push(Correction::new(Rule::LetterInNumber, edit, confidence, evidence));
    }
}

/// How sure it is of a number that the text tells how to write. Below what is applied; chosen by hand.
const MENTIONED: f64 = 0.9;

/// Whether only whole numbers stand before `unit`.
fn is_of_date(unit: &str) -> bool {
    matches!(unit, "年" | "月" | "日" | "版")
}

/// How sure a number with decimals is of which no unit tells that it is one, as in tables. Chosen by hand.
const DECIMAL: f64 = 0.96;

/// Whether `run` is a number with decimals, of which only digits of the middle were read as letters: 6l.48.
fn is_decimal(run: &str) -> bool {
    let Some((whole, decimals)) = run.split_once('.') else { return false };
    let is_whole = whole.starts_with(|c: char| c.is_ascii_digit()) && decimals.ends_with(|c: char| c.is_ascii_digit());
    is_whole && run.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'l' | b'O'))
}

/// Whether `run` before `unit` stands inside a date or a time: 5月I5日, I0月3日, 4分O3秒.
fn is_part_of_date(text: &str, run: Span, unit: &str) -> bool {
    let (before, after) = (&text[..run.start()], &text[run.end() + unit.len()..]);
    match unit {
        "月" => after.starts_with(|c: char| c.is_ascii_alphanumeric()),
        "日" => before.ends_with('月'),
        "分" => before.ends_with(['时', '点']),
        "秒" => before.ends_with('分'),
        _ => false,
    }
}

/// Whether `number` reads as a Latin term, as O2O and I5 do: it begins with a capital and its digits are no more
/// than its letters, or it begins with O, as no number but that of a month, a day or a second does.
fn is_term(number: &str) -> bool {
    let letters = number.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_short = number.starts_with('I') && number.len() <= 2 * letters;
    is_short || number.starts_with(['O', 'o']) && number.as_bytes().get(1) != Some(&b'.')
}

/// Whether `number` has a letter that stands for a digit seldom, where codes have it as well: before all units but those of
/// amounts and years, at the beginning, or after a zero. By a regular expression of nearly this shape
/// no code passes for a number in 123 million characters of clean text.
fn is_code(number: &str, unit: &str) -> bool {
    const AMOUNTS: &[&str] = &[
        "万", "亿", "千", "百", "元", "余", "多", "名", "个", "人", "户", "亩", "米", "吨", "粒", "双", "棵", "盏",
        "头", "岁", "天", "%", "％", "公里", "公斤", "斤", "平方",
    ];
    let begins_with_code = number.starts_with(['B', 'S']) || number.starts_with('0') && !number.contains('.');
    let is_year = unit == "年" && number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    number.contains(['Z', 'B', 'S', 'b']) && (begins_with_code || !AMOUNTS.contains(&unit)) && !is_year
}

/// The digit that `c` is or was read for; a decimal point stays.
pub(super) fn digit(c: char) -> Option<char> {
    match c {
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'b' => Some('6'),
        'B' => Some('8'),
        '0'..='9' | '.' => Some(c),
        _ => None,
    }
}

/// How sure it is of three digits that may be a year without its last: 2Ol年. Below what is applied; chosen by hand.
const CUT_YEAR: f64 = 0.8;

/// How sure it is that `digits` before `unit` are a number, if they can be one.
fn plausible(digits: &str, unit: &str, is_page: bool) -> Option<f64> {
    let value: f64 = digits.parse().ok()?;
    match (unit, digits.len()) {
        ("年", 4) => (1800.0..2100.0).contains(&value).then_some(0.99),
        // Years are counted as well, by the hundred at most: 5l年, l5O年. What begins like a year of our time lost a digit rather.
        ("年", 5..) => None,
        ("年", 3) if digits.starts_with("19") || digits.starts_with("20") => Some(CUT_YEAR),
        ("月", length) => (length <= 2 && (1.0..=12.0).contains(&value)).then_some(0.99),
        ("日", length) => (length <= 2 && (1.0..=31.0).contains(&value)).then_some(0.99),
        ("版", _) => is_page.then_some(0.97),
        (_, length) => (length > 1).then_some(0.96),
    }
}
