// What is seen: the list of groups, one group with its places, and a page as a whole.

const byId = (id) => document.getElementById(id);

const MARKS = { open: '○', partly: '◐', accept: '✓', reject: '✗', instead: '✎' };

/** The sign of a decision; its words are for those who cannot see it. */
function stateMark(state) {
  const is = kind(state);
  return element('span', { class: `state ${is}` }, element('span', { 'aria-hidden': 'true' }, MARKS[is] + (state.always ? '∞' : '')),
    element('span', { class: 'hidden' }, `${say('state')[is]} `));
}

/** How many are applied, proposed and withheld; what there is none of is not named. */
function standings(group) {
  const parts = group.standings.map((count, index) => (count ? [say('standings')[index], count, index] : null)).filter(Boolean);
  const made = element('span', { class: 'standings' });
  for (const [name, count, index] of parts) {
    made.append(element('span', { class: `standing s${index}` }, parts.length > 1 ? `${name} ${number(count)}` : name));
  }
  return made;
}

const certainty = (group) => (group.low === group.high ? percent(group.low) : `${percent(group.low)}–${percent(group.high)}`);

/** A row of the list of groups. */
function groupRow(group, index, all, current) {
  const row = element('div', {
    role: 'option', id: `group-${group.index}`, class: `group ${kind(stateOf(group))}`, 'aria-selected': String(current),
    'aria-posinset': index + 1, 'aria-setsize': all,
  });
  row.dataset.index = index;
  row.append(
    stateMark(stateOf(group)),
    element('span', { class: 'first' },
      element('span', { class: 'what' }, change(group, stateOf(group).instead, 40)), ' ',
      element('span', { class: 'count' }, say('placesShort', group.count))), ' ',
    element('span', { class: 'second' },
      element('span', { class: 'rule' }, group.ruleName), ' ', standings(group), ' ',
      element('span', { class: 'sure', title: say('confidence') }, certainty(group))));
  return row;
}

/** The reasons for a group's corrections, in words. */
function evidenceOf(group) {
  if (group.evidence.length === 0) return element('p', { class: 'quiet' }, say('noEvidence'));
  const list = element('ul', { class: 'evidence' });
  for (const [template, count, values] of group.evidence) {
    const words = DATA.templates[template][language === 'zh' ? 0 : 1];
    const item = element('li');
    words.split(/\{(\d)\}/).forEach((part, index) => {
      if (index % 2 === 0) item.append(part);
      else item.append(quoted('span', values[part] === undefined ? '' : values[part], { class: 'value', spaces: /^\s*$/.test(values[part]), most: 60 }));
    });
    if (count < group.count) item.append(element('span', { class: 'quiet' }, say('evidencePart', count)));
    list.append(item);
  }
  return list;
}

/** What is decided on a group, in a sentence or two. */
function decisionInWords(group) {
  const state = stateOf(group);
  const is = say('decisionIs');
  const what = kind(state);
  const parts = [typeof is[what] === 'string' ? is[what] : what === 'partly' ? is.partly(decidedPlaces(group, state), group.covered) : is.instead(spoken(state.instead))];
  if (state.always) parts.push(is.always);
  if (state.decision && state.single.size) parts.push(is.except(state.single.size));
  return parts.join(language === 'zh' ? '' : ' ');
}

