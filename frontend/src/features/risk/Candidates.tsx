import { Group, Title } from "@mantine/core";
import { IconMoodCheck } from "@tabler/icons-react";
import { useId } from "react";
import type { Risk, RiskSettings } from "@/api/types";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import type { TableQuery } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { candidateColumns } from "./candidate-columns";

interface CandidatesProps {
  query: Omit<TableQuery<never>, "data"> & { data?: Risk };
  settings: RiskSettings;
  acts: boolean;
}

/** Losing positions in the order in which they would be paid for. */
export function Candidates({ query, settings, acts }: CandidatesProps) {
  const heading = useId();
  const candidates = query.data?.candidates ?? [];
  const columns = candidateColumns({ settings, acts, plan: query.data?.plan ?? null });
  return (
    <section aria-labelledby={heading}>
      <Group justify="space-between" mb="xs" mih={36}>
        <Title order={2} id={heading}>
          Losing positions
        </Title>
        {candidates.length > 0 && (
          <CsvButton name="losing-positions" columns={columns} rows={() => Promise.resolve(candidates)} />
        )}
      </Group>
      <DataTable
        label="Losing positions"
        columns={columns}
        query={{ ...query, data: query.data && { items: candidates, total: candidates.length } }}
        rowKey={({ group_id }) => group_id}
        minWidth={900}
        empty={
          <EmptyState icon={IconMoodCheck} title="No position loses">
            A position that falls below what was paid for it is listed here, with the time until gains of
            others pay for it.
          </EmptyState>
        }
      />
    </section>
  );
}
