import { Anchor, Button, Table, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "react-router";
import type { RiskCandidate, RiskPlan } from "@/api/types";
import { shortened } from "@/lib/decimal";
import { quoteOf } from "@/lib/symbols";
import { Facts } from "@/ui/Facts";
import { Num } from "@/ui/Num";
import { Panel } from "@/ui/Panel";
import { amountInWords } from "./offset-plan";
import { useRiskActions } from "./useRiskActions";

interface PlanPanelProps {
  plan: RiskPlan | null;
  candidates: RiskCandidate[];
  acts: boolean;
}

/** What would be closed of which winner to pay for the worst loser, at the prices of now. */
export function PlanPanel({ plan, candidates, acts }: PlanPanelProps) {
  const { run } = useRiskActions();
  const loser = candidates.find(({ group_id }) => group_id === plan?.loser_id);
  return (
    <Panel
      title="What would pay for it"
      actions={
        acts &&
        plan?.covers &&
        loser && (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            onClick={() => run(loser, plan)}
          >
            Run now
          </Button>
        )
      }
    >
      {plan === null ? (
        <Text size="sm" c="dimmed">
          There is no losing position that could be paid for.
        </Text>
      ) : (
        <Plan plan={plan} />
      )}
    </Panel>
  );
}

function Plan({ plan }: { plan: RiskPlan }) {
  const unit = quoteOf(plan.symbol);
  return (
    <>
      <Facts
        facts={[
          [
            "Paid for",
            <Anchor key="loser" component={Link} to={`/positions/${plan.loser_id}`} inherit>
              {plan.symbol}
            </Anchor>,
          ],
          ["Its loss and exit fee take", <Num key="need" value={shortened(plan.need)} unit={unit} />],
          [
            "The winners are expected to bring",
            <Num key="gain" value={shortened(plan.expected)} unit={unit} />,
          ],
          ["Covered", plan.covers ? "yes" : "no: nothing is closed"],
          ["When", whenOf(plan)],
        ]}
      />
      {plan.slices.length > 0 && (
        <Table.ScrollContainer
          minWidth={300}
          type="native"
          mt="sm"
          tabIndex={0}
          role="region"
          aria-label="Parts of winners"
        >
          <Table className="dc-table" aria-label="Parts of winners">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Winner</Table.Th>
                <Table.Th ta="right">Closed of it</Table.Th>
                <Table.Th ta="right">Expected</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {plan.slices.map((slice) => (
                <Table.Tr key={slice.group_id}>
                  <Table.Td>
                    <Anchor component={Link} to={`/positions/${slice.group_id}`} size="sm">
                      {slice.symbol}
                    </Anchor>
                  </Table.Td>
                  <Table.Td className="dc-num-right">
                    {amountInWords(slice)}
                    {slice.is_whole ? ", all of it" : ""}
                  </Table.Td>
                  <Table.Td className="dc-num-right">
                    <Num value={shortened(slice.expected)} unit={quoteOf(slice.symbol)} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

export function whenOf({ is_due, covers }: Pick<RiskPlan, "is_due" | "covers">): string {
  if (is_due) return covers ? "now, by itself" : "by itself, as soon as gains cover it";
  return covers ? "when you run it" : "not before gains cover it";
}
