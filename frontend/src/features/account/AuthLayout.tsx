import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Brand } from "@/ui/Brand";

interface AuthLayoutProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}

export function AuthLayout({ title, description, children, footer }: AuthLayoutProps) {
  useEffect(() => {
    document.title = `${title} · DollarClub`;
  }, [title]);
  return (
    <Center component="main" mih="100vh" px="sm" py="xl">
      <Stack w="100%" maw={420} gap="lg">
        <Center>
          <Brand size={34} />
        </Center>
        <Paper p={{ base: "md", xs: "xl" }} radius="lg" shadow="sm">
          <Title order={1}>{title}</Title>
          {description && (
            <Text size="sm" c="dimmed" mt={4} component="div">
              {description}
            </Text>
          )}
          {children}
        </Paper>
        {footer && (
          <Text size="sm" ta="center" c="dimmed" component="div">
            {footer}
          </Text>
        )}
      </Stack>
    </Center>
  );
}
