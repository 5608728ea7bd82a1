//! How well one text goes on with another.

use kanwu::knowledge::Affinity;
use kanwu::learn::{Affinities, Source};

/// Texts that break off, each with the text that it goes on in.
const SEAMS: [(&str, &str); 3] = [
    (
        "今春雨水足，全镇小麦返青快，水稻育秧也比往年早，早稻播",
        "种面积比去年多了两成，农技员下到田头，教大家看苗施肥。",
    ),
    (
        "县医院迁建工程进展顺利，内科、外科和儿科将搬入新址，新建的",
        "门急诊楼年底封顶，届时病床将增加到六百张，看病不用再跑远路。",
    ),
    (
        "下半场开始不久，客队后卫传球失误，教练换上年轻前锋，这名",
        "队员带球突破，在禁区前沿起脚，皮球应声入网，主队再下一城。",
    ),
];

#[test]
fn two_texts_go_on_better_as_they_do_than_the_other_way_round() {
    let table = Affinity::embedded();
    let affinity = |tail: &str, head: &str| table.tail(tail.chars().rev()).affinity(&table.head(head.chars()));
    for (at, (tail, head)) in SEAMS.iter().enumerate() {
        for (other_tail, other_head) in &SEAMS[..at] {
            let own = affinity(tail, head) + affinity(other_tail, other_head);
            let crossed = affinity(tail, other_head) + affinity(other_tail, head);
            assert!(own > crossed + 2.0, "{tail} / {other_tail}: {own} and {crossed}");
        }
    }
}

#[test]
fn two_columns_about_one_thing_go_together_without_a_word_in_common() {
    let table = Affinity::embedded();
    let columns = [
        ("连日来气温回升，麦田返青，农户忙着浇水追肥。", "技术员到田头查看秧苗长势，讲解虫害防治。"),
        ("门诊楼投入使用，病床增加，挂号窗口延长时间。", "医生护士轮流下乡巡诊，为老人量血压、开药方。"),
        ("下半场客队连追两球，门将多次扑出险球。", "裁判吹响终场哨，主教练与队员拥抱庆祝夺冠。"),
    ];
    let affinity =
        |one: &str, other: &str| table.tail_topic(one.chars().rev()).affinity(&table.head_topic(other.chars()));
    for (at, (one, other)) in columns.iter().enumerate() {
        for (one_apart, other_apart) in &columns[..at] {
            let together = affinity(one, other) + affinity(one_apart, other_apart);
            let crossed = affinity(one, other_apart) + affinity(one_apart, other);
            assert!(together > crossed, "{one} / {one_apart}: {together} and {crossed}");
        }
    }
}

#[test]
fn blanks_and_widths_make_no_difference() {
    let table = Affinity::embedded();
    assert_eq!(table.head("2024年,全 县".chars()), table.head("１９９８年，全县".chars()));
    assert_eq!(table.tail("全\n县".chars().rev()), table.tail("全县".chars().rev()));
}

#[test]
fn the_same_sources_give_the_same_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("corpus.txt");
    let document = |number: u32| {
        (0..200).map(|at| char::from_u32(0x4E00 + (number * 7 + at * at) % 500)).collect::<Option<String>>()
    };
    let text: String = (0..200).filter_map(document).map(|line| line + "\n").collect();
    std::fs::write(&path, text).expect("written");
    let fit = || {
        let sources = vec![Source::open(&path).expect("opened")];
        Affinities { bits: 8, dimensions: 4, pages: 20, ..Affinities::default() }
            .fit(sources, Vec::new())
            .expect("a table")
            .bytes
    };
    let bytes = fit();
    assert_eq!(bytes, fit());
    Affinity::from_bytes(bytes, &path).expect("a table of its own format");
}

#[test]
fn too_little_text_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("corpus.txt");
    std::fs::write(&path, "一行。\n").expect("written");
    let error =
        Affinities::default().fit(vec![Source::open(&path).expect("opened")], Vec::new()).err().expect("refused");
    assert!(error.to_string().contains("too little text"), "{error}");
}
