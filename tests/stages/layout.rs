use kanwu::correction::{Policy, Rule, StageName};
use kanwu::knowledge::Knowledge;
use kanwu::stage::layout::{Furniture, lines};
use kanwu::stage::{self, Sheet, Wishes};

use crate::support;

#[track_caller]
fn check(marked: &str) {
    support::check(support::stage(StageName::Layout).as_ref(), marked);
}

/// A column of a newspaper, as an engine reads it line by line.
const COLUMN: &str = "本报讯（记者 王建军）昨日上午，全县春耕[\n→]生产现场会在柳林镇召开，各乡镇主要负责[\n→]\
    人和农机站站长一百三十多人参加会议。与[\n→]会人员先后到柳林村和石门村的田间地头，[\n→]\
    察看了小麦长势、水渠清淤和农机检修的情[\n→]况，听取了村干部的介绍。会议要求，各乡[\n→]\
    镇要抓住当前晴好天气，组织群众浇好返青[\n→]水，管好麦田，备足种子和化肥，确保春播[\n→]一次全苗。\n";

#[test]
fn lines_of_a_column_are_joined() {
    check(COLUMN);
}

#[test]
fn a_heading_stands_apart_from_its_article() {
    check(&format!("全县春耕生产现场会召开\n要求抓紧农时确保春播一次全苗\n{COLUMN}"));
}

#[test]
fn an_article_stands_apart_from_the_next_heading() {
    check(&format!("{COLUMN}春灌工作有序推进\n{COLUMN}"));
}

#[test]
fn an_empty_line_inside_a_sentence_goes() {
    check(
        "去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质[\n\n→]量全部合格。\n\n\
         水库管理所的技术员每天两次到坝上查看，汛期里一个小时报一回水位。",
    );
}

#[test]
fn an_empty_line_between_paragraphs_stays() {
    check(
        "全县水库除险加固工程全部完工，工程质量全部合格。\n\n水库管理所的技术员每天两次到坝上查看，汛期里一个小时报一回水位。\n\n\
         “今年心里踏实多了。”住在坝下的李桂兰说。",
    );
}

#[test]
fn a_page_of_a_paragraph_a_line_stays() {
    check(
        "柳林镇今年新修水渠八公里，改造旱田六百亩，全镇一万三千亩麦田都能浇上返青水。\n\
         镇里还从农机站请来技术员，逐村检修抽水机和喷灌设备，确保不误农时。\n\
         石门村党支部书记王建军说，往年这个时候还在抢水，今年水渠通到了地头。\n\
         “浇一遍地省下三十块钱。”村民李桂兰算了一笔账。\n",
    );
}

#[test]
fn indents_part_paragraphs_and_lines_between_are_joined() {
    check(
        "　　入春以来，石门镇抢抓晴好天气，组[\n→]织群众清淤渠道，检修泵站，保证二万亩麦[\n→]田及时浇上返青水。\n\
         \u{3000}\u{3000}镇里还请来农机站的技术员，逐村检[\n→]修抽水机，手把手教群众使用喷灌设备，群[\n→]众有事，一个电话就到地头。\n\
         \u{3000}\u{3000}石门村党支部书记王建军说，往年这[\n→]个时候还在抢水，今年水渠通到了地头，浇[\n→]一遍地省下三十块钱。\n",
    );
}

#[test]
fn verse_that_is_indented_line_by_line_stays() {
    check(
        "春天来了\n\n　　我们走在田野上，\n　　风从南边吹过来，\n　　麦苗一夜青了，\n　　河水一夜涨了，\n　　母亲站在门前，\n\
         \u{3000}\u{3000}望着远去的路。\n",
    );
}

#[test]
fn the_title_and_the_author_of_verse_stand_apart() {
    check("山村的早晨\n李文\n\n  鸡叫了三遍，\n  炊烟升起来，\n  牛铃叮当响，\n  孩子背着书包，\n  走过门前的石桥。\n");
}

#[test]
fn verse_that_is_not_indented_stays() {
    check(
        "山村的早晨\n\n鸡叫了三遍，\n炊烟升起来，\n牛铃叮当响，\n孩子背着书包，\n走过门前的石桥。\n\n\
         太阳爬上山坡，\n露水挂在草尖，\n老人坐在墙根，\n数着日子，\n等远方的电话。\n",
    );
}

