import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconEyeExclamation } from "@tabler/icons-react";
import { CodeSample } from "@/ui/CodeSample";

/** The only moment at which a token can be seen. */
export function TokenReveal({ token, onDone }: { token: string; onDone: () => void }) {
  const curl = `curl -H "Authorization: Bearer ${token}" \\\n${location.origin}/api/scripts`;
  return (
    <Stack>
      <Alert color="yellow" variant="light" icon={<IconEyeExclamation aria-hidden />}>
        Copy it now. It is shown this once; only its hash is kept.
      </Alert>
      <CodeSample text={token} label="the token" />
      <Text size="sm">Try it, for example to list your scripts:</Text>
      <CodeSample text={curl} label="the curl command" />
      <Group justify="flex-end">
        <Button onClick={onDone}>I have copied it</Button>
      </Group>
    </Stack>
  );
}
