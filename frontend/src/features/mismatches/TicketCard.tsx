import { Alert, Box, Button, Code, Group, Paper, SimpleGrid, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { Ticket } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { askToConfirm } from "@/ui/confirm";
import { RelativeTime } from "@/ui/RelativeTime";
import { ToneBadge } from "@/ui/ToneBadge";
import { toastDone, toastFailed } from "@/ui/toast";
import { KeyName } from "@/ui/trading/keys";
import { type Decision, evidenceRows, kindOf, TICKET_STATES } from "./words";

const ORDER: Decision[] = ["adopt", "close", "ignore"];

/** One difference: what it is, both sides of the evidence, and what can be done about it. */
export function TicketCard({ ticket }: { ticket: Ticket }) {
  const heading = useId();
  const { label } = kindOf(ticket);
  const difference = ticket.evidence.difference;
  return (
    <Paper p="md" component="section" aria-labelledby={heading} data-ticket={ticket.kind}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Group gap="xs">
          <Title order={2} id={heading}>
            {label}
          </Title>
          <ToneBadge look={TICKET_STATES[ticket.status]} status={ticket.status} />
        </Group>
        <Text size="sm" c="dimmed" component="div">
          <KeyName id={ticket.key_id} /> · found <RelativeTime at={ticket.created_at} inherit />
        </Text>
      </Group>
      <Text size="sm" mb="sm">
        {ticket.summary}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Evidence title="The book" side={ticket.evidence.book} nothing="knows nothing of it" />
        <Evidence title="The exchange" side={ticket.evidence.exchange} nothing="has nothing of it" />
      </SimpleGrid>
      {typeof difference === "string" && (
        <Text size="sm" mt="sm">
          Difference: <Code>{formatDecimal(difference)}</Code> {ticket.subject}
        </Text>
      )}
      {ticket.problem && (
        <Alert
          color="orange"
          variant="light"
          p="xs"
          mt="sm"
          icon={<IconAlertTriangle size={18} aria-hidden />}
        >
          {ticket.problem}
        </Alert>
      )}
      {ticket.status === "open" && <Decisions ticket={ticket} />}
    </Paper>
  );
}

function Evidence({ title, side, nothing }: { title: string; side: unknown; nothing: string }) {
  const rows = evidenceRows(side);
  return (
    <Box p="sm" bg="var(--dc-canvas)" style={{ borderRadius: "var(--mantine-radius-md)" }}>
      <Text size="xs" fw={600} c="dimmed" mb={6}>
        {title}
      </Text>
      {rows ? (
        <Table verticalSpacing={2} horizontalSpacing={0} withRowBorders={false} aria-label={title}>
          <Table.Tbody>
            {rows.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Td c="dimmed" w={130}>
                  {name}
                </Table.Td>
                <Table.Td style={{ overflowWrap: "anywhere", fontVariantNumeric: "tabular-nums" }}>
                  {value}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : (
        <Text size="sm">{nothing}</Text>
      )}
    </Box>
  );
}

function Decisions({ ticket }: { ticket: Ticket }) {
  const acts = canAct(useMe());
  const client = useQueryClient();
  const decide = $api.useMutation("post", "/api/tickets/{ticket_id}/{decision}", {
    onSuccess: () => {
      toastDone("Decided. It is carried out in a moment.");
      void client.invalidateQueries({ queryKey: ["get", "/api/tickets"] });
    },
    onError: (error) => toastFailed("decide it", error),
  });
  if (!acts) return null;
  const { choices } = kindOf(ticket);
  const ask = (decision: Decision) => {
    const choice = choices[decision];
    if (!choice) return;
    askToConfirm({
      title: `${choice.label}: ${ticket.symbol ?? ticket.subject}?`,
      children: `${ticket.summary} ${choice.does}`,
      confirm: choice.label,
      destructive: decision === "close",
      onConfirm: () => decide.mutate({ params: { path: { ticket_id: ticket.id, decision } } }),
    });
  };
  return (
    <Group gap="xs" mt="md">
      {ORDER.map((decision) => {
        const choice = choices[decision];
        return (
          choice && (
            <Button
              key={decision}
              size="xs"
              variant={decision === "ignore" ? "default" : "light"}
              color={decision === "close" ? "red" : undefined}
              loading={ticket.requested === decision}
              disabled={ticket.requested !== null || decide.isPending}
              onClick={() => ask(decision)}
            >
              {choice.label}
            </Button>
          )
        );
      })}
    </Group>
  );
}