/** The part of the detail above the places: what changes, why, and what can be decided. */
function groupHead(group, acts) {
  const state = stateOf(group);
  const what = kind(state);
  const pressed = (is) => ({ 'aria-pressed': String(what === is), class: `decide ${is}` });
  const head = element('div', { class: 'head' },
    element('p', { class: 'back' }, button(say('back'), acts.back, { class: 'link' })),
    element('h2', { id: 'detail-title', class: 'big', tabindex: '-1' }, change(group, null, 400)),
    element('p', { class: 'about' },
      element('span', { class: 'summary' }, group.summary), ' ',
      element('code', {}, group.rule),
      element('span', { class: 'quiet' }, `${say('places', group.count)} · ${say('certainty', percent(group.low), percent(group.high))}`),
      standings(group)),
    element('h3', {}, say('evidence')),
    evidenceOf(group));
  let moved = false;
  for (let at = 0; at < group.shown && !moved; at++) moved = group.move(at) > 0;
  if (moved) head.append(element('p', { class: 'quiet' }, say('moved')));

  if (group.covered < group.count) head.append(element('p', { class: 'quiet' }, say('notCovered', group.count - group.covered)));

  const main = element('div', { class: 'choices', role: 'group', 'aria-label': say('decided') },
    button(say('acceptGroup', group.covered), acts.accept, { ...pressed('accept'), 'data-key': 'y' }),
    button(say('rejectGroup', group.covered), acts.reject, { ...pressed('reject'), 'data-key': 'n' }),
    button(say('clearGroup'), acts.clear, { disabled: what === 'open' }));
  const other = element('div', { class: 'other', role: 'group', 'aria-label': say('otherText') });
  for (const text of candidates(group)) {
    other.append(button('', () => acts.instead(text), { 'aria-pressed': String(state.instead === text), class: 'candidate', 'aria-label': say('candidate', spoken(text)) }));
    other.lastChild.append(text === '' ? say('nothing') : quoted('span', text, { spaces: true, most: 40 }));
  }
  const input = element('input', { id: 'typed', type: 'text', autocomplete: 'off', spellcheck: 'false', lang: 'zh-Hans', 'aria-label': say('typed'), placeholder: say('typedHint') });
  input.value = state.instead === null ? '' : state.instead;
  const form = element('form', { class: 'typed' }, input, element('button', { type: 'submit' }, say('use')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    acts.typed(input.value);
  });
  other.append(form);
  const always = element('input', { type: 'checkbox', id: 'always' });
  always.checked = state.always;
  always.addEventListener('change', () => acts.always(always.checked));
  head.append(
    element('div', { class: 'deciding' }, main,
      element('details', { class: 'else', open: state.instead !== null || acts.typing }, element('summary', { 'data-key': 'e' }, say('otherText')), other),
      element('label', { class: 'always' }, always, element('span', {}, say('always'))),
      element('p', { class: `decision ${what}`, id: 'decision' }, decisionInWords(group))));
  return head;
}

/** An occurrence: what stands around it, and what can be decided of it alone. */
function occurrenceRow(group, at, index, all, current, acts) {
  const own = stateOf(group).single.get(at);
  const state = holds(group, at);
  const what = kind(state);
  const single = own !== undefined;
  const row = element('div', { role: 'listitem', class: `place ${what}${single ? ' single' : ''}${current ? ' current' : ''}`, 'aria-posinset': index + 1, 'aria-setsize': all });
  row.dataset.index = index;
  const tab = current ? '0' : '-1';
  const pressed = (is) => ({ 'aria-pressed': String(single && what === is), tabindex: tab, class: `small ${is}` });
  const where = `${group.pageName(at)} ${say('lineAt', group.line(at), group.column(at))}`;
  row.append(
    stateMark(state),
    element('div', { class: 'context', lang: 'zh-Hans' },
      element('span', { class: 'left' }, quoted('bdi', group.left(at))),
      change(group, state.instead, 24),
      element('span', { class: 'right' }, quoted('bdi', group.right(at)))),
    element('div', { class: 'where' },
      quoted('bdi', group.pageName(at), { class: 'name', most: 120 }),
      element('span', { title: say('lineAt', group.line(at), group.column(at)) }, `${group.line(at)}:${group.column(at)}`),
      element('span', { title: say('confidence') }, percent(group.confidence(at))),
      element('span', { class: `standing s${group.standing(at)}` }, say('standings')[group.standing(at)]),
      single ? element('span', { class: 'tag' }, stateOf(group).decision ? say('exception') : say('single')) : null),
    element('div', { class: 'acts' },
      button('✓', () => acts.one(at, 'accept'), { ...pressed('accept'), 'aria-label': `${say('acceptOne')} ${where}`, title: say('acceptOne') }),
      button('✗', () => acts.one(at, 'reject'), { ...pressed('reject'), 'aria-label': `${say('rejectOne')} ${where}`, title: say('rejectOne') }),
      button('✎', () => acts.otherOne(at), { ...pressed('instead'), 'aria-label': `${say('otherOne')} ${where}`, title: say('otherOne') }),
      button(say('openPage'), () => acts.page(at), { tabindex: tab, class: 'small', 'aria-label': say('openPageLabel', where) })));
  return row;
}

