/** The prompt: its text, its placeholders, and the helpers that put words in it. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { shorten } from "../../shared/format";
import { insertSnippet } from "./snippets";
import type { Helper } from "../../protocol.gen";
import { useStudio, useView } from "../view";
import { PromptAxis } from "./AxisField";
import { type ControlProps, Field, useField } from "./Field";
import { Icon, type IconName } from "../../shared/parts/Icon";
import { Menu } from "../../shared/parts/Menu";

export function PromptField({ control }: ControlProps) {
  const { draft, lab } = useStudio();
  const { focus } = useView();
  const { value, attributes } = useField(control);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typeof value === "string" ? value : "";
  const shown = useRef(text);
  // One run of typing, undone as one step: it ends where the caret is moved, or something else is done.
  const run = useRef({ count: 0, caret: -1 });

  useLayoutEffect(() => {
    const el = area.current;
    if (!el) return;
    // Shrink first: scrollHeight never goes below the height in force.
    el.style.height = "auto";
    el.style.height = `${el.scrollHeight + 2}px`;
    if (shown.current === text) return;
    // Set by a script the caret would be at the end: it goes behind what has changed.
    const caret = text.length - alike(shown.current, text);
    shown.current = text;
    el.setSelectionRange(caret, caret);
  }, [text]);

  useEffect(() => {
    const el = area.current;
    const listening = new AbortController();
    el?.addEventListener(
      "beforeinput",
      (event) => {
        const { inputType } = event;
        if (inputType === "historyUndo" || inputType === "historyRedo") {
          // From the browser's menu. Its own steps know nothing of what a script has put there.
          event.preventDefault();
          if (inputType === "historyUndo") draft.undo();
          else draft.redo();
        } else if (el.selectionStart !== run.current.caret || el.selectionEnd !== run.current.caret) run.current.count++;
      },
      { signal: listening.signal },
    );
    return () => listening.abort();
  }, [draft]);

  const insert = (snippet: string): void => {
    const el = area.current;
    if (!el) return;
    const { text: next, caret } = insertSnippet(text, snippet, el.selectionStart, el.selectionEnd);
    draft.write(control.name, next, `helper ${++run.current.count}`);
    requestAnimationFrame(() => {
      el.focus();
      el.setSelectionRange(caret, caret);
    });
  };

  const { helpers, examples } = lab.value.prompting;
  return (
    <Field control={control} wide>
      <textarea
        ref={area}
        class="sd-input sd-prompt"
        rows={3}
        value={text}
        placeholder={control.help}
        {...attributes}
        onInput={(event) => {
          const el = event.currentTarget;
          run.current.caret = el.selectionEnd;
          shown.current = el.value;
          draft.write(control.name, el.value, `${(event as InputEvent).inputType} ${run.current.count}`);
        }}
      />
      <div class="sd-helpers">
        {helpers.map((helper) => (
          <Menu
            key={helper.title}
            className="sd-chip"
            label={
              <>
                <Icon name={iconOf(helper)} />
                {helper.title}
              </>
            }
            items={helper.items.map((item) => ({
              label: item.label,
              detail: item.insert.startsWith(item.label) ? undefined : shorten(item.insert.replace("|", "…"), 48),
              act: () => insert(item.insert),
            }))}
          />
        ))}
        {examples.length > 0 && (
          <Menu
            className="sd-chip"
            label={
              <>
                <Icon name="book" />
                Examples
              </>
            }
            items={examples.map((example) => ({
              label: example.use,
              detail: shorten(example.prompt, 90),
              act: () => {
                draft.open(example.endpoint, { [control.name]: example.prompt });
                focus(control.name);
              },
            }))}
          />
        )}
      </div>
      <PromptAxis control={control} />
    </Field>
  );
}

/** Letters at the ends of two texts that are the same, as far as they follow the first that differs. */
function alike(old: string, now: string): number {
  const least = Math.min(old.length, now.length);
  let start = 0;
  while (start < least && old[start] === now[start]) start++;
  let end = 0;
  while (end < least - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return end;
}

const HELPER_ICONS: readonly (readonly [RegExp, IconName])[] = [
  [/dialog|speech|say|voice/i, "quote"],
  [/camera|shot|lens/i, "camera"],
  [/sound|music|audio/i, "note"],
  [/emotion|mood|expression/i, "face"],
];

function iconOf(helper: Helper): IconName {
  return HELPER_ICONS.find(([pattern]) => pattern.test(helper.title))?.[1] ?? "spark";
}
