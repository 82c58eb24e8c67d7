// The units: what systemd says of them, without being run by it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { at, program, read, tool } from "./lib/checkout.mjs";

const names = ["oms-jira.service", "oms-jira-web.service", "oms-jira-worker@.service"];
const lines = (name) => read("deploy/systemd", name).split("\n");
const value = (name, key) => lines(name).find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);

for (const name of names) {
  describe(name, () => {
    test("is found hardened by systemd: an exposure of at most 2.0", (t) => {
      const judged = tool("systemd-analyze", ["security", "--offline=true", "--no-pager", "--threshold=20", at("deploy/systemd", name)]);
      if (judged.missing) return t.skip(judged.missing);
      const exposure = Number(/exposure level for \S+: ([0-9.]+)/.exec(judged.out)?.[1]);
      t.diagnostic(`exposure ${exposure}`);
      assert.ok(exposure <= 2, judged.all);
      assert.equal(judged.code, 0, judged.all);
    });

    test("is understood by systemd, without a word", (t) => {
      // With the program where it will be, so that nothing at all may be said.
      const folder = mkdtempSync(join(tmpdir(), "oms-units-"));
      try {
        for (const one of names) writeFileSync(join(folder, one), read("deploy/systemd", one).replaceAll("/usr/bin/oms-jira", program));
        const instance = name.replace("@.", "@1.");
        const judged = tool("systemd-analyze", ["verify", "--man=no", join(folder, instance)]);
        if (judged.missing) return t.skip(judged.missing);
        assert.deepEqual(judged.err.split("\n").filter((line) => line.includes("oms-jira")), []);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    test("runs a command that the program has, and does not start again what no start mends", () => {
      const [path, ...command] = value(name, "ExecStart").split(" ");
      assert.equal(path, "/usr/bin/oms-jira");
      assert.equal(tool(program, [...command, "--help"], { cwd: "/", env: {} }).code, 0);
      assert.equal(value(name, "Restart"), "on-failure");
      assert.equal(value(name, "RestartPreventExitStatus"), "2");
      assert.ok(parseInt(value(name, "TimeoutStopSec")) >= 25);
    });

    test("is its own user's, whom sysusers makes", () => {
      const made = read("deploy/systemd/oms-jira.sysusers");
      assert.match(made, new RegExp(`^u ${value(name, "User")} `, "m"));
      assert.equal(value(name, "Group"), value(name, "User"));
      assert.equal(value(name, "WorkingDirectory"), `/var/lib/${value(name, "StateDirectory")}`);
      assert.equal(value(name, "StateDirectoryMode"), "0750");
    });
  });
}

describe("the units together", () => {
  test("are hardened alike, line by line", () => {
    const hardening = (name) => {
      const all = lines(name);
      return all.slice(all.indexOf("# A user of its own (oms-jira.sysusers makes it), and one folder, closed to others."), all.indexOf("[Install]"));
    };
    assert.ok(hardening(names[0]).length > 40);
    for (const name of names.slice(1)) assert.deepEqual(hardening(name), hardening(names[0]), name);
  });

  test("do not let two web servers take one port", () => {
    assert.equal(value("oms-jira-web.service", "Conflicts"), "oms-jira.service");
  });
});

describe("sysusers", () => {
  test("makes the user", (t) => {
    const root = mkdtempSync(join(tmpdir(), "oms-sysusers-"));
    try {
      mkdirSync(join(root, "etc"));
      const made = tool("systemd-sysusers", [`--root=${root}`, at("deploy/systemd/oms-jira.sysusers")]);
      if (made.missing) return t.skip(made.missing);
      assert.equal(made.code, 0, made.all);
      assert.match(readFileSync(join(root, "etc/passwd"), "utf8"), /^oms-jira:.*:\/var\/lib\/oms-jira:\/\S*nologin$/m);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
