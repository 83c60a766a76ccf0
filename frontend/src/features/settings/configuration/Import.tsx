import { Alert, Button, FileButton, Group, List, Stack, Text } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { ConfigurationDocument } from "@/api/types";
import { plural } from "@/lib/format";
import { askToConfirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/ErrorState";
import { toastDone, toastFailed } from "@/ui/toast";
import { Changes } from "./Changes";
import { readDocument } from "./document";

interface Chosen {
  name: string;
  document: ConfigurationDocument;
}

/** A file is compared with what is in force, and applied only after that was seen. */
export function Import({ acts }: { acts: boolean }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const comparing = $api.useMutation("post", "/api/configuration/diff");
  const leave = () => {
    setChosen(null);
    comparing.reset();
  };
  const importing = $api.useMutation("post", "/api/configuration/import", {
    onSuccess: (changes) => {
      toastDone(`${plural(changes.length, "change")} in force.`, "Imported");
      leave();
      void client.invalidateQueries();
    },
    onError: (error) => {
      toastFailed("import the file", error);
      if (chosen) comparing.mutate({ body: chosen.document });
    },
  });
  const choose = async (file: File | null) => {
    if (!file) return;
    leave();
    const read = readDocument(await file.text());
    setProblem("problem" in read ? read.problem : null);
    if ("problem" in read) return;
    const document = read.document as unknown as ConfigurationDocument;
    setChosen({ name: file.name, document });
    comparing.mutate({ body: document });
  };
  const diff = comparing.data;
  const apply = () =>
    chosen &&
    diff &&
    askToConfirm({
      title: `Import ${chosen.name}?`,
      children: `Makes ${plural(diff.changes.length, "change")} at once, all or none. Open positions keep the configuration they were opened with.`,
      confirm: "Import it",
      onConfirm: () => importing.mutate({ body: { document: chosen.document, seen: diff.seen } }),
    });
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <FileButton onChange={(file) => void choose(file)} accept="application/json,.json" key={chosen?.name}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
              loading={comparing.isPending}
            >
              Choose a file
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          {chosen ? chosen.name : "Nothing changes before you have seen what would."}
        </Text>
      </Group>
      {problem && (
        <Alert color="red" variant="light" role="alert">
          {problem}
        </Alert>
      )}
      {comparing.error && (
        <>
          <ErrorState error={comparing.error} />
          <Reasons reasons={asProblem(comparing.error).fields} />
        </>
      )}
      {diff && <Reasons reasons={diff.errors} />}
      {diff && diff.changes.length === 0 && diff.errors.length === 0 && (
        <Text size="sm">The file holds what is in force already.</Text>
      )}
      {diff && diff.changes.length > 0 && <Changes changes={diff.changes} />}
      {diff && (
        <Group justify="flex-end">
          <Button variant="default" onClick={leave}>
            Put it away
          </Button>
          {acts && diff.changes.length > 0 && (
            <Button disabled={diff.errors.length > 0} loading={importing.isPending} onClick={apply}>
              Import {plural(diff.changes.length, "change")}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Reasons({ reasons }: { reasons: readonly { field: string; message: string }[] }) {
  if (reasons.length === 0) return null;
  return (
    <Alert color="red" variant="light" title="The file cannot be imported as it is" role="alert">
      <List size="sm">
        {reasons.map(({ field, message }) => (
          <List.Item key={`${field} ${message}`}>
            {field}: {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
