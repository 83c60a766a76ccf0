import { ActionIcon, Anchor, Box, Group, Paper, Skeleton, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { PositionGroup } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { RelativeTime } from "@/ui/RelativeTime";
import { KeyName } from "@/ui/trading/keys";
import { positionName, PositionSideText } from "@/ui/trading/PositionName";
import { Figures } from "./Figures";
import { GroupBadges } from "./GroupBadges";
import { GroupMenu } from "./GroupMenu";
import { Pyramids } from "./Pyramids";

/** One position in a line of figures; its entries and legs unfold. */
export function GroupCard({ group }: { group: PositionGroup }) {
  const [open, { toggle }] = useDisclosure(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const name = positionName(group);
  return (
    <Paper p="sm" data-group={group.id}>
      <Group justify="space-between" gap="xs" mb="xs" wrap="nowrap" align="flex-start">
        <Group gap="xs" miw={0}>
          <ActionIcon
            onClick={toggle}
            aria-expanded={open}
            aria-label={`${open ? "Hide" : "Show"} the legs of ${name}`}
          >
            <Chevron size={18} />
          </ActionIcon>
          <Anchor component={Link} to={`/positions/${group.id}`} fw={600}>
            {name}
          </Anchor>
          <Text span size="sm">
            <PositionSideText side={group.side} />
          </Text>
          <GroupBadges group={group} />
          <Text span size="sm" c="dimmed">
            <KeyName id={group.key_id} /> · <RelativeTime at={group.created_at} inherit />
          </Text>
        </Group>
        <GroupMenu group={group} />
      </Group>
      <Figures group={group} />
      {group.problem && (
        <Text size="sm" c="var(--dc-loss)" mt="xs">
          {group.problem}
        </Text>
      )}
      {open && (
        <Box mt="sm">
          <Unfolded id={group.id} />
        </Box>
      )}
    </Paper>
  );
}

function Unfolded({ id }: { id: string }) {
  const detail = $api.useQuery("get", "/api/groups/{group_id}", { params: { path: { group_id: id } } });
  if (detail.data) return <Pyramids group={detail.data} />;
  if (detail.isPending) return <Skeleton h={140} aria-label="Loading the legs" />;
  return <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />;
}
