// The Debian package: its sources always; with OMS_TEST_PACKAGE=1 it is built, judged by lintian, and
// installed, upgraded, removed and purged on plain Debians. OMS_TEST_PACKAGE=FILE.deb takes that one.
import assert from "node:assert/strict";
import { accessSync, constants, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, call, until } from "../e2e/lib/world.mjs";
import { at, read, tool, version } from "./lib/checkout.mjs";
import { Machine, missing } from "./lib/machine.mjs";

/** Of a control file's paragraph. */
const fields = (text) => Object.fromEntries([...text.matchAll(/^([\w-]+):((?:.*\n?(?: .*\n?)*))/gm)].map(([, name, value]) => [name, value.trim()]));

describe("the sources of the package", () => {
  test("name files that are there", () => {
    const rules = read("deploy/debian/rules");
    for (const [name] of rules.matchAll(/\bdeploy\/[\w./-]+\w/g)) assert.ok(existsSync(at(name)), name);
    accessSync(at("deploy/debian/build"), constants.X_OK);
    accessSync(at("deploy/debian/rules"), constants.X_OK);
  });

  test("tell of the licences of what is bundled into the pages", () => {
    const copyright = read("deploy/debian/copyright");
    for (const name of Object.keys(JSON.parse(read("ui/package.json")).dependencies)) assert.match(copyright, new RegExp(`^Files: ${name}$`, "m"));
    const expat = (text) => text.replace(/\s+/g, " ");
    assert.ok(expat(copyright.replace(/^ \.?/gm, "")).includes(expat(read("LICENSE").split("\n\n").slice(2).join("\n\n")).trim()));
  });

  test("have a changelog that dpkg reads", (t) => {
    const parsed = tool("dpkg-parsechangelog", ["-l", at("deploy/debian/changelog"), "--all"]);
    if (parsed.missing) return t.skip(parsed.missing);
    assert.equal(parsed.code, 0, parsed.err);
    assert.equal(parsed.err, "");
    assert.match(parsed.out, new RegExp(`^Version: ${version}$`, "m"));
  });
});

const wanted = process.env.OMS_TEST_PACKAGE;
const skip = wanted ? missing() || false : "it takes minutes; OMS_TEST_PACKAGE=1 asks for it";

