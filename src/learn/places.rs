//! Fitting of the trees that judge misread place names.
//!
//! Pages of clean text on which a county is named: what comes up there is no misread name. Then names that stand on them
//! are misread, one at a time, as engines would, and what comes up there is right if it puts the name back.

use std::fmt::Write as _;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Boosting, Ensemble, Example, Source};
use crate::error::Result;
use crate::knowledge::{FormKind, Gazetteer, Knowledge, Level, PlaceId, Trees};
use crate::stage::Places;
use crate::stage::places::{FITTED_CHARACTERS, SUBJECT};
use crate::text::Span;

/// How many names are misread on a page at most.
const MOST_MISREAD: usize = 6;

/// Names are misread on one page in so many: the others show only what comes up where nothing is wrong, which is seldom.
const MISREAD_PAGES: usize = 5;

/// How many names are put into a page that does not have them.
const PLANTED: usize = 6;

/// The share of names that are taken to be misread on pages that people clean. Of 1,877 names of places on damaged pages
/// Tesseract misread 481.
const MISREAD: f64 = 0.25;

/// One page in so many is checked and not fitted on.
const CHECKED: usize = 5;

const SETTINGS: Boosting = Boosting { trees: 300, leaves: 12, rate: 0.12, penalty: 2.0, least: 4.0 };

/// The log-odds of 0.95, from which on corrections are applied.
const APPLIED: f64 = 2.944;

/// Fits the trees on `texts` and gives their file.
///
/// # Errors
///
/// When a text cannot be read.
pub fn places(known: Knowledge, texts: Vec<Source>) -> Result<String> {
    let stage = Places::new(known, Arc::default(), Vec::new(), None);
    let mut pages = Vec::new();
    for text in texts {
        let mut page = String::new();
        let mut characters = 0;
        text.lines(|_, line| {
            characters += line.chars().count();
            page.push_str(line);
            page.push('\n');
            if characters >= FITTED_CHARACTERS {
                pages.push(std::mem::take(&mut page));
                characters = 0;
            }
            Ok(())
        })?;
    }
    let made: Vec<Made> =
        pages.par_iter().enumerate().filter_map(|(seed, page)| Made::of(&stage, known, page, seed)).collect();
    let (checked, fitted): (Vec<_>, Vec<_>) = made.into_iter().enumerate().partition(|(at, _)| at % CHECKED == 0);
    let fitted: Vec<Made> = fitted.into_iter().map(|(_, made)| made).collect();
    let checked: Vec<Made> = checked.into_iter().map(|(_, made)| made).collect();
    let examples: Vec<&Example> =
        fitted.iter().flat_map(|made| made.clean.iter().chain(made.misread.iter().flatten())).collect();
    let rows: Vec<&[f32]> = examples.iter().map(|example| &example.features[..]).collect();
    let labels: Vec<bool> = examples.iter().map(|example| example.yes).collect();
    let names: Vec<&str> = SUBJECT.features.iter().map(|(name, _)| *name).collect();
    let trees = Ensemble::grow(&rows, &labels, SETTINGS).to_text(&names);
    // All misread names that were made are as many as all names; there are far fewer of them on real pages.
    let all: usize = fitted.iter().map(|made| made.names).sum();
    let misread: usize = fitted.iter().map(|made| made.misread.len()).sum();
    let shift = (MISREAD * all as f64 / misread.max(1) as f64).ln();
    let trees = format!("{trees}{shift:.4}\n");
    let model = Trees::parse(&format!("{}\n{trees}", SUBJECT.format), SUBJECT, "places.txt".as_ref())?;
    let mut text = format!(
        "{}\n# Fitted on {} pages that name a county, with {misread} of {all} names misread; {} examples.\n",
        SUBJECT.format,
        fitted.len(),
        examples.len()
    );
    text += &check(&model, &checked);
    text += &trees;
    Ok(text)
}

/// What comes up on one page.
struct Made {
    /// As it is.
    clean: Vec<Example>,
    /// For each name that was misread, what comes up there.
    misread: Vec<Vec<Example>>,
    /// How many names stand there.
    names: usize,
}

