// What `src/components/chart.rs` draws, bundled with its library into a file of its own.

import { AreaSeries, createChart, HistogramSeries, LineSeries, LineStyle } from "lightweight-charts";

const DAY = { day: "numeric", month: "short" };
const TIME = { hour: "2-digit", minute: "2-digit" };
const SECONDS_PER_DAY = 86_400;

/**
 * Draws a chart into `element`. `times` is a pattern with {day} and {hour} for simulated time, or empty
 * for the viewer's own. Gives what takes its data, and takes it down.
 */
export function draw(element, { series, language, times }) {
  const style = getComputedStyle(element);
  const token = (name) => style.getPropertyValue(name).trim();
  const probe = document.createElement("span");
  element.append(probe);
  const color = (name) => {
    // Resolves light-dark(), which a canvas does not know.
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const chart = createChart(element, {
    autoSize: true,
    layout: {
      background: { color: "transparent" },
      textColor: color("--ink-soft"),
      fontFamily: token("--font"),
      // Its logo would need a style of its own, which the page's policy forbids: a link stands below.
      attributionLogo: false,
    },
    ...(times === "" ? byTheClock(language) : byTheDay(times, language)),
    grid: { vertLines: { visible: false }, horzLines: { color: color("--line") } },
    leftPriceScale: { visible: series.some(({ axis }) => axis === "left"), borderVisible: false },
    rightPriceScale: { visible: true, borderVisible: false },
    handleScroll: false,
    handleScale: false,
  });
  const lines = series.map((line) => (line.bands ? bands(chart, line, color) : one(chart, line, color)));
  probe.remove();
  return {
    set(data) {
      lines.forEach((set, index) => set(data[index]));
      chart.timeScale().fitContent();
    },
    remove() {
      chart.remove();
    },
  };
}

/** In the viewer's time, as everywhere on the page; the library's own words would be in UTC. */
function byTheClock(language) {
  const written = (parts) => {
    const format = new Intl.DateTimeFormat(language, { ...parts, hourCycle: "h23" });
    return (time) => format.format(time * 1_000);
  };
  const [day, clock] = [written(DAY), written(TIME)];
  return {
    localization: { locale: language, timeFormatter: written({ ...DAY, ...TIME }) },
    timeScale: {
      timeVisible: true,
      borderVisible: false,
      // The library's types of marks: year 0, month 1, day 2, times above.
      tickMarkFormatter: (time, type) => (type > 2 ? clock : day)(time),
    },
  };
}

/** A simulated market has no date: its days are counted. */
function byTheDay(pattern, language) {
  const written = (time) => {
    const day = Math.floor(time / SECONDS_PER_DAY);
    return pattern.replace("{day}", day).replace("{hour}", Math.floor((time % SECONDS_PER_DAY) / 3_600));
  };
  return {
    localization: { locale: language, timeFormatter: written },
    timeScale: {
      timeVisible: true,
      borderVisible: false,
      tickMarkFormatter: (time) => (Number.isInteger(time / SECONDS_PER_DAY) ? `${time / SECONDS_PER_DAY}` : ""),
    },
  };
}

function one(chart, { title, token, axis, look, places }, color) {
  const line = color(token);
  const fade = (alpha) => line.replace("rgb(", "rgba(").replace(")", `, ${alpha})`);
  const drawn = chart.addSeries(look === "area" ? AreaSeries : LineSeries, {
    title,
    priceScaleId: axis,
    lineColor: line,
    color: line,
    topColor: fade(0.22),
    bottomColor: fade(0),
    lineWidth: look === "dashed" ? 1 : 2,
    lineStyle: look === "dashed" ? LineStyle.Dashed : LineStyle.Solid,
    priceLineVisible: false,
    lastValueVisible: title !== "",
    priceFormat: { type: "price", precision: places, minMove: 10 ** -places },
  });
  return (data) => drawn.setData(data);
}

/** Colours along the foot of the chart: each value is the place of one. */
function bands(chart, { bands: tokens, axis }, color) {
  const colors = tokens.map(color);
  const drawn = chart.addSeries(HistogramSeries, {
    priceScaleId: axis,
    priceLineVisible: false,
    lastValueVisible: false,
  });
  drawn.priceScale().applyOptions({ scaleMargins: { top: 0.94, bottom: 0 }, visible: false });
  return (data) => drawn.setData(data.map(({ time, value }) => ({ time, value: 1, color: colors[value] })));
}
