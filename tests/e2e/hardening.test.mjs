// What protects the program from outside of its own code: how it was built, and how systemd runs it.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";
import { program } from "./lib/world.mjs";

const readelf = (...args) => execFileSync("readelf", ["-W", ...args, program], { encoding: "utf8", maxBuffer: 64 << 20 });
const unit = fileURLToPath(new URL("../../deploy/systemd/oms-jira.service", import.meta.url));

describe("the built program", () => {
  test("is position-independent, so that its addresses differ each time", () => {
    assert.match(readelf("-h"), /Type:\s+DYN \(Position-Independent Executable file\)/);
    assert.match(readelf("-d"), /FLAGS_1.*\bPIE\b/);
  });

  test("has its table of functions read-only from the start", () => {
    assert.match(readelf("-l"), /GNU_RELRO/);
    assert.match(readelf("-d"), /\(FLAGS\).*BIND_NOW/);
    assert.match(readelf("-d"), /FLAGS_1.*\bNOW\b/);
  });

  test("has no memory that is both written and run", () => {
    const segments = readelf("-l");
    assert.match(segments, /GNU_STACK\s+0x\S+ 0x\S+ 0x\S+ 0x\S+ 0x\S+ RW\s/);
    for (const line of segments.split("\n").filter((one) => /^\s+LOAD/.test(one))) assert.doesNotMatch(line, /RWE/);
    assert.doesNotMatch(readelf("-d"), /TEXTREL/);
  });

  test("watches its stack, and calls the checked forms of what can overflow", () => {
    const symbols = readelf("--dyn-syms");
    assert.match(symbols, /UND __stack_chk_fail@/);
    assert.match(symbols, /UND __\w+_chk@/);
  });

  test("loads its libraries from where the system has them", () => {
    assert.doesNotMatch(readelf("-d"), /RPATH|RUNPATH/);
  });
});

describe("the systemd unit", () => {
  const lines = readFileSync(unit, "utf8").split("\n").filter((line) => /^\w+=/.test(line));

  test("takes away what the service does not need", () => {
    for (const line of [
      "User=oms-jira", "Group=oms-jira", "StateDirectory=oms-jira", "StateDirectoryMode=0750", "UMask=0077",
      "NoNewPrivileges=yes", "CapabilityBoundingSet=", "AmbientCapabilities=", "RestrictSUIDSGID=yes",
      "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes", "PrivateUsers=yes",
      "ProtectProc=invisible", "ProcSubset=pid", "ProtectKernelTunables=yes", "ProtectKernelModules=yes",
      "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectClock=yes", "ProtectHostname=yes",
      "RestrictNamespaces=yes", "RestrictRealtime=yes", "LockPersonality=yes", "MemoryDenyWriteExecute=yes",
      "SystemCallArchitectures=native", "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
      "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK", "LimitCORE=0",
    ]) assert.ok(lines.includes(line), `${line} is missing`);
    for (const line of lines) assert.doesNotMatch(line, /PASSWORD|TOKEN|SECRET/, "secrets are in a file of their own");
  });

  test("is found hardened by systemd itself", (context) => {
    const { error, status, stdout, stderr } = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", "--threshold=20", unit], { encoding: "utf8" });
    if (error) return context.skip("there is no systemd-analyze here");
    const exposure = Number(/exposure level for \S+: ([0-9.]+)/.exec(stdout)?.[1]);
    assert.ok(exposure < 2, `exposure ${exposure}\n${stdout}${stderr}`);
    assert.equal(status, 0, stderr);
  });

  test("is understood by systemd", (context) => {
    const { error, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
    if (error) return context.skip("there is no systemd-analyze here");
    const faults = stderr.split("\n").filter((line) => line.includes("oms-jira.service") && !line.includes("is not executable"));
    assert.deepEqual(faults, []);
    assert.ok(existsSync(unit));
  });
});
