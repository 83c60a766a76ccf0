import { Skeleton } from "@mantine/core";
import { $api } from "@/api/client";
import type { Script } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { SettingsForm } from "./SettingsForm";

/** How the script runs. What may be chosen, packages and secrets, is loaded first. */
export function SettingsTab({ script, readOnly }: { script: Script; readOnly: boolean }) {
  const page = { params: { query: { limit: 200 } } };
  const packages = $api.useQuery("get", "/api/packages", page);
  const secrets = $api.useQuery("get", "/api/secrets", page);
  const failed = packages.error ?? secrets.error;
  if (packages.data && secrets.data)
    return (
      <SettingsForm
        script={script}
        readOnly={readOnly}
        allowed={packages.data.items.map(({ name }) => name)}
        secrets={secrets.data.items.map(({ name }) => name)}
      />
    );
  if (failed)
    return (
      <ErrorState error={failed} onRetry={() => void Promise.all([packages.refetch(), secrets.refetch()])} />
    );
  return <Skeleton h={420} aria-label="Loading the settings" />;
}
