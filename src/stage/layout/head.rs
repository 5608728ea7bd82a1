//! The running head: what stands above a page's articles, or below them, and belongs to none of them.
//!
//! Engines read its parts, which stand far apart, as lines of their own. These are so short and so unlike sentences that neither widths
//! nor the language tell that they belong together; what they are does.

use std::ops::RangeInclusive;

use super::lines::{Line, is_closer, is_opener};
use crate::text::{Kind, is_han, kind};

/// What a running head is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// 2021年3月5日, 2021.3.5, 20210305
    Date,
    /// 星期五
    Weekday,
    /// A03, 第3版
    PageNumber,
    /// 要闻
    Section,
    /// 鲁中晨报, 今日章丘
    Paper,
}

/// No running head was read as more lines; chosen by hand.
const MOST_LINES: usize = 6;

/// Marks those of a page's lines that are parts of its running head.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    let above = parts(lines.iter());
    let below = parts(lines[above.len()..].iter().rev());
    let is_head = above.iter().flatten().any(|part| matches!(part, Part::Date | Part::PageNumber));
    // With a date alone the paper may have signed a notice.
    let is_foot = below.iter().flatten().any(|part| *part == Part::PageNumber);
    let ends = lines.len() - below.len();
    for (at, line) in lines.iter_mut().enumerate() {
        line.is_head_part = is_head && at < above.len() || is_foot && at >= ends;
        line.is_running_head |= line.is_head_part;
    }
}

/// The parts of each of `lines`, up to the first that holds anything else.
fn parts<'l, 't: 'l>(lines: impl Iterator<Item = &'l Line<'t>>) -> Vec<Vec<Part>> {
    lines.take(MOST_LINES).map_while(|line| parts_of(line.text)).collect()
}

/// The parts that `text` consists of.
fn parts_of(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_matches(is_between);
    while !rest.is_empty() {
        let (part, after) = first_part(rest)?;
        parts.push(part);
        rest = after.trim_start_matches(is_between);
    }
    (!parts.is_empty()).then_some(parts)
}

/// Whether `c` may stand between two parts: a blank, a rule, or a speck.
fn is_between(c: char) -> bool {
    match kind(c) {
        Kind::Blank => true,
        Kind::Mark => !is_opener(c) && !is_closer(c) || c == '"',
        _ => c == '一',
    }
}

/// The part that `text` begins with, and what follows it.
fn first_part(text: &str) -> Option<(Part, &str)> {
    let as_part = |part: Part| move |rest| (part, rest);
    after_date(text)
        .map(as_part(Part::Date))
        .or_else(|| after_weekday(text).map(as_part(Part::Weekday)))
        .or_else(|| after_page_number(text).map(as_part(Part::PageNumber)))
        .or_else(|| SECTIONS.iter().find_map(|section| text.strip_prefix(section)).map(as_part(Part::Section)))
        .or_else(|| after_paper(text).map(as_part(Part::Paper)))
}

fn after_date(text: &str) -> Option<&str> {
    if let Some("日") = after_digits(text, 1..=2) {
        return Some("");
    }
    let year = ["20", "2O", "19"].iter().find_map(|century| text.strip_prefix(century))?;
    let month = after_digits(year, 2..=2)?;
    if let Some(rest) = after_digits(month, 4..=4) {
        return Some(rest);
    }
    let (first, second, last) = match month.chars().next()? {
        '年' => ('年', '月', "日"),
        mark @ ('.' | '．' | '·' | '-') => (mark, mark, ""),
        _ => return None,
    };
    let after_month = after_digits(month.strip_prefix(first)?, 1..=2)?.strip_prefix(second)?;
    let after_day = after_digits(after_month, 1..=2).and_then(|rest| rest.strip_prefix(last));
    // The day may stand in a line of its own.
    after_day.or_else(|| Some(after_month).filter(|rest| second == '月' && rest.is_empty()))
}

fn after_weekday(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix("星期")?.chars();
    rest.next().filter(|&c| is_han(c))?;
    Some(rest.as_str())
}

fn after_page_number(text: &str) -> Option<&str> {
    if let Some(number) = text.strip_prefix(['A', 'B', 'C', 'D']) {
        let rest = after_digits(number, 2..=2)?;
        return (!rest.starts_with(|c: char| c.is_ascii_alphanumeric()) || after_date(rest).is_some()).then_some(rest);
    }
    if after_digits(text, 2..=2) == Some("") {
        return Some("");
    }
    let number = text.strip_prefix('第').unwrap_or(text);
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let digits = number[..number.len() - rest.len()].chars().count();
    rest.strip_prefix('版').filter(|_| (1..=3).contains(&digits))
}

