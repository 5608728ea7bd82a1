//! What makes a change doubtful, however likely text and shapes make it.

use super::Misreading;
use crate::knowledge::{FormKind, Knowledge, Level, PlaceId};
use crate::stage::{mention, people};
use crate::text::{Kind, Span, first_characters, is_han, kind, last_characters};

/// Whether a change is to be left to the user: one that makes the text hardly likelier, as 李沭阳
/// is than 李沐阳 on a page about 沭阳; one that breaks the name of a place, such as 柘溪镇, wherever
/// that lies; one that was never counted of a word in quotation marks, which may be coined, as “回头香”; one of a word that
/// recurs on the page; one of what may be a name, in a list or after an office; one of a number for a number; one that a list would
/// then hold twice; one that writers make themselves; one that makes the name of a county elsewhere; one of a word that
/// the text speaks of; and one of a character that no engine was seen to read.
pub(super) fn are_about(text: &str, misreading: &Misreading, known: &Knowledge) -> bool {
    let span = misreading.span;
    let is_met = |c| known.channel().is_met(c);
    let is_counted = misreading.feature("count") > 0.0;
    let recurs = misreading.feature("again_before") >= RECURS
        && misreading.feature("again_before") > misreading.feature("again_after");
    !span.of(text).chars().all(is_met)
        || misreading.feature("gain") < CLEARLY
        || recurs
        || are_numbers(span.of(text), &misreading.instead)
        || !is_counted && is_in_quoted_word(text, span)
        || is_in_item_like_a_name(text, span)
        || is_in_listed_place(text, span, known)
        || is_listed_already(text, span, &misreading.instead)
        || are_written_alike(span.of(text), &misreading.instead)
        || makes_county_elsewhere(text, misreading, known)
        || is_in_name_after_office(text, span)
        || is_in_name_of_speaker(text, misreading)
        || is_surname_alone(text, span)
        || is_in_byline(text, span, &misreading.instead)
        || mention::is_mentioned(text, span)
        || mention::is_spelt(text, span)
        || is_in_place_name(text, span, known)
}

/// The logarithm of one more than how often a character stands elsewhere on the page beside either neighbour, from which on both are
/// taken for a word of the page's own: six times, that is three words. Chosen by hand.
const RECURS: f32 = 1.94;

/// By how much the text is likelier with a change, at least, that is made, in nats. Of 3,500 changes on pages that engines read thirteen
/// make it less likely than this, all of them right; on pages that were written to mislead three, all of them wrong.
const CLEARLY: f32 = 2.0;

const LIST_COMMA: char = '、';

/// Whether one number would take the place of another: of these the text may hold either.
fn are_numbers(before: &str, after: &str) -> bool {
    let is_number = |text: &str| text.chars().all(|c| "一二三四五六七八九十百千万亿两".contains(c));
    is_number(before) && is_number(after)
}

/// Whether `span` stands in quotation marks, or as a title, with no more than a word.
fn is_in_quoted_word(text: &str, span: Span) -> bool {
    /// Longer ones are phrases or sentences; chosen by hand.
    const LONGEST: usize = 6;
    mention::quoted(text, span, LONGEST).is_some()
}

/// The Chinese characters that `span` stands among, and the characters on either side of them.
fn item(text: &str, span: Span) -> (Span, Option<char>, Option<char>) {
    /// No item is longer on either side, in characters; chosen by hand.
    const LONGEST: usize = 24;
    let length = |c: char| is_han(c).then_some(c.len_utf8());
    let bytes = |side: &mut dyn Iterator<Item = char>| -> usize { side.take(LONGEST).map_while(length).sum() };
    let start = span.start() - bytes(&mut text[..span.start()].chars().rev());
    let end = span.end() + bytes(&mut text[span.end()..].chars());
    (Span::new(start, end), text[..start].chars().next_back(), text[end..].chars().next())
}

/// Whether `span` stands in an item of a list that is as long as a name: 、袁降平、.
fn is_in_item_like_a_name(text: &str, span: Span) -> bool {
    const NAME: std::ops::RangeInclusive<usize> = 2..=3;
    let (item, before, after) = item(text, span);
    let is_in_list = before == Some(LIST_COMMA) || after == Some(LIST_COMMA);
    let parts = |c: Option<char>| c.is_none_or(|c| matches!(c, LIST_COMMA | '：' | ' ' | '\u{3000}' | '\n'));
    is_in_list && NAME.contains(&item.of(text).chars().count()) && parts(before) && parts(after)
}

