/** What a widget owes to the page around it. */

import type { Transport, Model } from "./transport";

/**
 * ipywidgets triggers `comm_live_update` on a model when its comm dies (the kernel restarted) and at no other time once
 * the model is made; a model that never had a comm (a saved notebook) has its view marked with a class. The class
 * does not follow later: anywidget drops the view's own listeners. Other hosts do neither.
 */
export function watchHost<T>(model: Model<T>, el: HTMLElement, kernel: Pick<Transport, "lost" | "greet">): void {
  model.on("comm_live_update", () => kernel.lost());
  if (el.closest(".jupyter-widgets-disconnected")) kernel.lost("never there");
  else kernel.greet();
}

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** What is marked as the focus's home: there a widget's keys act on what it shows, and Space does not scroll the notebook. */
export const homeIn = (root: Element): HTMLElement | null => root.querySelector("[data-home]");

/** Whether keys pressed there write something. */
export const isTyping = (target: Element): boolean =>
  target.closest("textarea, select, input:not([type=range], [type=radio], [type=checkbox], [type=file])") !== null;

/** What a text field does with a key beside Ctrl or Cmd; upper case with Shift too. */
const EDITING = new Set(["a", "c", "v", "x", "y", "z", "V", "Z", "Backspace", "Delete", "Insert", "Home", "End"]);

/**
 * Whether a key is the host's: those pressed with Ctrl, Cmd or Alt are (Ctrl+S saves the notebook), unless the widget
 * has a use for them. Plain ones act on the notebook too (`b` inserts a cell), and never leave. Enter never does
 * either: with Ctrl it generates, keeps a note or does nothing, and the host would run the cell and make the widget anew.
 */
function isHosts(event: KeyboardEvent): boolean {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (key === "Control" || key === "Meta" || key === "Alt") return true;
  if (event.defaultPrevented || key === "Enter" || !(altKey || ctrlKey || metaKey)) return false;
  if (!isTyping(event.composedPath()[0] as Element)) return true;
  if (key.startsWith("Arrow")) return false;
  // Alt on a Mac, AltGr (which Windows tells as Ctrl and Alt) elsewhere: so are @, { and å written.
  if (altKey && (isMac() || ctrlKey) && !metaKey && [...key].length === 1) return false;
  // On a Mac Ctrl moves the caret, as in Emacs.
  if (isMac() && ctrlKey && !metaKey && !altKey && !shiftKey) return false;
  const letter = key.length === 1 ? (shiftKey ? key.toUpperCase() : key.toLowerCase()) : key;
  return !EDITING.has(letter) || (altKey && key.length === 1);
}

/** Keys and drags that reached the root unhandled would act on the notebook. */
export function guardEvents(root: HTMLElement, signal: AbortSignal): void {
  root.dataset["jpSuppressContextMenu"] = "true";
  const suppress = (does: boolean): void => {
    if (does) root.dataset["lmSuppressShortcuts"] = "true";
    else delete root.dataset["lmSuppressShortcuts"];
  };
  suppress(true);
  // JupyterLab until 4.0 looks at keys before they come down to here, and every version at this mark.
  const look = (event: KeyboardEvent): void => suppress(!event.composedPath().includes(root) || !isHosts(event));
  root.ownerDocument.defaultView?.addEventListener("keydown", look, { signal, capture: true });
  for (const name of ["keydown", "keyup", "keypress"] as const) {
    root.addEventListener(
      name,
      (event) => {
        const hosts = isHosts(event);
        suppress(!hosts);
        if (!hosts) event.stopPropagation();
      },
      { signal },
    );
  }
}

/**
 * The focus stays in the widget when what had it goes: on the page's body its keys would act on the notebook, where
 * two of them delete the cell. What is left around it takes it.
 */
export function keepFocus(root: HTMLElement, signal: AbortSignal): void {
  const focused = (): Element | null => (root.getRootNode() as Document | ShadowRoot).activeElement;
  let path: readonly HTMLElement[] = [];
  root.addEventListener(
    "focusin",
    (event) => {
      const whole = event.composedPath() as HTMLElement[];
      path = whole.slice(0, whole.indexOf(root) + 1);
    },
    { signal },
  );
  root.addEventListener(
    "focusout",
    () => {
      const [left] = path;
      // Some browsers tell this of what is being removed, too: that is gone by then.
      queueMicrotask(() => {
        if (left === path[0] && left?.isConnected && !root.contains(focused())) path = [];
      });
    },
    { signal },
  );
  const observer = new MutationObserver(() => {
    const { activeElement, body } = root.ownerDocument;
    if (!path.length || path[0]!.isConnected || (activeElement && activeElement !== body)) return;
    for (const el of path.filter((around) => around.isConnected)) {
      const lent = !el.hasAttribute("tabindex");
      if (lent) {
        el.tabIndex = -1;
        el.addEventListener("blur", () => el.removeAttribute("tabindex"), { once: true, signal });
      }
      el.focus({ preventScroll: true });
      if (focused() === el) return;
      if (lent) el.removeAttribute("tabindex");
    }
    path = [];
  });
  observer.observe(root, { childList: true, subtree: true });
  signal.addEventListener("abort", () => observer.disconnect());
}
