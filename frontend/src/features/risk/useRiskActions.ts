import { $api } from "@/api/client";
import type { RiskCandidate, RiskEngine, RiskPlan } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { quoteOf } from "@/lib/symbols";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";
import { amountInWords } from "./offset-plan";
import { useRiskReload } from "./useRisk";

type Loser = Pick<RiskCandidate, "group_id" | "symbol" | "side">;

/** What a person may do about entries and losing positions; what has consequences is asked about first. */
export function useRiskActions() {
  const reload = useRiskReload();
  const handlers = (done: string, action: string) => ({
    onSuccess: () => {
      toastDone(done);
      void reload();
    },
    onError: (error: unknown) => {
      toastFailed(action, error);
      void reload();
    },
  });
  const starting = $api.useMutation("post", "/api/risk/start", handlers("Entries go on.", "start entries"));
  const running = $api.useMutation(
    "post",
    "/api/risk/run",
    handlers("Begun: the winners are being closed.", "pay for the loss"),
  );
  const blocking = $api.useMutation(
    "post",
    "/api/risk/groups/{group_id}/block",
    handlers("Blocked: it is neither paid for nor pays.", "block the position"),
  );
  const unblocking = $api.useMutation(
    "post",
    "/api/risk/groups/{group_id}/unblock",
    handlers("Unblocked.", "unblock the position"),
  );
  const skipping = $api.useMutation(
    "post",
    "/api/risk/groups/{group_id}/skip",
    handlers("It is left out once; then its timer begins anew.", "skip the position"),
  );

  const at = ({ group_id }: Loser) => ({ params: { path: { group_id } } });
  const start = (engine: RiskEngine) =>
    askToConfirm({
      title: engine.loss_paused_at ? "Start entries again after the day’s loss?" : "Start entries again?",
      children: startsInWords(engine),
      confirm: "Start entries",
      destructive: engine.loss_paused_at !== null,
      onConfirm: () => starting.mutate({}),
    });
  const run = (loser: Loser, plan: RiskPlan | null) =>
    askToConfirm({
      title: `Pay for ${loser.side} ${loser.symbol} now?`,
      children: runInWords(loser, plan),
      confirm: "Pay for it now",
      onConfirm: () => running.mutate({ body: { group_id: loser.group_id } }),
    });
  const block = (loser: Loser) =>
    askToConfirm({
      title: `Block ${loser.side} ${loser.symbol}?`,
      children:
        "Until you unblock it, it is not closed to pay for its loss, and no part of it pays for another. Its take profits and stop loss go on.",
      confirm: "Block the position",
      destructive: false,
      onConfirm: () => blocking.mutate(at(loser)),
    });
  return {
    start,
    run,
    block,
    unblock: (loser: Loser) => unblocking.mutate(at(loser)),
    skip: (loser: Loser) => skipping.mutate(at(loser)),
    isStarting: starting.isPending,
  };
}

/** What lifting the stop or the pause does. */
export function startsInWords({ stopped_at, loss_paused_at }: RiskEngine): string {
  const opens = "New alerts open positions again, and what waits in the queue is promoted.";
  if (loss_paused_at === null) return opens;
  const both = stopped_at === null ? "" : " The stop and the pause are both lifted.";
  return `${opens}${both} The day’s loss counts anew from now on: the limit can be lost a second time today.`;
}

/** What paying for a loss at once does; in figures when its plan is known. */
export function runInWords({ group_id, symbol }: Loser, plan: RiskPlan | null): string {
  if (plan?.loser_id !== group_id)
    return `Parts of the best winning positions are closed at the market, then ${symbol} by as much as they realised. When they cannot pay all of it, nothing is closed.`;
  const parts = plan.slices.map((slice) => amountInWords(slice)).join(", ");
  const unit = quoteOf(symbol);
  const [gain, need] = [plan.expected, plan.need].map((text) => formatDecimal(shortened(text)));
  return `Closes ${parts} at the market for a gain of about ${gain} ${unit}, then ${symbol}, whose loss and exit fee take ${need} ${unit}: by as much as was truly realised. It cannot be taken back.`;
}
