// What happens: filters, keys, dialogs.

const LIKED = 'kanwu-review-likes';
const likes = { language: null, theme: 'auto', keys: true, reviewer: '', ...recallLikes() };

function recallLikes() {
  try {
    const kept = JSON.parse(recall(LIKED));
    return kept !== null && typeof kept === 'object' ? kept : {};
  } catch {
    return {};
  }
}

function like(changes) {
  Object.assign(likes, changes);
  remember(LIKED, JSON.stringify(likes));
}

/** The groups that are listed, in order. */
let listed = GROUPS;
/** The current one, as an index of `listed`. */
let current = 0;
/** The places that are listed of the current group, and the current one as an index of them. */
let places = [];
let place = 0;
let placeList = null;
/** Whether to leave the form for another text open. */
let typing = false;

const group = () => listed[current] || null;

const groupList = new LongList(byId('list'), byId('rows'), (index) => groupRow(listed[index], index, listed.length, index === current));

// Filters

const FILTERS = ['stage', 'rule', 'decided', 'standing', 'from', 'to', 'page'];

function fits() {
  const [stage, rule, way, standing, page] = ['stage', 'rule', 'decided', 'standing', 'page'].map((id) => byId(id).value);
  const bound = (id, otherwise) => (byId(id).value === '' ? otherwise : Math.round(Number(byId(id).value) * 1000));
  const [from, to] = [bound('from', 0), bound('to', 1000)];
  const searched = byId('search').value;
  const which = ['applied', 'proposed', 'withheld'].indexOf(standing);
  const pages = pagesNamed(page);
  return (group) => {
    if (stage && group.stage !== stage) return false;
    if (rule && group.rule !== rule) return false;
    if (which >= 0 && group.standings[which] === 0) return false;
    if (group.low > to || group.high < from) return false;
    if (way) {
      const is = kind(stateOf(group));
      if (way === 'open' ? isDecided(group) : way === 'accept' ? is !== 'accept' && is !== 'instead' : is !== way) return false;
    }
    if (pages && !some(group, (at) => pages.has(group.page(at)))) return false;
    if (!searched || group.before.includes(searched) || group.after.includes(searched)) return true;
    return some(group, (at) => reads(group, at, searched));
  };
}

/** Whether `searched` stands in what is changed and around it, before the change or after. */
function reads(group, at, searched) {
  return [group.before, group.after].some((text) => (group.left(at) + text + group.right(at)).includes(searched));
}

/** The pages with `part` in their names; null when it is empty, for all. */
function pagesNamed(part) {
  if (!part) return null;
  const found = new Set();
  DATA.pages.forEach(([name], index) => {
    if (name.includes(part)) found.add(index);
  });
  return found;
}

function some(group, test) {
  for (let at = 0; at < group.shown; at++) if (test(at)) return true;
  return false;
}

const SORTS = {
  doubt: (one, other) => one.low - other.low || other.count - one.count || one.index - other.index,
  sure: (one, other) => other.low - one.low || other.count - one.count || one.index - other.index,
  count: (one, other) => other.count - one.count || one.low - other.low || one.index - other.index,
  report: (one, other) => one.index - other.index,
};

/** Lists what fits, and stays with the current group where it can, unless it is to begin `anew`. */
function list(anew) {
  const now = anew === true ? null : group();
  listed = GROUPS.filter(fits()).sort(SORTS[byId('sort').value] || SORTS.doubt);
  current = Math.max(0, listed.indexOf(now));
  groupList.pinned = current;
  groupList.fill(listed.length);
  byId('listed').textContent = say('listed', listed.length, placesOf(listed));
  const used = FILTERS.filter((id) => byId(id).value !== '').length;
  byId('filter-count').textContent = used ? ` (${used})` : '';
  byId('bulk').disabled = listed.length === 0;
  select(current, { scroll: true, again: true });
}

