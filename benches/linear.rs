//! Whether time grows with the text and no faster, on text that is made to make it: `cargo bench --bench linear`, with
//! `-- 2000 quotes` for what has that word in its line, in sizes up to those that take 2,000 ms.
//!
//! Each stage, the whole pipeline, decoding, and what writes a report are given each pattern in sizes that are quadrupled until
//! one takes long enough to be measured. Printed is what the last quadrupling multiplied the time by: 4 is linear, 16 is
//! quadratic. Time is that of the processor where the system tells it; other programs disturb it less, but they do.

#[path = "../tests/support/work.rs"]
mod work;

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Duration;

use kanwu::adapter::opencc::Configuration;
use kanwu::correction::{Policy, StageName};
use kanwu::knowledge::{Gazetteer, Knowledge, Level, Survey};
use kanwu::page::{Encoding, Page, decode};
use kanwu::pipeline::Pipeline;
use kanwu::report::PageReport;
use kanwu::stage::{self, Script, Stage, Wishes};

use work::work_of;

/// The first is small enough for what is quadratic.
const SMALLEST: usize = 4 << 10;
const LARGEST: usize = 1 << 20;

/// Milliseconds that a text takes beyond which no larger one is tried, unless another number is given.
const LONG: u64 = 200;

/// What takes less cannot be told from noise.
const MEASURABLE: Duration = Duration::from_millis(40);

/// Caches that no longer hold a text make its time grow faster for a while; what is quadratic grows further.
const SUSPICIOUS: f64 = 8.0;

/// What is repeated, after `begun` and before `ended`, to make a hostile page.
struct Pattern {
    name: &'static str,
    begun: &'static str,
    part: fn(&mut fastrand::Rng) -> String,
    ended: &'static str,
}

const fn pattern(name: &'static str, part: fn(&mut fastrand::Rng) -> String) -> Pattern {
    Pattern { name, begun: "今日", part, ended: "日今\n" }
}

fn any_han(random: &mut fastrand::Rng) -> char {
    char::from_u32(random.u32(0x4E00..0x9FA6)).unwrap_or('一')
}

/// The name of a county or city, and some text after it.
fn any_county(random: &mut fastrand::Rng) -> String {
    static GAZETTEER: LazyLock<&Gazetteer> = LazyLock::new(|| Gazetteer::embedded().expect("the gazetteer is whole"));
    let level = [Level::City, Level::County, Level::County][random.usize(..3)];
    let place = GAZETTEER.all(level).nth(random.usize(..GAZETTEER.count(level)));
    place.map(|place| GAZETTEER.name(place)).unwrap_or_default() + "今日举行大会，"
}

