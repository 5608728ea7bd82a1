use crate::knowledge::seams::fold;
use crate::knowledge::table::Alphabet;
use crate::text::{Kind, kind};

/// A character as the language model counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u16);

impl Symbol {
    /// No character: what stands after the end when n-grams are counted.
    pub(crate) const NONE: Self = Self(0);
    /// Where a paragraph begins or ends.
    pub const BOUNDARY: Self = Self(1);
    /// Any character that the model has met too seldom to know.
    pub const RARE: Self = Self(2);

    pub(crate) fn new(number: u16) -> Self {
        Self(number)
    }

    #[inline]
    pub(crate) fn number(self) -> usize {
        usize::from(self.0)
    }

    /// Whether this one and `previous` are one symbol: two digits, or two Latin letters.
    #[inline]
    pub(crate) fn goes_on_with(self, previous: Self) -> bool {
        self == previous && matches!(self, Symbols::DIGITS | Symbols::LETTERS)
    }
}

/// Which characters a model tells apart, and by which numbers.
///
/// Digits are one symbol and Latin letters another; the ASCII forms of marks that Chinese sets wide count as the wide ones.
#[derive(Debug, Clone)]
pub struct Symbols {
    /// The symbol of each character of the Basic Multilingual Plane; the model knows no others.
    numbers: Box<[u16]>,
}

impl Symbols {
    const DIGITS: Symbol = Symbol(3);
    const LETTERS: Symbol = Symbol(4);

    /// The number of the first character of the alphabet.
    pub(crate) const FIRST: usize = 5;

    /// The symbols of the characters of `alphabet`, which rise.
    pub(crate) fn new(alphabet: &Alphabet) -> Self {
        Self::from_characters(alphabet.characters())
    }

    pub(crate) fn from_characters(characters: impl Iterator<Item = char>) -> Self {
        let mut numbers = vec![Symbol::RARE.0; 1 << 16].into_boxed_slice();
        for (number, c) in (Self::FIRST..).zip(characters) {
            if let (Some(slot), Ok(number)) = (numbers.get_mut(c as usize), u16::try_from(number)) {
                *slot = number;
            }
        }
        // No other characters count as another one.
        for c in ('\0'..='\u{7F}').chain('\u{FF00}'..='\u{FFEF}') {
            let folded = fold(c);
            if folded == '0' {
                numbers[c as usize] = Self::DIGITS.0;
            } else if folded == 'A' {
                numbers[c as usize] = Self::LETTERS.0;
            } else if folded != c {
                numbers[c as usize] = numbers[folded as usize];
            }
        }
        Self { numbers }
    }

    /// The symbol of `c`.
    #[inline]
    pub fn symbol(&self, c: char) -> Symbol {
        self.numbers.get(c as usize).map_or(Symbol::RARE, |&number| Symbol(number))
    }

    /// The symbols of `text`, one a character; blanks, line ends and controls have none.
    pub fn of<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Symbol> + 't {
        text.chars().filter(|&c| is_seen(c)).map(|c| self.symbol(c))
    }
}

/// Whether the model sees `c`.
pub(crate) fn is_seen(c: char) -> bool {
    !matches!(kind(c), Kind::Blank | Kind::LineEnd) && !c.is_control()
}

/// Whether `c` has a place of its own in an alphabet, if it is met often enough.
pub(crate) fn is_own(c: char) -> bool {
    is_seen(c) && fold(c) == c && !matches!(c, '0' | 'A') && (c as usize) < 1 << 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ascii_and_wide_forms_count_as_other_characters() {
        let others = ('\u{80}'..'\u{FF00}').chain('\u{FFF0}'..=char::MAX);
        assert_eq!(others.filter(|&c| fold(c) != c).collect::<String>(), "");
    }
}
