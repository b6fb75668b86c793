/** Where a helper's words go in a prompt: never into what somebody in it says. */

/** What closes each mark that opens a quotation. ” opens one too, in Swedish; » and › in German. */
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"', "“": "”", "”": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", "‹": "›", "›": "‹",
  "‘": "’", "‚": "‘’", "'": "'", "「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", "〝": "〞〟", "＂": "＂",
};
const APOSTROPHES = "'’";
const LETTER = /[\p{L}\p{N}]/u;

interface Quotation {
  /** Behind its closing mark, or the text's end. */
  readonly end: number;
  /** The marks it lacks. */
  readonly open: string;
}

/** The outermost quotation whose words are at that place of a text. */
function quotationAt(text: string, at: number): Quotation | null {
  const closers: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const mark = text[i]!;
    const [before, after] = [text[i - 1] ?? "", text[i + 1] ?? ""];
    if (APOSTROPHES.includes(mark) && LETTER.test(after) && LETTER.test(before)) continue;
    const closer = closers.reduce((found, marks, n) => (marks.includes(mark) ? n : found), -1);
    // A quotation within one that was never closed ends with the outer one.
    if (closer >= 0) closers.length = closer;
    else if (opens(mark, before, after, text, i)) {
      if (!closers.length) start = i;
      closers.push(CLOSING[mark]!);
      continue;
    } else continue;
    if (!closers.length && start < at && at <= i) return { end: i + 1, open: "" };
  }
  if (!closers.length || start >= at) return null;
  return { end: text.length, open: closers.map(([mark]) => mark).reverse().join("") };
}

function opens(mark: string, before: string, after: string, text: string, at: number): boolean {
  if (!(mark in CLOSING)) return false;
  // Inches: a 10" doll.
  if ((mark === '"' || mark === "”") && /\d/.test(before)) return false;
  // A single mark is an apostrophe (’90s, dogs’) unless it stands before a word, and another after one.
  if (mark === "'") return !LETTER.test(before) && LETTER.test(after) && /[^\s]'(?![\p{L}\p{N}])/u.test(text.slice(at + 1));
  return true;
}

/** What belongs to a quotation's sentence after it: `, barely audible`. */
const REST = /^\s*[,;:–—-](?:[^.!?。！？…"“”„«»‹›「『]|[.!?…](?!\s|$))*[.!?。！？…]?/u;

/** `snippet` put into a text where `from` to `to` is selected; a "|" in it is where the caret goes, around what is selected. */
export function insertSnippet(text: string, snippet: string, from: number, to: number): { text: string; caret: number } {
  const quotation = quotationAt(text, from) ?? (to > from ? quotationAt(text, to) : null);
  let [head, selected, tail] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  if (quotation) {
    const rest = REST.exec(text.slice(quotation.end))?.[0] ?? "";
    const end = quotation.end + rest.length;
    head = (quotation.open ? text.trimEnd() : text.slice(0, end)) + quotation.open;
    [selected, tail] = ["", text.slice(end)];
  }
  const [before = "", after = ""] = snippet.split("|");
  const start = head + (head && !/[\s(]$/.test(head) ? " " : "") + before + selected;
  const gap = /^[\p{L}\p{N}"“„«‹「『]/u.test(tail) ? " " : "";
  return { text: start + after + gap + tail, caret: start.length };
}
