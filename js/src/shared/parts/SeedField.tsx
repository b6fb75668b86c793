import { rollSeed } from "../schema";
import { useStudio } from "../view";
import { type ControlProps, Field, useField } from "./Field";
import { Tool } from "./Tool";

/** Empty: a new seed for each clip. A number: that one every time. */
export function SeedField({ control }: ControlProps) {
  const { selected } = useStudio();
  const { value, set, attributes } = useField(control);
  const kept = typeof value === "number";
  return (
    <Field control={control} value={kept ? "the same for every clip" : "new for every clip"}>
      <span class="sd-joined">
        <input
          class="sd-input"
          type="text"
          inputMode="numeric"
          placeholder="random"
          autocomplete="off"
          value={kept ? String(value) : ""}
          {...attributes}
          onInput={(event) => {
            const digits = event.currentTarget.value.replace(/[^\d-]/g, "");
            const seed = digits ? Number(digits) : null;
            if (event.currentTarget.value !== digits) event.currentTarget.value = digits;
            set(seed === null || Number.isNaN(seed) ? null : seed);
          }}
        />
        <Tool icon="dice" name="Roll a new seed" act={() => set(rollSeed(control))} />
        <Tool
          icon={kept ? "locked" : "open"}
          name="Keep the same seed"
          hint={kept ? "Let go of this seed: a new one for every clip" : "Keep one seed for every clip"}
          pressed={kept}
          act={() => set(kept ? null : (selected.value?.seed ?? rollSeed(control)))}
        />
      </span>
    </Field>
  );
}
