// The browser's own dialog: it keeps the focus within, closes on Escape and gives the focus back.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { Icon } from "./icon.js";

export function Dialog({ title, onClose, children, className = "" }) {
  const box = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const outside = (event) => event.target === box.current && onClose();
  return html`<dialog ref=${box} class=${className} aria-labelledby="dialog-title" onClose=${onClose} onClick=${outside}>
    <div class="box">
      <div class="bar">
        <h2 id="dialog-title">${title}</h2>
        <button type="button" class="quiet icon" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
      </div>
      ${children}
    </div>
  </dialog>`;
}
