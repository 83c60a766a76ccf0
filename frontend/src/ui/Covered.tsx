import { ActionIcon, Box, Code, Group, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { useState } from "react";
import { cover } from "@/lib/cover";
import { CopyButton } from "./CopyButton";

interface CoveredProps {
  text: string;
  /** The part that is covered; absent: the last part of an address, or the whole. */
  hide?: string;
  alsoHide?: string;
  label: string;
}

/** A text with a secret in it: shown covered, copied whole. */
export function Covered({ text, hide, alsoHide, label }: CoveredProps) {
  const [shown, setShown] = useState(false);
  const ToggleIcon = shown ? IconEyeOff : IconEye;
  return (
    <Box pos="relative">
      <Code
        block
        pr={84}
        tabIndex={0}
        role="region"
        aria-label={label}
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {shown ? text : cover(text, hide ? [hide, alsoHide ?? hide] : [])}
      </Code>
      <Group pos="absolute" top={5} right={6} gap={2}>
        <Tooltip label={shown ? "Cover" : "Show"}>
          <ActionIcon
            onClick={() => setShown(!shown)}
            aria-pressed={shown}
            aria-label={`Show ${label} in full`}
          >
            <ToggleIcon size={16} />
          </ActionIcon>
        </Tooltip>
        <CopyButton value={text} label={`Copy ${label}`} />
      </Group>
    </Box>
  );
}
