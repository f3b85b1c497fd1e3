// Why, let pass, forget: each change has a reason, and can be taken back for a while.

import {element, say, sender, span} from './text.js';

const get = id => document.getElementById(id);

/** The dialogs, and what they do. */
export class Actions {
  #daemon;
  #doing = null;
  #undo = 0;
  #over = 0;

  constructor(daemon) {
    this.#daemon = daemon;
    get('do-form').addEventListener('submit', event => {
      event.preventDefault();
      this.#do();
    });
    get('do-cancel').addEventListener('click', () => get('do-dialog').close());
    get('undo').addEventListener('click', () => this.#takeBack());
    get('done-close').addEventListener('click', () => this.#hide());
  }

  /** The buttons of an entry. */
  buttons(entry) {
    const does = element('div', 'does');
    if (entry.recipient !== undefined) {
      does.append(this.#button('Why?', entry, () => this.#explain(entry)));
    }
    if (/^[0-9a-f:.]+$/.test(entry.client)) {
      does.append(this.#button('Let pass', entry, () => this.#ask({
        title: 'Let this client pass', ok: 'Let pass', ends: true,
        what: `All mail from ${entry.client} passes at once, whoever it is from.`,
        command: {command: 'allow', client: entry.client},
      })));
    }
    const triplet = entry.recipient !== undefined;
    if (triplet && entry.recipient.includes('@')) {
      does.append(this.#button('Expect', entry, () => this.#ask({
        title: 'Expect mail', ok: 'Expect', ends: false,
        what: `For ten minutes all mail to ${entry.recipient} passes: a code to log in, for example.`,
        command: {command: 'expect', to: entry.recipient, for: 600},
      })));
    }
    does.append(this.#button('Forget', entry, () => this.#ask({
      title: triplet ? 'Forget this mail' : 'Forget this client', ok: 'Forget', ends: false,
      what: triplet
        ? `${entry.client}, from ${sender(entry.sender)} to ${entry.recipient}: the next try counts as the first one.`
        : `All that is remembered of ${entry.client}: its next mail waits as a stranger’s does.`,
      command: triplet
        ? {command: 'forget', client: entry.client, sender: entry.sender, recipient: entry.recipient}
        : {command: 'forget', client: entry.client},
    })));
    return does;
  }

  #button(word, entry, act) {
    const button = element('button', 'small', word);
    button.type = 'button';
    const about = entry.recipient === undefined ? entry.client
      : `${entry.client}, ${sender(entry.sender)} to ${entry.recipient}`;
    button.setAttribute('aria-label', `${word}: ${about}`);
    button.addEventListener('click', act);
    return button;
  }

  async #explain(entry) {
    const text = get('why-text');
    text.textContent = 'Asking …';
    get('why-dialog').showModal();
    try {
      const answer = await this.#daemon.look({
        command: 'explain', shown: true, client: entry.client, sender: entry.sender, recipient: entry.recipient,
      });
      text.textContent = answer.text.join('\n');
    } catch (error) {
      text.textContent = error.message;
    }
  }

  #ask(doing) {
    this.#doing = doing;
    say(get('do-title'), doing.title);
    say(get('do-what'), doing.what);
    say(get('do-ok'), doing.ok);
    say(get('do-error'), '');
    get('do-reason').value = '';
    get('do-for-row').hidden = !doing.ends;
    get('do-dialog').showModal();
    get('do-reason').focus();
  }

  async #do() {
    const doing = this.#doing;
    const command = {...doing.command, reason: get('do-reason').value};
    const seconds = Number(get('do-for').value);
    if (doing.ends && seconds > 0) {
      command.for = seconds;
    }
    get('do-ok').disabled = true;
    try {
      const answer = await this.#daemon.change(command);
      get('do-dialog').close();
      const undo = answer.undo ?? 0;
      const until = undo === 0 ? '' : ` It can be undone for ${span(answer.undo_for)}.`;
      this.#show(`Done: ${answer.what}.${until}`, undo, answer.undo_for ?? 10);
    } catch (error) {
      say(get('do-error'), error.message);
    } finally {
      get('do-ok').disabled = false;
    }
  }

  #show(text, undo, seconds) {
    this.#undo = undo;
    get('undo').hidden = undo === 0;
    get('done').hidden = false;
    say(get('done-text'), text);
    clearTimeout(this.#over);
    this.#over = setTimeout(() => this.#hide(), 1000 * seconds);
    (undo === 0 ? get('done-close') : get('undo')).focus();
  }

  #hide() {
    get('done').hidden = true;
    get('main').focus({preventScroll: true});
  }

  async #takeBack() {
    try {
      const answer = await this.#daemon.change({command: 'undo', undo: this.#undo});
      this.#show(`Done: ${answer.what}.`, 0, 60);
    } catch (error) {
      this.#show(error.message, 0, 60);
    }
  }
}
