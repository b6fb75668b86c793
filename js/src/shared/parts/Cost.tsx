import { money } from "../format";
import type { Row } from "../messages";
import { Icon } from "./Icon";

/** What a clip cost, and where that figure comes from. */
export function Cost({ row: { bill, cost, cost_source: source } }: { row: Row }) {
  if (source === "free") return "free";
  if (source === "elsewhere") return "paid elsewhere";
  const words = source === "person" ? "as you said" : source;
  return (
    <span class={bill ? "sd-overbilled" : undefined} title={bill?.message}>
      {bill && <Icon name="warn" />}
      {cost !== null && `${source === "estimate" ? "≈ " : ""}${money(cost)} `}
      <small class="sd-quiet">{words}</small>
    </span>
  );
}
