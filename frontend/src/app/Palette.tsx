import "@mantine/spotlight/styles.css";
import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { useMe } from "@/api/account";
import { features } from "./features";

export function Palette() {
  const navigate = useNavigate();
  const isAdmin = useMe().role === "admin";
  const groups: SpotlightActionGroupData[] = [
    {
      group: "Pages",
      actions: features.flatMap(({ nav }) =>
        nav.map(({ label, to, icon: EntryIcon }) => ({
          id: to,
          label,
          leftSection: <EntryIcon size={19} stroke={1.6} aria-hidden />,
          onClick: () => void navigate(to),
        })),
      ),
    },
    {
      group: "Commands",
      actions: features
        .flatMap(({ commands }) => commands)
        .filter(({ adminOnly }) => isAdmin || !adminOnly)
        .map(({ icon: CommandIcon, to, ...command }) => ({
          id: command.id,
          label: command.label,
          description: command.description,
          keywords: command.keywords,
          leftSection: <CommandIcon size={19} stroke={1.6} aria-hidden />,
          onClick: () => void navigate(to),
        })),
    },
  ];
  return (
    <Spotlight
      actions={groups}
      shortcut={["mod + K"]}
      tagsToIgnore={[]}
      nothingFound="Nothing of that name."
      highlightQuery
      centered={false}
      yOffset="12vh"
      overlayProps={{ blur: 0, backgroundOpacity: 0.5 }}
      scrollable
      maxHeight={420}
      attributes={{ content: { "aria-label": "Search and commands" } }}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: "Go to a page or run a command",
        "aria-label": "Search and commands",
      }}
    />
  );
}
