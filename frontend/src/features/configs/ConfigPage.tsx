import { Skeleton } from "@mantine/core";
import { useParams, useSearchParams } from "react-router";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { NEW_CONFIG, valuesOf } from "./config-form";
import { Editor } from "./Editor";

const BACK = { label: "Configurations", to: "/configurations" };

export function ConfigPage() {
  const { configId = "" } = useParams();
  const [params] = useSearchParams();
  const isNew = configId === "new";
  const from = isNew ? params.get("from") : configId;
  if (from === null) return <Editor initial={NEW_CONFIG} />;
  return <Loaded key={`${configId} ${from}`} id={from} isNew={isNew} />;
}

function Loaded({ id, isNew }: { id: string; isNew: boolean }) {
  const query = $api.useQuery(
    "get",
    "/api/dca-configs/{config_id}",
    { params: { path: { config_id: id } } },
    { refetchOnWindowFocus: false },
  );
  if (query.data)
    return (
      <Editor
        key={query.data.version}
        initial={valuesOf(query.data)}
        config={isNew ? undefined : query.data}
      />
    );
  const gone = [404, 422].includes(asProblem(query.error).status);
  return (
    <>
      <PageHeader title={!query.isPending && gone ? "No such configuration" : "Configuration"} back={BACK} />
      {query.isPending ? (
        <Skeleton h={480} aria-label="Loading the configuration" />
      ) : (
        <ErrorState error={query.error} onRetry={gone ? undefined : () => void query.refetch()} />
      )}
    </>
  );
}
