// The dashboard: hears the daemon, and shows what it says.

import {Actions} from './actions.js';
import {dots, river, waits} from './charts.js';
import {Daemon, NoToken} from './daemon.js';
import {Waiting, exemptions, figures, found, hosts, networks, providers} from './lists.js';
import {clock, count, day, element, say, span} from './text.js';

const get = id => document.getElementById(id);
const SLOWLY = 20000;
const SILENCE = 6000;

const daemon = new Daemon();
const actions = new Actions(daemon);
const waiting = new Waiting(actions);
const dotChart = dots(get('dots'));
const riverChart = river(get('river'), text => say(get('river-text'), text));
const waitChart = waits(get('waits'));
let entries = null;
let latest = null;
let heardAt = 0;
let slow = 0;
let begun = false;
let drawing = false;

const SENTENCES = {well: 'All is well.', degraded: 'Somebody should look.', bad: 'Something is wrong.'};

function sum(reasons, names) {
  return names.reduce((all, name) => all + (reasons[name] ?? 0), 0);
}

const DEFERRED = ['new', 'early', 'late'];

function state(now) {
  latest = now;
  const accepts = Object.keys(now.last_minute).filter(name => !DEFERRED.includes(name) && name !== 'malformed');
  get('state').className = `card state ${now.state}`;
  say(get('sentence'), now.observes ? `${SENTENCES[now.state]} A trial: all mail passes.` : SENTENCES[now.state]);
  say(get('since'), `Since ${day(now.since)}. ${now.uptime < 60
    ? 'The daemon has just been started' : `The daemon has run for ${span(Math.floor(now.uptime / 60) * 60)}`}.`);
  if (get('why').dataset.text !== now.why.join()) {
    get('why').dataset.text = now.why.join();
    get('why').replaceChildren(...now.why.map(why => element('li', '', why)));
  }
  const facts = [
    ['accepted in the last minute', count(sum(now.last_minute, accepts), 'attempt', 'attempts')],
    ['deferred in the last minute', count(sum(now.last_minute, DEFERRED), 'attempt', 'attempts')],
    ['wait now', entries?.waiting === undefined ? '…' : count(entries.waiting, 'mail', 'mails')],
    ['have proven themselves', entries?.clients === undefined ? '…' : count(entries.clients, 'client', 'clients')],
    ['is how long a stranger waits', span(now.delay)],
  ];
  const list = get('facts');
  if (list.childElementCount === 0) {
    list.replaceChildren(...facts.map(([name, value]) => element('div', '', element('dt', '', name), element('dd', '', value))));
  }
  facts.forEach(([, value], i) => say(list.children[i].lastChild, value));
  hosts(now.sharing, now.time);
  say(get('version'), `greydaemon ${now.version}, ${count(now.entries, 'entry', 'entries')}, `
    + `${(now.bytes / 1048576).toFixed(1)} MiB of entries`);
}

/** Draws one after the other, with room between for the browser to paint and to hear keys. */
async function inTurn(...steps) {
  for (const step of steps) {
    step();
    await (globalThis.scheduler?.yield?.() ?? new Promise(resolve => setTimeout(resolve)));
  }
}

/** Of pictures that come while one is drawn, the last is drawn next. */
async function look(now) {
  entries = now;
  if (now.rows === undefined || drawing) {
    return;
  }
  drawing = true;
  try {
    await inTurn(
      () => waiting.show(now), () => networks(now), () => dotChart.show(now.dots),
      () => say(get('dots-text'), dotChart.words()), () => state(latest));
  } finally {
    drawing = false;
  }
  if (entries !== now) {
    await look(entries);
  }
}

function heard(name, data) {
  heardAt = Date.now();
  get('enter').hidden = true;
  get('board').hidden = false;
  get('leave').hidden = !daemon.hasToken;
  link('live', 'live');
  if (!begun) { // The first look needs a token that is known to be good.
    begun = true;
    slow = setInterval(slowly, SLOWLY);
    slowly();
  }
  if (name === 'now') {
    say(get('clock'), clock(data.time));
    state(data);
    waiting.tick(data.time);
  } else if (name === 'entries') {
    look(data);
  }
}

function link(kind, text) {
  get('link').className = `link ${kind}`;
  say(get('link'), text);
}

function lost(error) {
  if (Date.now() - heardAt > SILENCE || error instanceof TypeError) {
    link('lost', heardAt === 0 ? `No answer: ${error.message}` : `No answer since ${clock(heardAt / 1000)}; trying again`);
  }
}

/** The span that is chosen; a later answer than that of another choice is not shown. */
async function past() {
  const chosen = document.querySelector('#span input:checked').value;
  const isMeant = () => document.querySelector('#span input:checked').value === chosen;
  const history = await daemon.look({command: 'history', span: chosen});
  if (!isMeant()) {
    return;
  }
  get('river-card').hidden = false;
  get('waits-card').hidden = waitChart.count(history.waits) === 0;
  document.querySelector('.k-never').hidden = history.series.messages_never_came_back === undefined;
  await inTurn(
    () => isMeant() && riverChart.show(history), () => isMeant() && figures(history),
    () => isMeant() && providers(history.waits.by_provider ?? []),
    () => {
      if (isMeant() && !get('waits-card').hidden) {
        waitChart.show(history.waits, latest?.delay ?? 0);
        say(get('waits-text'), waitChart.words(history.waits));
      }
    });
}

async function slowly() {
  try {
    await past();
    exemptions(await daemon.look({command: 'exemptions'}));
  } catch {
    // The next time is soon, and that nobody answers is said already.
  }
}

async function begin() {
  clearInterval(slow);
  begun = false;
  try {
    await daemon.listen(heard, lost);
  } catch (error) {
    if (!(error instanceof NoToken)) {
      throw error;
    }
    ask(daemon.hasToken ? `The daemon does not know this token: ${error.message}` : '');
  }
}

function ask(problem) {
  clearInterval(slow);
  daemon.stop();
  daemon.show('');
  get('board').hidden = true;
  get('leave').hidden = true;
  get('enter').hidden = false;
  link('', 'waiting for a token');
  say(get('enter-error'), problem);
  get('token').value = '';
  get('token').focus();
}

get('enter-form').addEventListener('submit', event => {
  event.preventDefault();
  const token = get('token').value.trim();
  if (token === '' || /[^!-~]/.test(token)) {
    say(get('enter-error'), 'A token is one word of letters and digits.');
    return;
  }
  say(get('enter-error'), '');
  daemon.show(token);
  begin();
});

get('span').addEventListener('change', () => past().catch(() => {}));

get('leave').addEventListener('click', () => ask(''));

get('find').addEventListener('submit', async event => {
  event.preventDefault();
  const text = get('text').value.trim();
  get('found-does').replaceChildren();
  if (text === '') {
    get('found').replaceChildren();
    say(get('found-count'), '');
    return;
  }
  say(get('found-count'), 'Looking …');
  try {
    found(await daemon.look({command: 'search', text}), text, actions);
  } catch (error) {
    get('found').replaceChildren();
    say(get('found-count'), error.message);
  }
});

begin();
