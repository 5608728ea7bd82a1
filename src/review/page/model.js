// The report and what was decided about it. Nothing here touches the document.

const DATA = JSON.parse(document.getElementById('data').textContent);

const [APPLIED, PROPOSED, WITHHELD] = [0, 1, 2];

/** Items of an occurrence in the list of its group. */
const WIDTH = 8;

/** Corrections by one rule that change the same text into the same. */
class Group {
  constructor([rule, before, after, standings, low, high, evidence, items, others], index) {
    this.index = index;
    [this.rule, this.stage, this.summaryZh, this.summaryEn] = DATA.rules[rule];
    this.before = before;
    this.after = after;
    this.standings = standings;
    this.low = Math.round(low * 1000);
    this.high = Math.round(high * 1000);
    this.evidence = evidence;
    this.items = items;
    this.others = others;
    this.count = standings[APPLIED] + standings[PROPOSED] + standings[WITHHELD];
    /** Whether all of it was withheld: a decision on the group is then on that, and otherwise on nothing that was. */
    this.withheld = standings[WITHHELD] === this.count;
    /** On how many places a decision on the group is. */
    this.covered = this.withheld ? this.count : this.count - standings[WITHHELD];
    this.shown = items.length / WIDTH;
  }

  get summary() {
    return (language === 'zh' ? this.summaryZh : this.summaryEn) || this.rule;
  }

  /** The rule as lists name it. */
  get ruleName() {
    return (language === 'zh' && this.summaryZh) || this.rule;
  }

  page(at) { return this.items[at * WIDTH]; }
  id(at) { return this.items[at * WIDTH + 1]; }
  line(at) { return this.items[at * WIDTH + 2]; }
  column(at) { return this.items[at * WIDTH + 3]; }
  confidence(at) { return this.items[at * WIDTH + 4]; }
  standing(at) { return this.items[at * WIDTH + 5] % 3; }
  move(at) { return Math.floor(this.items[at * WIDTH + 5] / 3); }
  left(at) { return this.items[at * WIDTH + 6]; }
  right(at) { return this.items[at * WIDTH + 7]; }
  covers(at) { return this.withheld || this.standing(at) !== WITHHELD; }
  pageName(at) { return DATA.pages[this.page(at)][0]; }
}

const GROUPS = DATA.groups.map((row, index) => new Group(row, index));
const PLACES = coveredBy(GROUPS);

const keyOf = (rule, before, after) => JSON.stringify([rule, before, after]);

/** Made when it is first asked for. */
function lazy(make) {
  let made;
  return () => (made === undefined ? (made = make()) : made);
}

const groupsByKey = lazy(() => new Map(GROUPS.map((group) => [keyOf(group.rule, group.before, group.after), group])));

/** The groups that read the same otherwise. */
const groupsByBefore = lazy(() => {
  const found = new Map();
  for (const group of GROUPS) {
    const list = found.get(group.before);
    if (list) list.push(group);
    else found.set(group.before, [group]);
  }
  return found;
});

/** For each page, its corrections as [group, place in the group]. */
const byPage = lazy(() => {
  const pages = DATA.pages.map(() => []);
  for (const group of GROUPS) {
    for (let at = 0; at < group.shown; at++) pages[group.page(at)].push([group, at]);
  }
  for (const list of pages) list.sort(([g, a], [h, b]) => g.id(a) - h.id(b));
  return pages;
});

/** For each move, by page and number, its parts. */
const byMove = lazy(() => {
  const moves = new Map();
  for (const group of GROUPS) {
    for (let at = 0; at < group.shown; at++) {
      if (group.move(at) === 0) continue;
      const name = `${group.page(at)} ${group.move(at)}`;
      if (!moves.has(name)) moves.set(name, []);
      moves.get(name).push([group, at]);
    }
  }
  return moves;
});

function findOccurrence(page, id) {
  return byPage()[page].find(([group, at]) => group.id(at) === id) || null;
}

