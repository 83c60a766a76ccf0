import { SimpleGrid } from "@mantine/core";
import { IconBroadcast, IconHandStop, IconHelpHexagon, IconReceipt } from "@tabler/icons-react";
import { $api } from "@/api/client";
import type { OrderStatus } from "@/api/types";
import { formatNumber, plural } from "@/lib/format";
import { RelativeTime } from "@/ui/RelativeTime";
import { Stat } from "@/ui/Stat";
import { engagedHalt, useHalt } from "@/ui/trading/useHalt";
import { useToday } from "./useToday";

const LIVE: OrderStatus[] = ["new", "sending", "open", "partially_filled"];
const LIVE_ADDRESS = `/orders?${LIVE.map((status) => `status=${status}`).join("&")}`;

/** Trading at a glance: today's alerts, what is open, what needs a decision, the kill switch. */
export function Trading() {
  const since = useToday();
  const signals = $api.useQuery("get", "/api/signals", { params: { query: { since, limit: 1 } } });
  const open = $api.useQuery("get", "/api/orders", { params: { query: { status: LIVE, limit: 1 } } });
  const unknown = $api.useQuery("get", "/api/orders", {
    params: { query: { status: ["unknown"], limit: 20 } },
  });
  const tickets = $api.useQuery("get", "/api/tickets", { params: { query: { status: ["open"], limit: 1 } } });
  const halt = useHalt();
  const engaged = engagedHalt(halt.data);
  const unsure = unknown.data?.total ?? 0;
  const differing = tickets.data?.total ?? 0;
  const newest = signals.data?.items[0];
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing={{ base: "xs", sm: "md" }}>
      <Stat
        label="Signals today"
        value={formatNumber(signals.data?.total ?? 0)}
        note={
          signals.data &&
          (newest ? (
            <>
              last <RelativeTime at={newest.received_at} inherit />
            </>
          ) : (
            "none yet"
          ))
        }
        icon={IconBroadcast}
        color="ocean"
        loading={signals.isPending}
        to="/signals"
      />
      <Stat
        label="Open orders"
        value={formatNumber(open.data?.total ?? 0)}
        note="waiting or at the exchange"
        icon={IconReceipt}
        loading={open.isPending}
        to={LIVE_ADDRESS}
      />
      <Stat
        label="To look at"
        value={formatNumber(unsure + differing)}
        note={
          unsure + differing === 0
            ? "no unknown order, no mismatch"
            : `${plural(unsure, "unknown order")}, ${plural(differing, "mismatch", "mismatches")}`
        }
        icon={IconHelpHexagon}
        color={unsure + differing > 0 ? "orange" : undefined}
        loading={unknown.isPending || tickets.isPending}
        to={unsure > 0 ? "/orders?status=unknown" : "/mismatches"}
      />
      <Stat
        label="Kill switch"
        value={engaged ? "On" : "Off"}
        note={engaged ? "entries are blocked" : "alerts are traded"}
        icon={IconHandStop}
        color={engaged ? "red" : undefined}
        loading={halt.isPending}
        to="?halt=1"
      />
    </SimpleGrid>
  );
}
