import { Box, Group, Select } from "@mantine/core";
import type { ReactNode } from "react";
import type { ListParams } from "@/lib/useListParams";
import { SearchInput } from "@/ui/SearchInput";
import { keyOptions } from "@/ui/trading/key-words";
import { useKeys } from "@/ui/trading/keys";
import { PERIODS } from "./period";

interface FiltersProps {
  list: ListParams;
  children?: ReactNode;
  /** At the end of the line, such as the export. */
  end: ReactNode;
}

/** Symbol, key and time, which orders and fills have in common. */
export function Filters({ list, children, end }: FiltersProps) {
  const keys = useKeys();
  return (
    <Group gap="sm" mb="md" align="flex-start">
      <SearchInput
        label="Symbol, such as BTC/USDT"
        value={list.one("symbol") ?? ""}
        onChange={(symbol) => list.set({ symbol: symbol.trim().toUpperCase() })}
      />
      {children}
      <Select
        aria-label="Key"
        placeholder="Any key"
        data={keyOptions(keys.data?.items)}
        value={list.one("key_id")}
        onChange={(key) => list.set({ key_id: key })}
        clearable
        w={{ base: "100%", xs: 180 }}
      />
      <Select
        aria-label="Time"
        placeholder="Any time"
        data={PERIODS}
        value={list.one("period")}
        onChange={(period) => list.set({ period })}
        clearable
        w={{ base: "100%", xs: 150 }}
      />
      <Box ml="auto">{end}</Box>
    </Group>
  );
}
