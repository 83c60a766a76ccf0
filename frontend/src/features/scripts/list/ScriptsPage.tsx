import { Button, Group, Select, Stack } from "@mantine/core";
import { IconFileCode, IconUpload } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { canAct, useMe } from "@/api/account";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { PageHeader } from "@/ui/PageHeader";
import { STATE_OPTIONS } from "@/ui/runs/run-states";
import { SearchInput } from "@/ui/SearchInput";
import { SAMPLE, SAMPLE_NAME } from "../sample";
import { useDeleteScript } from "../useDeleteScript";
import { SCRIPT_EXPORT, scriptColumns } from "./columns";
import { UploadArea } from "./UploadArea";
import { UploadOutcomes } from "./UploadOutcomes";
import { useUploads } from "./useUploads";

const SORTS = ["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] as const;

export function ScriptsPage() {
  const acts = canAct(useMe());
  const list = useListParams({ sort: "-updated_at" });
  const navigate = useNavigate();
  const area = useRef<{ open: () => void }>(null);
  const { uploads, upload, dismiss } = useUploads();
  const remove = useDeleteScript();

  const status = STATE_OPTIONS.find(({ value }) => value === list.one("status"))?.value;
  const sort = SORTS.find((one) => one === list.sort) ?? "-updated_at";
  const filters = { q: list.q || undefined, status, sort };
  const scripts = $api.useQuery(
    "get",
    "/api/scripts",
    { params: { query: { ...filters, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const everyScript = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/scripts", { params: { query: { ...filters, ...at } } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });

  const wanted = list.one("upload") !== null;
  const { set } = list;
  useEffect(() => {
    if (!wanted) return;
    area.current?.open();
    set({ upload: null });
  }, [wanted, set]);

  const startFromSample = async () => {
    const [script] = await upload([new File([SAMPLE], SAMPLE_NAME, { type: "text/x-python" })]);
    if (script) void navigate(`/scripts/${script.id}`);
  };
  const filtered = list.q !== "" || status !== undefined;

  return (
    <>
      <PageHeader
        title="Scripts"
        description="Your Python programs. Each save keeps the version before it."
        actions={
          <>
            <CsvButton name="scripts" columns={SCRIPT_EXPORT} rows={everyScript} />
            {acts && (
              <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={() => area.current?.open()}>
                Upload
              </Button>
            )}
          </>
        }
      />
      <Stack gap="md">
        {acts && <UploadArea ref={area} onFiles={(files) => void upload(files)} />}
        <UploadOutcomes uploads={uploads} onDismiss={dismiss} />
        <Group gap="sm">
          <SearchInput label="Search by name" value={list.q} onChange={(q) => list.set({ q })} />
          <Select
            aria-label="State"
            placeholder="Any state"
            data={STATE_OPTIONS}
            value={status ?? null}
            onChange={(chosen) => list.set({ status: chosen })}
            clearable
            w={{ base: "100%", xs: 170 }}
          />
        </Group>
        <DataTable
          label="Scripts"
          columns={scriptColumns(acts ? remove : null)}
          query={scripts}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/scripts/${id}`}
          minWidth={780}
          paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
          sorting={{ sort, onSort: (next) => list.set({ sort: next }) }}
          empty={
            filtered ? (
              <EmptyState
                icon={IconFileCode}
                title="No script matches"
                action={
                  <Button variant="default" onClick={() => list.set({ q: null, status: null })}>
                    Show all scripts
                  </Button>
                }
              >
                No script passes the search and the state chosen.
              </EmptyState>
            ) : (
              <EmptyState
                icon={IconFileCode}
                title={acts ? "Upload your first script" : "No scripts yet"}
                action={
                  acts && (
                    <Group gap="xs" justify="center">
                      <Button onClick={() => area.current?.open()}>Choose files</Button>
                      <Button variant="default" onClick={() => void startFromSample()}>
                        Start from a sample
                      </Button>
                    </Group>
                  )
                }
              >
                Any Python file will do. It is checked for syntax errors before it is kept, and runs in a
                sandbox.
              </EmptyState>
            )
          }
        />
      </Stack>
    </>
  );
}
