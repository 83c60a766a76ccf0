import { Anchor, List, Text } from "@mantine/core";
import { Link } from "react-router";
import { Panel } from "@/ui/Panel";

/** How the first script runs. */
export function FirstSteps() {
  return (
    <Panel title="Run your first script">
      <List type="ordered" size="sm" spacing={6}>
        <List.Item>
          <Anchor component={Link} to="/scripts" underline="always" inherit>
            Upload a Python script
          </Anchor>
          , or begin from the sample there.
        </List.Item>
        <List.Item>
          Does it need keys? Store them as{" "}
          <Anchor component={Link} to="/settings/secrets" underline="always" inherit>
            secret variables
          </Anchor>{" "}
          and choose them in the script’s settings.
        </List.Item>
        <List.Item>Run it and watch its log live. You can stop it at any moment.</List.Item>
      </List>
      <Text size="sm" c="dimmed" mt="sm">
        Prefer a terminal?{" "}
        <Anchor component={Link} to="/settings/tokens?new=1" underline="always" inherit>
          Make an API token
        </Anchor>{" "}
        and use curl.
      </Text>
    </Panel>
  );
}
