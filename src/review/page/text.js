// Elements and texts. Nothing here or elsewhere makes markup of a string: texts become text nodes.

/** An element with attributes and children; children that are strings become text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button that does `act`. */
function button(label, act, attributes) {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', act);
  return made;
}

const SIGNS = { '\n': '↵', '\r': '␍', '\t': '⇥', ' ': '␣', '\u3000': '□', '\u00a0': '⍽' };

/** Characters that print nothing, that could be taken for others, or that turn the direction of what follows. */
const HIDDEN = /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ue000-\uf8ff\ufdd0-\ufdef]|[\udb40\udb80-\udbff][\udc00-\udfff]/g;

/** The same, and blanks. */
const HIDDEN_OR_BLANK = new RegExp(`[ \\u3000]|${HIDDEN.source}`, 'g');

const code = (c) => 'U+' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');

/** How a hidden character is shown. */
const sign = (c) => SIGNS[c] || code(c);

/** `text` without a character cut in two at its end. */
const whole = (text) => text.replace(/[\ud800-\udbff]$/, '');

/** `text` as nodes, hidden characters as signs; with `spaces`, blanks too. At most `most` characters. */
function visible(text, { spaces = false, most = Infinity } = {}) {
  const nodes = document.createDocumentFragment();
  const shown = text.length > most ? whole(text.slice(0, most)) : text;
  let from = 0;
  for (const { 0: c, index } of shown.matchAll(spaces ? HIDDEN_OR_BLANK : HIDDEN)) {
    if (index > from) nodes.append(shown.slice(from, index));
    nodes.append(element('span', { class: SIGNS[c] ? 'sign' : 'sign code' }, sign(c)));
    from = index + c.length;
  }
  if (from < shown.length) nodes.append(shown.slice(from));
  if (shown.length < text.length) nodes.append(element('span', { class: 'sign code' }, `… ${number(text.length)}`));
  return nodes;
}

/** `text` in words, for labels that are read aloud. */
function spoken(text, most = 60) {
  if (text === '') return say('empty');
  const names = WORDS[language].invisible;
  const blank = /^\s*$/.test(text);
  const read = text.replace(blank ? /[\s\S]/g : HIDDEN, (c) => (c === ' ' && !blank ? c : names[c] || code(c)) + ' ').trim();
  return read.length > most ? whole(read.slice(0, most)) + '…' : read;
}

/** A piece of a newspaper page: set apart from its surroundings, so that it cannot turn their direction. */
function quoted(name, text, options = {}) {
  return element(name, { class: options.class, lang: 'zh-Hans', dir: 'ltr' }, visible(text, options));
}

/** What a change does, in one line of text. */
const changeInWords = (group) => `${spoken(group.before, 20)} → ${spoken(group.after, 20)}`;

/** What stood there, an arrow, what stands there instead. */
function change(group, instead, most) {
  const after = instead === undefined || instead === null ? group.after : instead;
  const before = group.before === '' ? element('span', { class: 'none' }, say('empty')) : quoted('del', group.before, { spaces: true, most });
  const to = after === '' ? element('span', { class: 'none' }, say('nothing')) : quoted('ins', after, { spaces: true, most });
  return element('span', { class: 'change' }, before, element('span', { class: 'arrow', 'aria-hidden': 'true' }, '→'),
    element('span', { class: 'hidden' }, ` ${say('becomes')} `), to);
}

/** A confidence, as many digits as every other has. */
const percent = (thousandths) => (thousandths / 1000).toFixed(3);
