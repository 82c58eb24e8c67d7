import { h } from "preact";
import { useState } from "preact/hooks";
import htm from "htm";

const html = htm.bind(h);

/** A form that sends, empties itself, and says what was wrong where it could not. */
export function Form({ send, children, className = "", label }) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  async function submit(event) {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    try {
      await send(Object.fromEntries(new FormData(form)));
      form.reset();
      setError("");
    } catch (wrong) {
      setError(wrong.message);
    } finally {
      setBusy(false);
    }
  }
  return html`<form class=${className} onSubmit=${submit} aria-label=${label} aria-busy=${busy}>
    ${children}
    ${error && html`<span class="error" role="alert">${error}</span>`}
  </form>`;
}