#[rustfmt::skip]
const PATTERNS: &[Pattern] = &[
    pattern("one character", |_| "一".into()),
    pattern("one letter", |_| "a".into()),
    pattern("one digit", |_| "3".into()),
    pattern("letters O and l", |_| "Ol0".into()),
    pattern("random Han", |random| any_han(random).into()),
    pattern("random Han in lines", |random| (0..16).map(|_| any_han(random)).chain(['\n']).collect()),
    pattern("suspicious characters", |random| ["己", "末", "人", "曰", "土", "干", "未", "千"][random.usize(..8)].into()),
    pattern("misread words", |_| "新容破绩效等理最后一来为人住".into()),
    pattern("blanks", |_| " ".into()),
    pattern("wide blanks", |_| "\u{3000}".into()),
    pattern("a character and a blank", |_| "中 ".into()),
    pattern("a digit and a blank", |_| "3 ".into()),
    pattern("line ends", |_| "\n".into()),
    pattern("CR", |_| "\r".into()),
    pattern("a character a line", |_| "中\n".into()),
    pattern("two characters a line", |_| "中国\n\n".into()),
    pattern("one line again and again", |_| "扫码下载客户端\n".into()),
    pattern("lines that break off", |_| "今年以来全县已经累计投\n".into()),
    pattern("lines that begin in the middle", |_| "资金三亿元，来自全省各地的\n今年以来全县已经累计投\n\n".into()),
    pattern("short lines of two columns", |_| "今年全县经济 群众生活改善\n".into()),
    pattern("straight quotes", |_| "\"".into()),
    pattern("straight single quotes", |_| "'".into()),
    pattern("opening quotes", |_| "“".into()),
    pattern("nested quotes", |_| "“甲‘乙".into()),
    pattern("quotes around characters", |_| "\"甲\"".into()),
    pattern("open brackets", |_| "(".into()),
    pattern("book titles that open", |_| "《".into()),
    pattern("brackets that close", |_| "]".into()),
    pattern("pairs of brackets", |_| "()".into()),
    Pattern { name: "brackets nested", begun: "今(((((((((((((((((((((((((((((((((", part: |_| "(甲".into(), ended: ")))))))今\n" },
    Pattern { name: "titles that close nothing", begun: "今", part: |_| "《甲]".into(), ended: "今\n" },
    pattern("titles closed by round brackets", |_| "《人)".into()),
    pattern("signs that compare", |_| "<1".into()),
    pattern("titles that are typed", |_| "<人".into()),
    pattern("titles of angle quotes", |_| "‹人".into()),
    pattern("doubled commas", |_| "，，人".into()),
    Pattern { name: "single quotes in a quotation", begun: "“今日", part: |_| "'人家'，".into(), ended: "。”\n" },
    pattern("commas", |_| ",".into()),
    pattern("letters and commas", |_| "a,".into()),
    pattern("commas and blanks", |_| ", ".into()),
    pattern("full stops", |_| ".".into()),
    pattern("Chinese full stops", |_| "。".into()),
    pattern("ellipses", |_| "…".into()),
    pattern("dashes", |_| "-".into()),
    pattern("strokes", |_| "丶".into()),
    pattern("credits", |_| "编辑;".into()),
    pattern("digits and dots", |_| "1.".into()),
    pattern("digits and full-width dots", |_| "1．".into()),
    pattern("full-width digits", |_| "１".into()),
    Pattern { name: "a long number with letters", begun: "今年投资", part: |_| "1O".into(), ended: "万元。\n" },
    pattern("a long number of both widths", |_| "11１".into()),
    Pattern { name: "groups of three digits", begun: "今", part: |_| "123，".into(), ended: "456万元\n" },
    pattern("years", |_| "2O24年l0月".into()),
    pattern("circles", |_| "〇○".into()),
    pattern("addresses", |_| "www.a.com/".into()),
    pattern("a town", |_| "刀镇".into()),
    pattern("counties", |_| "济南市章丘区".into()),
    pattern("many counties", |random| ["章丘区", "历城区", "平阴县", "商河县", "莱芜区", "长清区", "肥城市", "东平县", "滕州市", "曲阜市"][random.usize(..10)].into()),
    pattern("counties of the whole nation", any_county),
    pattern("villages", |random| format!("章丘区{}{}村", any_han(random), any_han(random))),
    pattern("towns and villages of a county", |random| format!("章丘区{}镇", ["刀", "埠树", "相公", "官庄", "文祖", "黄河"][random.usize(..6)])),
    pattern("names of persons", |_| "记者支倩倩 通讯员张韵 ".into()),
    pattern("replacement characters", |_| "\u{fffd}".into()),
    pattern("NUL", |_| "\0".into()),
    pattern("marks that combine", |_| "\u{301}".into()),
    pattern("compatibility characters", |_| "⽇⾦".into()),
    pattern("zero width", |_| "\u{200b}\u{ad}".into()),
    pattern("rare characters", |_| "𠀀".into()),
    pattern("traditional characters", |_| "國體發後".into()),
    pattern("words that are replaced", |_| "鼠标信息网络软件发後".into()),
    pattern("scripts in turn", |_| "a中α日".into()),
    pattern("emoji", |_| "😀".into()),
];

/// `pattern` of about `size` bytes.
fn page(pattern: &Pattern, size: usize) -> String {
    let mut random = fastrand::Rng::with_seed(1);
    let mut text = pattern.begun.to_owned();
    while text.len() < size {
        text.push_str(&(pattern.part)(&mut random));
    }
    text + pattern.ended
}

