// Times as people say them, in the reader's time zone and by the service's clock.
let skew_ms = 0;

/** The browser's clock may be wrong; what counts is the service's. */
export function setServerTime(text) {
  const at = Date.parse(text);
  if (Number.isFinite(at)) skew_ms = at - Date.now();
}

export const now = () => Date.now() + skew_ms;

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** 12 s, 3 min, 2 h 5 min, 3 d: two units at the most. */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 && days < 3 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** Of an answer or a run: 180 ms, 1.4 s, 2 min. */
export function took(seconds) {
  if (seconds < 0.001) return "under 1 ms";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : span(seconds);
}

export function relative(text) {
  const seconds = (Date.parse(text) - now()) / 1000;
  if (Math.abs(seconds) < 3) return "now";
  return seconds > 0 ? `in ${span(seconds)}` : `${span(-seconds)} ago`;
}

const exactFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const zoneFormat = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });
const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

const zoneName = (date) => zoneFormat.formatToParts(date).find((part) => part.type === "timeZoneName").value;
export const exact = (text) => `${exactFormat.format(new Date(text))} ${zoneName(new Date(text))}`;
/** Times within a sentence of the service's, as the reader's clock has them. */
export const localTimes = (text) => text.replace(/(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z| UTC)/g, (whole, date, clock) => exact(`${date}T${clock}Z`));
/** Within a sentence about what was. */
export const ago = (text) => (relative(text) === "now" ? "a moment ago" : relative(text));

export const clock = (text) => clockFormat.format(new Date(text));
export const day = (text) => dayFormat.format(new Date(text));
