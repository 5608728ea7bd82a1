use std::path::Path;

use kanwu::review::{Choice, Decisions, Scope};

const GOOD: &str = r#"{
  "format": "kanwu decisions 1",
  "report": "ab",
  "reviewer": "甲",
  "pages": {
    "a.txt": "cd"
  },
  "decisions": [
    {
      "rule": "place-name",
      "before": "刀镇",
      "after": "刁镇",
      "scope": "group",
      "decision": "accept",
      "instead": "刁镇街道",
      "except": [
        {
          "page": "a.txt",
          "id": 17,
          "decision": "reject"
        }
      ]
    },
    {
      "rule": "place-name",
      "before": "刀镇",
      "after": "刁镇",
      "scope": "occurrence",
      "page": "a.txt",
      "id": 3,
      "decision": "reject"
    }
  ]
}
"#;

#[test]
fn decisions_are_written_as_they_are_read() {
    let decisions = Decisions::parse(GOOD, Path::new("d.json")).unwrap();
    assert_eq!(decisions.to_json().unwrap(), GOOD);
    assert_eq!(decisions.list[0].choice, Choice::Accept { instead: Some("刁镇街道".into()) });
    assert_eq!((decisions.list[1].scope, decisions.list[1].line), (Scope::Occurrence, 24));
    let mut turned = decisions.clone();
    turned.list.reverse();
    assert_eq!(turned.to_json().unwrap(), GOOD, "whatever their order");
}

#[track_caller]
fn check(from: &str, to: &str, said: &[&str]) {
    assert!(GOOD.contains(from), "{from}");
    let error = Decisions::parse(&GOOD.replacen(from, to, 1), Path::new("d.json")).unwrap_err().to_string();
    for said in said {
        assert!(error.contains(said), "no {said:?} in {error}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    check("\"report\"", "\"rapport\"", &["d.json:3:", "unknown field `rapport`", "export the decisions again"]);
    check("\"scope\": \"group\"", "\"scope\": \"gruop\"", &["d.json:13:", "unknown variant `gruop`"]);
    check("\"scope\": \"group\",", "\"scope\": \"group\", \"x\": 1,", &["d.json:13:", "unknown field `x`"]);
    check("\"id\": 17", "\"id\": -1", &["d.json:19:", "-1"]);
    check("decisions 1", "decisions 2", &["d.json:2:", "decisions 2", "review.html"]);
    check("\"page\": \"a.txt\",\n      \"id\": 3,", "\"page\": \"a.txt\",", &["d.json:24:5: ", "needs its `page`"]);
    check("\"scope\": \"group\",", "\"scope\": \"group\", \"id\": 3,", &["d.json:9:5: ", "\"occurrence\" only"]);
    check("\"accept\"", "\"reject\"", &["d.json:9:5: ", "`instead` goes with \"accept\" only"]);
    check("  ]\n}", "  ]\n", &["d.json:", "EOF"]);
}
