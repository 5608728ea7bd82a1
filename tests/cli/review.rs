//! The review page as a file; what it does in a browser is tested in `tests/browser`.

use kanwu::report::Report;
use kanwu::review::{Groups, Language, Limits, page};

use super::{Folder, HURT};

/// A folder with `pages` and their report, its lines left as they are.
fn reported(pages: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(pages);
    folder.run("clean in -o clean --report report --quiet --skip layout").expect(0, &[]);
    folder
}

fn groups(folder: &Folder, limits: &Limits) -> Groups {
    Groups::read(&mut Report::open(&folder.path("report")).unwrap(), limits).unwrap()
}

#[test]
fn clean_writes_it_beside_the_report_and_review_makes_the_same() {
    let folder = reported(&[("in/a.txt", HURT)]);
    let made = folder.read("report/review.html");
    folder.run("review report").expect(0, &["report/review.html: 1 group of 2 corrections; open it in a browser"]);
    assert_eq!(folder.read("report/review.html"), made);
    folder.run("review report -o other.html --quiet").expect(0, &[]);
    folder.run("review report -o no/dir/other.html --quiet").expect(0, &[]);
    assert_eq!(folder.read("no/dir/other.html"), folder.read("other.html"));
    assert_eq!(folder.read("other.html"), made);
}

#[test]
fn it_is_the_same_whatever_the_number_of_threads() {
    let pages: Vec<(String, String)> =
        (0..40).map(|at| (format!("in/{at}.txt"), format!("{HURT}第{at}版,第{at}版\n"))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (&**name, &**text)).collect();
    let folder = reported(&pages);
    for jobs in [1, 3] {
        folder
            .run(&format!("clean in -o clean --report report-{jobs} --quiet --skip layout --jobs {jobs}"))
            .expect(0, &[]);
        assert_eq!(folder.read(&format!("report-{jobs}/review.html")), folder.read("report/review.html"));
    }
}

#[test]
fn it_is_bound_to_the_report() {
    let folder = reported(&[("in/a.txt", HURT)]);
    let hash = blake3::hash(folder.read("report/corrections.jsonl").as_bytes()).to_hex().to_string();
    assert_eq!(groups(&folder, &Limits::default()).report, hash);
    assert!(folder.read("report/review.html").contains(&hash));
}

#[test]
fn a_folder_that_holds_no_report_is_named_with_the_remedy() {
    let folder = Folder::with(&[("empty/a.txt", "")]);
    folder.run("review empty").expect(2, &["empty/pages.jsonl", "the folder that `kanwu clean --report` wrote"]);
    assert!(!folder.has("empty/review.html"));
}

#[test]
fn a_report_that_was_altered_is_refused() {
    let folder = reported(&[("in/a.txt", HURT)]);
    let sources = folder.read("report/sources.txt").replace("聚焦", "聚隹");
    folder.write("report/sources.txt", sources);
    folder.run("review report -o other.html").expect(2, &["report/sources.txt", "clean the pages again"]);
    assert!(!folder.has("other.html"));
}

#[test]
fn an_input_is_not_written_over() {
    let folder = Folder::with(&[("review.html", HURT)]);
    folder
        .run("clean review.html -o clean --report .")
        .expect(2, &["review.html is an input and would be overwritten"]);
    assert_eq!(folder.read("review.html"), HURT);
}

/// Three groups: a hundred commas, two colons, a letter in a number.
fn three_groups() -> Folder {
    let commas = "聚焦项目建设,夯实发展硬实力\n".repeat(100);
    reported(&[("in/a.txt", &commas), ("in/b.txt", "记者:张三\n编辑:李四\n"), ("in/c.txt", "5月l0日开工\n")])
}