/** Makes the group at `index` the current one. */
function select(index, { scroll = true, again = false, focus = false } = {}) {
  if (listed.length === 0) {
    byId('list').removeAttribute('aria-activedescendant');
    byId('detail').replaceChildren(element('p', { class: 'nothing' }, say(GROUPS.length ? 'noneListed' : 'noneAtAll')));
    placeList = null;
    return;
  }
  const old = current;
  current = Math.min(Math.max(index, 0), listed.length - 1);
  groupList.pinned = current;
  if (scroll) groupList.reveal(current);
  groupList.renew(old);
  groupList.renew(current);
  byId('list').setAttribute('aria-activedescendant', `group-${group().index}`);
  if (old !== current || again) {
    typing = false;
    showDetail();
    byId('detail').scrollTop = 0;
  }
  if (focus) byId('list').focus({ preventScroll: true });
}

// The current group

function showDetail() {
  const detail = byId('detail');
  const now = group();
  if (placeList) placeList.end();
  const pages = pagesNamed(byId('page').value);
  const searched = byId('search').value;
  places = [];
  for (let at = 0; at < now.shown; at++) {
    if ((!pages || pages.has(now.page(at))) && (!searched || reads(now, at, searched))) places.push(at);
  }
  place = 0;
  const host = element('div', { id: 'places', role: 'list', class: 'places', 'aria-labelledby': 'places-title' });
  const counts = places.length < now.shown ? say('filtered', places.length, now.count) : say('occurrencesShown', now.shown, now.count);
  detail.replaceChildren(
    groupHead(now, groupActs),
    element('h3', { id: 'places-title', class: 'places-title' }, `${say('occurrences')} `, element('span', { class: 'quiet' }, counts)),
    ...(now.shown < now.count ? [element('p', { class: 'quiet' }, say('onlyUncertain'))] : []),
    host);
  placeList = new LongList(detail, host, (index) => occurrenceRow(now, places[index], index, places.length, index === place, placeActs));
  placeList.pinned = 0;
  placeList.fill(places.length);
}

/** Shows anew what decisions may have changed, and keeps the focus where it was. */
function refresh() {
  const held = holdFocus();
  const now = group();
  if (now) {
    byId('detail').firstElementChild.replaceWith(groupHead(now, groupActs));
    placeList.renewAll();
  }
  groupList.renewAll();
  showProgress();
  if (byId('reader').open) reader.refresh();
  held();
}

/** Remembers which control has the focus; what it returns gives it back to the one that took its place. */
function holdFocus() {
  const active = document.activeElement;
  const detail = byId('detail');
  if (!detail.contains(active) || active === detail) return () => {};
  const within = (host) => [...host.querySelectorAll('button, input, summary, [tabindex]')];
  const row = active.closest('.place');
  if (row) {
    const at = within(row).indexOf(active);
    const index = Number(row.dataset.index);
    return () => {
      const made = placeList && placeList.made.get(index);
      if (made && at >= 0) within(made)[at].focus({ preventScroll: true });
    };
  }
  const at = within(detail.firstElementChild).indexOf(active);
  return () => {
    const found = at >= 0 && within(detail.firstElementChild)[at];
    if (found && !found.disabled) found.focus({ preventScroll: true });
    else byId('detail-title').focus({ preventScroll: true });
  };
}

function showProgress() {
  byId('progress').max = Math.max(PLACES, 1);
  byId('progress').value = totals.places;
  const words = say('progress', totals.groups, GROUPS.length, totals.places, PLACES);
  byId('progress-text').textContent = words;
  byId('progress').setAttribute('aria-label', words);
  byId('undo').disabled = done.length === 0;
}

/** Tells what was done: seen for a while, and read aloud. */
function tell(words, withUndo = false) {
  const status = byId('status');
  status.replaceChildren(words);
  if (withUndo && done.length) status.append(' ', button(say('undo'), undoLast, { class: 'link' }));
  status.classList.add('shown');
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => status.classList.remove('shown'), 6000);
}

function decide(changes, words) {
  perform(changes, words);
  refresh();
  tell(words, true);
}

/** On how many places of `now` the decision on the group in `changes` is: not on those that are decided otherwise. */
const alike = (now, changes) => now.covered - [...changes.get(now).single.keys()].filter((at) => now.covers(at)).length;

const told = (decision, what, count) => say(decision === 'accept' ? 'didAccept' : 'didReject', changeInWords(what), count);

