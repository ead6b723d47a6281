// The charts' library is a page's own business: it is fetched when the first chart is shown.
const source = "/vendor/lightweight-charts.mjs";

const DAY = { day: "numeric", month: "short" };
const TIME = { hour: "2-digit", minute: "2-digit" };

export async function draw(element, series, language) {
  const { createChart, LineSeries, AreaSeries } = await import(source);
  const style = getComputedStyle(element);
  const token = (name) => style.getPropertyValue(name).trim();
  const probe = document.createElement("span");
  element.append(probe);
  const color = (name) => {
    // Resolves light-dark(), which a canvas does not know.
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const fade = (value, alpha) => value.replace("rgb(", "rgba(").replace(")", `, ${alpha})`);
  // In the viewer's time, as everywhere on the page; the library's own words would be in UTC.
  const written = (parts) => {
    const format = new Intl.DateTimeFormat(language, { ...parts, hourCycle: "h23" });
    return (time) => format.format(time * 1_000);
  };
  const [day, clock] = [written(DAY), written(TIME)];
  const chart = createChart(element, {
    autoSize: true,
    layout: {
      background: { color: "transparent" },
      textColor: color("--ink-soft"),
      fontFamily: token("--font"),
      // Its logo would need a style of its own, which the page's policy forbids: a link stands below.
      attributionLogo: false,
    },
    localization: { locale: language, timeFormatter: written({ ...DAY, ...TIME }) },
    grid: { vertLines: { visible: false }, horzLines: { color: color("--line") } },
    leftPriceScale: { visible: series.length > 1, borderVisible: false },
    rightPriceScale: { visible: true, borderVisible: false },
    timeScale: {
      timeVisible: true,
      borderVisible: false,
      // The library's types of marks: year 0, month 1, day 2, times above.
      tickMarkFormatter: (time, type) => (type > 2 ? clock : day)(time),
    },
    handleScroll: false,
    handleScale: false,
  });
  const lines = series.map(({ title, token: name, right }) => {
    const line = color(name);
    return chart.addSeries(right ? AreaSeries : LineSeries, {
      title,
      priceScaleId: right ? "right" : "left",
      lineColor: line,
      color: line,
      topColor: fade(line, 0.22),
      bottomColor: fade(line, 0),
      lineWidth: 2,
      priceLineVisible: false,
      priceFormat: { type: "price", precision: 4, minMove: 0.0001 },
    });
  });
  probe.remove();
  return {
    set(data) {
      lines.forEach((line, index) => line.setData(data[index]));
      chart.timeScale().fitContent();
    },
    remove() {
      chart.remove();
    },
  };
}

export function set(chart, data) {
  chart.set(data);
}

export function remove(chart) {
  chart.remove();
}
