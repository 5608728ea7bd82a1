//! The user's dictionaries, looked over: what is well formed, and yet not what was meant.

use std::collections::BTreeSet;

use kanwu::knowledge::{Entry, Gazetteer, UserDictionary};
use kanwu::{Error, Result};

use crate::output::{count, note};

/// What a first line calls the columns where it does not use our names; it uses one of these, or ends in one.
const HEADINGS: [&str; 18] = [
    "名称", "名字", "地名", "人名", "正名", "正确", "上级", "所属", "隶属", "别名", "简称", "又名", "误读", "误识",
    "误认", "错误", "备注", "说明",
];

/// Parents that are unknown of which each is told; of more a mistake shows in these, too.
const TOLD: usize = 5;

/// Refuses entries of `dictionary` that are a header or hold a list in one field.
pub(crate) fn look_over(dictionary: &UserDictionary) -> Result<()> {
    let fault = dictionary.entries().iter().find_map(|entry| Some((entry, fault(entry)?)));
    fault.map_or(Ok(()), |(entry, problem)| Err(Error::Usage(format!("{}: {problem}", entry.source))))
}

/// Tells of parents that neither `gazetteer` nor `dictionary` knows. They weigh nothing, but may be misspelt.
pub(crate) fn tell_unknown_parents(dictionary: &UserDictionary, gazetteer: &Gazetteer) {
    let names: BTreeSet<&str> = dictionary.entries().iter().map(|entry| entry.name.as_str()).collect();
    let is_unknown = |parent: &&String| !names.contains(parent.as_str()) && gazetteer.find(parent).is_empty();
    let parents = dictionary.entries().iter().flat_map(|entry| entry.parents.iter().map(move |parent| (entry, parent)));
    let unknown: Vec<(&Entry, &String)> = parents.filter(|(_, parent)| is_unknown(parent)).collect();
    for (entry, parent) in unknown.iter().take(TOLD) {
        note(&format!("kanwu: {}: the gazetteer has no {parent}, in which {} is to lie", entry.source, entry.name));
    }
    if unknown.len() > TOLD {
        note(&format!("kanwu: … and {} that it does not have", count((unknown.len() - TOLD) as u64, "more parent")));
    }
}

/// What is wrong with `entry`, and what to do.
fn fault(entry: &Entry) -> Option<String> {
    let Entry { name, parents, aliases, misreadings, note, .. } = entry;
    let is_heading = |field: &String| HEADINGS.iter().any(|heading| field.ends_with(heading));
    let mut others = parents.iter().chain(aliases).chain(misreadings).chain([note]);
    if is_heading(name) && others.any(is_heading) {
        return Some(
            "names the columns; call them name<TAB>parents<TAB>aliases<TAB>misreadings<TAB>note, or begin the line \
             with #"
                .into(),
        );
    }
    let mut values = parents.iter().chain(aliases).chain(misreadings);
    let list =
        values.find(|value| is_list(value)).or_else(|| parents.iter().find(|value| value.contains(['/', '／'])))?;
    Some(format!("has {list} as one value; several are parted by |, as in 聊城市|茌平区"))
}

/// Whether `value` is several Chinese ones with marks between.
fn is_list(value: &str) -> bool {
    let mut before = ' ';
    value.chars().any(|c| {
        let is_after_chinese = !std::mem::replace(&mut before, c).is_ascii();
        matches!(c, '，' | '、' | '；') || (matches!(c, ',' | ';') && is_after_chinese)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_told_from_names() {
        for list in ["习镇,刀镇", "习镇，刀镇", "习镇、刀镇", "习镇; 刀镇"] {
            assert!(is_list(list), "{list}");
        }
        for name in ["习镇", "阿不都·热依木", "Apple, Inc.", "（株）某某"] {
            assert!(!is_list(name), "{name}");
        }
    }
}