/** What else may have stood there: the likeliest by the report, then what the same text was taken for elsewhere, most frequent first. */
function candidates(group) {
  const others = new Map(group.others.map((after) => [after, Infinity]));
  for (const other of groupsByBefore().get(group.before) || []) {
    if (other.after !== group.after) others.set(other.after, (others.get(other.after) || 0) + other.count);
  }
  return [...others].sort(([, one], [, other]) => (one === other ? 0 : other - one)).slice(0, 8).map(([after]) => after);
}

// Decisions. Of each group: what holds for all of it, and what was decided singly. They are never changed in place, so
// that undoing is putting back what was there.

const OPEN = Object.freeze({ decision: null, instead: null, always: false, withheld: false, single: new Map() });
const decided = GROUPS.map(() => OPEN);
let done = [];
let undone = [];
const totals = { groups: 0, places: 0 };

const stateOf = (group) => decided[group.index];

/** Whether the decision of `state` on the group is on the occurrence. */
const isOn = (group, state, at) => state.withheld || group.covers(at);

/** What holds for the occurrence: the single decision, else that of the group. */
function holds(group, at) {
  const state = stateOf(group);
  return state.single.get(at) || (state.decision && isOn(group, state, at) ? state : OPEN);
}

/** `open`, `partly`, `accept`, `reject` or `instead`. */
function kind(state) {
  if (state.decision === 'accept') return typeof state.instead === 'string' ? 'instead' : 'accept';
  if (state.decision) return state.decision;
  return state.single && state.single.size ? 'partly' : 'open';
}

const decidedPlaces = (group, state) => (state.decision ? group.covered : [...state.single.keys()].filter((at) => group.covers(at)).length);

const isDecided = (group, state = stateOf(group)) => decidedPlaces(group, state) === group.covered;

/** Puts `state` in the place of what is decided on `group`. */
function put(group, state) {
  const before = decided[group.index];
  totals.groups += Number(isDecided(group, state)) - Number(isDecided(group, before));
  totals.places += decidedPlaces(group, state) - decidedPlaces(group, before);
  decided[group.index] = state;
}

/** Does `changes`, a map from groups to states, as one step that can be undone. */
function perform(changes, what) {
  const step = { what, before: new Map(), after: changes };
  for (const [group, state] of changes) {
    step.before.set(group, decided[group.index]);
    put(group, state);
  }
  done.push(step);
  undone = [];
  keep();
}

function undo() {
  const step = done.pop();
  if (!step) return null;
  for (const [group, state] of step.before) put(group, state);
  undone.push(step);
  keep();
  return step.what;
}

function redo() {
  const step = undone.pop();
  if (!step) return null;
  for (const [group, state] of step.after) put(group, state);
  done.push(step);
  keep();
  return step.what;
}

/** What `decision` and `instead` come to: the text that would be there anyway is plain acceptance, the source rejection. */
function plain(group, decision, instead) {
  if (decision === 'accept' && typeof instead === 'string') {
    if (instead === group.after) return { decision, instead: null };
    if (instead === group.before) return { decision: 'reject', instead: null };
    return { decision, instead };
  }
  return { decision, instead: null };
}

/** Whether deciding the occurrence as `one` says differs from what `state` of the group makes of it. */
const differs = (group, state, at, one) => !isOn(group, state, at) || one.decision !== state.decision || one.instead !== state.instead;

/** The changes that deciding all of `group` takes: its own, and those of the other halves of its moves. */
function decideGroup(group, decision, instead, changes = new Map()) {
  const old = changes.get(group) || stateOf(group);
  const wanted = plain(group, decision, instead);
  const state = { ...wanted, always: old.always, withheld: old.withheld || group.withheld };
  changes.set(group, { ...state, single: new Map([...old.single].filter(([at, one]) => differs(group, state, at, one))) });
  for (let at = 0; at < group.shown; at++) if (group.move(at) && isOn(group, state, at)) decideHalves(group, at, wanted.decision, changes);
  return changes;
}

