//! Numbers: letters read for digits, marks of the wrong width, the Chinese zero.

use super::Stage;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::text::Span;

/// Puts numbers right.
#[derive(Debug, Default)]
pub struct Numerals;

impl Stage for Numerals {
    fn name(&self) -> StageName {
        StageName::Numerals
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        for run in runs(text) {
            letters(text, run, corrections);
        }
        marks(text, corrections);
        chinese_zeros(text, corrections);
    }
}

fn is_misread_digit(byte: u8) -> bool {
    matches!(byte, b'O' | b'o' | b'l' | b'I')
}

/// The runs of ASCII letters and digits that hold both a digit and a letter that engines read for one.
fn runs(text: &str) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            let (mut has_digit, mut has_letter) = (false, false);
            while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
                has_digit |= bytes[at].is_ascii_digit();
                has_letter |= is_misread_digit(bytes[at]);
                at += 1;
            }
            if has_digit && has_letter {
                return Some(Span::new(start, at));
            }
            at += usize::from(at == start);
        }
        None
    })
}

/// What only a number stands before.
const UNITS: &[&str] = &[
    "年", "月", "日", "时", "分", "秒", "点", "%", "％", "‰", "℃", "万", "亿", "千", "百", "元", "个", "人", "名",
    "户", "家", "亩", "米", "公里", "千米", "公斤", "吨", "平方", "立方", "次", "项", "期", "版", "岁", "届", "处",
    "场", "台", "辆", "套", "座", "条", "件",
];

/// Proposes digits for the letters of a run that can only be a number.
fn letters(text: &str, run: Span, corrections: &mut Vec<Correction>) {
    let after = &text[run.end()..];
    let Some(unit) = UNITS.iter().find(|unit| after.starts_with(**unit)) else { return };
    // A newspaper's page number has a letter of its own: A01版.
    let is_page = *unit == "版" && matches!(run.of(text).as_bytes(), [b'A'..=b'H', _, _]);
    let number = Span::new(run.start() + usize::from(is_page), run.end());
    let digits: String = number.of(text).chars().map(digit).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let Some(probability) = plausible(&digits, unit, is_page) else { return };
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

/// Proposes half-width marks inside numbers.
fn marks(text: &str, corrections: &mut Vec<Correction>) {
    let bytes = text.as_bytes();
    // All four marks are of three bytes, the first 0xEF but for 。 with 0xE3.
    for at in memchr::memchr2_iter(0xEF, 0xE3, bytes) {
        let Some(left) = at.checked_sub(1).filter(|&left| bytes[left].is_ascii_digit()) else { continue };
        let Some(mark) = text.get(at..at + 3) else { continue };
        let after = &bytes[at + 3..];
        let whole = bytes[..=left].iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let part = after.iter().take_while(|b| b.is_ascii_digit()).count();
        let (half, probability) = match mark {
            "．" if part > 0 => (".", 0.97),
            "，" if part == 3 && whole <= 3 && is_grouped(text, at + 6, whole) => (",", 0.96),
            "：" if is_time(&bytes[at - whole.min(at)..at], &after[..part]) => (":", 0.7),
            // 41。3亿: which of two sentences' digits would stand so close?
            "。" if part > 0 && has_unit(&text[at + 3 + part..]) => (".", 0.85),
            _ => continue,
        };
        corrections.push(Correction::new(
            Rule::NumberMark,
            Edit::replace(Span::new(at, at + 3), half),
            Confidence::new(probability),
            vec![Evidence::Neighbours {
                left: Some(char::from(bytes[left])),
                right: after.first().map(|b| char::from(*b)),
            }],
        ));
    }
}

/// Whether a comma groups thousands rather than listing numbers: a unit follows, and the first group does not stand after
/// another listed number.
fn is_grouped(text: &str, after: usize, whole: usize) -> bool {
    let before = &text[..after - 6 - whole];
    has_unit(&text[after..]) && !before.ends_with(['，', '、', ',', '第'])
}

fn has_unit(after: &str) -> bool {
    UNITS.iter().any(|unit| after.starts_with(unit)) || after.starts_with("余") || after.starts_with("多")
}

fn is_time(hour: &[u8], minute: &[u8]) -> bool {
    let value = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u32>().ok());
    (1..=2).contains(&hour.len())
        && minute.len() == 2
        && value(hour).is_some_and(|hour| hour < 24)
        && value(minute).is_some_and(|minute| minute < 60)
}

/// Proposes 〇 for what was read in its place in a year written out: 二○二四年.
fn chinese_zeros(text: &str, corrections: &mut Vec<Correction>) {
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
