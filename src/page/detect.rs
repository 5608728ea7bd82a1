use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, DecoderResult, EUC_JP, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};

use super::Found;
use super::plausibility::Plausibility;

/// How much of a file is read to find its encoding: pieces of this many bytes, three from the first line beyond ASCII on
/// and one from the middle. Encodings are told apart from a dozen characters on; four pieces keep a foreign heading from
/// deciding, and cost less than decoding a page.
const PIECE: usize = 512;
/// See [`PIECE`].
const FIRST_PIECES: usize = 3;

/// A mean weight from which on a reading is running text in the right encoding. Of news in GB18030 and Big5, 99 % of
/// right readings lie above 2.1 from 8 characters on, and 99.9 % of wrong ones below 1.4.
const GOOD: f64 = 2.0;
/// As [`GOOD`], for UTF-16 of at least [`SHORT_UTF16`] bytes. Pairs of Latin letters make rare characters, -0.9 in the mean;
/// of a few, such as the two of `café`, some make frequent ones.
const GOOD_UTF16: f64 = 1.25;
const SHORT_UTF16: usize = 12;
/// How far the best reading must lie above the next to be taken without asking the detector.
const CLEAR: f64 = 1.0;
/// Below this no reading as Chinese is worth having.
const POOR: f64 = 0.5;
/// Japanese prose is half kana; Chinese quotes little of it.
const JAPANESE: f64 = 0.1;

/// The encoding of `bytes`, which have no byte-order mark and are not plainly UTF-8, and how it was found. None when
/// they are no text.
pub(super) fn detect(bytes: &[u8]) -> Option<(&'static Encoding, Found)> {
    if let Some(utf16) = utf16(bytes) {
        return Some((utf16, Found::Detected));
    }
    if Encoding::utf8_valid_up_to(bytes) == bytes.len() {
        return (!is_mostly_controls(bytes, 0.9)).then_some((UTF_8, Found::Valid));
    }
    if is_nearly_utf8(bytes) {
        return Some((UTF_8, Found::Detected));
    }
    legacy(bytes).map(|encoding| (encoding, Found::Detected))
}

/// Whether `bytes` are UTF-8 with a few bad places, such as a stray 0xFF or a cut last character: at least two
/// characters of three bytes for each bad place, which GB18030, Big5 and Japanese text never have by accident.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    /// How far bad places may run ahead of the evidence, as when a file starts in the middle of a character.
    const LEEWAY: usize = 64;
    let (mut evidence, mut needed) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        evidence += chunk.valid().bytes().map(|b| if b >= 0xE0 { 4 } else { usize::from(b >= 0xC2) }).sum::<usize>();
        needed += if chunk.invalid().is_empty() { 0 } else { 8 };
        if needed > evidence + LEEWAY {
            return false;
        }
    }
    needed <= evidence
}

/// UTF-16 in the order of bytes that makes text of them, if one does.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(2 * PIECE)];
    let (little, big) = (utf16_mean(sample, u16::from_le_bytes), utf16_mean(sample, u16::from_be_bytes));
    let (best, mean, other) = if little >= big { (UTF_16LE, little, big) } else { (UTF_16BE, big, little) };
    let enough = if sample.len() < SHORT_UTF16 { GOOD } else { GOOD_UTF16 };
    (mean >= enough && mean - other >= CLEAR).then_some(best)
}

/// The mean weight of the code units of `sample`, ASCII text among them.
fn utf16_mean(sample: &[u8], unit: fn([u8; 2]) -> u16) -> f64 {
    let units = sample.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut sum = Plausibility::default();
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok('\t' | '\n' | '\r' | ' '..='~') => sum.add_frequent(),
            Ok(c) if c.is_ascii() => sum.add_malformed(),
            Ok(c) => sum.add(Plausibility::of([c])),
            Err(_) => sum.add_malformed(),
        }
    }
    // One unit is no text: two letters of ASCII make one as well.
    if sum.chars() < 2 { 0.0 } else { sum.mean() }
}

fn is_mostly_controls(bytes: &[u8], share: f64) -> bool {
    let sample = &bytes[..bytes.len().min(4096)];
    let controls = sample.iter().filter(|b| matches!(b, 0..=8 | 0x0E..=0x19 | 0x1B..=0x1F | 0x7F)).count();
    controls >= 8 && controls as f64 > share * sample.len() as f64
}

