// The charts, drawn by uPlot in the colours of the page; each has its figures in words beside it.

import {count, day, number, span} from './text.js';

const {uPlot} = globalThis;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function font() {
  return `${0.8 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px system-ui, sans-serif`;
}

/** A chart that is as wide as its place, and drawn anew when the colours change. */
export class Chart {
  #place;
  #options;
  #height;
  #plot = null;
  #data = null;

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
    if (this.#data !== null && this.#place.clientWidth > 0) {
      this.#plot = new uPlot({...this.#options(), ...this.#size()}, this.#data, this.#place);
    } else {
      this.#plot = null;
    }
  }

  #size() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return {width: this.#place.clientWidth, height: Math.round(this.#height * rem)};
  }

  #resize() {
    if (this.#plot === null) {
      this.#anew();
    } else if (this.#plot.width !== this.#place.clientWidth) {
      this.#plot.setSize(this.#size());
    }
  }
}

function axis(more) {
  return {
    stroke: colour('soft'), font: font(), labelFont: font(), labelSize: 22,
    grid: {stroke: colour('line'), width: 1}, ticks: {stroke: colour('line'), width: 1}, ...more,
  };
}

const WAITS = [1, 10, 60, 600, 3600, 21600, 86400, 604800, 2592000];

/** Tries against time: a dot for all triplets that tried as often and have been known as long. */
export function dots(place) {
  let points = [];
  const draw = plot => {
    const {ctx} = plot;
    ctx.save();
    for (const [tries, seconds, many] of points) {
      ctx.beginPath();
      const size = devicePixelRatio * Math.min(14, 2.5 + 1.6 * Math.log2(many));
      ctx.arc(plot.valToPos(tries, 'x', true), plot.valToPos(seconds, 'y', true), size, 0, 2 * Math.PI);
      ctx.fillStyle = colour(tries > 1 ? 'accepted' : 'never');
      ctx.globalAlpha = 0.75;
      ctx.fill();
    }
    ctx.restore();
  };
  const chart = new Chart(place, 15, () => ({
    legend: {show: false}, cursor: {show: false},
    scales: {x: {time: false, range: () => [0.5, Math.max(6, ...points.map(p => p[0])) + 0.5]},
      y: {distr: 3, range: () => [1, Math.max(86400, ...points.map(p => 1.5 * p[1]))]}},
    axes: [axis({label: 'tries', incrs: [1, 2, 5]}),
      axis({size: 62, splits: plot => WAITS.filter(w => w <= plot.scales.y.max), filter: (_, splits) => splits,
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
