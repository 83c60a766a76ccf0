import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { SignalDetail } from "@/api/types";
import { CodeSample } from "@/ui/CodeSample";
import { Facts } from "@/ui/Facts";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { KeyName } from "@/ui/trading/keys";
import { readable } from "./readable";

/** The alert as it came. The server has struck its secret out. */
export function Payload({ signal }: { signal: SignalDetail }) {
  const facts: [string, ReactNode][] = [
    ["From", signal.address || "this platform"],
    ["Type", signal.content_type || "none given"],
    ["Time in it", <RelativeTime key="told" at={signal.told_at} fallback="none" />],
    ["Key", <KeyName key="key" id={signal.key_id} />],
  ];
  return (
    <Panel title="The alert as it came">
      <Stack gap="sm">
        <CodeSample text={readable(signal.raw)} label="the alert" />
        <Facts facts={facts} />
      </Stack>
    </Panel>
  );
}
