import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { canAct, useMe } from "@/api/account";
import type { GroupDetail, GroupPyramid } from "@/api/types";
import { formatDecimal, shortened, signOf } from "@/lib/decimal";
import { quoteOf } from "@/lib/symbols";
import { RelativeTime } from "@/ui/RelativeTime";
import { Gain } from "@/ui/trading/Gain";
import { Legs } from "./Legs";
import { REASONS } from "./states";
import { useGroupActions } from "./useGroupActions";

/** The entries of a position, each with its legs. */
export function Pyramids({ group }: { group: GroupDetail }) {
  return (
    <Stack gap="md">
      {group.parts.map((pyramid) => (
        <Part key={pyramid.id} group={group} pyramid={pyramid} />
      ))}
    </Stack>
  );
}

function Part({ group, pyramid }: { group: GroupDetail; pyramid: GroupPyramid }) {
  const acts = canAct(useMe());
  const { closePyramid } = useGroupActions(group);
  const { number, entry_price, capital, signal_id, created_at, figures, close_reason } = pyramid;
  const quote = quoteOf(group.symbol);
  const closable = acts && group.status === "open" && pyramid.closing_at === null && group.parts.length > 1;
  return (
    <section aria-label={`Entry ${number}`}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" className="dc-num" style={{ whiteSpace: "normal" }}>
          <b>{number === 1 ? "First entry" : `Entry ${number}`}</b> at {formatDecimal(entry_price)} for{" "}
          {formatDecimal(capital)} {quote}, <RelativeTime at={created_at} inherit />
          {signal_id && (
            <>
              {" by "}
              <Anchor component={Link} to={`/signals/${signal_id}`} inherit underline="always">
                a signal
              </Anchor>
            </>
          )}
          {figures.average !== null && `; average ${formatDecimal(shortened(figures.average))}`}
          {signOf(figures.realised) !== 0 && (
            <>
              {"; realised "}
              <Gain value={figures.realised} unit={quote} />
            </>
          )}
          {close_reason && `; ${REASONS[close_reason]}`}
        </Text>
        {closable && (
          <Button size="compact-xs" color="red" variant="light" onClick={() => closePyramid(pyramid)}>
            Close entry {number}
          </Button>
        )}
      </Group>
      <Legs group={group} pyramid={pyramid} />
    </section>
  );
}
