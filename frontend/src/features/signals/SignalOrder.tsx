import { Anchor, Collapse, Group, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "react-router";
import type { OrderDetail } from "@/api/types";
import { CodeSample } from "@/ui/CodeSample";
import { Panel } from "@/ui/Panel";
import { OrderBadge } from "@/ui/trading/badges";
import { CancelOrder } from "@/ui/trading/CancelOrder";
import { FillLines } from "@/ui/trading/FillLines";
import { OrderFacts } from "@/ui/trading/OrderFacts";
import { orderInWords } from "@/ui/trading/order-words";

/** One order of a signal with its fills and what the exchange said. */
export function SignalOrder({ order }: { order: OrderDetail }) {
  const [shown, { toggle }] = useDisclosure(order.status === "rejected");
  const Chevron = shown ? IconChevronDown : IconChevronRight;
  return (
    <Panel
      title={
        <Anchor component={Link} to={`/orders/${order.id}`} inherit>
          {orderInWords(order)}
        </Anchor>
      }
      actions={
        <Group gap="xs">
          <OrderBadge status={order.status} />
          <CancelOrder order={order} compact />
        </Group>
      }
    >
      {order.detail && (
        <Text size="sm" mb="sm" c={order.status === "rejected" ? "var(--dc-loss)" : undefined}>
          {order.detail}
        </Text>
      )}
      <OrderFacts order={order} />
      <FillLines order={order} />
      {order.answer && (
        <>
          <UnstyledButton onClick={toggle} aria-expanded={shown} mt="sm" fz="sm" fw={550}>
            <Chevron size={15} aria-hidden style={{ verticalAlign: "-2px" }} /> The exchange’s answer
          </UnstyledButton>
          <Collapse expanded={shown} mt="xs">
            <CodeSample text={JSON.stringify(order.answer, null, 2)} label="the exchange’s answer" />
          </Collapse>
        </>
      )}
    </Panel>
  );
}
