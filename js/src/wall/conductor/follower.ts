/** One video that follows the wall's clock. */

import { FRAMES, lastFrame, middleOf } from "./clock";

export interface Track {
  readonly gid: number;
  /** Seconds. */
  readonly duration: number;
  readonly fps: number;
}

/** What a clip is played by: so much of a video element, which a test can play. */
export type Video = Pick<
  HTMLVideoElement,
  | "currentTime"
  | "paused"
  | "seeking"
  | "readyState"
  | "playbackRate"
  | "preservesPitch"
  | "muted"
  | "volume"
  | "play"
  | "pause"
  | "load"
  | "removeAttribute"
  | "addEventListener"
  | "requestVideoFrameCallback"
  | "cancelVideoFrameCallback"
>;

export interface Follower {
  readonly track: Track;
  readonly el: Video;
  /** When it is over, in seconds: it holds its last frame from then on. */
  readonly end: number;
  /** Seconds it is ahead of the clock, as last shown, and evened out; null until it has shown a frame in motion. */
  shown: number | null;
  error: number | null;
  shownAt: number;
  soughtAt: number;
  /** When it was last asked to play. */
  askedAt: number;
  /** Show that moment; while it is on its way to another, the latest one asked for wins. */
  aim(seconds: number): void;
  /** It shows what it was last aimed at and can go on from there. */
  ready(): boolean;
  /** It shows what it was last aimed at. */
  there(): boolean;
  /** Play at that rate; `now` is in milliseconds. */
  play(rate: number, now: number): Promise<void>;
  /** Forget how far off it was: it is about to begin anew. */
  reset(): void;
}

type OnFrame = (follower: Follower, mediaTime: number, displayed: number) => void;

export function follow(
  el: Video,
  track: Track,
  onFrame: OnFrame,
  onStall: (follower: Follower) => void,
  signal: AbortSignal,
): Follower {
  const fps = track.fps || FRAMES;
  const last = middleOf(lastFrame(track.duration, fps), fps);
  let next: number | null = null;
  let target: number | null = null;

  const go = (seconds: number): void => {
    target = seconds;
    // `seeking` ends before the event that tells of it, which must not go back to an older aim.
    next = null;
    if (Math.abs(el.currentTime - seconds) > 1e-4) el.currentTime = seconds;
  };
  const follower: Follower = {
    track,
    el,
    end: track.duration,
    shown: null,
    error: null,
    shownAt: 0,
    soughtAt: -Infinity,
    askedAt: -Infinity,
    aim(seconds) {
      const to = Math.min(Math.max(0, seconds), last);
      if (el.readyState === 0 || el.seeking) next = to;
      else go(to);
    },
    ready() {
      const enough = target !== null && last - target < 0.25 ? 2 : 3;
      return next === null && !el.seeking && el.readyState >= enough;
    },
    there: () => next === null && !el.seeking && el.readyState >= 2,
    play(rate, now) {
      follower.askedAt = now;
      el.playbackRate = rate;
      return el.play();
    },
    reset() {
      follower.shown = follower.error = null;
    },
  };

  const proceed = (): void => {
    if (next === null) return;
    go(next);
  };
  el.addEventListener("seeked", proceed, { signal });
  el.addEventListener("loadedmetadata", proceed, { signal });
  // A seek makes it wait too, and that is no sign of weakness.
  el.addEventListener("waiting", () => el.seeking || onStall(follower), { signal });

  let handle = 0;
  const frame: VideoFrameRequestCallback = (_now, { mediaTime, expectedDisplayTime }) => {
    handle = el.requestVideoFrameCallback(frame);
    if (!el.paused && !el.seeking) onFrame(follower, mediaTime, expectedDisplayTime);
  };
  handle = el.requestVideoFrameCallback(frame);
  signal.addEventListener("abort", () => {
    el.cancelVideoFrameCallback(handle);
    el.pause();
    // Otherwise its decoder lives until the element is collected.
    el.removeAttribute("src");
    el.load();
  });
  return follower;
}
