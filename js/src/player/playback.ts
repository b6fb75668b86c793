/** A video element driven by own controls: its state as signals, times by frame. */

import { computed, type ReadonlySignal, signal as makeSignal } from "@preact/signals";

export interface Playback {
  readonly time: ReadonlySignal<number>;
  readonly length: ReadonlySignal<number>;
  readonly paused: ReadonlySignal<boolean>;
  readonly stalled: ReadonlySignal<boolean>;
  /** Nothing is heard: the person has muted the player, or browsers let this clip start by itself only so. */
  readonly silent: ReadonlySignal<boolean>;
  /** It is silent only because it started by itself. */
  readonly hushed: ReadonlySignal<boolean>;
  readonly volume: ReadonlySignal<number>;
  readonly rate: ReadonlySignal<number>;
  readonly loop: ReadonlySignal<boolean>;
  toggle(): void;
  seek(seconds: number): void;
  step(frames: number): void;
  mute(muted: boolean): void;
  setVolume(volume: number): void;
  setRate(rate: number): void;
  setLoop(loop: boolean): void;
  /** Whether it plays because somebody wants it to. */
  isWatched(): boolean;
  attach(video: HTMLVideoElement, fps: number): () => void;
}

/** One per view; it outlives the clips shown in it, so that sound, speed and loop stay as they were set. */
export function createPlayback(): Playback {
  const time = makeSignal(0);
  const length = makeSignal(0);
  const paused = makeSignal(true);
  const stalled = makeSignal(false);
  // What the person set; a clip that had to start without sound changes nothing of it.
  const muted = makeSignal(false);
  const hushed = makeSignal(false);
  const volume = makeSignal(1);
  const rate = makeSignal(1);
  const loop = makeSignal(false);
  let video: HTMLVideoElement | null = null;
  let fps = 24;
  let startedAlone = false;
  const hush = (hush: boolean): void => {
    hushed.value = hush;
    if (video) video.muted = hush || muted.value;
  };

  const seek = (seconds: number): void => {
    if (!video || !length.value) return;
    // Never the very end: there some decoders show nothing.
    const to = Math.min(Math.max(0, seconds), length.value - 0.5 / fps);
    video.currentTime = to;
    time.value = to;
  };

  return {
    time,
    length,
    paused,
    stalled,
    silent: computed(() => muted.value || hushed.value),
    hushed,
    volume,
    rate,
    loop,
    seek,
    toggle() {
      if (!video?.paused) return video?.pause();
      startedAlone = false;
      hush(false);
      // A refusal to play (no gesture yet, source gone) shows as still paused or as the error event.
      video.play().catch(() => undefined);
    },
    step(frames) {
      video?.pause();
      // To the middle of the frame, so that rounding never lands on its neighbour.
      seek((Math.floor(time.value * fps + 1e-3) + frames + 0.5) / fps);
    },
    mute(value) {
      muted.value = value;
      if (!value) startedAlone = false;
      hush(false);
    },
    setVolume(value) {
      volume.value = value;
      muted.value = value === 0;
      startedAlone = false;
      if (video) video.volume = value;
      hush(false);
    },
    setRate(value) {
      rate.value = value;
      if (video) video.playbackRate = value;
    },
    setLoop(value) {
      loop.value = value;
      if (video) video.loop = value;
    },
    isWatched: () => !paused.value && !startedAlone,
    attach(el, framesPerSecond) {
      video = el;
      fps = framesPerSecond;
      const listening = new AbortController();
      const { signal } = listening;
      const on = (names: string, listener: () => void): void => {
        for (const name of names.split(" ")) el.addEventListener(name, listener, { signal });
      };
      time.value = 0;
      paused.value = true;
      stalled.value = false;
      const apply = (): void => {
        Object.assign(el, { volume: volume.value, loop: loop.value, playbackRate: rate.value });
      };
      startedAlone = el.autoplay;
      hush(el.autoplay && !muted.value);
      const measure = (): void => {
        length.value = Number.isFinite(el.duration) ? el.duration : 0;
        apply();
      };
      on("loadedmetadata durationchange", measure);
      // A clip that is here already has loaded before anybody listened.
      measure();
      on("play playing pause ended volumechange", () => {
        paused.value = el.paused;
        if (!el.paused) follow();
      });
      on("waiting", () => (stalled.value = true));
      on("playing canplay seeked error", () => (stalled.value = false));
      on("timeupdate seeked", () => (time.value = el.currentTime));
      let frame = 0;
      const follow = (): void => {
        cancelAnimationFrame(frame);
        time.value = el.currentTime;
        if (!el.paused && !signal.aborted) frame = requestAnimationFrame(follow);
      };
      return () => {
        listening.abort();
        cancelAnimationFrame(frame);
        el.pause();
        paused.value = true;
        hushed.value = false;
        video = null;
      };
    },
  };
}
