// Paths below /ui/ and their query. A link within is followed without loading the page anew.
import { cell } from "./cell.js";

export const base = "/ui/";
/** The documentation: pages of their own. */
export const help = "/ui/help/";

function current() {
  const { pathname, search } = window.location;
  return { path: pathname.startsWith(base) ? pathname.slice(base.length) : "", query: Object.fromEntries(new URLSearchParams(search)) };
}

export const place = cell(current());

export const hrefOf = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value);
  return base + path + (given.length ? `?${new URLSearchParams(given)}` : "");
};

/** `replace` for what the way back need not see, such as each letter of a search. */
export function go(path, query = {}, { replace = false } = {}) {
  const href = hrefOf(path, query);
  const before = place.value.path;
  if (!replace) window.history.replaceState({ y: window.scrollY }, "");
  window.history[replace ? "replaceState" : "pushState"](null, "", href);
  place.value = current();
  if (before !== path) window.scrollTo(0, 0);
}

/** The page of a subject: order/12/3, project/12. */
export const subjectHref = (key) => (/^(order|project)\//.test(key) ? base + key : hrefOf("orders", { q: key.split("/").pop() }));

const scrolled_ms = 150;
const restore_ms_max = 2000;

/** How far a page was scrolled is kept with its entry of the history. */
function keepScroll() {
  window.history.scrollRestoration = "manual";
  let timer = 0;
  window.addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(() => window.history.replaceState({ y: window.scrollY }, ""), scrolled_ms);
  }, { passive: true });
  return () => clearTimeout(timer);
}

/** As soon as the page is long enough again. */
function restoreScroll(y) {
  const until = performance.now() + restore_ms_max;
  function step() {
    window.scrollTo(0, y);
    if (Math.abs(window.scrollY - y) > 1 && performance.now() < until) requestAnimationFrame(step);
  }
  requestAnimationFrame(step);
}

export function followLinks() {
  const forget = keepScroll();
  window.addEventListener("popstate", (event) => {
    forget();
    place.value = current();
    restoreScroll(event.state?.y ?? 0);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (link.target || link.hasAttribute("download") || url.origin !== window.location.origin || !url.pathname.startsWith(base) || url.pathname.startsWith(help) || url.hash) return;
    event.preventDefault();
    go(url.pathname.slice(base.length), Object.fromEntries(url.searchParams));
  });
}
