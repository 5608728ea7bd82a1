// Reports as a run would leave them, without the run: only the files that the review page is made of.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blake3 } from './blake3.mjs';

/** Numbers that are the same every time. */
function draw(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const RULES = [['confusables', 'misread-character'], ['places', 'place-name'], ['punctuation', 'half-width-mark'], ['numerals', 'letter-in-number']];

/**
 * Writes a report of `pages`, each with its name, its source and its lines of corrections.jsonl, to `folder`.
 * The lines have what the page needs of them: `page` and `id` are put in.
 */
export function writeReport(folder, pages) {
  const [corrections, entries, sources] = [[], [], []];
  let [offset, sourceOffset] = [0, 0];
  for (const { name, source, lines } of pages) {
    const text = lines.map((line, index) => `${JSON.stringify({ page: name, id: index + 1, ...line })}\n`).join('');
    const [length, bytes] = [Buffer.byteLength(text), Buffer.byteLength(source)];
    const size = { bytes, characters: bytes };
    const proposed = lines.filter((line) => line.verdict === 'proposed').length;
    entries.push(JSON.stringify({
      page: name, encoding: 'UTF-8', damage: { count: 0, offsets: [] }, source_hash: blake3(Buffer.from(source)), clean_hash: '', source: size,
      clean: size, applied: lines.length - proposed, proposed, withheld: 0, corrections: { offset, length },
      source_text: { offset: sourceOffset, length: bytes },
    }));
    corrections.push(text);
    sources.push(source);
    offset += length;
    sourceOffset += bytes;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'corrections.jsonl'), corrections.join(''));
  writeFileSync(join(folder, 'pages.jsonl'), `${entries.join('\n')}\n`);
  writeFileSync(join(folder, 'sources.txt'), sources.join(''));
  writeFileSync(join(folder, 'summary.json'), JSON.stringify({ settings: { 'min-confidence': 0.95 } }));
  return folder;
}

/** Writes a report of `groups` groups with `places` corrections on `pages` pages to `folder`. */
export function writeLarge(folder, { groups, places, pages }) {
  const next = draw(7);
  const han = (length) => Array.from({ length }, () => String.fromCharCode(0x4e00 + next(3500))).join('');
  const kinds = Array.from({ length: groups }, (_, index) => {
    const [stage, rule] = RULES[next(RULES.length)];
    // The first character tells the groups apart.
    return { stage, rule, before: String.fromCharCode(0x4e00 + (index % 20000)) + han(1 + next(2)), after: han(2 + next(2)), count: 1 };
  });
  // A few kinds are frequent, most are rare.
  for (let left = places - groups; left > 0; left--) kinds[Math.floor(groups * (next(1000) / 1000) ** 3)].count++;
  const all = kinds.flatMap((kind) => Array.from({ length: kind.count }, () => kind));
  for (let at = all.length - 1; at > 0; at--) {
    const other = next(at + 1);
    [all[at], all[other]] = [all[other], all[at]];
  }
  return writeReport(folder, Array.from({ length: pages }, (_, page) => {
    const mine = all.slice(Math.floor((page * all.length) / pages), Math.floor(((page + 1) * all.length) / pages));
    let source = '';
    let [bytes, grown] = [0, 0];
    const lines = mine.map(({ stage, rule, before, after }, index) => {
      const [left, right] = [han(12), han(12)];
      const confidence = (500 + next(500)) / 1000;
      const applied = confidence >= 0.95;
      const [start, size] = [bytes + 36, 3 * before.length];
      const grows = applied ? 3 * (after.length - before.length) : 0;
      const clean = { line: index + 1, column: 13, start: start + grown, end: start + grown + size + grows };
      grown += grows;
      source += `${left}${before}${right}\n`;
      bytes += 72 + size + 1;
      return {
        stage, rule, before, after, source: { line: index + 1, column: 13, start, end: start + size }, clean, context: { left, right }, confidence,
        verdict: applied ? 'applied' : 'proposed',
        evidence: [{ kind: 'context', gain: 5 + next(200) / 10, channel: -next(100) / 10, margin: next(80) / 10 },
          { kind: 'glyphs', read: before[0], instead: after[0], similarity: next(1000) / 1000 }],
        pass: applied ? 0 : 1, ...(applied ? { at: { start: clean.start, end: clean.end } } : {}),
      };
    });
    return { name: `${2000 + Math.floor(page / 500)}/${String(page).padStart(5, '0')}.txt`, source, lines };
  }));
}