#[test]
fn a_list_stays() {
    check(&format!(
        "全县春耕生产现场会召开\n{COLUMN}会议要求：\n一、抓紧春耕，不误农时；\n二、管好水利，节约用水；\n三、办好学校，方便群众。\n"
    ));
}

#[test]
fn a_list_without_marks_stays() {
    check(&format!("全县春耕生产现场会召开\n{COLUMN}会议提出三项任务\n一、抓紧春耕\n二、管好水利\n三、办好学校\n"));
    check("全县春耕生产现场会召开\n一、抓紧春耕\n二、管好水利\n三、办好学校\n");
}

#[test]
fn an_item_does_not_go_on_in_the_next() {
    for (ninth, tenth) in [("九、", "十、"), ("（九）", "（十）"), ("19.", "20."), ("⑨", "⑩"), ("９、", "10、")]
    {
        check(&format!("{COLUMN}{ninth}抓紧春耕，管好水利，办好学校，修好乡村公路和桥\n{tenth}办好学校\n"));
    }
    check(&format!("{COLUMN}九、抓紧春耕，管好水利，办好学校，修好乡村公路和桥[\n→]梁，办好卫生院。\n"));
}

#[test]
fn furniture_stands_apart() {
    check(&format!(
        "A01 要闻\n全县春耕生产现场会召开\n{COLUMN}图为柳林村村民在田间浇水。 李文 摄\n\
         编辑：王建军 美编：李文\n扫码下载客户端 看身边新闻\n"
    ));
}

#[test]
fn notices_of_a_paper_stand_apart_but_a_sentence_about_them_is_joined() {
    check(&format!("{COLUMN}扫码下载县报\n找热线上壹点\n编辑：王建军 美编：李文\n"));
    check(&format!(
        "{COLUMN}从三月四日起，全县居民都可以在手机上查[\n→]看公告，扫描下方的二维码下载新客户端，[\n→]填写姓名和地址后订阅停水通知。有疑问的[\n→]\
         可以拨打服务热线，也可以往镇里的信箱写[\n→]信，当天就有人答复。\n"
    ));
}

#[test]
fn the_parts_of_a_running_head_are_joined_with_blanks_between_them() {
    let article = format!("全县春季造林工作会议召开\n{COLUMN}");
    check(&format!("要闻[\n→ ]鲁中新闻[\n→ ]2021年3月5日[\n→ ]星期五[\n→ ]A03\n{article}"));
    check(&format!("柳林晚报综合[\n→ ]'B12 2024.05.12\n{article}"));
    check(&format!("2024年5月12日 星期日[\n→ ]A01 要闻\n{article}"));
    check(&format!("柳林新闻[\n→ ]LIULIN XINWEN[\n→ ]2023年11月[\n→ ]17日[\n→ ]02\n{article}"));
    check(&format!("{article}今日柳林[\n→ ]第4版\n"));
    check(&format!(
        "柳林新闻[\n\n→ ]2023年11月[\n\n→ ]17日[\n\n→ ]02\n\n柳林冬事 ②\n\n{}",
        article.replace('\n', "\n\n")
    ));
}

#[test]
fn what_only_looks_like_a_part_of_a_running_head_is_none() {
    let article = format!("全县春季造林工作会议召开\n{COLUMN}");
    // Nothing there numbers or dates the page.
    check(&format!("要闻\n柳林新闻\n{article}"));
    // A heading that is as short as a section's name.
    check(&format!("2021年3月5日\n柳林开镇\n{article}"));
}

#[test]
fn a_date_that_fills_a_line_of_a_column_is_no_part_of_a_running_head() {
    check(
        "本报讯 三月四日上午，全县[\n→]春季造林工作会议在县委礼堂[\n→]召开，会上宣布，从当天起到[\n→]2021年4月10日\n\
         为止，各乡镇都要完成整地和[\n→]栽植任务，逾期没有完成的，[\n→]要向县里说明原因。\n",
    );
}

#[test]
fn a_word_cut_in_two_is_whole_again() {
    check("石门村开了个会，书记笑着说，今天的第一议[\n→]题就是水的事，请大家都说说自己的想法，说[\n→]完了举手表决。\n");
}

