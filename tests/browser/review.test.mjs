import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blake3 } from './blake3.mjs';
import { choose, clean, cleanFolder, close, corrections, exported, kanwu, open, samples, scratch, violations } from './support.mjs';
import { writeReport } from './written.mjs';

let report;
before(() => { report = cleanFolder('samples', samples); });
after(close);

/** Opens the page, does `act`, and checks that nothing went wrong and nothing was fetched but the page itself. */
async function opened(options, act, of = report) {
  const view = await open(of, options);
  try {
    await act(view);
    assert.deepEqual(view.troubles, []);
    assert.deepEqual([...new Set(view.requests)].filter((address) => address !== view.address && !address.startsWith('blob:')), []);
  } finally {
    await view.context.close();
  }
}

const decisionsOf = async (page) => JSON.parse(await exported(page)).decisions;
const current = (page) => page.locator('.group[aria-selected=true]').first();
const progress = (page) => page.locator('#progress-text').textContent();

describe('the list', () => {
  it('holds every group of the report with its count', () => opened({}, async ({ page }) => {
    const groups = new Map();
    for (const { rule, before, after } of corrections(report)) {
      const key = JSON.stringify([rule, before, after]);
      groups.set(key, (groups.get(key) || 0) + 1);
    }
    assert.ok(groups.size > 50);
    const listed = await page.evaluate(() => GROUPS.map(({ rule, before, after, count }) => [JSON.stringify([rule, before, after]), count]));
    assert.deepEqual(new Map(listed), groups);
    assert.match(await page.textContent('#listed'), new RegExp(`^${groups.size} 组，${corrections(report).length} 处$`));
  }));

  it('begins with the least certain, and sorts as asked', () => opened({}, async ({ page }) => {
    const first = () => page.evaluate(() => [listed[0].low, listed[0].count]);
    const [low, count] = await page.evaluate(() => [Math.min(...GROUPS.map(({ low }) => low)), Math.max(...GROUPS.map(({ count }) => count))]);
    assert.equal((await first())[0], low);
    await page.selectOption('#sort', 'count');
    assert.equal((await first())[1], count);
  }));

  it('is filtered by rule, stage, confidence, page, decision, and searched', () => opened({}, async ({ page }) => {
    const left = () => page.evaluate(() => listed.map(({ rule, before, after }) => [rule, before, after]));
    await page.click('#more');
    await page.selectOption('#stage', 'places');
    const places = await left();
    assert.ok(places.length > 5 && places.every(([rule]) => rule === 'place-name' || rule === 'known-misreading'));
    await page.selectOption('#rule', 'half-width-mark');
    assert.deepEqual(await left(), []);
    assert.match(await page.textContent('#detail'), /没有符合条件的改动/);
    await page.click('#reset');
    await page.fill('#to', '0.6');
    await page.waitForFunction(() => listed.length < GROUPS.length);
    assert.ok(await page.evaluate(() => listed.every(({ low }) => low <= 600)));
    await page.click('#reset');
    await page.fill('#page', 'zhejiang');
    await page.waitForFunction(() => listed.length < GROUPS.length);
    assert.ok(await page.evaluate(() => listed.every((one) => some(one, (at) => one.pageName(at).includes('zhejiang')))));
    await page.click('#reset');
    await page.fill('#search', '九年来溪尤乡了');
    await page.waitForFunction(() => listed.length < GROUPS.length);
    const found = await left();
    assert.ok(found.some(([, before]) => before === '溪尤乡') && found.length < 5, 'what stands around a change is searched too');
    const narrowed = await page.evaluate(() => listed.map((one) => [one, [...Array(one.shown).keys()].filter((at) => reads(one, at, '九年来溪尤乡了')).length]).map(([one, fit]) => [one.index, fit, one.shown]));
    for (const [index, fit] of narrowed) {
      await page.evaluate((index) => select(listed.findIndex((one) => one.index === index)), index);
      assert.equal(await page.evaluate(() => places.length), fit, 'the places are searched as well');
    }
    await page.click('#reset');
    await page.keyboard.press('y');
    await page.selectOption('#decided', 'accept');
    assert.equal((await left()).length, 1);
  }));
});

