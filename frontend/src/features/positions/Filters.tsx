import { Box, Group, Select } from "@mantine/core";
import type { ReactNode } from "react";
import type { ListParams } from "@/lib/useListParams";
import { SearchInput } from "@/ui/SearchInput";
import { keyOptions } from "@/ui/trading/key-words";
import { useKeys } from "@/ui/trading/keys";

/** By symbol and key; `end` stands at the end of the line. */
export function Filters({ list, end }: { list: ListParams; end?: ReactNode }) {
  const keys = useKeys().data?.items;
  return (
    <Group gap="sm" mb="md" align="flex-start">
      <SearchInput
        label="Symbol, such as BTC/USDT"
        value={list.one("symbol") ?? ""}
        onChange={(symbol) => list.set({ symbol: symbol.trim().toUpperCase() })}
      />
      <Select
        aria-label="Key"
        placeholder="Any key"
        data={keyOptions(keys)}
        value={list.one("key_id")}
        onChange={(key) => list.set({ key_id: key })}
        clearable
        w={{ base: "100%", xs: 180 }}
      />
      {end && <Box ml="auto">{end}</Box>}
    </Group>
  );
}
