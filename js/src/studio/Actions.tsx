/** What can be done with the clip shown. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Fields, Language, Row, Value } from "../protocol.gen";
import { clipFrame } from "./composer/FrameFields";
import { Icon, type IconName } from "../shared/parts/Icon";
import { Menu } from "../shared/parts/Menu";
import { Tool } from "../shared/parts/Tool";
import { type Control, type ControlKind, controlsOf, rollSeed } from "./composer/schema";
import { useStudio, useView } from "./view";

const NOT_OFFERED = "This version does not offer what this clip was made with. Upgrade it to use its settings.";
const LANGUAGES: Readonly<Record<Language, string>> = { python: "Python", javascript: "JavaScript", curl: "cURL" };

/** Several pictures have no control yet, so the composer cannot hold them. */
function leftOut({ fields }: Row): string {
  const given = Object.entries<unknown>(fields).filter(([, value]) => Array.isArray(value) && value.length);
  const lists = given.map(([name]) => name);
  return lists.length ? ` Left out: ${lists.join(", ")}.` : "";
}

export function Actions({ row }: { row: Row }) {
  const studio = useStudio();
  const { focus } = useView();
  const [code, setCode] = useState<string | null>(null);
  const { draft, kernel, announce, attempt, catalog, readOnly } = studio;
  const known = catalog.value.find(({ id }) => id === row.endpoint);
  const ofKind = (kind: ControlKind) => (known ? controlsOf(known) : []).filter((control) => control.kind === kind);
  const withPictures = catalog.value.some((endpoint) => controlsOf(endpoint).some(({ kind }) => kind === "frame"));

  useEffect(() => setCode(null), [row.gid]);

  const reuse = (): void => {
    const taken = draft.open(row.endpoint, row.fields);
    announce(taken ? `The settings of this clip are in the composer, its seed too.${leftOut(row)}` : NOT_OFFERED);
    focus("generate");
  };
  const vary = (): void => {
    draft.open(row.endpoint, { ...row.fields, ...fill(ofKind("seed"), rollSeed) });
    announce(`The same settings with a new seed are in the composer.${leftOut(row)}`);
    focus("generate");
  };
  const startFrom = (which: "first" | "last", others: Fields, said: string): void => {
    attempt(
      clipFrame(studio, row.gid, which).then((frame) => {
        const control = draft.placeFrame(frame, others);
        if (!control) return;
        announce(said);
        const prompt = draft.controls.value.find(({ kind }) => kind === "prompt");
        focus(which === "last" && prompt ? prompt.name : "generate");
      }),
    );
  };
  const onward = (): void =>
    startFrom(
      "last",
      { ...row.fields, ...fill(ofKind("frame"), () => null), ...fill(ofKind("seed"), () => null) },
      "The last frame is the start frame now. Say what happens next.",
    );
  const copy = (language: Language): void =>
    attempt(
      kernel.request("code", { gid: row.gid, language }).then(async ({ value }) => {
        const copied = await navigator.clipboard?.writeText(value.text).then(() => true, () => false);
        setCode(copied ? null : value.text);
        announce(copied ? `Copied as ${LANGUAGES[language]}.` : "The clipboard is closed here: copy the text below.");
      }),
    );

  return (
    <>
      <div class="sd-actions">
        <fieldset class="sd-actions" disabled={kernel.life.value === "gone"}>
          {!readOnly && <Act icon="reuse" name="Reuse settings" act={reuse} />}
          {!readOnly && ofKind("seed").length > 0 && <Act icon="dice" name="Vary seed" act={vary} />}
          {!readOnly && withPictures && (
            <>
              <Act icon="onward" name="Continue from last frame" act={onward} />
              <Act
                icon="picture"
                name="Use first frame as start"
                act={() => startFrom("first", {}, "The first frame is the start frame now.")}
              />
            </>
          )}
          <Menu
            className="sd-button"
            label={
              <>
                <Icon name="code" /> Copy as <Icon name="down" />
              </>
            }
            items={(Object.keys(LANGUAGES) as Language[]).map((key) => ({ label: LANGUAGES[key], act: () => copy(key) }))}
          />
        </fieldset>
        <Download row={row} />
      </div>
      {code !== null && <CodeBox code={code} close={() => setCode(null)} />}
    </>
  );
}

function fill(controls: readonly Control[], value: (control: Control) => Value): Fields {
  return Object.fromEntries(controls.map((control) => [control.name, value(control)]));
}

interface ActProps {
  readonly icon: IconName;
  readonly name: string;
  readonly busy?: boolean;
  act(): void;
}

function Act({ icon, name, busy = false, act }: ActProps) {
  return (
    <button class="sd-button" disabled={busy} onClick={act}>
      {busy ? <i class="sd-spinner" aria-hidden="true" /> : <Icon name={icon} />}
      {name}
    </button>
  );
}

function Download({ row }: { row: Row }) {
  const { media, attempt } = useStudio();
  const [busy, setBusy] = useState(false);
  const link = useRef<HTMLAnchorElement>(null);
  const fetch = (): void => {
    setBusy(true);
    attempt(
      media
        .clip(row.gid)
        .then(({ url }) => {
          if (!link.current) return;
          link.current.href = url;
          link.current.click();
        })
        .finally(() => setBusy(false)),
    );
  };
  return (
    <>
      <Act icon="save" name="Download" busy={busy} act={fetch} />
      <a ref={link} hidden download={row.file_name || `clip-${row.gid}.mp4`} aria-hidden="true" tabIndex={-1} />
    </>
  );
}

/** Where the clipboard is refused, the text itself, selected. */
function CodeBox({ code, close }: { code: string; close(): void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.select(), [code]);
  return (
    <div class="sd-code">
      <textarea ref={area} class="sd-input" readOnly rows={8} value={code} aria-label="Code to copy" />
      <Tool icon="close" name="Close" act={close} />
    </div>
  );
}
