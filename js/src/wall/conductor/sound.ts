/** Which clip of a wall is heard, and how loud. */

import { type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Follower } from "./follower";

export interface Sound {
  /** The clip that is heard, by its number: never more than one. */
  readonly solo: ReadonlySignal<number | null>;
  /** 0 to 1. */
  readonly volume: ReadonlySignal<number>;
  setSolo(gid: number | null): void;
  setVolume(volume: number): void;
  /** By how much each clip is made softer: 0 to 1 by its number, 1 where it is not named. */
  setGains(gains: ReadonlyMap<number, number>): void;
  /** Give a clip its sound, or none. */
  apply(follower: Follower): void;
}

export function createSound(followers: ReadonlySet<Follower>): Sound {
  const solo = makeSignal<number | null>(null);
  const volume = makeSignal(1);
  let gains: ReadonlyMap<number, number> = new Map();
  const apply = ({ el, track: { gid } }: Follower): void => {
    const heard = gid === solo.value;
    el.muted = !heard;
    // Chromium's pitch keeping falls 25 ms behind whenever a rate leaves 1, and nobody hears a muted clip's pitch.
    el.preservesPitch = heard;
    el.volume = volume.value * (gains.get(gid) ?? 1);
  };
  const applyAll = (): void => followers.forEach(apply);
  return {
    solo,
    volume,
    setSolo(gid) {
      solo.value = gid;
      applyAll();
    },
    setVolume(value) {
      volume.value = value;
      applyAll();
    },
    setGains(softer) {
      gains = softer;
      applyAll();
    },
    apply,
  };
}
