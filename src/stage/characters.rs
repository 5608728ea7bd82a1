use std::iter;

use unicode_normalization::UnicodeNormalization;

use super::{Memory, Sheet, Stage};
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule, StageName};
use crate::knowledge::Asked;
use crate::text::Span;

/// Puts right characters that no text should hold: line ends other than LF, page breaks, controls, invisible characters,
/// and code points that stand for others.
///
/// A page without any is read at the speed of memory: the search for them looks at bytes, in blocks, without branches.
pub struct Characters;

impl Stage for Characters {
    fn name(&self) -> StageName {
        StageName::Characters
    }

    fn read(&self, Sheet { text, .. }: Sheet<'_>, _: &mut Asked, _: &mut Memory, corrections: &mut Vec<Correction>) {
        let mut from = 0;
        while let Some(at) = next_suspect(text.as_bytes(), from) {
            from = judge(text, at, corrections);
        }
    }
}

/// How many bytes are looked at together.
const BLOCK: usize = 64;
/// How many characters to either side may decide what becomes of one: more than any line of print has, and few enough
/// that a file of nothing but such characters is read in reasonable time.
const REACH: usize = 400;

/// The first place at or after `from` where a character may start that this stage is about.
fn next_suspect(bytes: &[u8], mut from: usize) -> Option<usize> {
    while let Some(window) = bytes.get(from..from + BLOCK + 2) {
        let (first, second, third) = (&window[..BLOCK], &window[1..=BLOCK], &window[2..BLOCK + 2]);
        let found =
            first.iter().zip(second).zip(third).fold(false, |found, ((&a, &b), &c)| found | is_suspect(a, b, c));
        if found {
            let within = window.windows(3).position(|bytes| is_suspect(bytes[0], bytes[1], bytes[2]));
            return within.map(|within| from + within);
        }
        from += BLOCK;
    }
    let at = |place: usize| bytes.get(place).copied().unwrap_or_default();
    (from..bytes.len()).find(|&place| is_suspect(at(place), at(place + 1), at(place + 2)))
}

/// Whether the bytes `a`, `b`, `c` may begin a character that this stage is about. No false negatives; the false
/// positives are rare in Chinese text. Without branches, so that the compiler does many at once.
#[expect(clippy::needless_bitwise_bool, reason = "branches would keep the compiler from doing many bytes at once")]
fn is_suspect(a: u8, b: u8, c: u8) -> bool {
    let control = ((a < 0x20) & (a != b'\n') & (a != b'\t')) | (a == 0x7F);
    let latin = (a == 0xC2) & ((b < 0xA0) | (b == 0xAD));
    let arabic_mark = (a == 0xD8) & (b == 0x9C);
    let mongolian_separator = (a == 0xE1) & (b == 0xA0) & (c == 0x8E);
    let zero_width = (a == 0xE2) & (b == 0x80) & ((0x8B..=0x8F).contains(&c) | (0xA8..=0xAE).contains(&c));
    let invisible = (a == 0xE2) & (b == 0x81) & (c >= 0xA0);
    let radical = (a == 0xE2) & (b >= 0xBA);
    let private_or_compatible = (a == 0xEE) | ((a == 0xEF) & ((b < 0xAC) | (b == 0xBB)));
    let compatible = (a == 0xF0) & (b == 0xAF);
    control
        | latin
        | arabic_mark
        | mongolian_separator
        | zero_width
        | invisible
        | radical
        | private_or_compatible
        | compatible
}

/// Proposes what is to become of the character at `at`, and of those like it that follow. Gives where they end.
fn judge(text: &str, at: usize, corrections: &mut Vec<Correction>) -> usize {
    let Some(c) = text[at..].chars().next() else { return text.len() };
    let next = at + c.len_utf8();
    let mut correct = |rule: Rule, end: usize, replacement: &str, name: &'static str| {
        let evidence = Evidence::CodePoint { code: format!("U+{:04X}", u32::from(c)), name: name.into() };
        let edit = Edit::replace(Span::new(at, end), replacement);
        corrections.push(Correction::new(rule, edit, Confidence::CERTAIN, vec![evidence]));
        end
    };
    match c {
        '\r' => {
            let end = end_of_carriage_return(text.as_bytes(), next);
            correct(Rule::LineEnding, end, "\n", if end == next { "CR" } else { "CR LF" })
        }
        '\u{85}' => correct(Rule::LineEnding, next, "\n", "NEXT LINE"),
        '\u{2028}' => correct(Rule::LineEnding, next, "\n", "LINE SEPARATOR"),
        '\u{2029}' => correct(Rule::LineEnding, next, "\n", "PARAGRAPH SEPARATOR"),
        '\u{B}' | '\u{C}' => {
            let end = end_of(text, at, |c| matches!(c, '\u{B}' | '\u{C}'));
            let name = if c == '\u{C}' { "FORM FEED" } else { "LINE TABULATION" };
            correct(Rule::PageBreak, end, if is_beside_line_end(text, at, end) { "" } else { "\n" }, name)
        }
        '\0'..'\u{20}' | '\u{7F}'..'\u{A0}' => {
            correct(Rule::ControlCharacter, end_of(text, at, |other| other == c), "", "control character")
        }
        '\u{AD}' if ends_latin_line(text, at, next) => correct(Rule::InvisibleCharacter, next, "-", "SOFT HYPHEN"),
        c if invisible(c).is_some() => {
            let end = end_of(text, at, |other| other == c);
            match invisible(c) {
                Some(name) if !is_needed(text, at, end, c) => correct(Rule::InvisibleCharacter, end, "", name),
                _ => end,
            }
        }
        '\u{E000}'..='\u{F8FF}' => match from_private_use(c) {
            Some(c) => correct(Rule::PrivateUse, next, c.encode_utf8(&mut [0; 4]), "GB 18030-2000 private use"),
            None => next,
        },
        '\u{2E80}'..='\u{2FD5}' => match from_radical(c) {
            Some(c) => correct(Rule::Radical, next, c.encode_utf8(&mut [0; 4]), "radical"),
            None => next,
        },
        '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
            match iter::once(c).nfc().next().filter(|unified| *unified != c) {
                Some(c) => {
                    let name = "CJK COMPATIBILITY IDEOGRAPH";
                    correct(Rule::CompatibilityIdeograph, next, c.encode_utf8(&mut [0; 4]), name)
                }
                None => next,
            }
        }
        _ => next,
    }
}

