import { expect, expectLive, post, test } from "./fixtures";
import { lookAt } from "./looks";
import { PaperDesk } from "./paper-desk";
import { paperKeys, priceOf } from "./trading-support";

test("without a difference nothing waits for a decision", async ({ page, account }) => {
  await paperKeys(page);
  await page.goto("/mismatches");
  await expect(page.getByRole("heading", { name: "Book and exchange agree" })).toBeVisible();
  await lookAt(page, "mismatches-empty");
  expect(account.email).not.toBe("");
});

test("orders that are not ours are shown, adopted, ignored or cancelled by choice", async ({
  page,
  account,
  request,
}) => {
  const dataDir = process.env.DOLLARCLUB_DATA_DIR ?? "";
  test.skip(dataDir === "", "the platform was started by somebody else: its paper exchange is not ours");
  const { spot } = await paperKeys(page);
  const desk = await PaperDesk.open(page, request, dataDir);
  const low = async (symbol: string) => ((await priceOf(page, symbol)) * 0.85).toFixed(2);
  await desk.rest("BTCUSDT", "BUY", "0.01", await low("BTCUSDT"));
  await desk.rest("ETHUSDT", "BUY", "0.5", await low("ETHUSDT"));
  await page.goto("/mismatches");
  await expectLive(page);
  await post(page.request, `/api/balances/${spot.id}/refresh`, {}, 202);
  const tickets = page.locator("[data-ticket=foreign_order]");
  await expect(tickets).toHaveCount(2, { timeout: 40_000 });
  await expect(page.getByRole("link", { name: /Mismatches 2/ })).toBeVisible();
  await expect(tickets.first().getByText("knows nothing of it")).toBeVisible();
  await lookAt(page, "mismatches");

  const bitcoin = tickets.filter({ hasText: "BTC/USDT" });
  await bitcoin.getByRole("button", { name: "Cancel it" }).click();
  await expect(page.getByRole("dialog")).toContainText("The order is cancelled at the exchange.");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel it" }).click();
  await expect(tickets).toHaveCount(1, { timeout: 20_000 });
  await tickets.getByRole("button", { name: "Adopt" }).click();
  await expect(page.getByRole("dialog")).toContainText("becomes part of the book");
  await page.getByRole("dialog").getByRole("button", { name: "Adopt" }).click();
  await expect(page.getByRole("heading", { name: "Book and exchange agree" })).toBeVisible({
    timeout: 20_000,
  });
  await page.getByText("Decided", { exact: true }).click();
  await expect(page.locator("[data-status=closed]")).toBeVisible();
  await expect(page.locator("[data-status=adopted]")).toBeVisible();

  await page.goto("/orders");
  await expect(page.getByRole("row", { name: /ETH\/USDT/ }).locator("[data-status=open]")).toBeVisible();
  expect(account.email).not.toBe("");
});
