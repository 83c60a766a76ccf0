import { Anchor, List, Text } from "@mantine/core";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { Covered } from "@/ui/Covered";
import { Panel } from "@/ui/Panel";
import { curlOf } from "@/ui/trading/curl";
import { useStrategies } from "@/ui/trading/strategies";

/** How the first alert gets here, for an account that never had one. */
export default function FirstAlert() {
  const strategies = useStrategies().data?.items ?? [];
  const strategy = strategies.find((it) => it.is_default) ?? strategies[0];
  const webhook = $api.useQuery(
    "get",
    "/api/strategies/{strategy_id}/webhook",
    { params: { path: { strategy_id: strategy?.id ?? "" } } },
    { enabled: strategy !== undefined },
  );
  return (
    <Panel title="Send your first alert">
      <List type="ordered" size="sm" spacing={6} mb="sm">
        <List.Item>
          You have{" "}
          <Anchor component={Link} to="/keys" underline="always" inherit>
            paper keys
          </Anchor>{" "}
          with play money, so nothing can go wrong.
        </List.Item>
        <List.Item>
          Open{" "}
          <Anchor
            component={Link}
            to={strategy ? `/webhooks/${strategy.id}` : "/webhooks?new=1"}
            underline="always"
            inherit
          >
            your webhook
          </Anchor>{" "}
          and press “Test on paper”, or copy its address and message into an alert at TradingView.
        </List.Item>
        <List.Item>Watch the alert become an order and a fill, step by step.</List.Item>
      </List>
      {webhook.data && (
        <>
          <Text size="sm" c="dimmed" mb={6}>
            Or from a terminal:
          </Text>
          <Covered
            text={curlOf(webhook.data)}
            hide={webhook.data.urls.token}
            alsoHide={webhook.data.secret}
            label="the curl command"
          />
        </>
      )}
    </Panel>
  );
}
