import { Group, Pagination, Paper, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { TicketStatus } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { TicketCard } from "./TicketCard";

const DECIDED: TicketStatus[] = ["adopted", "closed", "ignored", "resolved"];

export function MismatchesPage() {
  const list = useListParams({ sort: "", limit: 10 });
  const past = list.one("show") === "decided";
  const status: TicketStatus[] = past ? DECIDED : ["open"];
  const tickets = $api.useQuery(
    "get",
    "/api/tickets",
    { params: { query: { status, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const total = tickets.data?.total ?? 0;
  return (
    <>
      <PageHeader
        title="Mismatches"
        description="Where an exchange holds something else than the sum of your fills says. Nothing is changed until you decide."
        actions={
          <SegmentedControl
            aria-label="Which"
            value={past ? "decided" : "open"}
            onChange={(value) => list.set({ show: value === "decided" ? value : null })}
            data={[
              { value: "open", label: "Open" },
              { value: "decided", label: "Decided" },
            ]}
          />
        }
      />
      {tickets.isPending && <Skeleton h={220} aria-label="Loading the mismatches" />}
      {tickets.error && !tickets.data && (
        <ErrorState error={tickets.error} onRetry={() => void tickets.refetch()} />
      )}
      {tickets.data && total === 0 && (
        <Paper>
          <EmptyState icon={IconScale} title={past ? "None was decided yet" : "Book and exchange agree"}>
            {past
              ? "Mismatches that you decided, or that vanished by themselves, stay listed here."
              : "They are compared at every start, after each break and every 15 to 30 seconds."}
          </EmptyState>
        </Paper>
      )}
      <Stack gap="md">
        {tickets.data?.items.map((ticket) => (
          <TicketCard key={ticket.id} ticket={ticket} />
        ))}
        {total > list.limit && (
          <Group justify="flex-end">
            <Pagination
              size="sm"
              total={Math.ceil(total / list.limit)}
              value={list.page}
              onChange={list.setPage}
              getControlProps={(control) => ({ "aria-label": `${control} page` })}
            />
          </Group>
        )}
      </Stack>
    </>
  );
}
