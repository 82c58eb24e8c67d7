// What the page asks of the program: /api/v1, as openapi.json has it.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { changes } from "./live.js";
import { sessionEnded } from "./session.js";

const base = "/api/v1";

/** An answer that is none, in words that say what to do. */
export class Problem extends Error {
  constructor(status, says, retryAfter = 0) {
    super(says);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const away = "The service does not answer. It may be starting again; try once more in a moment.";

function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function problemOf(response) {
  let said;
  try {
    said = await response.json();
  } catch {
    said = {};
  }
  const words = said.detail || said.title;
  if (response.status === 403) return new Problem(403, words ?? "Your role may look, but not act.");
  const after = Number(response.headers.get("Retry-After") ?? 0);
  return new Problem(response.status, words ?? `The service answered ${response.status}.`, after);
}

async function send(path, options) {
  try {
    return await fetch(base + path, { credentials: "same-origin", ...options });
  } catch {
    throw new Problem(0, away);
  }
}

/** `session: false` for the sign-in itself, whose 401 ends nothing. */
async function answer(response, { session = true } = {}) {
  if (response.status === 401 && session) sessionEnded();
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

export const ask = async (path, options) => answer(await send(path, { signal: options?.signal }), options);

/** Acts once: where the connection breaks it is asked again under the same key. */
export async function act(path, body = {}, { method = "POST", session } = {}) {
  const headers = { "Content-Type": "application/json", "X-OMS-Action": "1", "Idempotency-Key": randomKey() };
  const options = { method, headers, body: method === "DELETE" ? undefined : JSON.stringify(body) };
  let response;
  try {
    response = await send(path, options);
  } catch {
    response = await send(path, options);
  }
  return answer(response, { session });
}

export const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
};

const refresh_ms_min = 2000;

/**
 * What `path` answers, and again whenever something changed, at most every two seconds. What was there
 * stays on the page until the new is.
 */
export function useAsk(path, { live = true } = {}) {
  const [state, setState] = useState({ path, data: null, trouble: null });
  const last = useRef(0);
  const asked = useRef(0);

  const load = useCallback(async () => {
    if (!path) return;
    const turn = ++asked.current;
    last.current = Date.now();
    try {
      const data = await ask(path);
      if (turn === asked.current) setState({ path, data, trouble: null });
    } catch (trouble) {
      if (turn === asked.current) setState((before) => ({ path, data: before.path === path ? before.data : null, trouble }));
    }
  }, [path]);

  useEffect(() => {
    load();
    if (!live) return undefined;
    let timer = 0;
    const stop = changes.follow(() => {
      if (timer || document.hidden) return;
      timer = setTimeout(() => { timer = 0; load(); }, Math.max(0, last.current + refresh_ms_min - Date.now()));
    });
    const seen = () => document.hidden || load();
    document.addEventListener("visibilitychange", seen);
    return () => { stop(); clearTimeout(timer); document.removeEventListener("visibilitychange", seen); };
  }, [load, live]);

  useEffect(() => () => { asked.current = -1; }, []);
  const current = state.path === path ? state : { data: null, trouble: null };
  return { data: current.data, trouble: current.trouble, reload: load };
}
