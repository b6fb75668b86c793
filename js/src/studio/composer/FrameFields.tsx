/** Neighbouring frame controls, side by side: choose, drop, paste, address, variable, a clip's frame. */

import { useState } from "preact/hooks";
import { pictureIn } from "./frames";
import { size } from "../../shared/format";
import type { FrameValue } from "../../protocol.gen";
import { type Control, isFrame } from "./schema";
import type { State } from "../state";
import { urlOf, useMedium } from "../../shared/media";
import { useStudio } from "../view";
import { AxisTool, FieldNotes, useField } from "./Field";
import { FrameSource, type SourceKind } from "./FrameSource";
import { Icon } from "../../shared/parts/Icon";
import { Menu, type MenuItem } from "../../shared/parts/Menu";
import { Tool } from "../../shared/parts/Tool";

export function FrameFields({ controls }: { controls: readonly Control[] }) {
  const { draft } = useStudio();
  const [source, setSource] = useState<{ control: Control; kind: SourceKind } | null>(null);
  const [first, second] = controls;
  const swap = (): void => {
    if (!first || !second) return;
    const { [first.name]: a = null, [second.name]: b = null } = draft.fields.value;
    draft.setMany({ [first.name]: b, [second.name]: a });
  };
  return (
    <div class="sd-field sd-wide">
      <div class="sd-frames">
        {controls.map((control, index) => (
          <>
            {index === 1 && controls.length === 2 && !controls.some(({ name }) => draft.isVaried(name)) && (
              <Tool icon="swap" name="Swap the frames" extra="sd-swap" act={swap} />
            )}
            <FrameField key={control.name} control={control} ask={(kind) => setSource({ control, kind })} />
          </>
        ))}
      </div>
      {source && <FrameSource {...source} close={() => setSource(null)} />}
    </div>
  );
}

interface FrameFieldProps {
  readonly control: Control;
  ask(kind: SourceKind): void;
}

function FrameField({ control, ask }: FrameFieldProps) {
  const studio = useStudio();
  const { value, attributes } = useField(control);
  const [over, setOver] = useState(false);
  const varied = studio.draft.isVaried(control.name);
  const frame = isFrame(value) && !varied ? value : null;
  const transfer = studio.frames.transfers.value[control.name];
  const thumb = urlOf(useMedium(studio.media, "thumb", frame?.frame ?? null)) ?? (frame && !transfer ? undefined : transfer?.preview);

  const drop = (event: DragEvent): void => {
    setOver(false);
    event.preventDefault();
    event.stopPropagation();
    takePicture(studio, control, pictureIn(event.dataTransfer));
  };

  return (
    <div
      class={`sd-frame ${over ? "sd-over" : ""}`}
      data-field={control.name}
      data-filled={frame !== null}
      onDragEnter={() => setOver(true)}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false)}
      onDrop={drop}
    >
      <div class="sd-label" title={control.help}>
        <label for={attributes.id}>{control.title}</label>
        <AxisTool control={control} />
        <span class="sd-field-value">{control.required || varied ? "" : "optional"}</span>
      </div>
      {varied && <FrameAxis control={control} />}
      <div class="sd-frame-well">
        {thumb && <img src={thumb} alt="" />}
        <input
          type="file"
          accept="image/*"
          multiple={varied}
          title={frame ? "Choose another picture" : "Choose a picture"}
          {...attributes}
          onChange={(event) => {
            const files = Array.from(event.currentTarget.files ?? []);
            event.currentTarget.value = "";
            if (files.length > 1) void takeEach(studio, control, files);
            else takePicture(studio, control, files[0] ?? null);
          }}
        />
        {!frame && !transfer && (
          <span class="sd-frame-invite" aria-hidden="true">
            <Icon name="picture" />
            <span>
              <b>{varied ? "Add" : "Choose"}</b> or drop, paste
            </span>
          </span>
        )}
        {(transfer || frame) && (
          <span class="sd-frame-name" title={frame?.name}>
            <span>{transfer?.name ?? frame?.name}</span>
            {!transfer && frame && frame.width > 0 && <small>{size(frame.width, frame.height)}</small>}
          </span>
        )}
        {transfer && (
          <progress
            aria-label={`Sending ${transfer.name}`}
            {...(transfer.progress > 0 && { value: transfer.progress })}
          />
        )}
        <span class="sd-frame-tools">
          <Menu
            className="sd-tool"
            label={<Icon name="more" />}
            name={`More sources for ${control.title.toLowerCase()}`}
            items={sources(studio, control, ask)}
          />
          {(frame || transfer) && (
            <Tool icon="close" name={`Clear ${control.title.toLowerCase()}`} act={() => studio.frames.clear(control)} />
          )}
        </span>
      </div>
      <FieldNotes control={control} />
    </div>
  );
}

