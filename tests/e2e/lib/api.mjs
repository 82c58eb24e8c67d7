// The operators' API as its own document describes it: each answer is held against its schema, and
// what was asked is kept, so that a test can tell what nobody asked for.
import assert from "node:assert/strict";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { call } from "./world.mjs";

const methods = ["get", "post", "put", "delete", "patch"];
const pointer = (...parts) => parts.map((part) => "/" + encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("");

export class Api {
  static async of(url, document) {
    return new Api(url, document ?? (await call(`${url}/openapi.json`)).json);
  }

  constructor(url, document) {
    Object.assign(this, { url, document, seen: new Set() });
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.ajv);
    this.ajv.addSchema({ ...document, $id: "https://api.example/openapi.json" });
    this.paths = Object.keys(document.paths).map((path) => ({ path, like: new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`) }))
      .sort((a, b) => (a.path.match(/\{/g) ?? []).length - (b.path.match(/\{/g) ?? []).length);
  }

  resolve(value) {
    if (!value?.$ref) return { value, at: null };
    const parts = value.$ref.slice(2).split("/");
    return { value: parts.reduce((from, part) => from[part], this.document), at: parts };
  }

  operations() {
    return Object.entries(this.document.paths).flatMap(([path, item]) => methods.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method] })));
  }

  parametersOf(operation) {
    return (operation.parameters ?? []).map((one) => this.resolve(one).value);
  }

  validate(schemaAt, value, what) {
    const check = this.ajv.compile({ $ref: `https://api.example/openapi.json#${pointer(...schemaAt)}` });
    assert.ok(check(value), `${what}: ${this.ajv.errorsText(check.errors, { separator: "\n" })}\n${JSON.stringify(value)}`);
  }

  /** What is listed: each status, and each parameter, of each path and method. */
  listed() {
    return this.operations().flatMap(({ path, method, operation }) => [
      ...Object.keys(operation.responses).filter((status) => status !== "default").map((status) => `${method} ${path} ${status}`),
      ...this.parametersOf(operation).map((one) => `${method} ${path} ${one.in} ${one.name}`),
      ...(operation.requestBody ? [`${method} ${path} body`] : []),
    ]);
  }

  note(path, method, operation, target, options, status) {
    this.seen.add(`${method} ${path} ${status}`);
    const query = new URL(target, this.url).searchParams;
    const headers = Object.keys(options.headers ?? {}).map((name) => name.toLowerCase());
    for (const one of this.parametersOf(operation)) {
      const given = one.in === "path" || (one.in === "query" && query.has(one.name)) || (one.in === "header" && headers.includes(one.name.toLowerCase()));
      if (given) this.seen.add(`${method} ${path} ${one.in} ${one.name}`);
    }
    if (options.body !== undefined) this.seen.add(`${method} ${path} body`);
  }

  /** `target`: path and query. `as`: a bearer token. Gives the answer, which was as documented. */
  async ask(target, { method = "GET", as, headers = {}, ...options } = {}) {
    const sent = { method, ...options, headers: { ...(as ? { Authorization: `Bearer ${as}` } : {}), ...headers } };
    const answer = await call(this.url + target, sent);
    const found = this.paths.find(({ path, like }) => like.test(target.split("?")[0]) && this.document.paths[path][method.toLowerCase()]);
    assert.ok(found, `${method} ${target} is in the document`);
    const operation = this.document.paths[found.path][method.toLowerCase()];
    const status = operation.responses[answer.status] ? String(answer.status) : "default";
    assert.ok(operation.responses[status], `${method} ${target} may answer ${answer.status}: ${answer.text}`);
    this.note(found.path, method.toLowerCase(), operation, target, sent, answer.status);
    const { value: response, at } = this.resolve(operation.responses[status]);
    const type = (answer.headers.get("content-type") ?? "").split(";")[0];
    const media = response.content?.[type];
    if (!response.content) assert.equal(answer.text, "", `${method} ${target}: no body`);
    else assert.ok(media, `${method} ${target} ${answer.status} is ${Object.keys(response.content)}, not ${type}: ${answer.text}`);
    const where = at ?? ["paths", found.path, method.toLowerCase(), "responses", status];
    if (media && /json$/.test(type)) this.validate([...where, "content", type, "schema"], answer.json, `${method} ${target} ${answer.status}`);
    return answer;
  }

  /** As an operator; 2xx, or it fails. */
  async act(target, body, options = {}) {
    const answer = await this.ask(target, { method: "POST", as: this.operator, body, ...options });
    assert.ok(answer.status < 300, `${target}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  async look(target, options = {}) {
    const answer = await this.ask(target, { as: this.viewer, ...options });
    assert.equal(answer.status, 200, `${target}: ${answer.text}`);
    return answer.json;
  }
}
