#![expect(clippy::unwrap_used, reason = "helpers of tests, too, stop where they are surprised")]

use std::io::Write as _;
use std::sync::Arc;

use kanwu::correction::{Evidence, Rule, Witness};
use kanwu::knowledge::{Knowledge, Survey, UserDictionary};
use kanwu::stage::{Places, Stage as _};

use crate::support::check;

fn known() -> Knowledge {
    Knowledge::embedded().unwrap()
}

/// The stage without dictionary, region or batch.
fn places() -> Places {
    Places::new(known(), Arc::default(), Vec::new(), None)
}

/// The stage of a user who has a dictionary with these lines.
fn with_dictionary(lines: &str) -> Places {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(lines.as_bytes()).unwrap();
    Places::new(known(), Arc::new(UserDictionary::read(&[file.path()]).unwrap()), Vec::new(), None)
}

/// The stage of a user who says that the paper is from `name`.
fn from(name: &str) -> Places {
    let region = known().gazetteer.find(name)[0].0;
    Places::new(known(), Arc::default(), vec![region], None)
}

#[test]
fn the_manuals_hold() {
    let manual = Rule::PlaceName.manual();
    check(&places(), manual.corrects);
    check(&places(), manual.leaves);
    let manual = Rule::KnownMisreading.manual();
    check(&with_dictionary("刁镇\t\t\t习镇\n"), manual.corrects);
    check(&with_dictionary("刁镇\t\t\t习镇\n"), manual.leaves);
}

#[test]
fn a_misread_town_is_put_right_where_its_county_is_named() {
    check(&places(), "昨天，记者来到章丘区[宫庄街道→官庄街道]采访。");
    check(&places(), "在平阴县，[孝直慎→孝直镇]的群众说，路修好了。");
    check(&places(), "昨天，记者来到宫庄街道采访。");
}

#[test]
fn a_town_is_put_right_whose_character_looks_little_like_what_was_read() {
    check(&places(), "醴陵市消息　昨天，[船弯镇→船湾镇]召开会议。");
    check(&places(), "昨天，船弯镇召开会议。");
    check(&places(), "醴陵市消息　昨天，船建镇召开会议。");
}

#[test]
fn a_misread_village_stays_where_nothing_names_its_county() {
    check(&places(), "三润溪村的群众说，日子越过越好。");
}

#[test]
fn a_misread_village_is_put_right_where_its_county_is_named() {
    check(&places(), "章丘区双山街道[三润溪村→三涧溪村]的群众说，日子越过越好。");
}

#[test]
fn a_short_name_is_put_right_where_the_town_is_named_in_full() {
    check(&places(), "章丘区刁镇街道举行比赛，刁镇很热闹。[刀镇→刁镇]全镇参加。");
}

#[test]
fn a_misread_county_is_put_right_where_its_city_is_named() {
    check(&places(), "济南市[章乒区→章丘区]召开会议。");
    check(&places(), "聊城市[在平区→茌平区]召开会议。");
    check(&places(), "聊城市在平原，他在平区里住。");
}

#[test]
fn words_valid_names_and_people_are_left_alone() {
    for page in [
        "章丘区城镇面貌一新，集镇、小镇和全镇各村都通了路。",
        "章丘区官庄街道、相公庄街道和普集街道的干部参加会议。",
        "章丘区小李庄的李大爷说，该村今年丰收。",
        "章丘区消息　记者 刀镇 通讯员 宫庄",
        "章丘区的济青高速公路有望通车。",
        "大河流域的保护和长远发展，章丘区家家户户过上了好日子，生活的前景更加清晰。",
    ] {
        check(&places(), page);
    }
}

#[test]
fn a_word_before_a_word_and_a_name_after_an_office_are_left_alone() {
    check(&places(), "房山区消息　这几天有大雨，村干部劝大家别到山区采蘑菇。");
    check(&places(), "运城市消息　今年要办十件实事，让城市更干净。");
    check(&places(), "杨浦区消息　昨天开了院坝会。第一书记杨沛算了一笔账，大家都说好。");
}

