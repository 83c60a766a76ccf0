import { Alert, Button, Group, List, Modal, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconDeviceFloppy, IconGitMerge } from "@tabler/icons-react";
import { useState } from "react";
import { ErrorState } from "@/ui/ErrorState";
import classes from "./Code.module.css";
import { CodeEditor } from "./CodeEditor";
import { Comparison } from "./Comparison";
import type { Draft } from "./useDraft";

interface EditorTabProps {
  name: string;
  draft: Draft;
  readOnly: boolean;
}

export function EditorTab({ name, draft, readOnly }: EditorTabProps) {
  const { base, newest, dirty, saving, fault } = draft;
  if (!base) {
    if (draft.error) return <ErrorState error={draft.error} onRetry={draft.retry} />;
    return <Skeleton h={420} aria-label="Loading the script" />;
  }
  const latest = newest?.version ?? base.version;
  const outdated = base.version < latest;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" role="status">
          {readOnly
            ? `Version ${base.version}. Your account only reads.`
            : dirty
              ? `Version ${base.version}, with changes that are not saved`
              : `Version ${base.version}, saved`}
        </Text>
        {!readOnly && (
          <Group gap="xs">
            {dirty && (
              <Button size="xs" variant="subtle" color="gray" onClick={() => void draft.discard()}>
                Discard changes
              </Button>
            )}
            <Button
              size="xs"
              variant={dirty ? "filled" : "default"}
              leftSection={<IconDeviceFloppy size={15} aria-hidden />}
              disabled={!dirty}
              loading={saving}
              onClick={() => void draft.save()}
            >
              Save as version {latest + 1}
            </Button>
          </Group>
        )}
      </Group>
      {outdated && dirty && <Conflict draft={draft} />}
      {outdated && !dirty && (
        <Alert variant="light" color="blue" title={`Version ${latest} was saved elsewhere`}>
          <Button size="xs" variant="light" onClick={() => void draft.discard()}>
            Show it
          </Button>
        </Alert>
      )}
      {fault && (
        <Alert
          variant="light"
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={`Not saved: an error in line ${fault.line}`}
          role="alert"
        >
          {fault.message}
        </Alert>
      )}
      {!dirty && base.warnings && base.warnings.length > 0 && (
        <Alert
          variant="light"
          color="yellow"
          icon={<IconAlertTriangle aria-hidden />}
          title="This may not start"
        >
          <List size="sm">
            {base.warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Paper className={classes.frame}>
        <CodeEditor
          key={draft.edition}
          text={draft.text}
          label={`Source of ${name}`}
          readOnly={readOnly}
          fault={fault}
          onChange={draft.change}
          onSave={() => dirty && void draft.save()}
        />
      </Paper>
    </Stack>
  );
}

/** Two people, or two tabs, saved on top of the same version: the person decides. */
function Conflict({ draft }: { draft: Draft }) {
  const [comparing, setComparing] = useState(false);
  const theirs = draft.newest;
  if (!theirs) return null;
  return (
    <Alert
      variant="light"
      color="orange"
      icon={<IconGitMerge aria-hidden />}
      title={`Version ${theirs.version} was saved while you edited`}
      role="alert"
    >
      <Text size="sm" mb="xs">
        Your changes are based on version {draft.base?.version}. Nothing is lost: whatever you choose, the
        other version stays in the list of versions.
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="light" onClick={() => setComparing(true)}>
          Compare
        </Button>
        <Button
          size="xs"
          variant="light"

          loading={draft.saving}
          onClick={() => void draft.save(theirs.version)}
        >
          Save mine as the newest
        </Button>
        <Button size="xs" variant="light" color="red" onClick={() => void draft.discard()}>
          Discard mine
        </Button>
      </Group>
      <Modal
        opened={comparing}
        onClose={() => setComparing(false)}
        size="90%"
        title={`Version ${theirs.version} and yours`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Comparison before={theirs.content} after={draft.text} label="The other version and yours" />
      </Modal>
    </Alert>
  );
}
