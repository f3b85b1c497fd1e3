// Why, let pass, forget: each change has a reason, and can be taken back for a while.

import {element, say, sender, span} from './text.js';

const get = id => document.getElementById(id);
const CLIENT = /^(\d+(\.\d+){3}|[0-9a-f]*:[0-9a-f:.]*)(\/\d+)?$/i;
const RECIPIENT = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

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
    if (CLIENT.test(entry.client)) {
      does.append(this.#letPass(entry, entry.client));
    }
    const triplet = entry.recipient !== undefined;
    if (triplet && entry.recipient.includes('@')) {
      does.append(this.#expect(entry, entry.recipient));
    }
    does.append(this.#button('Forget', entry, () => this.#ask({
      title: triplet ? 'Forget this mail' : 'Forget this client', ok: 'Forget', ends: false,
      what: triplet
        ? `${entry.client}, from ${sender(entry.sender)} to ${entry.recipient}: the next try counts as the first one.`
        : `What is remembered of ${entry.client} itself. What is proven of a sender’s domain by the domain of its host, by its pool or by SPF stays, and such mail goes on to pass.`,
      command: triplet
        ? {command: 'forget', client: entry.client, sender: entry.sender, recipient: entry.recipient}
        : {command: 'forget', client: entry.client},
    })));
    return does;
  }

  /** The buttons of what was searched for: it may be nobody who is remembered. */
  about(text) {
    if (CLIENT.test(text)) {
      return [this.#letPass({client: text}, text)];
    }
    return RECIPIENT.test(text) ? [this.#expect({client: text}, text)] : [];
  }

  #letPass(entry, client) {
    const network = client.includes('/');
    return this.#button('Let pass', entry, () => this.#ask({
      title: `Let this ${network ? 'network' : 'client'} pass`, ok: 'Let pass', ends: true,
      what: `All mail from ${client} passes at once, whoever it is from.`,
      wide: `${client} is so much that nearly everybody is meant, or many who have nothing to do with each other. Spam passes too. Really?`,
      command: {command: 'allow', client},
    }));
  }

  #expect(entry, to) {
    return this.#button('Expect', entry, () => this.#ask({
      title: 'Expect mail', ok: 'Expect', ends: false,
      what: `For ten minutes all mail to ${to} passes: a code to log in, for example.`,
      command: {command: 'expect', to, for: 600},
    }));
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
    if (doing.isMeant) {
      command.wide = true;
    }
    get('do-ok').disabled = true;
    try {
      const answer = await this.#daemon.change(command);
      get('do-dialog').close();
      const undo = answer.undo ?? 0;
      const until = undo === 0 ? '' : ` It can be undone for ${span(answer.undo_for)}.`;
      this.#show(`Done: ${answer.what}.${until}`, undo, answer.undo_for ?? 10);
    } catch (error) {
      if (error.wide && !doing.isMeant) {
        this.#doing = {...doing, isMeant: true};
        say(get('do-error'), doing.wide);
        say(get('do-ok'), 'Let all of it pass');
      } else {
        say(get('do-error'), error.message);
      }
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
    } catch (error) { // Of a full disk, or a daemon that is away: the next try may do.
      this.#show(error.message, error.isFinal ? 0 : this.#undo, 60);
    }
  }
}
