import { Button, Group, List, Loader, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { Halt } from "@/api/types";
import { askToConfirm } from "@/ui/confirm";
import { RelativeTime } from "@/ui/RelativeTime";
import { toastDone, toastFailed } from "@/ui/toast";
import { proofInWords } from "./words";

/** What the exchanges showed so far, key by key. */
export function HaltProgress({ halt }: { halt: Halt }) {
  const proofs = Object.entries(halt.proof);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {halt.scope === "installation" ? "Everybody’s trading is stopped" : "Your trading is stopped"} since{" "}
        <RelativeTime at={halt.engaged_at} inherit />
        {halt.reason && <>: {halt.reason}</>}. Entries are refused
        {halt.flatten ? " and positions are closed" : "; exits go on working"}.
      </Text>
      {halt.proven_at ? (
        <Text size="sm" fw={550}>
          Proven <RelativeTime at={halt.proven_at} inherit />: the exchanges were read again and nothing is
          left.
        </Text>
      ) : (
        <Group gap="xs" role="status">
          <Loader size={16} color="red" />
          <Text size="sm">The exchanges are being read until they show that nothing is left.</Text>
        </Group>
      )}
      {proofs.length > 0 && (
        <List spacing={4} size="sm" center>
          {proofs.map(([id, proof]) => (
            <List.Item
              key={id}
              icon={
                <ThemeIcon size={20} radius="xl" variant="light" color={proof.ok ? "teal" : "orange"}>
                  {proof.ok ? <IconCheck size={13} /> : <IconAlertTriangle size={13} />}
                </ThemeIcon>
              }
            >
              <strong>{proof.label}</strong>: {proofInWords(proof, halt.flatten)}
            </List.Item>
          ))}
        </List>
      )}
      <Group justify="flex-end">
        <LiftButton halt={halt} />
      </Group>
    </Stack>
  );
}

/** Lets trading begin again, after asking. */
export function LiftButton({ halt, size }: { halt: Halt; size?: string }) {
  const me = useMe();
  const client = useQueryClient();
  const lift = $api.useMutation("post", "/api/halt/lift", {
    onSuccess: () => toastDone("The kill switch is off. Alerts are traded again."),
    onError: (error) => toastFailed("lift the kill switch", error),
    onSettled: () => client.invalidateQueries({ queryKey: ["get", "/api/halt"] }),
  });
  const everybody = halt.scope === "installation";
  if (!canAct(me)) return null;
  if (everybody && me.role !== "admin")
    return (
      <Text size="sm" c="dimmed">
        Only an administrator can lift it.
      </Text>
    );
  const ask = () =>
    askToConfirm({
      title: "Lift the kill switch?",
      children: `New alerts are traded again from this moment on${everybody ? ", for every account" : ""}. ${
        halt.proven_at
          ? "What was cancelled or closed stays so."
          : "It is not proven yet that everything was cancelled or closed; what is left then stays."
      }`,
      confirm: "Lift it",
      onConfirm: () => lift.mutate({ body: { scope: halt.scope } }),
    });
  return (
    <Button size={size} variant="default" loading={lift.isPending} onClick={ask}>
      Lift
    </Button>
  );
}
