/** Studio as a whole: composer, queue, player and history, side by side or one above the other. */

import { useEffect, useMemo } from "preact/hooks";
import { frameFieldFor, takePicture } from "./composer/FrameFields";
import { pictureIn } from "./composer/frames";
import { isMac, isTyping } from "../shared/host";
import { Player } from "../player/Player";
import type { State } from "./state";
import { randomToken } from "../shared/transport";
import { useStudio, useView, type View, ViewProvider } from "./view";
import { Guard, type Host } from "../shared/widget";
import { Composer } from "./composer/Composer";
import { Header } from "./Header";
import { History } from "./history/History";
import { Actions } from "./Actions";
import { Banners } from "./Banner";
import { Queue } from "./Queue";
import { Welcome } from "./Welcome";
import { WallPanel } from "./WallPanel";

interface Props {
  readonly state: State;
  readonly root: HTMLElement;
  readonly host: Host | undefined;
}

export function Studio({ state, root, host }: Props) {
  const view = useMemo<View>(() => {
    const uid = `sd${randomToken()}`;
    return {
      state,
      uid,
      host,
      toQueue() {
        const queue = root.querySelector<HTMLElement>(".sd-queue");
        queue?.scrollIntoView({ block: "nearest" });
        queue?.focus({ preventScroll: true });
      },
      focus(name) {
        // After the next paint: the control may belong to an endpoint that is only just being opened.
        requestAnimationFrame(() => {
          const target = root.querySelector<HTMLElement>(`#${CSS.escape(`${uid}-${name}`)}`);
          const field = root.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
          (target ?? field?.querySelector<HTMLElement>("input:checked, input, button:not(.sd-vary)"))?.focus();
        });
      },
    };
  }, [state]);

  useWholeWidget(state, root);

  return (
    <Guard>
      <ViewProvider value={view}>
        <div class="sd-shell" onKeyDown={(event) => undoes(state, event)}>
          <Header />
          <Banners />
          <Desk />
          <Queue />
          <History />
        </div>
      </ViewProvider>
    </Guard>
  );
}

/** Ctrl+Z and its like, but where a field of its own undoes what was typed there. */
function undoes({ draft, readOnly, wall }: State, event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
  const letter = key.toLowerCase();
  if (readOnly || wall.value || !(ctrlKey || metaKey) || altKey || !(letter === "z" || letter === "y")) return;
  if (isTyping(target as Element) && !(target as Element).matches(".sd-prompt")) return;
  // With nothing left to undo here, the notebook's cells are still not what is meant.
  event.preventDefault();
  if (letter === "y" || shiftKey) draft.redo();
  else draft.undo();
}

/** What is worked on: a request and a clip, or the wall. */
function Desk() {
  const state = useStudio();
  const { wall, readOnly } = state;
  const shown = wall.value;
  return (
    <>
      {shown && <WallPanel wall={shown} />}
      <div class="sd-desk" data-looking={readOnly} hidden={shown !== null}>
        {!readOnly && <Composer />}
        {/* Behind the wall it would go on playing. */}
        {!shown && (
          <Player state={state} welcome={<Welcome />} aside={<Undo />} actions={(row) => <Actions row={row} />} />
        )}
      </div>
    </>
  );
}

/** Takes back what has put other settings in the place of somebody's own. */
function Undo() {
  const { draft, readOnly } = useStudio();
  const { focus } = useView();
  if (readOnly || !draft.replaced.value) return null;
  const undo = (): void => {
    draft.undo();
    focus("generate");
  };
  return (
    <button class="sd-link" title={`Take the settings back (${isMac() ? "⌘" : "Ctrl+"}Z)`} onClick={undo}>
      Undo
    </button>
  );
}

/** A picture dropped or pasted anywhere on the widget goes to a frame field. */
function useWholeWidget(state: State, root: HTMLElement): void {
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    if (state.readOnly) return undefined;
    const take = (picture: File | string): void => {
      const control = frameFieldFor(state);
      if (control) takePicture(state, control, picture);
      else state.announce("No endpoint here takes a picture.");
    };
    const carries = (event: DragEvent): boolean =>
      Array.from(event.dataTransfer?.types ?? []).some((type) => type === "Files" || type === "text/uri-list");
    for (const name of ["dragenter", "dragover", "drop"] as const) {
      root.addEventListener(
        name,
        (event) => {
          // The notebook and the editor would open the file instead.
          if (!carries(event)) return;
          event.preventDefault();
          event.stopPropagation();
          const picture = name === "drop" ? pictureIn(event.dataTransfer) : null;
          if (picture) take(picture);
        },
        { signal },
      );
    }
    root.addEventListener(
      "paste",
      (event) => {
        const file = Array.from(event.clipboardData?.files ?? []).find(({ type }) => type.startsWith("image/"));
        // The notebook would paste cells.
        event.stopPropagation();
        if (!file) return;
        event.preventDefault();
        take(file);
      },
      { signal },
    );
    return () => listening.abort();
  }, [state, root]);
}