#[test]
fn people_estates_and_numbered_villages_whose_names_are_like_a_place_are_left_alone() {
    let county = "铅山县召开会议。铅山的群众说，铅山变了样。";
    check(&places(), &format!("{county}[铂山→铅山]今年修了三条路。"));
    check(&places(), &format!("{county}他家住在铂山小区。"));
    check(&places(), "铅山县召开会议。铂山今年修了三条路。");
    check(&places(), "长寿区召开会议，长寿区的村民来了，长寿区的干部来了。主持会议的是张寿全。");
    check(&places(), "滑县赵营镇召开会议。徒弟赵莹家在赵营镇。");
    check(&places(), "沈阳市皇姑区消息　昨天，五二社区举行比赛。");
}

#[test]
fn the_end_of_one_name_and_the_start_of_another_are_no_name() {
    check(&places(), "江西省南昌市的客商来了，南昌的客商说好，南昌很热闹。湖南晶星公司也来了。");
}

#[test]
fn a_short_name_is_put_right_in_a_list_of_towns() {
    check(&places(), "章丘区消息　黄河、文祖、[绣患→绣惠]和圣井都来了人。");
    check(&places(), "章丘区消息　绣患也来了人。评委有绣患、王建军和李文。");
}

#[test]
fn a_county_that_no_list_has_is_a_misread_one() {
    check(&places(), "福鼎市的船队到过宁德市[拓荣县→柘荣县]，也到过霞浦县。");
    check(&places(), "台湾省消息　高雄市和台北市都有高桩市场。");
}

#[test]
fn a_page_that_is_long_and_names_the_county_once_shows_less() {
    let page = "本报讯　昨天，[三润溪→三涧溪]举行文化节，章丘区各村都来了人。";
    let filler = "大家纷纷表示，要把今年的工作做好，让日子越过越好。\n".repeat(1_000);
    check(&places(), page);
    check(&places(), &format!("{}\n{filler}", page.replace("[三润溪→三涧溪]", "三润溪")));
}

#[test]
fn a_valid_name_is_not_changed_into_another() {
    // 宫庄村 and 官庄村 are both villages somewhere.
    check(&places(), "章丘区明水街道，青州市王府街道，曲阜市王庄镇。");
    check(&places(), "上海市杨浦区消息　长宁区虹桥街道和徐汇区虹梅街道举行比赛。");
}

#[test]
fn what_a_place_is_called_as_well_stays() {
    check(&places(), "射洪市位于涪江边。射洪古称射江，明代才改名。");
    check(&places(), "章丘区刁镇召开会议。刁镇又名刀镇。");
    check(&places(), "章丘区刁镇召开会议。昨天[刀镇→刁镇]举行文化节。");
}

#[test]
fn the_region_stands_for_a_county_that_no_page_names() {
    let page = "本报讯　昨天，[三润溪村→三涧溪村]举行文化节。";
    check(&from("章丘区"), page);
    check(&places(), &page.replace("[三润溪村→三涧溪村]", "三润溪村"));
}

#[test]
fn the_batch_stands_for_a_county_that_this_page_does_not_name() {
    let survey = Survey::new(known().gazetteer);
    for _ in 0..5 {
        survey.add("章丘区召开会议。");
    }
    let stage = Places::new(known(), Arc::default(), Vec::new(), Some(Arc::new(survey)));
    let mut corrections = Vec::new();
    stage.propose("昨天，三润溪村举行文化节，三涧溪村的群众都来了。", &mut corrections);
    let scope = |evidence: &Evidence| matches!(evidence, Evidence::Scope { witness: Witness::Batch, .. });
    assert!(corrections.iter().any(|correction| correction.evidence.iter().any(scope)), "{corrections:?}");
}

