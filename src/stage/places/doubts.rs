//! What makes a reading doubtful, however likely it is: it is proposed then, and never applied.

use super::super::mention::is_mentioned;
use super::super::people::is_surname;
use super::super::variants;
use super::features::{Channel, Page, Seen, before_in_line};
use super::index::Owner;
use super::judge::{Judge, WELL_KNOWN};
use super::letters::BYTES;
use crate::knowledge::gazetteer::Mention;
use crate::knowledge::{Class, FormKind, Level, PlaceId};
use crate::text::{Kind, Span, is_han, kind, last_characters};

/// How often a county or what is above it stands on the page as it should, at least, where its name without suffix is put
/// right. Chosen by hand: of 13 such names that were applied where it stands there less often, on pages written to mislead,
/// none was right; on pages that engines read 7 right ones are proposed for this and the other doubts.
const OFTEN: u32 = 3;

/// Prepositions that names begin with as well, but for short ones: 从州府 is no 台州府.
const PREPOSITIONS: &str = "从由向往将以于";

/// Characters that are words by themselves, before a name as before anything.
pub(super) const FUNCTION_WORDS: &str = "的了和与及在到对把被让给因为是有也都就很不没其该此每各整这那个些几自";

impl Judge<'_> {
    /// Whether what is likely should be proposed alone.
    pub(super) fn is_doubtful(&self, page: &Page<'_>, seen: &Seen<'_>, channel: Channel) -> bool {
        !channel.is_conceivable()
            || is_other_number(self.text, seen)
            || is_counted(self.text, seen)
            || self.is_word_and_suffix(seen)
            || self.is_on_other_side(seen)
            || self.is_another_name(seen)
            || is_mentioned(self.text, seen.hit.span())
            || self.is_of_history(seen)
            || self.is_in_other_script(seen)
            || self.is_before_city(page, seen)
            || self.is_word_and_more(seen)
            || is_other_kind(self.text, seen)
            || is_of_trade(self.text, seen)
            || are_countries(self.text, seen)
            || self.is_function_word_before_word(seen)
            || self.is_valid_elsewhere(page, seen)
            || self.is_short_form(page, seen)
            || self.is_cut_from_name(seen)
            || self.is_name_and_more(seen)
            || self.is_before_word(seen)
            || seen.is_bare() && self.is_doubtful_bare(page, seen)
    }

    /// Whether the string is the name of another place in traditional script: 湯溪村 is no 濠溪村.
    fn is_in_other_script(&self, seen: &Seen<'_>) -> bool {
        let (span, differing) = (seen.hit.span(), seen.hit.differing());
        let (before, after) = (&self.text[span.start()..differing.start()], &self.text[differing.end()..span.end()]);
        let instead = [before, seen.instead().encode_utf8(&mut [0; 4]), after].concat();
        variants::simplified(span.of(self.text))
            .is_some_and(|name| name != instead && self.known.gazetteer.has(&name, |_| true))
    }

    /// Whether a name of two characters without suffix should be proposed alone: such names are one character away from much that stands in
    /// any text.
    fn is_doubtful_bare(&self, page: &Page<'_>, seen: &Seen<'_>) -> bool {
        let is_word = || self.known.lexicon.get(seen.hit.span().of(self.text)).is_some();
        let times = page.standing(seen, true);
        let may_be_other =
            || self.is_seldom(seen, times) || self.is_named_after(seen) || self.may_be_person(seen, times);
        let read = seen.read_and_instead(self.text).0;
        let is_function_word = FUNCTION_WORDS.contains(read) || PREPOSITIONS.contains(read);
        is_word() || is_function_word || !page.listed.contains(&seen.hit.span()) && may_be_other()
    }

    /// The names of places above the towns that share a character with `span`.
    fn names_above_towns(&self, span: Span) -> impl Iterator<Item = (Span, PlaceId)> {
        let gazetteer = self.known.gazetteer;
        let first = self.mentioned.mentions.partition_point(|mention| mention.span.end() <= span.start());
        let near = self.mentioned.mentions[first..].iter().take_while(move |mention| mention.span.start() < span.end());
        near.flat_map(move |mention| {
            let places = gazetteer.places(mention.form).into_iter().map(|(place, _)| place);
            places.filter(|place| gazetteer.level(*place) < Level::Town).map(|place| (mention.span, place))
        })
    }

    /// Whether a name of a place above the towns begins before the string and ends in it: 湖南|晶星 is no 南昌.
    fn is_cut_from_name(&self, seen: &Seen<'_>) -> bool {
        let (span, differing) = (seen.hit.span(), seen.hit.differing());
        self.names_above_towns(span).any(|(name, _)| {
            let is_before = name.start() < span.start() && name.end() <= differing.start();
            let is_after = span.end() < name.end() && differing.end() <= name.start();
            is_before || is_after
        })
    }

    /// Whether all but the last character, which differs, is a name of what the page is about, and no suffix says that the
    /// name is another: 房山扩建 is no 房山矿.
    fn is_name_and_more(&self, seen: &Seen<'_>) -> bool {
        let (span, differing) = (seen.hit.span(), seen.hit.differing());
        if seen.name.suffix > 0 || differing.end() < span.end() {
            return false;
        }
        // Once is that in the string.
        let is_named =
            |place: PlaceId| self.scope.places().iter().any(|scoped| scoped.place == place && scoped.named > 1);
        let rest = Span::new(span.start(), differing.start());
        self.names_above_towns(rest).any(|(name, place)| name == rest && is_named(place))
    }

    /// Whether what looks like the suffix begins a word: 高桩市场 is no 高雄市.
    fn is_before_word(&self, seen: &Seen<'_>) -> bool {
        const WORDS: &[&str] = &[
            "市场", "市集", "市值", "市面", "市价", "区域", "区块", "区别", "区间", "区分", "镇静", "镇定", "乡愁",
            "乡音", "道路", "道理", "道德", "村落",
        ];
        let suffix = &self.text[seen.hit.span().end() - BYTES..];
        seen.name.suffix > 0 && WORDS.iter().any(|word| suffix.starts_with(word))
    }

    /// Whether what is called so may be named after anything: 松池路 is no 松江路, 铂山小区 no 铅山小区.
    fn is_named_after(&self, seen: &Seen<'_>) -> bool {
        const ROADS: &str = "路街巷弄桥河山湖江寺庙";
        const HOUSES: &[&str] = &[
            "小区", "花园", "家园", "新村", "名苑", "华府", "公馆", "大厦", "广场", "酒店", "宾馆", "公司", "集团",
            "超市", "饭馆", "饭店", "药房", "诊所", "书店",
        ];
        let after = self.text[seen.hit.span().end()..].chars().take_while(|c| is_han(*c));
        let after: String = after.take(4).collect();
        after.starts_with(|c| ROADS.contains(c)) || HOUSES.iter().any(|house| after.contains(house))
    }

    /// Whether the string may be what a person is called, with the surname or after it: 赵莹 beside 赵营, 张寿全 beside 长寿.
    fn may_be_person(&self, seen: &Seen<'_>, times: u32) -> bool {
        let span = seen.hit.span();
        let begins = span.of(self.text).starts_with(is_surname);
        let goes_on = self.text[span.end()..].starts_with(is_han);
        let is_whole = begins && seen.hit.differs == Some(1) && times < OFTEN;
        let is_longer = begins && seen.hit.differs == Some(0) && goes_on;
        is_whole || is_longer || before_in_line(self.text, span.start(), 1).starts_with(is_surname)
    }

    /// Whether so short a name stands too seldom on the page, as it should, for a string that is like it to be one: that of
    /// a county or what is above, which all kinds of texts name. A town's is looked for only where the page names the town.
    fn is_seldom(&self, seen: &Seen<'_>, times: u32) -> bool {
        let Owner::Place(place) = seen.name.owner else { return false };
        self.known.gazetteer.level(place) < Level::Town && times < OFTEN
    }

    /// The places that the name just before `span` may mean.
    fn names_just_before(&self, span: Span) -> Vec<PlaceId> {
        let mentions = &self.mentioned.mentions;
        let first = mentions.partition_point(|mention| mention.span.end() < span.start());
        let just_before = mentions[first..].iter().take_while(|mention| mention.span.end() == span.start());
        let places = |mention: &Mention| self.known.gazetteer.places(mention.form);
        just_before.flat_map(places).map(|(place, _)| place).collect()
    }

    /// Whether the string is the full name of a town that the county before it has, 驿城区水屯镇, or of a town or village somewhere, and the
    /// page does not have the other name as it should be: then only its shape speaks for that.
    fn is_valid_elsewhere(&self, page: &Page<'_>, seen: &Seen<'_>) -> bool {
        let string = seen.hit.span().of(self.text);
        let gazetteer = self.known.gazetteer;
        let is_full = |kind: FormKind| matches!(kind, FormKind::Full | FormKind::Former);
        let above = self.names_just_before(seen.hit.span());
        let is_below = |place: PlaceId| gazetteer.parents(place).any(|parent| above.contains(&parent));
        if gazetteer.find(string).iter().any(|(place, form)| is_full(form.kind) && is_below(*place)) {
            return true;
        }
        page.standing(seen, false) == 0 && gazetteer.has(string, is_full)
    }

    /// Whether the string is a well-known word and what looks like a suffix: 广大|市民 are no 广州市民, 交到|村委会 is no 交渠村委会.
    /// Towns and villages by themselves may be called like words.
    fn is_word_and_suffix(&self, seen: &Seen<'_>) -> bool {
        const COMMITTEES: &[&str] = &["村委会", "居委会"];
        let span = seen.hit.span();
        let (string, suffix) = (span.of(self.text), usize::from(seen.name.suffix) * BYTES);
        let word = self.known.lexicon.get(&string[..string.len() - suffix]);
        let is_well_known = || word.is_some_and(|word| word.class != Class::Place && word.count >= WELL_KNOWN);
        let Owner::Place(place) = seen.name.owner else { return false };
        let is_above_towns = self.known.gazetteer.level(place) < Level::Town;
        let is_committee = COMMITTEES.iter().any(|committee| string.ends_with(committee));
        suffix > 0 && !seen.is_in_suffix() && (is_above_towns || is_committee) && is_well_known()
    }

    /// Whether the village that was read is called after the side on which it lies: a list may have only one of those that are called
    /// alike, 高王家庄 and not 南王家庄.
    fn is_on_other_side(&self, seen: &Seen<'_>) -> bool {
        const SIDES: &str = "东西南北";
        let Owner::Place(place) = seen.name.owner else { return false };
        seen.hit.differs == Some(0)
            && self.known.gazetteer.level(place) == Level::Village
            && SIDES.contains(seen.read_and_instead(self.text).0)
    }

    /// Whether what differs is a word by itself, and a well-known word follows: 到山区 is no 房山区.
    fn is_function_word_before_word(&self, seen: &Seen<'_>) -> bool {
        let (span, differing) = (seen.hit.span(), seen.hit.differing());
        let rest = Span::new(differing.end(), span.end()).of(self.text);
        let is_word = || self.known.lexicon.get(rest).is_some_and(|word| word.count >= WELL_KNOWN);
        let is_first = differing.start() == span.start() && rest.len() > BYTES;
        is_first && FUNCTION_WORDS.contains(differing.of(self.text)) && is_word()
    }

    /// Whether the text says that a place goes by this name as well: 射洪古称射江.
    fn is_another_name(&self, seen: &Seen<'_>) -> bool {
        const CALLED: &[&str] = &[
            "古称",
            "旧称",
            "原称",
            "曾称",
            "又称",
            "也称",
            "亦称",
            "别称",
            "史称",
            "俗称",
            "人称",
            "简称",
            "改称",
            "称为",
            "称作",
            "称之为",
            "古名",
            "旧名",
            "原名",
            "曾名",
            "又名",
            "别名",
            "更名",
            "改名",
            "名为",
            "名叫",
            "又叫",
            "也叫",
            "叫做",
            "叫作",
            "写作",
            "写成",
        ];
        let before = before_in_line(self.text, seen.hit.start, 3);
        CALLED.iter().any(|word| before.ends_with(word))
    }

    /// Whether what follows the first character, which differs, is a word, and no parent is named before it: 共益|城市 is no 盐城市.
    fn is_before_city(&self, page: &Page<'_>, seen: &Seen<'_>) -> bool {
        const CITY: &str = "城市";
        let (span, differing) = (seen.hit.span(), seen.hit.differing());
        seen.hit.differs == Some(0)
            && self.text[differing.end()..span.end()] == *CITY
            && self.text[..span.start()].ends_with(is_han)
            && !page.is_after_parent(seen)
    }

    /// Whether the string is a well-known word and a character that makes a noun of it, which alone differs, and no suffix stands there:
    /// 清凉|地 is no 清凉寺.
    fn is_word_and_more(&self, seen: &Seen<'_>) -> bool {
        const NOUNS: &str = "地园城带型化性区界";
        let (span, differing) = (seen.hit.span(), seen.hit.differing());
        let word = self.known.lexicon.get(Span::new(span.start(), differing.start()).of(self.text));
        seen.name.suffix == 0
            && differing.end() == span.end()
            && NOUNS.contains(differing.of(self.text))
            && word.is_some_and(|word| word.class != Class::Place && word.count >= WELL_KNOWN)
    }

    /// Whether the text tells of an age in which places went by other names, or of a year of the last century: 秦时设余汗县.
    fn is_of_history(&self, seen: &Seen<'_>) -> bool {
        /// As far before the name as the age is told, in characters. Chosen by hand.
        const NEAR: usize = 16;
        const AGES: &str = "秦汉晋隋唐宋元明清";
        const OF_AGES: &str = "时代朝初末";
        let before = before_in_line(self.text, seen.hit.start, NEAR);
        let mut pairs = before.chars().zip(before.chars().skip(1));
        let has_year = || before.match_indices('年').any(|(at, _)| ends_in_old_year(&before[..at]));
        pairs.any(|(age, of)| AGES.contains(age) && OF_AGES.contains(of)) || before.contains("民国") || has_year()
    }

    /// Whether a province, city or county stands there by its short form, and what looks like its suffix may be a word or
    /// begin one: 襄阳丰正公司 is no 襄阳市正公司, 门头沟外 no 门头沟区.
    fn is_short_form(&self, page: &Page<'_>, seen: &Seen<'_>) -> bool {
        const WORDS: &str = "外内里上下中间前后旁边的地得了是和与及或在有为等以从到也都还又";
        let Owner::Place(place) = seen.name.owner else { return false };
        let goes_on = || self.text[seen.hit.span().end()..].starts_with(is_han);
        let (read, _) = seen.read_and_instead(self.text);
        self.known.gazetteer.level(place) < Level::Town
            && (WORDS.contains(read) || goes_on())
            && page.is_whole_without(seen)
    }
}

