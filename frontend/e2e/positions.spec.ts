import type { Page } from "@playwright/test";
import { expect, expectLive, post, test } from "./fixtures";
import { lookAt } from "./looks";
import { alert, paperKeys, priceOf, strategy, webhookOf } from "./trading-support";

const PLAN = {
  entry_type: "limit",
  levels: [
    { gap: "0", weight: "40", take_profit: "5" },
    { gap: "-1", weight: "30", take_profit: "5" },
    { gap: "-2", weight: "30", take_profit: "5" },
  ],
};

/** A strategy that trades grids on paper; the address of its webhook. */
async function gridWebhook(page: Page): Promise<string> {
  await paperKeys(page);
  await post(page.request, "/api/dca-configs", { pair: "*", plan: PLAN }, 201);
  const id = await strategy(page, { name: "Grids", mode: "grid", amount: "1000", amount_unit: "quote" });
  return (await webhookOf(page, id)).urls.token;
}

test("an alert becomes a position, its legs are watched, one is cancelled, and it is closed", async ({
  page,
  account,
  request,
}) => {
  test.setTimeout(120_000);
  const url = await gridWebhook(page);
  await page.goto("/positions");
  await expectLive(page);
  await expect(page.getByRole("heading", { name: "No position is open" })).toBeVisible();
  await lookAt(page, "positions-empty");

  const price = String(((await priceOf(page, "BTCUSDT")) * 1.001).toFixed(2));
  const signal = await alert(request, url, { action: "buy", amount: "1000", price });
  const card = page.locator("[data-group]");
  await expect(card).toHaveCount(1, { timeout: 15_000 });
  await expect(card).toContainText("1 of 3", { timeout: 15_000 });
  await card.getByRole("button", { name: /^Show the legs of BTC\/USDT/ }).click();
  const legs = card.getByRole("table", { name: "Legs of entry 1" });
  await expect(legs.locator("[data-status=filled]")).toHaveCount(1);
  await expect(legs.locator("[data-status=resting]")).toHaveCount(2);
  await lookAt(page, "positions");

  await legs.getByRole("button", { name: "Cancel leg 3" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the leg" }).click();
  await expect(legs.locator("[data-status=cancelled]")).toHaveCount(1, { timeout: 15_000 });

  await card.getByRole("link", { name: /^BTC\/USDT/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("BTC/USDT");
  await expect(page.getByRole("table", { name: "Orders of the position" })).toContainText(
    "Take profit: entry 1, leg 1",
  );
  await lookAt(page, "position");

  await page.getByRole("button", { name: /^Close BTC/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(/and sells the 0\.0\d+ BTC it holds/);
  await dialog.getByRole("button", { name: "Close the position" }).click();
  await expect(page.locator("[data-status=closed]")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText("closed by hand")).toBeVisible();

  await page.goto("/positions?tab=history");
  await expect(page.getByRole("table", { name: "Closed positions" }).getByRole("row")).toHaveCount(2);
  await lookAt(page, "positions-history");
  await page.goto(`/signals/${signal}`);
  await expect(page.getByTestId("verdict")).toContainText("Position opened");
  await expect(page.getByRole("link", { name: "this position" })).toBeVisible();
  expect(account.email).not.toBe("");
});

test("what finds no slot waits in the queue, with its place explained, and can be opened all the same", async ({
  page,
  account,
  request,
}) => {
  test.setTimeout(120_000);
  const url = await gridWebhook(page);
  await page.goto("/queue");
  await expectLive(page);
  await expect(page.getByRole("heading", { name: "Nothing waits" })).toBeVisible();
  await page.getByRole("button", { name: "Limit and order" }).click();
  await page.getByRole("textbox", { name: "Most active positions" }).fill("1");
  await page.getByRole("button", { name: "Move “Waits longest” up" }).click();
  await lookAt(page, "queue-settings");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByTestId("slots")).toHaveText("0 of 1");

  for (const symbol of ["BTCUSDT", "ETHUSDT", "SOLUSDT"]) {
    const price = String((await priceOf(page, symbol)).toFixed(2));
    await alert(request, url, { action: "buy", symbol, amount: "1000", price });
    if (symbol === "BTCUSDT")
      await expect(page.getByTestId("slots")).toHaveText("1 of 1", { timeout: 15_000 });
  }
  const table = page.getByRole("table", { name: "Waiting entries" });
  await expect(table.getByRole("row")).toHaveCount(3, { timeout: 15_000 });
  await lookAt(page, "queue");

  await table.getByRole("button", { name: /^Move ETH\/USDT.* down$/ }).click();
  await expect(table.getByRole("row").nth(2)).toContainText("ETH/USDT");
  await expect(table.getByText("by hand").first()).toBeVisible();
  await page.getByRole("button", { name: "Back to the rules" }).click();
  await expect(table.getByRole("row").nth(1)).toContainText("ETH/USDT");

  await table.getByRole("button", { name: /^More for ETH/ }).click();
  await page.getByRole("menuitem", { name: "Open beyond the limit" }).click();
  await expect(page.getByRole("dialog")).toContainText("1 of 1 positions are active.");
  await page.getByRole("dialog").getByRole("button", { name: "Open beyond the limit" }).click();
  await expect(page.getByTestId("slots")).toHaveText("2 of 1");

  await table.getByRole("button", { name: /^More for SOL/ }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the queue" }).click();
  await expect(page.getByRole("heading", { name: "Nothing waits" })).toBeVisible();
  await page.getByRole("tab", { name: "History" }).click();
  const history = page.getByRole("table", { name: "Queue history" });
  await expect(history.locator("[data-status=promoted]")).toHaveCount(1);
  await expect(history.locator("[data-status=cancelled]")).toHaveCount(1);
  await lookAt(page, "queue-history");
  expect(account.email).not.toBe("");
});
