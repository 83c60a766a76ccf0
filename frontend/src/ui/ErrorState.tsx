import { Alert, Button, Code, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";

/** What went wrong, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={problem.title}
      role="alert"
    >
      <Text size="sm">{problem.message}</Text>
      <Group mt="sm" gap="md">
        {onRetry && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={15} aria-hidden />}
            onClick={onRetry}
          >
            Try again
          </Button>
        )}
        {problem.correlationId && (
          <Text size="xs">
            Reference <Code>{problem.correlationId}</Code>
          </Text>
        )}
      </Group>
    </Alert>
  );
}
