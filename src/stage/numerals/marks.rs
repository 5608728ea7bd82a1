use super::has_unit;
use crate::correction::{Confidence, Correction, Edit, Evidence, Rule};
use crate::text::Span;

/// Proposes half-width marks inside numbers.
pub(super) fn propose(text: &str, corrections: &mut Vec<Correction>) {
    let numbers: Vec<Number<'_>> = numbers(text);
    let sets_times_wide = sets_times_wide(&numbers);
    for number in &numbers {
        for (at, &mark) in number.marks.iter().enumerate() {
            let (half, probability) = match mark.is {
                // 1．2022年 is the head of a list.
                '．' if number.is_item() => continue,
                '．' => (".", 0.97),
                '，' if number.groups > at && number.is_amount() => (",", 0.96),
                '：' if number.is_time() => (":", if !sets_times_wide && number.is_clock() { 0.96 } else { 0.7 }),
                // 41。3亿: which of two sentences' digits would stand so close?
                '。' if at + 1 == number.marks.len() && has_unit(number.after()) => (".", 0.85),
                _ => continue,
            };
            corrections.push(Correction::new(
                Rule::NumberMark,
                Edit::replace(Span::new(mark.at, mark.at + mark.is.len_utf8()), half),
                Confidence::new(probability),
                vec![Evidence::Neighbours {
                    left: text[..mark.at].chars().next_back(),
                    right: text[mark.at + mark.is.len_utf8()..].chars().next(),
                }],
            ));
        }
    }
}

/// Half-width digits with marks of either width between them: 6，215．5.
struct Number<'t> {
    text: &'t str,
    span: Span,
    marks: Vec<Mark>,
    /// How many digits stand before the first mark, between the marks, and after the last.
    digits: Vec<usize>,
    /// How many of the marks from the first on may part groups of three digits.
    groups: usize,
}

#[derive(Clone, Copy)]
struct Mark {
    at: usize,
    is: char,
}

/// The numbers of `text` that have a mark in them.
fn numbers(text: &str) -> Vec<Number<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    // The full-width marks begin with 0xEF, 。 with 0xE3.
    while let Some(offset) = memchr::memchr3(0xEF, 0xE3, b':', &bytes[from..]) {
        let at = from + offset;
        from = at + 1;
        if at == 0 || !bytes[at - 1].is_ascii_digit() || inner_mark(text, at).is_none() {
            continue;
        }
        let number = Number::around(text, at);
        from = number.span.end().max(from);
        found.push(number);
    }
    found
}

/// The mark at the byte `at`, if digits follow it.
fn inner_mark(text: &str, at: usize) -> Option<Mark> {
    let is = text[at..].chars().next().filter(|c| matches!(c, '．' | '，' | '：' | '。' | '.' | ',' | ':'))?;
    text.as_bytes().get(at + is.len_utf8())?.is_ascii_digit().then_some(Mark { at, is })
}

impl<'t> Number<'t> {
    /// The number that has a mark at `at`, the first one of full width or the first colon.
    fn around(text: &'t str, at: usize) -> Self {
        let head = text[..at].trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        let start = at - text[head.len()..at].trim_start_matches(['.', ',']).len();
        let mut number = Self { text, span: Span::new(start, start), marks: Vec::new(), digits: Vec::new(), groups: 0 };
        let mut end = start;
        loop {
            let digits = text[end..].bytes().take_while(u8::is_ascii_digit).count();
            number.digits.push(digits);
            end += digits;
            let Some(mark) = inner_mark(text, end) else { break };
            number.marks.push(mark);
            end += mark.is.len_utf8();
        }
        number.span = Span::new(start, end);
        number.groups = groups(&number.marks, &number.digits);
        number
    }

    fn before(&self) -> &'t str {
        &self.text[..self.span.start()]
    }

    fn after(&self) -> &'t str {
        &self.text[self.span.end()..]
    }

    /// Whether it is one amount rather than several listed numbers: groups, at most one decimal point, and a unit.
    fn is_amount(&self) -> bool {
        let rest = &self.marks[self.groups..];
        let has_point = matches!(rest, [mark] if matches!(mark.is, '.' | '．' | '。'));
        (rest.is_empty() || has_point) && has_unit(self.after()) && !self.before().ends_with(['，', '、', ',', '第'])
    }

    /// Whether it is the number of a list's item and what the item begins with.
    fn is_item(&self) -> bool {
        self.digits[0] <= 2
            && self.digits[1] >= 3
            && (self.before().is_empty() || self.before().ends_with(['\n', '；', '。', ' ', '\u{3000}']))
    }

    /// Whether it can be hours and minutes.
    fn is_time(&self) -> bool {
        if self.marks.len() != 1 {
            return false;
        }
        let number = self.span.of(self.text);
        let Some((hour, minute)) = number.split_once(['：', ':']) else { return false };
        let below = |digits: &str, bound: u32| digits.parse::<u32>().is_ok_and(|value| value < bound);
        (1..=2).contains(&hour.len()) && minute.len() == 2 && below(hour, 24) && below(minute, 60)
    }

    /// Whether a day or an hour of the day stands before it, or it is one end of a span of time. Results of matches read
    /// like times: 21：17.
    fn is_clock(&self) -> bool {
        const DASHES: [char; 5] = ['—', '-', '－', '～', '至'];
        let (before, after) = (self.before(), self.after());
        let is_digit = |c: char| c.is_ascii_digit();
        before.ends_with(['日', '午', '晚', '晨', '早', '夜'])
            || before.ends_with("时间")
            || before.ends_with(DASHES) && before.trim_end_matches(DASHES).ends_with(is_digit)
            || after.starts_with(DASHES) && after.trim_start_matches(DASHES).starts_with(is_digit)
    }
}

/// How many of `marks` from the first on may part groups of three digits; `digits` are those around them.
fn groups(marks: &[Mark], digits: &[usize]) -> usize {
    let [1..=3, digits @ ..] = digits else { return 0 };
    let parts = marks.iter().zip(digits);
    parts.take_while(|(mark, digits)| matches!(mark.is, '，' | ',') && **digits == 3).count()
}

/// Whether the page sets its times with a full-width colon, as many do: three at least, and none with a half-width one.
/// Chosen by hand.
fn sets_times_wide(numbers: &[Number<'_>]) -> bool {
    let times = |mark: char| numbers.iter().filter(|number| number.is_time() && number.marks[0].is == mark).count();
    times('：') >= 3 && times(':') == 0
}