const groupActs = {
  get typing() { return typing; },
  accept: () => decideWhole('accept'),
  reject: () => decideWhole('reject'),
  clear: () => decide(clearGroup(group()), say('didClear', changeInWords(group()))),
  instead: (text) => {
    typing = false;
    const now = group();
    const changes = decideGroup(now, 'accept', text);
    decide(changes, say('didInstead', spoken(text, 20), alike(now, changes)));
  },
  /** Who came by the key goes on by keys. */
  typed: (text) => {
    const byKey = typing;
    groupActs.instead(text);
    if (!byKey) return;
    byId('list').focus({ preventScroll: true });
    goOn(1);
  },
  always: (always) => {
    const now = group();
    const state = stateOf(now);
    decide(new Map([[now, { ...state, always }]]), say('didAlways', always));
  },
  back: () => showList(),
};

function decideWhole(decision) {
  const now = group();
  const changes = decideGroup(now, decision, null);
  decide(changes, told(decision, now, alike(now, changes)));
}

const placeActs = {
  one: (at, decision) => decideSingle(group(), at, decision),
  otherOne: (at) => askText(group(), at),
  page: (at) => reader.open(group(), at),
};

/** Decides one occurrence; what was decided singly already is taken back by deciding it so again. */
function decideSingle(now, at, decision) {
  const own = stateOf(now).single.get(at);
  const again = own && own.decision === decision && own.instead === null;
  if (again) decide(decideOne(now, at, null), say('didClear', changeInWords(now)));
  else decide(decideOne(now, at, decision, null), told(decision, now, 1));
}

function undoLast() {
  const what = undo();
  refresh();
  tell(what === null ? say('nothingToUndo') : say('didUndo', what));
}

function redoLast() {
  const what = redo();
  refresh();
  tell(what === null ? say('nothingToRedo') : say('didRedo', what));
}

// Going about

/** The next group from the current one, in steps of `by`, that is undecided; -1 when there is none. */
function nextOpen(by) {
  for (let index = current + by; index >= 0 && index < listed.length; index += by) if (!isDecided(listed[index])) return index;
  return -1;
}

function goOn(by) {
  const index = nextOpen(by);
  if (index >= 0) return select(index);
  if (by > 0) return tell(say(nextOpen(-1) < 0 && group() && isDecided(group()) ? 'allDecided' : 'noMoreOpen'));
  return tell(say('noMoreOpenBefore'));
}

function goPlace(index) {
  if (places.length === 0) return;
  const old = place;
  place = Math.min(Math.max(index, 0), places.length - 1);
  const head = byId('detail').querySelector('.deciding');
  placeList.reveal(place, head ? head.offsetHeight + 8 : 0);
  placeList.renew(old);
  placeList.renew(place);
  const row = placeList.made.get(place);
  if (row) row.querySelector('.acts button').focus({ preventScroll: true });
}

const inPlaces = () => Boolean(document.activeElement && document.activeElement.closest('.place'));

function showDetailOnly() {
  document.body.dataset.view = 'detail';
}

function showList() {
  document.body.dataset.view = 'list';
  select(current, { focus: true });
}

// Dialogs

/** Opens the dialog with a title, a body and buttons, and makes it the only thing there is until it is closed. */
function ask(title, body, buttons, focus) {
  const dialog = byId('dialog');
  dialog.replaceChildren(
    element('h2', { id: 'dialog-title' }, title),
    element('div', { class: 'body' }, ...body),
    element('div', { class: 'buttons' }, ...buttons));
  if (!dialog.open) dialog.showModal();
  const first = focus || dialog.querySelector('.buttons .main:not([disabled])') || dialog.querySelector('.buttons button');
  if (first) first.focus();
}

const closeDialog = () => byId('dialog').close();
const cancel = () => button(say('cancel'), closeDialog);

function doing(label, act, attributes) {
  return button(label, () => {
    closeDialog();
    act();
  }, { class: 'main', ...attributes });
}