/// Whether `text` ends in a year of the last century or before.
fn ends_in_old_year(text: &str) -> bool {
    let year = last_characters(text, 4);
    year.len() == 4 && year.starts_with('1') && year.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text counts what the string ends in, or has a number before it: 厦、漳、泉、莆四市, 77个断路村, 60余家次.
fn is_counted(text: &str, seen: &Seen<'_>) -> bool {
    const NUMBERS: &str = "两三四五六七八九十几数多各";
    const MEASURES: &str = "个座处条所";
    let (span, differing) = (seen.hit.span(), seen.hit.differing());
    let is_number = |c: char| kind(c) == Kind::Digit || NUMBERS.contains(c);
    let is_before_suffix = span.end() - differing.end() == usize::from(seen.name.suffix) * BYTES;
    let ends_list =
        || before_in_line(text, span.start(), 4).contains('、') || differing.of(text).starts_with(['两', '各']);
    let before = before_in_line(text, span.start(), 2);
    let is_measured = before.ends_with(|c| MEASURES.contains(c)) && before.starts_with(is_number);
    let is_rest_of_number =
        before.ends_with(|c| kind(c) == Kind::Digit) && span.of(text).starts_with(['余', '多', '几']);
    is_before_suffix && differing.of(text).starts_with(is_number) && ends_list() || is_measured || is_rest_of_number
}

/// Whether what differs is a number, and the name has another: 三村 is no misread 二村.
fn is_other_number(text: &str, seen: &Seen<'_>) -> bool {
    const NUMBERS: &str = "一二三四五六七八九十";
    let (read, instead) = seen.read_and_instead(text);
    NUMBERS.contains(read) && NUMBERS.contains(instead)
}

/// Whether the string ends as a place of another kind does, and the name in a suffix: 青莲庄 is no 青莲镇. 铺 is what engines read for 镇.
fn is_other_kind(text: &str, seen: &Seen<'_>) -> bool {
    const KINDS: &str = "店屯堡寨营庄坪坝沟桥滩湾岭峪口窑楼集关";
    const SUFFIXES: &str = "镇乡村";
    let (read, instead) = seen.read_and_instead(text);
    seen.hit.differing().end() == seen.hit.span().end() && KINDS.contains(read) && SUFFIXES.contains(instead)
}

/// Whether what would become the suffix belongs to what a firm does: 柳林锁业 is no 柳林镇业.
fn is_of_trade(text: &str, seen: &Seen<'_>) -> bool {
    let (span, differing) = (seen.hit.span(), seen.hit.differing());
    differing.end() == span.end() && text[span.end()..].starts_with('业')
}

/// Whether the string is two countries or parts of the world, each in a character: 台非 is no 台北.
fn are_countries(text: &str, seen: &Seen<'_>) -> bool {
    const COUNTRIES: &str = "中美日韩朝俄英法德意印越泰缅菲澳欧亚非拉台港沪京";
    seen.is_bare() && seen.hit.span().of(text).chars().all(|c| COUNTRIES.contains(c))
}
