import { Alert, Anchor, Grid, Skeleton, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link, useParams } from "react-router";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { OrderDetail } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { OrderBadge } from "@/ui/trading/badges";
import { CancelOrder } from "@/ui/trading/CancelOrder";
import { momentsOf, orderSteps } from "@/ui/trading/moments";
import { OrderFacts } from "@/ui/trading/OrderFacts";
import { orderInWords } from "@/ui/trading/order-words";
import { Answer, OrderFills } from "@/ui/trading/OrderParts";
import { Timeline } from "@/ui/trading/Timeline";

const OF_POSITIONS = ["leg", "pyramid", "group", "risk"];
const BACK = { label: "Orders", to: "/orders" };

export function OrderPage() {
  const { orderId = "" } = useParams();
  const query = $api.useQuery("get", "/api/orders/{order_id}", { params: { path: { order_id: orderId } } });
  if (query.data) return <OrderView order={query.data} />;
  const gone = [404, 422].includes(asProblem(query.error).status);
  return (
    <>
      <PageHeader title={!query.isPending && gone ? "No such order" : "Order"} back={BACK} />
      {query.isPending ? (
        <Skeleton h={320} aria-label="Loading the order" />
      ) : (
        <ErrorState error={query.error} onRetry={gone ? undefined : () => void query.refetch()} />
      )}
    </>
  );
}

function OrderView({ order }: { order: OrderDetail }) {
  return (
    <>
      <PageHeader
        title={`${orderInWords(order)}`}
        badge={<OrderBadge status={order.status} size="lg" />}
        back={BACK}
        description={
          <>
            {order.symbol} · placed <RelativeTime at={order.created_at} inherit />
            {order.book_id !== null && OF_POSITIONS.includes(order.origin) && (
              <>
                {" by "}
                <Anchor component={Link} to={`/positions/${order.book_id}`} inherit underline="always">
                  a position
                </Anchor>
              </>
            )}
            {order.origin === "signal" && (
              <>
                {" by "}
                <Anchor component={Link} to={`/signals/${order.origin_id}`} inherit underline="always">
                  a signal
                </Anchor>
              </>
            )}
          </>
        }
        actions={<CancelOrder order={order} />}
      />
      <Stack gap="md">
        {order.detail && (
          <Alert
            variant="light"
            color={order.status === "unknown" ? "orange" : order.status === "rejected" ? "red" : "gray"}
            icon={<IconAlertTriangle aria-hidden />}
            title={order.code ? order.code.replaceAll("_", " ") : undefined}
          >
            {order.detail}
          </Alert>
        )}
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Stack gap="md">
              <Panel title="What happened">
                <Timeline label="Steps of the order" moments={momentsOf(orderSteps(order))} />
              </Panel>
              <OrderFills order={order} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Stack gap="md">
              <Panel title="Order">
                <OrderFacts order={order} />
              </Panel>
              <Answer order={order} />
            </Stack>
          </Grid.Col>
        </Grid>
      </Stack>
    </>
  );
}