/** The undecided groups that are listed and reach `from` throughout, and how many reach it in part only; what was withheld is decided by itself. */
function above(from) {
  const open = listed.filter((now) => !now.withheld && !isDecided(now));
  const sure = open.filter((now) => now.low >= from);
  return { sure, mixed: open.filter((now) => now.low < from && now.high >= from).length };
}

function askBulk() {
  const input = element('input', { type: 'number', id: 'bulk-from', min: 0, max: 1, step: 0.01, 'aria-label': say('confidenceFrom') });
  input.value = DATA.applyFrom;
  const count = element('p', { id: 'bulk-count', role: 'status' });
  const accept = doing(say('bulkDo'), () => {
    const { sure } = above(Math.round(Number(input.value) * 1000));
    decideMany(sure, 'accept');
  });
  const show = () => {
    const from = input.value === '' ? NaN : Math.round(Number(input.value) * 1000);
    const { sure, mixed } = Number.isNaN(from) ? { sure: [], mixed: 0 } : above(from);
    const words = [sure.length ? say('bulkCount', sure.length, coveredBy(sure)) : say('bulkNone')];
    if (mixed) words.push(say('bulkMixed', mixed));
    count.textContent = words.join(' ');
    accept.disabled = sure.length === 0;
  };
  input.addEventListener('input', show);
  show();
  ask(say('bulkTitle'), [element('p', {}, say('bulkBody')), element('p', {}, input), count], [cancel(), accept], input);
}

function decideMany(groups, decision) {
  const changes = new Map();
  for (const now of groups) decideGroup(now, decision, null, changes);
  decide(changes, say(decision === 'accept' ? 'didBulk' : 'didBulkReject', groups.length, coveredBy(groups)));
}

/** `a` and `d`: this group and those of its rule after it. */
function askRest(decision) {
  const now = group();
  const rest = listed.slice(current).filter((other) => other === now || (other.rule === now.rule && !other.withheld && !isDecided(other)));
  const act = () => {
    decideMany(rest, decision);
    goOn(1);
  };
  ask(say('restTitle')[decision], [element('p', {}, say('restBody')[decision](now.ruleName, rest.length, coveredBy(rest)))],
    [cancel(), doing(say('restDo')[decision], act)]);
}

/** Asks what one occurrence is to read. */
function askText(now, at) {
  const state = holds(now, at);
  const input = element('input', { type: 'text', id: 'one-text', autocomplete: 'off', spellcheck: 'false', lang: 'zh-Hans', 'aria-label': say('typed'), placeholder: say('typedHint') });
  input.value = state.instead === null ? now.after : state.instead;
  const use = doing(say('use'), () => decide(decideOne(now, at, 'accept', input.value), say('didInstead', spoken(input.value, 20), 1)));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      use.click();
    }
  });
  ask(say('otherOne'), [
    element('p', { class: 'context plain', lang: 'zh-Hans' }, quoted('bdi', now.left(at)), change(now, null, 100), quoted('bdi', now.right(at))),
    element('label', { class: 'field' }, say('typed'), input)], [cancel(), use], input);
  input.select();
}

function askExport() {
  const reviewer = element('input', { type: 'text', id: 'reviewer', autocomplete: 'name' });
  reviewer.value = likes.reviewer;
  const any = totals.places > 0;
  const download = doing(say('exportDo'), () => {
    like({ reviewer: reviewer.value.trim() });
    save('decisions.json', decisionsFile(likes.reviewer, localTime(new Date())));
    tell(say('exported'));
  }, { id: 'download', disabled: !any });
  const file = element('input', { type: 'file', accept: '.json,application/json', id: 'import', hidden: true });
  file.addEventListener('change', async () => {
    if (!file.files[0]) return;
    const text = await file.files[0].text();
    closeDialog();
    takeIn(text);
  });
  ask(say('exportTitle'), [
    element('p', {}, any ? say('exportBody', totals.groups, totals.places) : say('exportNone')),
    element('label', { class: 'field' }, say('reviewer'), reviewer),
    element('p', {}, say('exportHow')),
    element('pre', {}, element('code', {}, say('exportCommand'))),
    element('p', { class: 'quiet' }, say('exportKept')),
    element('h3', {}, say('importTitle')),
    element('p', { class: 'quiet' }, say('importBody')),
    element('p', {}, file, button(say('importDo'), () => file.click())),
    element('p', {}, button(say('clearAll'), askClear, { class: 'link', disabled: !any })),
  ], [cancel(), download]);
}

