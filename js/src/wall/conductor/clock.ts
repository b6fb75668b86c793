/** The wall's time: arithmetic without a video in sight. Seconds of clip time; `now` is in milliseconds. */

export const FRAMES = 24;

/** The number of the frame shown at a time. */
export function frameAt(seconds: number, fps = FRAMES): number {
  return Math.floor(seconds * fps + 1e-3);
}

/** The middle of a frame: no rounding on the way to it lands on its neighbour. */
export function middleOf(frame: number, fps = FRAMES): number {
  return (frame + 0.5) / fps;
}

export function lastFrame(duration: number, fps = FRAMES): number {
  return Math.max(0, Math.round(duration * fps) - 1);
}

export interface Clock {
  at(now: number): number;
  /** Let it run from there at that rate. */
  run(from: number, rate: number, now: number): void;
  /** Move it by so much without stopping it. */
  shift(seconds: number): void;
}

export function createClock(): Clock {
  let start = 0;
  let since = 0;
  let speed = 0;
  return {
    at: (now) => start + ((now - since) / 1000) * speed,
    run(from, rate, now) {
      start = from;
      since = now;
      speed = rate;
    },
    shift(seconds) {
      start += seconds;
    },
  };
}

/** The value below which that part of the others lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** The next lower rate to try when clips cannot keep up; undefined at the bottom. */
export function lower(rate: number): number | undefined {
  return [1.5, 1, 0.75, 0.5, 0.25, 0.1].find((candidate) => candidate < rate - 1e-6);
}

/** Frames; the loop goes from the start of `a` to the end of `b`. Null is the wall's own end. */
export interface Loop {
  readonly a: number | null;
  readonly b: number | null;
}

export const WHOLE: Loop = { a: null, b: null };

/** Seconds. */
export const startOf = ({ a }: Loop): number => (a ?? 0) / FRAMES;
export const endOf = ({ b }: Loop, length: number): number => Math.min(length, b === null ? Infinity : (b + 1) / FRAMES);

/** The loop with one of its ends at that frame; the other one gives way where it would lie on the wrong side. */
export function withEnd({ a, b }: Loop, point: "a" | "b", frame: number): Loop {
  if (point === "a") return { a: frame, b: b !== null && b <= frame ? null : b };
  return { a: a !== null && a >= frame ? null : a, b: frame };
}
