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

/** A clip this far off (in clip time) is beyond steering: three frames, and as much real time at any speed. */
export function isLost(error: number, rate: number): boolean {
  return Math.abs(error) > (3 / FRAMES) * Math.max(1, rate);
}

/** Below this a clip is left alone. Little, since two clips that far apart show two frames for that part of the time. */
const CALM = 0.0015;
const GAIN = 6;
const MOST = 0.4;

/** The rate at which a clip that is `error` seconds ahead falls back into step, most of the way in a quarter of a second. */
export function steered(error: number, rate: number): number {
  if (Math.abs(error) < CALM) return rate;
  const correction = Math.max(-MOST, Math.min(MOST, (-error / Math.max(rate, 0.25)) * GAIN));
  return rate * (1 + correction);
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
