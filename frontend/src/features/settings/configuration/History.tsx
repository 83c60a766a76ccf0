import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconHistory, IconRestore } from "@tabler/icons-react";
import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { ConfigurationVersion } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { askToConfirm } from "@/ui/confirm";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { RelativeTime } from "@/ui/RelativeTime";
import { toastDone, toastFailed } from "@/ui/toast";
import { fieldChanges, SECTIONS, type Section, valueText } from "./document";

/** The versions of a section: who changed what, and when; and the way back to the defaults. */
export function History({ acts }: { acts: boolean }) {
  const me = useMe();
  const client = useQueryClient();
  const list = useListParams({ sort: "" });
  const section = SECTIONS.find(({ value }) => value === list.one("section")) ?? SECTIONS[0];
  const { limit, offset } = list;
  const history = $api.useQuery(
    "get",
    "/api/configuration/history",
    { params: { query: { section: section.value, limit: limit + 1, offset } } },
    { placeholderData: keepPreviousData },
  );
  const versions = history.data?.items ?? [];
  const resetting = $api.useMutation("post", "/api/configuration/reset", {
    onSuccess: () => {
      toastDone("The defaults are in force.", section.label);
      void client.invalidateQueries();
    },
    onError: (error) => toastFailed("reset the section", error),
  });
  const reset = () =>
    askToConfirm({
      title: `Reset “${section.label}”?`,
      children:
        "All its settings go back to the defaults, at once. The versions so far stay in this history; other sections stay as they are.",
      confirm: "Reset the section",
      onConfirm: () => resetting.mutate({ body: { section: section.value } }),
    });
  const columns: Column<ConfigurationVersion>[] = [
    {
      key: "version",
      header: "Version",
      card: "title",
      render: ({ version }) => (
        <Text span size="sm" fw={550} className="dc-num">
          Version {version}
        </Text>
      ),
    },
    { key: "at", header: "When", render: ({ at }) => <RelativeTime at={at} /> },
    { key: "by", header: "By", render: ({ author_id }) => authorOf(author_id, me) },
    { key: "note", header: "Note", render: ({ note }) => note || "–" },
    {
      key: "changes",
      header: "Changed",
      render: (version) => (
        <FieldChanges version={version} older={versions.find((it) => it.version === version.version - 1)} />
      ),
    },
  ];
  return (
    <>
      <Group justify="space-between" mb="sm" gap="sm">
        <SegmentedControl
          aria-label="Section"
          size="xs"
          data={SECTIONS.map((it) => ({ ...it }))}
          value={section.value}
          onChange={(value) => list.set({ section: value as Section })}
        />
        {acts && (
          <Button
            size="compact-sm"
            color="red"
            variant="light"
            leftSection={<IconRestore size={15} aria-hidden />}
            loading={resetting.isPending}
            onClick={reset}
          >
            Reset to the defaults
          </Button>
        )}
      </Group>
      <DataTable
        label={`Versions of “${section.label}”`}
        columns={columns}
        query={{
          ...history,
          data: history.data && { items: versions.slice(0, limit), total: history.data.total },
        }}
        rowKey={({ version }) => String(version)}
        minWidth={680}
        paging={{ page: list.page, limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconHistory} title="The defaults are in force">
            This section was never changed. Each change is kept here with its author and time.
          </EmptyState>
        }
      />
    </>
  );
}

function authorOf(author: string | null, me: { id: string; username: string }): string {
  if (author === null) return "the platform";
  return author === me.id ? me.username : "another account";
}

function FieldChanges({
  version,
  older,
}: {
  version: ConfigurationVersion;
  older: ConfigurationVersion | undefined;
}) {
  const changes = fieldChanges(version, older);
  if (!older) return <Text size="sm">the first version</Text>;
  if (changes.length === 0) return <Text size="sm">nothing</Text>;
  return changes.map(({ field, before, after }) => (
    <Text key={field} size="sm" style={{ overflowWrap: "anywhere" }}>
      {field.replaceAll("_", " ")}: {valueText(before)} → {valueText(after)}
    </Text>
  ));
}