/// What the last quadrupling multiplied the time by, the size that was reached, and how long it took.
fn growth(pattern: &Pattern, long: Duration, run: &dyn Fn(&str)) -> (f64, usize, Duration) {
    let time = |size| {
        let text = page(pattern, size);
        let once = || work_of(|| run(black_box(&text)));
        once().min(once())
    };
    let (mut size, mut last) = (SMALLEST, time(SMALLEST));
    loop {
        size *= 4;
        let now = time(size);
        if now >= long || size >= LARGEST {
            return (now.as_secs_f64() / last.as_secs_f64().max(1e-3), size, now);
        }
        last = now;
    }
}

/// What is done to a page.
type Job<'j> = Box<dyn Fn(&str) + 'j>;

#[expect(clippy::print_stdout, reason = "the table is what it is run for")]
fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let known = Knowledge::embedded().expect("the tables are whole");
    let wishes = |stages: &[StageName]| Wishes {
        stages: stages.to_vec(),
        script: Some(Configuration::T2s),
        ..Wishes::default()
    };
    let pipeline =
        Pipeline::new(stage::all(&wishes(&StageName::ALL), known, None).expect("the stages"), Policy::default());
    let simple: Vec<StageName> = StageName::ALL.into_iter().filter(|name| *name != StageName::Confusables).collect();
    let simple = Pipeline::new(stage::all(&wishes(&simple), known, None).expect("the stages"), Policy::default());
    let stages: Vec<(StageName, Box<dyn Stage>)> = StageName::ALL
        .into_iter()
        .map(|name| (name, stage::all(&wishes(&[name]), known, None).expect("the stage").remove(0)))
        .collect();
    let survey = Survey::new(Gazetteer::embedded().expect("the gazetteer is whole"));
    let by_words = Script::new(Configuration::S2twp).expect("the dictionaries");
    let report = |text: &str| {
        let page = Page { text: text.to_owned(), ..decode("page", b"", Encoding::Auto).expect("a page") };
        let cleaned = simple.clean(page.text.clone());
        PageReport::of(&page, &cleaned).expect("a report")
    };
    let mut jobs: Vec<(String, Job<'_>)> = Vec::new();
    for (name, stage) in &stages {
        jobs.push((name.code().to_owned(), Box::new(|text| stage.propose(text, &mut Vec::new()))));
    }
    jobs.push(("script by words".into(), Box::new(|text| by_words.propose(text, &mut Vec::new()))));
    jobs.push(("decode".into(), Box::new(|text| _ = black_box(decode("page", text.as_bytes(), Encoding::Auto)))));
    jobs.push((
        "decode a cut page".into(),
        Box::new(|text| {
            _ = black_box(decode("page", &text.as_bytes()[..text.len() - 2], Encoding::Auto));
        }),
    ));
    jobs.push(("survey".into(), Box::new(|text| survey.add(text))));
    jobs.push(("clean and report".into(), Box::new(|text| _ = black_box(report(text)))));
    jobs.push(("pipeline".into(), Box::new(|text| _ = black_box(pipeline.clean(text.to_owned())))));
    let (numbers, words): (Vec<String>, Vec<String>) = wanted.into_iter().partition(|word| word.parse::<u64>().is_ok());
    let long = Duration::from_millis(numbers.first().and_then(|number| number.parse().ok()).unwrap_or(LONG));
    for (name, run) in &jobs {
        for pattern in PATTERNS {
            let label = format!("{name:18} {:32}", pattern.name);
            if !words.is_empty() && !words.iter().any(|word| label.contains(word.as_str())) {
                continue;
            }
            let (times, size, took) = growth(pattern, long, run);
            let mark = if times > SUSPICIOUS && took >= MEASURABLE { "  <<<" } else { "" };
            println!("{label} x{times:4.1} at {:5} KB, {:8.1} ms{mark}", size >> 10, took.as_secs_f64() * 1e3);
        }
    }
}
