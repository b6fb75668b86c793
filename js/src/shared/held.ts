import type { ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Media, MediaKind, Medium } from "./media";

/** A poster, thumbnail or clip, loaded while `wanted` and kept while on screen. */
export function useHeld(media: Media, kind: MediaKind, id: number | string | null, wanted = true): Medium {
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
