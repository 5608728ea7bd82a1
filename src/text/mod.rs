//! What a place in a text is: byte spans, lines and columns, kinds of characters, width.

mod position;
mod script;
mod span;

pub use position::{Lines, Position};
pub(crate) use script::beside_han;
pub use script::{Kind, is_han, is_han_mark, is_wide, kind, width};
pub use span::Span;

/// The first `most` characters of `text`, or as many as there are.
pub(crate) fn first_characters(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

/// The last `most` characters of `text`, or as many as there are.
pub(crate) fn last_characters(text: &str, most: usize) -> &str {
    text.char_indices().rev().take(most).last().map_or("", |(start, _)| &text[start..])
}
