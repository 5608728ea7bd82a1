//! Characters of one word in two scripts, which are no misreading of one another.

use std::sync::LazyLock;

use crate::adapter::opencc::{Configuration, Converter};
use crate::text::{Span, is_han};

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
        let line = [&text[start..span.start()], &text[span.end()..end]].concat();
        is_traditional(&line, converter) || is_traditional(text, converter)
    }
}

/// Whether so many characters of `text` have a simplified form that it is in traditional script.
fn is_traditional(text: &str, converter: &Converter) -> bool {
    /// One character in so many. In traditional text it is one in three; what engines read of simplified text has one in fifty at
    /// most, but for single lines.
    const SHARE: usize = 10;
    let han = text.chars().filter(|c| is_han(*c)).count();
    let simplified = converter.convert(text);
    let differing = text.chars().zip(simplified.chars()).filter(|(before, after)| before != after).count();
    differing > 0 && differing * SHARE >= han
}
