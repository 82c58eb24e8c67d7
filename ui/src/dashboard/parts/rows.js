// A table of any length: only the rows in sight, and some around them, are in the page.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";

const around = 12;
const phone = window.matchMedia("(max-width: 700px)");

function useRowHeight() {
  const [narrow, setNarrow] = useState(phone.matches);
  useEffect(() => {
    const change = () => setNarrow(phone.matches);
    phone.addEventListener("change", change);
    return () => phone.removeEventListener("change", change);
  }, []);
  return narrow ? 64 : 44;
}

/** Which rows are in sight of the window, as it is scrolled. */
function useWindow(body, length, height) {
  const [range, setRange] = useState([0, 60]);
  useLayoutEffect(() => {
    let frame = 0;
    function look() {
      frame = 0;
      if (!body.current) return;
      const above = -body.current.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(above / height) - around);
      const last = Math.min(length, Math.ceil((above + window.innerHeight) / height) + around);
      setRange((before) => (before[0] === first && before[1] === last ? before : [first, Math.max(first, last)]));
    }
    const soon = () => { frame ||= requestAnimationFrame(look); };
    look();
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", soon);
      window.removeEventListener("resize", soon);
    };
  }, [length, height]);
  return range;
}

/** The arrow keys, j and k go from row to row. */
function step(event) {
  const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const row = event.target.closest("tr[data-row]");
  if (!by || !row || event.ctrlKey || event.metaKey || event.altKey) return;
  let next = row;
  do next = by > 0 ? next.nextElementSibling : next.previousElementSibling; while (next && !next.dataset.row);
  const link = next?.querySelector("a, button");
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  link.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** `columns`: {title, cell(row), className}. `total` is -1 while there is more to load. */
export function Rows({ label, columns, rows, keyOf, total, onSight }) {
  const body = useRef(null);
  const height = useRowHeight();
  const [first, last] = useWindow(body, rows.length, height);
  useEffect(() => { onSight?.(first, last); }, [first, last, rows.length]);
  const space = (count) => count > 0 && html`<tr class="space" aria-hidden="true" style=${{ height: `${count * height}px` }}><td></td></tr>`;
  return html`<table class="rows" aria-label=${label} aria-rowcount=${total < 0 ? -1 : total + 1} onKeyDown=${step}>
    <thead><tr>${columns.map((one) => html`<th key=${one.title} scope="col" class=${one.className}>${one.title}</th>`)}</tr></thead>
    <tbody ref=${body}>
      ${space(first)}
      ${rows.slice(first, last).map((row, index) => html`<tr key=${keyOf(row)} data-row="1" aria-rowindex=${first + index + 2} style=${{ height: `${height}px` }}>
        ${columns.map((one) => html`<td key=${one.title} class=${one.className}>${one.cell(row)}</td>`)}
      </tr>`)}
      ${space(rows.length - Math.min(last, rows.length))}
    </tbody>
  </table>`;
}
