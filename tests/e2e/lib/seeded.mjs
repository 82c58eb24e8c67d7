// What is random in these tests comes of a seed, which is printed: OMS_SEED replays one.
import { fileURLToPath } from "node:url";
import { relative } from "node:path";

/** mulberry32: small, and the same everywhere. */
export class Seeded {
  constructor(seed) {
    this.seed = seed >>> 0;
    this.state = this.seed;
  }
  /** From 0 up to, not including, 1. */
  fraction() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  below(count) { return Math.floor(this.fraction() * count); }
  chance(probability) { return this.fraction() < probability; }
  pick(list) { return list[this.below(list.length)]; }
  /** One of `{name: weight}`. */
  weighed(weights) {
    let rest = this.fraction() * Object.values(weights).reduce((sum, one) => sum + one, 0);
    for (const [name, weight] of Object.entries(weights)) {
      rest -= weight;
      if (rest < 0) return name;
    }
    return Object.keys(weights)[0];
  }
}

/** The seeds of this run: OMS_SEED alone where it is set, else `count` new ones. */
export function seeds(count) {
  if (process.env.OMS_SEED) return [Number(process.env.OMS_SEED)];
  return Array.from({ length: count }, () => Math.floor(Math.random() * 1_000_000));
}

/** Tells how to run a test again with its seed. */
export function tellSeed(t, seed, moduleUrl) {
  const file = relative(process.cwd(), fileURLToPath(moduleUrl));
  const name = t.name.replace(/: seed \d+$/, "");
  t.diagnostic(`again: OMS_SEED=${seed} node --test --test-name-pattern='${name}' ${file}`);
}
