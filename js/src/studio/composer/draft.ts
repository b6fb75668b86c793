/** What is being composed, kept in step with the kernel: edits go out as messages, quote and problems come back. */

import { batch, computed, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import { createAxes, noLongerVaried, isBlank, type VariedDraft } from "./axes";
import type {
  Axis,
  DraftTrait,
  Endpoint,
  Fields,
  FrameValue,
  Problem,
  Quote,
  StudioRequests,
  SweepQuote,
  Value,
} from "../../protocol.gen";
import { type Control, controlsOf, fieldsFor, isEmpty } from "./schema";
import { RequestError, randomToken, type Transport } from "../../shared/transport";

export interface Draft extends VariedDraft {
  readonly endpoint: ReadonlySignal<Endpoint>;
  readonly controls: ReadonlySignal<readonly Control[]>;
  readonly fields: ReadonlySignal<Fields>;
  readonly quote: ReadonlySignal<Quote | null>;
  /** What running the sweep comes to; null while nothing is varied, or something is wrong. */
  readonly sweep: ReadonlySignal<SweepQuote | null>;
  /** Values of each axis that could be read. */
  readonly counts: ReadonlySignal<Readonly<Record<string, number>>>;
  /** All of what would be sent, as text: another request has another. */
  readonly identity: ReadonlySignal<string>;
  /** Quote and problems belong to the fields as they now are. */
  readonly settled: ReadonlySignal<boolean>;
  /** A name in braces has values, and whether it stands for them the kernel, which alone reads braces, has not said yet. */
  readonly unread: ReadonlySignal<boolean>;
  /** What is wrong, by field. */
  readonly problems: ReadonlySignal<Readonly<Record<string, string>>>;
  /** What is wrong and belongs to no control here. */
  readonly general: ReadonlySignal<readonly string[]>;
  set(name: string, value: Value): void;
  /** The same, to be undone as one step with those of this `run` before it. */
  write(name: string, text: string, run: string): void;
  undo(): void;
  redo(): void;
  /** What was done last put other values in the place of what somebody had written. */
  readonly replaced: ReadonlySignal<boolean>;
  /** Vary a field or placeholder over that; null: no longer. */
  setAxis(name: string, axis: Axis | null): void;
  /** Put a picture into a frame field, or beside those it is varied over. */
  take(name: string, frame: FrameValue): void;
  setMany(values: Fields): void;
  /**
   * Another endpoint; fields of the same name keep their value, and those given are varied no more. False, and nothing
   * is changed, for one that is not in the catalog.
   */
  open(endpoint: string, values?: Fields): boolean;
  /** Put a picture into a frame field, on the first endpoint that takes one if this one does not. */
  placeFrame(frame: FrameValue, others?: Fields): Control | undefined;
  paint(field: string, message: string | null): void;
  paintAll(problems: readonly Problem[]): void;
  /** From now on say what is missing. Returns the first field in the way of generating, if any. */
  firstObstacle(): string | undefined;
}

/** What one step has changed, as it was before. */
interface Step {
  readonly run: string;
  /** Null where a step changes none. */
  readonly endpoint: string | null;
  readonly values: Readonly<Record<string, Value | undefined>>;
  readonly axes: Readonly<Record<string, Axis | null>>;
}
const REPLACED = "replaced";
/** From the kernel: another page writes, or code. */
const RECEIVED = "received";
const MOST_STEPS = 200;

/** Long enough to swallow a burst of typing, short enough to feel live. */
const SETTLE = 220;

export function createDraft(
  kernel: Transport<StudioRequests>,
  catalog: ReadonlySignal<readonly Endpoint[]>,
  trait: ReadonlySignal<DraftTrait>,
  signal: AbortSignal,
): Draft & { receive(): void } {
  const origin = randomToken();
  const endpointId = makeSignal(trait.value.endpoint);
  // Values of every endpoint met so far: a picture is still there after a visit to an endpoint without pictures.
  const values = makeSignal<Fields>(trait.value.fields);
  const edited = makeSignal<ReadonlySet<string>>(new Set());
  const painted = makeSignal<Readonly<Record<string, string>>>({});
  const asked = makeSignal(false);
  const unsent = makeSignal(false);
  const inFlight = makeSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A browser undoes only what was typed, and not even that once a script has set the field.
  const past = makeSignal<readonly Step[]>([]);
  let future: readonly Step[] = [];

  const endpoint = computed(() => {
    const found = catalog.value.find(({ id }) => id === endpointId.value) ?? catalog.value[0];
    if (!found) throw new Error("The kernel offers no endpoint.");
    return found;
  });
  const controls = computed(() => controlsOf(endpoint.value));
  const axes = createAxes(trait, controls);
  const sweep = computed(() => (trait.value.endpoint === endpoint.value.id ? trait.value.sweep : null));
  const found = computed(() => {
    const { endpoint: judged, problems: all } = trait.value;
    const cells = axes.skipInvalid.value ? [] : (sweep.value?.wrong ?? []);
    const named: readonly Problem[] = [...all, ...cells];
    return judged === endpoint.value.id ? named.filter((p) => !p.missing && !edited.value.has(p.field)) : [];
  });
  // A wrong value the kernel has named stays to be seen. Text, because an equal one changes nothing that follows.
  const wrong = computed(() => JSON.stringify(found.value.map((problem) => problem.field)));
  const fields = computed(() => fieldsFor(controls.value, values.value, JSON.parse(wrong.value) as string[]));
  const missing = computed(() =>
    controls.value.filter(
      ({ name, required }) => required && isEmpty(fields.value[name]) && !axes.isVaried(name),
    ),
  );
  const unvaried = computed(() => Object.keys(axes.varied.value).filter((name) => isBlank(axes.varied.value[name])));
  const problems = computed(() => {
    const named: Record<string, string> = {};
    for (const problem of found.value) named[problem.field] ??= problem.message;
    if (asked.value) {
      for (const { name, allowed } of missing.value) named[name] = `Needed: ${allowed || "a value"}.`;
      for (const name of unvaried.value) named[name] = "Needed: the values to vary it over.";
    }
    return { ...named, ...painted.value };
  });
  const places = computed(() => [...controls.value.map(({ name }) => name), ...axes.placeholders.value]);
  const general = computed(() =>
    Object.entries(problems.value)
      .filter(([field]) => !places.value.includes(field))
      .map(([field, message]) => (field ? `${field}: ${message}` : message)),
  );

  const settled = computed(() => !unsent.value && !inFlight.value);
  const unread = computed(() =>
    Object.entries(axes.axes.value).some(
      ([name, axis]) =>
        !isBlank(axis) &&
        !axes.isVaried(name) &&
        inBraces(name, fields.value) &&
        // The kernel's last word may be about other fields: a draft can be lost, or overtaken by another page's.
        !(settled.value && inBraces(name, trait.value.fields)),
    ),
  );

  const send = (): void => {
    timer = undefined;
    if (signal.aborted || inFlight.value) return;
    batch(() => {
      unsent.value = false;
      inFlight.value = true;
    });
    kernel
      .request("draft", { endpoint: endpoint.value.id, fields: fields.value, axes: axes.axes.value, origin })
      .catch((error: unknown) => {
        // What is wrong with the fields comes back in the trait; a kernel that is gone has its own banner.
        if (!(error instanceof RequestError)) throw error;
        if (error.detail.type === "lost") unsent.value = true;
      })
      .finally(() => {
        inFlight.value = false;
        if (unsent.value) schedule(0);
      });
  };
  const schedule = (delay = SETTLE): void => {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));

  const markEdited = (names: readonly string[]): void => {
    edited.value = new Set([...edited.value, ...names, ""]);
    painted.value = without(painted.value, [...names, ""]);
    unsent.value = true;
    schedule();
  };
  const before = (run: string, names: readonly string[]): Step => ({
    run,
    endpoint: run === REPLACED || run === RECEIVED ? endpoint.value.id : null,
    values: Object.fromEntries(names.map((name) => [name, values.value[name]])),
    axes: Object.fromEntries(names.map((name) => [name, axes.axes.value[name] ?? null])),
  });
  const remember = (run: string, names: readonly string[]): void => {
    future = [];
    if (run === REPLACED || past.value.at(-1)?.run !== run) past.value = [...past.value, before(run, names)].slice(-MOST_STEPS);
  };
  /** Take a step back, and return the one that leads here again. */
  const retrace = (step: Step): Step => {
    const names = Object.keys(step.values);
    const back = { ...before(step.run, names), endpoint: step.endpoint && endpoint.value.id };
    if (step.endpoint) endpointId.value = step.endpoint;
    values.value = { ...values.value, ...step.values } as Fields;
    axes.merge(step.axes);
    markEdited(names);
    return back;
  };
  const setMany = (changes: Fields): void =>
    batch(() => {
      values.value = { ...values.value, ...changes };
      markEdited(Object.keys(changes));
    });
  const setAxis = (name: string, axis: Axis | null): void =>
    batch(() => {
      axes.merge({ [name]: axis });
      markEdited([name]);
    });
  const take = (name: string, frame: FrameValue): void => {
    const axis = axes.varied.value[name];
    if (!Array.isArray(axis)) return setMany({ [name]: frame });
    const others = (axis as readonly FrameValue[]).filter((one) => one.frame !== frame.frame);
    setAxis(name, [...others, frame]);
  };

  const open = (id: string, changes: Fields = {}): boolean => {
    if (!catalog.value.some((known) => known.id === id)) {
      const told = `${id || "The clip's endpoint"} is not offered by this version of ipyseedance. Upgrade it to use these settings.`;
      painted.value = { ...painted.value, "": told };
      return false;
    }
    batch(() => {
      const names = Object.keys(changes);
      if (names.length) remember(REPLACED, names);
      if (id !== endpoint.value.id) asked.value = false;
      endpointId.value = id;
      axes.merge(noLongerVaried(changes));
      setMany(changes);
    });
    return true;
  };

  const framesOf = (candidate: Endpoint): readonly Control[] =>
    controlsOf(candidate).filter((control) => control.kind === "frame");

  return {
    ...axes,
    endpoint,
    controls,
    fields,
    problems,
    general,
    quote: computed(() => (trait.value.endpoint === endpoint.value.id ? trait.value.quote : null)),
    sweep,
    counts: computed(() => (trait.value.endpoint === endpoint.value.id ? trait.value.counts : {})),
    identity: computed(() =>
      JSON.stringify([endpoint.value.id, fields.value, axes.varied.value, axes.skipInvalid.value]),
    ),
    settled,
    unread,
    set: (name, value) => setMany({ [name]: value }),
    write: (name, text, run) =>
      batch(() => {
        remember(run, [name]);
        setMany({ [name]: text });
      }),
    undo: () =>
      batch(() => {
        const step = past.value.at(-1);
        if (!step) return;
        past.value = past.value.slice(0, -1);
        future = [...future, retrace(step)];
      }),
    redo: () =>
      batch(() => {
        const step = future.at(-1);
        if (!step) return;
        future = future.slice(0, -1);
        past.value = [...past.value, retrace(step)];
      }),
    replaced: computed(() => past.value.at(-1)?.run === REPLACED),
    setMany,
    setAxis,
    take,
    open,
    placeFrame(frame, others = {}) {
      const own = framesOf(endpoint.value);
      const target = own.length ? endpoint.value : catalog.value.find((candidate) => framesOf(candidate).length);
      const control = target && framesOf(target)[0];
      if (target && control) open(target.id, { ...others, [control.name]: frame });
      return control;
    },
    paint(field, message) {
      painted.value = message === null ? without(painted.value, [field]) : { ...painted.value, [field]: message };
    },
    paintAll(found) {
      painted.value = { ...painted.value, ...Object.fromEntries(found.map((p) => [p.field, p.message])) };
    },
    firstObstacle() {
      asked.value = true;
      return places.value.find((name) => name in problems.value);
    },
    receive() {
      const next = trait.value;
      if (next.origin === origin) {
        if (!unsent.value) edited.value = new Set();
        return;
      }
      // Edits on their way will overtake this draft in the kernel, so it is not shown for a moment first.
      if (unsent.value || inFlight.value) return;
      batch(() => {
        // What is there before anybody wrote is the beginning, not a step.
        if (past.value.length) remember(RECEIVED, [...new Set([...Object.keys(values.value), ...Object.keys(next.fields)])]);
        endpointId.value = next.endpoint;
        values.value = { ...values.value, ...next.fields };
        axes.replace(next.axes);
        edited.value = new Set();
        painted.value = {};
        asked.value = false;
      });
    },
  };
}

const inBraces = (name: string, fields: Fields): boolean => JSON.stringify(fields).includes(`{${name}}`);

function without(record: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