function takeIn(text) {
  try {
    const { changes, read, unknown } = readDecisions(text);
    decide(changes, say('imported', read, unknown));
  } catch (error) {
    tell(error.message);
  }
}

function askClear() {
  const groups = GROUPS.filter((now) => stateOf(now) !== OPEN && kind(stateOf(now)) !== 'open');
  ask(say('clearAll'), [element('p', {}, say('clearAllBody', groups.length))],
    [cancel(), doing(say('clearAllDo'), () => decide(new Map(groups.map((now) => [now, OPEN])), say('didClearAll')))]);
}

/** Gives the user a file. */
function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = element('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function leftOut() {
  const [groups, places, occurrences] = DATA.leftOut;
  const without = DATA.pages.filter(([, , has]) => !has).length;
  return [
    groups || places ? say('leftOutGroups', groups, places) : null,
    occurrences ? say('leftOutPlaces', occurrences) : null,
    without ? say('leftOutTexts', without, DATA.pages.length) : null,
  ].filter(Boolean);
}

function askHelp() {
  const keys = element('input', { type: 'checkbox', id: 'keys' });
  keys.checked = likes.keys;
  keys.addEventListener('change', () => {
    like({ keys: keys.checked });
    document.body.classList.toggle('keys', likes.keys);
  });
  const rows = say('keys').map(([key, what]) => element('tr', {},
    element('th', { scope: 'row' }, ...key.split(' ').flatMap((one, index) => [index ? ' ' : '', element('kbd', {}, one)])), element('td', {}, what)));
  const out = leftOut();
  ask(say('helpTitle'), [
    ...say('helpBody').map((words) => element('p', {}, words)),
    element('h3', {}, say('keysTitle')),
    element('label', { class: 'always' }, keys, element('span', {}, say('keysOn'))),
    element('table', { class: 'keys' }, element('tbody', {}, ...rows)),
    element('p', { class: 'quiet' }, say('keysInside')),
    ...(out.length ? [element('h3', {}, say('leftOutTitle')), element('ul', {}, ...out.map((words) => element('li', {}, words))), element('p', {}, say('leftOutHow'))] : []),
    element('p', { class: 'quiet' }, `kanwu ${DATA.version} · ${DATA.report.slice(0, 16)}`),
  ], [button(say('close'), closeDialog, { class: 'main' })]);
}

// The page view

