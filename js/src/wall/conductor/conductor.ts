/** Keeps the videos of one view on one clock. Nobody plays until all are ready, and nobody drifts. */

import { batch, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import { createClock, endOf, FRAMES, frameAt, lastFrame, type Loop, lower, middleOf, startOf, WHOLE, withEnd } from "./clock";
import { follow, type Follower, type Track, type Video } from "./follower";
import { createPace } from "./pace";
import { createSound, type Sound } from "./sound";
import { keepUp, type Moment, spreadOf } from "./steering";
import { type Beat, depart, gather, retreat } from "./together";

export interface Conductor extends Omit<Sound, "apply"> {
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
  /** The clips that are shown have changed. */
  setTracks(tracks: readonly Track[]): void;
  /** A clip is on its way; playing waits until the returned function is called. */
  awaiting(): () => void;
  attach(el: Video, track: Track): () => void;
}

/** Milliseconds. */
const ASSESSED_EVERY = 500;

/** The time of a page. */
export const beatOf = (view: Window): Beat => ({
  now: () => view.performance.now(),
  nextFrame: () => new Promise((done) => view.requestAnimationFrame(done)),
});

export function createConductor(beat: Beat, signal: AbortSignal): Conductor {
  const { now, nextFrame } = beat;
  const time = makeSignal(0);
  const length = makeSignal(0);
  const playing = makeSignal(false);
  const waiting = makeSignal(false);
  const armed = makeSignal(false);
  const rate = makeSignal(1);
  const granted = makeSignal(1);
  const loop = makeSignal(WHOLE);
  const pingPong = makeSignal(false);
  const backward = makeSignal(false);
  const pictures = makeSignal<number | null>(null);
  const drift = makeSignal<number | null>(null);

  const clock = createClock();
  const pace = createPace();
  const followers = new Set<Follower>();
  const { apply: applySound, ...sound } = createSound(followers);
  let awaited = 0;
  let turn = 0;

  const start = (): number => startOf(loop.value);
  const end = (): number => endOf(loop.value, length.value);
  const clockNow = (): number => clock.at(now());
  const moving = (): boolean => playing.value && !waiting.value && !backward.value;
  const moment: Moment = {
    clock,
    pace,
    now,
    get rate() {
      return granted.value;
    },
    get solo() {
      return sound.solo.value;
    },
  };

  /** Each beginning and each pause is a turn of its own; whatever waits for an older one gives up. */
  const newTurn = () => {
    const mine = ++turn;
    return { ...beat, followers, current: () => mine === turn && !signal.aborted };
  };

  /** Everybody to one moment, and then, when all are there, off together. */
  const begin = async (at: number): Promise<void> => {
    const together = newTurn();
    batch(() => {
      waiting.value = true;
      backward.value = false;
      time.value = at;
      drift.value = null;
    });
    armed.value = true;
    await gather(together, at, () => awaited > 0);
    if (!together.current()) return;
    const from = await depart(together, at, granted.value);
    if (!together.current()) return;
    clock.run(from, granted.value, now());
    pace.rest();
    waiting.value = false;
    await run(together.current);
  };

  const run = async (current: () => boolean): Promise<void> => {
    let assessedAt = now();
    for (await nextFrame(); current(); await nextFrame()) {
      const at = clockNow();
      // Not awaited: a wall that loops for hours would keep a promise of every round.
      if (at >= end()) return void (pingPong.value ? back(end()) : begin(start()));
      time.value = at;
      for (const follower of followers) keepUp(follower, at, moment);
      const since = now() - assessedAt;
      if (since < ASSESSED_EVERY) continue;
      assessedAt += since;
      adapt(since / 1000);
    }
  };

  const back = async (at: number): Promise<void> => {
    const together = newTurn();
    batch(() => {
      backward.value = true;
      waiting.value = false;
      drift.value = null;
    });
    for (const { el } of followers) el.pause();
    await retreat(together, {
      from: at,
      to: start(),
      rate: () => granted.value,
      show: (seconds) => (time.value = seconds),
      count: (found) => (pictures.value = found),
    });
    if (together.current()) void begin(start());
  };

  /** By how well they have kept together in the seconds since the last time, all go slower or on as they are. */
  const adapt = (seconds: number): void => {
    const found = pace.assess(seconds);
    drift.value = found.drift;
    const slower = found.tooFast ? lower(granted.value) : undefined;
    if (slower === undefined) return;
    granted.value = slower;
    clock.run(clockNow(), slower, now());
  };

  const onFrame = (follower: Follower, mediaTime: number, displayed: number): void => {
    if (!moving()) return;
    follower.shown = mediaTime - clock.at(displayed);
    follower.shownAt = displayed;
    const spread = spreadOf(followers, displayed, granted.value);
    if (spread !== null) pace.note(spread);
  };

  const onStall = (follower: Follower): void => {
    if (!moving() || clockNow() > follower.end - 2 / FRAMES) return;
    pace.strain();
    // Rather all wait for one than one falls behind.
    void begin(clockNow());
  };

  const halt = (at: number): void => {
    turn++;
    batch(() => {
      playing.value = waiting.value = backward.value = false;
      drift.value = null;
      armed.value = true;
      time.value = middleOf(Math.min(Math.max(0, frameAt(at)), lastFrame(length.value)));
    });
    for (const follower of followers) {
      follower.el.pause();
      follower.aim(time.value);
    }
  };

  const seek = (seconds: number): void => {
    if (playing.value) void begin(Math.min(Math.max(0, seconds), Math.max(0, length.value - 1 / FRAMES)));
    else halt(seconds);
  };
  const pause = (): void => {
    if (playing.value) halt(time.value);
  };

  return {
    ...sound,
    time,
    length,
    playing,
    waiting,
    armed,
    rate,
    granted,
    loop,
    pingPong,
    backward,
    pictures,
    drift,
    toggle() {
      if (playing.value) return pause();
      if (!length.value) return;
      playing.value = true;
      const at = time.value;
      void begin(at >= end() - 1 / FRAMES || at < start() ? start() : at);
    },
    pause,
    seek,
    step: (frames) => halt(middleOf(frameAt(time.value) + frames)),
    setRate(value) {
      rate.value = granted.value = value;
      pace.reset();
      if (playing.value) void (backward.value ? back(time.value) : begin(time.value));
    },
    mark: (point) => void (loop.value = withEnd(loop.value, point, frameAt(time.value))),
    clearLoop: () => void (loop.value = WHOLE),
    setPingPong(on) {
      pingPong.value = on;
      pictures.value = null;
      if (!on && backward.value) void begin(time.value);
    },
    setTracks(tracks) {
      length.value = Math.max(0, ...tracks.map(({ duration }) => duration));
      // A loop that begins where none of these plays any more would begin for ever.
      if (length.value && (loop.value.a ?? 0) >= lastFrame(length.value)) loop.value = WHOLE;
      granted.value = rate.value;
      pace.reset();
      pictures.value = null;
      if (!tracks.some(({ gid }) => gid === sound.solo.value)) sound.setSolo(null);
      if (playing.value) seek(time.value);
    },
    awaiting() {
      let counted = true;
      awaited++;
      return () => {
        if (counted) awaited--;
        counted = false;
      };
    },
    attach(el, track) {
      const life = new AbortController();
      const follower = follow(el, track, onFrame, onStall, AbortSignal.any([life.signal, signal]));
      followers.add(follower);
      applySound(follower);
      follower.aim(moving() ? clockNow() + 0.1 : time.value);
      return () => {
        followers.delete(follower);
        life.abort();
      };
    },
  };
}
