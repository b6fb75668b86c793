/** When the wall goes slower: not for a moment's trouble, soon when the clips stay apart. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace } from "../src/wall/conductor/pace";

/** Seconds between the clips furthest apart; a frame is 0.042. */
const [TOGETHER, APART] = [0.01, 0.06];

/** The spreads of half a second in which the clips were apart for that part of it. */
function half(apart: number): number[] {
  const far = Math.round(20 * apart);
  return [...Array<number>(far).fill(APART), ...Array<number>(20 - far).fill(TOGETHER)];
}

const times = <T>(count: number, values: readonly T[]): T[] => Array.from({ length: count }, () => values).flat();

/** The half second, counted from 1, whose judgement first asks for a lower rate; null when none does. */
function firstTooFast(halves: readonly (readonly number[])[], strains: readonly number[] = []): number | null {
  const pace = createPace();
  const found = halves.map((spreads, n) => {
    spreads.forEach(pace.note);
    for (let k = 0; k < (strains[n] ?? 0); k++) pace.strain();
    return pace.assess(0.5).tooFast;
  });
  return found.includes(true) ? found.indexOf(true) + 1 : null;
}

test("how long it waits goes by how bad it is", () => {
  assert.equal(firstTooFast(times(40, [half(0)])), null, "in step");
  assert.equal(firstTooFast(times(40, [half(0.05)])), null, "a twentieth apart");
  assert.equal(firstTooFast(times(5, [half(0.4), ...times(7, [half(0)])])), null, "a moment's trouble now and then");
  assert.equal(firstTooFast(times(2, [half(1)])), 1, "all apart");
  assert.equal(firstTooFast(times(4, [half(0.5)])), 2, "half apart");
  assert.equal(firstTooFast(times(20, [half(0.2)])), 5, "a fifth apart");
  assert.equal(firstTooFast(times(4, [[]])), null, "nothing shown");
});

test("clips that had to be waited for count too", () => {
  assert.equal(firstTooFast(times(6, [half(0)]), [1, 0, 1, 0, 1, 1]), 6);
  assert.equal(firstTooFast(times(6, [half(0)]), [1, 0, 0, 0, 0, 1]), null);
});
