// The charts, drawn by uPlot in the colours of the page; each has its figures in words beside it.

import {count, day, number, span} from './text.js';

const {uPlot} = globalThis;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** How large the page's letters are now: on a wall larger than on a desk. */
function letters() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function font() {
  return `${0.8 * letters()}px system-ui, sans-serif`;
}

/** A chart that is as wide as its place, and drawn anew when the colours or the size of letters change. */
export class Chart {
  #place;
  #options;
  #height;
  #plot = null;
  #data = null;
  #letters = 0;

  /** @param options makes uPlot's options, in the colours of now */
  constructor(place, height, options) {
    this.#place = place;
    this.#height = height;
    this.#options = options;
    new ResizeObserver(() => this.#resize()).observe(place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#anew());
  }

  show(data) {
    this.#data = data;
    if (this.#plot === null) {
      this.#anew();
    } else {
      this.#plot.setData(data);
    }
  }

  #anew() {
    this.#plot?.destroy();
    this.#letters = letters();
    if (this.#data !== null && this.#place.clientWidth > 0) {
      this.#plot = new uPlot({...this.#options(), ...this.#size()}, this.#data, this.#place);
    } else {
      this.#plot = null;
    }
  }

  #size() {
    return {width: this.#place.clientWidth, height: Math.round(this.#height * letters())};
  }

  #resize() {
    if (this.#plot === null || this.#letters !== letters()) {
      this.#anew();
    } else if (this.#plot.width !== this.#place.clientWidth) {
      this.#plot.setSize(this.#size());
    }
  }
}

/** @param rems how wide it is, in the size of the page's letters */
function axis(rems, more) {
  return {
    size: rems * letters(),
    stroke: colour('soft'), font: font(), labelFont: font(), labelSize: 1.4 * letters(),
    grid: {stroke: colour('line'), width: 1}, ticks: {stroke: colour('line'), width: 1}, ...more,
  };
}

const WHOLE = Array.from({length: 27}, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));
const WAITS = [1, 10, 60, 600, 3600, 21600, 86400, 604800, 2592000];

/** Tries against time: a dot for all triplets that tried as often and have been known as long. */
export function dots(place) {
  let points = [];
  const draw = plot => {
    const {ctx} = plot;
    const [again, once] = [colour('accepted'), colour('never')]; // A look at the style is dear.
    ctx.save();
    for (const [tries, seconds, many] of points) {
      ctx.beginPath();
      const size = devicePixelRatio * Math.min(14, 2.5 + 1.6 * Math.log2(many));
      ctx.arc(plot.valToPos(tries, 'x', true), plot.valToPos(seconds, 'y', true), size, 0, 2 * Math.PI);
      ctx.fillStyle = tries > 1 ? again : once;
      ctx.globalAlpha = 0.75;
      ctx.fill();
    }
    ctx.restore();
  };
  const chart = new Chart(place, 15, () => ({
    legend: {show: false}, cursor: {show: false},
    scales: {x: {time: false, range: () => [0.5, Math.max(6, ...points.map(p => p[0])) + 0.5]},
      y: {distr: 3, range: () => [1, Math.max(86400, ...points.map(p => 1.5 * p[1]))]}},
    axes: [axis(2.2, {label: 'tries', incrs: [1, 2, 5]}),
      axis(4, {splits: plot => WAITS.filter(w => w <= plot.scales.y.max), filter: (_, splits) => splits,
        values: (_, splits) => splits.map(s => span(s))})],
    series: [{}, {stroke: 'transparent', points: {show: false}}],
    hooks: {draw: [draw]},
  }));
  return {
    show(all) {
      points = all;
      chart.show([points.map(p => p[0]), points.map(p => p[1])]);
    },
    words() {
      const once = points.filter(p => p[0] === 1).reduce((sum, p) => sum + p[2], 0);
      const again = points.filter(p => p[0] > 1).reduce((sum, p) => sum + p[2], 0);
      return once + again === 0 ? 'No mail is remembered that has not passed.'
        : `${count(once, 'mail was', 'mails were')} tried once, ${count(again, 'mail', 'mails')} again and too early.`
          + ' Up is how long ago the first try was: a column at one try is who never comes back, a cloud to the right is mail servers.';
    },
  };
}

function hatch() {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 8;
  const ctx = tile.getContext('2d');
  ctx.strokeStyle = colour('never-ink');
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (const shift of [-8, 0, 8]) {
    ctx.moveTo(shift, 8);
    ctx.lineTo(shift + 8, 0);
  }
  ctx.stroke();
  return ctx.createPattern(tile, 'repeat');
}

