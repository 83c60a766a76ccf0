import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { EnvironmentBadge } from "./badges";
import { keyLabel } from "./key-words";

const ALL = { params: { query: { limit: 200 } } };

/** The account's keys; every page that names one shares this answer. */
export function useKeys() {
  return $api.useQuery("get", "/api/keys", ALL);
}

/** A key's name that leads to it, with its environment unless that is paper. */
export function KeyName({ id }: { id: string | null }) {
  const keys = useKeys();
  const key = keys.data?.items.find((it) => it.id === id);
  if (!key)
    return (
      <Text span inherit c="dimmed">
        {keyLabel(keys.data?.items, id)}
      </Text>
    );
  return (
    <span style={{ display: "inline-flex", gap: 6, alignItems: "center", flexWrap: "wrap" }}>
      <Anchor component={Link} to="/keys" inherit c="inherit" underline="hover">
        {key.label}
      </Anchor>
      {key.environment !== "paper" && <EnvironmentBadge environment={key.environment} size="xs" />}
    </span>
  );
}
