import { Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPackage, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/api/account";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { Package } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { askToConfirm } from "@/ui/confirm";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { FormProblem } from "@/ui/FormProblem";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { toastDone, toastFailed } from "@/ui/toast";

export function PackagesTab() {
  const isAdmin = useMe().role === "admin";
  const client = useQueryClient();
  const { page, limit, offset, setPage } = useListParams({ sort: "", limit: 200 });
  const packages = $api.useQuery("get", "/api/packages", { params: { query: { limit, offset } } });
  const reload = () => void client.invalidateQueries({ queryKey: ["get", "/api/packages"] });
  const remove = $api.useMutation("delete", "/api/packages/{name}", {
    onSuccess: () => {
      toastDone("The package is no longer allowed.");
      reload();
    },
    onError: (error) => toastFailed("remove the package", error),
  });
  const confirmRemove = ({ name }: Package) =>
    askToConfirm({
      title: `Remove ${name}?`,
      children: `Scripts that need ${name} no longer start. Runs under way go on.`,
      confirm: "Remove",
      onConfirm: () => remove.mutate({ params: { path: { name } } }),
    });

  const columns: Column<Package>[] = [
    { key: "name", header: "Package", card: "title", render: ({ name }) => <Code fz="sm">{name}</Code> },
    {
      key: "note",
      header: "Note",
      render: ({ note }) =>
        note || (
          <Text span c="dimmed">
            –
          </Text>
        ),
    },
    {
      key: "created",
      header: "Added",
      numeric: true,
      render: (entry) => <RelativeTime at={entry.created_at} />,
    },
  ];
  if (isAdmin) {
    columns.push({
      key: "actions",
      header: "",
      numeric: true,
      card: "actions",
      render: (entry) => (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Remove ${entry.name}`}
          onClick={() => confirmRemove(entry)}
        >
          Remove
        </Button>
      ),
    });
  }
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        What scripts may install, with everything these packages themselves need. A script names its packages
        in its settings or in a <Code># /// script</Code> block.
        {!isAdmin && " An administrator edits this list."}
      </Text>
      {isAdmin && <AllowPackage onAllowed={reload} />}
      <DataTable
        label="Allowed packages"
        columns={columns}
        query={packages}
        rowKey={({ name }) => name}
        paging={{ page, limit, onPage: setPage }}
        empty={
          <EmptyState icon={IconPackage} title="No packages are allowed">
            Scripts can use Python’s standard library only.
          </EmptyState>
        }
      />
    </Stack>
  );
}

function AllowPackage({ onAllowed }: { onAllowed: () => void }) {
  const form = useForm({
    initialValues: { name: "", note: "" },
    validate: {
      name: (name) =>
        /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name.trim()) ? null : "A package’s name, such as numpy.",
    },
  });
  const allow = $api.useMutation("post", "/api/packages", {
    onSuccess: ({ name }) => {
      toastDone(`Scripts may now use ${name}.`);
      form.reset();
      onAllowed();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  return (
    <Panel>
      <form onSubmit={form.onSubmit((body) => allow.mutate({ body }))} noValidate>
        <Stack gap="sm">
          <Group align="flex-start" gap="sm">
            <TextInput
              label="Package"
              placeholder="numpy"
              flex="1 1 12rem"
              spellCheck={false}
              {...form.getInputProps("name")}
            />
            <TextInput label="Note" placeholder="optional" flex="2 1 14rem" {...form.getInputProps("note")} />
            <Button
              type="submit"
              mt={24}
              leftSection={<IconPlus size={16} aria-hidden />}
              loading={allow.isPending}
            >
              Allow
            </Button>
          </Group>
          <FormProblem error={allow.error} />
        </Stack>
      </form>
    </Panel>
  );
}