/// Where the characters from `at` on that are `like` end.
fn end_of(text: &str, at: usize, like: impl Fn(char) -> bool) -> usize {
    text[at..].find(|c| !like(c)).map_or(text.len(), |length| at + length)
}

/// Where the line end ends whose first CR ends at `next`. CR CR LF is one line end, twice converted.
fn end_of_carriage_return(bytes: &[u8], next: usize) -> usize {
    match bytes[next..] {
        [b'\n', ..] => next + 1,
        [b'\r', b'\n', ..] => next + 2,
        _ => next,
    }
}

/// Whether the page break `start..end` stands beside a line end, or at either end of the text. Characters that go leave
/// no trace.
fn is_beside_line_end(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().rev().take(REACH).find(|c| stays(*c));
    let after = text[end..].chars().take(REACH).find(|c| stays(*c));
    before.is_none_or(ends_line) || after.is_none_or(ends_line)
}

fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn stays(c: char) -> bool {
    let goes = matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}');
    !goes && invisible(c).is_none()
}

/// Whether the soft hyphen `at..next` stands at the end of a line after a Latin letter, where it shows.
fn ends_latin_line(text: &str, at: usize, next: usize) -> bool {
    text[next..].starts_with(['\n', '\r']) && text[..at].ends_with(|c: char| c < '\u{250}' && c.is_alphabetic())
}

/// The name of `c`, if it is one of the characters that show nothing.
fn invisible(c: char) -> Option<&'static str> {
    let name = match c {
        '\u{AD}' => "SOFT HYPHEN",
        '\u{61C}' => "ARABIC LETTER MARK",
        '\u{180E}' => "MONGOLIAN VOWEL SEPARATOR",
        '\u{200B}' => "ZERO WIDTH SPACE",
        '\u{200C}' => "ZERO WIDTH NON-JOINER",
        '\u{200D}' => "ZERO WIDTH JOINER",
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => "bidirectional control",
        '\u{2060}' => "WORD JOINER",
        '\u{2061}'..='\u{2064}' => "invisible operator",
        '\u{206A}'..='\u{206F}' => "deprecated format character",
        '\u{FEFF}' => "ZERO WIDTH NO-BREAK SPACE",
        _ => return None,
    };
    Some(name)
}

/// Whether the invisible characters `start..end`, all `c`, serve the script that they stand in.
fn is_needed(text: &str, start: usize, end: usize, c: char) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let either = |is: fn(char) -> bool| before.is_some_and(is) || after.is_some_and(is);
    match c {
        '\u{200B}'..='\u{200D}' | '\u{180E}' => {
            either(is_joining_script) || (before.is_some_and(is_emoji) && after.is_some_and(is_emoji))
        }
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            let in_line = |c: &char| !ends_line(*c);
            text[..start].chars().rev().take(REACH).take_while(in_line).any(is_right_to_left)
                || text[end..].chars().take(REACH).take_while(in_line).any(is_right_to_left)
        }
        _ => false,
    }
}

/// Whether letters of the script of `c` change shape, or words part, at joiners and zero-width spaces: Arabic and its
/// neighbours, the scripts of India and of South East Asia, Mongolian.
fn is_joining_script(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{109F}' | '\u{1780}'..='\u{18AF}' | '\u{1900}'..='\u{1AAF}' | '\u{A840}'..='\u{A87F}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}') && c != '\u{61C}'
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{FE0F}' | '\u{2190}'..='\u{21FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1FAFF}')
}

/// Code points of the private use area that GB 18030 and GBK once had for characters that Unicode has since taken up:
/// the first of each run, and the characters. From the mappings of GB 18030-2000, -2005 and -2022; all but U+E5E5 and
/// six of the last run are what the WHATWG's decoder now gives for the same bytes, which a test compares.
const PRIVATE_USE: [(char, &str); 5] = [
    ('\u{E5E5}', "\u{3000}"),
    ('\u{E78D}', "︐︒︑︓︔︕︖︗︘︙"),
    ('\u{E7C7}', "ḿǹ"),
    ('\u{E7E7}', "〾⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻"),
    (
        '\u{E815}',
        "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻",
    ),
];

fn from_private_use(c: char) -> Option<char> {
    let (first, chars) = PRIVATE_USE.iter().rev().find(|(first, _)| *first <= c)?;
    chars.chars().nth((u32::from(c) - u32::from(*first)) as usize)
}

/// CJK RADICAL code points, and the characters that look the same: those of Unicode's `EquivalentUnifiedIdeograph` that
/// are characters of their own and not components.
const RADICALS: &str = "⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻒镸⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟";

fn from_radical(c: char) -> Option<char> {
    if c >= '\u{2F00}' {
        return iter::once(c).nfkc().next().filter(|character| *character != c);
    }
    let mut pairs = RADICALS.chars();
    while let (Some(radical), Some(character)) = (pairs.next(), pairs.next()) {
        if radical == c {
            return Some(character);
        }
    }
    None
}
