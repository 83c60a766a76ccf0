import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { DcaPlan, ExchangeKey, GridPreview, PositionSide } from "@/api/types";
import { isPositiveDecimal } from "@/lib/decimal";

export interface PreviewInputs {
  key: ExchangeKey | undefined;
  symbol: string;
  side: PositionSide;
  price: string;
  /** Used where the plan names none. */
  capital: string;
  pyramid: number;
}

const PAUSE = 300;
const NOTHING: GridPreview = {
  legs: [],
  cost: null,
  average: null,
  dust: null,
  target: null,
  stop: null,
  flaws: [],
  shortfalls: [],
  least_capital: null,
};

/** The grid as the exchange would take it; asked for again when the typing pauses. Null of `plan`: it has flaws. */
export function usePreview(plan: DcaPlan | null, inputs: PreviewInputs) {
  const { key, symbol, side, price, capital, pyramid } = inputs;
  const ready =
    plan !== null &&
    key !== undefined &&
    symbol !== "" &&
    isPositiveDecimal(price) &&
    isPositiveDecimal(capital);
  const body = ready
    ? {
        plan,
        venue: key.venue,
        environment: key.environment,
        market_type: key.market_type,
        symbol,
        side,
        price: price.trim(),
        capital: capital.trim(),
        pyramid,
      }
    : null;
  const [asked] = useDebouncedValue(JSON.stringify(body), PAUSE);
  const question = asked === "null" ? null : (JSON.parse(asked) as NonNullable<typeof body>);
  const query = $api.useQuery(
    "post",
    "/api/dca-configs/preview",
    { body: question as NonNullable<typeof question> },
    { enabled: question !== null, placeholderData: keepPreviousData, retry: false, staleTime: 30_000 },
  );
  return { query, preview: query.data && { ...NOTHING, ...query.data }, ready: question !== null };
}

/** The paper exchange's price of a pair, to begin with; undefined for other exchanges. */
export function usePaperPrice(key: ExchangeKey | undefined, symbol: string): string | undefined {
  const isPaper = key?.environment === "paper";
  const prices = $api.useQuery("get", "/api/paper/prices", {}, { enabled: isPaper, retry: false });
  const name = symbol.split(":")[0]?.replace("/", "");
  return isPaper ? prices.data?.find((it) => it.symbol === name)?.price : undefined;
}
