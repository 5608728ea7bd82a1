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
        let before = last_characters(&text[..span.start()], NEAR);
        let after = first_characters(&text[span.end()..], NEAR);
        let line_before = before.rsplit('\n').next().unwrap_or_default();
        let line_after = after.split('\n').next().unwrap_or_default();
        is_traditional(&[line_before, line_after].concat(), converter)
            || is_traditional(&[before, after].concat(), converter)
    }
}

/// `text` in simplified script, where that is another.
pub(super) fn simplified(text: &str) -> Option<String> {
    let converted = TO_SIMPLIFIED.as_ref()?.convert(text);
    (converted != text).then_some(converted)
}

/// How far the text is looked at on either side, in characters: as many as most pages have. Chosen by hand.
const NEAR: usize = 2_000;

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
