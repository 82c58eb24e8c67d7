import { html } from "../html.js";

// Drawn on a grid of 16; what is told by an icon is told by a word beside it too.
const paths = {
  check: "M3.5 8.5l3 3 6-7",
  alert: "M8 2.2l6.2 11.3H1.8zM8 6.5v3.2M8 11.6v.1",
  clock: "M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM8 4.8V8l2.2 1.6",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  dot: "M8 5.6a2.4 2.4 0 110 4.8 2.4 2.4 0 010-4.8z",
  close: "M4 4l8 8M12 4l-8 8",
  search: "M7 2.5a4.5 4.5 0 110 9 4.5 4.5 0 010-9zM10.4 10.4l3.4 3.4",
  bell: "M4 11V7a4 4 0 018 0v4l1 1.2H3zM6.8 14h2.4",
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 110 3.6 1.8 1.8 0 010-3.6z",
  fork: "M4 2.5v11M4 9c4.5 0 8-.8 8-5M9.8 5.2L12 3l2.2 2.2",
  pen: "M2.5 13.5l.7-3.2 7.6-7.6 2.5 2.5-7.6 7.6zM9.3 4.2l2.5 2.5",
  person: "M8 2.2a2.8 2.8 0 110 5.6 2.8 2.8 0 010-5.6zM2.6 14c.4-3 2.5-4.6 5.4-4.6s5 1.6 5.4 4.6",
  call: "M2 5.5h11M10 2.5l3 3-3 3M14 10.5H3M6 7.5l-3 3 3 3",
  out: "M6 3.5H3v9.5h9.5V10M9 2.5h4.5V7M13.2 2.8L7.5 8.5",
  menu: "M2 4h12M2 8h12M2 12h12",
  sun: "M8 5a3 3 0 110 6 3 3 0 010-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.1 1.1M11.9 11.9L13 13M13 3l-1.1 1.1M4.1 11.9L3 13",
  moon: "M13.5 9.8A6 6 0 016.2 2.5a6 6 0 107.3 7.3z",
  auto: "M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM8 1.8v12.4M8 4.5h4.8M8 8h6M8 11.5h4.8",
  down: "M8 2.5v8M4.5 7.5L8 11l3.5-3.5M3 13.5h10",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  pulse: "M1.5 8.5h3l2-5 3 9 2-4h3",
  list: "M2.5 4h.1M5.5 4h8M2.5 8h.1M5.5 8h8M2.5 12h.1M5.5 12h8",
  help: "M5.6 6a2.4 2.4 0 114 1.9C8.7 8.6 8 9 8 10M8 12.4v.1",
  loop: "M13.5 8a5.5 5.5 0 11-1.7-4M13.5 1.8v3h-3",
  plug: "M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9V8a4.5 4.5 0 01-9 0zM8 12.5V15",
  gear: "M2 4.5h7M12.5 4.5H14M10.7 2.8a1.7 1.7 0 110 3.4 1.7 1.7 0 010-3.4zM2 11.5h1.5M7 11.5h7M5.2 9.8a1.7 1.7 0 110 3.4 1.7 1.7 0 010-3.4z",
  shade: "M8 2a6 6 0 110 12A6 6 0 018 2zM8 2v12M5 3.2v9.6",
  question: "M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM6.3 6.3a1.8 1.8 0 113 1.4C8.6 8.2 8 8.5 8 9.3M8 11.3v.1",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d=${paths[name]} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" />
  </svg>`;
}
