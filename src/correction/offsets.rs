use crate::text::Span;

/// The places of a revision's text in the text before it, and the other way round.
///
/// Between edits the two texts are the same, so a place there maps by a constant shift. A place inside an edit maps to
/// all that the edit covers on the other side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offsets {
    /// For each applied edit what it covered in the old text and what it wrote in the new one; both rise.
    edits: Vec<(Span, Span)>,
}

impl Offsets {
    /// Notes that `old` was replaced by `new`. Edits come in rising order.
    pub(super) fn push(&mut self, old: Span, new: Span) {
        self.edits.push((old, new));
    }

    /// Where `span` of the new text stood in the old one.
    pub fn to_old(&self, span: Span) -> Span {
        self.map(span, |&(old, new)| (new, old))
    }

    /// Where `span` of the old text stands in the new one.
    pub fn to_new(&self, span: Span) -> Span {
        self.map(span, |&edit| edit)
    }

    fn map(&self, span: Span, sides: impl Fn(&(Span, Span)) -> (Span, Span)) -> Span {
        let start = match self.edits.partition_point(|edit| sides(edit).0.start() <= span.start()) {
            0 => span.start(),
            after => {
                let (from, to) = sides(&self.edits[after - 1]);
                if span.start() < from.end() { to.start() } else { span.start() - from.end() + to.end() }
            }
        };
        let end = match self.edits.partition_point(|edit| sides(edit).0.start() < span.end()) {
            0 => span.end(),
            after => {
                let (from, to) = sides(&self.edits[after - 1]);
                if span.end() <= from.end() { to.end() } else { span.end() - from.end() + to.end() }
            }
        };
        // An empty span where text was inserted: it starts after that text and ends before it.
        Span::new(start.min(end), start.max(end))
    }
}
