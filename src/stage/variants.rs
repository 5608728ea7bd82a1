//! Characters of one word in two scripts, which are no misreading of one another.

use std::sync::LazyLock;

use crate::adapter::opencc::{Configuration, Converter};
use crate::text::{Span, first_characters, is_han, last_characters};

/// Without it nothing is known of scripts.
static TO_SIMPLIFIED: LazyLock<Option<Converter>> = LazyLock::new(|| Converter::in_rust(Configuration::T2s).ok());

/// Whether `instead` is what stands at `span` in simplified script, and the text is in traditional: then to put it there is to
/// convert, which the stage of script does if it is asked to. In simplified text a traditional character is a misreading.
pub(super) fn is_conversion(text: &str, span: Span, instead: &str) -> bool {
    let Some(converter) = TO_SIMPLIFIED.as_ref() else { return false };
    let is_variant = || {
        let read = span.of(text);
        read != instead && converter.convert(read) == converter.convert(instead)
    };
    is_variant() && {
        let start = text[..span.start()].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[span.end()..].find('\n').map_or(text.len(), |newline| span.end() + newline);
        is_traditional(text, span, Span::new(start, end), converter)
            || is_traditional(text, span, Span::new(0, text.len()), converter)
    }
}

/// Whether so many characters of `part`, as far as it is near and apart from `span`, have a simplified form that the text is in
/// traditional script.
fn is_traditional(text: &str, span: Span, part: Span, converter: &Converter) -> bool {
    /// One character in so many. In traditional text it is one in three; what engines read of simplified text has one in fifty at
    /// most, but for single lines.
    const SHARE: usize = 10;
    /// Characters on either side: as many as most pages have. Chosen by hand.
    const NEAR: usize = 2_000;
    let before = last_characters(&text[part.start()..span.start()], NEAR);
    let after = first_characters(&text[span.end()..part.end()], NEAR);
    let around = [before, after].concat();
    let han = around.chars().filter(|c| is_han(*c)).count();
    let simplified = converter.convert(&around);
    let differing = around.chars().zip(simplified.chars()).filter(|(before, after)| before != after).count();
    differing > 0 && differing * SHARE >= han
}
