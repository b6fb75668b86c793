/** A page and its videos without a browser: time passes when a test says so. */

import type { Track, Video } from "../src/wall/conductor/follower";
import type { Beat } from "../src/wall/conductor/together";

/** Milliseconds between two pictures of a screen. */
const REFRESH = 1000 / 60;

export class Page implements Beat {
  private time = 0;
  private waiting: (() => void)[] = [];
  readonly videos: FakeVideo[] = [];

  now = (): number => this.time;

  nextFrame = (): Promise<void> => new Promise((done) => this.waiting.push(done));

  /** Let so many milliseconds pass, picture by picture; `look` is called after each. */
  async pass(milliseconds: number, look: () => void = () => undefined): Promise<void> {
    for (const end = this.time + milliseconds; this.time < end; ) {
      this.time += REFRESH;
      for (const video of this.videos) video.advance(this.time, REFRESH / 1000);
      const due = this.waiting;
      this.waiting = [];
      for (const done of due) done();
      // Whatever follows from that happens before the next picture, as in a browser.
      for (let n = 0; n < 40; n++) await null;
      look();
    }
  }

  video(track: Track, options: Partial<Pick<FakeVideo, "speed" | "seekTakes" | "startTakes" | "readyState">> = {}): FakeVideo {
    const video = Object.assign(new FakeVideo(track), options);
    this.videos.push(video);
    return video;
  }
}

/** So much of a video element as the wall's conductor uses. */
export class FakeVideo extends EventTarget implements Video {
  paused = true;
  seeking = false;
  readyState = 4;
  playbackRate = 1;
  preservesPitch = true;
  muted = false;
  volume = 1;
  /** How fast it really goes for each second it should go: a decoder's quirk, or a machine too slow for it. */
  speed = 1;
  /** Seconds. */
  seekTakes = 0.03;
  /** Seconds from being told to play until it moves. */
  startTakes = 0;
  readonly seeks: number[] = [];
  plays = 0;
  loaded = true;
  private position = 0;
  private target = 0;
  private left = 0;
  private delay = 0;
  private shown = -1;
  private callbacks = new Map<number, VideoFrameRequestCallback>();
  private handles = 0;

  constructor(private readonly track: Track) {
    super();
  }

  get currentTime(): number {
    return this.seeking ? this.target : this.position;
  }

  set currentTime(seconds: number) {
    this.seeks.push(seconds);
    this.target = seconds;
    this.seeking = true;
    this.left = this.seekTakes;
  }

  play(): Promise<void> {
    this.paused = false;
    this.plays++;
    this.delay = this.startTakes;
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
  }

  load(): void {
    this.loaded = false;
  }

  removeAttribute(): void {}

  requestVideoFrameCallback(callback: VideoFrameRequestCallback): number {
    this.callbacks.set(++this.handles, callback);
    return this.handles;
  }

  cancelVideoFrameCallback(handle: number): void {
    this.callbacks.delete(handle);
  }

  /** It has run out of data. */
  stall(): void {
    this.readyState = 2;
    this.dispatchEvent(new Event("waiting"));
  }

  advance(now: number, seconds: number): void {
    if (this.seeking) {
      this.left -= seconds;
      if (this.left > 0) return;
      this.position = this.target;
      this.seeking = false;
      this.dispatchEvent(new Event("seeked"));
    } else if (!this.paused && this.delay > 0) {
      this.delay -= seconds;
    } else if (!this.paused && this.readyState > 2) {
      this.position = Math.min(this.track.duration, this.position + seconds * this.playbackRate * this.speed);
      if (this.position === this.track.duration) this.paused = true;
    }
    const frame = Math.floor(this.position * this.track.fps + 1e-6);
    if (frame === this.shown) return;
    this.shown = frame;
    const due = [...this.callbacks.values()];
    this.callbacks.clear();
    for (const callback of due) {
      callback(now, { mediaTime: frame / this.track.fps, expectedDisplayTime: now } as VideoFrameCallbackMetadata);
    }
  }
}
