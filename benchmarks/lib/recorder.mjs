// Stands before the adapter, passes what comes on as it is, and knows when it did: the moment from which
// an adapter can know of a change.
import http from "node:http";
import { once } from "node:events";

export const microseconds = () => (performance.timeOrigin + performance.now()) * 1000;
/** Of an RFC 3339 time with six digits. */
export const instantOf = (text) => Math.floor(Date.parse(text) / 1000) * 1e6 + Number(/\.(\d+)Z$/.exec(text)?.[1].padEnd(6, "0").slice(0, 6) ?? 0);

export class Recorder {
  static async make(target) {
    const recorder = new Recorder();
    Object.assign(recorder, { target, passed: [] });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
    recorder.server = http.createServer((request, answer) => {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        recorder.passed.push({ at: microseconds(), path: request.url.split("?")[0] });
        const on = http.request(recorder.target() + request.url, { method: request.method, headers: request.headers, agent }, (got) => {
          answer.writeHead(got.statusCode, got.headers);
          got.pipe(answer);
        });
        on.on("error", () => answer.destroy());
        on.end(Buffer.concat(parts));
      });
    }).listen(0, "127.0.0.1");
    await once(recorder.server, "listening");
    recorder.agent = agent;
    return recorder;
  }
  get url() { return `http://127.0.0.1:${this.server.address().port}`; }
  end() {
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
  }
}
