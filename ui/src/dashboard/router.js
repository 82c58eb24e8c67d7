// Paths below /ui/ and their query. A link within is followed without loading the page anew.
import { cell } from "./cell.js";

export const base = "/ui/";

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
  window.history[replace ? "replaceState" : "pushState"](null, "", href);
  place.value = current();
  if (before !== path) window.scrollTo(0, 0);
}

/** The page of a subject: order/12/3, project/12. */
export const subjectHref = (key) => (/^(order|project)\//.test(key) ? base + key : hrefOf("orders", { q: key.split("/").pop() }));

export function followLinks() {
  window.addEventListener("popstate", () => { place.value = current(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (link.target || link.hasAttribute("download") || url.origin !== window.location.origin || !url.pathname.startsWith(base) || url.hash) return;
    event.preventDefault();
    go(url.pathname.slice(base.length), Object.fromEntries(url.searchParams));
  });
}