/// One of the encodings of before Unicode, or none when `bytes` are no text.
fn legacy(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = sample(bytes);
    let (gb, big5) = (reading(GB18030, &sample), reading(BIG5, &sample));
    let (best, other, encoding) = if gb.mean() >= big5.mean() { (gb, big5, GB18030) } else { (big5, gb, BIG5) };
    let clear = best.mean() >= GOOD && best.mean() - other.mean() >= CLEAR;
    if clear && best.chars() >= 4 && best.kana() < JAPANESE {
        return Some(encoding);
    }
    if best.mean() < POOR && is_mostly_controls(bytes, 0.05) {
        return None;
    }
    let guess = guess(&sample);
    let sure = if guess == SHIFT_JIS || guess == EUC_JP {
        let guessed = reading(guess, &sample);
        guessed.mean() >= GOOD && guessed.mean() - best.mean() >= if guessed.kana() >= JAPANESE { 0.0 } else { CLEAR }
    } else {
        best.mean() < POOR && is_other_script(guess, &sample)
    };
    Some(if sure { guess } else { chinese(gb, big5, guess) })
}

/// The better of the two Chinese readings; GB18030 in doubt.
fn chinese(gb: Plausibility, big5: Plausibility, guess: &'static Encoding) -> &'static Encoding {
    let head_start = if guess == BIG5 { 0.0 } else { CLEAR / 2.0 };
    if big5.mean() > gb.mean() + head_start { BIG5 } else { GB18030 }
}

/// Whether the detector's `guess` may be taken where no Chinese reading is any good. A text full of high bytes in pairs
/// is never windows-1252 or one of its kin: there, accented letters stand alone among plain ones.
fn is_other_script(guess: &'static Encoding, sample: &[&[u8]]) -> bool {
    let non_latin = ["windows-1251", "KOI8-U", "KOI8-R", "IBM866", "windows-1253", "windows-1255", "windows-1256"];
    non_latin.contains(&guess.name()) || guess.is_single_byte() && guess.is_ascii_compatible() && !is_paired(sample)
}

fn is_paired(sample: &[&[u8]]) -> bool {
    let (mut high, mut paired) = (0, 0);
    for piece in sample {
        for run in piece.split(u8::is_ascii) {
            high += run.len();
            paired += if run.len() >= 2 { run.len() } else { 0 };
        }
    }
    2 * paired > high
}

/// What the detector makes of the first piece. It reads 3 MB a second, so it gets no more than that.
fn guess(sample: &[&[u8]]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let Some(first) = sample.first() else { return WINDOWS_1252 };
    // Not the last: a file that ends within a character is no other encoding's for that.
    detector.feed(first, false);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess == GBK { GB18030 } else { guess }
}

/// What `sample` looks like when it is read in `encoding`.
fn reading(encoding: &'static Encoding, sample: &[&[u8]]) -> Plausibility {
    let mut sum = Plausibility::default();
    let mut text = String::with_capacity(4 * PIECE);
    for piece in sample {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut rest = *piece;
        loop {
            let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, false);
            rest = &rest[read..];
            sum.add(Plausibility::of(text.chars()));
            text.clear();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => text.reserve(4 * PIECE),
                DecoderResult::Malformed(..) => sum.add_malformed(),
            }
        }
    }
    sum
}

/// Pieces of `bytes` with bytes beyond ASCII in them. Each starts where a character starts.
fn sample(bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while pieces.len() < FIRST_PIECES {
        let Some((piece, after)) = piece(rest) else { break };
        pieces.push(piece);
        rest = after;
    }
    let read = bytes.len() - rest.len();
    if let Some((middle, _)) = piece(after_line_end(&bytes[read.max(bytes.len() / 2)..])) {
        pieces.push(middle);
    }
    pieces
}

/// The first piece of `bytes` with a byte beyond ASCII in it, and what follows it. It starts at the start of a line, and
/// ends there if it can.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let beyond = Encoding::ascii_valid_up_to(bytes);
    if beyond == bytes.len() {
        return None;
    }
    // No encoding here has a byte below 0x30 inside a character.
    let start = bytes[beyond.saturating_sub(PIECE / 4)..beyond].iter().rposition(|b| *b < 0x30);
    let start = start.map_or(beyond, |before| beyond.saturating_sub(PIECE / 4) + before + 1);
    let rest = &bytes[start..];
    if rest.len() <= PIECE {
        return Some((rest, &[]));
    }
    match rest[..PIECE].iter().rposition(|b| *b < 0x30) {
        Some(boundary) if boundary >= PIECE / 2 => Some(rest.split_at(boundary + 1)),
        _ => Some((&rest[..PIECE], after_line_end(&rest[PIECE..]))),
    }
}

fn after_line_end(bytes: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', bytes).map_or(&[], |newline| &bytes[newline + 1..])
}