#[test]
fn between_latin_words_a_blank_takes_the_place_of_the_line_end() {
    check(
        "昨日上午，全县春耕生产现场会在柳林镇召开，[\n→]各乡镇主要负责人和农机站站长一百三十多人[\n→]参加会议。石门村今年建起了十二座智能大棚，[\n→]\
         镇里新派来的三名技术员打开手机上的 Smart[\n→ ]Agriculture 软件，查看大棚里的温度和[\n→]湿度，再把数据传给县农业农村局的技术人员[\n→]\
         分析研判，提前为菜农发布霜冻预警的提示和[\n→]建议意见。会议要求，各乡镇要抓住当前的晴[\n→]好天气，组织群众浇好返青水，管好麦田，备[\n→]\
         足种子和化肥，确保春播一次全苗。\n",
    );
}

#[test]
fn a_blank_line_after_every_line_says_nothing() {
    // One of the lines ends where a sentence does.
    check(
        "昨日上午，全县春耕生产现[\n\n→]场会在柳林镇召开，各乡镇主要[\n\n→]负责人和农机站站长一百三十多[\n\n→]人参加会议。与会人员先后到柳[\n\n→]\
         林村和石门村的田间地头，察看[\n\n→]了小麦长势、水渠清淤和农机检[\n\n→]修的情况，听取了村干部的介绍。[\n\n→]会议要求，各乡镇要抓住当前晴[\n\n→]\
         好天气，组织群众浇好返青水，[\n\n→]管好麦田，备足种子和化肥，确[\n\n→]保春播一次全苗。镇里还从农机[\n\n→]站请来技术员，逐村检修抽水机[\n\n→]\
         和喷灌设备。\n\n去年以来，全县先后投入资[\n\n→]金三千二百万元，对辖区内二十[\n\n→]六座中小型水库逐一除险加固，[\n\n→]工程质量全部合格。水库管理所[\n\n→]\
         的技术员每天两次到坝上查看，[\n\n→]汛期里一个小时报一回水位。\n",
    );
}

#[test]
fn a_column_among_whole_paragraphs_is_joined() {
    let paragraph =
        "去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质量全部合格。\n\n";
    check(&format!(
        "{}孔家村的老街全长两千多米，石板[\n→]路被独轮车碾出了深深的车辙。前[\n→]些年，老街的铺面十家关了七家，[\n→]\
         年轻人都往城里跑。镇里请来老匠[\n→]人修旧如旧，不到三年，老街又热[\n→]闹起来了。\n\n{}",
        paragraph.repeat(14),
        paragraph.repeat(14),
    ));
}

#[test]
fn verse_and_headings_among_whole_paragraphs_stay() {
    let paragraph =
        "去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质量全部合格。\n\n"
            .repeat(14);
    check(&format!("{paragraph}河湾里的风，\n吹绿了杨柳，\n吹黄了麦穗，\n吹不散炊烟。\n\n{paragraph}"));
}

#[test]
fn the_lines_of_an_article_in_two_languages_are_joined() {
    check(
        "The county began its spring sowing this[\n→ ]week, and technicians from the bureau[\n→ ]of agriculture went from field to field[\n→ ]to look at the wheat, the ditches and[\n→ ]the new pumps. They told farmers how to[\n→ ]water the seedlings while the weather[\n→ ]holds.\n\
         本县春播从这个星期全面展开，农业局的技术[\n→]员走遍了各个乡镇的田间地头，查看小麦长势[\n→]、水渠清淤和新装水泵的情况，还向农民讲解[\n→]怎样趁着天晴给返青的麦苗浇水。\n\
         More than three hundred farmers from[\n→ ]Willow Township took part in the first[\n→ ]lesson, which was held in the yard of[\n→ ]the old school. The next one will be[\n→ ]given on Friday for those who grow[\n→ ]vegetables in greenhouses.\n\
         柳林镇的三百多位农民在老学校的院子里听了[\n→]第一课。下一课定在星期五，讲给种大棚蔬菜[\n→]的农户听。\n",
    );
}

#[test]
fn latin_text_stays() {
    check(
        "The county held a meeting on Monday to discuss the spring\nsowing, and officials from every township took part in the\n\
         afternoon session.\n",
    );
}

#[test]
fn one_line_and_none_stay() {
    check("");
    check("\n\n");
    check("春耕生产现场会召开");
    check("\n　　春耕生产现场会召开\n");
}

#[test]
fn a_heading_a_byline_and_an_article_stand_apart() {
    check(&format!("春灌工作有序推进\n本报记者 王建军 通讯员 李文\n{COLUMN}"));
}

