import { Anchor, Box, Group, Text, Title } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";

interface PageHeaderProps {
  title: string;
  description?: ReactNode;
  /** Beside the title, such as a status. */
  badge?: ReactNode;
  actions?: ReactNode;
  back?: { label: string; to: string };
}

/** The one `h1` of a page, which also names the browser tab. */
export function PageHeader({ title, description, badge, actions, back }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · DollarClub`;
  }, [title]);

  return (
    <Box mb="lg">
      {back && (
        <Anchor
          component={Link}
          to={back.to}
          size="sm"
          c="dimmed"
          mb={4}
          display="inline-flex"
          style={{ alignItems: "center", gap: 2 }}
        >
          <IconChevronLeft size={15} aria-hidden />
          {back.label}
        </Anchor>
      )}
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box miw={0} flex="1 1 16rem">
          <Group gap="sm" wrap="wrap">
            <Title order={1} style={{ overflowWrap: "anywhere" }}>
              {title}
            </Title>
            {badge}
          </Group>
          {description && (
            <Text c="dimmed" size="sm" mt={2}>
              {description}
            </Text>
          )}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
    </Box>
  );
}