const reader = {
  page: 0,
  entries: [],
  at: 0,
  /** Whether line ends and blanks are stepped through too: they are most of what changes, and seldom what is doubted. */
  blanks: false,

  open(now, at) {
    this.page = now.page(at);
    this.draw();
    const id = now.id(at);
    const dialog = byId('reader');
    if (!dialog.open) dialog.showModal();
    this.blanks = /^\s*$/.test(now.before) && /^\s*$/.test(now.after);
    this.go(Math.max(0, this.entries.findIndex((entry) => entry.ids.includes(id))), true);
    byId('reader-title').focus({ preventScroll: true });
  },

  draw() {
    const name = DATA.pages[this.page][0];
    const parts = textOf(this.page);
    const { entries, rows } = parts ? pageRows(this.page, parts) : { entries: this.entriesWithoutText(), rows: [] };
    this.entries = entries;
    const text = element('div', { class: 'text', id: 'reader-text', tabindex: '0', role: 'region', 'aria-labelledby': 'reader-title' },
      parts ? element('div', { class: 'pair names' }, element('span'), element('h3', {}, say('source')), element('span'), element('h3', {}, say('clean')))
        : element('p', {}, say('noText'), ' ', element('code', {}, quoted('bdi', name))),
      ...rows);
    text.addEventListener('click', (event) => {
      const mark = event.target.closest('[data-entry]');
      if (mark) this.go(Number(mark.dataset.entry), false);
    });
    byId('reader').replaceChildren(
      element('div', { class: 'reader-top' },
        element('h2', { id: 'reader-title', tabindex: '-1' }, quoted('bdi', name)),
        element('div', { class: 'tools' },
          button(say('previous'), () => this.step(-1), { 'data-key': 'k' }),
          element('span', { id: 'reader-at', role: 'status' }),
          button(say('next'), () => this.step(1), { 'data-key': 'j' }),
          button(say('close'), () => byId('reader').close(), { class: 'main' }))),
      text,
      element('div', { class: 'reader-deciding', id: 'reader-deciding' }));
    this.colour();
  },

  entriesWithoutText() {
    return byPage()[this.page].map((found) => ({ ids: [found[0].id(found[1])], found: [found], marks: [] }));
  },

  /** Marks show what is decided. */
  colour() {
    for (const entry of this.entries) if (entry.marks.length) colour(entry);
    const now = this.entries[this.at];
    if (now) now.marks.forEach((mark) => mark.classList.add('now'));
  },

  go(index, scroll) {
    if (this.entries.length === 0) return;
    this.at = Math.min(Math.max(index, 0), this.entries.length - 1);
    this.colour();
    const mark = this.entries[this.at].marks[0];
    if (mark && scroll) mark.scrollIntoView({ block: 'center' });
    this.show();
  },

  /** Goes to the next or the previous correction, past line ends and blanks unless it began at one. */
  step(by) {
    let index = this.at + by;
    while (!this.blanks && this.entries[index] && this.entries[index].blank) index += by;
    if (this.entries[index]) this.go(index, true);
  },

  refresh() {
    this.colour();
    this.show();
  },

  /** The corrections that the current mark is, each with what can be decided. */
  show() {
    const entry = this.entries[this.at];
    byId('reader-at').textContent = say('readerAt', this.at + 1, this.entries.length);
    const host = byId('reader-deciding');
    const focused = [...host.querySelectorAll('button')].indexOf(document.activeElement);
    host.replaceChildren(...(entry.found.length ? entry.found.map(([now, at]) => this.choices(now, at)) : [element('p', { class: 'quiet' }, say('notShown'))]));
    if (focused >= 0) {
      const found = host.querySelectorAll('button')[focused];
      if (found) found.focus();
    }
  },

  choices(now, at) {
    const own = stateOf(now).single.get(at);
    const whole = kind(stateOf(now));
    const single = (is) => ({ 'aria-pressed': String(Boolean(own) && kind(own) === is), class: `decide ${is}` });
    const all = (is) => ({ 'aria-pressed': String(whole === is), class: `decide ${is}` });
    const set = (decision) => {
      const changes = decideGroup(now, decision, null);
      decide(changes, told(decision, now, alike(now, changes)));
    };
    return element('div', { class: 'choosing' },
      element('div', { class: 'about' }, stateMark(holds(now, at)), change(now, holds(now, at).instead, 60), ' ',
        element('span', { class: 'quiet' }, `${now.ruleName} · ${say('certainty', percent(now.confidence(at)), percent(now.confidence(at)))} · ${say('standings')[now.standing(at)]}`)),
      element('div', { class: 'choices', role: 'group', 'aria-label': say('oneHere') }, element('span', { 'aria-hidden': 'true' }, say('oneHere')),
        button(say('acceptGroup', 1), () => decideSingle(now, at, 'accept'), { ...single('accept'), 'data-key': 'y', 'aria-label': say('acceptOne') }),
        button(say('rejectGroup', 1), () => decideSingle(now, at, 'reject'), { ...single('reject'), 'data-key': 'n', 'aria-label': say('rejectOne') })),
      element('div', { class: 'choices', role: 'group', 'aria-label': say('wholeGroup', now.covered) }, element('span', { 'aria-hidden': 'true' }, say('wholeGroup', now.covered)),
        button(say('acceptGroup', 1), () => set('accept'), { ...all('accept'), 'aria-label': say('acceptGroup', now.covered) }),
        button(say('rejectGroup', 1), () => set('reject'), { ...all('reject'), 'aria-label': say('rejectGroup', now.covered) })));
  },

  /** Keys in the page view; whether `key` is one. */
  key(key) {
    const entry = this.entries[this.at];
    if (key === 'j') this.step(1);
    else if (key === 'k') this.step(-1);
    else if (key === 'J') this.go(this.at + 1, true);
    else if (key === 'K') this.go(this.at - 1, true);
    else if ((key === 'y' || key === 'n') && entry && entry.found.length) {
      const [now, at] = entry.found[0];
      const decision = key === 'y' ? 'accept' : 'reject';
      decide(decideOne(now, at, decision, null), told(decision, now, 1));
      this.step(1);
    } else if (key === 'u') undoLast();
    else if (key === 'U') redoLast();
    else if (key === 'v') byId('reader').close();
    else return false;
    return true;
  },
};

