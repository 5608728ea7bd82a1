use std::ops::Range;

use serde::Serialize;

use super::lines::{Line, is_comma};
use crate::text::{Kind, Span, is_han, kind};

/// What a block of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// The title of an article.
    Headline,
    /// A line above a headline, or below it, that goes with it.
    Kicker,
    /// A heading inside an article.
    Section,
    /// Who wrote it.
    Byline,
    /// What sums an article up ahead of it.
    Lead,
    /// Running text.
    Body,
    /// What stands below a picture.
    Caption,
    /// Lines of a poem or a song.
    Verse,
    /// An item of a list.
    List,
    /// A row of figures.
    Table,
    /// What belongs to the page and not to an article: running head, page number, credits, jump lines, advertisements of the
    /// paper itself.
    Furniture,
}

/// How many kinds there are.
const KINDS: usize = 11;

impl BlockKind {
    /// All of them.
    pub const ALL: [Self; KINDS] = [
        Self::Headline,
        Self::Kicker,
        Self::Section,
        Self::Byline,
        Self::Lead,
        Self::Body,
        Self::Caption,
        Self::Verse,
        Self::List,
        Self::Table,
        Self::Furniture,
    ];

    /// Whether it is text that runs from line to line: what can break off, and go on elsewhere.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Lead | Self::Body | Self::List)
    }
}

/// Lines that stand together as one paragraph, heading, caption and so on.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Its lines, as indices into the page's lines.
    pub lines: Range<usize>,
    /// From its first visible character to its last.
    pub span: Span,
    /// What it most likely is.
    pub kind: BlockKind,
    /// How probable that is, given the model below.
    pub confidence: f32,
    /// How probable it is that it is text that runs from line to line.
    pub running: f32,
}

/// How probable each kind is for each line, and for each line end that the next line belongs to the same block.
///
/// A hidden Markov model: lines are drawn from kinds, kinds follow one another with some likelihood, and whether two lines
/// are one block is what the trees of line ends say of it, corrected by the kinds. Forwards and backwards once, so the
/// time is linear in the lines.
#[derive(Debug)]
pub struct Kinds {
    /// By line.
    lines: Vec<[f32; KINDS]>,
    /// By line end, how probable it is that the next line belongs to the same block.
    same: Vec<f32>,
}

