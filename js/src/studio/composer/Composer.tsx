/** The request being composed, drawn from the endpoint's schema. */

import { type ComponentType, Fragment } from "preact";
import { AxisField, Placeholders } from "./AxisField";
import type { ControlProps } from "./Field";
import { FrameFields } from "./FrameFields";
import { ChoiceField, NumberField, RatioField, SecondsField, SeedField, SwitchField, TextField } from "./inputs";
import { PromptField } from "./PromptField";
import type { Control, ControlKind } from "./schema";
import { useStudio, useView } from "../view";
import { Generate, useGenerate } from "./Generate";

const FIELDS: Readonly<Record<Exclude<ControlKind, "frame" | "prompt">, ComponentType<ControlProps>>> = {
  ratio: RatioField,
  choice: ChoiceField,
  seconds: SecondsField,
  switch: SwitchField,
  seed: SeedField,
  number: NumberField,
  text: TextField,
};

export function Composer() {
  const { draft, kernel } = useStudio();
  const { uid } = useView();
  const generate = useGenerate();
  return (
    <section
      class="sd-composer"
      aria-label="Composer"
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        if (!event.repeat) generate();
      }}
    >
      <fieldset class="sd-fields" disabled={kernel.life.value === "gone"}>
        <legend class="sd-unseen" id={`${uid}-fields`}>
          {draft.endpoint.value.title}
        </legend>
        {groupControls(draft.controls.value).map((group) => {
          const [control] = group;
          if (!control) return null;
          if (control.kind === "frame") return <FrameFields key={control.name} controls={group} />;
          if (control.kind === "prompt") {
            return (
              <Fragment key={control.name}>
                <PromptField control={control} />
                <Placeholders />
              </Fragment>
            );
          }
          const Part = draft.isVaried(control.name) ? AxisField : FIELDS[control.kind];
          return <Part key={control.name} control={control} />;
        })}
      </fieldset>
      <Generate generate={generate} />
    </section>
  );
}

/** Frame controls that follow each other stand side by side; every other control stands alone. */
function groupControls(controls: readonly Control[]): readonly (readonly Control[])[] {
  const groups: Control[][] = [];
  for (const control of controls) {
    const last = groups.at(-1);
    if (control.kind === "frame" && last?.[0]?.kind === "frame") last.push(control);
    else groups.push([control]);
  }
  return groups;
}
