/** Keeps the videos of one view on one clock. Nobody plays until all are ready, and nobody drifts. */

import { batch, signal as makeSignal } from "@preact/signals";
import { retreat } from "./backward";
import { createClock, FRAMES, frameAt, isLost, lastFrame, lower, middleOf, percentile, steered } from "./clock";
import type { Conductor, Loop } from "./conducting";
import { follow, type Follower } from "./follower";
import { createPace } from "./pace";

/** Milliseconds. */
const PATIENCE = 6_000;
const JUDGED_EVERY = 500;
const LATE = 1_000;
const DEPARTURE = 400;
const SEEK_AGAIN = 2_000;
const STALE = 400;

export function createConductor(view: Window, signal: AbortSignal): Conductor {
  const time = makeSignal(0);
  const length = makeSignal(0);
  const playing = makeSignal(false);
  const waiting = makeSignal(false);
  const armed = makeSignal(false);
  const rate = makeSignal(1);
  const granted = makeSignal(1);
  const loop = makeSignal<Loop>({ a: null, b: null });
  const pingPong = makeSignal(false);
  const backward = makeSignal(false);
  const pictures = makeSignal<number | null>(null);
  const solo = makeSignal<number | null>(null);
  const volume = makeSignal(1);
  const drift = makeSignal<number | null>(null);

  const clock = createClock();
  const pace = createPace();
  const followers = new Set<Follower>();
  let gains: ReadonlyMap<number, number> = new Map();
  let awaited = 0;
  /** Each beginning and each pause is a turn of its own; whatever waits for an older one gives up. */
  let turn = 0;
  let judgedAt = 0;

  const from = (): number => (loop.value.a ?? 0) / FRAMES;
  const to = (): number => Math.min(length.value, loop.value.b === null ? Infinity : (loop.value.b + 1) / FRAMES);
  const moving = (): boolean => playing.value && !waiting.value && !backward.value;
  const nextFrame = (): Promise<number> => new Promise((done) => view.requestAnimationFrame(done));
  const now = (): number => view.performance.now();

  /** Everybody to one moment, and then, when all are there, off together. */
  const begin = async (at: number): Promise<void> => {
    const mine = ++turn;
    const current = (): boolean => mine === turn && !signal.aborted;
    batch(() => {
      waiting.value = true;
      backward.value = false;
      time.value = at;
      drift.value = null;
    });
    armed.value = true;
    // The videos wanted from now on are made in the frame after this one.
    await nextFrame();
    await nextFrame();
    if (!current()) return;
    for (const { el } of followers) el.pause();
    for (const follower of followers) follower.aim(at);
    for (const deadline = now() + PATIENCE; current(); await nextFrame()) {
      if (!awaited && ([...followers].every((follower) => follower.ready()) || now() > deadline)) break;
    }
    if (!current()) return;
    const runners = [...followers].filter(({ end }) => at < end);
    for (const follower of runners) follower.reset();
    await Promise.allSettled(runners.map((follower) => play(follower)));
    // That they play is said before their time moves, and they do not set out at once.
    const departed = ({ el }: Follower): boolean => el.paused || el.currentTime > at + 1.5 / FRAMES;
    for (const deadline = now() + DEPARTURE; current() && !runners.every(departed) && now() < deadline; ) await nextFrame();
    if (!current()) return;
    clock.run(percentile(runners.map(({ el }) => el.currentTime), 0.5) || at, granted.value, now());
    pace.rest();
    judgedAt = now();
    waiting.value = false;
    view.requestAnimationFrame(() => tick(mine));
  };

  const back = async (at: number): Promise<void> => {
    const mine = ++turn;
    const current = (): boolean => mine === turn && !signal.aborted;
    batch(() => {
      backward.value = true;
      waiting.value = false;
      drift.value = null;
    });
    for (const { el } of followers) el.pause();
    await retreat({
      followers, from: at, to: from(), rate: () => granted.value, now, nextFrame, current,
      show: (seconds) => (time.value = seconds),
      count: (found) => (pictures.value = found),
    });
    if (current()) void begin(from());
  };

  const play = (follower: Follower): Promise<void> => {
    follower.askedAt = now();
    follower.el.playbackRate = granted.value;
    return follower.el.play();
  };

  const tick = (mine: number): void => {
    if (mine !== turn || signal.aborted) return;
    const at = clock.at(now());
    if (at >= to()) return void (pingPong.value ? back(to()) : begin(from()));
    time.value = at;
    for (const follower of followers) keepUp(follower, at);
    if (now() - judgedAt >= JUDGED_EVERY) judge();
    view.requestAnimationFrame(() => tick(mine));
  };

  /** Clips that are over hold their last frame; those that came late fall in. */
  const keepUp = (follower: Follower, at: number): void => {
    const { el, end } = follower;
    if (at >= end) {
      if (!el.paused) el.pause();
      if (end - el.currentTime > 1.5 / FRAMES) follower.aim(end);
    } else if (!el.paused && !el.seeking) {
      steer(follower, el.currentTime - clock.at(now()));
    } else if (el.paused && follower.ready() && now() - follower.askedAt > LATE) {
      follower.reset();
      if (Math.abs(el.currentTime - at) > 1 / FRAMES) follower.aim(at + 0.1 * granted.value);
      play(follower).catch(() => undefined);
    }
  };

  const judge = (): void => {
    const since = judgedAt;
    judgedAt = now();
    const found = pace.judge((judgedAt - since) / 1000);
    drift.value = found.drift;
    const slower = found.tooFast ? lower(granted.value) : undefined;
    if (slower === undefined) return;
    granted.value = slower;
    clock.run(clock.at(judgedAt), slower, judgedAt);
  };

  const onFrame = (follower: Follower, mediaTime: number, displayed: number): void => {
    if (!moving()) return;
    follower.shown = mediaTime - clock.at(displayed);
    follower.shownAt = displayed;
    noteSpread(displayed);
  };

  /** By the video's own time, which is finer than the frames it shows; how well that works is judged by the frames. */
  const steer = (follower: Follower, error: number): void => {
    follower.error = follower.error === null ? error : follower.error + (error - follower.error) * 0.4;
    if (follower.track.gid === solo.value) {
      // The one that is heard leads: a change of its rate could be heard too.
      if (!isLost(error, granted.value)) clock.shift(error * 0.02);
      setRateOf(follower, granted.value);
    } else if (isLost(error, granted.value) && isLost(follower.error, granted.value)) {
      if (now() - follower.soughtAt < SEEK_AGAIN) return;
      follower.soughtAt = now();
      follower.reset();
      pace.strain();
      follower.aim(clock.at(now()) + 0.08 * granted.value);
    } else {
      setRateOf(follower, steered(follower.error, granted.value));
    }
  };

  const setRateOf = ({ el }: Follower, to: number): void => {
    if (Math.abs(el.playbackRate - to) > 0.002 * granted.value || (to === granted.value && el.playbackRate !== to)) el.playbackRate = to;
  };

  const noteSpread = (displayed: number): void => {
    const recent = [...followers].flatMap(({ shown, shownAt, el }) =>
      shown === null || el.paused || displayed - shownAt > STALE / granted.value ? [] : [shown],
    );
    if (recent.length > 1) pace.note(Math.max(...recent) - Math.min(...recent));
  };

  const onStall = (follower: Follower): void => {
    if (!moving() || clock.at(now()) > follower.end - 2 / FRAMES) return;
    pace.strain();
    // Rather all wait for one than one falls behind.
    void begin(clock.at(now()));
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

  const hear = ({ el, track }: Follower): void => {
    const heard = track.gid === solo.value;
    el.muted = !heard;
    // Chromium's pitch keeping falls 25 ms behind whenever a rate leaves 1, and nobody hears a muted clip's pitch.
    el.preservesPitch = heard;
    el.volume = volume.value * (gains.get(track.gid) ?? 1);
  };
  const setSolo = (gid: number | null): void => {
    solo.value = gid;
    for (const follower of followers) hear(follower);
  };

  return {
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
    solo,
    volume,
    drift,
    toggle() {
      if (playing.value) return pause();
      if (!length.value) return;
      playing.value = true;
      const at = time.value;
      void begin(at >= to() - 1 / FRAMES || at < from() ? from() : at);
    },
    pause,
    seek,
    step: (frames) => halt(middleOf(frameAt(time.value) + frames)),
    setRate(value) {
      rate.value = granted.value = value;
      pace.reset();
      if (playing.value) void (backward.value ? back(time.value) : begin(time.value));
    },
    mark(point) {
      const frame = frameAt(time.value);
      const { a, b } = loop.value;
      if (point === "a") loop.value = { a: frame, b: b !== null && b <= frame ? null : b };
      else loop.value = { a: a !== null && a >= frame ? null : a, b: frame };
    },
    clearLoop: () => void (loop.value = { a: null, b: null }),
    setPingPong(on) {
      pingPong.value = on;
      pictures.value = null;
      if (!on && backward.value) void begin(time.value);
    },
    setSolo,
    setVolume(value) {
      volume.value = value;
      for (const follower of followers) hear(follower);
    },
    setGains(softer) {
      gains = softer;
      for (const follower of followers) hear(follower);
    },
    setTracks(tracks) {
      length.value = Math.max(0, ...tracks.map(({ duration }) => duration));
      // A loop that begins where none of these plays any more would begin for ever.
      if (length.value && (loop.value.a ?? 0) >= lastFrame(length.value)) loop.value = { a: null, b: null };
      granted.value = rate.value;
      pace.reset();
      pictures.value = null;
      if (!tracks.some(({ gid }) => gid === solo.value)) setSolo(null);
      if (playing.value) void begin(Math.min(time.value, Math.max(0, length.value - 1 / FRAMES)));
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
      hear(follower);
      follower.aim(moving() ? clock.at(now()) + 0.1 : time.value);
      return () => {
        followers.delete(follower);
        life.abort();
      };
    },
  };
}
