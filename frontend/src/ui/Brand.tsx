import { Group, Text } from "@mantine/core";

export function Brand({ size = 26 }: { size?: number }) {
  return (
    <Group gap={9} wrap="nowrap" component="span">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" fill="var(--mantine-color-ocean-6)" />
        <path
          d="M7 21.5 12.5 15l4.5 4 8-9.5"
          fill="none"
          stroke="#fff"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <Text span fw={680} fz={size * 0.62} lts="-0.01em">
        DollarClub
      </Text>
    </Group>
  );
}
