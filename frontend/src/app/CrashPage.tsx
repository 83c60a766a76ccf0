import { Button, Center, Code, Group, Stack, Text } from "@mantine/core";
import { IconMoodWrrr } from "@tabler/icons-react";
import { isRouteErrorResponse, useNavigate, useRouteError } from "react-router";
import { asProblem } from "@/api/problem";
import { EmptyState } from "@/ui/EmptyState";
import { NotFoundPage } from "./NotFoundPage";

/** Shown instead of a page that broke; the rest of the app stays. */
export function CrashPage({ inShell = false }: { inShell?: boolean }) {
  const error = useRouteError();
  const navigate = useNavigate();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFoundPage />;
  const problem = asProblem(isRouteErrorResponse(error) ? error.data : error);
  return (
    <Center mih={inShell ? undefined : "100vh"} role="alert">
      <EmptyState
        icon={IconMoodWrrr}
        title={problem.status === 0 ? problem.title : "This page stopped working"}
        action={
          <Group mt="xs">
            <Button onClick={() => location.reload()}>Load again</Button>
            <Button variant="default" onClick={() => void navigate("/")}>
              To the overview
            </Button>
          </Group>
        }
      >
        <Stack gap="xs" component="span">
          <Text span inherit>
            {problem.status === 0
              ? problem.message
              : "Your scripts are not affected: they run on the server. Loading the page again usually helps."}
          </Text>
          {problem.status !== 0 && <Code>{problem.message}</Code>}
        </Stack>
      </EmptyState>
    </Center>
  );
}
