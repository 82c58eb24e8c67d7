// Who is signed in. Only the cookie, which scripts cannot read, proves it.
import { cell } from "./cell.js";

/** null: not asked yet. `ended`: there was one, and it is over. */
export const session = cell(null);

export const mayAct = () => session.value?.role === "operator";

export function sessionEnded() {
  if (session.value?.signed_in) session.value = { signed_in: false, required: true, ended: true };
}
