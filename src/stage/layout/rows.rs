//! Rows: what stands below one another in a table or a list, and does not go on from line to line.

use super::blocks::number;
use super::lines::Line;
use crate::text::{Kind, is_han, kind, width};

/// Marks those of a page's lines that are rows: the next or the one before is made alike.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    let rows: Vec<Row> = lines.iter().map(|line| Row::of(line.text)).collect();
    for (at, pair) in rows.windows(2).enumerate() {
        if !lines[at + 1].is_set_apart && pair[0].is_like(&pair[1]) {
            lines[at].is_row = true;
            lines[at + 1].is_row = true;
        }
    }
    for (at, three) in rows.windows(3).enumerate() {
        let counts_on = |one: &Row, next: &Row| one.number.zip(next.number).is_some_and(|(one, next)| one + 1 == next);
        let is_counted = counts_on(&three[0], &three[1]) && counts_on(&three[1], &three[2]);
        if is_counted || lines[at..at + 3].iter().all(|line| has_label(line.text)) {
            for line in &mut lines[at..at + 3] {
                line.is_row = true;
            }
        }
    }
}

/// Whether the two lines look like rows of one table.
pub(crate) fn are_alike(one: &str, next: &str) -> bool {
    Row::of(one).is_like(&Row::of(next))
}

/// How many cells a row has at least; two alone may be a line with a stray gap.
const FEWEST: usize = 3;

/// What of a line shows that it is a row.
struct Row {
    /// How many cells it has, which wide gaps part, if none of them is long.
    cells: usize,
    /// Whether it has two, of which the first is a date or the second a figure, or it begins with a time of day.
    is_told: bool,
    /// What it has between any blanks; nothing where a mark of sentences stands in it.
    parts: Option<Parts>,
    /// Whether it begins with a code, and several parts follow: B203 柳林水泥厂 水泥.
    has_code: bool,
    /// Whether it is a name, and figures to its end: 沈阳1.7-0.5, 原油 83.36美元/桶.
    has_figures: bool,
    /// The number that it begins with, if a name follows: 3云南白药.
    number: Option<u32>,
}

impl Row {
    fn of(text: &str) -> Self {
        /// The longest cell, in characters of full width, and the widest row that begins with a number; chosen by hand.
        const CELL: usize = 12;
        const NUMBERED: usize = 24;
        /// The widest row whose cells single blanks part.
        const ROW: usize = 40;
        let cells: Vec<&str> = cells(text).collect();
        let is_short = |cell: &&str| width(cell) <= 2 * CELL;
        let is_told = matches!(cells[..], [first, second] if is_date(first) || is_figure(second)) || is_timed(text);
        let is_sentence = text.contains(['，', '。', '；', '！', '？', ',']);
        let parts = (!is_sentence && width(text) <= 2 * ROW).then(|| Parts::of(text));
        let number = leading_number(text).filter(|_| width(text) <= 2 * NUMBERED);
        let count = if cells.iter().all(is_short) { cells.len() } else { 1 };
        let has_code = text.split_whitespace().next().is_some_and(is_code) && text.split_whitespace().count() >= FEWEST;
        Self { cells: count, is_told, parts, has_code, has_figures: has_figures(text), number }
    }

    /// Whether both are rows of one table.
    fn is_like(&self, next: &Self) -> bool {
        let are_parted_alike =
            || self.parts.as_ref().zip(next.parts.as_ref()).is_some_and(|(parts, next)| parts.are_like(next));
        self.cells >= FEWEST && self.cells == next.cells
            || are_parted_alike()
            || self.is_told && next.is_told
            || self.has_code && next.has_code
            || self.has_figures && next.has_figures
    }
}

/// What a line has between blanks.
struct Parts {
    count: usize,
    /// A bit for each of the first that is a figure.
    figures: u32,
    /// Whether one is a score: 70:69.
    has_score: bool,
}