#[test]
#[ignore = "the heading is joined to the byline below it"]
fn a_heading_and_names_after_a_bullet_stand_apart() {
    check(&format!("春灌工作有序推进\n□ 王建军 李文\n{COLUMN}"));
}

#[test]
fn a_paragraph_that_starts_with_a_rubric_or_with_whom_it_was_told_goes_on() {
    check(&format!("【农时快报】昨日上午召开的全县春耕[\n→]{}", &COLUMN[COLUMN.find("生产").unwrap()..]));
    check(&format!("{COLUMN}本报记者获悉，这次会议要求全县各[\n→]{}", &COLUMN[COLUMN.find("乡镇主要").unwrap()..]));
}

#[test]
fn a_rubric_stands_apart() {
    check(&format!("【农时快报】\n{COLUMN}"));
}

#[test]
fn a_jump_line_stands_apart() {
    check(&format!("（上接A01版）\n{COLUMN}（下转A03版）\n"));
}

#[test]
fn a_sentence_that_ends_where_its_line_is_full_goes_on() {
    check(
        "会议结束以后，与会人员先后到柳林村和石门[\n→]村的田间地头，察看了小麦长势和水渠清淤的情况。[\n→]大家认为，今年的墒情好于往年，夺取夏粮丰收有[\n→]基础、有条件。\n\
         去年秋天以来，柳林镇新修水渠八公里，改造[\n→]旱田六百亩，全镇一万三千亩麦田都能浇上返青水。[\n→]镇里还从农机站请来技术员，逐村检修抽水机和喷[\n→]灌设备，确保不误农时。\n\
         石门村党支部书记王建军说，往年这个时候还[\n→]在抢水，今年水渠通到了地头。“浇一遍地省下三[\n→]十块钱，一年下来能省一百多。”村民李桂兰算了[\n→]一笔账，她家十二亩麦田全在渠边。\n",
    );
}

#[test]
fn the_first_line_of_a_paragraph_whose_indent_an_engine_dropped_goes_on() {
    check(
        "会议结束以后，与会人员先后到柳林村和[\n→]石门村的田间地头，察看了小麦长势和水渠清[\n→]淤的情况。大家认为，今年的墒情好于往年，[\n→]夺取夏粮丰收有基础、有条件。\n\
         去年秋天以来，柳林镇新修水渠八公里，[\n→]改造旱田六百亩，全镇一万三千亩麦田都能浇[\n→]上返青水。镇里还从农机站请来技术员，逐村[\n→]检修抽水机和喷灌设备，确保不误农时。\n\
         县农业农村局的技术人员提醒，近期气温[\n→]回升快，病虫害发生风险加大。各村要组织人[\n→]员查田，发现病株及时喷药，把损失降到最低，[\n→]同时做好春播种子的准备工作。\n",
    );
}

#[test]
fn a_closed_line_that_falls_short_of_the_column_ends_its_paragraph() {
    check(&format!("{COLUMN}{COLUMN}"));
}

#[test]
fn what_stands_between_a_fragment_and_its_tail_goes_where_the_column_ends() {
    check(
        "去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质[\n\n\
         图为水库管理所的技术员在坝上查看水情。 李文 摄\n\n→]量全部合格，确保了安全度汛。\n\n\
         春灌以来，各村的水库已经向下游放水四次，三万亩麦田都浇上了返青水。[→\n\n\
         图为水库管理所的技术员在坝上查看水情。 李文 摄]\n",
    );
}

#[test]
fn a_caption_between_whole_paragraphs_stays() {
    check(
        "去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质量全部合格，确保了安全度汛。\n\n\
         图为水库管理所的技术员在坝上查看水情。 李文 摄\n\n\
         春灌以来，各村的水库已经向下游放水四次，三万亩麦田都浇上了返青水。\n",
    );
}

#[test]
fn what_breaks_off_at_the_foot_of_a_page_stays() {
    check(
        "春灌以来，各村的水库已经向下游放水四次，三万亩麦田都浇上了返青水。\n\n\
         去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质\n\n（下转A03版）\n",
    );
}

#[test]
fn a_latin_word_that_a_hyphen_cuts_is_whole_again() {
    check(
        "技术员打开手机软件，查看大棚里的 Green[-\n→]house 温度和湿度，再把这些天的数据传给县[\n→]农业农村局的技术人员分析研判，提前为菜农[\n→]\
         发布霜冻预警的提示和建议意见。\n",
    );
}

