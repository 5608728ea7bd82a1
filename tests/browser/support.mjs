// The program's own report pages, opened in headless Chromium.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The program: of the environment's choice, or as `cargo build` leaves it. */
const program = process.env.KANWU || join(top, 'target', 'debug', 'kanwu');

export const scratch = mkdtempSync(join(tmpdir(), 'kanwu-browser-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

export const samples = join(top, 'samples');

/** Runs the program and returns what it wrote to standard output. */
export function kanwu(...args) {
  return execFileSync(program, args, { encoding: 'utf8', cwd: scratch, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Cleans the pages `files`, by their paths, and returns the folder of their report. */
export function clean(name, files) {
  const folder = join(scratch, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'in', path)), { recursive: true });
    writeFileSync(join(folder, 'in', path), text);
  }
  return cleanFolder(name, join(folder, 'in'));
}

/** Cleans the folder of pages `from`, and returns the folder of their report. */
export function cleanFolder(name, from) {
  const report = join(scratch, name, 'report');
  kanwu('clean', from, '-o', join(scratch, name, 'clean'), '--report', report, '--quiet');
  return report;
}

export const corrections = (report) =>
  readFileSync(join(report, 'corrections.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

let browser = null;

async function launch() {
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  assert.ok(existsSync(executablePath), `${executablePath} is missing; install Debian's chromium, or name one in CHROMIUM`);
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args: flags });
}

/** Opens the review page of `report` as a user's browser would: a context of its own, which `options` describe. */
export async function open(report, options = {}) {
  browser ??= await launch();
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 }, acceptDownloads: true, ...options });
  context.setDefaultTimeout(10000);
  const page = await context.newPage();
  const troubles = [];
  const requests = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('dialog', (dialog) => troubles.push(`a dialog: ${dialog.message()}`));
  context.on('request', (request) => requests.push(request.url()));
  const address = pathToFileURL(join(report, 'review.html')).href;
  await page.goto(address);
  await page.waitForSelector('.group, .nothing');
  return { page, context, address, troubles, requests };
}

export async function close() {
  await browser?.close();
  browser = null;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong on the page as it stands, by WCAG 2.1 A and AA and its best practices. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** Scrolls the list to the first group that makes `after` of `before`, and clicks on it. */
export async function choose(page, before, after) {
  const index = await page.evaluate(([from, to]) => {
    const at = listed.findIndex((one) => one.before === from && one.after === to);
    groupList.reveal(at);
    return at < 0 ? null : listed[at].index;
  }, [before, after]);
  assert.notEqual(index, null, `no group ${before} → ${after}`);
  await page.click(`#group-${index}`);
}

/** Exports the decisions as a user does, and returns the file. */
export async function exported(page, reviewer = '') {
  await page.click('#save');
  await page.fill('#reviewer', reviewer);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  assert.equal(download.suggestedFilename(), 'decisions.json');
  return readFileSync(await download.path(), 'utf8');
}
