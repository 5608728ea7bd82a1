use kanwu::correction::StageName;

use crate::support;

#[track_caller]
fn check(marked: &str) {
    support::check(support::stage(StageName::Punctuation).as_ref(), marked);
}

#[test]
fn half_width_marks_between_chinese_become_full_width() {
    check("聚焦项目建设[,→，]夯实发展硬实力[;→；]抓紧农时[!→！]行不行[?→？]行。");
    check("记者[:→：]今年收成怎样[?→？]");
    check("往柳林方向[,→，]走G342[;→；]\n往石门方向[,→，]走S308。");
}

#[test]
fn marks_inside_numbers_stay() {
    check("全村共有3,000人，比赛在13:22开始，比分是3:1，投入8.1亿元，占41.3%。");
    check("全村共有3,000人[,→，]都来了[,→，]一共1,234,567元[,→，]不算多。");
}

#[test]
fn addresses_keep_their_marks() {
    check(
        "读者可以登录报社网站https://www.example.com/a,b?c=d;e:f查看全部内容[,→，]也可以写信给编辑部li.wen@example.cn反映情况和提出建议[,→，]\
         编辑部都会及时答复。",
    );
    check("网址：http://news.example.com.cn:8080/2024/05/12/a.html?id=7,8。");
    check("投稿邮箱：li.wen@example.com");
}

#[test]
fn a_path_keeps_its_marks() {
    check("文件在C:\\报纸\\a.txt里，也在D:\\照片里。");
}

#[test]
fn formulas_and_latin_sentences_keep_their_marks() {
    check("水的质量按m=V*(a,b)计算。");
    check("公式为f(x,y)=x+y，其中x:y=3:1。");
    check("He said: \"It rains, but we work.\" And so they did; every day!");
    check("书上写着To be, or not to be: that is the question.他念了一遍。");
    check("The village of 石门村, in the north, has 300 people.");
}

#[test]
fn straight_quotes_pair() {
    check("争当[\"→“]领跑者[\"→”]企业，建设[\"→“]五好[\"→”]乡村。");
    check("[\"→“]人家大老远来，先要让人家洗上热水澡。[\"→”]乡干部王建军说。");
    check("他问：[\"→“]今年收成怎样？[\"→”]她答：[\"→“]比去年好。[\"→”]");
}

#[test]
fn nested_straight_quotes_take_single_marks_inside() {
    check("他说：[\"→“]这叫[\"→‘]一线工作法[\"→’]，管用。[\"→”]");
}

#[test]
fn single_quotes_inside_double_ones_pair() {
    check("他说：“这叫['→‘]一线工作法['→’]，管用。”");
    check("他说：[\"→“]这叫['→‘]一线工作法['→’]，管用。[\"→”]");
    check("罐底有四个字：['→‘]年年有余['→’]。");
    check("他们是尼古拉'谢苗诺维奇'卡达谢夫的学生。");
}

#[test]
fn an_unmatched_quote_turns_no_other_around() {
    check("争当“领跑者”企业，开展”一线课堂，建设“五好”乡村，评选“最美”家庭。");
    check("争当[\"→“]领跑者企业。\n建设[\"→“]五好[\"→”]乡村，评选[\"→“]最美[\"→”]家庭。");
}

#[test]
fn an_unmatched_quote_that_can_only_open_opens() {
    check("他说：[\"→“]今年好。\n[\"→“]明年更好。[\"→”]");
    check("他说今年好。[\"→”]");
}

#[test]
fn an_unmatched_quote_among_pairs_leaves_the_pairs_whole() {
    check(
        "他说：[\"→“]今年好。[\"→”]说完就走了。她说：[\"→“]明年更好，说完也走了。\n\
         老人说：[\"→“]年年都好。[\"→”]",
    );
}

#[test]
fn quotes_that_are_right_stay() {
    check("他说：“这叫‘一线工作法’，管用。”又说：“大家都来。”");
    check("“今年好。\n“明年更好。”");
    check("天气转冷，气温降到零下5℃，5'8\"的个子。");
    check("It's the farmers' day, 张三 said.");
}

#[test]
fn a_quote_that_faces_the_wrong_way_is_turned() {
    check("开展[”→“]一线课堂”教育，组织党员干部下村。");
}