function vertical(plot, at, scale, text) {
  const {ctx, bbox} = plot;
  const x = Math.round(plot.valToPos(at, scale, true));
  if (x < bbox.left || x > bbox.left + bbox.width) {
    return;
  }
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour('mark');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  if (text) {
    const left = x > bbox.left + bbox.width / 2;
    ctx.font = font().replace(/^[\d.]+/, size => size * devicePixelRatio);
    ctx.textAlign = left ? 'right' : 'left';
    ctx.textBaseline = 'top';
    ctx.fillText(text, x + (left ? -6 : 6) * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  }
  ctx.restore();
}

const sums = values => values.reduce((sum, value) => sum + (value ?? 0), 0);
const attempts = value => count(value, 'attempt', 'attempts');

/** What came, as a river: accepted above the line, deferred below it, and of that what never came back. */
export function river(place, tell) {
  let history = null;
  const series = name => history.series[name] ?? history.series.accepted.map(() => null);
  const step = () => span(history.step);
  const draw = plot => {
    for (const mark of history.marks) {
      if (mark.kind !== 'stop') {
        vertical(plot, mark.time, 'x', '');
      }
    }
    // Where the line of nothing is, and how high one mail: canvas pixels, for whoever wants to measure.
    const zero = plot.valToPos(0, 'y', true);
    place.dataset.zero = zero;
    place.dataset.unit = (zero - plot.valToPos(1000, 'y', true)) / 1000;
    place.dataset.left = plot.valToPos(history.from, 'x', true);
    place.dataset.right = plot.valToPos(history.from + history.step, 'x', true);
  };
  const point = plot => {
    const i = plot.cursor.idx;
    if (i === null || i === undefined || i >= history.series.accepted.length) {
      tell(whole());
      return;
    }
    const value = name => series(name)[i];
    tell(value('accepted') === null ? `${day(history.from + i * history.step)}: nothing is known.`
      : `${day(history.from + i * history.step)}, ${step()}: ${words(value)}.`);
  };
  const words = value => {
    const never = value('messages_never_came_back');
    return `${attempts(value('accepted') ?? 0)} accepted, ${attempts(value('deferred') ?? 0)} deferred`
      + (never === null ? '' : `, ${count(never, 'mail', 'mails')} never came back`);
  };
  const whole = () => `In all: ${words(name => history.series[name] ? sums(series(name)) : null)}.`;
  const stepped = () => uPlot.paths.stepped({align: 1});
  const chart = new Chart(place, 17, () => ({
    legend: {show: false}, cursor: {y: false, points: {show: false}, drag: {x: false, y: false}},
    scales: {x: {time: true}, y: {range: (_, min, max) => {
      const most = Math.max(1, max ?? 1, -(min ?? 0));
      return [Math.min(min ?? 0, -most / 5), Math.max(max ?? 0, most / 5)].map(v => 1.08 * v);
    }}},
    axes: [axis(2.4, {values: (_, splits, __, ___, incr) => splits.map(at => tick(at, incr))}),
      axis(3.6, {label: `attempts in ${step()}`, incrs: WHOLE, values: (_, splits) => splits.map(v => number(Math.abs(v)))})],
    series: [{},
      {scale: 'y', paths: stepped(), width: 1, stroke: colour('accepted'), fill: colour('accepted'), points: {show: false}},
      {scale: 'y', paths: stepped(), width: 1, stroke: colour('deferred'), fill: colour('deferred'), points: {show: false}},
      {scale: 'y', paths: stepped(), width: 1, stroke: colour('never-ink'), fill: hatch, points: {show: false}}],
    hooks: {draw: [draw], setCursor: [point]},
  }));
  return {
    show(now) {
      history = now;
      const times = now.series.accepted.map((_, i) => now.from + i * now.step);
      // The last step is as wide as the others.
      times.push(now.from + times.length * now.step);
      const drawn = (name, sign) => {
        const values = series(name).map(v => v === null ? null : sign * v);
        return [...values, values.at(-1)];
      };
      chart.show([times, drawn('accepted', 1), drawn('deferred', -1), drawn('messages_never_came_back', -1)]);
      tell(whole());
    },
  };
}

const hours = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const days = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short'});

function tick(at, incr) {
  const date = new Date(1000 * at);
  return incr >= 86400 || (date.getHours() === 0 && date.getMinutes() === 0) ? days.format(date) : hours.format(date);
}

/** How long good mail waited: a histogram over the logarithm of the wait, with the delay marked. */
export function waits(place) {
  let bars = [];
  let delay = 0;
  const draw = plot => {
    const {ctx} = plot;
    ctx.save();
    ctx.fillStyle = colour('accepted');
    const bottom = plot.valToPos(0, 'y', true);
    for (const [from, to, many] of bars) {
      const left = plot.valToPos(from, 'x', true);
      const top = plot.valToPos(many, 'y', true);
      ctx.fillRect(left + 1, top, Math.max(1, plot.valToPos(to, 'x', true) - left - 2), bottom - top);
    }
    ctx.restore();
    vertical(plot, delay, 'x', `delay ${span(delay)}`);
  };
  const chart = new Chart(place, 13, () => ({
    legend: {show: false}, cursor: {show: false},
    scales: {x: {time: false, distr: 3, range: () => [bars[0][0], bars.at(-1)[1]]},
      y: {range: () => [0, 1.15 * Math.max(1, ...bars.map(b => b[2]))]}},
    axes: [axis(2.4, {splits: plot => WAITS.filter(w => w >= plot.scales.x.min && w <= plot.scales.x.max),
      filter: (_, splits) => splits, values: (_, splits) => splits.map(s => span(s))}),
    axis(3.6, {label: 'mails', incrs: WHOLE,
      values: (_, splits) => splits.map(number)})],
    series: [{}, {stroke: 'transparent', points: {show: false}}],
    hooks: {draw: [draw]},
  }));
  return {
    /** Shows the histogram; says whether there is anything in it. */
    show(histogram, now) {
      const {bounds, counts} = histogram;
      delay = now;
      const edges = [Math.max(1, bounds[0] / 4), ...bounds, 4 * bounds.at(-1)];
      bars = counts.map((many, i) => [edges[i], edges[i + 1], many]);
      chart.show([bars.map(b => b[0]), bars.map(b => b[2])]);
    },
    words: histogram => `${count(sums(histogram.counts), 'mail', 'mails')} waited and passed: half of them within `
      + `${span(histogram.median)}, 95 % within ${span(histogram.p95)}, 99 % within ${span(histogram.p99)}.`,
    count: histogram => sums(histogram.counts),
  };
}
