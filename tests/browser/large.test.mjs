import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeLarge } from './written.mjs';
import { close, kanwu, open, scratch } from './support.mjs';

const SIZE = { groups: 20000, places: 200000, pages: 5000 };

describe('20,000 groups with 200,000 places', () => {
  let report;
  let view;
  before(async () => {
    report = writeLarge(join(scratch, 'large'), SIZE);
    kanwu('review', report, '--quiet');
    view = await open(report);
  });
  after(close);

  it('are ready in under three seconds', async (test) => {
    const ready = await view.page.evaluate(() => performance.getEntriesByName('ready')[0].startTime);
    test.diagnostic(`ready after ${Math.round(ready)} ms, ${Math.round(statSync(join(report, 'review.html')).size / 1e6)} MB`);
    assert.ok(ready < 3000, `${ready} ms`);
    assert.equal(await view.page.evaluate(() => GROUPS.length), SIZE.groups);
    assert.equal(await view.page.evaluate(() => PLACES), SIZE.places);
  });

  it('scroll without stutter, a few rows of them in the document', async (test) => {
    await view.page.waitForLoadState('load');
    const frames = await view.page.evaluate(async () => {
      const list = document.getElementById('list');
      const frames = [];
      let last = performance.now();
      await new Promise((done) => {
        const step = (now) => {
          frames.push(now - last);
          last = now;
          list.scrollTop += 300;
          if (frames.length < 120) requestAnimationFrame(step);
          else done();
        };
        requestAnimationFrame(step);
      });
      return frames.slice(1).sort((one, other) => one - other);
    });
    const [median, most] = [frames[60], frames[113]];
    test.diagnostic(`a frame takes ${median.toFixed(1)} ms, ${most.toFixed(1)} ms in 95 of 100`);
    assert.ok(median < 40 && most < 120, `${median} ms, ${most} ms`);
    assert.ok(await view.page.locator('.group').count() < 80);
    assert.ok(await view.page.evaluate(() => document.getElementById('list').scrollTop > 30000));
  });

  it('are searched and decided at once, and kept', async (test) => {
    const took = await view.page.evaluate(() => {
      const time = (act) => {
        const begun = performance.now();
        act();
        return Math.round(performance.now() - begun);
      };
      const search = time(() => {
        document.getElementById('search').value = listed[100].left(0).slice(3, 6);
        list();
      });
      const found = listed.length;
      document.getElementById('search').value = '';
      list();
      const accept = time(() => decideMany(above(0).sure, 'accept'));
      const keeping = time(keepNow);
      return { search, found, accept, keeping, kept: localStorage.getItem(KEPT).length, one: time(() => decideSingle(listed[0], 0, 'reject')) };
    });
    test.diagnostic(JSON.stringify(took));
    assert.ok(took.found >= 1 && took.found < 100);
    assert.ok(took.search < 1000 && took.accept < 1000 && took.keeping < 1000 && took.one < 100, JSON.stringify(took));
    await view.page.reload();
    await view.page.waitForSelector('.group');
    assert.match(await view.page.textContent('#progress-text'), /^已定 20,000 \/ 20,000 组/);
  });
});
