import type { Page } from "@playwright/test";
import { baseUrl, expect, expectLive, post, test } from "./fixtures";
import { lookAt } from "./looks";
import { alert, paperKeys, priceOf, strategy, webhookOf } from "./trading-support";

const PLAN = { entry_type: "limit", levels: [{ gap: "0", weight: "100", take_profit: "50" }] };

/** A strategy that trades grids of one leg on paper; the address of its webhook. */
async function gridWebhook(page: Page): Promise<string> {
  await paperKeys(page);
  await post(page.request, "/api/dca-configs", { pair: "*", plan: PLAN }, 201);
  const id = await strategy(page, { name: "Grids", mode: "grid", amount: "1000", amount_unit: "quote" });
  return (await webhookOf(page, id)).urls.token;
}

async function put(page: Page, path: string, data: object): Promise<void> {
  const answer = await page.request.put(path, { data, headers: { origin: baseUrl() } });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** An alert just above the market, so that its leg fills at once. */
async function enter(page: Page, url: string, symbol: string): Promise<void> {
  const price = ((await priceOf(page, symbol)) * 1.001).toFixed(2);
  await alert(page.request, url, { action: "buy", symbol, amount: "1000", price });
}

test("entries are stopped with a reason, what waits tells it, and they are started again", async ({
  page,
  account,
}) => {
  test.setTimeout(120_000);
  const url = await gridWebhook(page);
  await page.goto("/risk");
  await expectLive(page);
  const engine = page.getByTestId("engine");
  await expect(engine).toContainText("Running");
  await lookAt(page, "risk-empty");

  await page.getByRole("button", { name: "Stop entries" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Exits, take profits, stop losses and offsets go on.");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("News at two");
  await lookAt(page, "risk-stop");
  await dialog.getByRole("button", { name: "Stop entries" }).click();
  await expect(engine).toContainText("Entries are stopped: News at two");
  await lookAt(page, "risk-stopped");

  await enter(page, url, "BTCUSDT");
  await page.goto("/queue");
  await expect(page.getByRole("table", { name: "Waiting entries" })).toContainText("News at two", {
    timeout: 15_000,
  });

  await page.goto("/risk");
  await page.getByRole("button", { name: "Start entries" }).click();
  await expect(dialog).toContainText("what waits in the queue is promoted");
  await dialog.getByRole("button", { name: "Start entries" }).click();
  await expect(engine).toContainText("Running");
  await expect(page.locator("[data-limit=max_exposure]")).toContainText("of 10,000 USD", { timeout: 15_000 });
  await page.getByRole("tab", { name: "Who did what" }).click();
  await expect(page.getByRole("table", { name: "Who did what" })).toContainText("Stopped entries");
  await lookAt(page, "risk-audit");
  expect(account.email).not.toBe("");
});

test("a losing position is timed, left alone, and paid for with a winner; a later save is told", async ({
  page,
  admin,
}) => {
  test.setTimeout(120_000);
  const url = await gridWebhook(page);
  const settings = "/api/risk/settings";
  await page.goto("/risk?tab=settings");
  await expectLive(page);
  const entries = page.getByRole("textbox", { name: "Entries it must have" });
  await entries.fill("1");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. It holds at once.")).toBeVisible();
  const saved = (await (await page.request.get(settings)).json()) as {
    version: number;
    settings: object;
  };
  await page.getByRole("textbox", { name: "Loss a day" }).fill("250");
  const { version, settings: values } = saved;
  await put(page, settings, { version, settings: { ...values, max_winners: 2 } });
  await expect(page.getByRole("alert", { name: "Changed meanwhile" })).toContainText(
    "Winners at most: 3 → 2",
  );
  await lookAt(page, "risk-settings");
  await page.getByRole("button", { name: "Load the newest" }).click();
  await expect(page.getByRole("textbox", { name: "Winners at most" })).toHaveValue("2");

  const before = { BTCUSDT: await priceOf(page, "BTCUSDT"), ETHUSDT: await priceOf(page, "ETHUSDT") };
  const moveTo = (symbol: string, price: number, hold: boolean) =>
    put(page, `/api/paper/symbols/${symbol}/price`, { price: price.toFixed(2), hold });
  await page.goto("/risk");
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) await enter(page, url, symbol);
  await expect(page.locator("[data-limit=max_groups_per_symbol]")).toContainText("1", { timeout: 15_000 });
  await moveTo("BTCUSDT", before.BTCUSDT * 0.97, true);
  await moveTo("ETHUSDT", before.ETHUSDT * 1.06, true);

  const losing = page.getByRole("table", { name: "Losing positions" });
  await expect(losing.getByRole("timer")).toContainText("left", { timeout: 20_000 });
  await expect(page.getByRole("table", { name: "Parts of winners" })).toContainText("ETH");
  await lookAt(page, "risk");

  const menu = losing.getByRole("button", { name: "More for BTC/USDT" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Block" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Block the position" }).click();
  await expect(losing).toContainText("Blocked by you.");
  await menu.click();
  await page.getByRole("menuitem", { name: "Unblock" }).click();
  await expect(losing).toContainText("Its timer runs.");
  await menu.click();
  await page.getByRole("menuitem", { name: "Run now" }).click();
  await expect(page.getByRole("dialog")).toContainText(/Closes 0\.\d+ ETH at the market/);
  await page.getByRole("dialog").getByRole("button", { name: "Pay for it now" }).click();
  await page.getByRole("tab", { name: "Offsets" }).click();
  await expect(page.getByRole("table", { name: "Offsets" }).locator("[data-status=done]")).toBeVisible({
    timeout: 30_000,
  });
  await lookAt(page, "risk-offsets");
  await moveTo("BTCUSDT", before.BTCUSDT, false);
  await moveTo("ETHUSDT", before.ETHUSDT, false);
  expect(admin.email).not.toBe("");
});
