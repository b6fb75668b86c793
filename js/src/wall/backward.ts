/** Playing backward, which no browser does by itself: from frame to earlier frame, everybody together. */

import { FRAMES, frameAt, middleOf } from "./clock";
import type { Follower } from "./follower";

export interface Retreat {
  readonly followers: ReadonlySet<Follower>;
  /** Seconds: it goes from the frame before `from` to the one `to` lies in. */
  readonly from: number;
  readonly to: number;
  /** Clip seconds a second. */
  rate(): number;
  now(): number;
  nextFrame(): Promise<number>;
  /** Whether it is still wanted. */
  current(): boolean;
  /** All clips show that moment. */
  show(seconds: number): void;
  /** Pictures a second, every second or so. */
  count(pictures: number): void;
}

/** Milliseconds. */
const COUNTED_EVERY = 1_000;
const PATIENCE = 2_000;

/**
 * The clock runs at its rate, and as many pictures are shown as all clips can fetch: who is quick waits for who is
 * slow, so that they are never apart. Resolves when the beginning is shown, or it is no longer wanted.
 */
export async function retreat({ followers, from, to, rate, now, nextFrame, current, show, count }: Retreat): Promise<void> {
  const last = frameAt(to);
  let [at, since, shown, countedAt, frame] = [from, now(), 0, now(), Infinity];
  while (current() && frame > last) {
    at -= ((now() - since) / 1000) * rate();
    since = now();
    const next = Math.max(last, frameAt(Math.max(0, at - 0.5 / FRAMES)));
    if (next < frame) {
      frame = next;
      for (const follower of followers) follower.aim(middleOf(frame));
      for (const deadline = now() + PATIENCE; current() && now() < deadline; await nextFrame()) {
        if ([...followers].every((follower) => follower.there())) break;
      }
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