#[test]
fn a_closing_quote_that_faces_the_wrong_way_is_turned() {
    check("开展“一线课堂[“→”]教育，组织党员干部下村。");
    check("开展“一线课堂[“→”]教育，建设“五好”乡村。");
}

#[test]
fn brackets_take_one_shape() {
    check("[〈→（]总台记者 王建军）今年的收成比去年好。");
    check("[(→（]记者 王建军）今年的收成比去年好。");
    check("本报讯（记者 王建军[)→）]今年的收成比去年好。");
    check("《〈论语〉新解》和《柳林日报》（夏季号）都在展出。");
}

/// Each that became full-width would be a reason for the next, round after round.
#[test]
fn lone_brackets_in_a_row_stay() {
    check("他来了[,→，]他走了[,→，]办起((((((((。");
    check("他来了[,→，]他走了[,→，]办起[(→（]。");
}

#[test]
fn a_page_in_half_width_has_half_width_brackets() {
    check("本报讯[(→（]记者 王建军[)→）]今年的收成比去年好[,→，]大家都高兴[,→，]老人尤其高兴[,→，]孩子也是。");
}

/// A full-width bracket is half blank, and an engine reads it as a half-width one and a blank.
#[test]
fn brackets_with_blanks_outside_were_full_width() {
    check("本报讯[ (→（]记者 王建军[) →）]今年的收成比去年好，大家都高兴。");
    check("本报讯(记者 王建军)今年的收成比去年好，大家都高兴。");
}

#[test]
fn where_some_brackets_are_tight_others_are_left_to_the_user() {
    check("本报讯 (记者 王建军) 今年的收成比去年好，大家(老人)都高兴，孩子(学生)也是。");
}

/// A blank outside one of the two tells of both.
#[test]
fn a_pair_is_as_wide_as_its_wider_side_looks() {
    check("村里建成社区[(→（]老人[) →）]食堂，大家都高兴。");
    check("村里建成社区(老人)食堂，大家都高兴。");
    check("村里建成食堂。(老人)食堂，大家都高兴。");
}

#[test]
fn brackets_alone_on_their_line_were_full_width() {
    check("[(→（]上接A03版[)→）]\n今年的收成比去年好，大家都高兴。");
    check("[(→（]老人食堂[)→）]\n今年的收成比去年好，大家都高兴。");
}

#[test]
fn a_title_mark_that_a_round_bracket_closes_was_round() {
    check("本报柳林6月21日电[《→（]记者 王建军[) →）]今年的收成比去年好，大家都高兴。");
    check("他写了《柳林日报) ，大家都高兴。");
    check(
        "本报柳林6月21日电[《→（]记者 王建军 通讯员 李文 陈小明 张建国 刘红梅 赵卫东 周春生[) →）]今年的收成比去年好，大家都高兴。",
    );
}

#[test]
fn half_a_dash_that_is_one() {
    check("这里是全县最早通电的村庄之[—→一]，全村统[—→一]供水，还有[—→一]个水塔。");
    check("列车往返北京—上海，途经济南—徐州—南京，全程—共五站。");
    check("这是他们的目标——让老人过上好日子。");
}

#[test]
fn one_that_is_a_dash() {
    check("他们身上有一种精神[一一→——]艰苦奋斗的精神。");
    check("这是他们的目标[一—→——]让老人过上好日子。");
    check("会上，他对大家的问题一一作了回答。");
    check("这是世界上唯一一个这样的村庄，建于二〇一一年。");
}

#[test]
fn semicolons_part_the_clauses_of_a_list() {
    check(
        "第一，修渠，让水到田[;→；]第二，育秧，让苗出土[;→；]第三，选种，让粮增产。大家都高兴，老人也来了，孩子也来了。",
    );
}

#[test]
fn an_unmatched_quote_faces_as_the_text_has_it() {
    check("以[\"→“]幸福家园[\"→”]为契机，创新社区+网格[\"→”]服务模式，大家都高兴。");
    check("以[\"→“]幸福家园[\"→”]为契机，屏幕为14\"的电脑，大家都高兴。");
}

#[test]
fn what_may_be_a_speck_is_no_colon() {
    check("三县的负责人:为此商定，明年的会议在柳林镇召开。");
    check("三县的负责人为此商定：明年的会议在柳林镇召开。");
}