/// What `--furniture drop` takes of a page, by lines.
#[track_caller]
fn dropped(page: &str, furniture: &[&str]) {
    let wishes = Wishes { stages: vec![StageName::Layout], furniture: Furniture::Drop, ..Wishes::default() };
    let stages = stage::all(&wishes, Knowledge::embedded().unwrap(), None).unwrap();
    let mut corrections = Vec::new();
    stages[0].propose(page, &mut corrections);
    let taken = corrections.iter().filter(|correction| correction.rule == Rule::Furniture);
    let taken = taken.filter(|correction| correction.confidence >= Policy::default().apply_from);
    let taken: Vec<&str> = taken.map(|correction| correction.edit.span().of(page).trim()).collect();
    assert_eq!(taken, furniture);
}

#[test]
fn credits_and_jump_lines_are_dropped_when_asked() {
    dropped(
        "春灌工作有序推进\n镇里还从农机站请来技术员，逐村检修抽水机和喷灌设备。\n（下转A05版）\n编辑：王建军 美编：李文\n",
        &["（下转A05版）", "编辑：王建军 美编：李文"],
    );
}

#[test]
fn text_that_speaks_of_editors_and_pages_is_no_furniture() {
    dropped(
        "春灌工作有序推进\n镇里还从农机站请来技术员，逐村检修抽水机和喷灌设备。\n编辑部的王建军说，今年水足，大家都不用抢水。\n\
         第三版的消息说，柳林镇今年新修水渠八公里。\n",
        &[],
    );
}

#[test]
fn furniture_stays_unless_asked_for() {
    check("春灌工作有序推进\n镇里还从农机站请来技术员，逐村检修抽水机和喷灌设备。\n编辑：王建军 美编：李文\n");
}

#[test]
fn lines_that_each_tell_one_thing_stay_apart() {
    check("便民服务\n供水抢修电话：0888-2210001\n农机维修热线：0888-2210002\n镇政府地址：人民路18号\n值班医生：李文\n");
}

#[test]
fn a_long_line_that_ends_in_a_comma_goes_on_below_a_blank_line() {
    check(
        "老井新水\n\n清明过后，山里的雾起得比人早，挑水的人沿着石板路往上走，桶里的水晃了一路，走到村口歇一歇，[\n\n→]\
         天刚亮，井边已经排起了队，老人们说，这口井养了三代人，从来没有干过。\n\n\
         管井的人叫王建军，今年六十三岁，从二十岁起就守着这口井，哪天水浑了，哪天水少了，他都记在本子上。\n",
    );
}

#[test]
fn a_byline_that_a_line_end_cuts_keeps_its_blank() {
    check(&format!("技术人员在田间指导春耕。 记者[\n→ ]王建军 摄\n{COLUMN}"));
}

#[test]
fn a_running_head_that_was_misread_does_not_go_on_behind_a_jump_line() {
    const REST: &str = "春灌时节抓得紧，农机检修不放松\n。全县将抓住当前晴好天气，组织群众浇\n好返青水，管好麦田，备足种子和化肥，\n\
        突出抓好水渠清淤和农机检修，争取早日\n建成旱涝保收的农田，确保春播一次全苗\n，用好收成迎接全县农民丰收节到来！\n\
        扫码下载客户端\n\n编辑：王建军 美编：李文 组版：陈明\n";
    for head in [
        "C07 农事。 。 柳林晚报 2018年5月6日 星期日",
        "C07农事。柳林晚报2018年5月6日星期日",
        "柳林晚报。综合新闻星期日",
    ] {
        let clean = support::pipeline(&StageName::ALL).clean(format!("{head}\n（上接B11肠）\n\n{REST}")).text;
        let second = clean.lines().nth(1);
        assert_eq!(second, Some("（上接B11肠）"), "{clean}");
    }
}

#[test]
fn lines_that_were_joined_are_seen_as_they_were_printed() {
    let text = "　　春灌要抓紧，麦田\n\n浇水 施肥\n";
    let after = |word: &str| text.find(word).unwrap() + word.len();
    // One lies inside a character: nothing can have been joined there.
    let joints = [after("春灌"), after("抓紧") + 1, after("麦田") - 3, after("浇水")];
    let found = lines(Sheet { joints: &joints, ..Sheet::from(text) });
    let seen: Vec<_> = found.iter().map(|line| (line.text, line.is_joined, line.blank_lines_before)).collect();
    let expected =
        [("春灌", false, 0), ("要抓紧，麦", true, 0), ("田", true, 0), ("浇水", false, 1), ("施肥", true, 0)];
    assert_eq!(seen, expected);
    assert!(found[0].is_indented && !found[1].is_indented);
}

