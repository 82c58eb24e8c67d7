// A plain Debian 12 in a folder: made by debootstrap, entered by chroot with mounts and processes of
// its own. For tests that OMS_TEST_PACKAGE or OMS_TEST_IMAGE ask for; they need root and a network.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../../e2e/lib/world.mjs";
import { isRoot, tool } from "./checkout.mjs";

const base = join(tmpdir(), "oms-jira-debian-12.tar");
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Why there can be no machine here; "" where there can. */
export function missing() {
  if (!isRoot) return "this needs root (chroot, mounts)";
  return tool("debootstrap", ["--version"]).missing ?? "";
}

function must(command, args, options) {
  const done = tool(command, args, options);
  if (done.missing || done.code !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.missing ?? done.all.slice(-4000)}`);
  return done.out;
}

function makeBase() {
  if (existsSync(base)) return;
  const made = mkdtempSync(join(tmpdir(), "oms-jira-base-"));
  must("chmod", ["755", made]);
  must("debootstrap", ["--variant=minbase", "--include=ca-certificates", "bookworm", made]);
  must("chroot", [made, "apt-get", "clean"]);
  must("tar", ["-C", made, "-cf", `${base}.new`, "."]);
  renameSync(`${base}.new`, base);
  rmSync(made, { recursive: true });
}

export class Machine {
  static make() {
    makeBase();
    const machine = new Machine();
    machine.root = mkdtempSync(join(tmpdir(), "oms-jira-machine-"));
    must("tar", ["-C", machine.root, "-xf", base]);
    must("chmod", ["755", machine.root]);
    // What any machine of this site has of its administrator: names, and whom it trusts.
    for (const file of ["etc/resolv.conf", "etc/hosts"]) copyFileSync(`/${file}`, machine.at(file));
    mkdirSync(machine.at("usr/local/share/ca-certificates"), { recursive: true });
    if (existsSync("/usr/local/share/ca-certificates")) cpSync("/usr/local/share/ca-certificates", machine.at("usr/local/share/ca-certificates"), { recursive: true });
    copyFileSync("/etc/ssl/certs/ca-certificates.crt", machine.at("etc/ssl/certs/ca-certificates.crt"));
    copyFileSync("/etc/ssl/certs/ca-certificates.crt", machine.at("etc/site-certificates.crt"));
    return machine;
  }

  at(...parts) { return join(this.root, ...parts); }

  /** Starts its systemd; what runs in there afterwards runs under it. Why not, where it cannot. */
  async boot() {
    this.group = basename(this.root);
    this.booted = spawn(fileURLToPath(new URL("boot.sh", import.meta.url)), [this.root, this.group], { stdio: ["ignore", "pipe", "pipe"] });
    let told = "";
    for (const stream of [this.booted.stdout, this.booted.stderr]) stream.on("data", (part) => (told += part));
    const ended = new Promise((done) => this.booted.on("exit", done)).then(() => "ended");
    const up = until("systemd", () => {
      const [pid] = readFileSync(`/proc/${this.booted.pid}/task/${this.booted.pid}/children`, "utf8").trim().split(" ");
      this.init = pid;
      return pid && ["running", "degraded"].includes(this.run(["systemctl", "is-system-running"]).out.trim());
    }, 30).then(() => "up", (error) => error.message);
    const came = await Promise.race([up, ended]);
    if (came === "up") return "";
    this.halt();
    return `its systemd does not start here (${came}): ${told.trim()}`;
  }

  /** Pulls the plug. */
  halt() {
    const { booted, group } = this;
    this.booted = this.init = undefined;
    if (!booted) return;
    booted.kill("SIGKILL");
    for (const hierarchy of [".", "systemd", "unified"]) {
      const folder = join("/sys/fs/cgroup", hierarchy, group);
      // Its processes take a moment to be gone.
      if (existsSync(folder)) spawnSync("sh", ["-c", 'for i in 1 2 3 4 5 6 7 8 9; do find "$1" -depth -type d -exec rmdir {} \\; 2>/dev/null; [ -e "$1" ] || exit 0; sleep 0.3; done', "_", folder]);
    }
  }

  /** What runs `args` in there: `mounts` are [from, to, "ro"?], `as` a command before it. */
  command(args, { cwd = "/", env = {}, mounts = [], readOnly = false, as = [] } = {}) {
    const given = Object.entries({ PATH: path, HOME: "/root", LANG: "C.UTF-8", NODE_EXTRA_CA_CERTS: "/etc/site-certificates.crt", ...env }).map(([name, value]) => `${name}=${value}`);
    if (this.init) {
      const root = `/proc/${this.init}/root`;
      return ["nsenter", [`--target=${this.init}`, "--mount", "--pid", "--uts", "--ipc", "--cgroup", `--root=${root}`, `--wd=${root}${cwd}`, ...as, "env", "-i", ...given, ...args]];
    }
    const lines = ["set -e", "mount --make-rprivate /", `mount --bind '${this.root}' '${this.root}'`];
    for (const [from, to, how] of mounts) {
      lines.push(`mkdir -p '${this.at(to)}'`, `mount --bind '${from}' '${this.at(to)}'`);
      if (how === "ro") lines.push(`mount -o remount,bind,ro '${this.at(to)}'`);
    }
    lines.push(`mount -t proc proc '${this.at("proc")}'`, `mount --rbind /dev '${this.at("dev")}'`);
    if (readOnly) lines.push(`mount -t tmpfs -o mode=1777 tmpfs '${this.at("tmp")}'`, `mount -o remount,bind,ro '${this.root}'`);
    lines.push(`cd '${this.root}'`, `exec chroot . /bin/sh -c 'cd "$1" && shift && exec "$@"' _ '${cwd}' "$@"`);
    return ["unshare", ["--mount", "--pid", "--fork", "--kill-child", "bash", "-c", lines.join("\n"), "_", ...as, "env", "-i", ...given, ...args]];
  }

  run(args, options) {
    const [command, all] = this.command(args, options);
    const done = spawnSync(command, all, { encoding: "utf8", maxBuffer: 256 << 20 });
    if (done.error) throw done.error;
    return { code: done.status, out: done.stdout, err: done.stderr, all: done.stdout + done.stderr };
  }

  /** Runs a line of shell, and throws where it fails. */
  must(line, options) {
    const done = this.run(["/bin/sh", "-ec", line], options);
    if (done.code !== 0) throw new Error(`${line}: ${done.code}\n${done.all.slice(-6000)}`);
    return done.out;
  }

  start(args, options) {
    const [command, all] = this.command(args, options);
    const child = spawn(command, all, { stdio: ["ignore", "pipe", "pipe"] });
    child.out = "";
    child.stdout.on("data", (part) => (child.out += part));
    child.stderr.on("data", (part) => (child.out += part));
    child.ended = new Promise((done) => child.on("exit", (code, signal) => done({ code, signal })));
    return child;
  }

  write(file, text, mode = 0o644) { writeFileSync(this.at(file), text, { mode }); }

  end() {
    this.halt();
    rmSync(this.root, { recursive: true, force: true });
  }
}
