use imara_diff::{Algorithm, Diff, InternedInput, Interner};

/// The page called `name` as one HTML file, which shows what becomes of `old` in `new` inside the lines, word by word:
/// Chinese has no blanks between its words, so each of its characters is one.
pub fn inline(name: &str, old: &str, new: &str) -> String {
    let mut words = InternedInput { before: Vec::new(), after: Vec::new(), interner: Interner::new(1024) };
    words.update_before(split(old));
    words.update_after(split(new));
    let diff = Diff::compute(Algorithm::Histogram, &words);
    let mut body = String::with_capacity(new.len() * 2);
    let text = |tokens: &[imara_diff::Token]| tokens.iter().map(|token| words.interner[*token]).collect::<String>();
    let mut shown = 0;
    for hunk in diff.hunks() {
        let (before, after) =
            (hunk.before.start as usize..hunk.before.end as usize, hunk.after.start as usize..hunk.after.end as usize);
        body.push_str(&escaped(&text(&words.before[shown..before.start])));
        shown = before.end;
        for (tag, gone) in [("del", text(&words.before[before])), ("ins", text(&words.after[after]))] {
            if !gone.is_empty() {
                // What cannot be seen is shown by a sign.
                let gone = escaped(&gone).replace('\n', "↵\n").replace('\u{3000}', "□").replace(' ', "␣");
                body.extend(["<", tag, ">", &gone, "</", tag, ">"]);
            }
        }
    }
    body.push_str(&escaped(&text(&words.before[shown..])));
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

/// Words of Latin letters or digits, and every other character by itself.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if first.is_ascii_alphanumeric() {
            rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
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

    #[test]
    fn changes_are_marked_inside_the_line() {
        let page = inline("a<b>.txt", "甲,乙 abc\n", "甲，乙 abd\n");
        assert!(page.contains("<pre>甲<del>,</del><ins>，</ins>乙 <del>abc</del><ins>abd</ins>\n</pre>"), "{page}");
        assert!(page.contains("<title>a&lt;b&gt;.txt"), "{page}");
    }

    #[test]
    fn no_text_becomes_markup() {
        let page = inline("p", "</pre><script>alert(1)</script>", "</pre><script>alert(2)</script>&");
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("</pre>").count(), 1, "{page}");
    }
}
