use super::super::people;
use super::blanks::Blank;
use crate::knowledge::trees::{features, fitted};
use crate::knowledge::{Lexicon, Seams};
use crate::text::{Kind, is_han, kind};

/// What the model sees of a blank; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

fitted! {
    /// What the fitted trees tell: whether a blank is stray. `kanwu fit blanks` writes them.
    "kanwu blanks 1", "blanks.txt"
}

features! {
    han_left: "1 after a Chinese character",
    han_right: "1 before one",
    digit_left: "1 after a digit",
    digit_right: "1 before one",
    letter_left: "1 after a Latin letter",
    letter_right: "1 before one",
    comma_left: "1 after a comma, semicolon, colon or the like, of either width",
    comma_right: "1 before one",
    stop_left: "1 after a mark that ends a sentence",
    stop_right: "1 before one",
    open_left: "1 after an opening bracket or quote",
    open_right: "1 before one",
    close_left: "1 after a closing bracket or quote",
    close_right: "1 before one",
    length: "how many blanks, at most 6",
    ideographic: "1 if one is an ideographic or no-break space",
    bond: "how much likelier than chance the two characters stand side by side, in bits",
    word: "how well known the best word across the place is: the logarithm of its count, 0 for none",
    starts: "how much likelier than chance the next character starts a paragraph, in bits",
    ends: "how much likelier than chance the last character ends a paragraph, in bits",
    left_length: "characters since the blank before or the line's start, at most 30",
    right_length: "characters to the next blank or the line's end, at most 30",
    left_marks: "1 if a comma or full stop stands in that part",
    right_marks: "1 if one stands in the part after",
    line_width: "the line's width in characters, at most 60",
    line_marks: "1 if a comma or the like stands inside the line",
    line_closed: "1 if the line closes like a sentence",
    in_line: "how many blanks the line has, at most 12",
    number: "which of them this is, at most 6",
    from_end: "how many come after it, at most 6",
    unevenness: "how unlike one another the parts are in length, at most 12",
    usual_part: "the median length of the parts, at most 30",
    left_off: "how much longer or shorter than that the part before is, from -12 to 12",
    inside_pair: "1 inside a quotation or bracket",
    head: "1 in a running head",
    credit: "1 in a credit line",
    caption: "1 in a line that ends like a caption",
    byline: "1 in a line that begins like a byline",
    role_left: "1 after 记者, 通讯员 and the like",
    role_right: "1 before one",
}

/// What a byline or credit sets names apart from, besides [`people::REPORTERS`] and [`people::EDITORS`].
const OTHER_ROLES: &[&str] = &["摄影", "摄", "文", "图", "题", "电", "讯", "報"];

fn roles() -> impl Iterator<Item = &'static str> {
    [people::REPORTERS, people::EDITORS, OTHER_ROLES].into_iter().flatten().copied()
}

/// What the model sees of `blank`.
pub fn features(blank: &Blank<'_>, seams: &Seams, lexicon: &Lexicon) -> Features {
    let flag = |yes: bool| f32::from(u8::from(yes));
    let is_comma = |c: char| matches!(c, '，' | '、' | '；' | '：' | ',' | ';' | ':');
    let is_stop = |c: char| matches!(c, '。' | '！' | '？' | '.' | '!' | '?' | '…');
    let is_open = |c: char| matches!(c, '“' | '‘' | '（' | '《' | '【' | '(' | '「' | '〈');
    let is_close = |c: char| matches!(c, '”' | '’' | '）' | '》' | '】' | ')' | '」' | '〉');
    let (left, right) = (blank.left, blank.right);
    let has_marks = |part: &str| part.chars().any(|c| is_comma(c) || is_stop(c));
    let length = |part: &str| part.chars().count().min(30) as f32;
    let line = &blank.line;
    let word = if is_han(left) && is_han(right) { word_strength(blank, lexicon) } else { 0.0 };
    Seen {
        han_left: flag(is_han(left)),
        han_right: flag(is_han(right)),
        digit_left: flag(kind(left) == Kind::Digit),
        digit_right: flag(kind(right) == Kind::Digit),
        letter_left: flag(kind(left) == Kind::Letter),
        letter_right: flag(kind(right) == Kind::Letter),
        comma_left: flag(is_comma(left)),
        comma_right: flag(is_comma(right)),
        stop_left: flag(is_stop(left)),
        stop_right: flag(is_stop(right)),
        open_left: flag(is_open(left)),
        open_right: flag(is_open(right)),
        close_left: flag(is_close(left)),
        close_right: flag(is_close(right)),
        length: blank.span.of(blank.text).chars().count().min(6) as f32,
        ideographic: flag(blank.span.of(blank.text).contains(['\u{3000}', '\u{A0}'])),
        bond: seams.bond(left, right) as f32,
        word,
        starts: seams.starts(right) as f32,
        ends: seams.ends(left) as f32,
        left_length: length(blank.left_part),
        right_length: length(blank.right_part),
        left_marks: flag(has_marks(blank.left_part)),
        right_marks: flag(has_marks(blank.right_part)),
        line_width: line.width.min(60.0) as f32,
        line_marks: flag(line.has_inner_mark),
        line_closed: flag(line.is_closed),
        in_line: blank.in_line.min(12) as f32,
        number: blank.number.min(6) as f32,
        from_end: (blank.in_line - 1 - blank.number).min(6) as f32,
        unevenness: blank.unevenness.min(12.0),
        usual_part: blank.usual_part.min(30.0),
        left_off: (blank.left_part.chars().count() as f32 - blank.usual_part).clamp(-12.0, 12.0),
        inside_pair: flag(blank.is_inside_pair),
        head: flag(line.is_running_head),
        credit: flag(line.is_credit),
        caption: flag(line.is_caption),
        byline: flag(line.is_byline),
        role_left: flag(roles().any(|role| blank.left_part.ends_with(role))),
        role_right: flag(roles().any(|role| blank.right_part.starts_with(role))),
    }
    .numbers()
}

fn word_strength(blank: &Blank<'_>, lexicon: &Lexicon) -> f32 {
    blank.word_across(lexicon).map_or(0.0, |(_, word)| (word.count as f32 + 1.0).ln())
}
