/// What sort of character a stage has before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Chinese character, `〇` included.
    Han,
    /// An ASCII or full-width digit.
    Digit,
    /// A letter of another script.
    Letter,
    /// A space, tab or ideographic space, but no line end.
    Blank,
    /// A line end.
    LineEnd,
    /// Everything else: punctuation, symbols, marks.
    Mark,
}

/// The kind of `c`.
#[inline]
pub fn kind(c: char) -> Kind {
    match c {
        '\u{4E00}'..='\u{9FFF}' => Kind::Han,
        '\0'..='\u{7F}' => match c {
            '0'..='9' => Kind::Digit,
            'a'..='z' | 'A'..='Z' => Kind::Letter,
            '\n' => Kind::LineEnd,
            ' ' | '\t' => Kind::Blank,
            _ => Kind::Mark,
        },
        '\u{3000}' => Kind::Blank,
        '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{2010}'..='\u{2027}' => Kind::Mark,
        '\u{FF01}'..='\u{FF65}' => match c {
            '０'..='９' => Kind::Digit,
            'ａ'..='ｚ' | 'Ａ'..='Ｚ' => Kind::Letter,
            _ => Kind::Mark,
        },
        _ => rare_kind(c),
    }
}

/// The kind of a character that Chinese newspapers seldom hold.
fn rare_kind(c: char) -> Kind {
    match c {
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Kind::Blank,
        c if is_han(c) => Kind::Han,
        c if c.is_alphabetic() => Kind::Letter,
        _ => Kind::Mark,
    }
}

/// Whether `c` is a Chinese character: unified and compatibility ideographs, and `〇`.
#[inline]
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '〇'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// The characters of `text` but those from U+4E00 to U+9FFF, with the bytes that they start at.
///
/// Nearly all that a page has is of those, and is stepped over by its first bytes: what looks for marks, blanks, digits or
/// letters need not decode it.
#[inline]
pub(crate) fn beside_han(text: &str) -> impl Iterator<Item = (usize, char)> + Clone {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        while let [0xE5..=0xE9, _, _, after @ ..] | [0xE4, 0xB8..=0xBF, _, after @ ..] = rest {
            rest = after;
        }
        let at = text.len() - rest.len();
        let c = text[at..].chars().next()?;
        rest = &rest[c.len_utf8()..];
        Some((at, c))
    })
}

/// Whether `c` is a mark that Chinese text sets in full width.
pub fn is_han_mark(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '（'
            | '）'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '【'
            | '】'
            | '「'
            | '」'
            | '『'
            | '』'
            | '〔'
            | '〕'
            | '…'
            | '—'
            | '·'
            | '～'
            | '．'
    )
}

/// Whether `c` takes the room of a Chinese character in print.
#[inline]
pub fn is_wide(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
        || matches!(c,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}' | '\u{FF01}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}'
        | '“' | '”' | '‘' | '’' | '…' | '—')
}

/// The room that `text` takes in print, in halves of a Chinese character.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_common_characters_stands_all_else() {
        let text = "一䶿丿，9\u{A0}㐀鿿ꀀ𠀀〇é\n";
        let expected: Vec<(usize, char)> =
            text.char_indices().filter(|(_, c)| !matches!(c, '\u{4E00}'..='\u{9FFF}')).collect();
        assert_eq!(beside_han(text).collect::<Vec<_>>(), expected);
    }
}
