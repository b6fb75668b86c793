/** What the clips of a wall do all at once: wait for each other, set out, and go backward. */

import { FRAMES, frameAt, middleOf, percentile } from "./clock";
import type { Follower } from "./follower";

/** The page's time, so that a test can have its own. */
export interface Beat {
  /** Milliseconds. */
  now(): number;
  /** Resolves when the page draws next. */
  nextFrame(): Promise<unknown>;
}

export interface Together extends Beat {
  readonly followers: ReadonlySet<Follower>;
  /** Whether it is still wanted; everything here gives up when it is not. */
  current(): boolean;
}

/** Milliseconds. */
const PATIENCE = 6_000;
const DEPARTURE = 400;
const COUNTED_EVERY = 1_000;
const BACKWARD_PATIENCE = 2_000;

/** Wait, but for so long only, until that is so or it is no longer wanted. */
async function until(done: () => boolean, patience: number, { now, nextFrame, current }: Together): Promise<void> {
  for (const deadline = now() + patience; current() && !done() && now() < deadline; ) await nextFrame();
}

/** Everybody to one moment. Resolves when all are there; for a clip that is still `awaited` there is no deadline. */
export async function gather(together: Together, at: number, awaited: () => boolean): Promise<void> {
  const { followers, now, nextFrame, current } = together;
  // The videos wanted from now on are made in the frame after this one.
  await nextFrame();
  await nextFrame();
  if (!current()) return;
  for (const { el } of followers) el.pause();
  for (const follower of followers) follower.aim(at);
  for (const deadline = now() + PATIENCE; current(); await nextFrame()) {
    if (!awaited() && ([...followers].every((follower) => follower.ready()) || now() > deadline)) break;
  }
}

/** Off together, all that are not over by then. Resolves with the moment they are at when they have set out. */
export async function depart(together: Together, at: number, rate: number): Promise<number> {
  const runners = [...together.followers].filter(({ end }) => at < end);
  for (const follower of runners) follower.reset();
  await Promise.allSettled(runners.map((follower) => follower.play(rate, together.now())));
  // That they play is said before their time moves, and they do not set out at once.
  await until(() => runners.every(({ el }) => el.paused || el.currentTime > at + 1.5 / FRAMES), DEPARTURE, together);
  return percentile(runners.map(({ el }) => el.currentTime), 0.5) || at;
}

interface Retreat {
  /** Seconds: it goes from the frame before `from` to the one `to` lies in. */
  readonly from: number;
  readonly to: number;
  /** Clip seconds a second. */
  rate(): number;
  /** All clips show that moment. */
  show(seconds: number): void;
  /** Pictures a second, every second or so. */
  count(pictures: number): void;
}

/**
 * Backward, which no browser plays by itself: from frame to earlier frame. The clock runs at its rate, and as many
 * pictures are shown as all clips can fetch: who is quick waits for who is slow, so that they are never apart.
 * Resolves when the beginning is shown, or it is no longer wanted.
 */
export async function retreat(together: Together, { from, to, rate, show, count }: Retreat): Promise<void> {
  const { followers, now, nextFrame, current } = together;
  const last = frameAt(to);
  let [at, since, shown, countedAt, frame] = [from, now(), 0, now(), Infinity];
  while (current() && frame > last) {
    at -= ((now() - since) / 1000) * rate();
    since = now();
    const next = Math.max(last, frameAt(Math.max(0, at - 0.5 / FRAMES)));
    if (next < frame) {
      frame = next;
      for (const follower of followers) follower.aim(middleOf(frame));
      await until(() => [...followers].every((follower) => follower.there()), BACKWARD_PATIENCE, together);
      if (!current()) return;
      show(middleOf(frame));
      shown++;
    } else {
      await nextFrame();
    }
    if (now() - countedAt >= COUNTED_EVERY) {
      count((shown * 1000) / (now() - countedAt));
      [shown, countedAt] = [0, now()];
    }
  }
}
