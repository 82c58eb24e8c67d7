// Misconfigurations to be planted: each in the settings, in a file, or on one of the two sides; the
// code of the finding that must name it; and how what check printed is carried out.
//
//   settings(env, world)  changes the settings        plant(world)  changes something else
//   code, about           the finding that names it   mend          how its remedy is applied:
//     "paste"   the lines that are printed go into the settings
//     "choose"  the line whose meaning or value `choice` is
//     "shell"   the last line of the remedy is run by a shell
//     "apply"   oms-jira check --webhook --apply
//     {does, by(finding, env, world)}  what it says in words: at Jira, at the marketplace, by whom knows
//   undo(world)           the world as it was, where the remedy does not lead there
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./world.mjs";

const ids = (text) => [...text.matchAll(/customfield_\d+|\blabels\b|\bparent\b/g)].map(([id]) => id);
const drop = (name) => (env) => { delete env[name]; };
const set = (lines) => (env, world) => Object.assign(env, typeof lines === "function" ? lines(world) : lines);
const lacks = (permissions) => (world) => world.jira("settings", { users: { oms: { lacks: permissions } } });
const granted = { does: "the permission is granted", by: (finding, env, world) => lacks([])(world) };
const rightSetting = (name) => ({ does: `${name} is set to the right value`, by: (finding, env, world) => { env[name] = world.env[name]; } });
const dispatch = (world, value) => world.market("oms/1/trigger", value);
/** As the remedy tells the marketplace's team. */
const registered = {
  does: "the marketplace's team sets the trigger that is printed",
  by: (finding, env, world) => dispatch(world, { url: finding.remedy.match(/^URL +(\S+)$/m)[1] }),
};
const added = (type) => ({
  does: "the fields that are named are added to the screen",
  by: (finding, env, world) => world.jira("settings", { screens: { [type]: { add: ids(finding.remedy.split("(in project")[0]) } } }),
});
const screen = (type, change) => (world) => world.jira("settings", { screens: { [type]: change } });
const hook = (change) => async (world) => {
  await world.dropHooks();
  await world.jira("webhooks", { ...(await world.rightHook()), ...change });
};
const transitions = [["11", "Start work", ["1"], "2"], ["21", "Ask the customer", ["2", "4"], "3"], ["22", "Customer answered", ["3"], "2"], ["31", "Approve", ["2", "3"], "4"],
  ["41", "Deliver", ["2", "4"], "7"], ["51", "Reject", ["1", "2", "3", "4"], "5"], ["61", "Finish", ["5", "7"], "6"], ["62", "Reopen", ["5", "6", "7"], "2"], ["71", "Put away", ["6"], "8"]]
  .map(([id, name, from, to]) => ({ id, name, from, to }));
const workflow = (demands) => async (world) => {
  await world.jira("settings", { transitions: [...transitions, ...(demands ? [{ id: "99", name: "Any to ready", from: [], to: "7", screen: ["description"], required: ["description"] }] : [])] });
  if (!demands) await world.jira("settings", { any_transitions: true });
};
const field = (name) => (world) => world.env[`OMS_JIRA_FIELD_${name}`];

