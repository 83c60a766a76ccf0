import { ActionIcon, CloseButton, Group, Loader, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp, IconLetterCase, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { KeyboardEvent, RefObject } from "react";
import { formatNumber } from "@/lib/format";
import type { ChangeFilters, LogFilters } from "./useLogQuery";
import type { Search } from "./useSearch";

interface LogSearchProps {
  field: RefObject<HTMLInputElement | null>;
  filters: LogFilters;
  onChange: ChangeFilters;
  search: Search;
}

/** Looks for a text in the whole log; Enter goes to the next hit, Shift+Enter back, Escape ends. */
export function LogSearch({ field, filters, onChange, search }: LogSearchProps) {
  const [text, setText] = useState(filters.text);
  const report = useDebouncedCallback((next: string) => onChange({ text: next }), 200);
  const type = (next: string) => {
    setText(next);
    report(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      const direction = event.shiftKey ? -1 : 1;
      if (text === filters.text) search.step(direction);
      else {
        onChange({ text });
        search.stepSoon(direction);
      }
    } else if (event.key === "Escape" && text !== "") {
      event.stopPropagation();
      type("");
    }
  };
  const searching = filters.text !== "";
  return (
    <Group gap={4} wrap="nowrap" flex="1 1 15rem" miw={0}>
      <TextInput
        ref={field}
        size="xs"
        flex={1}
        miw={0}
        aria-label="Search in the log"
        placeholder="Search in the log"
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSectionWidth={text === "" ? 32 : 56}
        rightSection={
          <Group gap={2} wrap="nowrap">
            {text !== "" && <CloseButton size="xs" aria-label="Clear the search" onClick={() => type("")} />}
            <Tooltip label="Match case">
              <ActionIcon
                size="sm"
                variant={filters.matchCase ? "light" : "subtle"}
                color={filters.matchCase ? "ocean" : "gray"}
                aria-label="Match case"
                aria-pressed={filters.matchCase}
                onClick={() => onChange({ matchCase: !filters.matchCase })}
              >
                <IconLetterCase size={15} />
              </ActionIcon>
            </Tooltip>
          </Group>
        }
      />
      {searching && (
        <>
          <Text size="xs" c="dimmed" className="dc-num" role="status" miw={48} ta="right">
            {search.count === 0 && search.progress === 1
              ? "No match"
              : `${search.position > 0 ? `${formatNumber(search.position)} of ` : ""}${formatNumber(search.count)}`}
          </Text>
          {search.progress < 1 && (
            <Tooltip label={`Reading the log: ${Math.floor(search.progress * 100)} %`}>
              <Loader size={14} role="img" aria-label="Still searching" />
            </Tooltip>
          )}
          <StepButton label="Previous match" step={() => search.step(-1)} disabled={search.count === 0} up />
          <StepButton label="Next match" step={() => search.step(1)} disabled={search.count === 0} />
        </>
      )}
    </Group>
  );
}

interface StepButtonProps {
  label: string;
  step: () => void;
  disabled: boolean;
  up?: boolean;
}

function StepButton({ label, step, disabled, up = false }: StepButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" aria-label={label} onClick={step} disabled={disabled}>
        {up ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}
