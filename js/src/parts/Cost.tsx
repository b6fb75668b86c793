import { money } from "../format";
import type { Row } from "../messages";

/** What a clip cost, and where that figure comes from. */
export function Cost({ row: { cost, cost_source: source } }: { row: Row }) {
  if (source === "free") return "free";
  if (source === "elsewhere") return "paid elsewhere";
  return (
    <>
      {cost !== null && `${source === "estimate" ? "≈ " : ""}${money(cost)} `}
      <small class="sd-quiet">{source}</small>
    </>
  );
}
