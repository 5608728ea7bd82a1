use crate::pipeline::Cleaned;
use crate::text::{Span, first_characters, last_characters};

/// The page called `name` as one HTML file, which shows what became of its source `old` inside the lines, word by word:
/// Chinese has no blanks between its words, so each of its characters is one.
pub fn inline(name: &str, old: &str, cleaned: &Cleaned) -> String {
    let new = &cleaned.text;
    let mut body = String::with_capacity(new.len() * 2);
    let mut shown = 0;
    for (before, after) in changes(old, cleaned) {
        body.push_str(&escaped(&old[shown..before.start()]));
        shown = before.end();
        for (tag, gone) in [("del", before.of(old)), ("ins", after.of(new))] {
            if !gone.is_empty() {
                // What cannot be seen is shown by a sign.
                let gone = escaped(gone).replace('\n', "↵\n").replace('\u{3000}', "□").replace(' ', "␣");
                body.extend(["<", tag, ">", &gone, "</", tag, ">"]);
            }
        }
    }
    body.push_str(&escaped(&old[shown..]));
    let name = escaped(name);
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{name} · kanwu</title>\n<style>\n:root {{ color-scheme: light dark }}\n\
         body {{ max-width: 50em; margin: 2em auto; padding: 0 1em; line-height: 1.8 }}\n\
         pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }}\n\
         del {{ background: light-dark(#fdd, #622); text-decoration: line-through }}\n\
         ins {{ background: light-dark(#cfc, #253); text-decoration: underline }}\n</style>\n</head>\n<body>\n\
         <h1>{name}</h1>\n<pre>{body}</pre>\n</body>\n</html>\n"
    )
}

/// What changed from `old` to the clean text, by whole words, from left to right: where it stood, and what stands there now.
fn changes(old: &str, cleaned: &Cleaned) -> Vec<(Span, Span)> {
    let mut changes: Vec<(Span, Span)> = Vec::new();
    for &(before, after) in cleaned.offsets().edits() {
        if before.of(old) == after.of(&cleaned.text) {
            continue;
        }
        let (before, after) = trimmed(old, &cleaned.text, before, after);
        let (before, after) = whole_words(old, &cleaned.text, before, after);
        match changes.last_mut() {
            Some((last_before, last_after)) if before.start() <= last_before.end() => {
                *last_before = Span::new(last_before.start(), before.end());
                *last_after = Span::new(last_after.start(), after.end());
            }
            _ => changes.push((before, after)),
        }
    }
    changes
}

/// `before` in `old` and `after` in `new` without what they begin and end with alike.
fn trimmed(old: &str, new: &str, before: Span, after: Span) -> (Span, Span) {
    let alike = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(one, other)| one == other).map(|(c, _)| c.len_utf8()).sum()
    };
    let head = alike(&mut before.of(old).chars().zip(after.of(new).chars()));
    let (before, after) =
        (Span::new(before.start() + head, before.end()), Span::new(after.start() + head, after.end()));
    let tail = alike(&mut before.of(old).chars().rev().zip(after.of(new).chars().rev()));
    (Span::new(before.start(), before.end() - tail), Span::new(after.start(), after.end() - tail))
}

/// `before` in `old` and `after` in `new` with the rest of the words that either cuts, which is the same in both texts.
fn whole_words(old: &str, new: &str, before: Span, after: Span) -> (Span, Span) {
    let is_cut = |text: &str, at: usize| text[..at].ends_with(is_in_word) && text[at..].starts_with(is_in_word);
    let head =
        if is_cut(old, before.start()) || is_cut(new, after.start()) { word_at_end(&old[..before.start()]) } else { 0 };
    let tail =
        if is_cut(old, before.end()) || is_cut(new, after.end()) { word_at_start(&old[before.end()..]) } else { 0 };
    (Span::new(before.start() - head, before.end() + tail), Span::new(after.start() - head, after.end() + tail))
}

/// Characters that are looked at of a word. Chosen by hand.
const LONGEST_WORD: usize = 64;

/// Whether `c` is of a word of Latin letters or digits.
fn is_in_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// The length of what `text` has of a word at its end.
fn word_at_end(text: &str) -> usize {
    let near = last_characters(text, LONGEST_WORD);
    near.len() - near.trim_end_matches(is_in_word).len()
}

/// The same at its start.
fn word_at_start(text: &str) -> usize {
    let near = first_characters(text, LONGEST_WORD);
    near.len() - near.trim_start_matches(is_in_word).len()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}' => escaped.push('\u{FFFD}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correction::{Confidence, Correction, Edit, Policy, Revision, Rule, StageName, apply};
    use crate::pipeline::Pass;

    /// What is shown of `old` where each pass replaces what it names, wherever that stands.
    fn shown(old: &str, passes: &[&[(&str, &str)]]) -> String {
        let mut cleaned = Cleaned { text: old.to_owned(), passes: Vec::new(), others: Vec::new() };
        for replaced in passes {
            let at = |&(before, after): &(&str, &str)| {
                let places = cleaned.text.match_indices(before).map(|(at, _)| at);
                let edit = |at| Edit::replace(Span::new(at, at + before.len()), after);
                let correction = |at| Correction::new(Rule::LetterInNumber, edit(at), Confidence::CERTAIN, Vec::new());
                places.map(correction).collect::<Vec<_>>()
            };
            let revision = apply(&cleaned.text, replaced.iter().flat_map(at).collect(), &Policy::default());
            assert!(revision.others.is_empty());
            let Revision { text, applied, offsets, .. } = revision;
            cleaned.text = text;
            cleaned.passes.push(Pass { stage: StageName::Numerals, applied, offsets });
        }
        inline("a<b>.txt", old, &cleaned)
    }

    #[track_caller]
    fn check(old: &str, passes: &[&[(&str, &str)]], expected: &str) {
        let page = shown(old, passes);
        assert!(page.contains(&format!("<pre>{expected}</pre>")), "{page}");
    }

    #[test]
    fn changes_are_marked_inside_the_line_by_whole_words() {
        let page = shown("甲,乙 abc\n", &[&[(",", "，"), ("c", "d")]]);
        assert!(page.contains("<pre>甲<del>,</del><ins>，</ins>乙 <del>abc</del><ins>abd</ins>\n</pre>"), "{page}");
        assert!(page.contains("<title>a&lt;b&gt;.txt"), "{page}");
        check("共1OlO元", &[&[("O", "0"), ("l", "1")]], "共<del>1OlO</del><ins>1010</ins>元");
        check("刁 镇街道", &[&[("刁 镇街道", "刁镇街道")]], "刁<del>␣</del>镇街道");
        check("3,870", &[&[(",", "，")]], "3<del>,</del><ins>，</ins>870");
    }

    #[test]
    fn what_several_passes_did_is_one_change() {
        check("甲.,乙", &[&[(",", "，")], &[(".，", "。")]], "甲<del>.,</del><ins>。</ins>乙");
        check("甲,乙", &[&[(",", "，")], &[("，", ",")]], "甲,乙");
        check("甲乙丙", &[&[("乙", "")], &[("甲丙", "甲丁丙")]], "甲<del>乙</del><ins>丁</ins>丙");
        check("甲\n乙末", &[&[("\n", "")], &[("末", "来")]], "甲<del>↵\n</del>乙<del>末</del><ins>来</ins>");
    }

    #[test]
    fn no_text_becomes_markup() {
        let page = shown("</pre><script>alert(1)</script>", &[&[("1", "2"), ("t>", "t>&")]]);
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("</pre>").count(), 1, "{page}");
    }
}
