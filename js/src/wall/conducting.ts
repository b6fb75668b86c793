/** What the clock of a wall shows, and what it can be told. */

import type { ReadonlySignal } from "@preact/signals";
import type { Track } from "./follower";

/** Frames; the loop goes from the start of `a` to the end of `b`. Null is the wall's own end. */
export interface Loop {
  readonly a: number | null;
  readonly b: number | null;
}

export interface Conductor {
  /** Seconds. */
  readonly time: ReadonlySignal<number>;
  /** Of the longest clip. */
  readonly length: ReadonlySignal<number>;
  /** Somebody wants it to play; it may still be waiting for a clip. */
  readonly playing: ReadonlySignal<boolean>;
  readonly waiting: ReadonlySignal<boolean>;
  /** Videos are wanted; until then posters do. */
  readonly armed: ReadonlySignal<boolean>;
  readonly rate: ReadonlySignal<number>;
  /** The rate it goes at: lower than asked for where the machine cannot decode all in time. */
  readonly granted: ReadonlySignal<number>;
  readonly loop: ReadonlySignal<Loop>;
  /** At the end of the loop it goes backward to its beginning. */
  readonly pingPong: ReadonlySignal<boolean>;
  /** It is on its way back, without sound. */
  readonly backward: ReadonlySignal<boolean>;
  /** A second, as shown on the last way back; null before there was one. */
  readonly pictures: ReadonlySignal<number | null>;
  readonly solo: ReadonlySignal<number | null>;
  readonly volume: ReadonlySignal<number>;
  /** Seconds between the clips furthest apart, at the 95th percentile of the last half second; null while nothing moves. */
  readonly drift: ReadonlySignal<number | null>;
  toggle(): void;
  pause(): void;
  seek(seconds: number): void;
  step(frames: number): void;
  setRate(rate: number): void;
  mark(point: "a" | "b"): void;
  clearLoop(): void;
  setPingPong(on: boolean): void;
  setSolo(gid: number | null): void;
  setVolume(volume: number): void;
  /** By how much each clip is made softer: 0 to 1 by its number, 1 where it is not named. */
  setGains(gains: ReadonlyMap<number, number>): void;
  /** The clips that are shown have changed. */
  setTracks(tracks: readonly Track[]): void;
  /** A clip is on its way; playing waits until the returned function is called. */
  awaiting(): () => void;
  attach(el: HTMLVideoElement, track: Track): () => void;
}
