import { IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import { applyOrder } from "@/api/live-trading";
import { isFinal, type Order } from "@/api/types";
import { formatDecimal, signOf } from "@/lib/decimal";
import { baseOf } from "@/lib/symbols";
import { askToConfirm } from "../confirm";
import { EndButton } from "../EndButton";
import { toastDone, toastFailed } from "../toast";
import { orderInWords } from "./order-words";

/** Cancels an order after asking; nothing once it is over, or for an account that only reads. */
export function CancelOrder({ order, compact = false }: { order: Order; compact?: boolean }) {
  const client = useQueryClient();
  const acts = canAct(useMe());
  const cancel = $api.useMutation("post", "/api/orders/{order_id}/cancel", {
    onSuccess: (told) => {
      applyOrder(client, told);
      toastDone("Asked to cancel. The order changes as soon as the exchange confirms.", order.symbol);
    },
    onError: (error) => toastFailed("cancel the order", error),
  });
  if (!acts || isFinal(order.status)) return null;
  const asked = order.cancel_requested_at !== null || cancel.isPending;
  const ask = () =>
    askToConfirm({
      title: `Cancel “${orderInWords(order)}”?`,
      children: consequence(order),
      confirm: "Cancel the order",
      onConfirm: () => cancel.mutate({ params: { path: { order_id: order.id } } }),
    });
  const label = asked ? "Cancelling…" : "Cancel";
  return (
    <EndButton
      label={label}
      target={order.symbol}
      icon={IconX}
      asked={asked}
      loading={cancel.isPending}
      compact={compact}
      onClick={ask}
    />
  );
}

function consequence(order: Order): string {
  if (order.status === "new") return "It has not been sent yet and will not be.";
  if (order.status === "unknown")
    return "It is not known whether the exchange has this order. Once it is found it is cancelled; if it is not there, it is not sent again.";
  const filled =
    signOf(order.filled) === 0
      ? ""
      : ` The ${formatDecimal(order.filled)} ${baseOf(order.symbol)} that were filled stay.`;
  return `The exchange takes it out of its book. It may still fill in the moment before that.${filled}`;
}
