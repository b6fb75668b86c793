/** Pictures and clips that came as bytes: object URLs, the least recently used dropped first, none that is on screen. */

import { type ReadonlySignal, type Signal, signal as makeSignal } from "@preact/signals";
import { useLayoutEffect, useState } from "preact/hooks";
import { type Answer, textOf } from "./transport";

export type MediaKind = "poster" | "thumb" | "clip" | "film";

export interface Loaded {
  readonly url: string;
  readonly blob: Blob;
  /** What the kernel said of it. */
  readonly value: object;
}

export type Medium = Loaded | { readonly error: string } | null;

/** Asks the kernel for one of them. */
export type Source = (kind: MediaKind, id: number | string) => Promise<Answer<object>>;

export interface Media {
  /** Load it, and keep it for as long as it is held. */
  hold(kind: MediaKind, id: number | string): { readonly medium: ReadonlySignal<Medium>; release(): void };
  /** Bytes this page already has. */
  put(kind: MediaKind, id: number | string, blob: Blob): void;
  clip(gid: number): Promise<Loaded>;
}

const BUDGET: Readonly<Record<MediaKind, number>> = { poster: 300, thumb: 60, clip: 8, film: 60 };
/** Posters come one message each; more at once would keep a click waiting behind them. */
const AT_ONCE = 4;

interface Entry {
  readonly kind: MediaKind;
  readonly medium: Signal<Medium>;
  holders: number;
  loading: Promise<void> | undefined;
}

export function createMedia(ask: Source, signal: AbortSignal): Media {
  // A Map keeps insertion order; using an entry moves it to the end.
  const entries = new Map<string, Entry>();
  const queue: (() => void)[] = [];
  let running = 0;

  const slot = async (): Promise<void> => {
    if (running >= AT_ONCE) await new Promise<void>((go) => queue.push(go));
    running++;
  };
  const leave = (): void => {
    running--;
    queue.shift()?.();
  };

  const entryOf = (kind: MediaKind, id: number | string): Entry => {
    const key = `${kind}:${id}`;
    const entry = entries.get(key) ?? { kind, medium: makeSignal<Medium>(null), holders: 0, loading: undefined };
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };

  const drop = (key: string, entry: Entry): void => {
    entries.delete(key);
    const medium = entry.medium.peek();
    if (medium && "url" in medium) URL.revokeObjectURL(medium.url);
  };

  const trim = (kind: MediaKind): void => {
    const idle = [...entries].filter(([, entry]) => entry.kind === kind && !entry.holders && !entry.loading);
    const total = [...entries.values()].filter((entry) => entry.kind === kind).length;
    for (const [key, entry] of idle.slice(0, Math.max(0, total - BUDGET[kind]))) drop(key, entry);
  };

  const fill = (entry: Entry, blob: Blob, value: object = {}): void => {
    if (signal.aborted) return;
    entry.medium.value = { url: URL.createObjectURL(blob), blob, value };
    trim(entry.kind);
  };

  const fetchBytes = async (kind: MediaKind, id: number | string): Promise<readonly [Blob, object]> => {
    const { buffers, value } = await ask(kind, id);
    const [bytes] = buffers;
    if (!bytes) throw new Error("The kernel sent no bytes.");
    const type = "content_type" in value ? String(value.content_type) : "image/jpeg";
    return [new Blob([new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)], { type }), value];
  };

  const load = (entry: Entry, id: number | string): Promise<void> => {
    entry.loading ??= (async () => {
      if (entry.kind !== "clip") await slot();
      try {
        // Scrolled past before its turn came.
        if (entry.holders) fill(entry, ...(await fetchBytes(entry.kind, id)));
      } catch (error) {
        entry.medium.value = { error: textOf(error) };
      } finally {
        if (entry.kind !== "clip") leave();
        entry.loading = undefined;
      }
    })();
    return entry.loading;
  };

  const hold: Media["hold"] = (kind, id) => {
    const entry = entryOf(kind, id);
    entry.holders++;
    const medium = entry.medium.peek();
    if (!medium || "error" in medium) void load(entry, id);
    let held = true;
    return {
      medium: entry.medium,
      release() {
        if (held) entry.holders--;
        held = false;
        trim(kind);
      },
    };
  };

  signal.addEventListener("abort", () => {
    for (const [key, entry] of [...entries]) drop(key, entry);
  });

  return {
    hold,
    put(kind, id, blob) {
      const entry = entryOf(kind, id);
      if (!entry.medium.peek()) fill(entry, blob);
    },
    async clip(gid) {
      const held = hold("clip", gid);
      try {
        await entryOf("clip", gid).loading;
        const medium = held.medium.peek();
        if (medium && "url" in medium) return medium;
        throw new Error(medium?.error ?? "The clip did not arrive.");
      } finally {
        held.release();
      }
    },
  };
}

/** A poster, thumbnail or clip, loaded while `wanted` and kept while on screen. */
export function useMedium(media: Media, kind: MediaKind, id: number | string | null, wanted = true): Medium {
  const [medium, setMedium] = useState<ReadonlySignal<Medium> | null>(null);
  // Before the paint: what is at hand already must not flicker.
  useLayoutEffect(() => {
    if (id === null || !wanted) return undefined;
    const held = media.hold(kind, id);
    setMedium(held.medium);
    return () => {
      setMedium(null);
      held.release();
    };
  }, [kind, id, wanted]);
  return medium?.value ?? null;
}

export function urlOf(medium: Medium): string | undefined {
  return medium && "url" in medium ? medium.url : undefined;
}