#[test]
fn a_text_that_was_typed_in_half_width_is_in_half_width_throughout() {
    check("三县的负责人[:→：]为此商定[,→，]明年的会议在柳林镇召开[;→；]后年的[(→（]暂定[)→）]在刁镇。");
}

#[test]
fn half_width_commas_throughout_are_no_accident() {
    check(
        "人勤春来早[,→，]大家都下地了：修渠、育秧、选种[,→，]样样抓紧[,→，]老人也来[,→，]孩子也来。三县的负责人[:→：]为此商定[,→，]\
         明年的[(→（]暂定[)→）]在柳林镇召开。",
    );
}

#[test]
fn a_mark_that_was_read_twice_stands_once() {
    check("他说：“[\"→]今年的收成比去年好。”说完就走了，大家都高兴。");
    check("县里提出“[\"→]3388[\"→]”工程[,→，]这是头一年[,→]，大家都[\"→“]铆足了劲[\"→”]。[ 。→]");
}

#[test]
fn marks_side_by_side_that_may_be_two_stay() {
    check("他说：“这就是“\"国家\"这个词”的意思。”");
    check("柳林镇,,刁镇,，，");
    check("他种的“早稻，，今年又丰收了。");
}

#[test]
fn dots_become_an_ellipsis() {
    check("他想了又想[...→……]还是去了。");
    check("树木、花草[。。。→……]");
    check("wait... 效果明显……");
}

#[test]
fn hyphens_become_a_dash() {
    check("一个目标[--→——]全域提质");
    check("青岛-济南的列车，2020-2024年，电话0531-82345678。");
    check("--------\n一个目标——全域提质");
}

#[test]
fn hyphens_are_no_dash_where_single_ones_are_specks() {
    check("全县上-下一条心，一个目标--全域提质。");
}

#[test]
fn look_alikes_become_marks() {
    check("领导帮扶[丶→、]部门跟踪[﹐→，]一抓到底[｡→。]");
    check("修渠12公里[丶→、]3条路，改造600亩[丶→、]“五小”工程8处。");
}

#[test]
fn a_stroke_that_is_spoken_of_stays() {
    check("丶是一个笔画");
    check("“丶”又叫点。");
    check("学书法先练点，把丶写圆。");
}

#[test]
fn a_credit_has_a_colon() {
    check("编辑：王建军 美编[；→：]李文");
    check("编辑[；→：]王建军 美编：李文");
    check("编辑部，记者节快乐；美编，也一样。");
}

#[test]
fn a_page_without_error_stays() {
    check("");
    check("今年，全县新修水渠8公里、改造旱田600亩；老人说：“好！”（李文 摄）——《柳林日报》……\n");
}

#[test]
fn lists_and_times_keep_their_marks() {
    check("1.抓紧农时。\n2.管好水利。\n(3)办好学校。");
    check("时间：9:30—11:00，地点：柳林镇。");
}

#[test]
fn half_a_dash_before_a_character_is_one_but_in_a_chain() {
    check("大家都说，他每次来都带[—→一]本书，放在桌上。");
    check("要管好上游—中游—下游的水，也要修好学校—车站—医院的路。");
}

#[test]
fn marks_of_titles_that_were_read_as_others_become_theirs() {
    check("他订了[‹→《]农民日报[>→》]和《大众日报[>→》]，也读[<→《]红旗》。");
    check("会上学习了《关于修改[<→〈]乡村道路条例[>→〉]的决定》。");
    check("17号线<南段>通车，a<b且c>d，《关于〈乡村道路条例〉的决定》。");
}

#[test]
fn a_row_of_a_table_keeps_the_blank_beside_a_bracket() {
    check("名次 选手 乡[(→（]镇[)→）] 成绩");
}

#[test]
fn signs_that_compare_or_point_on_are_no_brackets() {
    check("差异显著（P<0.05），另一组差异不显著（P>0.05）。");
    check("路径：设置 > 车辆控制 > 更多");
    check("昨天的[<→《]柳林日报[>→》]登了消息。");
}

#[test]
fn a_quotation_that_ends_as_no_speech_does_holds_no_other() {
    check("他说：“这叫[“→‘]一线工作法[”→’]，管用。”");
    check("会上提出“支部加产业、“支部加农户”等办法”在全镇推开。");
}
