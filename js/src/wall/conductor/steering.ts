/** How one clip is kept with the wall's clock while all play. */

import { type Clock, FRAMES } from "./clock";
import type { Follower } from "./follower";
import type { Pace } from "./pace";

/** What steering has to know of the moment. */
export interface Moment {
  readonly clock: Clock;
  readonly pace: Pace;
  /** Clip seconds a second. */
  readonly rate: number;
  /** The clip that is heard, by its number. */
  readonly solo: number | null;
  /** Milliseconds. */
  now(): number;
}

/** Milliseconds. */
const LATE = 1_000;
const SEEK_AGAIN = 2_000;
const STALE = 400;

/** Below this a clip is left alone. Little, since two clips that far apart show two frames for that part of the time. */
const CALM = 0.0015;
const GAIN = 6;
const MOST = 0.4;

/** Whether a clip this far off (in clip time) is beyond steering: three frames, and as much real time at any speed. */
export function isLost(error: number, rate: number): boolean {
  return Math.abs(error) > (3 / FRAMES) * Math.max(1, rate);
}

/** Chromium throws at any rate below it, so a wall at 0.1× cannot slow a clip by all of `MOST`. */
const SLOWEST = 0.0625;

/** The rate at which a clip that is `error` seconds ahead falls back into step, most of the way in a quarter of a second. */
export function correctedRate(error: number, rate: number): number {
  if (Math.abs(error) < CALM) return rate;
  const correction = Math.max(-MOST, Math.min(MOST, (-error / Math.max(rate, 0.25)) * GAIN));
  return Math.max(SLOWEST, rate * (1 + correction));
}

/** Clips that are over hold their last frame; those that came late fall in; all others are steered. */
export function keepUp(follower: Follower, at: number, moment: Moment): void {
  const { el, end } = follower;
  const { clock, rate, now } = moment;
  if (at >= end) {
    if (!el.paused) el.pause();
    if (end - el.currentTime > 1.5 / FRAMES) follower.aim(end);
  } else if (!el.paused && !el.seeking) {
    steer(follower, el.currentTime - clock.at(now()), moment);
  } else if (el.paused && follower.ready() && now() - follower.askedAt > LATE) {
    follower.reset();
    if (Math.abs(el.currentTime - at) > 1 / FRAMES) follower.aim(at + 0.1 * rate);
    follower.play(rate, now()).catch(() => undefined);
  }
}

/** By the video's own time, which is finer than the frames it shows; how well that works is measured by the frames. */
function steer(follower: Follower, error: number, { clock, pace, rate, solo, now }: Moment): void {
  follower.error = follower.error === null ? error : follower.error + (error - follower.error) * 0.4;
  if (follower.track.gid === solo) {
    // The one that is heard leads: a change of its rate could be heard too.
    if (!isLost(error, rate)) clock.shift(error * 0.02);
    setRate(follower, rate, rate);
  } else if (isLost(error, rate) && isLost(follower.error, rate)) {
    if (now() - follower.soughtAt < SEEK_AGAIN) return;
    follower.soughtAt = now();
    follower.reset();
    pace.strain();
    follower.aim(clock.at(now()) + 0.08 * rate);
  } else {
    setRate(follower, correctedRate(follower.error, rate), rate);
  }
}

/** Not for every trifle: a decoder takes a moment to change its rate. */
function setRate({ el }: Follower, to: number, rate: number): void {
  if (Math.abs(el.playbackRate - to) > 0.002 * rate || (to === rate && el.playbackRate !== to)) el.playbackRate = to;
}

/** Seconds between the clips furthest apart, as shown just now; null while fewer than two move. */
export function spreadOf(followers: Iterable<Follower>, displayed: number, rate: number): number | null {
  const recent = [...followers].flatMap(({ shown, shownAt, el }) =>
    shown === null || el.paused || displayed - shownAt > STALE / rate ? [] : [shown],
  );
  return recent.length > 1 ? Math.max(...recent) - Math.min(...recent) : null;
}
