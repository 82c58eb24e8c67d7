// A value that parts of the page follow.
import { useEffect, useReducer } from "preact/hooks";

export function cell(value) {
  const followers = new Set();
  return {
    get value() { return value; },
    set value(next) {
      if (next === value) return;
      value = next;
      for (const follower of [...followers]) follower(next);
    },
    follow(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}

/** The cell's value; drawn again whenever it changes. */
export function useCell(one) {
  const [, draw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    draw();
    return one.follow(() => draw());
  }, [one]);
  return one.value;
}

/** Kept in this browser; without storage (a private window) for as long as the page is open. */
export function keptCell(name, standard) {
  let value = standard;
  try {
    value = localStorage.getItem(name) ?? standard;
  } catch {
    // Not allowed here.
  }
  const one = cell(value);
  one.follow((next) => {
    try {
      localStorage.setItem(name, next);
    } catch {
      // Not allowed here.
    }
  });
  return one;
}