/// Nats by which a line speaks for each kind when a witness is there. Chosen by hand, not fitted: the kinds serve as
/// one witness among others where text is joined or moved, and decide alone only about furniture.
struct Witness {
    is_there: fn(&Line<'_>) -> bool,
    weights: [f32; KINDS],
}

#[rustfmt::skip]
const WITNESSES: &[Witness] = &[
    //                                             headline kicker section byline lead  body  caption verse list  table furniture
    Witness { is_there: |line| line.width > 32.0,          weights: [-3.0, -3.0, -5.0, -4.0, 0.3, 0.0, -2.0, -5.0, -0.5, -1.0, -3.0] },
    Witness { is_there: |line| line.width > 64.0,          weights: [-4.0, -4.0, -5.0, -4.0, 0.0, 0.0, -2.0, -5.0, -0.5, -2.0, -4.0] },
    Witness { is_there: |line| line.is_closed,             weights: [-2.5, -2.5, -4.0, -3.0, 0.2, 0.2, -0.5, -0.5, 0.0, -2.0, -3.0] },
    Witness { is_there: |line| is_comma(line.last),        weights: [-3.0, -2.0, -4.0, -4.0, -1.0, 0.0, -3.0, 0.5, 0.3, -2.0, -3.0] },
    Witness { is_there: |line| line.has_inner_mark,        weights: [-1.2, -1.0, -2.5, -2.5, 0.2, 0.3, -0.5, -1.0, 0.0, -1.0, -2.0] },
    Witness { is_there: |line| line.has_inner_stop,        weights: [-3.0, -3.0, -5.0, -4.0, 0.2, 0.2, -0.7, -3.0, -0.5, -3.0, -2.0] },
    Witness { is_there: |line| line.leaves_open,           weights: [-1.0, -1.0, -2.0, -1.0, 0.0, 0.0, -1.0, -1.0, 0.0, -1.0, -1.0] },
    Witness { is_there: is_heading_like,                   weights: [2.0, 1.5, 2.0, 0.0, -1.0, -1.0, 0.7, 0.5, 0.0, 0.0, 0.0] },
    Witness { is_there: |line| line.width < 9.5,           weights: [-1.0, -1.0, 0.5, 0.0, -2.0, 0.0, 0.0, 0.3, -0.5, 0.3, 0.7] },
    Witness { is_there: |line| line.is_byline_alone(),     weights: [-2.0, -2.0, -2.0, 6.0, -1.0, 0.0, -1.0, -2.0, -2.0, -2.0, 0.0] },
    Witness { is_there: |line| line.is_caption,            weights: [-2.0, -2.0, -2.0, 0.0, -2.0, -1.0, 5.0, -2.0, -2.0, -2.0, 0.0] },
    Witness { is_there: is_scene,                          weights: [-1.0, -1.0, -1.0, 0.0, -1.0, -1.0, 3.0, 0.0, -1.0, 0.0, 0.0] },
    Witness { is_there: |line| line.is_credit,             weights: [-3.0, -3.0, -3.0, 0.5, -3.0, -2.0, -1.0, -3.0, -3.0, -2.0, 8.0] },
    Witness { is_there: |line| line.is_jump,               weights: [-3.0, -3.0, -3.0, -3.0, -3.0, -3.0, -3.0, -3.0, -3.0, -3.0, 6.0] },
    Witness { is_there: is_short_running_head,             weights: [-2.0, -2.0, -2.0, -2.0, -2.0, -2.0, -2.0, -2.0, -2.0, -0.5, 6.5] },
    Witness { is_there: is_promotion,                      weights: [-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, 6.0] },
    Witness { is_there: is_enumerated,                     weights: [-1.0, -1.0, 1.0, -3.0, -1.0, 0.0, -2.0, -2.0, 3.0, 0.0, -1.0] },
    Witness { is_there: |line| line.is_row || is_tabular(line),                        weights: [-2.0, -2.0, -2.0, -1.0, -3.0, -3.0, -1.0, -3.0, 0.0, 3.5, 1.0] },
    Witness { is_there: |line| !line.has_han,              weights: [-3.0, -3.0, -3.0, -3.0, -3.0, -2.5, -3.0, -3.0, -2.0, 0.5, 1.5] },
];

/// What a line costs each kind before anything is seen of it; chosen by hand.
const PRIOR: [f32; KINDS] = [-2.0, -3.0, -2.5, -3.0, -2.5, 0.0, -3.0, -3.5, -2.5, -4.0, -3.0];

/// Furniture is no wider, in characters: wider lines are not looked for in other pages. Chosen by hand.
pub(super) const WIDEST_FURNITURE: f64 = 40.0;

/// What a recurring line speaks for furniture, in nats; chosen by hand.
const RECURS: f32 = 5.0;

/// How readily a block of one kind, a row, is followed by a block of another; in nats, chosen by hand.
#[rustfmt::skip]
const FOLLOWS: [[f32; KINDS]; KINDS] = [
    //  headline kicker section byline lead body caption verse list table furniture
    [-1.5, -2.0, -1.5, 0.0, -0.3, -0.7, -2.0, -2.0, -2.0, -3.0, -2.0], // headline
    [0.0, -3.0, -4.0, -2.0, -2.0, -3.0, -3.0, -4.0, -4.0, -4.0, -3.0], // kicker
    [-3.0, -3.0, -3.0, -3.0, -3.0, 0.0, -3.0, -2.0, -1.0, -2.0, -3.0], // section
    [-2.0, -2.0, -1.0, -3.0, -0.7, 0.0, -2.0, -2.0, -2.0, -3.0, -2.0], // byline
    [-1.5, -2.0, -1.5, -0.5, -1.0, -0.3, -1.5, -3.0, -2.0, -3.0, -1.5], // lead
    [-1.2, -1.7, -1.2, -2.5, -2.0, 0.0, -1.5, -3.0, -1.5, -3.0, -1.5], // body
    [-1.2, -1.7, -2.0, -2.0, -2.0, -0.7, -0.5, -3.0, -2.0, -3.0, -1.2], // caption
    [-2.0, -2.5, -3.0, -2.0, -3.0, -1.5, -2.5, 0.5, -3.0, -4.0, -2.0], // verse
    [-1.5, -2.0, -2.0, -2.5, -3.0, -0.7, -2.0, -4.0, 0.5, -3.0, -2.0], // list
    [-1.5, -2.0, -2.0, -2.0, -3.0, -1.0, -2.0, -4.0, -2.0, 0.7, -1.5], // table
    [-0.7, -1.0, -2.0, -2.0, -2.0, -0.5, -1.2, -3.0, -2.0, -2.0, -0.5], // furniture
];

/// How much a kind speaks for two lines of it being one block, beside what the trees say; in nats, chosen by hand.
const STAYS: [f32; KINDS] = [-0.7, -0.7, -1.5, -3.0, 0.0, 0.0, -0.5, -4.0, 0.0, -4.0, -2.0];

impl Kinds {
    /// Of `lines`, where `goes_on` gives the log-odds that a line goes on in the next, and `recurs` says which lines stand on
    /// many pages of the batch.
    pub fn of(lines: &[Line<'_>], goes_on: &[f64], mut recurs: impl FnMut(&Line<'_>) -> bool) -> Self {
        let follows = FOLLOWS.map(|row| row.map(f32::exp));
        let stays = STAYS.map(f32::exp);
        let emitted: Vec<[f32; KINDS]> = lines.iter().map(|line| emission(line, recurs(line))).collect();
        let joined: Vec<f32> = goes_on.iter().map(|&odds| 1.0 / (1.0 + (-odds as f32).exp())).collect();

        let mut forward = emitted.clone();
        forward.first_mut().into_iter().for_each(normalise);
        for at in 1..lines.len() {
            let before = forward[at - 1];
            let row = &mut forward[at];
            for (to, value) in row.iter_mut().enumerate() {
                let parted: f32 = (0..KINDS).map(|from| before[from] * follows[from][to]).sum();
                *value *= joined[at - 1] * stays[to] * before[to] + (1.0 - joined[at - 1]) * parted;
            }
            normalise(row);
        }

        let mut same = vec![0.0; lines.len().saturating_sub(1)];
        let mut backward = [1.0; KINDS];
        let mut posterior = forward.clone();
        for at in (1..lines.len()).rev() {
            let after: [f32; KINDS] = std::array::from_fn(|kind| emitted[at][kind] * backward[kind]);
            let mut now = [0.0; KINDS];
            let mut stayed = 0.0;
            for (from, value) in now.iter_mut().enumerate() {
                let parted: f32 = (0..KINDS).map(|to| follows[from][to] * after[to]).sum();
                let together = joined[at - 1] * stays[from] * after[from];
                *value = together + (1.0 - joined[at - 1]) * parted;
                stayed += forward[at - 1][from] * together;
            }
            let total: f32 = (0..KINDS).map(|from| forward[at - 1][from] * now[from]).sum();
            same[at - 1] = if total > 0.0 { stayed / total } else { joined[at - 1] };
            normalise(&mut now);
            backward = now;
            for (value, weight) in posterior[at - 1].iter_mut().zip(backward) {
                *value *= weight;
            }
            normalise(&mut posterior[at - 1]);
        }
        Self { lines: posterior, same }
    }

