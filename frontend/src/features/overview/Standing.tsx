import { Alert, Anchor, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBriefcase,
  IconCoins,
  IconShieldCheck,
  IconStack2,
  IconTrendingUp,
} from "@tabler/icons-react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { formatDecimal, shortened } from "@/lib/decimal";
import { formatNumber, plural } from "@/lib/format";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { Stat } from "@/ui/Stat";
import { Gain } from "@/ui/trading/Gain";
import { Capital } from "./Capital";
import { engineState, firstPurse, purseUnit } from "./trading-words";

const PRICES_EVERY = 10_000;

/** Positions, pool, results and capital. What happens is pushed; prices are not, so they are asked for again. */
export default function Standing() {
  const overview = $api.useQuery(
    "get",
    "/api/overview/trading",
    {},
    { refetchInterval: ({ state }) => (state.data?.groups ? PRICES_EVERY : false) },
  );
  if (overview.isPending) return <Skeleton h={110} aria-label="Loading the positions" />;
  if (!overview.data) return <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />;
  const { groups, pool, purses, keys, last_webhook_at } = overview.data;
  const engine = engineState(overview.data);
  const purse = firstPurse(purses);
  const { unit, kind } = purseUnit(purse?.purse ?? "");
  const unpriced = purses.reduce((sum, it) => sum + it.unpriced, 0);
  return (
    <Stack>
      {engine.color && (
        <Alert
          color={engine.color}
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title={`Entries are held up: ${engine.word.toLowerCase()}`}
        >
          {engine.note}.{" "}
          <Anchor component={Link} to={overview.data.halted ? "?halt=1" : "/risk"} underline="always" inherit>
            {overview.data.halted ? "To the kill switch" : "To the risk page"}
          </Anchor>
        </Alert>
      )}
      {unpriced > 0 && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle aria-hidden />} title="No price comes">
          {plural(unpriced, "position")} cannot be valued and {unpriced === 1 ? "is" : "are"} not in what is
          unrealised.
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing={{ base: "xs", sm: "md" }}>
        <Stat
          label="Open positions"
          value={formatNumber(groups)}
          note={`${formatNumber(pool.used)} of ${formatNumber(pool.limit)} slots used`}
          icon={IconBriefcase}
          color="ocean"
          to="/positions"
        />
        <Stat
          label="Waiting entries"
          value={formatNumber(pool.waiting)}
          note={
            last_webhook_at ? (
              <>
                last webhook <RelativeTime at={last_webhook_at} inherit />
              </>
            ) : (
              "no webhook yet"
            )
          }
          icon={IconStack2}
          to="/queue"
        />
        <Stat
          label="Realised today"
          value={<Gain value={purse?.realised_today ?? "0"} fz="xl" />}
          note={[`${unit} since midnight UTC`.trim(), kind].filter(Boolean).join(", ")}
          icon={IconTrendingUp}
          to="/analytics?range=24h"
        />
        <Stat
          label="Unrealised"
          value={<Gain value={purse?.unrealised ?? "0"} fz="xl" />}
          note={purse && `${formatDecimal(shortened(purse.invested, 5, 2))} ${unit} invested`}
          icon={IconCoins}
          to="/positions"
        />
        <Stat
          label="Engine"
          value={engine.word}
          note={engine.note}
          icon={IconShieldCheck}
          color={engine.color ?? "teal"}
          to="/risk"
        />
      </SimpleGrid>
      <Panel title="Capital by key">
        <Capital keys={keys} />
      </Panel>
    </Stack>
  );
}
