import { Badge, VisuallyHidden } from "@mantine/core";

/** How many need a look, at the end of a navigation entry; nothing at zero. */
export function CountBadge({ count, what }: { count: number; what: string }) {
  if (count === 0) return null;
  return (
    <Badge size="sm" color="orange" variant="light" circle={count < 10}>
      {count > 99 ? "99+" : count}
      <VisuallyHidden> {what}</VisuallyHidden>
    </Badge>
  );
}
