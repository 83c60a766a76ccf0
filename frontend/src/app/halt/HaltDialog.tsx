import {
  Alert,
  List,
  Modal,
  SegmentedControl,
  Skeleton,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { HaltState } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { ErrorState } from "@/ui/ErrorState";
import { FormProblem } from "@/ui/FormProblem";
import { useKeys } from "@/ui/trading/keys";
import { engagedHalt, useHalt } from "@/ui/trading/useHalt";
import { HaltProgress } from "./HaltProgress";
import { actsOf } from "./words";

const WORD = "STOP";

/** Engages the kill switch after saying what it will do; while it is engaged, how far it has come. */
export function HaltDialog({ onClose }: { onClose: () => void }) {
  const halt = useHalt();
  const { refetch } = halt;
  useEffect(() => void refetch(), [refetch]);
  const engaged = engagedHalt(halt.data);
  return (
    <Modal
      opened
      onClose={onClose}
      title={engaged ? "The kill switch is on" : "Stop trading"}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {halt.isPending && <Skeleton h={180} />}
      {halt.error && !halt.data && <ErrorState error={halt.error} onRetry={() => void refetch()} />}
      {engaged && <HaltProgress halt={engaged} />}
      {halt.data && !engaged && <Engage state={halt.data} onClose={onClose} />}
    </Modal>
  );
}

function Engage({ state, onClose }: { state: HaltState; onClose: () => void }) {
  const admin = useMe().role === "admin";
  const client = useQueryClient();
  const keys = useKeys();
  const [flatten, setFlatten] = useState(false);
  const [scope, setScope] = useState<"account" | "installation">("account");
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const engage = $api.useMutation("post", "/api/halt", {
    onSettled: () => client.invalidateQueries({ queryKey: ["get", "/api/halt"] }),
  });
  const ready = typed.trim().toUpperCase() === WORD;
  const everybody = scope === "installation";
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) engage.mutate({ body: { scope, flatten, reason: reason.trim() } });
      }}
    >
      <Stack>
        {admin && (
          <SegmentedControl
            aria-label="Whose trading"
            value={scope}
            onChange={(value) => setScope(value === "installation" ? "installation" : "account")}
            data={[
              { value: "account", label: "My account" },
              { value: "installation", label: "Everybody on this installation" },
            ]}
          />
        )}
        <Switch
          color="red"
          label="Also close every position at market"
          description="Off: what is held stays, and exits go on working."
          checked={flatten}
          onChange={(event) => setFlatten(event.currentTarget.checked)}
        />
        <Alert color="red" variant="light" icon={<IconHandStop aria-hidden />} title="What it does now">
          <List size="sm" spacing={2} data-testid="halt-acts">
            {actsOf(state, flatten, keys.data?.items).map((act) => (
              <List.Item key={act}>{act}</List.Item>
            ))}
          </List>
          <Text size="sm" mt="xs">
            {everybody && "And the same for every other account. "}
            Then the exchange is read again, until it shows that nothing is left. Trading starts again only
            when somebody lifts it.
          </Text>
        </Alert>
        <TextInput
          label="Reason"
          description="Kept with the switch’s history."
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={
            <>
              Type <strong>{WORD}</strong> to confirm
            </>
          }
          aria-label={`Type ${WORD} to confirm`}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <FormProblem error={engage.error} />
        <DialogActions
          onCancel={onClose}
          submit={flatten ? "Stop and close everything" : "Stop trading"}
          color="red.9"
          disabled={!ready}
          loading={engage.isPending}
        />
      </Stack>
    </form>
  );
}
