import { Box, Skeleton, Tabs } from "@mantine/core";
import { IconCode, IconGitCompare, IconHistory, IconSettings } from "@tabler/icons-react";
import type { Icon } from "@tabler/icons-react";
import { useParams, useSearchParams } from "react-router";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Script } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { EditorTab } from "./editor/EditorTab";
import { useDraft } from "./editor/useDraft";
import { useUnsavedGuard } from "./editor/useUnsavedGuard";
import { RunsTab } from "./RunsTab";
import { BACK, ScriptHeader } from "./ScriptHeader";
import { SettingsTab } from "./settings/SettingsTab";
import { VersionsTab } from "./versions/VersionsTab";

const TABS = ["editor", "versions", "runs", "settings"] as const;
type TabName = (typeof TABS)[number];
const LOOK: Record<TabName, { label: string; icon: Icon }> = {
  editor: { label: "Editor", icon: IconCode },
  versions: { label: "Versions", icon: IconGitCompare },
  runs: { label: "Runs", icon: IconHistory },
  settings: { label: "Settings", icon: IconSettings },
};

export function ScriptPage() {
  const { scriptId = "" } = useParams();
  const script = $api.useQuery("get", "/api/scripts/{script_id}", {
    params: { path: { script_id: scriptId } },
  });
  if (script.data) return <ScriptView key={scriptId} script={script.data} />;
  if (script.isPending)
    return (
      <>
        <PageHeader title="Script" back={BACK} />
        <Skeleton h={460} aria-label="Loading the script" />
      </>
    );
  const gone = [404, 422].includes(asProblem(script.error).status);
  return (
    <>
      <PageHeader title={gone ? "No such script" : "Script"} back={BACK} />
      <ErrorState error={script.error} onRetry={gone ? undefined : () => void script.refetch()} />
    </>
  );
}

function ScriptView({ script }: { script: Script }) {
  const readOnly = !canAct(useMe());
  const [params, setParams] = useSearchParams();
  const draft = useDraft(script.id);
  const guard = useUnsavedGuard(draft.dirty, script.name);
  const tab = TABS.find((name) => name === params.get("tab")) ?? "editor";
  const show = (name: string | null) => setParams(name && name !== "editor" ? { tab: name } : {});
  return (
    <>
      <ScriptHeader script={script} draft={draft} readOnly={readOnly} leave={guard.leave} />
      <Tabs value={tab} onChange={show}>
        <Tabs.List mb="md" style={{ flexWrap: "nowrap", overflowX: "auto" }}>
          {TABS.map((name) => {
            const { label, icon: TabIcon } = LOOK[name];
            return (
              <Tabs.Tab
                key={name}
                value={name}
                leftSection={
                  <Box visibleFrom="xs" display="flex">
                    <TabIcon size={16} aria-hidden />
                  </Box>
                }
              >
                {label}
                {name === "editor" && draft.dirty && <span title="Changes that are not saved"> •</span>}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        <Tabs.Panel value="editor">
          <EditorTab name={script.name} draft={draft} readOnly={readOnly} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <VersionsTab
            script={script}
            readOnly={readOnly}
            onRestored={() => (draft.dirty ? draft.retry() : void draft.discard())}
          />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <RunsTab script={script} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsTab script={script} readOnly={readOnly} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
