import { Paper as Sheet, Skeleton, Stack } from "@mantine/core";
import { IconFlaskOff } from "@tabler/icons-react";
import { useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { Paper } from "@/api/types";
import { plural } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { Faults } from "./Faults";
import { Prices } from "./Prices";

export function PaperPage() {
  const mayChange = useMe().role === "admin";
  const paper = $api.useQuery("get", "/api/paper", {}, { retry: false });
  const markets = paper.data?.markets ?? [];
  return (
    <>
      <PageHeader
        title="Paper exchange"
        description={describe(paper.data) ?? "Trades like Binance on the wire; the money is not real."}
      />
      {paper.isPending && <Skeleton h={320} aria-label="Loading the paper exchange" />}
      {paper.error && !paper.data && <ErrorState error={paper.error} onRetry={() => void paper.refetch()} />}
      {paper.data && !paper.data.available && (
        <Sheet>
          <EmptyState icon={IconFlaskOff} title="This installation has no paper exchange">
            It is started with the platform by “make run”, or alone; PAPER_EXCHANGE_URL says where it is.
          </EmptyState>
        </Sheet>
      )}
      {paper.data?.available && (
        <Stack gap="lg">
          <Faults markets={markets} mayChange={mayChange} />
          <Prices markets={markets} mayChange={mayChange} />
        </Stack>
      )}
    </>
  );
}

function describe(paper: Paper | undefined): string | null {
  if (!paper?.available) return null;
  const feed = paper.mirror ? `Its prices follow ${paper.mirror}.` : "Its prices are a random walk.";
  return `Trades like Binance on the wire; the money is not real. ${feed} ${plural(paper.open_orders, "order")} in its book. Everybody on this installation shares it.`;
}
