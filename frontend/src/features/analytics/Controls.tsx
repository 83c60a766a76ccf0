import { Button, Group, SegmentedControl, Select } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import type { Analytics } from "@/api/types";
import { saveFile } from "@/lib/csv";
import { useUrlParams } from "@/lib/useUrlParams";
import { toastFailed } from "@/ui/toast";
import { keyOptions } from "@/ui/trading/key-words";
import { useKeys } from "@/ui/trading/keys";
import { purseLabel, RANGES, rangeOf } from "./span";

export interface SpanQuery {
  since?: string;
  key_id?: string;
  purse?: string;
}

/** Which trades: of when, of which money, of which key; and their file. */
export function Controls({ query, analytics }: { query: SpanQuery; analytics: Analytics | undefined }) {
  const [params, change] = useUrlParams();
  const keys = useKeys().data?.items;
  const set = (name: string, value: string | null) =>
    change((next) => (value ? next.set(name, value) : next.delete(name)), { replace: true });
  const saving = useMutation({
    mutationFn: async () => {
      const purse = query.purse ?? analytics?.purse ?? undefined;
      const { data } = await api.GET("/api/analytics/trades.csv", {
        params: { query: { ...query, purse } },
        parseAs: "text",
      });
      if (data === undefined) throw ApiProblem.unreachable();
      saveFile("trades.csv", data);
    },
    onError: (error) => toastFailed("export the trades", error),
  });
  const purses = [...new Set([...(analytics?.purses.map(({ purse }) => purse) ?? []), query.purse ?? ""])];
  return (
    <Group gap="sm" mb="md">
      <SegmentedControl
        aria-label="Range"
        data={RANGES.map(({ value, label }) => ({ value, label }))}
        value={rangeOf(params.get("range")).value}
        onChange={(value) => set("range", value)}
      />
      <Select
        aria-label="Money"
        placeholder="No money yet"
        data={purses.filter(Boolean).map((purse) => ({ value: purse, label: purseLabel(purse) }))}
        value={query.purse ?? analytics?.purse ?? null}
        onChange={(purse) => set("purse", purse)}
        allowDeselect={false}
        w={{ base: "100%", xs: 150 }}
      />
      <Select
        aria-label="Key"
        placeholder="Any key"
        data={keyOptions(keys)}
        value={query.key_id ?? null}
        onChange={(key) => set("key_id", key)}
        clearable
        w={{ base: "100%", xs: 180 }}
      />
      <Button
        ml={{ xs: "auto" }}
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={saving.isPending}
        disabled={!analytics || analytics.ratios.trades === 0}
        onClick={() => saving.mutate()}
      >
        Trades as CSV
      </Button>
    </Group>
  );
}
