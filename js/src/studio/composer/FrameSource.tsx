/** Asks for the address or the variable a frame is made of, in place. */

import { useEffect, useRef, useState } from "preact/hooks";
import { size } from "../../shared/format";
import type { Variable } from "../../protocol.gen";
import type { Control } from "./schema";
import { RequestError } from "../../shared/transport";
import { useStudio, useView } from "../view";
import { Tool } from "../../shared/parts/Tool";

export type SourceKind = "address" | "variable";

interface Props {
  readonly control: Control;
  readonly kind: SourceKind;
  close(): void;
}

export function FrameSource({ control, kind, close }: Props) {
  const { uid, focus } = useView();
  const title = kind === "address" ? "Address of a picture" : "Pictures in the kernel";
  const done = (): void => {
    close();
    focus(control.name);
  };
  return (
    <div
      class="sd-source"
      role="group"
      aria-labelledby={`${uid}-source`}
      onKeyDown={(event) => event.key === "Escape" && done()}
    >
      <div class="sd-source-head">
        <span class="sd-label" id={`${uid}-source`}>
          {title} → {control.title.toLowerCase()}
        </span>
        <Tool icon="close" name="Close" act={done} />
      </div>
      {kind === "address" ? <Address control={control} done={done} /> : <Variables control={control} done={done} />}
    </div>
  );
}

interface PartProps {
  readonly control: Control;
  done(): void;
}

function Address({ control, done }: PartProps) {
  const { frames, kernel } = useStudio();
  const { uid } = useView();
  const [url, setUrl] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const use = (): void => {
    const address = url.trim();
    if (!address) return input.current?.focus();
    void frames.fetch(control, address, async () => (await kernel.request("frame_url", { url: address })).value);
    done();
  };
  return (
    <span class="sd-joined">
      <input
        ref={input}
        class="sd-input"
        type="url"
        placeholder="https://…"
        aria-labelledby={`${uid}-source`}
        value={url}
        onInput={(event) => setUrl(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && use()}
      />
      <button class="sd-button" onClick={use}>
        Use
      </button>
    </span>
  );
}

function Variables({ control, done }: PartProps) {
  const { frames, kernel } = useStudio();
  const [found, setFound] = useState<readonly Variable[] | string | null>(null);
  useEffect(() => {
    let wanted = true;
    kernel.request("variables", {}).then(
      ({ value }) => wanted && setFound(value.variables),
      (error: unknown) => wanted && setFound(error instanceof RequestError ? error.message : String(error)),
    );
    return () => {
      wanted = false;
    };
  }, []);
  if (found === null) return <p class="sd-quiet">Looking…</p>;
  if (typeof found === "string") return <p class="sd-quiet">{found}</p>;
  if (!found.length) return <p class="sd-quiet">No variable holds a picture (PIL image or NumPy array) yet.</p>;
  return (
    <div class="sd-source-list">
      {found.map(({ name, type, width, height }) => (
        <button
          key={name}
          class="sd-chip"
          onClick={() => {
            void frames.fetch(control, name, async () => (await kernel.request("frame_variable", { name })).value);
            done();
          }}
        >
          <code>{name}</code> {type} · {size(width, height)}
        </button>
      ))}
    </div>
  );
}
