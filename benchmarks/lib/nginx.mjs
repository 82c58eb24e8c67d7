// nginx that answers 204 and does nothing else: what HTTP itself allows. Or one before uWSGI.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call, freePort, until } from "../../tests/e2e/lib/world.mjs";
import { end, start } from "./process.mjs";

export class Nginx {
  static async make(location = "return 204;") {
    const server = new Nginx();
    server.folder = mkdtempSync(join(tmpdir(), "oms-nginx-"));
    server.port = await freePort();
    const file = join(server.folder, "nginx.conf");
    writeFileSync(file, `daemon off; master_process off; worker_processes 1; pid ${server.folder}/nginx.pid; error_log ${server.folder}/error.log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path ${server.folder}/body; proxy_temp_path ${server.folder}/proxy; fastcgi_temp_path ${server.folder}/fastcgi; uwsgi_temp_path ${server.folder}/uwsgi; scgi_temp_path ${server.folder}/scgi;
  server { listen 127.0.0.1:${server.port} backlog=4096; location / { ${location} } } }
`);
    server.child = start("/usr/sbin/nginx", ["-p", server.folder, "-c", file, "-e", `${server.folder}/error.log`]);
    await until("nginx", () => call(`http://127.0.0.1:${server.port}/healthz`).then((answer) => answer.status < 300), 60);
    return server;
  }
  async end() {
    await end(this.child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
