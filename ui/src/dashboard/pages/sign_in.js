import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../api.js";
import { keptCell } from "../cell.js";
import { html } from "../html.js";
import { Icon } from "../parts/icon.js";
import { session } from "../session.js";
import { span } from "../time.js";

const kept = keptCell("oms-who", "");

function words(problem) {
  if (problem.status === 401) return "That password or token is not right. It is the value of OMS_UI_PASSWORD, OMS_UI_VIEWER_PASSWORD or one of the API tokens.";
  if (problem.status === 429) return `Too many wrong passwords: try again ${problem.retryAfter > 0 ? `in ${span(problem.retryAfter)}` : "later"}.`;
  return problem.message;
}

export function SignIn({ ended }) {
  const [who, setWho] = useState(kept.value);
  const [secret, setSecret] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const name = useRef(null);
  const password = useRef(null);

  useEffect(() => {
    document.title = "Sign in · oms-jira";
    (who ? password : name).current.focus();
  }, []);

  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setTrouble("");
    try {
      const answer = await act("/session", { secret, who: who.trim() }, { session: false });
      kept.value = who.trim();
      session.value = answer;
    } catch (problem) {
      setTrouble(words(problem));
      setBusy(false);
      password.current.focus();
      password.current.select();
    }
  }

  return html`<main class="signin">
    <form onSubmit=${submit} aria-labelledby="signin">
      <p class="name"><b>oms-jira</b></p>
      <h1 id="signin">Sign in</h1>
      ${ended && html`<p class="hint" role="status"><${Icon} name="clock" /><span>Your session ended. Sign in, and you are back where you were.</span></p>`}
      <label>Your name <span class="soft">is noted beside what you do</span>
        <input ref=${name} name="who" autocomplete="username" maxlength="60" required value=${who} onInput=${(event) => setWho(event.target.value)} /></label>
      <label>Password or token
        <input ref=${password} name="secret" type="password" autocomplete="current-password" required value=${secret}
          aria-describedby=${trouble ? "wrong" : undefined} aria-invalid=${trouble ? "true" : undefined} onInput=${(event) => setSecret(event.target.value)} /></label>
      ${trouble && html`<p class="trouble" id="wrong" role="alert"><${Icon} name="alert" /><span>${trouble}</span></p>`}
      <button type="submit" class="main" disabled=${busy}>${busy ? "Signing in…" : "Sign in"}</button>
    </form>
  </main>`;
}