/// What follows as many digits at the head of `text` as are wanted; an O is one of them, as engines read it.
fn after_digits(text: &str, wanted: RangeInclusive<usize>) -> Option<&str> {
    let is_digit = |c: &u8| c.is_ascii_digit() || *c == b'O';
    let found = text.bytes().take(*wanted.end()).take_while(is_digit).count();
    wanted.contains(&found).then(|| &text[found..])
}

/// What follows a paper's name: 大众日报, 清河新闻, 今日章丘, DAZHONG RIBAO.
fn after_paper(text: &str) -> Option<&str> {
    /// Characters of a name; shorter are words (书报), longer hardly any.
    const NAME: RangeInclusive<usize> = 3..=7;
    if text.len() > 3 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ') {
        return Some("");
    }
    let is_name = |name: &str| name.ends_with(['报', '刊', '報']) || name.ends_with("新闻") || is_edition(name);
    let ends = text.char_indices().take_while(|(_, c)| is_han(*c)).map(|(at, c)| at + c.len_utf8());
    let mut names = ends.enumerate().filter(|(at, _)| NAME.contains(&(at + 1)));
    names.find(|&(_, end)| is_name(&text[..end])).map(|(_, end)| &text[end..])
}

/// Whether `name` is that of a paper's pages for one place: 今日章丘.
fn is_edition(name: &str) -> bool {
    name.starts_with("今日") && name.chars().count() == 4
}

/// Sections that many papers have, and what they call their pages by.
const SECTIONS: &[&str] = &[
    "要闻",
    "综合",
    "专题",
    "专版",
    "专刊",
    "特刊",
    "民生",
    "时政",
    "时事",
    "深度",
    "县域",
    "国内",
    "国际",
    "社会",
    "财经",
    "经济",
    "产经",
    "金融",
    "体育",
    "文体",
    "文化",
    "文娱",
    "娱乐",
    "副刊",
    "教育",
    "健康",
    "科技",
    "生活",
    "评论",
    "观点",
    "言论",
    "理论",
    "广告",
    "公告",
    "热点",
    "焦点",
    "关注",
    "聚焦",
    "本地",
    "本市",
    "都市",
    "城事",
    "天下",
    "视点",
    "新闻",
    "头版",
    "封面",
    "人物",
    "读书",
    "旅游",
    "汽车",
    "房产",
    "法治",
    "政法",
    "军事",
    "农业",
    "三农",
    "乡村",
    "区县",
    "县区",
    "县市",
    "市县",
    "地方",
    "党建",
    "人文",
    "艺术",
    "影像",
    "图片",
    "摄影",
    "连载",
    "天气",
    "服务",
    "互动",
    "速览",
    "简讯",
    "特别报道",
    "重点",
    "基层",
    "区域",
    "特稿",
    "调查",
    "纪实",
    "收藏",
    "美食",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[Part]>) {
        assert_eq!(parts_of(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_line_of_a_running_head_has_parts_and_nothing_else() {
        use Part::{Date, PageNumber, Paper, Section, Weekday};
        check("A03", Some(&[PageNumber]));
        check("第12版", Some(&[PageNumber]));
        check("要闻", Some(&[Section]));
        check("2021年3月5日 星期五", Some(&[Date, Weekday]));
        check("C212O22年10月14日", Some(&[PageNumber, Date]));
        check("2019.08.01", Some(&[Date]));
        check("20190801", Some(&[Date]));
        check("清河晚报综合", Some(&[Paper, Section]));
        check("今日清河 | 清河新闻", Some(&[Paper, Paper]));
        check("B07。 乡村 · 清河日报 2020年1月2日", Some(&[PageNumber, Section, Paper, Date]));
    }

    #[test]
    fn what_holds_anything_else_is_none() {
        check("2021年3月5日，清河晚报", Some(&[Part::Date, Part::Paper]));
        check("2021年3月5日至8日", None);
        check("2021年3月", Some(&[Part::Date]));
        check("5日", Some(&[Part::Date]));
        check("02", Some(&[Part::PageNumber]));
        check("QINGHE WANBAO", Some(&[Part::Paper]));
        check("2021年3月春耕", None);
        check("5日上午", None);
        check("A034", None);
        check("要闻三则", None);
        check("清河晚报社", None);
        check("清河新闻发布会", None);
        check("今日清河水涨", None);
        check("日报", None);
        check("刁镇开镇", None);
        check("", None);
        check("——", None);
    }
}