/** The changes that deciding one occurrence takes; `null` takes the single decision back. */
function decideOne(group, at, decision, instead, changes = new Map()) {
  const old = changes.get(group) || stateOf(group);
  const single = new Map(old.single);
  if (decision) single.set(at, plain(group, decision, instead));
  else single.delete(at);
  changes.set(group, { ...old, single });
  if (group.move(at)) decideHalves(group, at, decision, changes);
  return changes;
}

/** A move is made whole or not at all, so its other half is decided alike. */
function decideHalves(group, at, decision, changes) {
  for (const [other, place] of byMove().get(`${group.page(at)} ${group.move(at)}`) || []) {
    if (other === group && place === at) continue;
    const old = changes.get(other) || stateOf(other);
    const single = new Map(old.single);
    if (decision) single.set(place, { decision, instead: null });
    else single.delete(place);
    changes.set(other, { ...old, single });
  }
}

function clearGroup(group) {
  const changes = new Map([[group, OPEN]]);
  for (let at = 0; at < group.shown; at++) if (group.move(at)) decideHalves(group, at, null, changes);
  return changes;
}

const placesOf = (groups) => groups.reduce((sum, group) => sum + group.count, 0);

/** On how many places decisions on `groups` are. */
function coveredBy(groups) {
  return groups.reduce((sum, group) => sum + group.covered, 0);
}

// decisions.json

/** Orders as the program does: by code points. */
function byCodePoints(one, other) {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at++;
  if (at < one.length && at < other.length) {
    // Inside a pair, or before one: surrogates stand for what is beyond all that single units stand for.
    const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
    return rank(one.charCodeAt(at)) - rank(other.charCodeAt(at));
  }
  return one.length - other.length;
}

function written({ decision, instead }) {
  return typeof instead === 'string' ? { decision, instead } : { decision };
}

/** The occurrences that were decided singly, as decisions.json lists them. */
function singles(group, keepAlike) {
  const state = stateOf(group);
  return [...state.single]
    .filter(([at, one]) => keepAlike || differs(group, state, at, one))
    .map(([at, one]) => ({ page: group.pageName(at), id: group.id(at), ...written(one) }))
    .sort((one, other) => byCodePoints(one.page, other.page) || one.id - other.id);
}

/** The decisions, each with its group. */
function listDecisions() {
  const list = [];
  for (const group of GROUPS) {
    const state = stateOf(group);
    const head = { rule: group.rule, before: group.before, after: group.after };
    if (state.decision) {
      const entry = { ...head, scope: state.always ? 'always' : 'group', ...written(state) };
      if (state.withheld) entry.withheld = true;
      const except = singles(group, false);
      if (except.length) entry.except = except;
      list.push([group, entry]);
    } else {
      for (const { page, id, ...rest } of singles(group, true)) list.push([group, { ...head, scope: 'occurrence', page, id, ...rest }]);
    }
  }
  return list;
}

/** The same in the order of decisions.json. */
function sortedDecisions() {
  const order = ['rule', 'before', 'after', 'scope', 'page'];
  return listDecisions().sort(([, one], [, other]) => {
    for (const key of order) {
      const found = byCodePoints(one[key] || '', other[key] || '');
      if (found) return found;
    }
    return (one.id || 0) - (other.id || 0);
  });
}

/** The pages that `list` decides something on, as [name, hash]. Of a group with too many places all pages are named. */
function pagesOf(list) {
  const used = new Set();
  for (const [group, entry] of list) {
    if (entry.scope === 'occurrence') used.add(entry.page);
    else if (group.shown < group.count) DATA.pages.forEach(([name]) => used.add(name));
    else for (let at = 0; at < group.shown; at++) used.add(group.pageName(at));
  }
  return DATA.pages.filter(([name]) => used.has(name)).sort(([one], [other]) => byCodePoints(one, other));
}

