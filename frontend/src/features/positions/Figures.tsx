import { Progress, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { PositionGroup } from "@/api/types";
import { cutTo, formatDecimal, shortened, signOf } from "@/lib/decimal";
import { baseOf, quoteOf } from "@/lib/symbols";
import { Gain } from "@/ui/trading/Gain";
import { progressOf } from "./progress";

const short = (value: string | null) => (value === null ? "–" : formatDecimal(shortened(value)));

/** The figures of a position: in one line on a wide screen, or in two rows. */
export function Figures({ group, inRows = false }: { group: PositionGroup; inRows?: boolean }) {
  const { figures, symbol, legs, legs_filled, pyramids, max_pyramids } = group;
  const quote = quoteOf(symbol);
  const progress = progressOf(group);
  const over = group.status === "closed" || group.status === "failed";
  return (
    <SimpleGrid
      cols={{ base: 2, xs: 3, md: inRows ? 3 : 6 }}
      spacing="sm"
      verticalSpacing="xs"
      component="dl"
      m={0}
    >
      <Figure name="Legs filled" note={`entry ${pyramids} of at most ${max_pyramids}`}>
        {legs_filled} of {legs}
        <Progress
          mt={4}
          size="sm"
          value={legs === 0 ? 0 : (legs_filled / legs) * 100}
          aria-label={`${legs_filled} of ${legs} legs are filled`}
        />
      </Figure>
      <Figure name="Held" note={`${formatDecimal(shortened(figures.invested, 5, 2))} ${quote} invested`}>
        {short(figures.held)} {baseOf(symbol)}
      </Figure>
      <Figure
        name={over ? "Average in" : "Average"}
        note={figures.break_even && `even at ${short(figures.break_even)}`}
      >
        {short(over ? figures.average_entry : figures.average)}
      </Figure>
      {over ? (
        <Figure name="Average out">{short(figures.average_exit)}</Figure>
      ) : (
        <Figure
          name="Price"
          note={progress === null ? null : `${Math.round(progress * 100)} % of the way to its target`}
        >
          {short(figures.last)}
          {progress !== null && (
            <Progress
              mt={4}
              size="sm"
              color="teal"
              value={progress * 100}
              aria-label={`${Math.round(progress * 100)} % of the way to its target`}
            />
          )}
        </Figure>
      )}
      <Figure
        name="Unrealised"
        note={
          figures.percent === null || signOf(figures.held) === 0
            ? null
            : `${formatDecimal(cutTo(figures.percent, 2), 2)} % of what is invested`
        }
      >
        <Gain value={figures.unrealised} unit={quote} />
      </Figure>
      <Figure name="Realised" note={`${formatDecimal(shortened(figures.fees, 5, 2))} ${quote} fees`}>
        <Gain value={figures.realised} unit={quote} />
      </Figure>
    </SimpleGrid>
  );
}

function Figure({ name, note, children }: { name: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} fw={600} className="dc-num" style={{ whiteSpace: "normal" }}>
        {children}
      </Text>
      {note && (
        <Text component="dd" m={0} size="xs" c="dimmed" className="dc-num" style={{ whiteSpace: "normal" }}>
          {note}
        </Text>
      )}
    </div>
  );
}
