//! Text that was UTF-8, misread as another encoding, and saved as what it then looked like.

use encoding_rs::{EncoderResult, Encoding, GBK, WINDOWS_1252};

use super::plausibility::Plausibility;

/// How many characters beyond ASCII decide whether a page is looked at more closely.
const GLANCE: usize = 48;
/// Chinese prose has a mean weight above this; prose that UTF-8 bytes make in GBK lies below 0.
const PLAUSIBLE: f64 = 1.5;
/// How much more plausible the text must become.
const GAIN: f64 = 2.0;

/// The text that `text` was before it was misread, and as what it was misread. None when it was not, or when something
/// was lost: then it cannot be told what stood there.
pub(super) fn undo(text: &str) -> Option<(String, &'static Encoding)> {
    let first = first_beyond_ascii(text)?;
    let misread_as = suspect(&text[first..])?;
    let bytes = if misread_as == GBK { to_gbk(text)? } else { to_windows_1252(text)? };
    let undone = String::from_utf8(bytes).ok()?;
    let undone = undone.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(undone);
    let (before, after) = (Plausibility::of(text.chars()), Plausibility::of(undone.chars()));
    let better = after.chars() >= 2 && after.mean() >= PLAUSIBLE && after.mean() >= before.mean() + GAIN;
    better.then_some((undone, misread_as))
}

fn first_beyond_ascii(text: &str) -> Option<usize> {
    let length = Encoding::ascii_valid_up_to(text.as_bytes());
    (length < text.len()).then_some(length)
}

/// What the text looks as if it had been misread as, from its first characters beyond ASCII.
fn suspect(text: &str) -> Option<&'static Encoding> {
    // A page with a long Latin part is not read to its end for this.
    let glance = || text.chars().take(40 * GLANCE).filter(|c| !c.is_ascii()).take(GLANCE);
    if glance().all(|c| windows_1252(c).is_some()) {
        let start: Vec<u8> = text.chars().take(GLANCE).map_while(windows_1252).collect();
        let broken = std::str::from_utf8(&start).is_err_and(|error| error.error_len().is_some());
        return (!broken).then_some(WINDOWS_1252);
    }
    (Plausibility::of(glance()).mean() < 0.5).then_some(GBK)
}

/// The byte that stands for `c` in windows-1252, or in latin-1 where that has a control character.
fn windows_1252(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let byte = match c {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return None,
    };
    Some(byte)
}

fn to_windows_1252(text: &str) -> Option<Vec<u8>> {
    text.chars().map(windows_1252).collect()
}

fn to_gbk(text: &str) -> Option<Vec<u8>> {
    let mut encoder = GBK.new_encoder();
    let mut bytes = Vec::with_capacity(text.len() + 16);
    match encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true) {
        (EncoderResult::InputEmpty, _) => Some(bytes),
        _ => None,
    }
}