export const cases = [
  // Settings that nothing can be started with.
  { name: "a duration that is none", settings: set({ OMS_POLL_INTERVAL: "soon" }), code: "settings.unusable", mend: "paste" },
  { name: "a port that there is not", settings: set({ OMS_HTTP_PORT: "99999" }), code: "settings.unusable", mend: "paste" },
  { name: "a word that is not among the choices", settings: set({ OMS_STATUS_CONFLICT: "both" }), code: "settings.unusable", mend: "paste" },
  { name: "one Jira status for two of the marketplace's", settings: set({ OMS_JIRA_WF_READY: "6" }), code: "settings.unusable", mend: "paste" },
  { name: "a file of authorities that is not there", settings: set({ OMS_CA_FILE: "/nowhere/ca.pem" }), code: "settings.unusable", mend: "paste" },
  { name: "a DSN that is none", settings: set({ SENTRY_DSN: "sentry" }), code: "settings.unusable", mend: "paste" },
  { name: "an address with a query", settings: set((world) => ({ OMS_MP_URL: `${world.mp}?lang=en` })), code: "settings.unusable", about: "OMS_MP_URL", mend: "paste" },
  { name: "a rate that is no number", settings: set({ OMS_JIRA_RATE: "fast" }), code: "settings.unusable", mend: "paste" },
  // Settings that work, and are not meant.
  { name: "a misspelled variable", settings: (env, world) => { delete env.OMS_JIRA_FIELD_SO_1; env.OMS_JIRA_FEILD_SO_1 = field("SO_1")(world); }, code: "settings.unknown",
    mend: { does: "the variable is renamed", by: ({ remedy }, env) => { const [, from, to] = remedy.match(/^rename (\S+) to (\S+)$/); env[to] = env[from]; delete env[from]; } } },
  { name: "an uncut field that there is not", settings: set({ OMS_JIRA_UNTRUNCATED_FIELDS: "SO_1x" }), code: "settings.unknown-field",
    mend: { does: "the name is replaced", by: ({ remedy }, env) => { const [, to, from] = remedy.match(/^write (\S+) in place of (\S+)$/); env.OMS_JIRA_UNTRUNCATED_FIELDS = env.OMS_JIRA_UNTRUNCATED_FIELDS.replace(from, to); } } },
  { name: "a secret that can be guessed", settings: set({ OMS_AUTHORIZATION_PASSWORD: "short" }), plant: (world) => dispatch(world, { url: `${world.url}/mp/trigger`, user: "oms", password: "short" }), code: "settings.short-secret",
    mend: { does: "what the printed command prints is set at both ends", by: async ({ remedy }, env, world) => {
      env.OMS_AUTHORIZATION_PASSWORD = (await world.shell(remedy.split("\n").at(-1))).trim();
      await dispatch(world, { url: `${world.url}/mp/trigger`, user: "oms", password: env.OMS_AUTHORIZATION_PASSWORD });
    } }, undo: (world) => dispatch(world, { url: `${world.url}/mp/trigger` }) },
  { name: "internal comments for the role whose comments go to customers", settings: set({ OMS_JIRA_INTERNAL_ROLE: "User" }), code: "settings.roles-alike", mend: "paste" },
  { name: "shadow mode forgotten", settings: set({ OMS_DRY_RUN: "1" }), code: "settings.dry-run", mend: "paste" },
  // Files, database, Redis.
  { name: "a .env that everybody may read", plant: (world) => { writeFileSync(join(world.folder, ".env"), "# nothing\n"); chmodSync(join(world.folder, ".env"), 0o644); }, code: "files.exposed", mend: "shell", undo: (world) => rmSync(join(world.folder, ".env")) },
  { name: "a database in a folder that is not there", settings: set((world) => ({ OMS_DB_HOST: `sqlite:///${world.folder}/none/oms.db` })), code: "database.no-folder", mend: "shell" },
  { name: "a file that is no database", plant: (world) => writeFileSync(join(world.folder, "notes.txt"), "not a database ".repeat(500)), settings: set((world) => ({ OMS_DB_HOST: `sqlite:///${world.folder}/notes.txt` })), code: "database.unusable", mend: "paste" },
  { name: "a database of an earlier version", settings: set((world) => ({ OMS_DB_HOST: `sqlite:///${world.folder}/old.db` })),
    plant: async (world) => { for (const verb of ["upgrade", "downgrade", "downgrade", "downgrade"]) await run(["db", verb], { ...world.env, OMS_DB_HOST: `sqlite:///${world.folder}/old.db` }, world.folder); }, code: "database.behind", mend: "shell" },
  { name: "a Redis that is not there", settings: set({ OMS_REDIS_HOST: "127.0.0.1:1" }), code: "redis.unreachable", mend: "paste" },
  { name: "another program in Redis' place", settings: set((world) => ({ OMS_REDIS_HOST: `127.0.0.1:${world.mpPort}` })), code: "redis.unreachable", mend: "paste" },
  // The way to the marketplace.
  { name: "the marketplace at a port where nobody is", settings: set({ OMS_MP_URL: "http://127.0.0.1:1" }), code: "marketplace.unreachable", mend: rightSetting("OMS_MP_URL") },
  { name: "the marketplace at a host that nobody knows", settings: set({ OMS_MP_URL: "https://marketplace.invalid" }), code: "marketplace.name-unknown", mend: rightSetting("OMS_MP_URL") },
  { name: "https where the marketplace speaks http", settings: set((world) => ({ OMS_MP_URL: world.mp.replace("http:", "https:") })), code: "marketplace.no-tls", mend: "paste" },
  { name: "http where the marketplace speaks https", settings: set((world) => ({ OMS_MP_URL: world.tls.replace("https:", "http:"), OMS_CA_FILE: world.certificate })), code: "marketplace.needs-tls", mend: "paste" },
  { name: "a certificate of an authority that is not known", settings: set((world) => ({ OMS_MP_URL: world.tls })), code: "marketplace.certificate",
    mend: { does: "OMS_CA_FILE names the authority's certificate", by: ({ set: [line] }, env, world) => { env[line.name] = world.certificate; } } },
  { name: "the API's path in the marketplace's address", settings: set((world) => ({ OMS_MP_URL: `${world.mp}/api/v1/oms` })), code: "marketplace.wrong-path", mend: "paste" },
  { name: "an address of the marketplace that redirects", settings: set((world) => ({ OMS_MP_URL: world.moved(world.mp) })), code: "marketplace.redirect", mend: "paste" },
  { name: "a sign-in page in the marketplace's place", settings: set((world) => ({ OMS_MP_URL: world.page })), code: "marketplace.not-json", mend: rightSetting("OMS_MP_URL") },
  { name: "the two addresses mixed up", settings: set((world) => ({ OMS_MP_URL: world.jiraUrl, OMS_JIRA_URL: world.mp })), code: "marketplace.other-side", mend: "paste" },
  { name: "a marketplace in maintenance", plant: (world) => world.market("faults", { kind: "fail_before", path: "/api/v1/oms*", count: -1 }), code: "marketplace.not-working", mend: { does: "the marketplace works again", by: (finding, env, world) => world.market("faults/clear") } },
  { name: "a proxy that leads nowhere", settings: set({ http_proxy: "http://127.0.0.1:1" }), code: "marketplace.proxy", mend: "paste" },
  { name: "a marketplace whose clock is wrong", settings: set((world) => ({ OMS_MP_URL: world.late })), code: "marketplace.clock", mend: { does: "its clock is set", by: (finding, env, world) => { env.OMS_MP_URL = world.mp; } } },
  // What the marketplace lets us do.
  { name: "a wrong token of the marketplace", settings: set({ OMS_MP_TOKEN: "canary-token-of-another" }), code: "marketplace.token-refused", mend: rightSetting("OMS_MP_TOKEN") },
  { name: "an OMS that there is not", settings: set({ OMS_ID: "99" }), code: "marketplace.oms-unknown", mend: "paste" },
  { name: "somebody else's OMS", settings: set({ OMS_ID: "2" }), code: "marketplace.oms-foreign", mend: "paste" },
  { name: "messages of a mediator from an OMS that has none", settings: set({ OMS_ID: "2", OMS_MP_TOKEN: "TOKOMS2", OMS_MP_AUTHOR_ROLE: "mediator" }), code: "marketplace.role", mend: "paste" },
  { name: "events that the marketplace cannot list", plant: (world) => world.market("faults", { kind: "fail_before", path: "/api/v1/oms/1/events*", status: 500, count: -1 }), code: "marketplace.events-fail", mend: { does: "the marketplace's team mends it", by: (finding, env, world) => world.market("faults/clear") } },
  // The marketplace's trigger.
  { name: "no trigger", plant: (world) => dispatch(world, "null"), code: "trigger.missing", mend: registered },
  { name: "a trigger that calls another path", plant: (world) => dispatch(world, { url: `${world.url}/trigger` }), code: "trigger.wrong-path", mend: registered },
  { name: "a trigger that calls another service", plant: (world) => dispatch(world, { url: "http://127.0.0.1:9/mp/trigger" }), code: "trigger.elsewhere", mend: registered },
  { name: "a password that the trigger does not send", settings: set({ OMS_AUTHORIZATION_PASSWORD: "canary-0123456789abcdef" }), code: "trigger.no-credentials", mend: "paste" },
  { name: "credentials of the trigger that nobody asks for", plant: (world) => dispatch(world, { url: `${world.url}/mp/trigger`, user: "mp", password: "canary-fedcba9876543210" }), code: "trigger.needless-credentials",
    mend: { does: "the two variables are set to what the marketplace sends", by: (finding, env) => Object.assign(env, { OMS_AUTHORIZATION_USER: "mp", OMS_AUTHORIZATION_PASSWORD: "canary-fedcba9876543210" }) }, undo: (world) => dispatch(world, { url: `${world.url}/mp/trigger` }) },
  // The way to Jira.
  { name: "Jira at a port where nobody is", settings: set({ OMS_JIRA_URL: "http://127.0.0.1:1" }), code: "jira.unreachable", mend: rightSetting("OMS_JIRA_URL") },
  { name: "https where Jira speaks http", settings: set((world) => ({ OMS_JIRA_URL: world.jiraUrl.replace("http:", "https:") })), code: "jira.no-tls", mend: "paste" },
  { name: "a context path that Jira has not", settings: set({ OMS_JIRA_CONTEXT_PATH: "/jira" }), code: "jira.wrong-path", mend: "paste" },
  { name: "Jira's context path left out", settings: set((world) => ({ OMS_JIRA_URL: world.below })), code: "jira.wrong-path", mend: "paste" },
  { name: "an address of Jira that redirects", settings: set((world) => ({ OMS_JIRA_URL: world.moved(world.jiraUrl) })), code: "jira.redirect", mend: "paste" },
  { name: "a sign-in page in Jira's place", settings: set((world) => ({ OMS_JIRA_URL: world.page })), code: "jira.not-json", mend: rightSetting("OMS_JIRA_URL") },
  { name: "a Jira in maintenance", plant: (world) => world.jira("faults", { kind: "fail_before", count: -1 }), code: "jira.not-working", mend: { does: "Jira works again", by: (finding, env, world) => world.jira("faults/clear") } },
  { name: "a Jira whose clock is wrong", settings: set((world) => ({ OMS_JIRA_URL: world.lateJira })), code: "jira.clock", mend: { does: "its clock is set", by: (finding, env, world) => { env.OMS_JIRA_URL = world.jiraUrl; } } },
  { name: "a generation that is forced wrongly", settings: set({ OMS_JIRA_DEPLOYMENT: "cloud" }), code: "jira.deployment", mend: "paste" },
  { name: "a wrong password", settings: set({ OMS_JIRA_PASSWORD: "canary-password" }), code: "jira.credentials-refused", mend: rightSetting("OMS_JIRA_PASSWORD") },
  { name: "a token that has expired", settings: set({ OMS_JIRA_TOKEN: "canary-jira-token" }), code: "jira.credentials-refused", mend: { does: "a new token is set", by: (finding, env) => { env.OMS_JIRA_TOKEN = "oms-token"; } } },
  { name: "an account before a CAPTCHA", plant: (world) => world.jira("settings", { captcha: "oms" }), code: "jira.captcha", mend: { does: "a person logs in once", by: (finding, env, world) => world.jira("settings", { log_in: "oms" }) } },
  { name: "credentials that something takes away", plant: (world) => world.jira("settings", { everybody_anonymous: true }), code: "jira.credentials-refused", mend: { does: "they are let through", by: (finding, env, world) => world.jira("settings", { everybody_anonymous: false }) } },
  { name: "a password on Cloud", plant: (world) => world.jira("profile", { name: "cloud" }), code: "jira.needs-token", others: true,
    mend: { does: "an API token is set, with its owner's address", by: (finding, env) => { delete env.OMS_JIRA_PASSWORD; Object.assign(env, { OMS_JIRA_TOKEN: "oms-token", OMS_JIRA_USERNAME: "oms@jira.example.org" }); } }, undo: (world) => world.jira("profile", { name: "dc-9.12" }) },
  // Jira's project.
  { name: "the project's key in small letters", settings: set({ OMS_JIRA_PROJECT: "eosc" }), code: "project.unknown", mend: "paste" },
  { name: "a project that there is not", settings: set({ OMS_JIRA_PROJECT: "NOPE" }), code: "project.unknown", mend: "paste" },
  { name: "an account that may not browse", plant: lacks(["BROWSE_PROJECTS"]), code: "project.not-visible", mend: granted },
  { name: "an archived project", plant: (world) => world.jira("settings", { archived: true }), code: "project.archived", mend: { does: "the project is restored", by: (finding, env, world) => world.jira("settings", { archived: false }) } },
  ...[["CREATE_ISSUES", "Create Issues"], ["EDIT_ISSUES", "Edit Issues"], ["TRANSITION_ISSUES", "Transition Issues"], ["ADD_COMMENTS", "Add Comments"], ["EDIT_OWN_COMMENTS", "Edit Own Comments"]].map(([key, title]) =>
    ({ name: `an account without ${title}`, plant: lacks([key]), code: "permissions.missing", about: title, mend: granted })),
  // Issue types and statuses.
  { name: "an issue type of orders that there is not", settings: set({ OMS_JIRA_ISSUE_TYPE_ID: "99999" }), code: "types.unknown", mend: "paste" },
  { name: "an issue type of projects that there is not", settings: set({ OMS_JIRA_PROJECT_ISSUE_TYPE_ID: "99999" }), code: "types.unknown", mend: "paste" },
  { name: "the two issue types mixed up", settings: set({ OMS_JIRA_ISSUE_TYPE_ID: "10000", OMS_JIRA_PROJECT_ISSUE_TYPE_ID: "10204" }), code: "types.swapped", mend: "paste" },
  { name: "orders as epics, and a type of projects that there is not", settings: set({ OMS_JIRA_ISSUE_TYPE_ID: "10000", OMS_JIRA_PROJECT_ISSUE_TYPE_ID: "99999" }), code: "types.swapped", mend: "paste" },
  { name: "one issue type for both", settings: set({ OMS_JIRA_PROJECT_ISSUE_TYPE_ID: "10204" }), code: "types.alike", mend: "paste" },
  { name: "a status that there is not", settings: set({ OMS_JIRA_WF_APPROVED: "77" }), code: "statuses.unknown", mend: "paste" },
  { name: "a status of another project", plant: (world) => world.jira("settings", { other_statuses: { 20: "Delivered to the other team" } }), settings: set({ OMS_JIRA_WF_READY: "20" }), code: "statuses.not-in-project", mend: "paste", undo: (world) => world.jira("settings", { other_statuses: { 20: "" } }) },
  { name: "two statuses mixed up", settings: set({ OMS_JIRA_WF_READY: "6", OMS_JIRA_WF_CLOSED: "7" }), code: "statuses.mixed-up", mend: "paste" },
  // Fields.
  { name: "a field's id that there is not", settings: set({ OMS_JIRA_FIELD_SO_1: "customfield_99999" }), code: "fields.unknown", mend: "paste" },
  { name: "a field that was deleted", plant: (world) => world.jira("settings", { drop_fields: [field("CI_Department")(world)] }), code: "fields.unknown", mend: "paste",
    undo: (world) => world.jira("settings", { fields: { [field("CI_Department")(world)]: { name: "CI-Department" } }, screens: { 10000: { add: [field("CI_Department")(world)] }, 10204: { add: [field("CI_Department")(world)] } } }) },
  { name: "two fields mixed up", settings: set((world) => ({ OMS_JIRA_FIELD_CI_Name: field("CI_Surname")(world), OMS_JIRA_FIELD_CI_Surname: field("CI_Name")(world) })), code: "fields.mixed-up", mend: "paste" },
  { name: "a field of another name", plant: (world) => world.jira("settings", { fields: { customfield_20001: { name: "Phone" } }, screens: { 10000: { add: ["customfield_20001"] } } }), settings: set({ OMS_JIRA_FIELD_CI_Email: "customfield_20001" }), code: "fields.other-name", mend: "paste", undo: (world) => world.jira("settings", { drop_fields: ["customfield_20001"] }) },
  { name: "fields that are not configured", settings: (env) => { for (const name of ["SO_1", "CP_VoucherID", "Order_reference"]) delete env[`OMS_JIRA_FIELD_${name}`]; }, code: "fields.unset", mend: "paste" },
  { name: "two fields of one name", plant: (world) => world.jira("settings", { fields: { customfield_20002: { name: "CI-Institution" } } }), settings: drop("OMS_JIRA_FIELD_CI_Institution"), code: "fields.ambiguous",
    mend: "paste", undo: (world) => world.jira("settings", { drop_fields: ["customfield_20002"] }) },
  { name: "text where a select list is wanted", plant: (world) => world.jira("settings", { fields: { "SO-OfferType": { kind: "text" } } }), code: "fields.kind", mend: "paste", undo: (world) => world.jira("settings", { fields: { "SO-OfferType": { kind: "select" } } }) },
  { name: "a field of one line for a long text", plant: (world) => world.jira("settings", { fields: { "SO-1": { kind: "text" } } }), code: "fields.too-short", mend: "paste", undo: (world) => world.jira("settings", { fields: { "SO-1": { kind: "area" } } }) },
  { name: "texts cut later than fields take them", settings: set({ OMS_JIRA_TRUNCATE_LENGTH: "1000" }), code: "fields.truncate-length", mend: "paste" },
  // Screens and options.
  { name: "a field that is not on the screen of orders", plant: screen("10204", { remove: ["SO-1", "CP-Platforms"] }), code: "screens.field-missing", mend: added("10204") },
  { name: "a field that is not on the screen of projects", plant: screen("10000", { remove: ["SO-ProjectName"] }), code: "screens.field-missing", mend: added("10000") },
  { name: "a screen without labels", plant: screen("10204", { remove: ["labels"] }), code: "screens.field-missing", mend: added("10204") },
  { name: "a screen of orders without the epic's link", plant: screen("10204", { remove: ["Epic Link"] }), code: "screens.field-missing", mend: added("10204") },
  { name: "a field that only the creation of projects shows", plant: screen("10000", { edit_remove: ["CI-Email", "SO-ProjectName"] }), code: "screens.edit-field-missing",
    mend: { does: "the fields that are named are added to the edit screen", by: ({ remedy }, env, world) => screen("10000", { edit_add: ids(remedy) })(world) } },
  { name: "a required field that is not sent", plant: screen("10204", { require: ["Description"] }), code: "screens.required-field",
    mend: { does: "the field is made optional", by: async (finding, env, world) => { await screen("10204", { remove: ["Description"] })(world); await screen("10204", { add: ["Description"] })(world); } } },
  { name: "an option that there is not", settings: set({ OMS_JIRA_FIELD_SELECT_VALUES_SO_OfferType_catalog: "99999" }), code: "options.unknown", mend: "paste" },
  { name: "yes and no mixed up", settings: set({ OMS_JIRA_FIELD_SELECT_VALUES_CP_INeedAVoucher_true: "10212", OMS_JIRA_FIELD_SELECT_VALUES_CP_INeedAVoucher_false: "10211" }), code: "options.mixed-up", mend: "paste" },
  { name: "options that are not configured", settings: (env) => { for (const name of ["CP_CustomerTypology_research", "SO_OfferType_normal"]) delete env[`OMS_JIRA_FIELD_SELECT_VALUES_${name}`]; }, code: "options.unset", mend: "paste" },
  // Workflow and roles.
  { name: "a workflow without a way to ready", plant: (world) => world.jira("settings", { any_transitions: false }), code: "workflow.no-way", mend: { does: "all statuses may transition to each", by: (finding, env, world) => world.jira("settings", { any_transitions: true }) } },
  { name: "a transition that demands a field", plant: workflow(true), code: "workflow.required-field", mend: { does: "the field is taken from the transition", by: (finding, env, world) => workflow(false)(world) } },
  { name: "a role in other letters", settings: set({ OMS_JIRA_INTERNAL_ROLE: "staff" }), code: "comments.role-unknown", mend: "paste" },
  { name: "a role that there is not", settings: set({ OMS_JIRA_INTERNAL_ROLE: "Supporters" }), code: "comments.role-unknown", mend: "choose", choice: "Staff" },
  // Jira's webhook, and this service.
  { name: "no secret for the webhook", settings: drop("OMS_JIRA_WEBHOOK_SECRET"), code: "webhook.no-secret", mend: rightSetting("OMS_JIRA_WEBHOOK_SECRET") },
  { name: "no webhook", plant: (world) => world.dropHooks(), code: "webhook.missing", mend: "apply" },
  { name: "a webhook that is disabled", plant: hook({ enabled: false }), code: "webhook.disabled", mend: "apply" },
  { name: "a webhook that does not name its issue", plant: async (world) => hook({ url: (await world.rightHook()).url.replace(/issue_id=[^&]*/, "id=1") })(world), code: "webhook.issue-id", mend: "apply" },
  { name: "a webhook with another secret", plant: async (world) => hook({ url: (await world.rightHook()).url.replace(/secret=.*/, "secret=canary-of-yesterday-0") })(world), code: "webhook.secret", mend: "apply" },
  { name: "a webhook that lacks events", plant: hook({ events: ["jira:issue_created"] }), code: "webhook.events", mend: "apply" },
  { name: "a webhook for another project", plant: hook({ jql: "project = HELP" }), code: "webhook.jql", mend: "apply" },
  { name: "a webhook twice", plant: async (world) => world.jira("webhooks", { ...(await world.rightHook()), name: "again" }), code: "webhook.twice", mend: { does: "the second one is deleted", by: (finding, env, world) => hook({})(world) } },
  { name: "an account that may not see webhooks", plant: (world) => world.jira("settings", { users: { oms: { administrator: false } } }), code: "webhook.hidden", mend: { does: "it is granted Administer Jira", by: (finding, env, world) => world.jira("settings", { users: { oms: { administrator: true } } }) } },
  { name: "no address of this service", settings: drop("OMS_PUBLIC_URL"), code: "door.unknown", mend: "paste" },
  { name: "another program at this service's address", settings: set((world) => ({ OMS_PUBLIC_URL: world.page })), code: "door.somebody-else", mend: rightSetting("OMS_PUBLIC_URL") },
  { name: "nobody at this service's address", settings: set({ OMS_PUBLIC_URL: "http://127.0.0.1:1" }), code: "door.silent", mend: rightSetting("OMS_PUBLIC_URL") },
  { name: "a service that runs with another secret", settings: set({ OMS_JIRA_WEBHOOK_SECRET: "canary-of-tomorrow-0" }), code: "door.secret-differs", mend: rightSetting("OMS_JIRA_WEBHOOK_SECRET") },
];
