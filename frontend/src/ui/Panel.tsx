import { Group, Paper, type PaperProps, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface PanelProps extends PaperProps {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled block of a page. */
export function Panel({ title, actions, children, ...paper }: PanelProps) {
  return (
    <Paper p="md" component="section" {...paper}>
      {(title || actions) && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2}>{title}</Title>
          {actions}
        </Group>
      )}
      {children}
    </Paper>
  );
}