/** The pictures a frame field is varied over. */
function FrameAxis({ control }: { control: Control }) {
  const { draft } = useStudio();
  const axis = draft.varied.value[control.name];
  const frames = (Array.isArray(axis) ? axis : []).filter(isFrame);
  const without = (frame: FrameValue): void =>
    draft.setAxis(
      control.name,
      frames.filter((one) => one.frame !== frame.frame),
    );
  if (!frames.length) return null;
  return (
    <ul class="sd-frame-axis" aria-label={`Pictures for ${control.title.toLowerCase()}`}>
      {frames.map((frame) => (
        <li key={frame.frame} title={frame.width ? `${frame.name} · ${size(frame.width, frame.height)}` : frame.name}>
          <Thumb frame={frame} />
          <Tool icon="close" name={`Take away ${frame.name}`} act={() => without(frame)} />
        </li>
      ))}
    </ul>
  );
}

function Thumb({ frame }: { frame: FrameValue }) {
  const url = urlOf(useMedium(useStudio().media, "thumb", frame.frame));
  return url ? <img src={url} alt={frame.name} /> : <span>{frame.name}</span>;
}

function sources(studio: State, control: Control, ask: (kind: SourceKind) => void): MenuItem[] {
  const items: MenuItem[] = [
    { label: "From an address…", act: () => ask("address") },
    { label: "From a kernel variable…", act: () => ask("variable") },
  ];
  const clip = studio.selected.value;
  if (clip) {
    for (const which of ["first", "last"] as const) {
      items.push({
        label: `${which === "first" ? "First" : "Last"} frame of the clip shown`,
        act: () => void studio.frames.fetch(control, `${which} frame`, () => clipFrame(studio, clip.gid, which)),
      });
    }
  }
  return items;
}

export async function clipFrame(studio: State, gid: number, which: "first" | "last"): Promise<FrameValue> {
  return (await studio.kernel.request("frame_clip", { gid, which })).value;
}

/** A file or address from a drop, paste or file dialog. */
export function takePicture(studio: State, control: Control, picture: File | string | null): void {
  if (picture instanceof File) void studio.frames.upload(control, picture);
  else if (picture) {
    void studio.frames.fetch(control, picture, async () => (await studio.kernel.request("frame_url", { url: picture })).value);
  } else {
    studio.draft.paint(control.name, `That held no picture.${control.allowed ? ` Allowed: ${control.allowed}.` : ""}`);
  }
}

/** One after the other: each is told how far it is. */
async function takeEach(studio: State, control: Control, files: readonly File[]): Promise<void> {
  for (const file of files) await studio.frames.upload(control, file);
}

/** Where a picture goes that was put on the widget as a whole: the first empty frame field, or else the first. */
export function frameFieldFor(studio: State): Control | undefined {
  const { draft, catalog } = studio;
  const own = draft.controls.value.filter((control) => control.kind === "frame");
  if (own.length) return own.find((control) => !isFrame(draft.fields.value[control.name])) ?? own[0];
  for (const endpoint of catalog.value) {
    draft.open(endpoint.id);
    const control = draft.controls.value.find(({ kind }) => kind === "frame");
    if (control) return control;
  }
  return undefined;
}