#[test]
fn like_corrections_are_one_group() {
    let groups = groups(&three_groups(), &Limits::default());
    let shown: Vec<(&str, &str, u64, usize)> = groups
        .list
        .iter()
        .map(|group| (&*group.before, &*group.after, group.count(), group.occurrences.len()))
        .collect();
    assert_eq!(shown, [(",", "，", 100, 100), (":", "：", 2, 2), ("l", "1", 1, 1)]);
    assert_eq!(groups.pages, [0, 1, 2]);
    assert_eq!(groups.left_out, kanwu::review::LeftOut::default());
    let letter = &groups.list[2];
    assert_eq!(letter.evidence[0].text(Language::Chinese), "改后成词：10日");
    assert_eq!(letter.evidence[0].text(Language::English), "makes a word whole: 10日");
    let occurrence = &letter.occurrences[0];
    assert_eq!((occurrence.line, occurrence.column, &*occurrence.left, &*occurrence.right), (1, 3, "5月", "0日开工\n"));
}

#[test]
fn of_groups_that_are_too_large_the_least_certain_are_shown_and_the_rest_counted() {
    let groups = groups(&three_groups(), &Limits { occurrences: 10, ..Limits::default() });
    let shown: Vec<(u64, usize)> = groups.list.iter().map(|group| (group.count(), group.occurrences.len())).collect();
    assert_eq!(shown, [(100, 7), (2, 2), (1, 1)]);
    assert_eq!(groups.left_out.occurrences, 93);
}

#[test]
fn of_too_many_groups_the_most_certain_are_left_out() {
    let folder = three_groups();
    let all = groups(&folder, &Limits::default());
    let some = groups(&folder, &Limits { groups: 2, ..Limits::default() });
    let surest = all.list.iter().max_by(|one, other| one.lowest.total_cmp(&other.lowest)).unwrap();
    assert_eq!((some.left_out.groups, some.left_out.in_groups), (1, surest.count()));
    assert!(some.list.iter().all(|group| group.before != surest.before));
}

#[test]
fn texts_beyond_the_limit_are_left_out_and_the_page_knows() {
    let folder = three_groups();
    let output = folder.path("small.html");
    let small = Limits { text_bytes: 1000, ..Limits::default() };
    page::write(&folder.path("report"), &output, &small).unwrap();
    let html = folder.read("small.html");
    assert!(html.contains("id=\"text-1\"") && html.contains("id=\"text-2\""));
    assert!(!html.contains("id=\"text-0\""), "a page of 4 kB does not fit");
    assert!(html.contains("\"a.txt\",\"") && !html.contains("聚焦项目建设\"]"));
}

#[test]
fn nothing_of_a_page_becomes_markup() {
    let folder = reported(&[("in/a.txt", "甲</script><script>乙,丙<!--丁,戊\u{2028}己\u{202e}庚\n")]);
    let html = folder.read("report/review.html");
    assert_eq!(html.matches("<script").count(), 3, "data, script, text");
    assert_eq!(html.matches("</script").count(), 3);
    assert!(!html.contains(['\u{2028}', '\u{202e}']) && !html.contains("<!--"));
}

/// The texts that the page embeds, source and clean text of each, in order.
fn embedded(html: &str) -> Vec<(String, String)> {
    let texts = html.split("<script type=\"application/json\" id=\"text-").skip(1);
    let parts = texts.map(|text| text.split_once('>').unwrap().1.split_once("</script>").unwrap().0);
    parts
        .map(|json| {
            let parts: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
            let side = |side: usize| parts.iter().map(|part| part.as_str().or(part[side].as_str()).unwrap()).collect();
            (side(0), side(1))
        })
        .collect()
}

#[test]
fn its_texts_are_the_sources_and_the_clean_pages() {
    let folder = Folder::with(&[]);
    let samples = crate::samples::folder("samples");
    folder.run(&format!("clean {} -o clean --report report --quiet", samples.display())).expect(0, &[]);
    let mut report = Report::open(&folder.path("report")).unwrap();
    let pages: Vec<_> = report.pages().unwrap().map(Result::unwrap).collect();
    let mut expected = Vec::new();
    for page in &pages {
        if !report.corrections(page).unwrap().is_empty() {
            expected.push((report.source(page).unwrap(), folder.read(&format!("clean/{}", page.page))));
        }
    }
    assert!(expected.len() > 5);
    assert_eq!(embedded(&folder.read("report/review.html")), expected);
}