// Keys

const GROUP_KEYS = {
  y: () => decideAndGo('accept'),
  n: () => decideAndGo('reject'),
  j: () => goOn(1),
  k: () => goOn(-1),
  J: () => select(current + 1),
  K: () => select(current - 1),
  a: () => askRest('accept'),
  d: () => askRest('reject'),
  e: () => {
    typing = true;
    byId('detail').querySelector('.else').open = true;
    showDetailOnly();
    byId('typed').focus();
    byId('typed').select();
  },
  s: () => {
    showDetailOnly();
    goPlace(place);
  },
  v: () => placeActs.page(places[place]),
};

const PLACE_KEYS = {
  y: () => decidePlaceAndGo('accept'),
  n: () => decidePlaceAndGo('reject'),
  j: () => goPlace(place + 1),
  k: () => goPlace(place - 1),
  J: () => goPlace(place + 1),
  K: () => goPlace(place - 1),
  e: () => placeActs.otherOne(places[place]),
  v: () => placeActs.page(places[place]),
};

const EVERYWHERE = { u: undoLast, U: redoLast, '?': askHelp, '/': () => byId('search').focus() };

function decideAndGo(decision) {
  decideWhole(decision);
  goOn(1);
}

function decidePlaceAndGo(decision) {
  const now = group();
  decide(decideOne(now, places[place], decision, null), told(decision, now, 1));
  goPlace(place + 1);
}

const isTyping = (target) => target.closest('input:not([type=checkbox]):not([type=file]), select, textarea') !== null;

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && !byId('dialog').open && !byId('reader').open) {
    if (inPlaces() || byId('detail').contains(event.target)) showList();
    else if (isTyping(event.target)) byId('list').focus();
    return;
  }
  if (byId('dialog').open || isTyping(event.target) || !likes.keys) return;
  if (byId('reader').open) {
    if (reader.key(event.key)) event.preventDefault();
    return;
  }
  const act = EVERYWHERE[event.key] || (group() && (inPlaces() && places.length ? PLACE_KEYS[event.key] : null)) || (group() && !inPlaces() && GROUP_KEYS[event.key]);
  if (!act) return;
  event.preventDefault();
  act();
});

byId('list').addEventListener('keydown', (event) => {
  const view = Math.max(1, Math.floor(byId('list').clientHeight / groupList.height) - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: view, PageUp: -view, Home: -Infinity, End: Infinity };
  if (event.key in steps) {
    event.preventDefault();
    const step = steps[event.key];
    select(step === Infinity ? listed.length - 1 : step === -Infinity ? 0 : current + step);
  } else if (event.key === 'Enter' && group()) {
    event.preventDefault();
    showDetailOnly();
    byId('detail-title').focus();
  }
});

byId('list').addEventListener('click', (event) => {
  const row = event.target.closest('.group');
  if (!row) return;
  select(Number(row.dataset.index), { scroll: false });
  showDetailOnly();
});

byId('detail').addEventListener('keydown', (event) => {
  if (!inPlaces()) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    goPlace(place + steps[event.key]);
  }
});

byId('detail').addEventListener('focusin', (event) => {
  const row = event.target.closest('.place');
  if (!row) return;
  const index = Number(row.dataset.index);
  if (index === place) return;
  const old = place;
  place = placeList.pinned = index;
  placeList.renew(old);
  // The row that has the focus stays as it is: a new one would lose it.
  row.classList.add('current');
  row.querySelectorAll('button').forEach((one) => one.setAttribute('tabindex', '0'));
});

