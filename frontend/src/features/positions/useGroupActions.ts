import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { GroupLeg, GroupPyramid, PositionGroup } from "@/api/types";
import { formatDecimal, signOf } from "@/lib/decimal";
import { baseOf } from "@/lib/symbols";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";
import { positionName } from "@/ui/trading/PositionName";

/** What a person may do about a position; each is asked about first, with what it will do. */
export function useGroupActions(group: PositionGroup) {
  const client = useQueryClient();
  const name = positionName(group);
  const done = (message: string) => () => {
    toastDone(message, name);
    void client.invalidateQueries({
      predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/groups"),
    });
  };
  const closing = $api.useMutation("post", "/api/groups/{group_id}/close", {
    onSuccess: done("Closing. It ends when the exchange has confirmed everything."),
    onError: (error) => toastFailed(`close ${name}`, error),
  });
  const syncing = $api.useMutation("post", "/api/groups/{group_id}/sync", {
    onSuccess: done("The exchange is being read again."),
    onError: (error) => toastFailed("read the exchange", error),
  });
  const handing = $api.useMutation("post", "/api/groups/{group_id}/manual", {
    onSuccess: done("Changed."),
    onError: (error) => toastFailed("change who steers it", error),
  });
  const closingPyramid = $api.useMutation("post", "/api/groups/{group_id}/pyramids/{pyramid_id}/close", {
    onSuccess: done("The entry is being closed."),
    onError: (error) => toastFailed("close the entry", error),
  });
  const cancellingLeg = $api.useMutation("post", "/api/groups/{group_id}/legs/{leg_id}/cancel", {
    onSuccess: done("The leg is being cancelled."),
    onError: (error) => toastFailed("cancel the leg", error),
  });
  const closingLeg = $api.useMutation("post", "/api/groups/{group_id}/legs/{leg_id}/close", {
    onSuccess: done("The leg is being closed."),
    onError: (error) => toastFailed("close the leg", error),
  });

  const at = { group_id: group.id };
  const ofLeg = (leg: GroupLeg) => ({ params: { path: { ...at, leg_id: leg.id } } });
  const close = () =>
    askToConfirm({
      title: `Close ${group.side} ${name}?`,
      children: `Cancels every order of it that rests, ${exitOf(group, group.figures.held)}. It cannot be taken back.`,
      confirm: "Close the position",
      onConfirm: () => closing.mutate({ params: { path: at }, body: { reason: "" } }),
    });
  const closePyramid = (pyramid: GroupPyramid) =>
    askToConfirm({
      title: `Close entry ${pyramid.number} of ${name}?`,
      children: `Cancels its legs that rest, ${exitOf(group, pyramid.figures.held)}. Other entries stay.`,
      confirm: "Close the entry",
      onConfirm: () => closingPyramid.mutate({ params: { path: { ...at, pyramid_id: pyramid.id } } }),
    });
  const cancelLeg = (leg: GroupLeg) =>
    askToConfirm({
      title: `Cancel leg ${leg.number + 1} of ${name}?`,
      children: `Its order at ${formatDecimal(leg.price)} is taken back. What it has filled stays and takes profit as before.`,
      confirm: "Cancel the leg",
      onConfirm: () => cancellingLeg.mutate(ofLeg(leg)),
    });
  const closeLeg = (leg: GroupLeg) =>
    askToConfirm({
      title: `Close leg ${leg.number + 1} of ${name}?`,
      children: `Cancels what rests of it, ${exitOf(group, leg.held)}. Other legs stay.`,
      confirm: "Close the leg",
      onConfirm: () => closingLeg.mutate(ofLeg(leg)),
    });
  const setManual = (on: boolean) =>
    askToConfirm({
      title: on ? `Take ${name} over by hand?` : `Give ${name} back to the engine?`,
      children: on
        ? "From then on nothing happens to it by itself: no leg is placed, no profit taken, no stop watched. What rests at the exchange stays there. Alerts can still close it."
        : "From then on its legs, take profits and stops are seen to again, by what it holds now.",
      confirm: on ? "Take it over" : "Give it back",
      destructive: on,
      onConfirm: () => handing.mutate({ params: { path: at }, body: { on } }),
    });
  const sync = () => syncing.mutate({ params: { path: at } });
  return { close, closePyramid, cancelLeg, closeLeg, setManual, sync };
}

/** `and sells the 0.0104 BTC it holds`. */
export function exitOf({ side, symbol }: Pick<PositionGroup, "side" | "symbol">, held: string): string {
  if (signOf(held) === 0) return "and holds nothing that would have to be sold";
  const amount = `${formatDecimal(held)} ${baseOf(symbol)}`;
  return side === "long" ? `and sells the ${amount} it holds` : `and buys back the ${amount} it owes`;
}
