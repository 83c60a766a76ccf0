import {
  Alert,
  Group,
  SegmentedControl,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import type { GridPreview, PositionSide } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { quoteOf } from "@/lib/symbols";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { keyOptions } from "@/ui/trading/key-words";
import { useKeys } from "@/ui/trading/keys";
import { PriceScale } from "@/ui/trading/PriceScale";
import { type ConfigValues, planOf } from "./config-form";
import { configErrors, usesLegTargets } from "./config-rules";
import { PreviewLegs } from "./PreviewLegs";
import { scaleOf } from "./preview-scale";
import { refusalOf, symbolOn } from "./preview-words";
import { usePaperPrice, usePreview } from "./usePreview";

interface PreviewProps {
  values: ConfigValues;
}

/** The grid at a price: what would be sent to the exchange, before anything is. */
export function Preview({ values }: PreviewProps) {
  const keys = useKeys().data?.items;
  const [keyId, setKeyId] = useState<string | null>(null);
  const [pair, setPair] = useState("BTC/USDT");
  const [side, setSide] = useState<PositionSide>("long");
  const [typed, setTyped] = useState<string | null>(null);
  const [asked, setAsked] = useState("1000");
  const [entry, setEntry] = useState("1");

  const wanted = values.key_id ?? keyId;
  const key =
    keys?.find(({ id }) => id === wanted) ?? keys?.find(({ environment }) => environment === "paper");
  const symbol = symbolOn(key?.market_type, values.pair.trim() || pair);
  const told = usePaperPrice(key, symbol);
  const price = typed ?? (told ? formatDecimal(told).replaceAll(",", "") : "");
  const faulty = Object.keys(configErrors(values)).length > 0;
  const plan = faulty ? null : planOf(values);
  const own = plan?.pyramid_capitals?.[entry] ?? plan?.capital ?? null;
  const shownSide = key?.market_type === "spot" ? "long" : side;
  const { query, preview, ready } = usePreview(plan, {
    key,
    symbol,
    side: shownSide,
    price,
    capital: asked,
    pyramid: Number(entry),
  });
  const entries = Array.from({ length: Number(values.max_pyramids) || 1 }, (_, at) => ({
    value: String(at + 1),
    label: at === 0 ? "First entry" : `Entry ${at + 1}`,
  }));
  const quote = quoteOf(symbol);

  return (
    <Panel title="Preview">
      <Stack gap="sm">
        <SimpleGrid cols={2} spacing="sm" verticalSpacing="xs">
          <TextInput
            size="xs"
            label="Pair"
            value={values.pair.trim() ? symbol : pair}
            disabled={values.pair.trim() !== ""}
            onChange={({ currentTarget: { value } }) => {
              setPair(value);
              setTyped(null);
            }}
          />
          <Select
            size="xs"
            label="Key"
            data={keyOptions(keys)}
            value={key?.id ?? null}
            disabled={values.key_id !== null}
            allowDeselect={false}
            onChange={(id) => {
              setKeyId(id);
              setTyped(null);
            }}
          />
          <TextInput
            size="xs"
            label="Entry price"
            inputMode="decimal"
            value={price}
            onChange={({ currentTarget: { value } }) => setTyped(value)}
          />
          <TextInput
            size="xs"
            label={`Capital${quote && ` in ${quote}`}`}
            inputMode="decimal"
            value={own ?? asked}
            disabled={own !== null}
            onChange={({ currentTarget: { value } }) => setAsked(value)}
          />
        </SimpleGrid>
        <Group gap="sm">
          {key?.market_type !== "spot" && (
            <SegmentedControl
              size="xs"
              aria-label="Side"
              data={[
                { value: "long", label: "Long" },
                { value: "short", label: "Short" },
              ]}
              value={side}
              onChange={(value) => setSide(value === "short" ? "short" : "long")}
            />
          )}
          {values.pyramids.length > 0 && (
            <Select
              size="xs"
              aria-label="Which entry"
              data={entries}
              value={entry}
              allowDeselect={false}
              w={130}
              onChange={(value) => setEntry(value ?? "1")}
            />
          )}
        </Group>
        {!ready && (
          <Text size="sm" c="dimmed" role="status">
            {faulty
              ? "The grid appears as soon as the form is complete."
              : "Name a pair, an entry price and a capital to see the grid."}
          </Text>
        )}
        {ready && query.isPending && <Skeleton h={300} aria-label="Planning the grid" />}
        {ready && query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {ready && !query.error && preview && plan && (
          <Stack gap="sm" opacity={query.isPlaceholderData ? 0.6 : 1} aria-busy={query.isPlaceholderData}>
            <Shortfalls preview={preview} quote={quote} />
            {preview.legs.length > 0 && (
              <>
                <PriceScale
                  label={`${preview.legs.length} legs around ${formatDecimal(price)} and what is watched; the table has the figures.`}
                  entry={price}
                  {...scaleOf(preview, usesLegTargets(plan.tp_mode))}
                />
                <PreviewLegs preview={preview} symbol={symbol} withTargets={usesLegTargets(plan.tp_mode)} />
              </>
            )}
          </Stack>
        )}
      </Stack>
    </Panel>
  );
}

function Shortfalls({ preview, quote }: { preview: GridPreview; quote: string }) {
  const { flaws, shortfalls, least_capital } = preview;
  if (flaws.length > 0)
    return (
      <Alert color="orange" variant="light" icon={<IconAlertTriangle aria-hidden />} title="Not complete yet">
        {flaws.map(({ field, message }) => (
          <Text key={field} size="sm">
            {message}
          </Text>
        ))}
      </Alert>
    );
  if (shortfalls.length === 0) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title="The exchange would refuse this grid"
      role="alert"
    >
      <Stack gap={4}>
        {shortfalls.map((short) => (
          <Text key={short.leg} size="sm">
            {refusalOf(short)}
          </Text>
        ))}
        {least_capital !== null && (
          <Text size="sm" fw={600}>
            It works from {formatDecimal(shortCapital(least_capital))} {quote} on.
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

/** Rounded up to a hundredth, so that it surely is enough. */
function shortCapital(capital: string): string {
  return (Math.ceil(Number(capital) * 100) / 100).toFixed(2);
}