impl Parts {
    fn of(text: &str) -> Self {
        let figures = (0..u32::BITS).zip(text.split_whitespace()).filter(|(_, part)| is_figure(part) || is_score(part));
        Self {
            count: text.split_whitespace().count(),
            figures: figures.fold(0, |bits, (at, _)| bits | 1 << at),
            has_score: text.split_whitespace().any(is_score),
        }
    }

    /// Whether both are the cells of rows: as many, with two figures in the same places, or one that both have a score.
    fn are_like(&self, next: &Self) -> bool {
        let alike = (self.figures & next.figures).count_ones();
        self.count >= FEWEST && self.count == next.count && (alike > 1 || alike > 0 && self.has_score && next.has_score)
    }
}

/// The parts of a line that wide gaps part: two blanks, or one of full width.
fn cells(text: &str) -> impl Iterator<Item = &str> {
    let is_parted = |gap: &str| gap.contains('\u{3000}') || gap.contains('\t') || gap.chars().count() > 1;
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let line = rest?;
        let mut from = 0;
        while let Some(at) = line[from..].find(|c| kind(c) == Kind::Blank) {
            let start = from + at;
            let after = line[start..].trim_start_matches(|c| kind(c) == Kind::Blank);
            let end = line.len() - after.len();
            if is_parted(&line[start..end]) && !after.is_empty() {
                rest = Some(after);
                return Some(&line[..start]);
            }
            from = end;
        }
        rest = None;
        Some(line)
    })
}

/// 1953年, 3月5日, 7:30, 2024.5
fn is_date(cell: &str) -> bool {
    let is_part = |c: char| {
        kind(c) == Kind::Digit || matches!(c, '年' | '月' | '日' | '时' | ':' | '：' | '.' | '—' | '-' | '至')
    };
    cell.starts_with(|c| kind(c) == Kind::Digit) && cell.chars().all(is_part) && cell.chars().count() > 1
}

/// 18:30 越州新闻
fn is_timed(text: &str) -> bool {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let hour = digits(text);
    let Some(rest) = text[hour..].strip_prefix([':', '：']).filter(|_| (1..=2).contains(&hour)) else { return false };
    digits(rest) == 2 && rest[2..].starts_with(|c| kind(c) == Kind::Blank || is_han(c))
}

