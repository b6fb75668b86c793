/** A video element driven by own controls: its state as signals, times by frame. */

import { type ReadonlySignal, signal as makeSignal } from "@preact/signals";

export interface Playback {
  readonly time: ReadonlySignal<number>;
  readonly length: ReadonlySignal<number>;
  readonly paused: ReadonlySignal<boolean>;
  readonly stalled: ReadonlySignal<boolean>;
  readonly muted: ReadonlySignal<boolean>;
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
  attach(video: HTMLVideoElement, fps: number): () => void;
}

/** One per view; it outlives the clips shown in it, so that sound, speed and loop stay as they were set. */
export function createPlayback(onPlaying: (playing: boolean) => void): Playback {
  const time = makeSignal(0);
  const length = makeSignal(0);
  const paused = makeSignal(true);
  const stalled = makeSignal(false);
  const muted = makeSignal(false);
  const volume = makeSignal(1);
  const rate = makeSignal(1);
  const loop = makeSignal(false);
  let video: HTMLVideoElement | null = null;
  let fps = 24;

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
    muted,
    volume,
    rate,
    loop,
    seek,
    toggle() {
      // A refusal to play (no gesture yet, source gone) shows as still paused or as the error event.
      if (video?.paused) video.play().catch(() => undefined);
      else video?.pause();
    },
    step(frames) {
      video?.pause();
      // To the middle of the frame, so that rounding never lands on its neighbour.
      seek((Math.floor(time.value * fps + 1e-3) + frames + 0.5) / fps);
    },
    mute(value) {
      muted.value = value;
      if (video) video.muted = value;
    },
    setVolume(value) {
      volume.value = value;
      muted.value = value === 0;
      if (video) Object.assign(video, { volume: value, muted: value === 0 });
    },
    setRate(value) {
      rate.value = value;
      if (video) video.playbackRate = value;
    },
    setLoop(value) {
      loop.value = value;
      if (video) video.loop = value;
    },
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
      el.muted = el.autoplay || muted.value;
      muted.value = el.muted;
      const measure = (): void => {
        length.value = Number.isFinite(el.duration) ? el.duration : 0;
        apply();
      };
      on("loadedmetadata durationchange", measure);
      // A clip that is here already has loaded before anybody listened.
      measure();
      on("play playing pause ended volumechange", () => {
        paused.value = el.paused;
        // A clip that began by itself, without sound, is not one that somebody watches.
        onPlaying(!el.paused && !(el.autoplay && el.muted));
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
        onPlaying(false);
        video = null;
      };
    },
  };
}
