// A small plot of one number a minute. Its words say the same to those who do not see it.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { html } from "../html.js";
import { clock, now } from "../time.js";
import { number } from "../words.js";

const height_px = 72;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function make(box, values, point) {
  const bars = uPlot.paths.bars({ size: [0.72, 14], align: 0, radius: 0.18 });
  return new uPlot({
    width: box.clientWidth || 300,
    height: height_px,
    padding: [6, 0, 0, 0],
    legend: { show: false },
    cursor: { x: true, y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: (_, low, high) => [low - 0.6, high + 0.6] }, y: { range: (_, low, high) => [0, Math.max(4, high)] } },
    axes: [{ show: false }, { show: false }],
    series: [{}, { paths: bars, points: { show: false }, width: 0, fill: () => getComputedStyle(box).color }],
    hooks: {
      setCursor: [(plot) => point(plot.cursor.idx ?? null)],
    },
  }, [values.map((_, index) => index), values], box);
}

export function Plot({ title, values, unit }) {
  const box = useRef(null);
  const plot = useRef(null);
  const [index, setIndex] = useState(null);
  const total = values.reduce((sum, one) => sum + one, 0);
  const most = Math.max(0, ...values);

  useEffect(() => {
    plot.current = make(box.current, values, setIndex);
    const watch = new ResizeObserver(() => plot.current.setSize({ width: box.current.clientWidth, height: height_px }));
    watch.observe(box.current);
    const redraw = () => plot.current.redraw(false);
    dark.addEventListener("change", redraw);
    document.addEventListener("oms-theme", redraw);
    return () => {
      watch.disconnect();
      dark.removeEventListener("change", redraw);
      document.removeEventListener("oms-theme", redraw);
      plot.current.destroy();
    };
  }, []);
  useEffect(() => { plot.current.setData([values.map((_, at) => at), values]); }, [values]);

  const minutes = values.length;
  const at = index === null ? null : clock(new Date(now() - (minutes - 1 - index) * 60_000).toISOString()).slice(0, 5);
  return html`<figure class="panel plot">
    <figcaption class="bar"><h2>${title}</h2>
      <span class="aside soft">${at ? `${number(values[index])} at ${at}` : `${number(total)} in ${minutes} min`}</span></figcaption>
    <div class="canvas" ref=${box} role="img" aria-label=${`${title}: ${total} ${unit} in the last ${minutes} minutes, at most ${most} a minute, ${values[minutes - 1] ?? 0} in the last.`}></div>
    <p class="scale" aria-hidden="true"><span>${minutes} min ago</span><span>most ${number(most)}/min</span><span>now</span></p>
  </figure>`;
}