/// B203, A118-2
fn is_code(cell: &str) -> bool {
    let digits = cell.trim_start_matches(|c: char| c.is_ascii_uppercase());
    (1..=2).contains(&(cell.len() - digits.len()))
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// 70:69
fn is_score(cell: &str) -> bool {
    let is_number = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    cell.split_once([':', '：', '∶', '-', '比']).is_some_and(|(home, guests)| is_number(home) && is_number(guests))
}

/// 12.5%, 3560元, -0.7
fn is_figure(cell: &str) -> bool {
    /// Of a unit or a sign, in characters.
    const REST: usize = 3;
    let is_part = |c: char| kind(c) == Kind::Digit || matches!(c, '.' | ',');
    cell.contains(|c| kind(c) == Kind::Digit) && cell.chars().filter(|&c| !is_part(c)).count() <= REST
}

/// Whether `text` is a name of a few characters and figures, with at least one decimal: 沈阳1.7-0.5, 南京医药 9.44, 原油 83.36美元/桶.
fn has_figures(text: &str) -> bool {
    /// Of a name and of a unit, in characters; chosen by hand.
    const NAME: std::ops::RangeInclusive<usize> = 2..=10;
    const UNIT: usize = 6;
    let is_word = |c: char| is_han(c) || kind(c) == Kind::Letter || matches!(c, '/' | '（' | '）' | '(' | ')');
    let rest = text.trim_start_matches(|c| kind(c) == Kind::Digit);
    let with_unit = rest.trim_start_matches(is_word);
    let name = &rest[..rest.len() - with_unit.len()];
    let figures = with_unit.trim_end_matches(is_word);
    let unit = &with_unit[figures.len()..];
    let is_part = |c: char| {
        matches!(kind(c), Kind::Digit | Kind::Blank)
            || matches!(c, '.' | '．' | '·' | '-' | '－' | '+' | '＋' | '%' | '％' | ',')
    };
    // Without a blank a figure and its unit may be part of a sentence: 总产达到3.2万吨.
    let stands_apart = unit.is_empty() || figures.starts_with(|c| kind(c) == Kind::Blank);
    NAME.contains(&name.chars().count())
        && unit.chars().count() <= UNIT
        && stands_apart
        && figures.chars().all(is_part)
        && figures.contains(|c| kind(c) == Kind::Digit)
        && figures.contains(['.', '．', '·'])
}

/// Whether `text` begins with a word of two or three characters and a colon, as entries of one list do.
fn has_label(text: &str) -> bool {
    let name = text.trim_start_matches(is_han);
    let label = &text[..text.len() - name.len()];
    (2..=3).contains(&label.chars().count()) && name.trim_start().starts_with(['：', ':'])
}

/// The number of one or two digits that `text` begins with, if a name follows it and no unit.
fn leading_number(text: &str) -> Option<u32> {
    /// What is counted or dated by the number before it.
    const UNITS: &str = "年月日号时点分秒个名家人次件条项亿万千百十多余元角块米里公亩吨斤岁届期级位支只头台座所辆套本张处间户村镇县市省天周度倍成种类份场组队";
    let rest = text.trim_start_matches(|c| kind(c) == Kind::Digit);
    let digits = &text[..text.len() - rest.len()];
    let name = rest.trim_start_matches(|c| kind(c) == Kind::Blank);
    let is_name = name.starts_with(|c| is_han(c) && !UNITS.contains(c));
    (is_name && (1..=2).contains(&digits.chars().count())).then(|| number(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, next: &str, expected: bool) {
        assert_eq!(Row::of(one).is_like(&Row::of(next)), expected, "{one} | {next}");
    }

    #[test]
    fn rows_of_a_table_have_as_many_cells_or_tell_alike() {
        check("21日  多云      14～25℃    3级", "22日  雷阵雨    13～22℃    5级", true);
        check("1953年　调河口小学", "1978年　任校长", true);
        check("粮食产量　3560吨", "水产品　208吨", true);
        check("沈阳1.7-0.5", "大连0.6-1.9", true);
        check("柳林纸浆 6,215.50元/吨", "清河（统货） 38.00", true);
        check("002 清河水泥 12.05 4.33%", "003 柳林电子 9.87 -1.80%", true);
        check("18:30 清河新闻", "19:05 天气预报", true);
        check("出口 53.9亿美元 11.4%", "CPI 101.7 1.7%", true);
        check("B203 柳林水泥厂 水泥", "C118-2 石门农机制造公司 播种机", true);
        check("清河 70:69 柳林", "石门 3:2 东河", true);
    }

    #[test]
    fn text_with_a_gap_or_a_figure_is_no_row() {
        check("村里的老人  都记得那场大水", "漫过河堤以后  的情形", false);
        check("今年夏粮总产达到3.2", "万吨，比去年增加0.4", false);
        check("夏粮总产达到3.2万吨", "秋粮达到4.1万吨", false);
        check("全县 3 个乡镇", "新建 5 座大桥", false);
        check("清河队以 3:2 胜，", "柳林队以 1:0 胜。", false);
        check("G342 国道 柳林段", "石门段 昨天 通车", false);
        check("记者 张三 通讯员 李四", "摄影 王五 编辑 赵六", false);
    }

    #[test]
    fn a_number_before_a_name_is_an_item_and_before_a_unit_is_none() {
        assert_eq!(leading_number("3云南白药39.82"), Some(3));
        assert_eq!(leading_number("１２海信电器"), Some(12));
        assert_eq!(leading_number("3月以来"), None);
        assert_eq!(leading_number("1998年"), None);
        assert_eq!(leading_number("甲3"), None);
    }
}
