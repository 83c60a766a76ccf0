import { Button, Group, Paper, Select, Skeleton, Stack, Text } from "@mantine/core";
import { IconDownload, IconRestore } from "@tabler/icons-react";
import { $api } from "@/api/client";
import type { Script, ScriptVersion } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { formatBytes } from "@/lib/format";
import { askToConfirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/ErrorState";
import { toastDone, toastFailed } from "@/ui/toast";
import { Comparison } from "../editor/Comparison";
import { VersionList } from "./VersionList";

interface VersionsTabProps {
  script: Script;
  readOnly: boolean;
  /** Called when an old version became the newest one. */
  onRestored: () => void;
}

const MOST_LISTED = 200;

/** The versions with a comparison of any two; which two is in the URL. */
export function VersionsTab({ script, readOnly, onRestored }: VersionsTabProps) {
  const params = useListParams({ sort: "" });
  const versions = $api.useQuery("get", "/api/scripts/{script_id}/versions", {
    params: { path: { script_id: script.id }, query: { limit: MOST_LISTED } },
  });
  if (versions.isPending) return <Skeleton h={260} aria-label="Loading the versions" />;
  if (!versions.data) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  const items = versions.data.items;
  const chosen = (name: string, otherwise: number) => {
    const number = Number(params.one(name));
    return items.some((version) => version.number === number) ? number : otherwise;
  };
  const after = chosen("after", script.version);
  const before = chosen("before", Math.max(1, after - 1));
  return (
    <Stack gap="md">
      <VersionList
        versions={items}
        shown={before}
        onShow={(number) => params.set({ before: String(number), after: null })}
      />
      {versions.data.total > items.length && (
        <Text size="sm" c="dimmed">
          The newest {items.length} of {versions.data.total} versions.
        </Text>
      )}
      {items.length === 1 ? (
        <Text size="sm" c="dimmed">
          There is one version so far. Save a change and this page compares the two.
        </Text>
      ) : (
        <Difference
          key={`${before}-${after}`}
          script={script}
          versions={items}
          before={before}
          after={after}
          readOnly={readOnly}
          onChoose={(name, number) =>
            params.set({ before: String(before), after: String(after), [name]: number })
          }
          onRestored={onRestored}
        />
      )}
    </Stack>
  );
}

interface DifferenceProps extends VersionsTabProps {
  versions: ScriptVersion[];
  before: number;
  after: number;
  onChoose: (name: "before" | "after", number: string | null) => void;
}

function useContent(scriptId: string, version: number) {
  return $api.useQuery(
    "get",
    "/api/scripts/{script_id}/content",
    { params: { path: { script_id: scriptId }, query: { version } } },
    { staleTime: Infinity },
  );
}

function Difference(props: DifferenceProps) {
  const { script, versions, before, after, readOnly, onChoose, onRestored } = props;
  const left = useContent(script.id, before);
  const right = useContent(script.id, after);
  const put = $api.useMutation("put", "/api/scripts/{script_id}/content");
  const options = versions.map(({ number, size }) => ({
    value: String(number),
    label: `Version ${number}${number === script.version ? " (newest)" : ""} · ${formatBytes(size)}`,
  }));
  const restore = (content: string) =>
    askToConfirm({
      title: `Restore version ${before} of ${script.name}?`,
      confirm: `Restore version ${before}`,
      destructive: false,
      children: `Its text is saved again as version ${script.version + 1}. Version ${script.version} stays in the list.`,
      onConfirm: () =>
        put.mutate(
          { params: { path: { script_id: script.id } }, body: { content, based_on: script.version } },
          {
            onSuccess: (saved) => {
              toastDone(`Version ${before} is back as version ${saved.version}.`, script.name);
              onRestored();
            },
            onError: (error) => toastFailed(`restore version ${before}`, error),
          },
        ),
    });
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Select
          label="From"
          data={options}
          value={String(before)}
          onChange={(to) => onChoose("before", to)}
          allowDeselect={false}
        />
        <Select
          label="To"
          data={options}
          value={String(after)}
          onChange={(to) => onChoose("after", to)}
          allowDeselect={false}
        />
        <Button
          component="a"
          variant="default"
          href={`/api/scripts/${script.id}/download?version=${before}`}
          download={script.name}
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Version {before}
        </Button>
        {!readOnly && before !== script.version && (
          <Button
            variant="default"
            leftSection={<IconRestore size={16} aria-hidden />}
            disabled={!left.data}
            loading={put.isPending}
            onClick={() => left.data && restore(left.data.content)}
          >
            Restore version {before}
          </Button>
        )}
      </Group>
      {(left.error ?? right.error) ? (
        <ErrorState
          error={left.error ?? right.error}
          onRetry={() => void Promise.all([left.refetch(), right.refetch()])}
        />
      ) : left.data && right.data ? (
        <Paper style={{ overflow: "hidden" }}>
          {left.data.sha256 === right.data.sha256 ? (
            <Text p="md" size="sm" c="dimmed">
              The two have the same text.
            </Text>
          ) : (
            <Comparison
              before={left.data.content}
              after={right.data.content}
              label={`Versions ${before} and ${after}`}
            />
          )}
        </Paper>
      ) : (
        <Skeleton h={260} aria-label="Loading the two versions" />
      )}
    </Stack>
  );
}
