import { Box, Button, Group, Pagination, Paper, Stack, Text } from "@mantine/core";
import { IconBriefcase } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { plural } from "@/lib/format";
import { useListParams } from "@/lib/useListParams";
import { TableSkeleton } from "@/ui/data-table/TableSkeleton";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { Filters } from "./Filters";
import { GroupCard } from "./GroupCard";

const PRICES_EVERY = 5000;

/** What is open, newest first. What happens is pushed; prices are not, so they are asked for again. */
export function ActiveTab() {
  const list = useListParams({ sort: "" });
  const filters = { symbol: list.one("symbol") ?? undefined, key_id: list.one("key_id") ?? undefined };
  const groups = $api.useQuery(
    "get",
    "/api/groups",
    {
      params: {
        query: { status: ["open", "closing"], ...filters, limit: list.limit, offset: list.offset },
      },
    },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => (state.data?.total ? PRICES_EVERY : false),
    },
  );
  const { items = [], total = 0 } = groups.data ?? {};
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      {(total > 0 || filtered) && <Filters list={list} />}
      {groups.isPending && <TableSkeleton columns={5} label="Positions" />}
      {groups.error && !groups.data && (
        <ErrorState error={groups.error} onRetry={() => void groups.refetch()} />
      )}
      {groups.data && total === 0 && (
        <Paper>
          {filtered ? (
            <EmptyState
              icon={IconBriefcase}
              title="No position matches"
              action={
                <Button variant="default" onClick={() => list.set({ symbol: null, key_id: null })}>
                  Show all positions
                </Button>
              }
            >
              No active position passes the filters chosen.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconBriefcase}
              title="No position is open"
              action={
                <Group justify="center">
                  <Button component={Link} to="/configurations/new">
                    Make a configuration
                  </Button>
                  <Button component={Link} to="/webhooks" variant="default">
                    To the webhooks
                  </Button>
                </Group>
              }
            >
              Make a configuration, let a webhook trade grid positions, and its next entry alert opens one.
            </EmptyState>
          )}
        </Paper>
      )}
      <Stack gap="sm" component="ul" aria-label="Positions" p={0} m={0} style={{ listStyle: "none" }}>
        {items.map((group) => (
          <Box component="li" key={group.id}>
            <GroupCard group={group} />
          </Box>
        ))}
      </Stack>
      {total > list.limit && (
        <Group justify="space-between" mt="sm">
          <Text size="sm" c="dimmed">
            {plural(total, "position")}
          </Text>
          <Pagination
            size="sm"
            total={Math.ceil(total / list.limit)}
            value={list.page}
            onChange={list.setPage}
            getControlProps={(control) => ({ "aria-label": `${control} page` })}
          />
        </Group>
      )}
    </>
  );
}
