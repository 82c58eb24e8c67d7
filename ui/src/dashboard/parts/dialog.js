// The browser's own dialog: it keeps the focus within, closes on Escape and gives the focus back. What
// opened one may go while it is open, such as an entry that was mended: it belongs to the whole page.
import { Fragment } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { cell, useCell } from "../cell.js";
import { html } from "../html.js";
import { Icon } from "./icon.js";

const shown = cell(null);
let opened = 0;

/** Each is one of its own, also where the one before has not gone yet. */
export const openDialog = (dialog) => { shown.value = html`<${Fragment} key=${++opened}>${dialog}<//>`; };
export const closeDialog = () => { shown.value = null; };
export const OpenDialog = () => useCell(shown);

export function Dialog({ title, children }) {
  const box = useRef(null);
  const mine = useRef(shown.value);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = box.current;
    dialog.showModal();
    return () => {
      // Who went on by key meanwhile is left where he or she is.
      const within = dialog.contains(document.activeElement) || document.activeElement === document.body;
      if (within) (before?.isConnected ? before : document.querySelector("h1"))?.focus();
    };
  }, []);
  // The browser tells it late: another one may have been opened by then.
  const closed = () => shown.value === mine.current && closeDialog();
  const outside = (event) => event.target === box.current && closeDialog();
  return html`<dialog ref=${box} aria-labelledby="dialog-title" onClose=${closed} onClick=${outside}>
    <div class="box">
      <div class="bar">
        <h2 id="dialog-title">${title}</h2>
        <button type="button" class="quiet icon" aria-label="Close" onClick=${closeDialog}><${Icon} name="close" /></button>
      </div>
      ${children}
    </div>
  </dialog>`;
}
