/** From an endpoint's JSON Schema to descriptions of controls. Knows kinds of control, no endpoint's field names. */

import type { Endpoint, Fields, FrameValue, Property, Schema, Value } from "../../protocol.gen";

const KINDS = ["prompt", "frame", "ratio", "choice", "seconds", "switch", "seed", "number", "text"] as const;
export type ControlKind = (typeof KINDS)[number];

export interface Control {
  readonly name: string;
  readonly kind: ControlKind;
  readonly role: string;
  readonly title: string;
  readonly help: string;
  readonly required: boolean;
  readonly initial: Value;
  readonly options: readonly (string | number)[];
  readonly unit: string;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly whole: boolean;
  readonly allowed: string;
}

export function controlsOf(endpoint: Endpoint): readonly Control[] {
  const required = new Set(endpoint.schema.required);
  return Object.entries(endpoint.schema.properties).flatMap(([name, given]) => {
    const property = flatten(given, endpoint.schema);
    const kind = kindOf(property);
    // A field that no control here can hold is left to its default.
    if (!kind) return [];
    return {
      name,
      kind,
      role: property.role ?? "",
      title: property.title ?? name,
      help: property.description ?? "",
      required: required.has(name),
      initial: property.default === undefined ? blank(kind, property) : property.default,
      options: property.enum ?? secondsBetween(kind, property),
      unit: property.unit ?? "",
      minimum: property.minimum,
      maximum: property.maximum,
      whole: property.type === "integer",
      allowed: property.allowed ?? "",
    };
  });
}

/** One level: what a nullable union or a reference says, under what the property says itself. */
function flatten(property: Property, schema: Schema): Property {
  const inner = property.$ref ? schema.$defs?.[property.$ref.split("/").pop() ?? ""] : branch(property);
  if (!inner) return property;
  const { $ref: _ref, anyOf: _anyOf, allOf: _allOf, ...own } = property;
  return { ...flatten(inner, schema), ...own };
}

function branch(property: Property): Property | undefined {
  return (property.anyOf ?? property.allOf)?.find((option) => option.type !== "null");
}

/** Null for a list or an object, whatever is in it. */
function kindOf(property: Property): ControlKind | null {
  if (property.type === "array" || property.type === "object") return null;
  const named = KINDS.find((kind) => kind === property.control);
  if (named) return named;
  if (property.enum) return "choice";
  if (property.type === "boolean") return "switch";
  return property.type === "integer" || property.type === "number" ? "number" : "text";
}

function blank(kind: ControlKind, property: Property): Value {
  if (kind === "switch") return false;
  if (kind === "prompt" || kind === "text") return "";
  return property.enum?.[0] ?? null;
}

function secondsBetween(kind: ControlKind, { minimum, maximum }: Property): readonly number[] {
  if (kind !== "seconds" || minimum === undefined || maximum === undefined) return [];
  return Array.from({ length: Math.floor(maximum - minimum) + 1 }, (_, i) => minimum + i);
}

export function isFrame(value: Value | undefined): value is FrameValue {
  return typeof value === "object" && value !== null && typeof value.frame === "string";
}

export function isEmpty(value: Value | undefined): boolean {
  return value === null || value === undefined || (typeof value === "string" && !value.trim());
}

/** An endpoint's fields out of values that may belong to another: shared names keep their value if it is allowed. */
export function fieldsFor(controls: readonly Control[], values: Fields, kept: readonly string[]): Fields {
  return Object.fromEntries(
    controls.map((control) => {
      const value = values[control.name];
      return [control.name, value !== undefined && kept.includes(control.name) ? value : fit(control, value)];
    }),
  );
}

function fit(control: Control, value: Value | undefined): Value {
  if (value === undefined) return control.initial;
  // A number or a text may be wiped out while it is being edited; a choice and a switch always stand somewhere.
  if (value === null) return control.options.length || control.kind === "switch" ? control.initial : null;
  if (!control.options.length) return value;
  return control.options.find((option) => String(option) === String(value)) ?? control.initial;
}

/** Width over height of an option such as "16:9", or null for one that is not a ratio. */
export function ratioOf(option: string | number): number | null {
  const parts = /^(\d+(?:\.\d+)?)\s*[:x/]\s*(\d+(?:\.\d+)?)$/.exec(String(option));
  return parts ? Number(parts[1]) / Number(parts[2]) : null;
}

/** A whole number within the control's limits, below 2^31 so that services with signed seeds take it. */
export function rollSeed(control: Control): number {
  const low = Math.max(0, control.minimum ?? 0);
  const high = Math.min(control.maximum ?? Infinity, 2 ** 31 - 1);
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return low + (random % (high - low + 1));
}
