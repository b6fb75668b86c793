/** What the table and the posters of the history both show: a clip's picture and marks, and the head of a group. */

import { useEffect, useState } from "preact/hooks";
import { countOf } from "../../shared/format";
import { urlOf, useMedium } from "../../shared/media";
import type { Group, Row } from "../../protocol.gen";
import { Icon } from "../../shared/parts/Icon";
import { useStudio } from "../view";

/** Pixels a group's heading is high, as in the style sheet. */
export const HEAD = 46;

interface CheckProps {
  readonly row: Row;
  readonly chosen: boolean;
  readonly tabIndex: number;
  pick(range: boolean): void;
}

/** No <input>: a range chooses without changing the box that was clicked. */
export function Check({ row, chosen, tabIndex, pick }: CheckProps) {
  return (
    <button
      class="sd-check"
      role="checkbox"
      aria-checked={chosen}
      aria-label={`Choose clip ${row.gid}: ${row.prompt}`}
      title="Choose (Space). Shift chooses all from the last one on."
      tabIndex={tabIndex}
      onClick={(event) => {
        event.stopPropagation();
        pick(event.shiftKey);
      }}
    >
      <Icon name="check" />
    </button>
  );
}

/** Star and rating, where there are any. */
export function Verdict({ row: { star, rating } }: { row: Row }) {
  if (!star && rating === null) return null;
  return (
    <span class="sd-verdict">
      {rating !== null && <span>{rating}/5</span>}
      {star && <Icon name="star" />}
      {star && <span class="sd-unseen">starred</span>}
    </span>
  );
}

export function GroupHead({ group, openWall }: { group: Group; openWall(sweep: string): void }) {
  const { sweep, axes, count } = group;
  return (
    <div class="sd-group">
      <h4>{sweep ?? "In no sweep"}</h4>
      <span class="sd-quiet sd-num">
        {axes.length > 0 && `${axes.join(" × ")} · `}
        {countOf(count, "clip")}
      </span>
      <span class="sd-spring" />
      {sweep !== null && (
        <button class="sd-button sd-small" aria-label={`Open on the wall: ${sweep}`} onClick={() => openWall(sweep)}>
          <Icon name="grid" />
          Open on the wall
        </button>
      )}
    </div>
  );
}

export function Poster({ gid, wanted }: { gid: number; wanted: boolean }) {
  const medium = useMedium(useStudio().media, "poster", gid, wanted);
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