// Beginning

function options(select, pairs) {
  const value = select.value;
  select.replaceChildren(...pairs.map(([key, words]) => element('option', { value: key }, words)));
  select.value = pairs.some(([key]) => key === value) ? value : pairs[0][0];
}

/** Says everything in the language of the interface. */
function speak() {
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  document.title = say('documentTitle');
  for (const host of document.querySelectorAll('[data-say]')) host.textContent = say(host.dataset.say);
  for (const host of document.querySelectorAll('[data-say-label]')) host.setAttribute('aria-label', say(host.dataset.sayLabel));
  for (const host of document.querySelectorAll('[data-say-placeholder]')) host.setAttribute('placeholder', say(host.dataset.sayPlaceholder));
  byId('language').textContent = say('other');
  byId('language').setAttribute('aria-label', say('otherLabel'));
  byId('language').lang = language === 'zh' ? 'en' : 'zh-Hans';
  const stages = [...new Set(DATA.rules.map(([, stage]) => stage))];
  options(byId('stage'), [['', say('all')], ...stages.map((stage) => [stage, say('stages')[stage] || stage])]);
  options(byId('rule'), [['', say('all')], ...DATA.rules.map(([rule, , zh]) => [rule, language === 'zh' && zh ? `${zh}（${rule}）` : rule])]);
  options(byId('decided'), [['', say('all')], ...Object.entries(say('decidedWays'))]);
  options(byId('standing'), [['', say('all')], ...Object.entries(say('standingWays'))]);
  options(byId('sort'), Object.entries(say('sorts')));
  showTheme();
  const out = leftOut();
  byId('notice').hidden = out.length === 0;
  byId('notice').textContent = out.length ? say('leftOutNotice') : '';
}

function showTheme() {
  if (likes.theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset.theme = likes.theme;
  byId('theme').textContent = say('themes')[likes.theme] || say('themes').auto;
  byId('theme').setAttribute('aria-label', say('themeLabel', byId('theme').textContent));
}

function begin() {
  language = likes.language || ((navigator.language || '').toLowerCase().startsWith('zh') ? 'zh' : 'en');
  notKept = (error) => {
    byId('notice').hidden = false;
    byId('notice').textContent = say(error && error.name === 'QuotaExceededError' ? 'storageFull' : 'storageOff');
  };
  document.body.classList.toggle('keys', likes.keys);
  takeKept();
  speak();
  showProgress();
  list(true);

  byId('undo').addEventListener('click', undoLast);
  byId('save').addEventListener('click', askExport);
  byId('help').addEventListener('click', askHelp);
  byId('bulk').addEventListener('click', askBulk);
  byId('language').addEventListener('click', () => {
    language = language === 'zh' ? 'en' : 'zh';
    like({ language });
    speak();
    showProgress();
    list();
  });
  byId('theme').addEventListener('click', () => {
    const ways = ['auto', 'light', 'dark'];
    like({ theme: ways[(ways.indexOf(likes.theme) + 1) % ways.length] });
    showTheme();
  });
  byId('more').addEventListener('click', () => {
    const more = byId('more-filters');
    more.hidden = !more.hidden;
    byId('more').setAttribute('aria-expanded', String(!more.hidden));
  });
  byId('reset').addEventListener('click', () => {
    for (const id of [...FILTERS, 'search']) byId(id).value = '';
    list();
  });
  for (const id of ['stage', 'rule', 'decided', 'standing', 'sort']) byId(id).addEventListener('change', list);
  let typed = 0;
  for (const id of ['search', 'page', 'from', 'to']) {
    byId(id).addEventListener('input', () => {
      clearTimeout(typed);
      typed = setTimeout(list, 150);
    });
  }
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  window.addEventListener('pagehide', keepNow);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keepNow();
  });
  window.addEventListener('storage', (event) => {
    if (event.key !== KEPT || waiting !== 0) return;
    takeKept();
    refresh();
    tell(say('elsewhere'));
  });
  byId('reader').addEventListener('close', () => refresh());
}

begin();
performance.mark('ready');
