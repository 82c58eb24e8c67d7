// What holds for all files of deploy/ alike.
import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { describe, test } from "node:test";
import { at, files, isVariable, read, root, tool, version } from "./lib/checkout.mjs";

const texts = [...files("deploy"), "docs/deploy.md", ".dockerignore"];
const scripts = texts.filter((file) => /^#!.*\b(ba)?sh\b/.test(read(file)));

describe("the files of deploy/", () => {
  test("name no variable that the program does not know", () => {
    const unknown = [];
    for (const file of texts) {
      for (const [name] of read(file).matchAll(/\b(?:OMS|SENTRY|FLASK|CELERY)_[A-Z]\w*/g)) {
        if (!isVariable(name) && !name.endsWith("_")) unknown.push(`${file}: ${name}`);
      }
    }
    // The tests' own.
    assert.deepEqual(unknown.filter((one) => !/ OMS_TEST_/.test(one)), []);
  });

  test("hold no secret", () => {
    for (const file of texts) {
      for (const [line] of read(file).matchAll(/^.*(?:PASSWORD|TOKEN|SECRET)\s*[=:] *\S.*$/gm)) {
        assert.match(line, /^\s*#|_FILE|CHANGE-ME|development|testing|demo-token|oms-password|simulated-|:'\w+'/, `${file}: ${line}`);
      }
    }
  });

  test("agree on the version", () => {
    for (const [file, pattern] of [
      ["src/app/version.hpp", /version = "([^"]+)"/],
      ["deploy/debian/changelog", /^oms-jira \(([^)]+)\)/],
      ["deploy/Dockerfile", /image\.version="([^"]+)"/],
      ["deploy/compose/.env.example", /^IMAGE=oms-jira:(\S+)/m],
      ["deploy/kubernetes/kustomization.yaml", /newTag: (\S+)/],
    ]) assert.equal(pattern.exec(read(file))?.[1], version, file);
    for (const file of texts) {
      for (const [, named] of read(file).matchAll(/\boms-jira:(\d[\w.]*\w)/g)) assert.equal(named, version, file);
    }
  });

  test("that are scripts can be run", () => {
    assert.ok(scripts.length >= 6, scripts.join());
    for (const file of scripts) {
      // dpkg sets the modes of these itself.
      if (/\.(postinst|prerm|postrm)$/.test(file)) continue;
      accessSync(at(file), constants.X_OK);
    }
  });

  test("that are scripts have no fault that shellcheck knows", (t) => {
    const checked = tool("shellcheck", ["--external-sources", ...scripts], { cwd: root });
    if (checked.missing) return t.skip(checked.missing);
    assert.equal(checked.code, 0, checked.out);
  });

  test("are all stopped where a database is replaced: docs/restore.md names each unit", () => {
    const units = files("deploy/systemd").filter((file) => file.endsWith(".service")).map((file) => file.split("/").pop().replace(".service", ""));
    const stopped = read("docs/restore.md").match(/systemctl stop .*/g);
    assert.equal(stopped.length, 2);
    for (const line of stopped) for (const unit of units) assert.ok(line.includes(` ${unit}`) || line.includes(`'${unit}*'`), `${unit}: ${line}`);
  });

  test("have no stray blanks, and an end", () => {
    for (const file of texts) {
      const text = read(file);
      assert.ok(text.endsWith("\n"), file);
      assert.doesNotMatch(text, /[ \t]+$/m, file);
    }
  });
});
