//! Letters in telephone numbers, times of day, amounts with commas and other long numbers, which are told by their shape and need no unit.

use super::letters::{digit, put_digits};
use super::{runs, trimmed};
use crate::correction::{Confidence, Correction};
use crate::text::Span;

/// How sure it is that what has the shape of a telephone number or of a time is one. In 114 million characters of clean text one token
/// with letters has it, and is a telephone number.
const SHAPED: f64 = 0.97;

/// The same of a long number with letters in the middle, as some codes have them. Below what is applied; chosen by hand.
const LONG: f64 = 0.9;

/// Proposes digits for the letters in what can only be dialled, a time of day or an amount, and in long numbers.
pub(super) fn propose(text: &str, corrections: &mut Vec<Correction>) {
    for token in tokens(text) {
        let read = token.of(text);
        let Some(digits) = read.chars().map(as_number).collect::<Option<String>>() else { continue };
        let probability = if is_dialled(&digits) || is_local(&text[..token.start()], &digits) || are_times(&digits) {
            SHAPED
        } else if is_long(read) {
            LONG
        } else {
            continue;
        };
        put_digits(text, token, &digits, Confidence::new(probability), &digits, corrections);
    }
    for amount in amounts(text) {
        let Some(digits) = amount.of(text).chars().map(as_number).collect::<Option<String>>() else { continue };
        if is_grouped(&digits) {
            put_digits(text, amount, &digits, Confidence::new(SHAPED), &digits, corrections);
        }
    }
}

/// The runs of ASCII letters, digits, hyphens and colons that hold a letter, and more digits than letters or a colon.
fn tokens(text: &str) -> impl Iterator<Item = Span> {
    // A colon before a number belongs to what is said of it: Tel:0531-…
    let all = runs(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':'));
    all.map(|run| trimmed(text, run, &['-', ':'])).filter(|token| {
        let token = token.of(text);
        let count = |is: fn(&u8) -> bool| token.bytes().filter(is).count();
        let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
        // All four digits of an hour may be round: 8:OO.
        letters > 0 && digits > 0 && (digits >= letters || token.contains(':'))
    })
}

/// The runs of ASCII letters, digits, commas and points that hold a letter, a digit and a comma.
fn amounts(text: &str) -> impl Iterator<Item = Span> {
    let all = runs(text, |c| c.is_ascii_alphanumeric() || matches!(c, ',' | '.'));
    all.map(|run| trimmed(text, run, &[',', '.'])).filter(|run| {
        let run = run.of(text);
        run.contains(',')
            && run.contains(|c: char| c.is_ascii_alphabetic())
            && run.contains(|c: char| c.is_ascii_digit())
    })
}

/// The digit that `c` is or that engines read it for; what stands between digits stays.
fn as_number(c: char) -> Option<char> {
    match c {
        'O' | 'o' | 'l' | 'I' => digit(c),
        '0'..='9' | '-' | ':' | ',' | '.' => Some(c),
        _ => None,
    }
}

/// Whether `number` has the shape of a telephone number with an area code, of a mobile one, or of a hotline.
fn is_dialled(number: &str) -> bool {
    let groups: Vec<&str> = number.split('-').collect();
    let bare: String = groups.concat();
    let is_area = |group: &str| group.starts_with('0') && (3..=4).contains(&group.len());
    match *groups {
        _ if number.contains(':') => false,
        [area, ref rest @ ..] if is_area(area) && !rest.is_empty() => (7..=8).contains(&rest.concat().len()),
        [_] | [_, _, _] if bare.len() == 11 => {
            bare.starts_with('1') && bare[1..].starts_with(|c: char| matches!(c, '3'..='9'))
        }
        [first, _, ..] => bare.len() == 10 && matches!(first, "400" | "800"),
        _ => false,
    }
}

/// Whether `number`, after `before`, is a telephone number without an area code.
fn is_local(before: &str, number: &str) -> bool {
    const CALLED: &[&str] = &["电话", "热线", "传真", "致电", "拨打"];
    let before = before.trim_end_matches([' ', '：', ':', '\u{3000}']);
    (7..=8).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && CALLED.iter().any(|word| before.ends_with(word))
}

/// Whether `number` is a time of day, or two of them: 14:00, 8:30-17:00.
fn are_times(number: &str) -> bool {
    let is_time = |part: &str| {
        let Some((hours, minutes)) = part.split_once(':') else { return false };
        let below = |digits: &str, bound: u32| digits.parse::<u32>().is_ok_and(|value| value < bound);
        (1..=2).contains(&hours.len()) && minutes.len() == 2 && below(hours, 25) && below(minutes, 60)
    };
    number.split('-').all(is_time)
}

/// Whether `number` is an amount whose commas part groups of three digits: 1,040, 12,345.6.
fn is_grouped(number: &str) -> bool {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let mut groups = whole.split(',');
    let starts = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && !first.starts_with('0'));
    starts && groups.all(|group| group.len() == 3) && decimals.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `read` is a long number in the middle of which a letter or two stand, each between digits.
fn is_long(read: &str) -> bool {
    /// Digits and letters; chosen by hand.
    const LENGTH: usize = 8;
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = read.as_bytes();
    let mut letters = bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphabetic());
    bytes.len() >= LENGTH
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && letters.clone().count() <= 2
        && letters.all(|(at, _)| at > 0 && is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1)))
}