/// Whether `span` stands in the last item of a list of places: 白蕉、莲溪等镇.
fn is_in_listed_place(text: &str, span: Span, known: &Knowledge) -> bool {
    let (item, before, _) = item(text, span);
    let listed = item.of(text).split_once('等').map(|(name, _)| name);
    before == Some(LIST_COMMA)
        && listed.is_some_and(|name| span.end() <= item.start() + name.len() && !known.gazetteer.find(name).is_empty())
}

/// Whether the list that `span` stands in has the item that `instead` would make of it already: 铅、镉、铬 has 铅.
fn is_listed_already(text: &str, span: Span, instead: &str) -> bool {
    /// As much of a list on either side as is looked at, in characters; chosen by hand.
    const LIST: usize = 60;
    let (item, before, after) = item(text, span);
    if before != Some(LIST_COMMA) && after != Some(LIST_COMMA) {
        return false;
    }
    let changed = [&text[item.start()..span.start()], instead, &text[span.end()..item.end()]].concat();
    let is_of_list = |c: &char| is_han(*c) || *c == LIST_COMMA;
    let before = text[..item.start()].chars().rev().take(LIST).take_while(is_of_list);
    let after = text[item.end()..].chars().take(LIST).take_while(is_of_list);
    let from = item.start() - before.map(char::len_utf8).sum::<usize>();
    let to = item.end() + after.map(char::len_utf8).sum::<usize>();
    text[from..to].split(LIST_COMMA).any(|other| other == changed)
}

/// Whether `span` is the given name, or part of it, of a person whose office is told: 馆长刘漂河.
fn is_in_name_after_office(text: &str, span: Span) -> bool {
    let before = &text[..span.start()];
    let mut given = before.char_indices().rev().take(2);
    given.any(|(at, surname)| {
        before[at..].chars().all(is_han) && people::is_surname(surname) && people::ends_in_office(&before[..at])
    })
}

/// Whether `before` and `after` sound alike and stand for one another in what people write: 入市须谨慎.
fn are_written_alike(before: &str, after: &str) -> bool {
    /// Of 3,460 changes that were applied to pages that engines had read none was one of these.
    const PAIRS: &[&str] =
        &["须需", "作做", "象像", "他它", "他她", "的地", "的得", "地得", "份分", "订定", "度渡", "那哪", "帐账"];
    PAIRS.iter().any(|pair| {
        let (one, other) = pair.split_at('须'.len_utf8());
        [one, other] == [before, after] || [other, one] == [before, after]
    })
}

/// Whether the change makes the name of a county of three characters or more that the page does not have, and nothing above which it names:
/// 曲麻菜 is a vegetable, and 曲麻莱 a county of 青海. Towns and villages are called like words, as 新农村 is.
fn makes_county_elsewhere(text: &str, misreading: &Misreading, known: &Knowledge) -> bool {
    /// Nearly all such names without suffix have no more characters.
    const LONGEST: usize = 5;
    /// As much of the name of a place above it as papers write at least, in characters.
    const SHORT: usize = 2;
    let (span, instead) = (misreading.span, misreading.instead.as_str());
    let before = last_characters(&text[..span.start()], LONGEST - 1);
    let after = first_characters(&text[span.end()..], LONGEST - 1);
    let line = [before, instead, after].concat();
    let changed = Span::new(before.len(), before.len() + instead.len());
    let is_named = |place: PlaceId| {
        let mut above = known.gazetteer.parents(place);
        above.any(|parent| text.contains(first_characters(&known.gazetteer.name(parent), SHORT)))
    };
    let is_elsewhere = |name: &str| {
        let places = known.gazetteer.find(name);
        !places.is_empty()
            && places.iter().all(|(place, _)| known.gazetteer.level(*place) == Level::County && !is_named(*place))
    };
    names_around(&line, changed, LONGEST).any(|name| !text.contains(name) && is_elsewhere(name))
}