    /// The blocks of `lines`; `parts` says at which line ends a block ends even if its kind goes on.
    pub fn blocks(&self, lines: &[Line<'_>], parts: impl Fn(usize) -> bool) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut start = 0;
        for end in 1..=lines.len() {
            if end < lines.len() && self.same[end - 1] > 0.5 && !parts(end - 1) {
                continue;
            }
            let mut mean = [0.0; KINDS];
            for line in &self.lines[start..end] {
                for (sum, value) in mean.iter_mut().zip(line) {
                    *sum += value / (end - start) as f32;
                }
            }
            let best = (0..KINDS).max_by(|&a, &b| mean[a].total_cmp(&mean[b])).unwrap_or_default();
            let running = BlockKind::ALL.iter().zip(mean).filter(|(kind, _)| kind.is_running()).map(|(_, p)| p).sum();
            blocks.push(Block {
                lines: start..end,
                span: Span::new(lines[start].span.start(), lines[end - 1].span.end()),
                kind: BlockKind::ALL[best],
                confidence: mean[best],
                running,
            });
            start = end;
        }
        blocks
    }
}

fn emission(line: &Line<'_>, recurs: bool) -> [f32; KINDS] {
    let mut nats = PRIOR;
    for witness in WITNESSES.iter().filter(|witness| (witness.is_there)(line)) {
        for (sum, weight) in nats.iter_mut().zip(witness.weights) {
            *sum += weight;
        }
    }
    if recurs {
        nats[BlockKind::Furniture as usize] += RECURS;
    }
    nats.map(f32::exp)
}

fn normalise(values: &mut [f32; KINDS]) {
    let sum: f32 = values.iter().sum();
    // What is next to impossible for every kind says nothing.
    *values = if sum > f32::MIN_POSITIVE { values.map(|value| value / sum) } else { [1.0 / KINDS as f32; KINDS] };
}

/// Short, without a mark that text has.
pub(super) fn is_heading_like(line: &Line<'_>) -> bool {
    line.width <= 26.0 && !line.is_closed && !line.has_inner_mark && !is_comma(line.last)
}

fn is_short_running_head(line: &Line<'_>) -> bool {
    line.is_running_head && line.width < 30.0 && !line.is_closed
}

/// What pictures show, as captions word it.
fn is_scene(line: &Line<'_>) -> bool {
    const ENDS: &[&str] = &["图", "现场", "资料图", "资料图片", "全景", "一角", "供图", "摄影"];
    line.width < 20.0 && ENDS.iter().any(|end| line.text.trim_end_matches(['）', ')', '。']).ends_with(end))
}

/// What a paper says of itself, in a line by itself unless the column's width cut it.
pub(super) fn is_promotion(line: &Line<'_>) -> bool {
    const WORDS: &[&str] =
        &["扫码", "扫描", "二维码", "客户端", "公众号", "热线", "熱線", "邮箱", "订阅", "壹点", "投稿", "广告", "廣告"];
    line.width < 24.0 && !line.is_closed && WORDS.iter().any(|word| line.text.contains(word))
}

/// Whether a line tells one thing and what it is called: 电话：0531-8000000, 地址：幸福路3号. How long either may be is
/// chosen by hand.
pub(super) fn is_entry(line: &Line<'_>) -> bool {
    const LONGEST_LABEL: usize = 10;
    if line.width >= 32.0 || line.is_closed {
        return false;
    }
    let Some((label, told)) = line.text.split_once(['：', ':']) else { return false };
    let is_label = (2..=LONGEST_LABEL).contains(&label.chars().count()) && label.chars().all(is_han);
    is_label && !told.contains(['，', '。', '“']) && !told.trim().is_empty()
}

/// Whether a line is a name and what is told of it in brackets: 食珍村（西渠镇）. How long either may be is chosen by hand.
pub(super) fn is_bracketed_entry(line: &Line<'_>) -> bool {
    let Some((name, told)) = line.text.split_once(['（', '(']) else { return false };
    let Some(told) = told.strip_suffix(['）', ')']) else { return false };
    let is_within = |text: &str, most: usize| (2..=most).contains(&text.chars().count()) && text.chars().all(is_han);
    is_within(name, 10) && is_within(told, 12)
}

/// Whether a line begins as the title of a table: 表1 …
pub(super) fn is_table_title(line: &Line<'_>) -> bool {
    let number = line.text.strip_prefix(['表', '图']);
    number.is_some_and(|text| text.starts_with(|c| kind(c) == Kind::Digit)) && !line.is_closed && !line.has_inner_mark
}

/// Whether a line begins with where to call or write: 投稿邮箱：…, 咨询电话：…
pub(super) fn is_contact(line: &Line<'_>) -> bool {
    const LONGEST_LABEL: usize = 6;
    const WAYS: &[&str] = &["电话", "热线", "传真", "邮箱", "信箱", "邮编", "网址", "微信", "地址"];
    let Some((label, _)) = line.text.split_once(['：', ':']) else { return false };
    label.chars().count() <= LONGEST_LABEL && WAYS.iter().any(|way| label.ends_with(way))
}

/// Whether a line is a date and no more, as it stands below a letter or a notice: 2023年9月26日, 四月十六日.
pub(super) fn is_date_alone(line: &Line<'_>) -> bool {
    let is_figure = |c: char| "〇○零一二三四五六七八九十".contains(c) || kind(c) == Kind::Digit;
    let is_number = |text: &str, most: usize| (1..=most).contains(&text.chars().count()) && text.chars().all(is_figure);
    let (year, rest) = line.text.split_once('年').map_or((None, line.text), |(year, rest)| (Some(year), rest));
    let Some((month, day)) = rest.strip_suffix('日').and_then(|rest| rest.split_once('月')) else { return false };
    year.is_none_or(|year| is_number(year, 4)) && is_number(month, 2) && is_number(day, 3)
}

/// 一、 （二） 3. ④ 第五， 图① ［6］
fn is_enumerated(line: &Line<'_>) -> bool {
    item_number(line).is_some()
}

/// Whether `next` starts the item of a list that comes after the one that `line` starts: 一、 and 二、
pub(super) fn is_next_item(line: &Line<'_>, next: &Line<'_>) -> bool {
    item_number(line).zip(item_number(next)).is_some_and(|(number, after)| number + 1 == after)
}

/// The number of the item of a list that a line starts.
fn item_number(line: &Line<'_>) -> Option<u32> {
    let caption = line.text.strip_prefix('图');
    let text = caption.unwrap_or(line.text);
    if let Some(circled @ '①'..='⑳') = text.chars().next() {
        return Some(u32::from(circled) - u32::from('①') + 1);
    }
    let text = text.trim_start_matches(['（', '(', '第', '［', '[', '〔']);
    let is_figure = |c: char| "一二三四五六七八九十".contains(c) || kind(c) == Kind::Digit;
    let rest = text.trim_start_matches(is_figure);
    let figures = &text[..text.len() - rest.len()];
    let is_item = (1..=2).contains(&figures.chars().count())
        && (rest.starts_with(['、', '）', ')', '.', '．', '，', '］', ']', '〕'])
            || caption.is_some() && rest.starts_with(['：', ':']))
        && !rest.chars().nth(1).is_some_and(|c| kind(c) == Kind::Digit);
    is_item.then(|| number(figures))
}

/// The number that one or two figures write: 7, 12, 七, 十二, 二十.
pub(super) fn number(figures: &str) -> u32 {
    let value = |digits: &str, c: char| digits.chars().zip(0..).find(|(digit, _)| *digit == c).map_or(0, |(_, at)| at);
    figures.chars().fold(0, |number, c| match c {
        '十' => number.max(1) * 10,
        '0'..='9' => number * 10 + value("0123456789", c),
        '０'..='９' => number * 10 + value("０１２３４５６７８９", c),
        _ => number + value("〇一二三四五六七八九", c),
    })
}

/// Figures in rows: several gaps, or mostly digits.
fn is_tabular(line: &Line<'_>) -> bool {
    if line.width > 48.0 || line.has_inner_stop {
        return false;
    }
    let (mut digits, mut visible, mut gaps) = (0, 0, 0);
    let mut is_gap = false;
    for c in line.text.chars() {
        let is_blank = kind(c) == Kind::Blank;
        gaps += usize::from(is_blank && !is_gap);
        is_gap = is_blank;
        digits += usize::from(kind(c) == Kind::Digit);
        visible += usize::from(!is_blank);
    }
    visible >= 4 && (digits * 2 > visible && gaps >= 1 || gaps >= 3 && digits * 4 > visible)
}
