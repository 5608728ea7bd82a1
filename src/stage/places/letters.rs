//! Chinese characters of the basic plane, which all names are made of: two bytes in memory, three in a text.

/// How many bytes a letter has in a text.
pub(super) const BYTES: usize = 3;

/// `c` as a letter, if it is one.
pub(super) fn letter(c: char) -> Option<u16> {
    u16::try_from(u32::from(c)).ok().filter(|letter| is_letter(*letter))
}

/// Whether `code` is that of a Chinese character.
pub(super) fn is_letter(code: u16) -> bool {
    matches!(code, 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x3007)
}

/// The character that a letter is.
pub(super) fn character(letter: u16) -> char {
    char::from_u32(u32::from(letter)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The letter at the byte `at` of a text, if there is one.
pub(super) fn letter_at(bytes: &[u8], at: usize) -> Option<u16> {
    let [first, second, third] = *bytes.get(at..)?.first_chunk::<BYTES>()?;
    let bits = |byte: u8| u16::from(byte & 0x3F);
    let code = u16::from(first & 0xF) << 12 | bits(second) << 6 | bits(third);
    (first & 0xF0 == 0xE0 && is_letter(code)).then_some(code)
}
