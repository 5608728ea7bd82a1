use kanwu::knowledge::Model;
use kanwu::knowledge::model::Context;

use super::read;

#[test]
fn a_line_has_no_blanks_and_knows_where_its_letters_stand() {
    let text = "新 容\u{3000}破，GDP\t增\0长";
    let line = read(text);
    let letters: String = line.letters().iter().map(|letter| letter.c).collect();
    assert_eq!(letters, "新容破，GDP增长");
    for letter in line.letters() {
        assert_eq!(letter.span().of(text), letter.c.to_string());
    }
}

#[test]
fn the_costs_of_letters_add_up_to_the_lines() {
    let text = "全县工业产值实现了新突破，同比增长8.3%。";
    let line = read(text);
    let whole = -Model::embedded().read(&Context::UNKNOWN, text).0;
    assert!((line.cost(0, line.letters().len()) - whole).abs() < 1e-3);
    assert!((line.cost(0, 5) + line.cost(5, usize::MAX) - whole).abs() < 1e-3);
    assert!(line.cost(1000, 2000).abs() < 1e-6);
}

#[test]
fn what_stands_there_costs_with_itself_what_it_costs() {
    let line = read("全县工业产值实现了新容破，同比增长");
    let (start, end) = (10, 11);
    let as_read = line.cost_with(Model::embedded(), start, end, "容".chars());
    assert!((as_read - line.cost(start, end + Model::embedded().order() - 1)).abs() < 1e-3);
    assert!(line.cost_with(Model::embedded(), start, end, "突".chars()) < as_read - 5.0);
}

#[test]
fn an_empty_line_is_nothing() {
    for text in ["", " \u{3000}\t", "\0\r"] {
        let line = read(text);
        assert!(line.letters().is_empty());
        assert!(line.cost(0, 10).abs() < 1e-6);
        assert_eq!(line.before(0).known(), 0);
    }
}
