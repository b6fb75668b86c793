/** All keys, in the top layer. */

import { useEffect, useRef } from "preact/hooks";
import { Tool } from "../shared/parts/Tool";
import { GESTURES, KEYS, VOTE_KEYS } from "./keys";
import { useWall } from "./view";

export function Sheet() {
  const { sheet, state, voting } = useWall();
  const keys = voting.on.value ? VOTE_KEYS : KEYS.filter((row) => !(row.changes && state.readOnly));
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="wl-sheet"
      aria-label="Keys of the wall"
      onClose={() => (sheet.value = false)}
      onKeyDown={(event) => event.key === "?" && close()}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="wl-sheet-body">
        <div class="wl-sheet-head">
          <h2>Keys</h2>
          <Tool icon="close" name="Close" act={close} />
        </div>
        <dl>
          {[...keys.map(({ shown, what }) => [shown, what] as const), ...GESTURES].map(([shown, what]) => (
            <div key={shown}>
              <dt>
                <kbd>{shown}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}
