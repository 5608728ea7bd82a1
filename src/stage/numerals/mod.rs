//! Numbers: letters read for digits, digits and marks of the wrong width, the Chinese zero.

mod letters;
mod marks;
mod widths;
mod zeros;

use super::Stage;
use crate::correction::{Correction, StageName};

/// Puts numbers right.
#[derive(Debug, Default)]
pub struct Numerals;

impl Stage for Numerals {
    fn name(&self) -> StageName {
        StageName::Numerals
    }

    fn propose(&self, text: &str, corrections: &mut Vec<Correction>) {
        letters::propose(text, corrections);
        widths::propose(text, corrections);
        marks::propose(text, corrections);
        zeros::propose(text, corrections);
    }
}

/// What only a number stands before.
const UNITS: &[&str] = &[
    "年", "月", "日", "时", "分", "秒", "点", "%", "％", "‰", "℃", "万", "亿", "千", "百", "元", "个", "人", "名",
    "户", "家", "亩", "米", "公里", "千米", "公斤", "吨", "平方", "立方", "次", "项", "期", "版", "岁", "届", "处",
    "场", "台", "辆", "套", "座", "条", "件",
];

/// Whether `after` begins with a unit, or with 余 or 多, which stand between a number and its unit.
fn has_unit(after: &str) -> bool {
    UNITS.iter().any(|unit| after.starts_with(unit)) || after.starts_with(['余', '多'])
}
