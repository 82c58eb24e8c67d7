// What was measured: each value of each round is kept, and told as median, lowest and highest.

export const sorted = (values) => [...values].sort((a, b) => a - b);
export const median = (values) => {
  const all = sorted(values);
  const middle = all.length >> 1;
  return all.length % 2 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
};
export const percentile = (values, part) => {
  const all = sorted(values);
  return all[Math.min(all.length - 1, Math.floor(all.length * part))];
};

/** Four digits that say something, however large or small. */
export function digits(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return String(Number(value.toFixed(Math.min(places, 4))));
}

/** `values`: one a round. */
export function figure(label, unit, values) {
  const all = Array.isArray(values) ? values : [values];
  return { label, unit, values: all, median: median(all), low: Math.min(...all), high: Math.max(...all) };
}

export const inWords = (one) =>
  `${digits(one.median)}${one.unit ? ` ${one.unit}` : ""}${one.values.length > 1 ? ` (${digits(one.low)}–${digits(one.high)})` : ""}`;

/** A promise in figures: the median over the rounds must be at least, or at most, `bar`. */
export function bar(says, { atLeast, atMost, unit = "×", why = "" }, values) {
  const one = figure(says, unit, values);
  const met = atLeast !== undefined ? one.median >= atLeast : one.median <= atMost;
  return { ...one, ...(atLeast !== undefined ? { atLeast } : { atMost }), met, ...(met ? {} : { why }) };
}

/** How many of its values meet a bar. */
export const valuesMet = ({ values, atLeast, atMost }) => values.filter((value) => (atLeast !== undefined ? value >= atLeast : value <= atMost)).length;

/** Between a fifth and four fifths of its values meet it: another run may say the other. */
export const isAtEdge = (one) => Math.abs(valuesMet(one) / one.values.length - 0.5) < 0.3;

export const wanted = (one) => (one.atLeast !== undefined ? `≥ ${digits(one.atLeast)}` : `≤ ${digits(one.atMost)}`) + (one.unit && one.unit !== "×" ? ` ${one.unit}` : "");

/** Round by round: what one contestant made of it, divided by what the other did. */
export const ratios = (ours, theirs) => ours.map((value, round) => value / theirs[round]);

/** `names` in another order each round, so that none always comes first. */
export const inTurn = (names, round) => names.map((_, i) => names[(i + round) % names.length]);

/** The result of a benchmark, for people. */
export function tell(name, result) {
  const lines = [`== ${name}: ${result.about}`];
  const width = Math.max(10, ...result.figures.map((one) => one.label.length), ...result.bars.map((one) => one.label.length));
  for (const one of result.figures) lines.push(`   ${one.label.padEnd(width)}  ${inWords(one)}`);
  for (const one of result.bars) lines.push(` ${one.met ? "✓" : "✗"} ${one.label.padEnd(width)}  ${inWords(one)}  bar ${wanted(one)}${one.met ? "" : `  missed${one.why ? `: ${one.why}` : ""}`}`);
  return lines.join("\n");
}
