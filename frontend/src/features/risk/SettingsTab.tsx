import { Alert, Button, List, Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { canAct, useMe } from "@/api/account";
import type { RiskSettingsOut } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { changeInWords, changesOf } from "./changes";
import { SettingsForm } from "./SettingsForm";
import { useRiskSettings } from "./useRisk";

export function SettingsTab() {
  const query = useRiskSettings();
  if (query.isPending) return <Skeleton h={420} aria-label="Loading the settings" />;
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <Versioned newest={query.data} refetch={query.refetch} />;
}

interface VersionedProps {
  newest: RiskSettingsOut;
  refetch: () => Promise<{ data?: RiskSettingsOut }>;
}

/** What is typed belongs to the version it was begun from: a later one is told, never put over it. */
function Versioned({ newest, refetch }: VersionedProps) {
  const acts = canAct(useMe());
  const [base, setBase] = useState(newest);
  const [refused, setRefused] = useState(false);
  const load = (settings: RiskSettingsOut) => {
    setRefused(false);
    setBase(settings);
  };
  const overtaken = refused || newest.version > base.version;
  return (
    <SettingsForm
      key={base.version}
      base={base}
      readOnly={!acts}
      onSaved={load}
      onOvertaken={() => {
        setRefused(true);
        void refetch();
      }}
      notice={
        overtaken && (
          <Overtaken
            base={base}
            newest={newest}
            onLoad={() => void refetch().then(({ data }) => data && load(data))}
          />
        )
      }
    />
  );
}

interface OvertakenProps {
  base: RiskSettingsOut;
  newest: RiskSettingsOut;
  onLoad: () => void;
}

function Overtaken({ base, newest, onLoad }: OvertakenProps) {
  const changes = changesOf(base.settings, newest.settings);
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title="Changed meanwhile"
      role="alert"
    >
      <Text size="sm">
        Somebody saved these settings after you began. Yours cannot be saved over theirs; load the newest and
        change it again.
      </Text>
      {changes.length > 0 && (
        <List size="sm" mt="xs">
          {changes.map((change) => (
            <List.Item key={change.label}>{changeInWords(change)}</List.Item>
          ))}
        </List>
      )}
      <Button size="xs" variant="default" mt="sm" onClick={onLoad}>
        Load the newest
      </Button>
    </Alert>
  );
}
