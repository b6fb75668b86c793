/** Star, rating, tags and note of one clip. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { homeIn } from "../host";
import { type Judged, type Judging, LONGEST, MOST_TAGS } from "../judging";
import { randomToken } from "../transport";
import { Icon } from "./Icon";

interface Props {
  readonly clip: Judged;
  readonly judging: Judging;
  readonly disabled?: boolean;
}

export function Star({ filled }: { filled: boolean }) {
  return (
    <svg class="sd-icon sd-star" data-on={filled} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d="M8 1.9l1.9 3.9 4.3.6-3.1 3 .7 4.2L8 11.6l-3.8 2 .7-4.2-3.1-3 4.3-.6z" />
    </svg>
  );
}

export function StarButton({ clip, judging }: Props) {
  return (
    <button class="sd-tool" aria-label="Star" title="Star (s)" aria-pressed={clip.star} onClick={() => judging.star(clip)}>
      <Star filled={clip.star} />
    </button>
  );
}

export function Rating({ clip, judging, disabled }: Props) {
  const { rating } = clip;
  return (
    <span class="sd-rating" role="group" aria-label="Rating">
      {[1, 2, 3, 4, 5].map((n) => (
        <button
          key={n}
          aria-label={`Rate ${n} of 5`}
          aria-pressed={rating === n}
          disabled={disabled}
          data-on={rating !== null && n <= rating}
          title={rating === n ? "Take the rating back" : `Rate ${n} of 5 (${n})`}
          onClick={() => judging.rate(clip, n)}
        >
          {n}
        </button>
      ))}
    </span>
  );
}

/** What was said of a clip, for whoever only looks; nothing where that is nothing. */
export function Opinion({ clip: { star, rating, tags, note } }: Pick<Props, "clip">) {
  if (!star && rating === null && !tags.length && !note) return null;
  return (
    <div class="sd-opinion">
      <p class="sd-tags">
        {star && (
          <span class="sd-tag">
            <Star filled /> <span class="sd-unseen">starred</span>
          </span>
        )}
        {rating !== null && <span class="sd-tag sd-num">{rating} of 5</span>}
        {tags.map((tag) => (
          <span key={tag} class="sd-tag">
            {tag}
          </span>
        ))}
      </p>
      {note && <p class="sd-noted">{note}</p>}
    </div>
  );
}

/** Words, each taken away by its cross; a new one is added by Enter, a comma or going elsewhere. */
export function Tags({ clip, judging }: Props) {
  const { tags } = clip;
  const field = useRef<HTMLInputElement>(null);
  const [known, setKnown] = useState<readonly string[]>([]);
  const list = useMemo(() => `tags-${randomToken()}`, []);
  const add = (input: HTMLInputElement): void => {
    const tag = input.value.trim().replace(/\s+/g, " ");
    input.value = "";
    if (tag && !tags.includes(tag)) judging.setTags(clip, [...tags, tag]);
  };
  const press = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void => {
    const input = event.currentTarget;
    if (event.isComposing) return;
    if (event.key === "Escape") return leave(input);
    if (event.key === "Backspace" && !input.value && tags.length) judging.setTags(clip, tags.slice(0, -1));
    if (event.key !== "Enter" && event.key !== ",") return;
    event.preventDefault();
    add(input);
  };
  const drop = (tag: string): void => {
    judging.setTags(clip, tags.filter((one) => one !== tag));
    field.current?.focus();
  };
  return (
    <span class="sd-tags" role="group" aria-label="Tags">
      {tags.map((tag) => (
        <span key={tag} class="sd-tag">
          {tag}
          <button aria-label={`Take the tag ${tag} away`} title="Take this tag away" onClick={() => drop(tag)}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      {tags.length < MOST_TAGS && (
        <input
          ref={field}
          class="sd-tag-new"
          aria-label="Add a tag"
          placeholder={tags.length ? "+ tag" : "Add a tag"}
          maxLength={LONGEST.tag}
          list={list}
          autocomplete="off"
          onFocus={() => void judging.tagsInUse().then(setKnown)}
          onKeyDown={press}
          // Chosen from the list it is complete.
          onInput={(event) => (event as InputEvent).inputType === "insertReplacementText" && add(event.currentTarget)}
          onBlur={(event) => add(event.currentTarget)}
        />
      )}
      <datalist id={list}>
        {known.map((tag) => !tags.includes(tag) && <option key={tag} value={tag} />)}
      </datalist>
    </span>
  );
}

/** A text that is kept when the person goes elsewhere, or presses Ctrl+Enter. */
export function Note({ clip, judging }: Props) {
  const draft = judging.draft(clip);
  const text = draft ?? clip.note;
  // Not every browser tells a field that it has lost the focus when it goes, or the page does.
  useEffect(() => {
    const keep = (): void => judging.keep(clip);
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [clip.gid]);
  return (
    <span class="sd-note">
      <textarea
        aria-label="Note"
        placeholder="Write a note"
        rows={Math.min(6, text.split("\n").length)}
        maxLength={LONGEST.note}
        value={text}
        onInput={(event) => judging.write(clip, event.currentTarget.value)}
        onBlur={() => judging.keep(clip)}
        onKeyDown={(event) => {
          if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) leave(event.currentTarget);
        }}
      />
      {draft !== undefined && <small class="sd-quiet">not kept yet · Ctrl+Enter keeps it</small>}
    </span>
  );
}

/** Back to where keys mean something else; a field that is left keeps what was written. */
function leave(field: HTMLElement): void {
  const root = field.closest(".sd-widget");
  const home = root && homeIn(root);
  if (home) home.focus();
  else field.blur();
}
