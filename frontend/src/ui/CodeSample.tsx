import { Box, Code } from "@mantine/core";
import { CopyButton } from "./CopyButton";

/** A command or snippet to take along. */
export function CodeSample({ text, label }: { text: string; label: string }) {
  return (
    <Box pos="relative">
      <Code
        block
        pr={48}
        tabIndex={0}
        role="region"
        aria-label={label}
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {text}
      </Code>
      <Box pos="absolute" top={5} right={6}>
        <CopyButton value={text} label={`Copy ${label}`} />
      </Box>
    </Box>
  );
}
