// A small picture of a few lines: categories below, a logarithmic scale beside them, a name at each line's
// end. Reads on a light and on a dark page.
import { digits } from "./figures.mjs";

const colors = ["#2f7fd1", "#d1642f", "#3f9a4a", "#9a5fc4", "#8a8a8a", "#c4a02f", "#2fa8a8", "#c94f7c", "#6d7f2a", "#5566c4", "#a8683f"];
/** Of a letter, at most as a browser sets it on average; and between two names. */
const [letter, lineHeight] = [6.7, 15];
const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** `lines`: {name, points: [[category, value]…]}; the first one is ours, and thicker. */
export function plot({ title, unit, categories, below, lines }) {
  const [height, left, top, bottom] = [320, 70, 36, 46];
  const right = Math.max(310, Math.ceil(20 + letter * Math.max(...lines.map((line) => line.name.length))));
  const width = 510 + right;
  const values = lines.flatMap((line) => line.points.map(([, value]) => value)).filter((value) => value > 0);
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values) * 1.0001));
  const x = (category) => left + (categories.indexOf(category) + 0.5) * ((width - left - right) / categories.length);
  const y = (value) => top + (1 - Math.log10(Math.max(value, low) / low) / Math.log10(high / low)) * (height - top - bottom);
  const told = lines.map((line) => `${line.name}: ${line.points.map(([category, value]) => `${digits(value)} at ${category}`).join(", ")}`).join("; ");
  const parts = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12" class="words">`,
    `<title>${escape(title)}</title>`, `<desc>${escape(told)}</desc>`,
    "<style>.words { fill: #57606a; } @media (prefers-color-scheme: dark) { .words { fill: #a8b0b8; } }</style>",
    `<text x="${left}" y="18" font-size="14" font-weight="bold">${escape(title)}${title.includes(unit) ? "" : ` (${escape(unit)})`}</text>`];
  for (let mark = low; mark <= high * 1.0001; mark *= 10) {
    parts.push(`<line x1="${left}" x2="${width - right}" y1="${y(mark).toFixed(1)}" y2="${y(mark).toFixed(1)}" stroke="#808080" stroke-opacity="0.25"/>`,
      `<text x="${left - 8}" y="${(y(mark) + 4).toFixed(1)}" text-anchor="end">${digits(mark)}</text>`);
  }
  for (const category of categories) parts.push(`<text x="${x(category).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle">${typeof category === "number" ? category.toLocaleString("en") : escape(category)}</text>`);
  parts.push(`<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">${escape(below)}</text>`);
  // Names that would lie on each other move apart: down, and up again where they would leave the picture.
  const ends = lines.map((line, i) => ({ line, i, at: y(line.points.at(-1)[1]) })).sort((a, b) => a.at - b.at);
  for (let k = 1; k < ends.length; ++k) ends[k].at = Math.max(ends[k].at, ends[k - 1].at + lineHeight);
  for (let k = ends.length - 1, lowest = height - lineHeight; k >= 0; --k, lowest -= lineHeight) ends[k].at = Math.min(ends[k].at, lowest);
  for (const { line, i, at } of ends) {
    const color = colors[i % colors.length];
    const points = line.points.map(([category, value]) => `${x(category).toFixed(1)},${y(value).toFixed(1)}`);
    parts.push(`<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="${i === 0 ? 3 : 1.6}"/>`);
    for (const point of points) parts.push(`<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="${i === 0 ? 4 : 2.8}" fill="${color}"/>`);
    parts.push(`<text x="${width - right + 10}" y="${(at + 4).toFixed(1)}" fill="${color}">${escape(line.name)}</text>`);
  }
  return parts.concat("</svg>").join("\n") + "\n";
}
