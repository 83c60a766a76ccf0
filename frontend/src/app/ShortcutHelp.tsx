import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { features } from "./features";

const GENERAL: [string, string[]][] = [
  ["Search and commands", ["Ctrl", "K"]],
  ["This list", ["?"]],
  ["Close a dialog", ["Esc"]],
];

export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const pages = features.flatMap(({ nav }) =>
    nav.map(({ label, letter }): [string, string[]] => [`Go to ${label.toLowerCase()}`, ["g", letter]]),
  );
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="xs">
        {[...GENERAL, ...pages].map(([label, keys]) => (
          <Group key={label} justify="space-between">
            <Text size="sm">{label}</Text>
            <Group gap={4}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
