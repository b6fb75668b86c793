import { useEffect, useState } from "preact/hooks";
import { urlOf } from "../shared/held";
import { Icon } from "../shared/parts/Icon";
import { useMedium } from "../shared/view";

export function Poster({ gid, wanted }: { gid: number; wanted: boolean }) {
  const medium = useMedium("poster", gid, wanted);
  const url = urlOf(medium);
  return (
    <span class="sd-poster" data-state={url ? "ready" : medium ? "missing" : "loading"}>
      {url ? <img src={url} alt="" /> : medium && <Icon name="film" />}
    </span>
  );
}

/** Whether an element has come near enough to the screen to be worth loading; once true it stays true. */
export function useNear(): readonly [boolean, (el: Element | null) => void] {
  const [el, setEl] = useState<Element | null>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!el || near) return undefined;
    // The margin of boxes that scroll within the page is an option of its own, and younger than TypeScript's list.
    const margins: IntersectionObserverInit & { scrollMargin: string } = { rootMargin: "300px", scrollMargin: "300px" };
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
      margins,
    );
    observer.observe(el);
    return () => observer.disconnect();
  }, [el, near]);
  return [near, setEl];
}
