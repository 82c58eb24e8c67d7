// A bad line to one peer: a TCP proxy that reads HTTP and by seed cuts, delays, repeats, spoils and
// swallows. What the client was not told is what makes a write's outcome uncertain: some fates let
// the request through and lose the answer, others do not.
import { once } from "node:events";
import net from "node:net";

/** How often which fate strikes; the rest passes. */
const weather = {
  clean: { pass: 1 },
  bad: {
    pass: 60, late: 8, lateAnswer: 6, trickle: 4, twice: 6,
    closeBefore: 5, closeHalfSent: 3, swallowed: 7, cutInHeader: 3, cutInBody: 4,
    garbageBefore: 2, garbageAfter: 3, pageBefore: 4, pageAfter: 4, busy: 1,
  },
};

const page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n";
const htmlAnswer = `HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`;
const busyAnswer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
const garbage = Buffer.from("\x16\x03\x01\x02\x00 this is no HTTP at all \x00\xff\r\n\r\n", "latin1");

/** The first whole message of `bytes`, or nothing yet. An answer may end with its connection. */
function firstMessage(bytes, ended = false) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end + 4).toString("latin1");
  if (/^transfer-encoding:/im.test(head)) throw new Error(`the proxy does not read chunks: ${head}`);
  const length = /^content-length: *(\d+)/im.exec(head);
  const isAnswer = head.startsWith("HTTP/");
  const bodyless = /^HTTP\/1\.1 (204|304)/.test(head);
  if (isAnswer && !length && !bodyless) {
    return ended ? { bytes, head, headBytes: end + 4, rest: Buffer.alloc(0) } : undefined;
  }
  const size = end + 4 + Number(length?.[1] ?? 0);
  if (bytes.length < size) return undefined;
  return { bytes: bytes.subarray(0, size), head, headBytes: end + 4, rest: bytes.subarray(size) };
}

const later = (ms) => new Promise((done) => setTimeout(done, ms));

export class Proxy {
  /** `repeats(method, path)`: may the peer get this request twice? GETs always may. */
  static async make(port, random, { repeats = () => false } = {}) {
    const proxy = new Proxy();
    Object.assign(proxy, { peer: port, random, repeats, struck: {}, weights: weather.bad, sockets: new Set() });
    proxy.server = net.createServer((socket) => proxy.serve(socket)).listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  get url() { return `http://127.0.0.1:${this.port}`; }
  becomeClean() { this.weights = weather.clean; }
  becomeBad() { this.weights = weather.bad; }

  async end() {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  serve(socket) {
    this.sockets.add(socket);
    let bytes = Buffer.alloc(0);
    let turn = Promise.resolve();
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("data", (part) => {
      bytes = Buffer.concat([bytes, part]);
      for (let message; (message = firstMessage(bytes));) {
        bytes = message.rest;
        const request = message;
        turn = turn.then(() => this.carry(request, socket)).catch(() => socket.destroy());
      }
    });
  }

  /** The peer's whole answer. Nobody delivers for a client that has left: that would be a new fault,
   * a request that arrives long after its connection is gone. */
  deliver(bytes, client) {
    return new Promise((done, fail) => {
      if (client.destroyed) return fail(new Error("the client left"));
      const peer = net.connect(this.peer, "127.0.0.1");
      let got = Buffer.alloc(0);
      const look = (ended) => {
        const answer = firstMessage(got, ended);
        if (answer) { done(answer); peer.destroy(); }
        else if (ended) fail(new Error("the peer closed"));
      };
      peer.on("connect", () => peer.write(bytes));
      peer.on("data", (part) => { got = Buffer.concat([got, part]); look(false); });
      peer.on("end", () => look(true));
      peer.on("error", fail);
    });
  }

  async carry(request, client) {
    if (client.destroyed) return;
    const [method, path] = request.head.split(" ");
    let fate = this.random.weighed(this.weights);
    if (fate === "twice" && method !== "GET" && !this.repeats(method, path)) fate = "swallowed";
    this.struck[fate] = (this.struck[fate] ?? 0) + 1;
    switch (fate) {
      case "closeBefore": return client.destroy();
      case "garbageBefore": return client.end(garbage);
      case "pageBefore": return client.write(htmlAnswer);
      case "busy": return client.write(busyAnswer);
      case "closeHalfSent": {
        // The peer sees half a request, and then nobody.
        const peer = net.connect(this.peer, "127.0.0.1", () => {
          peer.write(request.bytes.subarray(0, this.random.below(request.bytes.length - 1) + 1), () => peer.destroy());
        });
        peer.on("error", () => {});
        return client.destroy();
      }
      case "late": await later(this.random.below(250)); break;
      case "twice": await this.deliver(request.bytes, client); break;
    }
    const answer = await this.deliver(request.bytes, client);
    switch (fate) {
      case "swallowed": return client.destroy();
      case "garbageAfter": return client.end(garbage);
      case "pageAfter": return client.write(htmlAnswer);
      case "cutInHeader": return client.end(answer.bytes.subarray(0, this.random.below(answer.headBytes - 1) + 1));
      case "cutInBody": {
        // Where there is no body, the last byte of the header is missing.
        const body = answer.bytes.length - answer.headBytes;
        return client.end(answer.bytes.subarray(0, body > 0 ? answer.headBytes + this.random.below(body) : answer.headBytes - 1));
      }
      case "lateAnswer": await later(this.random.below(400)); break;
      case "trickle":
        for (let at = 0; at < answer.bytes.length && !client.destroyed;) {
          const size = Math.max(1, Math.ceil(answer.bytes.length / 5));
          client.write(answer.bytes.subarray(at, at + size));
          at += size;
          await later(10);
        }
        return;
    }
    client.write(answer.bytes);
  }
}
