// What is shown as lists: who waits, what was found, networks, exemptions.

import {clock, count, day, element, number, percent, say, sender, span, time} from './text.js';

const get = id => document.getElementById(id);
const FEW = 8;

/** Who waits now: a bar each, up to the time it passes. Rows stay where they are while they live. */
export class Waiting {
  #rows = new Map();
  #all = false;
  #entries = {rows: [], waiting: 0};
  #actions;

  constructor(actions) {
    this.#actions = actions;
    get('waiting-all').addEventListener('click', () => {
      this.#all = !this.#all;
      this.show(this.#entries);
    });
  }

  show(entries) {
    this.#entries = entries;
    const rows = this.#all ? entries.rows : entries.rows.slice(0, FEW);
    const names = new Set(rows.map(name));
    for (const [key, row] of this.#rows) {
      if (!names.has(key)) {
        row.item.remove();
        this.#rows.delete(key);
      }
    }
    const list = get('waiting');
    let before = null;
    for (const entry of rows) {
      const known = this.#rows.get(name(entry));
      const row = known ?? this.#row(entry);
      row.entry = entry;
      if (!known) {
        list.insertBefore(row.item, before === null ? list.firstChild : before.nextSibling);
        this.#rows.set(name(entry), row);
      }
      before = row.item;
    }
    const more = entries.rows.length - FEW;
    get('waiting-all').hidden = more <= 0;
    say(get('waiting-all'), this.#all ? 'Show fewer' : `Show ${count(more, 'more', 'more')}`);
    say(get('waiting-text'), words(entries));
    this.tick(entries.at);
  }

  /** Moves the bars on to this time, in seconds. */
  tick(now) {
    for (const {entry, progress, how} of this.#rows.values()) {
      const whole = Math.max(1, entry.passes - entry.first_seen);
      progress.value = Math.min(1, (now - entry.first_seen) / whole);
      const tries = entry.tries === 1 ? 'one try' : count(entry.tries, 'try', 'tries');
      say(how, entry.by_lines
        ? `${tries}; when a retry passes, a line says by more than is remembered`
        : now < entry.passes
        ? `${tries}; a retry passes in ${span(entry.passes - now)}, from ${clock(entry.passes)}`
        : `${tries}; a retry passes now, until ${time(entry.late)}`);
    }
  }

  #row(entry) {
    const item = element('li', 'entry');
    const progress = element('progress');
    progress.max = 1;
    progress.setAttribute('aria-label', `Part of the wait that is over, ${entry.client}`);
    const how = element('span', 'how');
    item.append(element('div', 'first', who(entry), this.#actions.buttons(entry)), progress, how);
    return {entry, item, progress, how};
  }
}

function name(entry) {
  return JSON.stringify([entry.client, entry.sender, entry.recipient]);
}

function who(entry) {
  const line = element('p', 'who', element('b', '', entry.client));
  if (entry.recipient !== undefined) {
    line.append(` ${sender(entry.sender)} → ${entry.recipient}`);
  } else if (entry.sender) {
    line.append(` for senders at ${entry.sender}`);
  }
  return line;
}

function words(entries) {
  if (entries.waiting === 0) {
    return 'Nobody waits.';
  }
  const shown = entries.rows.length < entries.waiting
    ? `; here are ${number(entries.rows.length)} of them` : '';
  return `${count(entries.waiting, 'mail waits', 'mails wait')}${shown}${entries.waiting > 1 ? ': those first that have tried again' : ''}.`;
}

const STATES = {proven: 'proven', waiting: 'waits', ready: 'may pass', late: 'too late', 'by-lines': 'may pass, as a line says', suspect: 'suspect'};

/** What a search has found. */
export function found(answer, text, actions) {
  const items = answer.lines.map(entry => {
    const seen = entry.first_seen === undefined
      ? `last seen ${day(entry.last_seen)}` : `first seen ${day(entry.first_seen)}`;
    const wait = entry.retry_in === undefined ? '' : `; a retry passes in ${span(entry.retry_in)}`;
    const line = who(entry);
    line.prepend(element('span', `badge ${entry.state}`, STATES[entry.state] ?? entry.state), ' ');
    return element('li', 'entry',
      element('div', 'first', line, entry.kind && entry.kind !== 'suspect' ? '' : actions.buttons(entry)),
      element('span', 'how', `${seen}, ${span(entry.age)} ago${wait}`));
  });
  get('found').replaceChildren(...items);
  get('found-does').replaceChildren(...actions.about(text));
  const some = answer.fits > items.length ? `; here are the first ${items.length}` : '';
  const cut = answer.all ? '' : ` Only ${number(answer.looked)} entries were looked at, in two seconds: write more of it.`;
  say(get('found-count'), answer.fits === 0
    ? `Nothing is remembered of “${text}”.${cut}`
    : `${count(answer.fits, 'entry has', 'entries have')} “${text}”${some}.${cut}`);
}

/** Networks as squares, by what came back. */
export function networks(entries) {
  const all = (entries.networks ?? []).slice(0, 15);
  const most = Math.max(1, ...all.map(one => one.entries));
  const items = all.map(one => {
    const square = element('div', 'square');
    const side = 1.6 + 3.2 * Math.sqrt(one.entries / most);
    square.style.width = `${side}rem`;
    square.style.height = `${side}rem`;
    const fill = element('div', 'fill');
    fill.style.height = `${100 * one.proven / one.entries}%`;
    square.append(fill);
    return element('li', '', square, element('span', 'name', one.network),
      element('span', 'figures', count(one.entries, 'entry', 'entries')),
      element('span', 'figures', `${percent(one.proven, one.entries)} came back`));
  });
  const list = get('networks');
  const text = items.map(item => item.textContent).join();
  if (list.dataset.text !== text) {
    list.dataset.text = text;
    list.replaceChildren(...items);
  }
  say(get('networks-text'), all.length === 0 ? 'Nothing is remembered yet.'
    : `Seen ${entries.networks_age > 0 ? `${span(entries.networks_age)} before ` : 'at '}${clock(entries.at)}.`);
}

const MARKS = {start: 'started', reload: 'configuration read again', stop: 'stopped'};

/** What explains the figures, and the figures themselves, in at most 24 rows. */
export function figures(history) {
  const told = history.marks.slice(-4).reverse();
  get('marks').replaceChildren(...told.map(mark => element('li', '',
    `${day(mark.time)}: ${MARKS[mark.kind] ?? mark.kind}${mark.text ? `, ${mark.text}` : ''}`)));
  const table = get('river-table');
  table.ontoggle = () => rows(history);
  rows(history);
}

function rows(history) {
  const table = get('river-table');
  if (!table.open) {
    return;
  }
  const steps = history.series.accepted.length;
  const together = Math.ceil(steps / 24);
  const made = [];
  for (let i = 0; i < steps; i += together) {
    const cell = (name, ...words) => {
      const values = (history.series[name] ?? []).slice(i, i + together).filter(value => value !== null);
      return element('td', '', values.length === 0 ? 'not known'
        : count(values.reduce((sum, value) => sum + value, 0), ...words));
    };
    const from = element('th', '', day(history.from + i * history.step));
    from.scope = 'row';
    made.push(element('tr', '', from, cell('accepted', 'attempt', 'attempts'),
      cell('deferred', 'attempt', 'attempts'), cell('messages_never_came_back', 'mail', 'mails')));
  }
  table.querySelector('tbody').replaceChildren(...made.reverse());
}

/** How long the mail of each provider waited. */
export function providers(all) {
  get('providers').hidden = all.length === 0;
  get('providers').tBodies[0].replaceChildren(...all.slice(0, 10).map(one => {
    const row = element('tr', '', element('th', '', one.domain), element('td', '', count(one.count, 'mail', 'mails')),
      element('td', '', span(one.median)), element('td', '', span(one.p95)), element('td', '', span(one.p99)));
    row.firstChild.scope = 'row';
    return row;
  }));
}

/** Exemptions with their uses; of the list that comes with the program only those that were used. */
export function exemptions(answer) {
  get('exempt-card').hidden = answer.lines.length === 0;
  const told = answer.lines.filter(line => line.uses > 0 || !line.place.startsWith('shipped')).slice(0, 12);
  get('exempt').hidden = told.length === 0;
  get('exempt').tBodies[0].replaceChildren(...told.map(line => {
    const until = line.until === undefined ? 'no end' : `${line.over ? 'ended ' : ''}${day(line.until)}`;
    const row = element('tr', '', element('th', '', line.exempt, element('div', 'help', line.place)),
      element('td', 'short', count(line.uses, 'use', 'uses')), element('td', '', until),
      element('td', '', line.reason ?? 'not said'));
    row.firstChild.scope = 'row';
    return row;
  }));
  const more = answer.all - told.length;
  say(get('exempt-text'), more > 0 ? `${count(more, 'line', 'lines')} more, as greyctl exemptions shows them.` : '');
}

/** The hosts that share. Rows stay where they are while nothing changes: a screen reader would say them again. */
export function hosts(sharing, now) {
  get('hosts-card').hidden = sharing === undefined;
  if (sharing === undefined) {
    return;
  }
  const state = sharing.state.charAt(0).toUpperCase() + sharing.state.slice(1);
  const none = sharing.hosts.length === 0 ? ' No other host was heard within an hour.' : '';
  say(get('hosts-text'), `${state}; ${count(sharing.waiting, 'change waits', 'changes wait')} to be sent to the others.${none}`);
  const table = get('hosts');
  table.hidden = sharing.hosts.length === 0;
  const rows = table.tBodies[0];
  while (rows.childElementCount > sharing.hosts.length) {
    rows.lastChild.remove();
  }
  sharing.hosts.forEach((host, i) => {
    if (rows.childElementCount === i) {
      const row = element('tr', '', element('th', ''), ...[1, 2, 3, 4].map(() => element('td', '')));
      row.firstChild.scope = 'row';
      rows.append(row);
    }
    const ago = Math.max(0, now - host.heard);
    [host.host, host.version, ago < 10 ? 'just now' : `${span(ago)} ago`,
      host.late_millis === undefined ? 'none yet' : `${(host.late_millis / 1000).toFixed(1)} s`, count(host.changes, 'change', 'changes')]
      .forEach((text, j) => say(rows.children[i].children[j], text));
  });
}
