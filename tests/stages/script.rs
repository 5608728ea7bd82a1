#![expect(clippy::unwrap_used, reason = "helpers of tests, too, stop where they are surprised")]

use std::sync::LazyLock;

use kanwu::adapter::opencc::{Configuration, Converter};
use kanwu::correction::{Evidence, Policy, apply};
use kanwu::stage::{Script, Stage};
use proptest::prelude::*;

use crate::support::check;

fn script(name: &str) -> Script {
    Script::new(Configuration::from_name(name).unwrap()).unwrap()
}

const TRADITIONAL: &str = "本市消息：昨日午後三時，商會各業代表四十餘人，集議於南門外會所，討論米價平抑之辦法。\n\
    主席李君報告，略謂近來米船到埠日少，而囤積者仍復居奇；貧民生計日艱，非由官商合力籌款，設局平糶不可云云。\n\
    衆均贊成，當卽推舉委員七人，從事調查，並擬呈請縣政府備案。（中央社電）The Daily News, No. 12：乾隆年間、乾淨、頭髮、發財、\n\
    一目瞭然，不瞭解；藉口、慰藉、覆蓋、反覆、吃飯、甲胄、沈陽、牴觸。網路、軟體、滑鼠、計程車、資訊、人工智慧、PN接面。\n\
    「裏面」與『裡頭』，台灣、臺北、颱風、喫茶、麪包、麵粉；只有一隻、皇后之後、干戈、才幹、鬱悶、馥郁。\n";
const SIMPLIFIED: &str = "本报讯（记者王建军）昨日上午，全县春季农业生产现场会在柳林镇召开，各乡镇主要负责人参加会议。\n\
    一只鸡、只有、一出戏、出发；后天、皇后；干部、干净、树干；头发、发展；里程、里面；松树、放松；台风、台湾；面粉、见面。\n\
    他了解情况，一目了然。信息、软件、鼠标、打印机、出租车、互联网、硬盘、U盘、人工智能、比特。一不做，二不休。二〇二四年\n\
    理发、王后、准备、标准、批准、瓜子、手表、钟表、钟情、谷物、山谷、郁闷、浓郁、划船、计划、老板、木板、合并。\n";
const JAPANESE: &str =
    "昨日午後、市内の小学校で防災訓練が行われ、児童や保護者など約二百人が参加した。\n辺、対、図、芸術、欠点、弁当。\n";

#[test]
fn each_changed_character_is_a_correction() {
    check(&script("simplified"), "集[議→议]於[→]".replace("於[→]", "[於→于]南[門→门]外。").as_str());
    check(&script("simplified"), "[這→这]是[乾→干][淨→净]的，乾隆年[間→间]。\nplain, 简体。");
}

#[test]
fn words_decide_how_a_character_is_converted() {
    check(&script("t2s"), "一目[瞭→了]然");
    check(&script("traditional"), "[头→頭][发→髮]，[发→發]展；一[只→隻]，只有");
}

#[test]
fn replaced_words_are_one_correction() {
    check(&script("s2twp"), "用[鼠标→滑鼠]");
    check(&script("tw2sp"), "[計程車→出租车]司[機→机]");
}

#[test]
fn the_evidence_names_the_configuration() {
    let mut corrections = Vec::new();
    script("simplified").propose("國", &mut corrections);
    assert_eq!(corrections[0].evidence, [Evidence::Conversion { configuration: "t2s".into() }]);
}

#[test]
fn a_nul_stays_where_it_is() {
    let converter = Converter::new(Configuration::T2s).unwrap();
    assert_eq!(converter.convert("\0國\0\0門\0"), "\0国\0\0门\0");
    assert_eq!(converter.convert(""), "");
}

#[test]
fn every_name_is_known_and_others_are_not() {
    for configuration in Configuration::ALL {
        assert_eq!(Configuration::from_name(configuration.name()), Some(configuration));
        assert!(Converter::new(configuration).is_ok(), "{}", configuration.name());
    }
    assert_eq!(Configuration::from_name("t2x"), None);
}

/// What the stage makes of `text`.
fn revise(script: &Script, text: &str) -> String {
    let mut corrections = Vec::new();
    script.propose(text, &mut corrections);
    apply(text, corrections, &Policy::default()).text
}

#[test]
fn the_stage_does_what_converting_the_whole_text_does() {
    for configuration in Configuration::ALL {
        let converter = Converter::new(configuration).unwrap();
        let script = Script::new(configuration).unwrap();
        for text in [TRADITIONAL, SIMPLIFIED, JAPANESE] {
            assert_eq!(revise(&script, text), converter.convert(text), "{}", configuration.name());
        }
    }
}

#[cfg(feature = "opencc")]
mod backends {
    use super::*;

    /// Every Chinese character of the Basic Multilingual Plane and of extension B, a line each.
    fn every_character() -> String {
        (0x3400..0xA000).chain(0x2_0000..0x2_A6E0).filter_map(char::from_u32).flat_map(|c| [c, '\n']).collect()
    }

    /// Where the dictionaries of OpenCC 1.1.6 differ from those that come with ferrous-opencc 0.4: the configuration,
    /// the character, what the library makes of it, and what the other does.
    const OF_OTHER_EDITIONS: [&str; 14] = [
        "s2t 栗 慄 栗",
        "s2tw 栗 慄 栗",
        "s2twp 栗 慄 栗",
        "s2hk 栗 慄 栗",
        "jp2t 兎 兎 兔",
        "jp2t 奨 奬 獎",
        "jp2t 庄 庄 莊",
        "jp2t 氷 氷 冰",
        "jp2t 砺 砺 礪",
        "t2jp 兔 兔 兎",
        "t2jp 冰 冰 氷",
        "t2jp 奬 奨 奬",
        "t2jp 獎 獎 奨",
        "t2jp 礪 礪 砺",
    ];

    #[test]
    fn both_agree() {
        let every = every_character();
        let mut differences = Vec::new();
        for configuration in Configuration::ALL {
            let library = Converter::with_library(configuration).unwrap();
            let in_rust = Converter::in_rust(configuration).unwrap();
            for text in [TRADITIONAL, SIMPLIFIED, JAPANESE, &every] {
                let (a, b) = (library.convert(text), in_rust.convert(text));
                for ((source, a), b) in text.lines().zip(a.lines()).zip(b.lines()) {
                    let difference = format!("{} {source} {a} {b}", configuration.name());
                    if a != b && !OF_OTHER_EDITIONS.contains(&difference.as_str()) {
                        differences.push(difference);
                    }
                }
            }
        }
        assert!(differences.is_empty(), "{differences:#?}");
    }
}

const PASS_OVER: [Configuration; 5] =
    [Configuration::T2s, Configuration::Tw2s, Configuration::Hk2s, Configuration::T2tw, Configuration::Hk2t];
static CONVERTERS: LazyLock<Vec<(Script, Converter)>> =
    LazyLock::new(|| PASS_OVER.map(|to| (Script::new(to).unwrap(), Converter::new(to).unwrap())).into_iter().collect());

proptest! {
    #[test]
    fn sentences_that_are_passed_over_would_not_change(picks in prop::collection::vec(0..5000usize, 1..80)) {
        let pool: Vec<char> = TRADITIONAL.chars().chain(SIMPLIFIED.chars()).collect();
        let text: String = picks.into_iter().map(|pick| pool[pick % pool.len()]).collect();
        for (script, converter) in CONVERTERS.iter() {
            prop_assert_eq!(revise(script, &text), converter.convert(&text));
        }
    }
}
