import { readFile } from "node:fs/promises";
import { expect, expectLive, post, test } from "./fixtures";
import { lookAt } from "./looks";
import { alert, paperKeys, priceOf, strategy, webhookOf } from "./trading-support";

const PLAN = {
  entry_type: "market",
  levels: [{ gap: "0", weight: "100", take_profit: "5" }],
};

test("closed positions have their figures, curves and files", async ({ page, account, request }) => {
  test.setTimeout(150_000);
  await paperKeys(page);
  await page.goto("/analytics");
  await expectLive(page);
  await expect(page.getByRole("heading", { name: /^No position was closed/ })).toBeVisible();
  await lookAt(page, "analytics-empty");

  await post(page.request, "/api/dca-configs", { pair: "*", plan: PLAN }, 201);
  const id = await strategy(page, { name: "Grids", mode: "grid", amount: "1000", amount_unit: "quote" });
  const url = (await webhookOf(page, id)).urls.token;
  const groups = async (query: string) => {
    const answer = await page.request.get(`/api/groups?${query}`);
    return ((await answer.json()) as { items: { id: string; legs_filled: number }[] }).items;
  };
  for (const symbol of ["BTCUSDT", "ETHUSDT", "SOLUSDT"]) {
    const price = String((await priceOf(page, symbol)).toFixed(2));
    await alert(request, url, { action: "buy", symbol, amount: "1000", price });
  }
  const filled = async () => (await groups("status=open")).filter((group) => group.legs_filled === 1).length;
  await expect.poll(filled, { timeout: 30_000 }).toBe(3);
  for (const group of await groups("status=open"))
    await post(page.request, `/api/groups/${group.id}/close`, {}, 202);
  await expect.poll(async () => (await groups("status=closed")).length, { timeout: 30_000 }).toBe(3);

  await expect(page.getByRole("group", { name: "Realised", exact: true })).toContainText("3 trades", {
    timeout: 15_000,
  });
  await expect(
    page
      .getByRole("img", { name: /^Equity:/ })
      .locator("svg")
      .first(),
  ).toBeVisible();
  await expect(page.getByRole("table", { name: "Pairs by timeframe" })).toContainText("SOL/USDT");
  await expect(page.getByRole("table", { name: "Best trades" }).getByRole("row")).toHaveCount(4);
  await expect(page.getByRole("table", { name: "Day by day" }).getByRole("row")).toHaveCount(2);
  await lookAt(page, "analytics");

  await page.getByText("Strategy", { exact: true }).click();
  await expect(page.getByRole("table", { name: "Figures by strategy" })).toContainText("Grids");
  expect(page.url()).toContain("by=strategy");

  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Trades as CSV" }).click();
  const lines = (await readFile(await (await file).path(), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(4);

  const picture = page.waitForEvent("download");
  await page.getByRole("button", { name: "PNG" }).click();
  const saved = await picture;
  expect(saved.suggestedFilename()).toBe("equity.png");
  await saved.saveAs("e2e/.artifacts/analytics-equity.png");
  expect((await readFile("e2e/.artifacts/analytics-equity.png")).subarray(1, 4).toString()).toBe("PNG");

  await page.getByText("24 h", { exact: true }).click();
  await expect(page.getByRole("group", { name: "Realised", exact: true })).toContainText("3 trades");
  expect(page.url()).toContain("range=24h");

  await page.goto("/");
  await expect(page.getByRole("link", { name: /^Realised today\s*−/ })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Engine\s*Runs/ })).toBeVisible();
  await expect(page.getByRole("table", { name: "Capital by key" })).toContainText("Paper");
  await lookAt(page, "overview-trading");
  expect(account.email).not.toBe("");
});
