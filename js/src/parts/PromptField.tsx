import { useLayoutEffect, useRef } from "preact/hooks";
import { shortened } from "../format";
import type { Helper } from "../messages";
import { useStudio } from "../view";
import { PromptAxis } from "./AxisField";
import { type ControlProps, Field, useField } from "./Field";
import { Icon, type IconName } from "./Icon";
import { Menu } from "./Menu";

export function PromptField({ control }: ControlProps) {
  const { draft, lab } = useStudio();
  const { value, set, attributes } = useField(control);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typeof value === "string" ? value : "";

  useLayoutEffect(() => {
    const el = area.current;
    if (!el) return;
    // Shrink first: scrollHeight never goes below the height in force.
    el.style.height = "auto";
    el.style.height = `${el.scrollHeight + 2}px`;
  }, [text]);

  const insert = (snippet: string): void => {
    const el = area.current;
    if (!el) return;
    const [before = "", after = ""] = snippet.split("|");
    const { selectionStart: from, selectionEnd: to } = el;
    const head = text.slice(0, from);
    const gap = head && !/\s$/.test(head) ? " " : "";
    set(head + gap + before + text.slice(from, to) + after + text.slice(to));
    const caret = head.length + gap.length + before.length + (to - from);
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
        onInput={(event) => set(event.currentTarget.value)}
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
              detail: item.insert.startsWith(item.label) ? undefined : shortened(item.insert.replace("|", "…"), 48),
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
              detail: shortened(example.prompt, 90),
              act: () => draft.open(example.endpoint, { [control.name]: example.prompt }),
            }))}
          />
        )}
      </div>
      <PromptAxis control={control} />
    </Field>
  );
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
