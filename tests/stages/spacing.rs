use kanwu::correction::StageName;

use crate::support;

#[track_caller]
fn check(marked: &str) {
    support::check(support::stage(StageName::Spacing).as_ref(), marked);
}

#[test]
fn a_blank_inside_a_word_goes() {
    check("县里积极开展城市管理精细[ →]化示范街建设，工程正有[ →]序推进。");
}

#[test]
#[ignore = "the blank in 墒情, a rare word, stays"]
fn a_blank_inside_a_rare_word_goes() {
    check("老支书说，今年的雨水比往年多，地里的墒[ →]情好，麦子长得壮，大家心里踏[ →]实。");
}

#[test]
fn a_blank_inside_a_clause_goes_from_a_word_of_common_characters() {
    check("傍晚时分，村里的秧歌队踩着鼓[ →]点扭起来，孩子们追着气球跑。");
    check("傍晚时分 村里的秧歌队踩着鼓 点起了火把");
    check("傍晚时分，村里举办“踩着鼓 点起火”等活动，孩子们追着气球跑。");
}

#[test]
fn blanks_between_the_parts_of_a_heading_stay() {
    check("北部产业新城 南部生态家园");
    check("《柳林日报》 北部产业新城 南部生态家园\n县里今年新修水渠八公里，改造旱田六百亩。");
    check("山水相连 人文相亲");
}

#[test]
fn a_blank_between_the_clauses_of_a_heading_stays_beside_a_mark() {
    check("念好“菌字诀” 种出“致富耳”");
    check("今年的“丰收节” 提前到了九月上旬");
    check("他说，今年的“丰收节”[ →]提前到了九月上旬，比去年早。");
}

#[test]
fn bylines_and_credits_keep_their_blanks() {
    check("通讯员 张韵 记者 支倩倩");
    check("本报讯（通讯员 张韵 记者 支倩倩）昨日上午，全县春耕生产现场会在柳林镇召开。");
    check("本报记者 王建军 通讯员 李文");
    check("编辑：王建军 美编：李文 组版：张韵");
    check("图为柳林村村民在田间浇水。 李文 摄");
    check("□ 王建军 李文");
}

#[test]
fn a_name_of_two_characters_set_wide_keeps_its_blank() {
    check("本报记者 王 平 通讯员 支倩倩");
}

#[test]
fn blanks_beside_marks_go() {
    check("县里要求各乡镇抓紧农时[ →]，确保春播一次全苗。");
    check("他说：[ →]“今年的收成比去年好。”");
    check("打法“五禽[ →]，人人会”，在石门镇，年糕厂用上了速冻线[ →]；[ →]在柳林镇，老匠人接到了订单。");
    check("县里要求各乡镇抓紧农时 ，\n");
}

#[test]
#[ignore = "blanks before parts of four characters stay, as between the parts of a heading"]
fn blanks_beside_every_comma_go() {
    check("县里要求各乡镇抓紧农时，[ →]确保春播一次全苗，[ →]不误一天，[ →]不漏一户。");
}

#[test]
fn indents_and_blanks_between_list_items_stay() {
    check("　　县里要求各乡镇抓紧农时，确保春播一次全苗。\n　　各乡镇都派了技术员下村。");
    check("    县里要求各乡镇抓紧农时，确保春播一次全苗。");
    check("1. 抓紧农时\n2. 管好水利");
}

#[test]
fn blanks_beside_numbers_go() {
    check("全县共有12个乡镇，2021年投入资金35万元，新修水渠8[ →]公里，改造旱田600亩。");
}

#[test]
#[ignore = "these stay below 0.95"]
fn blanks_before_numbers_go() {
    check(
        "会议5月10日召开，全县12个乡镇参加，今年投入[ →]35万元，新修水渠[ →]8公里，改造旱田600亩，打井31眼，惠及1200户。",
    );
}

#[test]
fn a_page_that_sets_numbers_apart_keeps_its_blanks() {
    check("全县共有 12 个乡镇，2021 年投入资金 35 万元，新修水渠 8 公里，改造旱田 600 亩。");
    check(
        "5 月 10 日，全县 12 个乡镇的 86 名技术员下村，用 GPS 测量了 600 亩旱田。\n今年投入 35 万元，新修水渠 8 公里。",
    );
}

#[test]
fn blanks_at_line_ends_go_and_runs_become_one() {
    check("县里召开春耕会议[  →]\n各乡镇参加[　→]\n");
    check("要闻[     → ]2021年3月5日");
    check("[   →]\n县里召开春耕会议\n[\t→]");
}

#[test]
fn latin_words_keep_their_blanks() {
    check("The county held a meeting on Monday, and everyone came.");
    check("技术员打开手机上的Smart Farm软件，查看大棚里的温度和湿度。");
}

#[test]
fn a_blank_beside_a_mark_in_a_latin_sentence_stays() {
    check("He said \"yes\" to 张三 and 李四 .");
}

#[test]
fn a_page_without_blanks_stays() {
    check("");
    check("县里召开春耕会议，各乡镇参加。\n");
}

#[test]
fn columns_of_a_running_head_stay() {
    check("2024年5月12日 星期日 责任编辑 王建军");
    check("A01 要闻 2024年5月12日");
}

#[test]
fn telephone_numbers_and_prices_keep_their_blanks() {
    check("热线电话 0531 82345678");
}

#[test]
fn blanks_in_a_running_head_stay_beside_specks() {
    check("柳林日报 B11 ， 县域 ， 2022年9月25日");
}

#[test]
fn a_blank_where_the_column_ended_goes_if_others_of_the_page_did() {
    let column = "今年春天来得早，柳林镇的干部和 群众一起下地，修好了三条水渠 和两座小桥，还把村口的路铺平 了，大家都说，这下子好走多了。";
    let column = column.replace(' ', "[ →]");
    let last = "她说，奶奶一开始并不同意这样[ →]做，后来看她天天下地，才慢慢放下心来。";
    check(&format!("{column}\n{column}\n{last}"));
    check(&support::unmarked(last));
}

#[test]
fn a_blank_before_a_signed_number_stays() {
    check("苹果 柳林镇 2.80 +0.10");
    check("白菜 石门镇 1.20 -0.05");
}

#[test]
fn a_blank_before_the_name_of_what_is_told_next_stays() {
    check("联系人：李文 电话：0531-8000000 邮箱：liwen@example.com");
    check("地址：柳林镇幸福路3号 邮编：250000");
}

#[test]
fn the_blank_after_an_address_stays() {
    check("投稿邮箱：cj@liulin.example 热线13:00—17:30");
}

#[test]
fn the_blank_before_whose_photograph_it_is_stays() {
    check("乡村篮球赛决赛现场。 买合木提·热西提 摄");
    check("交警提醒骑车人当心“鬼探头”。 大队供图");
}

#[test]
fn blanks_that_set_the_cells_of_a_table_apart_stay() {
    check("5日  多云      8～19℃     3级\n6日  小雨      7～15℃     4级\n");
    check("柳林镇的[  → ]春灌昨天全部结束。\n");
}