impl Made {
    fn of(stage: &Places, known: Knowledge, page: &str, seed: usize) -> Option<Self> {
        let counties = stage.scope(page);
        counties.places().iter().find(|scoped| known.gazetteer.level(scoped.place) == Level::County)?;
        let mut random = fastrand::Rng::with_seed(seed as u64);
        let clean = stage.readings(page).into_iter();
        let mut clean: Vec<Example> =
            clean.map(|reading| Example { features: reading.features.to_vec(), yes: false }).collect();
        let mut names = stage.names(page);
        let all = names.len();
        if !seed.is_multiple_of(MISREAD_PAGES) {
            return Some(Self { clean, misread: Vec::new(), names: all });
        }
        random.shuffle(&mut names);
        let mut misread: Vec<Vec<Example>> = names
            .iter()
            .take(MOST_MISREAD)
            .filter_map(|name| misread(stage, known, page, *name, &mut random))
            .collect();
        let county =
            counties.places().iter().find(|scoped| known.gazetteer.level(scoped.place) == Level::County)?.place;
        for _ in 0..PLANTED {
            let Some((page, name)) = plant(known, page, county, &mut random) else { continue };
            if names_of(&page, name, stage) {
                misread.extend(self::misread(stage, known, &page, name, &mut random));
            } else {
                let here = stage.readings(&page).into_iter();
                let here =
                    here.filter(|reading| reading.span.start() < name.end() && name.start() < reading.span.end());
                clean.extend(here.map(|reading| Example { features: reading.features.to_vec(), yes: false }));
            }
        }
        Some(Self { clean, misread, names: all + PLANTED / 2 })
    }
}

/// Whether `name` stands in `page` as a name that is in scope.
fn names_of(page: &str, name: Span, stage: &Places) -> bool {
    stage.names(page).iter().any(|other| other.start() <= name.start() && name.end() <= other.end())
}

/// `page` with the name of a town or village in it, and where that stands: two times in three one of `county` with an
/// even number, else one of another county, or one that is nowhere listed.
///
/// Names of towns and villages are few in news of the nation, and many in local papers.
fn plant(known: Knowledge, page: &str, county: PlaceId, random: &mut fastrand::Rng) -> Option<(String, Span)> {
    let gazetteer = known.gazetteer;
    let name = match random.u32(0..9) {
        0..6 => name_below(gazetteer, county, random, true)?,
        6 | 7 => {
            let province = gazetteer.parents(county).last()?;
            let counties: Vec<PlaceId> =
                gazetteer.descendants(province).filter(|place| gazetteer.level(*place) == Level::County).collect();
            name_below(gazetteer, *counties.get(random.usize(0..counties.len().max(1)))?, random, false)?
        }
        _ => unlisted(random),
    };
    let mentions: Vec<usize> = gazetteer.mentions(page).map(|mention| mention.span.end()).collect();
    let at = if random.bool() && !mentions.is_empty() {
        mentions[random.usize(0..mentions.len())]
    } else {
        let openings: Vec<usize> = page
            .char_indices()
            .filter(|(_, c)| "在到对为和、，。与向从".contains(*c))
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        *openings.get(random.usize(0..openings.len().max(1)))?
    };
    let (before, after) = page.split_at(at);
    Some((format!("{before}{name}{after}"), Span::new(at, at + name.len())))
}

/// A form of a town or village of `county`: with a suffix, or of three characters and more.
fn name_below(gazetteer: &Gazetteer, county: PlaceId, random: &mut fastrand::Rng, even: bool) -> Option<String> {
    let towns: Vec<PlaceId> = gazetteer.children(county).collect();
    let town = *towns.get(random.usize(0..towns.len().max(1)))?;
    let villages: Vec<PlaceId> = gazetteer.children(town).collect();
    let place =
        if villages.is_empty() || random.u32(0..5) < 2 { town } else { villages[random.usize(0..villages.len())] };
    if even && gazetteer.number(place) % 2 == 1 {
        return None;
    }
    let mut forms = gazetteer.forms(place);
    forms.retain(|(text, form)| {
        let length = text.chars().count();
        form.kind != FormKind::Period && !form.common && length <= 6 && (length > 2 || form.kind != FormKind::Stem)
    });
    (!forms.is_empty()).then(|| forms.swap_remove(random.usize(0..forms.len())).0)
}