describe("the package", { skip }, () => {
  let deb;
  before(() => {
    if (wanted.endsWith(".deb")) {
      deb = wanted;
      return;
    }
    const made = tool(at("deploy/debian/build"), ["--no-check"], { stdio: ["ignore", "pipe", "inherit"] });
    assert.equal(made.code, 0, made.out);
    deb = at(made.out.split("\n").find((line) => /oms-jira_.*\.deb$/.test(line)));
  });

  test("is what lintian has nothing against", (t) => {
    // It takes bytes of a bundled script for a misspelt word.
    const judged = tool("lintian", ["--suppress-tags", "spelling-error-in-binary", "--fail-on", "error,warning,info", "--display-info", "--pedantic", "--allow-root", "--tag-display-limit", "0", deb]);
    if (judged.missing) return t.skip(judged.missing);
    assert.equal(judged.out, "");
    assert.equal(judged.code, 0, judged.err);
  });

  test("holds what it should", () => {
    const listed = tool("dpkg-deb", ["-c", deb]).out;
    for (const name of [
      "usr/bin/oms-jira", "etc/oms-jira/oms-jira.env", "lib/systemd/system/oms-jira.service", "lib/systemd/system/oms-jira-web.service",
      "lib/systemd/system/oms-jira-worker@.service", "usr/lib/sysusers.d/oms-jira.conf", "usr/share/man/man1/oms-jira.1.gz",
      "usr/share/man/man1/oms-jira-serve.1.gz", "usr/share/man/man5/oms-jira.env.5.gz", "usr/share/bash-completion/completions/oms-jira",
      "usr/share/zsh/vendor-completions/_oms-jira", "usr/share/fish/vendor_completions.d/oms-jira.fish", "usr/share/doc/oms-jira/copyright",
      "usr/share/doc/oms-jira/changelog.gz", "usr/share/doc/oms-jira/README.Debian", "usr/share/doc/oms-jira/examples/nginx/oms-jira.conf",
      "usr/share/doc/oms-jira/examples/postgresql/roles.sql", "usr/share/doc/oms-jira/docs/README.md", "usr/share/doc/oms-jira/docs/attention.md",
      "usr/share/doc/oms-jira/docs/pictures/outage.svg",
    ]) assert.match(listed, new RegExp(` \\./${name.replace(/[.+]/g, "\\$&")}$`, "m"));
    assert.match(listed, /^-rw-r----- root\/root .*oms-jira\.env$/m);
    const control = fields(tool("dpkg-deb", ["-f", deb]).out);
    for (const one of ["libc6", "libcurl4", "libsqlite3-0", "ca-certificates"]) assert.match(control.Depends, new RegExp(`\\b${one}\\b`));
  });

  describe("on a plain Debian", () => {
    let machine, world, unbooted;
    before(async () => {
      machine = Machine.make();
      machine.must("export DEBIAN_FRONTEND=noninteractive; apt-get update -q; apt-get install -y -q --no-install-recommends systemd dbus");
      unbooted = await machine.boot();
      world = await World.make({ adapter: false });
    });
    after(async () => {
      machine?.end();
      await world?.end();
    });

    const settings = "/etc/oms-jira/oms-jira.env";
    const database = "/var/lib/oms-jira/oms-jira.db";
    const mode = (path) => machine.must(`stat -c '%a %U %G' ${path}`).trim();
    const text = (path) => readFileSync(machine.at(path), "utf8");
    const apt = (line) => machine.must(`DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends ${line} 2>&1`);
    const install = (file) => {
      copyFileSync(file, machine.at("opt", basename(file)));
      return apt(`-o Dpkg::Options::=--force-confold install /opt/${basename(file)}`);
    };
    const started = (unit) => machine.must(`systemctl show -P MainPID ${unit}`).trim();
    const ready = () => until("the service", () => call(`${world.url}/readyz`).then((answer) => answer.status === 200), 20)
      .catch((error) => { throw new Error(`${error.message}\n${machine.run(["journalctl", "--no-pager", "-u", "oms-jira*"]).out}`); });
    const orderBecomesAnIssue = async () => {
      const { id: project } = await world.market("projects", { name: "packaged" });
      await world.market("orders", { project, offer: 1 });
      await world.linkedOrder(project, 1);
    };
    /** Another version of the same: a later number, and a line more in the settings that it ships. */
    const later = () => {
      const folder = machine.at("opt/later");
      tool("dpkg-deb", ["-R", deb, folder]);
      const control = join(folder, "DEBIAN/control");
      writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: .*$/m, `Version: ${version}+later`));
      const shipped = join(folder, settings);
      writeFileSync(shipped, `${readFileSync(shipped, "utf8")}\n# A line of the later version.\n`);
      const file = machine.at("opt/oms-jira-later.deb");
      const made = tool("dpkg-deb", ["--root-owner-group", "-b", folder, file]);
      assert.equal(made.code, 0, made.all);
      rmSync(folder, { recursive: true });
      return file;
    };

    test("has a systemd that runs", (t) => {
      if (unbooted) t.skip(unbooted);
    });

    test("installs: user, folders, program, pages; and starts nothing", () => {
      const told = install(deb);
      assert.doesNotMatch(told, /warning|error|fail/i, told);
      assert.equal(machine.must("oms-jira --version"), `oms-jira ${version}\n`);
      assert.equal(mode(settings), "640 root oms-jira");
      assert.equal(mode("/var/lib/oms-jira"), "750 oms-jira oms-jira");
      assert.match(machine.must("getent passwd oms-jira"), /:\/var\/lib\/oms-jira:.*nologin$/m);
      assert.equal(machine.must("dpkg --verify oms-jira"), "");
      assert.equal(machine.must("find /etc/systemd -name '*oms-jira*'"), "", "nothing is enabled before there are settings");
      if (!unbooted) assert.equal(machine.must("systemctl list-units --plain --no-legend 'oms-jira*'"), "");
    });

    test("brings units that systemd understands where they are", () => {
      const judged = machine.run(["systemd-analyze", "verify", "--man=no", "/lib/systemd/system/oms-jira.service", "/lib/systemd/system/oms-jira-web.service", "/lib/systemd/system/oms-jira-worker@1.service"]);
      assert.deepEqual(judged.all.split("\n").filter((line) => line.includes("oms-jira")), []);
    });

    test("fails to start without settings, says which, and does not try again", (t) => {
      if (unbooted) return t.skip(unbooted);
      machine.run(["systemctl", "start", "oms-jira"]);
      assert.equal(machine.run(["sh", "-c", "sleep 1; systemctl is-failed oms-jira"]).out, "failed\n");
      assert.match(machine.must("journalctl --no-pager -u oms-jira"), /OMS_JIRA_URL: is not set/);
      assert.equal(machine.must("systemctl show -P NRestarts oms-jira"), "0\n");
      machine.must("systemctl reset-failed oms-jira");
    });

    test("runs under systemd with all that its unit takes away, and an order becomes an issue", async (t) => {
      const own = Object.entries(world.env).filter(([name]) => name.startsWith("OMS_") && name !== "OMS_DB_HOST");
      writeFileSync(machine.at(settings), `${text(settings)}\n${own.map(([name, value]) => `${name}=${value}`).join("\n")}\n`);
      if (unbooted) return t.skip(unbooted);
      machine.must("systemctl enable --now oms-jira");
      await ready();
      await orderBecomesAnIssue();
      const status = readFileSync(`/proc/${machine.init}/root/proc/${started("oms-jira")}/status`, "utf8");
      assert.match(status, /^CapEff:\s0{16}$/m);
      assert.match(status, /^NoNewPrivs:\s1$/m);
      assert.match(status, /^Seccomp:\s2$/m);
      assert.equal(mode(database), "600 oms-jira oms-jira");
    });

    test("lets commands run as the service does, as docs/deploy.md has it", (t) => {
      if (unbooted) return t.skip(unbooted);
      const [, line] = /```\n(systemd-run[^`]*)```/.exec(read("docs/deploy.md"));
      assert.match(machine.must(line), /marketplace/);
      assert.match(machine.must(line.replace(/status\s*$/, "explain 1/1")), /1\/1/);
    });

    test("lets nobody else read settings and database", () => {
      const others = { as: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] };
      for (const file of [settings, database]) assert.notEqual(machine.run(["/bin/cat", file], others).code, 0, file);
    });

    test("goes on after it was killed, and ends at once when it is asked to", async (t) => {
      if (unbooted) return t.skip(unbooted);
      const first = started("oms-jira");
      machine.must(`kill -9 ${first}`);
      await until("another process", () => { const pid = started("oms-jira"); return pid !== "0" && pid !== first; }, 20);
      await ready();
      machine.must("systemctl stop oms-jira");
      assert.equal(machine.must("systemctl show -P Result oms-jira"), "success\n");
      machine.must("systemctl start oms-jira");
      await ready();
    });

    test("upgrades: the settings that were written stay, the database too, and what runs is restarted", async (t) => {
      const before_ = text(settings);
      const pid = unbooted ? "" : started("oms-jira");
      assert.doesNotMatch(install(later()), /warning|error|fail/i);
      assert.equal(machine.must("dpkg-query -W -f '${Version}' oms-jira"), `${version}+later`);
      assert.equal(text(settings), before_);
      assert.equal(mode(settings), "640 root oms-jira");
      assert.ok(existsSync(machine.at(`${settings}.dpkg-dist`)), "the new version's settings are beside them");
      assert.equal(mode(`${settings}.dpkg-dist`).split(" ")[0], "640");
      if (unbooted) return t.skip(unbooted);
      assert.notEqual(started("oms-jira"), pid);
      await ready();
      assert.match(machine.must(`systemd-run --quiet --pipe --wait --uid=oms-jira --working-directory=/var/lib/oms-jira --property=EnvironmentFile=${settings} oms-jira explain 1/1`), /1\/1/);
    });

    test("restarts web server and workers that run apart, as many as there are", async (t) => {
      if (unbooted) return t.skip(unbooted);
      // Workers need PostgreSQL; how many of them systemd restarts does not depend on what they do.
      machine.must("mkdir -p /etc/systemd/system/oms-jira-worker@.service.d");
      machine.write("etc/systemd/system/oms-jira-worker@.service.d/idle.conf", "[Service]\nExecStart=\nExecStart=/bin/sleep infinity\n");
      const units = ["oms-jira-web", "oms-jira-worker@1", "oms-jira-worker@2"];
      machine.must(`systemctl daemon-reload; systemctl disable --now oms-jira; systemctl start ${units.join(" ")}`);
      await ready();
      const first = units.map(started);
      apt("install --reinstall /opt/oms-jira-later.deb");
      await ready();
      units.forEach((unit, i) => {
        assert.notEqual(started(unit), "0", unit);
        assert.notEqual(started(unit), first[i], unit);
      });
    });

    test("leaves to the administrator what was overridden", () => {
      machine.must(`dpkg-statoverride --update --add root root 0600 ${settings}`);
      machine.must("DEBIAN_FRONTEND=noninteractive dpkg-reconfigure oms-jira");
      assert.equal(mode(settings), "600 root root");
      machine.must(`dpkg-statoverride --remove ${settings}`);
    });

    test("removes: nothing runs, settings and database stay", async () => {
      apt("remove oms-jira");
      machine.must("rm -rf /etc/systemd/system/oms-jira-worker@.service.d");
      assert.ok(!existsSync(machine.at("usr/bin/oms-jira")));
      assert.ok(existsSync(machine.at(settings)));
      if (!unbooted) {
        assert.ok(existsSync(machine.at(database)));
        assert.equal(machine.must("systemctl list-units --plain --no-legend --state=running 'oms-jira*'"), "");
        await assert.rejects(call(`${world.url}/healthz`));
      }
    });

    test("purges: both go, and what is not its own stays", () => {
      machine.write("var/lib/oms-jira/backup-of-mine.db", "kept");
      const told = apt("purge oms-jira");
      assert.doesNotMatch(told, /warning|error|fail/i, told);
      assert.ok(!existsSync(machine.at("etc/oms-jira")));
      assert.equal(machine.must("ls -A /var/lib/oms-jira"), "backup-of-mine.db\n");
      const elsewhere = ["/proc", "/run", "/sys", "/dev", "/opt", "/var/log", "/var/lib/oms-jira", "/var/cache"];
      assert.equal(machine.must(`find / -xdev -name '*oms-jira*' ${elsewhere.map((one) => `-not -path '${one}*'`).join(" ")}`), "", "nothing is left");
    });

    test("installs again, and leaves nothing at all where nothing was put in", () => {
      install(deb);
      assert.equal(mode(settings), "640 root oms-jira");
      machine.must("rm /var/lib/oms-jira/backup-of-mine.db");
      apt("purge oms-jira");
      assert.ok(!existsSync(machine.at("var/lib/oms-jira")));
    });
  });
});
