/** A dear act asked about: its price is typed before it is sent. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { money, number, typedPrice } from "../format";
import type { Consent, Question } from "../../protocol.gen";
import { Icon } from "./Icon";

/** Where the question is asked. */
export interface Asker {
  /** Unique on the page. */
  readonly uid: string;
  announce(text: string): void;
  /** Give the focus to the part of that name. */
  focus(name: string): void;
}

interface Props {
  readonly asker: Asker;
  /** Of the button that asked: the focus comes back to it. */
  readonly name: string;
  /** Where the focus goes once it was confirmed. */
  readonly after: string;
  readonly message: string;
  readonly question: Question;
  /** What the price buys: "generate". */
  readonly act: string;
  confirm(consent: Consent): void;
  cancel(): void;
}

/** What is typed where the price is not known. */
const UNKNOWN = "unknown";
const PLAIN = { type: "text", inputMode: "decimal", autocomplete: "off" } as const;
/** No browser offers to keep it. */
const SECRET = { type: "password", autocomplete: "one-time-code" } as const;

/** Asks for the price to be typed before an act that costs so much, and of a locked widget for its owner's word. */
export function Confirm({ asker, name, after, message, question, act, confirm, cancel }: Props) {
  const { uid, announce, focus } = asker;
  const [typed, setTyped] = useState("");
  // It goes with this question: nothing here remembers it.
  const [word, setWord] = useState("");
  const [missed, setMissed] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const { count, price, left, word: locked, typed: dear = true } = question;
  const id = `${uid}-confirm-${name}`;
  const told = price === null ? "an unknown price" : `$${price}`;
  const priced = !dear || (price === null ? typed.trim().toLowerCase() === UNKNOWN : typedPrice(typed) === price);
  const matches = priced && (!locked || word !== "");

  useLayoutEffect(() => {
    const el = box.current?.querySelector<HTMLElement>("input, .sd-strong");
    if (!el) return;
    const { activeElement, body } = el.ownerDocument;
    const here = (el.getRootNode() as Document | ShadowRoot).activeElement;
    const inside = here !== null && el.closest(".sd-widget")?.contains(here) === true;
    before.current = inside ? (here as HTMLElement) : null;
    // The answer may come late: whoever writes in a cell by then is not interrupted.
    if (inside || !activeElement || activeElement === body) el.focus();
    else announce(message);
  }, []);

  const leave = (): void => {
    cancel();
    if (before.current?.isConnected) before.current.focus();
    else focus(name);
  };
  const go = (): void => {
    if (!matches) return setMissed(true);
    focus(after);
    confirm({ ...(dear && { confirm: typed }), ...(locked && { word }) });
  };
  const hint = matches
    ? dear || locked
      ? `Enter spends ${told}.`
      : "Nothing was sent yet."
    : missed
      ? `${priced ? "The word is missing" : `That is not ${price ?? UNKNOWN}`}. Nothing was sent.`
      : "Nothing was sent yet.";
  const field = (what: string, value: string, set: (value: string) => void, bad: boolean) => (
    <input
      id={`${id}${what}`}
      class="sd-input"
      {...(what ? SECRET : PLAIN)}
      value={value}
      aria-invalid={missed && bad}
      aria-describedby={`${id}-hint`}
      onInput={(event) => {
        setMissed(false);
        set(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        // With Ctrl it would begin anew.
        event.stopPropagation();
        event.preventDefault();
        if (!event.repeat) go();
      }}
    />
  );

  return (
    <div
      ref={box}
      class="sd-outcome"
      role="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-sums`}
      onKeyDown={(event) => event.key === "Escape" && leave()}
    >
      <Icon name="warn" />
      <div>
        <b id={`${id}-title`}>{message}</b>
        <div class="sd-sums" id={`${id}-sums`}>
          <Sum name="Clips" value={number(count)} />
          <Sum name="Price" value={price === null ? "not known" : told} />
          <Sum name="Budget left" value={left === null ? "none set" : money(left)} />
        </div>
        <div class="sd-row sd-asks">
          {dear && (
            <div>
              <label for={id}>
                Type <b class="sd-num">{price ?? UNKNOWN}</b> to {act}
              </label>
              <span class={price === null ? "" : "sd-dollars"}>{field("", typed, setTyped, !priced)}</span>
            </div>
          )}
          {locked && (
            <div>
              <label for={`${id}-word`}>{dear ? "and the owner’s word" : `Type the owner’s word to ${act}`}</label>
              {field("-word", word, setWord, word === "")}
            </div>
          )}
          <button class="sd-button sd-strong" disabled={!matches} onClick={(event) => event.detail < 2 && go()}>
            Spend {told}
          </button>
          <button class="sd-button" onClick={leave}>
            Cancel
          </button>
        </div>
        <p class="sd-quiet" id={`${id}-hint`} role="status">
          {hint}
        </p>
      </div>
    </div>
  );
}

// No <dl>: JupyterLab lays those out its own way.
function Sum({ name, value }: { name: string; value: string }) {
  return (
    <span>
      {name}
      <b>{value}</b>
    </span>
  );
}
