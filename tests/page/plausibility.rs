//! The list of frequent characters, against a corpus.

use std::collections::HashMap;
use std::{env, fs};

/// Prints the most frequent characters of the file that `KANWU_CORPUS` names, and how much of it they make up.
#[test]
#[expect(clippy::print_stdout, reason = "the list is to be seen")]
#[ignore = "needs a corpus: KANWU_CORPUS=news.txt cargo test --test all frequent_characters -- --ignored --nocapture"]
fn frequent_characters_of_a_corpus() {
    let corpus = fs::read_to_string(env::var("KANWU_CORPUS").unwrap()).unwrap();
    let mut counts: HashMap<char, usize> = HashMap::new();
    for c in corpus.chars().filter(|c| ('\u{4E00}'..='\u{9FFF}').contains(c)) {
        *counts.entry(c).or_default() += 1;
    }
    let mut by_count: Vec<(char, usize)> = counts.into_iter().collect();
    by_count.sort_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
    let all: usize = by_count.iter().map(|(_, count)| count).sum();
    let top = &by_count[..640.min(by_count.len())];
    let share = top.iter().map(|(_, count)| count).sum::<usize>() as f64 / all as f64;
    println!("{}\n{share:.3} of {all}", top.iter().map(|(c, _)| c).collect::<String>());
    assert!(share > 0.8, "{share}");
}
