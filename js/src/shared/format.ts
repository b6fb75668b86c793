/** Numbers and times as people read them. */

/** Null: what it costs nobody knows. */
export function money(dollars: number | null): string {
  if (dollars === null) return "price not known";
  const digits = dollars > 0 && dollars < 0.01 ? 4 : 2;
  return `$${dollars.toFixed(digits)}`;
}

/** "9,840": in English like every word here, whatever the browser speaks. */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

export function countOf(count: number, thing: string): string {
  return `${number(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** What was typed as a price, written as the kernel writes it: "$1,40" is "1.40". */
export function typedPrice(text: string): string {
  return text.trim().replace(/^\$\s*/, "").replace(",", ".");
}

/** "22 Nov 2026", from "2026-11-22". */
export function day(iso: string): string {
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return new Date(iso).toLocaleDateString("en-GB", options);
}

export function span(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "5 s", "4.04 s": a clip's length without idle zeros. */
export function length(seconds: number): string {
  return `${Number(seconds.toFixed(2))} s`;
}

/** A running clock that does not jump in width: "0:07", "12:31". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = `${String(whole % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

export function when(epoch: number, now = Date.now()): string {
  const date = new Date(epoch * 1000);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}

export function size(width: number, height: number): string {
  return `${width}×${height}`;
}

export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}
