// What the page asks of the program.
const base = "/sandbox/api/";

async function answer(response) {
  const text = await response.text();
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // An empty or plain answer.
  }
  if (response.ok) return body;
  const words = body.error ?? [...(body.errorMessages ?? []), ...Object.values(body.errors ?? {})].join(" ");
  throw new Error(typeof words === "string" && words ? words : `${response.status} ${text.slice(0, 200)}`);
}

export const loadState = async () => answer(await fetch(`${base}state`));

export const act = async (side, path, body = {}) =>
  answer(await fetch(`${base}${side}/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

/** Server-sent events; returns how to stop. The browser reconnects by itself. */
export function follow({ step, changed }) {
  const source = new EventSource(`${base}events`);
  source.addEventListener("step", (event) => step(JSON.parse(event.data)));
  source.addEventListener("changed", changed);
  source.addEventListener("open", changed);
  return () => source.close();
}