/// A name of a kind that villages and people have, made up.
fn unlisted(random: &mut fastrand::Rng) -> String {
    let surnames: Vec<char> =
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
            .chars()
            .collect();
    let given: Vec<char> = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉建国志文德永春海山林".chars().collect();
    let of = |from: &[char], random: &mut fastrand::Rng| from[random.usize(0..from.len())];
    let surname = of(&surnames, random);
    if random.bool() {
        return format!("{surname}{}{}", of(&given, random), of(&given, random));
    }
    let before = ["", "小", "大", "东", "西", "南", "北", "前", "后", "上", "下", "新", "老"];
    let after = ["庄", "家庄", "村", "家村", "家沟", "家湾", "家屯", "家坪", "家塘", "家河", "家寨", "庄村", "家店"];
    format!("{}{surname}{}", before[random.usize(0..before.len())], after[random.usize(0..after.len())])
}

/// What comes up where `name` is misread; in half of the cases wherever it stands.
fn misread(
    stage: &Places,
    known: Knowledge,
    page: &str,
    name: Span,
    random: &mut fastrand::Rng,
) -> Option<Vec<Example>> {
    let text = name.of(page);
    let at = random.usize(0..text.chars().count());
    let (offset, right) = text.char_indices().nth(at)?;
    let read = misreading(known, right, random)?;
    if read.len_utf8() != right.len_utf8() {
        return None;
    }
    let wrong = format!("{}{read}{}", &text[..offset], &text[offset + right.len_utf8()..]);
    let hurt = if random.bool() && text.chars().count() > 2 {
        page.replace(text, &wrong)
    } else {
        format!("{}{wrong}{}", &page[..name.start()], &page[name.end()..])
    };
    let differing = name.start() + offset;
    let here = stage.readings(&hurt).into_iter().filter(|reading| reading.differing.start() == differing);
    Some(
        here.map(|reading| Example {
            yes: page.get(reading.span.start()..reading.span.end()) == Some(reading.name.as_str()),
            features: reading.features.to_vec(),
        })
        .collect(),
    )
}

/// What an engine might read for `right`: by its counts in seven of ten cases where there are any, else by shape.
fn misreading(known: Knowledge, right: char, random: &mut fastrand::Rng) -> Option<char> {
    let mut weighed: Vec<(char, f64)> = Vec::new();
    if random.f64() < 0.7 {
        weighed = known.confusions.read_as(right).map(|(read, count)| (read, f64::from(count))).collect();
    }
    if weighed.is_empty() {
        // Ten times as likely for each eighth that two are more alike.
        weighed = known.shapes.look_alikes(right).map(|(read, likeness)| (read, (18.0 * likeness).exp())).collect();
    }
    weighed.retain(|(read, _)| crate::text::is_han(*read));
    let mut left = random.f64() * weighed.iter().map(|(_, weight)| weight).sum::<f64>();
    let chosen = weighed.iter().find(|(_, weight)| {
        left -= weight;
        left < 0.0
    });
    chosen.map(|(read, _)| *read)
}

/// What the model reaches on pages that it was not fitted on, as comments.
fn check(model: &Trees, pages: &[Made]) -> String {
    let odds = |example: &Example| model.log_odds(&example.features);
    let clean: Vec<f64> = pages.iter().flat_map(|page| page.clean.iter().map(odds)).collect();
    let over = |least: f64| clean.iter().filter(|odds| **odds >= least).count();
    let best: Vec<Option<(f64, bool)>> = pages
        .iter()
        .flat_map(|page| &page.misread)
        .map(|there| there.iter().map(|e| (odds(e), e.yes)).max_by(|a, b| a.0.total_cmp(&b.0)))
        .collect();
    let said = |least: f64, right: bool| {
        best.iter().flatten().filter(|(odds, yes)| *odds >= least && *yes == right).count() as f64
            / best.len().max(1) as f64
    };
    let mut text = format!(
        "# Checked on {} other pages: applied (from 0.95) wrongly on clean text {}, proposed {}; of {} misread names\n",
        pages.len(),
        over(APPLIED),
        over(0.0) - over(APPLIED),
        best.len()
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "# {:.4} applied rightly, {:.4} wrongly; {:.4} with a proposal or better that is right, {:.4} that is wrong.",
        said(APPLIED, true),
        said(APPLIED, false),
        said(0.0, true),
        said(0.0, false)
    );
    text
}
