import { ActionIcon, Anchor, Button, Menu } from "@mantine/core";
import { IconDeviceFloppy, IconDotsVertical, IconDownload, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { isActive } from "@/api/types";
import type { Script } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { PageHeader } from "@/ui/PageHeader";
import { RelativeTime } from "@/ui/RelativeTime";
import { ScriptRunActions } from "@/ui/runs/RunActions";
import { useRunActions } from "@/ui/runs/useRunActions";
import { StatusBadge } from "@/ui/StatusBadge";
import type { Draft } from "./editor/useDraft";
import { RenameDialog } from "./RenameDialog";
import { useDeleteScript, whyKept } from "./useDeleteScript";

export const BACK = { label: "Scripts", to: "/scripts" };

interface ScriptHeaderProps {
  script: Script;
  draft: Draft;
  readOnly: boolean;
  /** Lets the page be left without asking about unsaved changes. */
  leave: () => void;
}

export function ScriptHeader({ script, draft, readOnly, leave }: ScriptHeaderProps) {
  const run = script.latest_run;
  return (
    <PageHeader
      title={script.name}
      back={BACK}
      badge={<StatusBadge status={script.status} size="lg" />}
      description={
        <>
          Version {script.version} · {formatBytes(script.size)} · changed{" "}
          <RelativeTime at={script.updated_at} inherit />
          {run && (
            <>
              {" · "}
              <Anchor component={Link} to={`/runs/${run.id}`} inherit>
                {isActive(run.status) ? "watch the run" : "last run"}
              </Anchor>
            </>
          )}
        </>
      }
      actions={
        <>
          {draft.dirty && !readOnly ? (
            <SaveAndRun script={script} draft={draft} />
          ) : (
            <ScriptRunActions script={script} open />
          )}
          <MoreMenu script={script} readOnly={readOnly} leave={leave} />
        </>
      }
    />
  );
}

/** With unsaved changes, running the stored version would not be what is on screen. */
function SaveAndRun({ script, draft }: { script: Script; draft: Draft }) {
  const { start, starting } = useRunActions();
  const navigate = useNavigate();
  const active = script.latest_run !== null && isActive(script.latest_run.status);
  if (active && !script.settings.allow_parallel) return <ScriptRunActions script={script} open />;
  const go = async () => {
    const run = (await draft.save()) && (await start(script.id));
    if (run) void navigate(`/runs/${run.id}`);
  };
  return (
    <Button
      leftSection={<IconDeviceFloppy size={16} aria-hidden />}
      loading={draft.saving || starting}
      onClick={() => void go()}
    >
      Save and run
    </Button>
  );
}

function MoreMenu({ script, readOnly, leave }: Pick<ScriptHeaderProps, "script" | "readOnly" | "leave">) {
  const [renaming, setRenaming] = useState(false);
  const navigate = useNavigate();
  const remove = useDeleteScript(() => {
    leave();
    void navigate("/scripts");
  });
  const kept = whyKept(script);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size={34} variant="default" aria-label={`More for ${script.name}`}>
            <IconDotsVertical size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component="a"
            href={`/api/scripts/${script.id}/download`}
            download={script.name}
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Download
          </Menu.Item>
          {!readOnly && (
            <>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setRenaming(true)}>
                Rename
              </Menu.Item>
              <Menu.Item
                color="red"
                disabled={kept !== null}
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => remove(script)}
              >
                {kept ? `Delete: ${kept.toLowerCase()}` : "Delete"}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {renaming && <RenameDialog script={script} onClose={() => setRenaming(false)} />}
    </>
  );
}