describe('a group', () => {
  it('shows what changes, why, and where, with twelve characters either side', () => opened({}, async ({ page }) => {
    await choose(page, '溪尤乡', '溪龙乡');
    const detail = await page.textContent('#detail');
    for (const words of ['纠正误识地名', '地名表中有“溪龙乡”，属浙江省 湖州市 安吉县', '本版提到了安吉县', '“尤”与“龙”字形相似度', '接受']) assert.ok(detail.includes(words), words);
    const context = page.locator('.place .context').first();
    assert.equal(await context.locator('.left').textContent(), '十三岁的毕桂香是第九年来');
    assert.equal(await context.locator('.right').textContent(), '了。她的手指申缝里总是绿');
    const line = (name) => context.locator(name).evaluate((mark) => getComputedStyle(mark).textDecorationStyle);
    assert.notEqual(await line('del'), await line('ins'));
  }));

  it('is decided once, with exceptions', () => opened({}, async ({ page }) => {
    await choose(page, ':', '：');
    await page.locator('.decide.accept').first().click();
    await page.locator('.place').nth(1).locator('button.reject').click();
    await page.locator('.place').nth(2).locator('button.instead').click();
    await page.fill('#one-text', '︰');
    await page.keyboard.press('Enter');
    const [{ except, ...decision }] = await decisionsOf(page);
    assert.deepEqual(decision, { rule: 'half-width-mark', before: ':', after: '：', scope: 'group', decision: 'accept' });
    const places = corrections(report).filter(({ rule, before, after }) => rule === 'half-width-mark' && before === ':' && after === '：');
    assert.deepEqual(except, [
      { page: places[1].page, id: places[1].id, decision: 'reject' },
      { page: places[2].page, id: places[2].id, decision: 'accept', instead: '︰' },
    ]);
    assert.match(await page.textContent('#decision'), /接受.*2 处例外/);
  }));

  it('can be decided at single places only, and for always', () => opened({}, async ({ page }) => {
    await choose(page, ':', '：');
    await page.locator('.place').first().locator('button.accept').click();
    await choose(page, '溪尤乡', '溪龙乡');
    await page.check('#always');
    await page.keyboard.press('n');
    const decisions = await decisionsOf(page);
    assert.deepEqual(decisions.map(({ rule, scope, decision }) => [rule, scope, decision]), [['half-width-mark', 'occurrence', 'accept'], ['place-name', 'always', 'reject']]);
    assert.equal(typeof decisions[0].id, 'number');
  }));

  it('offers the other readings that the report weighed, the likeliest first', async () => {
    const report = clean('readings', { 'a.txt': '我县全面开展了土地承包经营权确权登记王作。\n' });
    const [correction] = corrections(report).filter((one) => one.rule === 'misread-character');
    const { others } = correction.evidence.find((one) => one.kind === 'candidates');
    assert.ok(others.length > 0);
    const { page, context } = await open(report);
    await choose(page, correction.before, correction.after);
    await page.keyboard.press('e');
    assert.deepEqual(await page.locator('.candidate').allTextContents(), others.map((one) => one.after));
    await page.locator('.candidate').first().click();
    const { decisions } = JSON.parse(await exported(page));
    assert.deepEqual(decisions.map((one) => one.instead), [others[0].after]);
    await context.close();
  });

  it('is decided without what was withheld, unless that is all of it', async () => {
    const source = '人入\n人入\n人入\n土士\n';
    const line = (number, before, after, confidence, verdict) => ({
      stage: 'confusables', rule: 'misread-character', before, after, confidence, verdict, evidence: [], pass: 1,
      source: { line: number, column: 1, start: (number - 1) * 7, end: (number - 1) * 7 + 3 },
      clean: { line: number, column: 1, start: (number - 1) * 7, end: (number - 1) * 7 + 3 }, context: { left: '', right: '' },
    });
    const report = writeReport(join(scratch, 'withheld'), [{ name: 'a.txt', source, lines: [
      line(1, '人', '入', 0.8, 'proposed'), line(2, '人', '入', 0.7, 'proposed'), line(3, '人', '入', 0.001, 'withheld'), line(4, '土', '士', 0.002, 'withheld'),
    ] }]);
    kanwu('review', report, '--quiet');
    await opened({}, async ({ page }) => {
      await choose(page, '人', '入');
      assert.match(await page.textContent('#detail'), /接受全组 2 处/);
      assert.match(await page.textContent('#detail'), /另有 1 处未采纳/);
      await page.locator('.decide.accept').first().click();
      assert.match(await page.textContent('#status'), /2 处/);
      assert.match(await progress(page), /1 \/ 2 组 · 2 \/ 3 处/);
      const group = { rule: 'misread-character', before: '人', after: '入', scope: 'group', decision: 'accept' };
      assert.deepEqual(await decisionsOf(page), [group]);
      await page.locator('.place').nth(2).locator('button.accept').click();
      const withOne = { ...group, except: [{ page: 'a.txt', id: 3, decision: 'accept' }] };
      assert.deepEqual(await decisionsOf(page), [withOne]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('a');
      await page.locator('#dialog .main').click();
      assert.deepEqual(await decisionsOf(page), [withOne], 'what was withheld throughout is not decided with others');
      await choose(page, '土', '士');
      await page.keyboard.press('y');
      assert.deepEqual(await decisionsOf(page), [withOne, { ...group, before: '土', after: '士', withheld: true }]);
    }, report);
  });

  it('goes on after what was typed by the key', () => opened({}, async ({ page }) => {
    const before = await page.evaluate(() => group().index);
    await page.keyboard.press('e');
    await page.fill('#typed', '甲');
    await page.keyboard.press('Enter');
    assert.equal((await decisionsOf(page)).length, 1);
    assert.notEqual(await page.evaluate(() => group().index), before);
    await page.keyboard.press('y');
    assert.equal((await decisionsOf(page)).length, 2);
  }));

  it('can become another candidate, or what is typed', () => opened({}, async ({ page }) => {
    await choose(page, '"', '“');
    await page.keyboard.press('e');
    await page.locator('.candidate').first().click();
    assert.deepEqual((await decisionsOf(page)).map(({ before, after, decision, instead }) => [before, after, decision, instead]), [['"', '“', 'accept', '”']]);
    await page.fill('#typed', '「');
    await page.keyboard.press('Enter');
    assert.equal((await decisionsOf(page))[0].instead, '「');
    await page.fill('#typed', '"');
    await page.keyboard.press('Enter');
    assert.deepEqual((await decisionsOf(page)).map(({ decision, instead }) => [decision, instead]), [['reject', undefined]]);
  }));
});

describe('a move', () => {
  /** 乙乙 goes from the head of the page to its end; a comma is proposed besides. */
  const moved = () => {
    const source = '乙乙甲甲,丙丙\n';
    const line = (start, end, before, after, rest) => ({
      stage: 'layout', rule: 'wrapped-line', before, after, source: { line: 1, column: 1, start, end }, context: { left: '', right: '' },
      confidence: 0.97, verdict: 'applied', evidence: [], pass: 0, ...rest,
    });
    const report = writeReport(join(scratch, 'moved'), [{ name: 'a.txt', source, lines: [
      line(0, 6, '乙乙', '', { clean: { line: 1, column: 1, start: 0, end: 0 }, at: { start: 0, end: 0 }, move: 1 }),
      line(12, 13, ',', '，', { rule: 'half-width-mark', clean: { line: 1, column: 3, start: 6, end: 7 }, verdict: 'proposed', pass: 1 }),
      line(19, 19, '', '乙乙', { clean: { line: 1, column: 6, start: 13, end: 19 }, at: { start: 13, end: 19 }, move: 1 }),
    ] }]);
    kanwu('review', report, '--quiet');
    return report;
  };

  it('is decided as one, from either half', () => opened({}, async ({ page }) => {
    await choose(page, '', '乙乙');
    assert.match(await page.textContent('#detail'), /移动文字的一半/);
    await page.click('.decide.reject');
    assert.deepEqual((await decisionsOf(page)).map(({ before, after, decision }) => [before, after, decision]), [['', '乙乙', 'reject'], ['乙乙', '', 'reject']]);
    await page.keyboard.press('u');
    assert.match(await progress(page), /^已定 0 /);
    await choose(page, '乙乙', '');
    await page.keyboard.press('v');
    assert.equal(await page.locator('#reader .source').textContent(), '乙乙甲甲,丙丙‸\n');
    assert.equal(await page.locator('#reader .clean').textContent(), '‸甲甲,丙丙乙乙\n');
  }, moved()));
});

describe('keys', () => {
  it('decide and go on as in git add -p', () => opened({}, async ({ page }) => {
    const at = () => page.evaluate(() => current);
    await page.keyboard.press('y');
    await page.keyboard.press('n');
    await page.keyboard.press('j');
    assert.equal(await at(), 3);
    await page.keyboard.press('k');
    assert.equal(await at(), 2);
    await page.keyboard.press('k');
    assert.equal(await at(), 2, 'groups that are decided are passed over');
    assert.deepEqual(await page.evaluate(() => listed.slice(0, 3).map((one) => kind(stateOf(one)))), ['accept', 'reject', 'open']);
    await page.keyboard.press('u');
    await page.keyboard.press('u');
    await page.keyboard.press('u');
    assert.match(await progress(page), /^已定 0 /);
    assert.match(await page.textContent('#status'), /没有可撤销/);
    await page.keyboard.press('Shift+U');
    assert.match(await progress(page), /^已定 1 /);
    await page.keyboard.press('?');
    assert.match(await page.textContent('#dialog'), /接受，转到下一个未定的/);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#dialog[open]').count(), 0);
  }));

  it('decide the rest of a rule once the count was shown', () => opened({}, async ({ page }) => {
    await page.click('#more');
    await page.selectOption('#rule', 'place-name');
    const [groups, places] = await page.evaluate(() => [listed.length, placesOf(listed)]);
    await page.locator('#list').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('a');
    assert.match(await page.textContent('#dialog'), new RegExp(`共 ${groups - 1} 组`));
    await page.keyboard.press('Enter');
    assert.equal((await decisionsOf(page)).length, groups - 1);
    await page.keyboard.press('u');
    assert.match(await progress(page), /^已定 0 /);
    await page.locator('#list').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('d');
    await page.keyboard.press('Enter');
    assert.match(await progress(page), new RegExp(`^已定 ${groups} / \\d+ 组 · ${places} /`));
  }));

  it('decide single places and read on in the page', () => opened({}, async ({ page }) => {
    await choose(page, ':', '：');
    await page.keyboard.press('s');
    await page.keyboard.press('n');
    await page.keyboard.press('y');
    assert.deepEqual((await decisionsOf(page)).map(({ scope, decision }) => [scope, decision]).sort(), [['occurrence', 'accept'], ['occurrence', 'reject']]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('v');
    assert.equal(await page.locator('#reader[open]').count(), 1);
    await page.keyboard.press('n');
    assert.ok(await page.locator('#reader .clean .is-reject').count() > 0);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#reader[open]').count(), 0);
  }));

  it('can be switched off, and stay so', () => opened({}, async ({ page }) => {
    await page.keyboard.press('?');
    await page.uncheck('#keys');
    await page.keyboard.press('Escape');
    await page.keyboard.press('y');
    assert.match(await progress(page), /^已定 0 /);
    await page.reload();
    await page.waitForSelector('.group');
    await page.keyboard.press('y');
    assert.match(await progress(page), /^已定 0 /);
  }));

  it('are letters where letters are typed', () => opened({}, async ({ page }) => {
    await page.keyboard.press('/');
    await page.keyboard.type('yn?u');
    assert.equal(await page.inputValue('#search'), 'yn?u');
    assert.match(await progress(page), /^已定 0 /);
  }));
});

describe('many at once', () => {
  it('all above a confidence are accepted once their number was shown', () => opened({}, async ({ page }) => {
    await page.click('#bulk');
    await page.fill('#bulk-from', '0.99');
    const [groups, places] = await page.evaluate(() => {
      const sure = GROUPS.filter(({ low }) => low >= 990);
      return [sure.length, placesOf(sure)];
    });
    assert.ok(groups > 3);
    assert.ok((await page.textContent('#bulk-count')).includes(`将接受 ${groups} 组，共 ${places} 处`));
    await page.locator('#dialog .main').click();
    assert.equal((await decisionsOf(page)).length, groups);
    await page.click('#undo');
    assert.match(await progress(page), /^已定 0 /);
  }));
});

describe('decisions', () => {
  it('are kept over a reload, and exported for this report and its pages', () => opened({}, async ({ page }) => {
    await page.keyboard.press('y');
    await page.keyboard.press('n');
    await page.reload();
    await page.waitForSelector('.group');
    assert.match(await progress(page), /^已定 2 /);
    const file = await exported(page, '张三');
    const decisions = JSON.parse(file);
    assert.deepEqual(Object.keys(decisions), ['format', 'report', 'reviewer', 'time', 'pages', 'decisions']);
    assert.equal(decisions.format, 'kanwu decisions 1');
    assert.equal(decisions.report, blake3(readFileSync(join(report, 'corrections.jsonl'))));
    assert.equal(decisions.reviewer, '张三');
    assert.match(decisions.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
    const hashes = new Map(readFileSync(join(report, 'pages.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line)).map((entry) => [entry.page, entry.source_hash]));
    const groups = new Set(decisions.decisions.map(({ rule, before, after }) => JSON.stringify([rule, before, after])));
    const used = new Set(corrections(report).filter(({ rule, before, after }) => groups.has(JSON.stringify([rule, before, after]))).map(({ page: name }) => name));
    assert.deepEqual(decisions.pages, Object.fromEntries([...used].map((name) => [name, hashes.get(name)])));
    assert.equal(file, `${JSON.stringify(decisions, null, 2)}\n`, 'a line for each key, so that differences are small');
  }));

  it('are done to the pages by kanwu apply', () => opened({}, async ({ page }) => {
    const proposal = corrections(report).find(({ verdict, before, after }) => verdict === 'proposed' && before.trim() && after);
    await choose(page, '溪尤乡', '溪龙乡');
    await page.click('.decide.reject');
    await choose(page, '肖家压镇', '肖家庄镇');
    await page.keyboard.press('e');
    await page.fill('#typed', '肖家庄子');
    await page.keyboard.press('Enter');
    await choose(page, proposal.before, proposal.after);
    await page.locator('.place button.accept').first().click();
    const file = join(scratch, 'decisions.json');
    writeFileSync(file, await exported(page));
    const reviewed = join(scratch, 'reviewed');
    kanwu('apply', report, '--decisions', file, '-o', reviewed, '--quiet');
    const [before, after] = [join(report, '..', 'clean'), reviewed].map((folder) => (name) => readFileSync(join(folder, name), 'utf8'));
    const rejected = 'zhejiang/2021-04-02/03.txt';
    assert.equal(after(rejected), before(rejected).replace('第九年来溪龙乡', '第九年来溪尤乡'));
    const typed = corrections(report).find((one) => one.before === '肖家压镇').page;
    assert.ok(before(typed).includes('肖家庄镇') && after(typed).includes('肖家庄子'));
    const { left, right } = proposal.context;
    assert.ok(after(proposal.page).includes(`${left.slice(-2)}${proposal.after}${right.slice(0, 2)}`));
  }));

  it('are loaded again, and those of another report are not', () => opened({}, async ({ page }) => {
    await choose(page, ':', '：');
    await page.locator('.decide.accept').first().click();
    await page.locator('.place').nth(1).locator('button.reject').click();
    const file = await exported(page);
    const load = async (text) => {
      await page.click('#save');
      await page.setInputFiles('#import', { name: 'decisions.json', mimeType: 'application/json', buffer: Buffer.from(text) });
      await page.waitForSelector('#dialog:not([open])', { state: 'attached' });
    };
    await page.click('#undo');
    await page.click('#undo');
    assert.match(await progress(page), /^已定 0 /);
    await load(file);
    await page.waitForFunction(() => totals.groups === 1);
    const again = await exported(page);
    assert.deepEqual(JSON.parse(again).decisions, JSON.parse(file).decisions);
    await load(file.replace(/"report": "./, '"report": "x'));
    await page.waitForFunction(() => document.getElementById('status').textContent.includes('另一份报告'));
    await load('{');
    await page.waitForFunction(() => document.getElementById('status').textContent.includes('不是 kanwu 的决定文件'));
    assert.match(await progress(page), /^已定 1 /);
  }));

  it('made in another window on the same report are taken over', () => opened({}, async ({ page, context, address }) => {
    const other = await context.newPage();
    await other.goto(address);
    await other.waitForSelector('.group');
    await other.keyboard.press('y');
    await page.waitForFunction(() => totals.groups === 1);
    await other.close();
  }));

  it('on a report that has none are not needed', () => {
    const none = clean('none', { 'a.txt': '今天天气晴朗。\n' });
    return opened({}, async ({ page }) => assert.match(await page.textContent('#detail'), /没有任何改动/), none);
  });
});

describe('the page view', () => {
  it('shows source and clean text side by side, as they are', () => opened({}, async ({ page }) => {
    const name = 'zhejiang/2021-04-02/03.txt';
    await choose(page, '溪尤乡', '溪龙乡');
    await page.keyboard.press('v');
    const side = (which) => page.evaluate((side) => {
      const read = (node) => (node.nodeType === Node.TEXT_NODE ? node.data : node.classList.contains('caret') ? '' : [...node.childNodes].map(read).join(''));
      return [...document.querySelectorAll(`#reader .cell.${side}`)].map(read).join('');
    }, which);
    // Line ends and blanks that are changed are shown as signs; a changed line end also as itself.
    const signs = (text) => text.replace(/[↵␣□⇥␍]/g, '').replace(/[ \u3000\t\r]/g, '');
    const entry = readFileSync(join(report, 'pages.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line)).find((one) => one.page === name);
    const { offset, length } = entry.source_text;
    const source = readFileSync(join(report, 'sources.txt')).subarray(offset, offset + length).toString();
    const cleaned = readFileSync(join(report, '..', 'clean', name), 'utf8');
    assert.equal(signs(await side('source')), signs(source));
    assert.equal(signs(await side('clean')), signs(cleaned));
    assert.equal(await page.locator('#reader del.now').textContent(), '溪尤乡');
  }));

  it('settles a doubt in place', () => opened({}, async ({ page }) => {
    await choose(page, '溪尤乡', '溪龙乡');
    await page.keyboard.press('v');
    await page.locator('#reader-deciding .decide.reject').first().click();
    assert.equal(await page.locator('#reader ins.now').textContent(), '溪尤乡');
    await page.locator('#reader .tools button').last().click();
    assert.match(await page.textContent('#decision'), /单独决定了 1 处|拒绝/);
  }));
});

describe('what does not fit', () => {
  it('is said on the page, and where a text would stand', () => {
    const line = {
      stage: 'punctuation', rule: 'half-width-mark', before: ',', after: '，', source: { line: 1, column: 1, start: 0, end: 1 },
      clean: { line: 1, column: 1, start: 0, end: 1 }, context: { left: '', right: '甲'.repeat(12) }, confidence: 0.6, verdict: 'proposed', evidence: [], pass: 0,
    };
    const huge = writeReport(join(scratch, 'huge'), [
      { name: 'huge.txt', source: `,${'甲'.repeat(1000000)}\n`, lines: [line] },
      { name: 'small.txt', source: ',甲甲\n', lines: [line] },
    ]);
    kanwu('review', huge, '--quiet');
    return opened({}, async ({ page }) => {
      assert.match(await page.textContent('#notice'), /没有列全/);
      await page.click('#help');
      assert.match(await page.textContent('#dialog'), /2 个版面中有 1 个的全文/);
      await page.keyboard.press('Escape');
      await page.keyboard.press('v');
      assert.match(await page.textContent('#reader'), /没有收入这个版面的全文.*huge\.txt/);
      await page.locator('#reader-deciding .decide.accept').first().click();
      await page.keyboard.press('Escape');
      await page.locator('.place button', { hasText: '看版面' }).nth(1).click();
      assert.equal(await page.locator('#reader .source').textContent(), ',甲甲\n');
      await page.keyboard.press('Escape');
      assert.equal((await decisionsOf(page)).length, 1);
    }, huge);
  });
});

describe('everyone', () => {
  for (const [locale, title] of [['zh-CN', '审校'], ['en-GB', 'Review']]) {
    for (const colorScheme of ['light', 'dark']) {
      it(`can use it in ${locale}, ${colorScheme}, by axe-core`, () => opened({ locale, colorScheme }, async ({ page }) => {
        assert.equal(await page.textContent('h1 [data-say]'), title);
        assert.deepEqual(await violations(page), [], 'the list');
        await page.click('#more');
        await choose(page, ':', '：');
        await page.locator('.decide.accept').first().click();
        await page.locator('.place').nth(1).locator('button.reject').click();
        await page.keyboard.press('J');
        await page.keyboard.press('e');
        assert.deepEqual(await violations(page), [], 'decided');
        await page.keyboard.press('Escape');
        await page.keyboard.press('v');
        assert.deepEqual(await violations(page), [], 'the page view');
        await page.keyboard.press('Escape');
        for (const id of ['#help', '#save', '#bulk']) {
          await page.click(id);
          assert.deepEqual(await violations(page), [], id);
          await page.keyboard.press('Escape');
        }
      }));
    }
  }

  it('can switch language and colours, which stay', () => opened({}, async ({ page }) => {
    await page.click('#language');
    assert.equal(await page.textContent('h1 [data-say]'), 'Review');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await page.click('#theme');
    await page.click('#theme');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    await page.reload();
    await page.waitForSelector('.group');
    assert.equal(await page.textContent('h1 [data-say]'), 'Review');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  }));

  it('can use a narrow screen', () => opened({ viewport: { width: 360, height: 640 } }, async ({ page }) => {
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360));
    await page.locator('.group').nth(1).click();
    assert.ok(await page.locator('.decide.accept').isVisible());
    assert.ok(!(await page.locator('#list').isVisible()));
    assert.ok(await page.evaluate(() => document.querySelector('#detail').scrollWidth <= 360));
    assert.deepEqual(await violations(page), []);
    await page.locator('.decide.accept').click();
    await page.locator('.place button', { hasText: '看版面' }).first().click();
    assert.ok(await page.evaluate(() => document.querySelector('#reader-text').scrollWidth <= 360));
    await page.keyboard.press('Escape');
    await page.locator('.back button').click();
    assert.ok(await page.locator('#list').isVisible());
    assert.match(await progress(page), /^已定 1 /);
  }));

  it('can go by the keyboard alone', () => opened({}, async ({ page }) => {
    await page.locator('#list').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'detail-title');
    await page.keyboard.press('Tab');
    assert.match(await page.evaluate(() => document.activeElement.className), /accept/);
    await page.keyboard.press('Enter');
    assert.match(await page.evaluate(() => document.activeElement.className), /accept/, 'the focus stays');
    assert.match(await progress(page), /^已定 1 /);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'list');
  }));
});

describe('a hostile page', () => {
  const mark = '<img src=x onerror=alert(1)></script><script>window.hurt=1</script><!--<script>';
  const long = `${'甲乙丙丁'.repeat(20000)},`;
  let hostile;
  before(() => {
    hostile = clean('hostile', {
      'a/</script><script>window.hurt=2</script>.txt': `聚焦项目建设,夯实${mark},发展硬实力\n`,
      'b/"onload=alert(2) \'.txt': `全村\u202e都来,了${mark}\u2028人,和\u2066人\u0000,${mark}\n`,
      'c/long.txt': `${long}${mark},${long}\n`,
      'd/__proto__': 'not a page',
      'd/7.txt': `甲</style>,乙]]>,丙\\u003cscript>,丁${'&lt;'},戊\n`,
    });
  });

  it('never becomes markup', () => opened({}, async ({ page }) => {
    assert.ok(corrections(hostile).length > 5);
    const scripts = await page.locator('script').count();
    assert.equal(scripts, 2 + (await page.evaluate(() => DATA.pages.filter(([, , has]) => has).length)));
    const count = await page.evaluate(() => GROUPS.length);
    for (let index = 0; index < count; index++) {
      await page.evaluate((at) => select(at), index);
      await page.keyboard.press('v');
      await page.keyboard.press('Escape');
      await page.keyboard.press('y');
    }
    assert.equal(await page.locator('img, iframe, [onerror], [onload], [style*=url]').count(), 0);
    assert.equal(await page.locator('script').count(), scripts);
    assert.equal(await page.evaluate(() => globalThis.hurt), undefined);
    const names = new Set(corrections(hostile).map((one) => one.page));
    assert.deepEqual(Object.keys(JSON.parse(await exported(page)).pages).sort(), [...names].sort());
  }, hostile));

  it('cannot run anything, even if it were markup', () => opened({}, async ({ page }) => {
    const policy = await page.getAttribute('meta[http-equiv=Content-Security-Policy]', 'content');
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'/);
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = '<b>';
        return false;
      } catch {
        return true;
      }
    });
    assert.ok(refused, 'strings are not made into markup');
  }, hostile).catch((error) => {
    // The browser tells of what it refused; that is what was wanted.
    if (!/TrustedHTML/.test(error.message)) throw error;
  }));

  it('cannot turn the direction of what stands beside it', () => opened({}, async ({ page }) => {
    const shown = await page.evaluate(() => document.body.innerText);
    assert.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(shown));
  }, hostile));
});

describe('the file', () => {
  it('is the same whatever the number of threads, and made again by kanwu review', () => {
    const made = readFileSync(join(report, 'review.html'));
    for (const jobs of [1, 7]) {
      const again = join(report, '..', `jobs-${jobs}`);
      kanwu('clean', samples, '-o', `${again}-clean`, '--report', again, '--quiet', '--jobs', String(jobs));
      assert.ok(readFileSync(join(again, 'review.html')).equals(made));
    }
    const elsewhere = join(report, '..', 'elsewhere.html');
    kanwu('review', report, '-o', elsewhere, '--quiet');
    assert.ok(readFileSync(elsewhere).equals(made));
  });
});
