// Times, spans and numbers in words. No number without a unit, no time without its zone.

const clockForm = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
const dayForm = new Intl.DateTimeFormat(undefined, {weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const numberForm = new Intl.NumberFormat('en-US');

/** A whole number with its word, `1 entry`, `1,200 entries`. */
export function count(number, one, several) {
  return `${numberForm.format(number)} ${number === 1 ? one : several}`;
}

/** A number for reading. */
export function number(value) {
  return numberForm.format(value);
}

/** A part of a whole, `12 %`. */
export function percent(part, whole) {
  if (!whole) {
    return '0 %';
  }
  const share = 100 * part / whole;
  return `${share > 0 && share < 1 ? '< 1' : Math.round(share)} %`;
}

const UNITS = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

/** A span of seconds by its two largest units: `2 d 3 h`, `4 min 10 s`. */
export function span(seconds) {
  let rest = Math.max(0, Math.round(seconds));
  const words = [];
  for (const [size, unit] of UNITS) {
    const amount = Math.floor(rest / size);
    if (amount > 0 || (size === 1 && words.length === 0)) {
      words.push(`${amount} ${unit}`);
    } else if (words.length > 0) {
      break;
    }
    rest -= amount * size;
    if (words.length === 2) {
      break;
    }
  }
  return words.join(' ');
}

function utc(date, withDay) {
  const text = date.toISOString();
  return withDay ? `${text.slice(0, 10)} ${text.slice(11, 16)} UTC` : `${text.slice(11, 19)} UTC`;
}

/** A time of today: the viewer's and UTC. */
export function clock(seconds) {
  const date = new Date(seconds * 1000);
  return `${clockForm.format(date)} (${utc(date, false)})`;
}

/** A time of any day: the viewer's and UTC. */
export function day(seconds) {
  const date = new Date(seconds * 1000);
  return `${dayForm.format(date)} (${utc(date, true)})`;
}

/** A time, with its day if that is not today. */
export function time(seconds) {
  return Math.abs(Date.now() / 1000 - seconds) < 43200 ? clock(seconds) : day(seconds);
}

/** The sender as people write it; the null sender has no address. */
export function sender(text) {
  return text === '' ? '<> (a bounce)' : text;
}

/** Makes an element; text stays text, whatever is in it. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** Sets a text only if it is another one: a screen reader would say it again. */
export function say(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}