/// The strings of Chinese characters of `text` that hold `span`, three characters to `longest`.
fn names_around(text: &str, span: Span, longest: usize) -> impl Iterator<Item = &str> {
    let starts = text[..span.start()].char_indices().rev().take(longest - 1).map(|(at, _)| at);
    starts.chain([span.start()]).flat_map(move |start| {
        let ends = text[start..].char_indices().map(move |(at, c)| start + at + c.len_utf8());
        let ends = ends.take(longest).skip(2).filter(move |end| *end >= span.end());
        ends.map(move |end| &text[start..end]).filter(|string| string.chars().all(is_han))
    })
}

/// Whether `span` is the given name, or part of it, of a person whose words follow, 瓜农窦万崮说, and the page has the other name nowhere.
fn is_in_name_of_speaker(text: &str, misreading: &Misreading) -> bool {
    const SPEAKS: &[&str] = &["说", "介绍", "表示", "告诉", "坦言", "回忆", "感慨", "笑着"];
    let span = misreading.span;
    let before = &text[..span.start()];
    let surname = before.char_indices().rev().take(2).find(|(_, c)| people::is_surname(*c)).map(|(at, _)| at);
    let Some(start) = surname.filter(|start| before[*start..].chars().all(is_han)) else { return false };
    let rest = &text[span.end()..];
    let speaks = |rest: &str| SPEAKS.iter().any(|word| rest.starts_with(word));
    let next = rest.chars().next().filter(|c| is_han(*c)).map_or(0, char::len_utf8);
    let is_three = before[start..].chars().count() + usize::from(!speaks(rest)) <= 2;
    let end = if speaks(rest) { Some(0) } else { speaks(&rest[next..]).then_some(next) };
    let other = |end: usize| [&before[start..], &misreading.instead, &rest[..end]].concat();
    is_three && end.is_some_and(|end| !text.contains(&other(end)))
}

/// Whether `span` is a surname, as what follows or goes before tells: 右某, 姓右.
fn is_surname_alone(text: &str, span: Span) -> bool {
    text[span.end()..].starts_with('某') || text[..span.start()].ends_with('姓')
}

/// Whether `span` is part of a name that a word such as 记者 or 编辑： announces, and `instead` would not make such a word of it.
fn is_in_byline(text: &str, span: Span, instead: &str) -> bool {
    /// As far behind a byline's word as a name reaches, in characters: two names, with what parts them.
    const NEAR: usize = 8;
    let is_gap = |c: char| kind(c) == Kind::Blank || matches!(c, '：' | ':' | ';');
    let before = text[..span.start()].char_indices().rev().take(NEAR).take_while(|&(_, c)| is_han(c) || is_gap(c));
    let before = &text[before.last().map_or(span.start(), |(at, _)| at)..span.start()];
    let behind = |words: &[&[&str]]| {
        let ends = words.concat().into_iter().filter_map(|word| before.rfind(word).map(|at| at + word.len()));
        ends.max().map(|end| &before[end..])
    };
    let around = |middle: &str| [last_characters(before, 2), middle, first_characters(&text[span.end()..], 2)].concat();
    let (is, was) = (around(instead), around(span.of(text)));
    if people::announcing_names().any(|word| is.contains(word) && !was.contains(word)) {
        return false;
    }
    let begins_name = |text: &str| text.starts_with(people::is_surname);
    let is_name = |rest: &str| match rest.rsplit(is_gap).next().unwrap_or_default() {
        "" => begins_name(span.of(text)) || begins_name(instead),
        name => name.chars().count() < 3 && begins_name(name),
    };
    behind(&[people::EDITORS]).is_some_and(|rest| rest.starts_with(['：', ':', ';']))
        || behind(&[people::REPORTERS, people::AUTHORS]).is_some_and(is_name)
}

/// Whether `span` is part of the full name of a place of three characters or more.
fn is_in_place_name(text: &str, span: Span, known: &Knowledge) -> bool {
    /// Nearly all names of towns and villages in full have no more characters.
    const LONGEST: usize = 6;
    let is_full = |kind: FormKind| matches!(kind, FormKind::Full | FormKind::Former | FormKind::Alias);
    let is_name = |string: &str| known.gazetteer.has(string, is_full);
    names_around(text, span, LONGEST).any(is_name)
}
