// Signed in or not, and which page.
import { useEffect } from "preact/hooks";
import { ask } from "./api.js";
import { useCell } from "./cell.js";
import { html } from "./html.js";
import { followNow, stopFollowing } from "./live.js";
import { Attention } from "./pages/attention.js";
import { Missing } from "./pages/missing.js";
import { Now } from "./pages/now.js";
import { Orders } from "./pages/orders.js";
import { Remotes } from "./pages/remotes.js";
import { Settings } from "./pages/settings.js";
import { Shadow } from "./pages/shadow.js";
import { SignIn } from "./pages/sign_in.js";
import { Subject } from "./pages/subject.js";
import { Sweep } from "./pages/sweep.js";
import { Uncertain } from "./pages/uncertain.js";
import { place } from "./router.js";
import { Notices } from "./say.js";
import { session } from "./session.js";
import { Shell } from "./shell.js";

const pages = {
  "": Now, orders: Orders, attention: Attention, uncertain: Uncertain, sweep: Sweep, remotes: Remotes,
  settings: Settings, shadow: Shadow,
};

function pageOf(path) {
  if (/^(order\/\d+\/\d+|project\/\d+)$/.test(path)) return Subject;
  return pages[path.replace(/\/$/, "")] ?? Missing;
}

const ask_again_ms = 3000;

/** Asked until it is answered: the service may be starting. */
function useSession() {
  const current = useCell(session);
  useEffect(() => {
    let timer = 0;
    const load = () => ask("/session", { session: false }).then(
      (answer) => { session.value = answer; },
      () => { timer = setTimeout(load, ask_again_ms); });
    load();
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (current?.signed_in) followNow(); else stopFollowing();
  }, [current?.signed_in]);
  return current;
}

export function App() {
  const who = useSession();
  const { path } = useCell(place);
  if (!who) return html`<p class="starting" role="status">Waiting for the service to answer…</p>`;
  if (!who.signed_in) return html`<${SignIn} ended=${who.ended} /><${Notices} />`;
  const Current = pageOf(path);
  return html`<${Shell}><${Current} key=${path} path=${path} /><//><${Notices} />`;
}
