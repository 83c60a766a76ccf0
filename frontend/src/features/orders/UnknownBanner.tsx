import { Alert, Anchor, List, Text } from "@mantine/core";
import { IconHelpHexagon } from "@tabler/icons-react";
import { Link } from "react-router";
import { plural } from "@/lib/format";
import { Duration } from "@/ui/Duration";
import { orderInWords } from "@/ui/trading/order-words";
import { useUnknown } from "./useUnknown";

/** Orders of unknown outcome in plain sight, and what is being done about them. */
export function UnknownBanner() {
  const { data } = useUnknown();
  if (!data || data.total === 0) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconHelpHexagon aria-hidden />}
      title={`${plural(data.total, "order")} of unknown outcome`}
      role="status"
      mb="md"
    >
      <Text size="sm">
        The exchange did not answer clearly. It is asked by each order’s own id until it answers, every few
        seconds; nothing is sent twice. Until then entries on the same symbol wait, exits go through.
      </Text>
      <List size="sm" mt="xs" spacing={2}>
        {data.items.slice(0, 5).map((order) => (
          <List.Item key={order.id}>
            <Anchor component={Link} to={`/orders/${order.id}`} inherit underline="always" c="inherit">
              {orderInWords(order)}
            </Anchor>
            , for <Duration startedAt={order.unknown_at ?? order.created_at} finishedAt={null} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