#[test]
fn a_mark_beside_chinese_is_as_wide_as_it_was_printed() {
    let halves = |text: &str| (lines(text)[0].width * 2.0) as u32;
    assert_eq!(halves("春灌, 要抓紧."), halves("春灌，要抓紧。"));
    assert_eq!(halves("1,200 tons"), 10);
}

#[test]
fn what_no_line_end_parts_is_counted_as_one() {
    let halves = |text: &str| (lines(text)[0].first_unit() * 2.0) as u32;
    assert_eq!(halves("春灌要抓紧"), 2);
    assert_eq!(halves("灌。要抓紧"), 4);
    assert_eq!(halves("“春灌”要抓紧"), 4);
    assert_eq!(halves("12.5万亩"), 4);
}

#[test]
fn a_stanza_stays_among_whole_paragraphs() {
    let prose = "　　老人把渔网收起来，坐在船头抽烟，一句话也不说，只看着河面上的雾慢慢散开，像是在等什么人回来。\n";
    check(&format!("{prose}河水向东流，\n一天又一天，\n我在桥头等，\n你在哪一边\n看着同一个月亮。\n{prose}"));
}

#[test]
fn the_name_and_the_date_below_a_letter_stand_apart() {
    check(&format!("{COLUMN}柳林镇人民政府\n2023年9月26日\n"));
    check(&format!("{COLUMN}李小满\n4月16日\n\n编者的话\n{COLUMN}"));
}

#[test]
fn names_with_what_is_told_of_them_in_brackets_stand_apart() {
    check(&format!("{COLUMN}\n柳林村（石门镇）\n小王庄（石门镇）\n东河村（柳林镇）\n"));
}

#[test]
fn captions_with_numbers_stand_apart() {
    check(&format!("{COLUMN}\n图①：柳林镇的水渠通水\n图②：石门镇的小桥通车\n图③：村民在田头\n"));
}

#[test]
fn specks_at_the_edges_of_a_column_end_no_sentence() {
    // Every second line begins or ends with one, as where the rule beside a column was read.
    let column = support::unmarked(&COLUMN.repeat(3));
    let lines: Vec<&str> = column.lines().collect();
    let dirty: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| match at % 3 {
            0 => format!("-{line}"),
            1 if !line.ends_with('。') => format!("{line} ."),
            _ => (*line).to_owned(),
        })
        .collect();
    let (marked, _) = support::applied(support::stage(StageName::Layout).as_ref(), &dirty.join("\n"));
    let joined = marked.replace("[\n→]", "");
    assert_eq!(joined.lines().count(), 3, "{joined}");
}

#[test]
fn rows_of_a_table_stand_apart() {
    check(
        "未来三天天气\n5日  多云      8～19℃     3级\n6日  小雨      7～15℃     4级\n7日  晴转多云  6～18℃     2级\n城区空气良好\n",
    );
    check(&format!("{COLUMN}\n生平年表\n1931年　生于柳林村\n1952年　任石门小学教员\n1978年　任东河中学校长\n"));
    check("今日行情\n纸浆（柳林） 6,215.50元/吨\n小麦/等外 2.31元/公斤\n东河白菜 0.92\n行情说明\n");
    check("三月份物价指数\n清河1.4-0.3 0.5\n柳林0.9-0.6 0.8\n石门1.1 0.2 0.7\n东河0.8-0.4 0.6\n");
}

#[test]
fn items_that_numbers_count_stand_apart() {
    check("［1］王建军．柳林镇志．清河出版社，1987\n［2］李小满．石门水库纪事．柳林书局，1991\n");
    check("本周成交\n1清河水泥9.44\n2柳林电子8.85\n3石门股份7.52\n4东河医药6.31\n");
}

#[test]
fn what_ends_alike_in_lines_of_unequal_widths_stands_apart() {
    check(
        "参展单位名单\n清河市柳林水泥股份有限公司\n石门农机制造有限公司\n东河县春苗种业科技发展有限公司\n大王庄粮油贸易有限公司\n",
    );
}

