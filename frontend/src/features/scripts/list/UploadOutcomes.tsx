import {
  ActionIcon,
  Anchor,
  Button,
  CloseButton,
  Code,
  Group,
  Loader,
  Paper,
  Stack,
  Text,
} from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { Link } from "react-router";
import type { ApiProblem } from "@/api/problem";
import { formatBytes } from "@/lib/format";
import { RunButton } from "@/ui/runs/RunButton";
import type { Upload } from "./useUploads";

interface UploadOutcomesProps {
  uploads: Upload[];
  onDismiss: (id?: number) => void;
}

/** What became of each uploaded file, until it is put away. */
export function UploadOutcomes({ uploads, onDismiss }: UploadOutcomesProps) {
  if (uploads.length === 0) return null;
  return (
    <Paper p="sm" component="section" aria-label="Uploads" aria-live="polite">
      <Stack gap="xs">
        {uploads.map((upload) => (
          <Group key={upload.id} gap="sm" wrap="nowrap" align="flex-start" data-upload={upload.name}>
            <Outcome upload={upload} />
            <CloseButton
              size="sm"
              aria-label={`Put away ${upload.name}`}
              onClick={() => onDismiss(upload.id)}
              disabled={!upload.script && !upload.problem}
            />
          </Group>
        ))}
      </Stack>
      {uploads.length > 1 && (
        <Button size="compact-xs" variant="subtle" color="gray" mt="xs" onClick={() => onDismiss()}>
          Put all away
        </Button>
      )}
    </Paper>
  );
}

function Outcome({ upload }: { upload: Upload }) {
  const { name, size, script, problem } = upload;
  if (problem)
    return (
      <>
        <ActionIcon component="span" variant="transparent" color="red" size="sm">
          <IconAlertTriangle size={17} aria-hidden />
        </ActionIcon>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
            {name} was not uploaded
          </Text>
          <ProblemDetail problem={problem} />
        </div>
      </>
    );
  return (
    <>
      {script ? (
        <ActionIcon component="span" variant="transparent" color="teal" size="sm">
          <IconCircleCheck size={17} aria-hidden />
        </ActionIcon>
      ) : (
        <Loader size={17} role="img" aria-label="Uploading" />
      )}
      <Text size="sm" component="div" flex={1} miw={0} style={{ overflowWrap: "anywhere" }}>
        {script ? (
          <Anchor component={Link} to={`/scripts/${script.id}`} inherit fw={550}>
            {script.name}
          </Anchor>
        ) : (
          name
        )}{" "}
        <Text span size="sm" c="dimmed">
          {formatBytes(size)} {script ? "· uploaded" : "· uploading…"}
        </Text>
      </Text>
      {script && <RunButton script={script} size="compact-xs" variant="light" open />}
    </>
  );
}

/** The server's reason; for a syntax error with the line itself. */
function ProblemDetail({ problem }: { problem: ApiProblem }) {
  const { line, text } = problem.facts;
  return (
    <>
      <Text size="sm" c="dimmed">
        {typeof line === "number" && !problem.message.includes(`line ${line}`) && `Line ${line}: `}
        {problem.message}
      </Text>
      {typeof text === "string" && (
        <Code block mt={4} p={6} fz="xs" style={{ overflowX: "auto" }} tabIndex={0}>
          {typeof line === "number" ? `${line} | ${text.trimEnd()}` : text.trimEnd()}
        </Code>
      )}
    </>
  );
}
