use crate::text::Span;

/// A span of a text, and what is to stand there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    span: Span,
    replacement: String,
}

impl Edit {
    /// Puts `replacement` in the place of what `span` covers.
    pub fn replace(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }

    /// Takes away what `span` covers.
    pub fn delete(span: Span) -> Self {
        Self { span, replacement: String::new() }
    }

    /// Puts `text` before the byte at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self { span: Span::at(offset), replacement: text.into() }
    }

    /// What is replaced; empty for an insertion.
    pub fn span(&self) -> Span {
        self.span
    }

    /// What is to stand there; empty for a deletion.
    pub fn replacement(&self) -> &str {
        &self.replacement
    }
}