#[test]
fn entries_with_labels_stand_apart() {
    check(
        "便民信息\n出租：城北门面一间，月租一千五百元，押一付三。联系人：老王\n招工：柳林砖厂招普工十五名，包吃住。\n\
         转让：东河面馆，设备齐全，价格面议\n",
    );
}

#[test]
fn a_character_that_is_left_of_a_sentence_goes_on_from_it() {
    check("为了防洪，水库管理所的技术员每天两次到坝上巡查，汛期里昼夜值[\n\n→]守。\n\n水库今年蓄水三百万方。\n");
    check("石门水库蓄水三百万方，比去年多四成。\n\n好。\n");
}

#[test]
fn verse_all_of_whose_lines_end_in_marks_stands_apart() {
    check(&format!("{COLUMN}\n春天，我去浇一垄麦，\n渠水绕过石桥，\n他说，水是甜的呀，\n我说，是。\n\n{COLUMN}"));
}

#[test]
fn latin_words_meet_with_a_blank_behind_a_mark() {
    check(&format!("{COLUMN}引进的品种有Early Spring, Red River,[\n→ ]White Stone and Green Hill，都适合旱地种植。\n"));
}

#[test]
fn verse_without_marks_stands_apart() {
    check("春风吹绿柳林坡\n渠水清清绕石桥\n老汉扶犁牛慢走\n燕子衔泥过短墙\n谁家新酒香飘远\n醉倒归来放犊郎\n");
}

#[test]
fn a_heading_between_two_paragraphs_that_are_set_in_stands_apart() {
    check(
        "　　柳林镇昨天下午启用了新的便民大[\n→]厅，群众办事不用再跑县城，老人还可[\n→]以请人上门代办。新大厅周六也开门。\n\
         石门村办起了夜校，村民晚上来上课\n　　天一黑，石门村的小学又亮起了灯，[\n→]三十多个村民坐在教室里学记账。\n",
    );
}

#[test]
fn whose_photograph_it_is_ends_a_caption() {
    check("老渔民在湖边补网。 摄影：王建军\n柳林镇的集市上人来人往，卖菜的、卖布的、卖农具的挤满了街。\n");
    check("图①：社团排练。\n嫌它土，不肯张嘴。”后来她把古诗编成唱段，学生一唱，全班都来了劲，班主任也跟着学。\n");
    check("上世纪六十年代的石门水库工地。资料片\n石门水库的加固工程昨天动工，预计明年汛期以前完成全部坝体灌浆。\n");
}

#[test]
fn rows_whose_cells_single_blanks_part_stand_apart() {
    check("代码 名称 收盘 涨跌\n002 清河水泥 12.05 4.33%\n003 柳林电子 9.87 -1.80%\n个股点评\n");
    check("A101 柳林瓷厂 骨质瓷\nA118-2 石门三窑 茶具\nB203 东河玩具公司 四驱车\n");
    check("10月13日 星期一\n06:30 清河早安\n17:50 小手牵大手\n18:30 清河新闻\n");
}

#[test]
fn verse_of_unequal_lines_between_texts_stands_apart() {
    check(&format!(
        "{COLUMN}渡口\n水声很轻\n轻得像一个人翻身\n月亮落进江心\n碎了 又圆\n圆了 又碎\n摆渡人说\n江是睡不着的\n{COLUMN}"
    ));
}

#[test]
fn where_to_write_stands_apart_from_a_text_that_has_ended() {
    check("他站在门外，听见坛子里“咕嘟”一声，像是外婆应了。\n投稿邮箱：fukan@liulin.example\n");
}

#[test]
fn verse_without_marks_stands_apart_from_couplets() {
    check(
        "诗二首\n湄江晨雾\n茶垄一行行醒来\n像母亲摊开的手掌\n雾 是她刚呵出的\n那一口气\n我把脚印种在田埂上\n等春风来数\n数到第七个\n联语园地\n万里征途，赤水波翻犹似昨\n一楼灯火，红城春暖正如霞\n",
    );
}

#[test]
fn the_title_of_a_table_and_a_question_above_a_paragraph_stand_apart() {
    let prose = "　　柳林镇昨天下午启用了新的便民大[\n→]厅，群众办事不用再跑县城，老人还可[\n→]以请人上门代办。新大厅周六也开门。\n";
    check(&format!("{prose}谁来值班？\n{prose}"));
    check(&format!("{prose}表1 柳林镇便民大厅窗口\n"));
}
