// Lists that come page by page behind a cursor.
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, query } from "../api.js";
import { changes } from "../live.js";

const page_rows = 200;
const refresh_ms_min = 3000;

/** What was loaded stays for the way back. */
const kept = new Map();
const kept_max = 6;

function listOf(name) {
  const one = kept.get(name) ?? { name, pages: [], rows: [], next: "", trouble: null, loading: false, sight: [0, 60] };
  kept.delete(name);
  kept.set(name, one);
  if (kept.size > kept_max) kept.delete(kept.keys().next().value);
  return one;
}

/** While pages were loaded a row may have moved from one to another: it is shown once. */
function gather(one, keyOf) {
  const rows = new Map();
  for (const row of one.pages.flatMap((page) => page.items)) if (!rows.has(keyOf(row))) rows.set(keyOf(row), row);
  one.rows = [...rows.values()];
}

/**
 * The pages loaded so far of `path`. `sight(first, last)` tells which rows are looked at: the next page
 * is loaded before its end is reached. When something changed the pages in sight are asked again, in
 * place. A list of the `newest` first would move under the reader: it is asked again only at its top.
 */
export function useList(path, values, { keyOf = (row) => row.key, newest = false } = {}) {
  const name = path + query(values);
  const [, draw] = useState(0);
  const list = useRef(null);
  if (list.current?.name !== name) list.current = listOf(name);
  const one = list.current;
  const load = (cursor) => ask(`${path}${query({ ...values, cursor, limit: page_rows })}`);

  function show() {
    gather(one, keyOf);
    draw((count) => count + 1);
  }

  async function more() {
    if (one.loading || one.next === null) return;
    one.loading = true;
    try {
      const cursor = one.next;
      const { items, next } = await load(cursor);
      one.pages.push({ cursor, items });
      one.next = next ?? null;
      one.trouble = null;
    } catch (problem) {
      one.trouble = problem;
    }
    one.loading = false;
    show();
    if (!one.trouble) wanted();
  }

  function wanted() {
    if (list.current === one && one.sight[1] + page_rows / 2 >= one.rows.length) more();
  }

  async function refreshPage(index) {
    const { items, next } = await load(one.pages[index].cursor);
    one.pages[index].items = items;
    if (newest) one.pages.length = 1;
    if (index === one.pages.length - 1) one.next = next ?? null;
  }

  async function refresh() {
    if (one.loading || (newest && one.sight[0] > 0)) return;
    const [first, last] = newest ? [0, 0] : one.sight.map((row) => Math.floor(row / page_rows));
    one.loading = true;
    try {
      for (let index = first; index <= last && index < one.pages.length; ++index) await refreshPage(index);
    } catch {
      // What was there stays; the stream tells that we are away.
    }
    one.loading = false;
    show();
    wanted();
  }

  useEffect(() => {
    if (one.pages.length === 0) more(); else refresh();
    let timer = 0;
    let last = Date.now();
    const stop = changes.follow(() => {
      if (timer || document.hidden) return;
      timer = setTimeout(() => { timer = 0; last = Date.now(); refresh(); }, Math.max(0, last + refresh_ms_min - Date.now()));
    });
    return () => { stop(); clearTimeout(timer); };
  }, [name]);

  return {
    rows: one.rows,
    begun: one.pages.length > 0,
    whole: one.next === null,
    trouble: one.trouble,
    sight: (first, last) => { one.sight = [first, last]; wanted(); },
    again: more,
  };
}
