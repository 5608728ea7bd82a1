//! What the source and the documents promise about themselves.

use std::fs;
use std::path::{Path, PathBuf};

use kanwu::correction::Rule;

use crate::samples::folder;

/// The modules of the library, lowest first; those of one layer may use one another.
const LAYERS: &[&[&str]] = &[
    &["error"],
    &["text"],
    &["correction"],
    &["knowledge", "adapter"],
    &["page"],
    &["engine"],
    &["stage"],
    &["pipeline"],
    &["report"],
    &["review"],
    &["batch"],
    &["learn"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The Rust files below `top`, by their paths from there.
fn sources(top: &Path) -> Vec<PathBuf> {
    let mut sources: Vec<PathBuf> = ignore::Walk::new(top)
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.strip_prefix(top).unwrap().to_owned())
        .collect();
    sources.sort();
    sources
}

/// The modules that the code of `source` names as `crate::…`, with the line where it does; documentation may name any.
fn uses(source: &str) -> Vec<(usize, String)> {
    let mut uses = Vec::new();
    for (at, path) in source.match_indices("crate::") {
        let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if source[start..at].trim_start().starts_with("//") {
            continue;
        }
        let line = source[..at].matches('\n').count() + 1;
        let after = &source[at + path.len()..];
        let names: Vec<&str> = match after.strip_prefix('{') {
            Some(group) => heads(group),
            None => vec![after],
        };
        uses.extend(names.into_iter().map(|name| (line, head(name))));
    }
    uses
}

/// The paths inside a group of `use`, which `group` begins after its bracket, without what nested groups hold.
fn heads(group: &str) -> Vec<&str> {
    let (mut heads, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                heads.push(group[start..at].trim());
                start = at + 1;
            }
            '}' => depth -= 1,
            _ => {}
        }
        if c == '}' && start == at + 1 {
            break;
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

/// The module that `path` begins with. What the crate's root re-exports is the module's that it comes from.
fn head(path: &str) -> String {
    let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if matches!(name.as_str(), "Error" | "Result") { "error".to_owned() } else { name }
}

#[test]
fn uses_are_found_one_by_one_and_in_groups() {
    let found = uses(
        "use crate::text::Span;\nuse crate::{Error, page::{self, Page}, stage::Stage};\ncrate::report::line(\n/// crate::learn",
    );
    let found: Vec<(usize, &str)> = found.iter().map(|(line, module)| (*line, module.as_str())).collect();
    assert_eq!(found, [(1, "text"), (2, "error"), (2, "page"), (2, "stage"), (3, "report")]);
}

#[test]
fn a_module_uses_only_lower_ones() {
    let (mut checked, mut faults) = (0, Vec::new());
    for path in sources(&folder("src")) {
        let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if matches!(module, "lib" | "bin") {
            continue;
        }
        let own = layer(module).unwrap_or_else(|| panic!("{module} has no layer"));
        for (line, used) in uses(&fs::read_to_string(folder("src").join(&path)).unwrap()) {
            let at = layer(&used).unwrap_or_else(|| panic!("{}:{line}: {used} has no layer", path.display()));
            checked += 1;
            if at > own {
                faults.push(format!("{}:{line}: {module} uses {used}, which is above it", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(checked > 100, "only {checked} uses were found");
}

/// Compares what stands between the markers of `document` with `expected`; `BLESS=1` writes it there.
#[track_caller]
fn check_table(document: &str, expected: &str) {
    let path = folder(document);
    let text = fs::read_to_string(&path).unwrap();
    let start = text.find("<!-- rules -->\n").expect("a marker before the table") + "<!-- rules -->\n".len();
    let end = text.find("<!-- /rules -->").expect("a marker after the table");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{}{expected}{}", &text[..start], &text[end..])).unwrap();
    } else {
        assert_eq!(&text[start..end], expected, "BLESS=1 cargo test --test all rule_tables writes {document}");
    }
}

fn rows(summary: impl Fn(Rule) -> &'static str) -> String {
    let row = |rule: &Rule| format!("| `{}` | {} | {} |\n", rule.code(), rule.stage().code(), summary(*rule));
    Rule::ALL.iter().map(row).collect()
}

#[test]
fn the_rule_tables_are_the_rules() {
    let english = rows(|rule| rule.manual().summary);
    check_table("README.md", &format!("| rule | stage | what it does |\n| --- | --- | --- |\n{english}"));
    let chinese = rows(|rule| rule.manual().summary_zh);
    check_table("README.zh-CN.md", &format!("| 规则 | 阶段 | 做什么 |\n| --- | --- | --- |\n{chinese}"));
}

#[test]
fn every_dictionary_has_its_origin_told() {
    let readme = fs::read_to_string(folder("dictionaries/README.md")).unwrap();
    let untold: Vec<String> = fs::read_dir(folder("dictionaries"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md" && !readme.contains(name.as_str()))
        .collect();
    assert!(untold.is_empty(), "dictionaries/README.md does not name {untold:?}");
}
