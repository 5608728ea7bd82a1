//! Where a text was cut, and where a paragraph begins or ends.

use kanwu::knowledge::{Edge, Edges};
use kanwu::learn::{Source, edges};

/// Starts of paragraphs, each with the start of what stands after a cut inside a sentence.
const STARTS: [(&str, &str); 4] = [
    ("本报讯（记者 陈小满）昨日，县农业农村局", "的负责人介绍，今年的早稻种植面积比去年"),
    ("据了解，这条公路去年三月开工", "等单位参加了活动，并为村民送去了春联"),
    ("“以前看病要走十几里山路。”七十岁的老人说", "了两成以上，村民的收入也跟着多了起来"),
    ("近日，记者来到青石桥社区采访", "性改变，孩子们在家门口就能读上书"),
];

/// Headings and credits, each with what breaks off inside a sentence.
const ENDS: [(&str, &str); 3] = [
    ("早稻种植面积比去年增两成", "村里的三十多户人家都住上了新房，老人们说这是他们以前想都不敢"),
    ("本报记者 陈小满 通讯员 何岭 摄", "工程建成以后，沿线十多个村的农产品当天就能运到省城的"),
    ("县医院新院区年底封顶", "会议要求，各乡镇要把防汛工作放在首位，对水库和山塘进行一次全面的"),
];

#[test]
fn the_start_of_a_paragraph_is_told_from_a_cut() {
    let odds = |text: &str| Edges::embedded().log_odds(Edge::Inside, text.chars());
    for (starts, goes_on) in STARTS {
        assert!(odds(starts) < 0.0, "{starts}: {}", odds(starts));
        assert!(odds(goes_on) > 0.0, "{goes_on}: {}", odds(goes_on));
    }
}

#[test]
fn a_heading_is_told_from_what_breaks_off() {
    let odds = |text: &str| Edges::embedded().log_odds(Edge::Open, text.chars().rev());
    for (heading, breaks_off) in ENDS {
        assert!(odds(heading) < odds(breaks_off), "{heading}: {}, {}", odds(heading), odds(breaks_off));
    }
}

#[test]
fn a_paragraph_rather_goes_on_with_a_conjunction_than_with_a_dateline() {
    let odds = |text: &str| Edges::embedded().log_odds(Edge::AfterStop, text.chars());
    assert!(odds("但是，村里的年轻人大多在外打工") > odds("新华社北京3月5日电（记者"));
}

#[test]
fn blanks_and_widths_make_no_difference() {
    let odds = |text: &str| Edges::embedded().log_odds(Edge::Inside, text.chars());
    assert!(odds("2024年,全 县").total_cmp(&odds("１９９８年，全县")).is_eq());
}

#[test]
fn the_same_sources_give_the_same_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("corpus.txt");
    let paragraph = |number: u32| {
        let characters = (0..40).map(|at| char::from_u32(0x4E00 + (number * 7 + at * at) % 500));
        characters.collect::<Option<String>>().map(|text| text + "。")
    };
    let text: String = (0..200).filter_map(paragraph).map(|line| line + "\n").collect();
    std::fs::write(&path, text).expect("written");
    let fit = || edges(vec![Source::open(&path).expect("opened")], Vec::new()).expect("a table").bytes;
    let bytes = fit();
    assert_eq!(bytes, fit());
    Edges::from_bytes(bytes, &path).expect("a table of its own format");
}

#[test]
fn too_little_text_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("corpus.txt");
    std::fs::write(&path, "一行。\n").expect("written");
    let error = edges(vec![Source::open(&path).expect("opened")], Vec::new()).err().expect("refused");
    assert!(error.to_string().contains("too little text"), "{error}");
}
