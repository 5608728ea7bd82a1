//! Words that a text speaks of, and does not use: how a name is written, and what it was misread for.

use crate::text::{Kind, Span, first_characters, kind, last_characters};

/// Quotation marks and those of titles, as they open and as they close.
const OPENERS: &str = "“‘「『《〈\"";
const CLOSERS: &str = "”’」』》〉\"";

/// What tells, near a quoted word, that the word itself is meant: 将“姚古村”误排为“姚占村”.
const OF_WRITING: &[&str] = &[
    "误",
    "错",
    "讹",
    "写成",
    "写作",
    "写着",
    "写的",
    "书写",
    "印着",
    "印成",
    "印作",
    "排成",
    "排作",
    "读成",
    "读作",
    "念成",
    "念作",
    "认成",
    "看成",
    "更正",
    "应为",
    "应是",
    "实为",
    "而非",
    "并非",
    "不是",
    "不叫",
    "一字",
    "二字",
    "两字",
    "两个字",
    "三个字",
    "哪个字",
];

/// Whether `text` speaks of the word that `span` is in or is, and of how it is written; then what looks misread may be meant.
pub(super) fn is_mentioned(text: &str, span: Span) -> bool {
    /// Characters; longer quotations are said and not spelt. Chosen by hand.
    const LONGEST: usize = 10;
    /// As far before the word as 误排为 reaches, in characters.
    const NEAR: usize = 4;
    let spelt = || {
        quoted(text, span, LONGEST).is_some_and(|quoted| {
            let (before, after) = around(text, quoted);
            let is_told = |side: &str| OF_WRITING.iter().any(|word| side.contains(word));
            is_told(before) || is_told(after) || text[quoted.end()..].chars().nth(1) == Some('字')
        })
    };
    let (before, _) = around(text, span);
    before.chars().rev().take(NEAR).any(|c| c == '误') || spelt()
}

/// Whether `text` speaks of what stands at `span` somewhere near: the “密”字.
pub(super) fn is_spelt(text: &str, span: Span) -> bool {
    /// Characters on either side: a paragraph or two. Chosen by hand.
    const NEAR: usize = 300;
    let before = last_characters(&text[..span.start()], NEAR);
    let after = first_characters(&text[span.end()..], NEAR);
    let near = &text[span.start() - before.len()..span.end() + after.len()];
    near.match_indices(span.of(text)).any(|(at, word)| {
        let (before, after) = (near[..at].chars().next_back(), near[at + word.len()..].chars().next());
        before.is_some_and(|c| OPENERS.contains(c)) && after.is_some_and(|c| CLOSERS.contains(c))
    })
}

/// What stands in quotation marks round `span`, if no other mark does and it is `longest` characters at most.
pub(super) fn quoted(text: &str, span: Span, longest: usize) -> Option<Span> {
    let is_mark = |&(_, c): &(usize, char)| matches!(kind(c), Kind::Mark | Kind::Blank | Kind::LineEnd);
    let (opener_at, opener) = text[..span.start()].char_indices().rev().take(longest).find(is_mark)?;
    let (closer_at, closer) = text[span.end()..].char_indices().take(longest).find(is_mark)?;
    let quoted = Span::new(opener_at + opener.len_utf8(), span.end() + closer_at);
    let is_short = quoted.of(text).chars().count() <= longest;
    (is_short && OPENERS.contains(opener) && CLOSERS.contains(closer)).then_some(quoted)
}

/// What stands before and after `span` in its sentence, as far as it is near.
fn around(text: &str, span: Span) -> (&str, &str) {
    /// Characters; chosen by hand.
    const NEAR: usize = 16;
    let parts = |c: char| matches!(c, '。' | '！' | '？' | '；' | '\n');
    let before = text[..span.start()].char_indices().rev().take(NEAR);
    let start = before.take_while(|(_, c)| !parts(*c)).last().map_or(span.start(), |(at, _)| at);
    let after = text[span.end()..].char_indices().take(NEAR).take_while(|(_, c)| !parts(*c));
    let end = after.last().map_or(span.end(), |(at, c)| span.end() + at + c.len_utf8());
    (&text[start..span.start()], &text[span.end()..end])
}