#[test]
fn the_evidence_names_the_place_its_parents_and_what_looks_alike() {
    let mut corrections = Vec::new();
    places().propose("章丘区刁镇街道举行比赛，刀镇街道的队员参加。", &mut corrections);
    let evidence = &corrections[0].evidence;
    let has = |wanted: fn(&Evidence) -> bool| assert!(evidence.iter().any(wanted), "{evidence:?}");
    has(|e| matches!(e, Evidence::Gazetteer { name, parents, .. } if name.starts_with("刁镇") && parents.len() == 3));
    has(|e| matches!(e, Evidence::Scope { place, witness: Witness::Page } if place == "章丘区"));
    has(|e| matches!(e, Evidence::Glyphs { read: '刀', instead: '刁', .. }));
    has(|e| matches!(e, Evidence::Count { text, page: 1, .. } if text.starts_with("刁镇")));
}

#[test]
fn names_of_the_users_dictionary_are_protected() {
    check(&with_dictionary("三润溪村\n"), "章丘区双山街道三润溪村的群众。");
    check(&with_dictionary("三里湾\t\t三润溪村|三润溪\n"), "章丘区双山街道三润溪村的群众。");
}

#[test]
fn a_known_misreading_inside_a_longer_name_or_word_stays() {
    let stage = with_dictionary("刁镇\t济南市|章丘区\t\t习镇|刀镇\n学习镇\n");
    check(&stage, "[习镇→刁镇]和[刀镇→刁镇]都在章丘，学习镇上的经验。");
}

#[test]
fn a_town_is_put_right_of_which_a_part_of_a_character_was_lost() {
    check(&places(), "沭阳县消息　昨天，沭阳县[桑虚镇→桑墟镇]举行比赛。");
    check(&places(), "昨天，桑虚镇举行比赛。");
}

#[test]
fn a_name_that_the_text_speaks_of_stays() {
    check(&places(), "章丘区消息　本报昨日把“三涧溪村”误排为“三润溪村”，特此更正。");
    check(&places(), "章丘区消息　信封上写着“三润溪村”，邮递员还是送到了。");
    check(&places(), "章丘区消息　他说：“到了[三润溪村→三涧溪村]，大家都来看看吧。”");
}

#[test]
fn what_a_text_of_former_ages_names_stays() {
    check(&places(), "鹰潭市余江区的老人说，秦时这里设余汗县，后来才改。");
    check(&places(), "章丘区消息　1958年，三润溪村修了水渠。");
    check(&places(), "章丘区消息　今年，[三润溪村→三涧溪村]修了水渠。");
}

#[test]
fn what_is_counted_and_words_before_a_suffix_are_no_names() {
    check(&places(), "巫山县消息　巫峡镇抢通了7个断路村。");
    check(&places(), "广东省消息　广州市和广大市民一起过节。");
    check(&places(), "福建省消息　福州、厦门、漳州、莆四市的渔船都进了港。");
}

#[test]
fn a_name_in_traditional_script_is_no_misreading() {
    check(&places(), "高州市根子鎮柏橋村的荔枝園裏，燈已經亮了，客人來得很早。");
}

#[test]
fn a_village_in_traditional_script_is_no_misreading() {
    check(&places(), "江西省高安市石脑镇湯溪村的老人還記得那年的大水，湯溪村後來修了一座石橋。");
}

#[test]
fn a_place_of_another_kind_and_two_countries_are_no_names() {
    check(&places(), "四川省绵阳市江油市消息　江油市青莲镇昨天开会，青莲庄一带的水田已经放水。");
    check(&places(), "台北市、台北市、台北市消息　今年的台非高峰会在台北市举行。");
}

#[test]
fn a_town_below_its_own_county_is_not_put_right_by_one_of_another() {
    check(
        &places(),
        "重庆市黔江区水市镇昨天开会。衡水市教育局也发了通知。河南省驻马店市驿城区水屯镇的梨园里，村民在搬运刚摘的梨。",
    );
}

#[test]
fn words_that_meet_are_no_names() {
    check(&places(), "湖北省鄂州市和武汉市签了协议，为武鄂两市流动人员办事。");
    check(&places(), "江苏省盐城市、盐城市、盐城市消息　代表们参加了共益城市论坛。");
}
