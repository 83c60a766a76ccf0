import type { APIRequestContext, Page } from "@playwright/test";
import { baseUrl, expect, post } from "./fixtures";

interface Listed<Item> {
  items: Item[];
  total: number;
}

interface Key {
  id: string;
  label: string;
  status: string;
}

export interface Webhook {
  urls: { token: string; account: string | null };
  secret: string;
  messages: { entry: string; exit: string; simple: string };
}

async function get<Body>(request: APIRequestContext, path: string): Promise<Body> {
  const answer = await request.get(path);
  expect(answer.status(), await answer.text()).toBe(200);
  return (await answer.json()) as Body;
}

/** The account's paper keys, once both were tested and reconciled with the exchange. */
export async function paperKeys(page: Page): Promise<Record<"spot" | "futures", Key>> {
  await expect
    .poll(async () => (await get<Listed<Key>>(page.request, "/api/keys")).items.map(({ status }) => status), {
      timeout: 30_000,
    })
    .toEqual(["ready", "ready"]);
  const { items } = await get<Listed<Key>>(page.request, "/api/keys");
  const labelled = (label: string) => items.find((key) => key.label === label) as Key;
  await expect
    .poll(
      async () =>
        (await get<{ opened_at: string | null }[]>(page.request, "/api/balances")).filter(
          ({ opened_at }) => opened_at !== null,
        ).length,
      { timeout: 30_000 },
    )
    .toBe(2);
  return { spot: labelled("Paper spot"), futures: labelled("Paper futures") };
}

/** The id of the account's default strategy. */
export async function defaultStrategy(page: Page): Promise<string> {
  const { items } = await get<Listed<{ id: string; is_default: boolean }>>(page.request, "/api/strategies");
  return items.find(({ is_default }) => is_default)?.id ?? "";
}

export function webhookOf(page: Page, strategyId: string): Promise<Webhook> {
  return get<Webhook>(page.request, `/api/strategies/${strategyId}/webhook`);
}

interface Alert {
  action: "buy" | "sell" | "exit";
  symbol?: string;
  amount?: string;
  price?: string;
  type?: "market" | "limit";
}

/** Send an alert as TradingView does, from outside, without the page's session; the signal's id. */
export async function alert(
  request: APIRequestContext,
  url: string,
  { action, symbol = "BTCUSDT", amount = "100", ...more }: Alert,
): Promise<string> {
  const answer = await request.post(new URL(url).pathname, {
    data: { action, symbol, amount, unit: "quote", timestamp: new Date().toISOString(), ...more },
  });
  expect(answer.status(), await answer.text()).toBe(202);
  return ((await answer.json()) as { signal_id: string }).signal_id;
}

/** What the paper exchange's last price of a pair is, as a number. */
export async function priceOf(page: Page, symbol: string): Promise<number> {
  const prices = await get<{ symbol: string; price: string }[]>(page.request, "/api/paper/prices");
  return Number(prices.find((it) => it.symbol === symbol)?.price);
}

/** A strategy of the page's account. */
export async function strategy(page: Page, facts: object): Promise<string> {
  const body = { name: "Breakout", market_type: "spot", order_type: "market", ...facts };
  return ((await post(page.request, "/api/strategies", body, 201)) as { id: string }).id;
}

/** Switch off every fault of the paper exchange; only an administrator may. */
export async function noFaults(page: Page): Promise<void> {
  const answer = await page.request.delete("/api/paper/faults", { headers: { origin: baseUrl() } });
  expect(answer.status()).toBe(204);
}
