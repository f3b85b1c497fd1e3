// What the page asks the daemon: events for all that changes, and a command for each question.
// The token stands in a header, never in an address; it stays in this tab.

const TOKEN = 'greydaemon-token';
const WAIT_MAX = 10000;

/** The daemon does not take the token, or wants one. */
export class NoToken extends Error {}

export class Daemon {
  #token = sessionStorage.getItem(TOKEN) ?? '';
  #round = 0;

  get hasToken() {
    return this.#token !== '';
  }

  /** Shows this token from now on; nothing forgets it. */
  show(token) {
    this.#token = token;
    if (token === '') {
      sessionStorage.removeItem(TOKEN);
    } else {
      sessionStorage.setItem(TOKEN, token);
    }
  }

  #headers() {
    const headers = {'Content-Type': 'application/json'};
    if (this.#token !== '') {
      headers.Authorization = `Bearer ${this.#token}`;
    }
    return headers;
  }

  async #send(path, command) {
    const response = await fetch(path, {
      method: 'POST', headers: this.#headers(), body: JSON.stringify(command), cache: 'no-store', credentials: 'omit',
    });
    const answer = await response.json();
    if (!response.ok) {
      const error = new Error(answer.error ?? `status ${response.status}`);
      error.wide = answer.wide === true;
      error.isFinal = response.status < 500;
      throw error;
    }
    return answer;
  }

  /** Answers a question. */
  look(command) {
    return this.#send('v1/look', command);
  }

  /** Changes something. */
  change(command) {
    return this.#send('v1/change', command);
  }

  /**
   * Hears events until the daemon refuses the token or another round begins: `heard(name, data)` for each,
   * `lost(why)` while it is away.
   */
  async listen(heard, lost) {
    const round = ++this.#round;
    let wait = 500;
    while (round === this.#round) {
      try {
        let isEmpty = true;
        await this.#stream(round, (name, data) => {
          wait = 500;
          isEmpty = false;
          heard(name, data);
        });
        if (isEmpty && round === this.#round) { // Who asks again at once would never stop asking.
          throw new Error('it ended before it said anything');
        }
      } catch (error) {
        if (error instanceof NoToken) {
          throw error;
        }
        if (round === this.#round) {
          lost(error);
          await new Promise(resolve => setTimeout(resolve, wait));
          wait = Math.min(2 * wait, WAIT_MAX);
        }
      }
    }
  }

  /** Ends the round that is going on. */
  stop() {
    this.#round++;
  }

  async #stream(round, heard) {
    const response = await fetch('v1/live', {headers: this.#headers(), cache: 'no-store', credentials: 'omit'});
    if (response.status === 401 || response.status === 429) {
      throw new NoToken((await response.json()).error);
    }
    if (!response.ok || !response.body) {
      throw new Error(response.headers.get('Content-Type')?.startsWith('application/json')
        ? (await response.json()).error : `status ${response.status}`);
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (round !== this.#round) {
        await reader.cancel();
        return;
      }
      const events = (rest + part.value).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const name = /^event: (.*)$/m.exec(event);
        const data = /^data: (.*)$/m.exec(event);
        if (name && data) {
          heard(name[1], JSON.parse(data[1]));
        }
      }
    }
  }
}