// The page view. A page's text comes as parts: what is the same in source and clean text is a string, what differs, or
// would if a proposal were applied, is [source, clean, ids].

function textOf(page) {
  const holder = byId(`text-${page}`);
  return holder && holder.textContent ? JSON.parse(holder.textContent) : null;
}

/** The parts in rows that begin and end with a line in both texts, so that they can stand side by side. */
function rowsOf(parts) {
  const rows = [];
  let row = { source: 1, clean: 1, parts: [] };
  let [source, clean] = [1, 1];
  const lines = (text) => text.split('\n').length - 1;
  const cut = () => {
    rows.push(row);
    row = { source, clean, parts: [] };
  };
  for (const part of parts) {
    if (typeof part !== 'string') {
      row.parts.push(part);
      [source, clean] = [source + lines(part[0]), clean + lines(part[1])];
      if (part[0].endsWith('\n') && part[1].endsWith('\n')) cut();
      continue;
    }
    let from = 0;
    for (let end = part.indexOf('\n'); end >= 0; end = part.indexOf('\n', from)) {
      row.parts.push(part.slice(from, end + 1));
      [source, clean, from] = [source + 1, clean + 1, end + 1];
      cut();
    }
    if (from < part.length) row.parts.push(part.slice(from));
  }
  if (row.parts.length) rows.push(row);
  return rows;
}

/** Text of a page as it stands, line ends included. */
function running(text) {
  const nodes = document.createDocumentFragment();
  text.split('\n').forEach((line, index) => {
    if (index) nodes.append('\n');
    nodes.append(visible(line));
  });
  return nodes;
}

/** Text of a page that is changed: its line ends are signs, and line ends as well. */
function marked(text) {
  const nodes = document.createDocumentFragment();
  text.split('\n').forEach((line, index) => {
    if (index) nodes.append(element('span', { class: 'sign' }, '↵'), '\n');
    nodes.append(visible(line, { spaces: true }));
  });
  return nodes;
}

/** Where there is nothing. */
const caret = () => element('span', { class: 'sign caret' }, '‸');

/** What stands in the clean text under the decision on `entry`; as the program left it where several changes are one. */
function outcome({ found, from, to }) {
  if (found.length !== 1 || from !== found[0][0].before) return to;
  const state = holds(...found[0]);
  if (state.decision === 'reject') return from;
  if (state.decision === 'accept') return state.instead === null ? found[0][0].after : state.instead;
  return to;
}

/** Shows on the marks of `entry` what is decided. */
function colour(entry) {
  const [left, right] = entry.marks;
  const last = entry.found[entry.found.length - 1];
  const is = last ? kind(holds(...last)) : 'open';
  left.className = right.className = `is-${is}${entry.blank ? ' blank' : ''}`;
  const text = outcome(entry);
  right.replaceChildren(text === '' ? caret() : marked(text));
}

/** The corrections of a page, each with its marks, in the order of the text, and the rows that show them. */
function pageRows(page, parts) {
  const entries = [];
  const rows = rowsOf(parts).map((row) => {
    const [source, clean] = ['source', 'clean'].map((side) => element('div', { class: `cell ${side}`, lang: 'zh-Hans', dir: 'ltr' }));
    for (const part of row.parts) {
      if (typeof part === 'string') {
        source.append(running(part));
        clean.append(running(part));
        continue;
      }
      const [from, to, ids] = part;
      const found = ids.map((id) => findOccurrence(page, id)).filter(Boolean);
      const blank = /^\s*$/.test(from) && /^\s*$/.test(to);
      const entry = { ids, found, from, to, blank, marks: [element(from === to ? 'mark' : 'del'), element(from === to ? 'mark' : 'ins')] };
      const [left, right] = entry.marks;
      left.append(from === '' ? caret() : marked(from));
      entry.marks.forEach((mark) => { mark.dataset.entry = entries.length; });
      entries.push(entry);
      source.append(left);
      clean.append(right);
    }
    const label = (line, text) => element('span', { class: 'number', title: say('line', line) }, String(line), element('span', { class: 'hidden' }, ` ${text}`));
    return element('div', { class: 'pair' }, label(row.source, ''), source, label(row.clean, ''), clean);
  });
  return { entries, rows };
}
