import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconHelp, IconX } from "@tabler/icons-react";
import type { ExchangeKey } from "@/api/types";

/** What the exchange says the key may do; being able to withdraw is the bad news. */
export function Permissions({ item }: { item: ExchangeKey }) {
  const told = item.permissions;
  if (!told)
    return (
      <Text span inherit c="dimmed">
        not known yet
      </Text>
    );
  return (
    <Group gap={6}>
      <Power name="read" has={told.read} good />
      <Power name="trade" has={told.trade} good />
      <Power name="withdraw" has={told.withdraw} good={false} />
      {told.address_bound !== null && (
        <Tooltip
          label={
            told.address_bound
              ? "The exchange accepts this key from chosen addresses only."
              : "The exchange accepts this key from any address. Bind it to this machine’s address there."
          }
          multiline
          maw={280}
        >
          <Badge size="sm" variant="default" tt="none" tabIndex={0}>
            {told.address_bound ? "bound to addresses" : "from any address"}
          </Badge>
        </Tooltip>
      )}
    </Group>
  );
}

function Power({ name, has, good }: { name: string; has: boolean | null; good: boolean }) {
  const PowerIcon = has === null ? IconHelp : has ? IconCheck : IconX;
  const color = has === null ? "gray" : has === good ? "teal" : good ? "red" : "orange";
  const words = has === null ? "the exchange does not say" : has ? `may ${name}` : `may not ${name}`;
  return (
    <Badge
      size="sm"
      variant="light"
      color={color}
      tt="none"
      leftSection={<PowerIcon size={12} aria-hidden />}
      aria-label={words}
      title={words}
      role="img"
    >
      {name}
    </Badge>
  );
}
