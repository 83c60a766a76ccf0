import { Accordion, List, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { $api } from "@/api/client";
import type { Strategy, Webhook } from "@/api/types";
import { CodeSample } from "@/ui/CodeSample";
import { Covered } from "@/ui/Covered";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { curlOf } from "@/ui/trading/curl";

/** Address, message and secret, to be taken over to TradingView. */
export function Connect({ strategy }: { strategy: Strategy }) {
  const webhook = $api.useQuery("get", "/api/strategies/{strategy_id}/webhook", {
    params: { path: { strategy_id: strategy.id } },
  });
  return (
    <Panel title="Connect TradingView">
      {webhook.isPending && <Skeleton h={300} />}
      {webhook.error && !webhook.data && (
        <ErrorState error={webhook.error} onRetry={() => void webhook.refetch()} />
      )}
      {webhook.data && <Steps strategy={strategy} webhook={webhook.data} />}
    </Panel>
  );
}

function Steps({ strategy, webhook }: { strategy: Strategy; webhook: Webhook }) {
  const { urls, secret, messages } = webhook;
  return (
    <Stack gap="lg">
      <Step number={1} title="The address">
        <Text size="sm" c="dimmed">
          In the alert’s “Notifications” switch on “Webhook URL” and paste this. It holds a token: whoever
          knows it can send alerts to this strategy.
        </Text>
        <Covered text={urls.token} label="the webhook’s address" />
      </Step>
      <Step number={2} title="The message">
        <Text size="sm" c="dimmed">
          Paste it as the alert’s message. TradingView fills in what stands in {"{{…}}"} when the alert goes
          off.
        </Text>
        <Tabs defaultValue="entry">
          <Tabs.List mb="xs">
            <Tabs.Tab value="entry">Strategy</Tabs.Tab>
            <Tabs.Tab value="exit">Exit only</Tabs.Tab>
            <Tabs.Tab value="simple">Simple</Tabs.Tab>
          </Tabs.List>
          {(["entry", "exit", "simple"] as const).map((kind) => (
            <Tabs.Panel key={kind} value={kind}>
              <Text size="xs" c="dimmed" mb={6}>
                {HINTS[kind]}
              </Text>
              <Covered text={messages[kind]} hide={secret} label={`the ${kind} message`} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Step>
      <Accordion variant="contained">
        <Accordion.Item value="secret">
          <Accordion.Control>The secret, and other addresses</Accordion.Control>
          <Accordion.Panel>
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                {strategy.require_secret
                  ? "It is part of the messages above. Programs of your own can sign the body with it instead."
                  : "Not asked for at present; the address alone is the proof."}
              </Text>
              <Covered text={secret} label="the secret" />
              {urls.account && (
                <>
                  <Text size="sm" c="dimmed">
                    These addresses carry your user id instead of a token and need the secret:
                  </Text>
                  <CodeSample text={urls.account} label="the account’s address" />
                  {urls.v1 && <CodeSample text={urls.v1} label="the address of version 1" />}
                </>
              )}
              <Text size="sm">Without TradingView:</Text>
              <Covered text={curlOf(webhook)} hide={urls.token} label="the curl command" alsoHide={secret} />
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="help">
          <Accordion.Control>What to know about TradingView</Accordion.Control>
          <Accordion.Panel>
            <List size="sm" spacing={4}>
              <List.Item>Webhooks need two-factor sign-in to be on in your TradingView account.</List.Item>
              <List.Item>
                It reaches ports 80 and 443 only, and not over IPv6; this platform must be reachable from the
                internet.
              </List.Item>
              <List.Item>
                When this platform is away it sends again after 5 seconds, three times. A repeated alert is
                recognised and traded once.
              </List.Item>
              <List.Item>
                An alert that goes off more than 15 times in 3 minutes is stopped by TradingView.
              </List.Item>
            </List>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

const HINTS = {
  entry: "For the alert of a Pine strategy: buys, sells and closes as the strategy’s orders do.",
  exit: "For an alert that only ever closes what this strategy holds.",
  simple: "For any other alert. Write buy, sell or exit yourself, one alert each.",
};

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Text fw={600} size="sm">
        {number}. {title}
      </Text>
      {children}
    </Stack>
  );
}
