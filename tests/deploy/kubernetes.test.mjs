// The manifests: whether each is what Kubernetes takes, and what they name is there. No cluster is
// needed.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { documents, files, isVariable, program, tool, version } from "./lib/checkout.mjs";

const require = createRequire(import.meta.url);
const folder = "deploy/kubernetes";
const kustomization = documents(folder, "kustomization.yaml")[0];
const all = files(folder).filter((file) => file.endsWith(".yaml") && !file.endsWith("/kustomization.yaml"))
  .flatMap((file) => documents(file).map((object) => ({ file, object })));
const of = (kind) => all.map((one) => one.object).filter((object) => object.kind === kind);
const named = (kind, name) => of(kind).find((object) => object.metadata.name === name);

const workloads = [...of("Deployment"), ...of("Job")];
const podOf = (workload) => workload.spec.template;
const containerOf = (workload) => podOf(workload).spec.containers[0];
const web = named("Deployment", "oms-jira-web");
const worker = named("Deployment", "oms-jira-worker");
const upgrade = named("Job", "oms-jira-upgrade");
const fits = (selector, labels) => Object.entries(selector).every(([name, value]) => labels[name] === value);

describe("the manifests", () => {
  test("are what Kubernetes takes, without a field that it does not know", () => {
    for (const { file, object } of all) {
      const [group, kindVersion] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
      const path = group ? `kubernetes-models/${group}/${kindVersion}` : `kubernetes-models/${kindVersion}`;
      const model = new (require(path)[object.kind])(object);
      assert.doesNotThrow(() => model.validate(), undefined, `${file}: ${object.kind} ${object.metadata.name}`);
      assert.deepEqual(JSON.parse(JSON.stringify(model)), JSON.parse(JSON.stringify(object)), file);
    }
  });

  test("belong to no namespace of their own, and bear our name", () => {
    for (const { file, object } of all) {
      assert.equal(object.metadata.namespace, undefined, file);
      assert.equal(object.metadata.labels["app.kubernetes.io/name"], "oms-jira", file);
    }
  });

  test("are all that there should be", () => {
    assert.deepEqual(all.map(({ object }) => `${object.kind} ${object.metadata.name}`).sort(), [
      "ConfigMap oms-jira", "Deployment oms-jira-web", "Deployment oms-jira-worker", "Ingress oms-jira", "Job oms-jira-upgrade",
      "NetworkPolicy oms-jira-upgrade", "NetworkPolicy oms-jira-web", "NetworkPolicy oms-jira-worker",
      "PodDisruptionBudget oms-jira-web", "PodDisruptionBudget oms-jira-worker", "Secret oms-jira", "Secret oms-jira-owner", "Service oms-jira",
    ]);
    assert.equal(web.spec.replicas, 2);
    assert.deepEqual(containerOf(web).args, ["serve", "--no-worker"]);
    assert.deepEqual(containerOf(worker).args, ["worker"]);
    assert.deepEqual(containerOf(upgrade).args, ["db", "upgrade"]);
  });

  test("are listed by the kustomization, but those with an order or a site of their own", () => {
    const apart = ["secret.example.yaml", "ingress.example.yaml", "upgrade.yaml"];
    const listed = [...kustomization.resources, ...apart, "kustomization.yaml"].map((name) => `${folder}/${name}`).sort();
    assert.deepEqual(listed, files(folder).filter((file) => file.endsWith(".yaml")).sort());
  });

  test("run one image", () => {
    for (const workload of workloads) assert.equal(containerOf(workload).image, `oms-jira:${version}`);
    assert.deepEqual(kustomization.images, [{ name: "oms-jira", newTag: version }]);
  });

  test("run commands that the program has", () => {
    const commands = workloads.map((one) => containerOf(one).args);
    commands.push(containerOf(worker).readinessProbe.exec.command.slice(1));
    for (const command of commands) assert.equal(tool(program, [...command, "--help"], { cwd: "/", env: {} }).code, 0, command.join(" "));
  });

  test("set variables that the program knows, and name files that are mounted from a secret that has them", () => {
    for (const workload of workloads) {
      const container = containerOf(workload);
      const given = Object.assign({}, ...(container.envFrom ?? []).map((from) => named("ConfigMap", from.configMapRef.name).data),
        Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value])));
      for (const [name, value] of Object.entries(given)) {
        assert.ok(isVariable(name), name);
        assert.equal(typeof value, "string", name);
        if (!value.startsWith("/run/secrets/")) continue;
        const mount = container.volumeMounts.find((one) => value.startsWith(`${one.mountPath}/`));
        const volume = podOf(workload).spec.volumes.find((one) => one.name === mount.name);
        const key = value.slice(mount.mountPath.length + 1);
        assert.ok(key in named("Secret", volume.secret.secretName).stringData, `${workload.metadata.name}: ${value}`);
      }
      for (const mount of container.volumeMounts) assert.ok(podOf(workload).spec.volumes.some((one) => one.name === mount.name), mount.name);
      for (const volume of podOf(workload).spec.volumes) assert.ok(container.volumeMounts.some((one) => one.name === volume.name), volume.name);
    }
  });

  test("let only the upgrade change tables", () => {
    const secretOf = (workload) => podOf(workload).spec.volumes.find((one) => one.secret).secret.secretName;
    assert.equal(secretOf(upgrade), "oms-jira-owner");
    for (const one of [web, worker]) assert.equal(secretOf(one), "oms-jira");
  });

  test("have no secret in a config map", () => {
    for (const name of Object.keys(named("ConfigMap", "oms-jira").data)) {
      if (/PASSWORD|TOKEN|SECRET|DB_HOST/.test(name)) assert.match(name, /_FILE$/);
    }
  });

  test("are as restricted as Kubernetes's own standard asks, and more", () => {
    for (const workload of workloads) {
      const { spec } = podOf(workload);
      assert.equal(spec.securityContext.runAsNonRoot, true);
      assert.equal(spec.securityContext.runAsUser, 10001);
      assert.equal(spec.securityContext.seccompProfile.type, "RuntimeDefault");
      assert.equal(spec.automountServiceAccountToken, false);
      for (const field of ["hostNetwork", "hostPID", "hostIPC"]) assert.equal(spec[field], undefined);
      for (const container of spec.containers) {
        assert.equal(container.securityContext.allowPrivilegeEscalation, false);
        assert.equal(container.securityContext.readOnlyRootFilesystem, true);
        assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
        assert.ok(container.resources.requests.memory && container.resources.limits.memory);
      }
      for (const volume of spec.volumes) assert.ok(volume.secret || volume.emptyDir, "nothing of the node is mounted");
    }
  });

  test("probe what the program answers", () => {
    const { livenessProbe, readinessProbe, startupProbe, ports } = containerOf(web);
    const declared = ports.map((one) => one.name);
    assert.deepEqual([startupProbe, livenessProbe, readinessProbe].map((one) => one.httpGet.path), ["/healthz", "/healthz", "/readyz"]);
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) assert.ok(declared.includes(probe.httpGet.port));
    assert.equal(ports[0].containerPort, 9000);
    // What cannot be mended by a restart is no reason for one.
    assert.equal(containerOf(worker).livenessProbe, undefined);
  });

  test("give a process the time that it needs to end", () => {
    const wait = Number(containerOf(web).lifecycle.preStop.exec.command[1]);
    assert.ok(podOf(web).spec.terminationGracePeriodSeconds >= wait + 25);
    assert.ok(podOf(worker).spec.terminationGracePeriodSeconds >= 25);
  });

  test("select what there is", () => {
    for (const object of [...of("Service").map((one) => one.spec.selector), ...of("PodDisruptionBudget").map((one) => one.spec.selector.matchLabels), ...of("NetworkPolicy").map((one) => one.spec.podSelector.matchLabels)]) {
      assert.equal(workloads.filter((one) => fits(object, podOf(one).metadata.labels)).length, 1, JSON.stringify(object));
    }
    for (const one of of("Deployment")) assert.ok(fits(one.spec.selector.matchLabels, podOf(one).metadata.labels));
    const service = named("Service", "oms-jira");
    assert.ok(containerOf(web).ports.some((one) => one.name === service.spec.ports[0].targetPort));
  });

  test("open to the outside the two doors, and nothing else", () => {
    const [ingress] = of("Ingress");
    const paths = ingress.spec.rules.flatMap((rule) => rule.http.paths);
    assert.deepEqual(paths.map((one) => `${one.pathType} ${one.path}`), ["Exact /api/webhooks/jira", "Exact /mp/trigger"]);
    const service = named("Service", "oms-jira");
    for (const { backend } of paths) {
      assert.equal(backend.service.name, service.metadata.name);
      assert.ok(service.spec.ports.some((one) => one.name === backend.service.port.name));
    }
    assert.deepEqual(ingress.spec.tls[0].hosts, ingress.spec.rules.map((one) => one.host));
    assert.equal(ingress.metadata.annotations["nginx.ingress.kubernetes.io/proxy-body-size"], "25m");
  });

  test("let nobody call a worker", () => {
    for (const name of ["oms-jira-worker", "oms-jira-upgrade"]) {
      const { spec } = named("NetworkPolicy", name);
      assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
      assert.deepEqual(spec.ingress, []);
    }
  });
});
