import { Button, Stack, Text } from "@mantine/core";
import { IconFileExport } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { canAct, useMe } from "@/api/account";
import { api } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { saveFile } from "@/lib/csv";
import { Panel } from "@/ui/Panel";
import { toastFailed } from "@/ui/toast";
import { History } from "./History";
import { Import } from "./Import";

/** All trading settings as a file: out, in, back to the defaults, and their versions. */
export function ConfigurationTab() {
  const acts = canAct(useMe());
  const exporting = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET("/api/configuration/export");
      if (!data) throw ApiProblem.unreachable();
      const text = `${JSON.stringify(data, null, 2)}\n`;
      saveFile("dollarclub-configuration.json", text, "application/json");
    },
    onError: (error) => toastFailed("export the configuration", error),
  });
  return (
    <Stack>
      <Panel
        title="Export"
        actions={
          <Button
            variant="default"
            leftSection={<IconFileExport size={16} aria-hidden />}
            loading={exporting.isPending}
            onClick={() => exporting.mutate()}
          >
            Export as a file
          </Button>
        }
      >
        <Text size="sm">
          Limits of pool and risk, configurations and webhooks, without the secrets of keys and webhooks.
        </Text>
      </Panel>
      <Panel title="Import">
        <Import acts={acts} />
      </Panel>
      <Panel title="Versions">
        <History acts={acts} />
      </Panel>
    </Stack>
  );
}