function localTime(date) {
  const two = (value) => String(value).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const away = Math.abs(offset);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:` +
    `${two(date.getSeconds())}${offset < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}

/** The text of decisions.json. Pages are written by hand: objects put names that are numbers first. */
function decisionsFile(reviewer, time) {
  const list = sortedDecisions();
  const lines = [['format', 'kanwu decisions 1'], ['report', DATA.report]];
  if (reviewer) lines.push(['reviewer', reviewer]);
  if (time) lines.push(['time', time]);
  const text = lines.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('');
  const pages = pagesOf(list).map(([name, hash]) => `\n    ${JSON.stringify(name)}: ${JSON.stringify(hash)}`);
  const decisions = JSON.stringify(list.map(([, entry]) => entry), null, 2).replace(/\n/g, '\n  ');
  return `{\n${text}  "pages": {${pages.join(',')}${pages.length ? '\n  ' : ''}},\n  "decisions": ${decisions}\n}\n`;
}

/** What is kept in the browser: the same decisions, without the pages. */
const keptFile = () => JSON.stringify({
  format: 'kanwu decisions 1', report: DATA.report, decisions: listDecisions().map(([, entry]) => entry),
});

/**
 * Reads decisions: the changes that they make, how many were read, and how many are not on this page.
 * Throws an error whose message is for people when `text` holds none, or those of another report.
 */
function readDecisions(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new Error(say('importBad', error.message));
  }
  if (file === null || typeof file !== 'object' || file.format !== 'kanwu decisions 1' || !Array.isArray(file.decisions)) {
    throw new Error(say('importBad', '"format"'));
  }
  if (file.report !== DATA.report) throw new Error(say('importOther'));
  const changes = new Map();
  const pages = new Map(DATA.pages.map(([name], index) => [name, index]));
  let [read, unknown] = [0, 0];
  const place = (group, { page, id }) => {
    const found = pages.has(page) && byPage()[pages.get(page)].find(([other, at]) => other === group && group.id(at) === id);
    return found ? found[1] : null;
  };
  const decision = (entry) => entry !== null && (entry.decision === 'accept' || entry.decision === 'reject');
  for (const entry of file.decisions) {
    const group = entry && groupsByKey().get(keyOf(entry.rule, entry.before, entry.after));
    const state = group && (changes.get(group) || stateOf(group));
    if (!group || !decision(entry)) {
      unknown++;
    } else if (entry.scope === 'occurrence') {
      const at = place(group, entry);
      if (at === null) {
        unknown++;
        continue;
      }
      changes.set(group, { ...state, single: new Map(state.single).set(at, plain(group, entry.decision, entry.instead)) });
      read++;
    } else {
      const single = new Map();
      for (const one of Array.isArray(entry.except) ? entry.except : []) {
        const at = decision(one) ? place(group, one) : null;
        if (at === null) unknown++;
        else single.set(at, plain(group, one.decision, one.instead));
      }
      changes.set(group, { ...plain(group, entry.decision, entry.instead), always: entry.scope === 'always', withheld: entry.withheld === true, single });
      read++;
    }
  }
  return { changes, read, unknown };
}

// What is kept in the browser until it is exported: the decisions by the report's hash, and how the page is liked.

const KEPT = `kanwu-review:${DATA.report}`;

/** Called when the browser does not keep what it is given; set by `main.js`. */
let notKept = () => {};
let waiting = 0;

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch (error) {
    return error;
  }
  return null;
}

function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps the decisions once nothing was decided for a moment: it takes a while when there are thousands. */
function keep() {
  clearTimeout(waiting);
  waiting = setTimeout(keepNow, 250);
}

function keepNow() {
  if (waiting === 0) return;
  clearTimeout(waiting);
  waiting = 0;
  const error = remember(KEPT, keptFile());
  if (error) notKept(error);
}

/** Takes over what is kept, in place of what is decided here; not a step that can be undone. */
function takeKept() {
  const text = recall(KEPT);
  for (const group of GROUPS) if (stateOf(group) !== OPEN) put(group, OPEN);
  [done, undone] = [[], []];
  if (!text) return;
  try {
    for (const [group, state] of readDecisions(text).changes) put(group, state);
  } catch {
    // What cannot be read is as good as nothing; it will be written over.
  }
}
