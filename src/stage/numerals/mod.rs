//! Numbers: letters read for digits, digits and marks of the wrong width, the Chinese zero.

mod dialled;
mod letters;
mod marks;
mod widths;
mod zeros;

use super::{Memory, Sheet, Stage};
use crate::correction::{Correction, StageName};
use crate::knowledge::Asked;
use crate::text::{Span, beside_han};

/// Puts numbers right.
#[derive(Debug, Default)]
pub struct Numerals;

impl Stage for Numerals {
    fn name(&self) -> StageName {
        StageName::Numerals
    }

    fn read(&self, Sheet { text, .. }: Sheet<'_>, _: &mut Asked, _: &mut Memory, corrections: &mut Vec<Correction>) {
        letters::propose(text, corrections);
        dialled::propose(text, corrections);
        widths::propose(text, corrections);
        marks::propose(text, corrections);
        zeros::propose(text, corrections);
    }
}

/// What only a number stands before: units, and 余 and 多, which stand between a number and its unit.
const UNITS: &[&str] = &[
    "年", "月", "日", "时", "分", "秒", "点", "%", "％", "‰", "℃", "万", "亿", "千", "百", "元", "个", "人", "名",
    "户", "家", "亩", "米", "公里", "千米", "公斤", "吨", "平方", "立方", "次", "项", "期", "版", "岁", "届", "处",
    "场", "台", "辆", "套", "座", "条", "件", "粒", "双", "棵", "株", "盏", "头", "只", "袋", "起", "种", "张", "份",
    "支", "块", "间", "天", "类", "倍", "层", "栋", "路", "小时", "批", "艘", "枚", "把", "筐", "箱", "瓶", "位", "余",
    "多", "斤", "克", "升", "毫升", "厘米", "毫米", "本", "篇", "幅", "盒", "片", "根", "趟", "桶", "例", "票", "页",
    "封", "桌", "盆", "组", "队", "班", "所",
];

/// How many characters a number, or a list of them without blanks, has at most: each correction in it quotes it whole. Chosen by hand.
const LONGEST: usize = 64;

/// Whether `after` begins with a unit.
fn has_unit(after: &str) -> bool {
    UNITS.iter().any(|unit| after.starts_with(unit))
}

/// The runs of ASCII characters of which `is_part` holds.
fn runs(text: &str, is_part: impl Fn(char) -> bool) -> impl Iterator<Item = Span> {
    let mut parts = beside_han(text).filter(move |(_, c)| is_part(*c)).peekable();
    std::iter::from_fn(move || {
        let &(start, _) = parts.peek()?;
        let mut end = start;
        while parts.next_if(|(at, _)| *at == end).is_some() {
            end += 1;
        }
        Some(Span::new(start, end))
    })
}

/// `run` without `marks` at its ends.
fn trimmed(text: &str, run: Span, marks: &[char]) -> Span {
    let read = run.of(text);
    let start = run.start() + read.len() - read.trim_start_matches(marks).len();
    Span::new(start, start + read.trim_matches(marks).len())
}
