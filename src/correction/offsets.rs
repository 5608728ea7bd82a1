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

    /// What was replaced by what: spans of the old text, which rise, and those of the new one.
    pub fn edits(&self) -> &[(Span, Span)] {
        &self.edits
    }

    /// The places of the text after both this revision and `later`, which followed it. Edits of the two that meet become one.
    #[must_use]
    pub fn then(&self, later: &Self) -> Self {
        let (mut ours, mut theirs) = (self.edits.iter().peekable(), later.edits.iter().peekable());
        // Ends of the last edits that were passed, between which and the next all texts are the same.
        let ((mut old, mut ours_end), (mut theirs_end, mut new)) = ((0, 0), (0, 0));
        let mut both = Self::default();
        loop {
            let starts = [ours.peek().map(|(_, between)| between), theirs.peek().map(|(between, _)| between)];
            let Some(start) = starts.into_iter().flatten().map(|between| between.start()).min() else { return both };
            let (old_start, new_start) = (start - ours_end + old, start - theirs_end + new);
            let mut end = start;
            loop {
                if let Some((before, between)) = ours.next_if(|(_, between)| between.start() <= end) {
                    (old, ours_end) = (before.end(), between.end());
                    end = end.max(ours_end);
                } else if let Some((between, after)) = theirs.next_if(|(between, _)| between.start() <= end) {
                    (theirs_end, new) = (between.end(), after.end());
                    end = end.max(theirs_end);
                } else {
                    break;
                }
            }
            both.push(Span::new(old_start, end - ours_end + old), Span::new(new_start, end - theirs_end + new));
        }
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
