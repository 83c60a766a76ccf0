import { Group, Paper, type PaperProps, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface PanelProps extends PaperProps {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled block of a page. */
export function Panel({ title, actions, children, ...paper }: PanelProps) {
  const heading = useId();
  return (
    <Paper p="md" component="section" aria-labelledby={title ? heading : undefined} {...paper}>
      {(title || actions) && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2} id={heading}>
            {title}
          </Title>
          {actions}
        </Group>
      )}
      {children}
    </Paper>
  );
}
