import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";
import { alert, defaultStrategy, paperKeys, strategy, webhookOf } from "./trading-support";

test("a webhook is made, its message copied, tested on paper, and leads to the filled order", async ({
  page,
  account,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await paperKeys(page);
  await page.goto("/webhooks");
  await expectLive(page);
  await expect(page.getByRole("link", { name: "Default" })).toBeVisible();
  await page.getByRole("button", { name: "New webhook" }).click();
  const dialog = page.getByRole("dialog", { name: "New webhook" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("BTC breakout");
  await dialog.getByRole("textbox", { name: "Amount" }).fill("250");
  await dialog.getByRole("button", { name: "Timing and safety" }).click();
  await dialog.getByRole("button", { name: "Only TradingView" }).click();
  await expect(dialog.getByText("tradingview", { exact: true })).toBeVisible();
  await lookAt(page, "webhook-new");
  await dialog.getByRole("button", { name: "Create" }).click();

  await expect(page.getByRole("heading", { name: "BTC breakout" })).toBeVisible();
  const address = page.getByRole("region", { name: "the webhook’s address" });
  await expect(address).toContainText("/api/webhook/t/••••••••");
  const message = page.getByRole("region", { name: "the entry message" });
  await expect(message).toContainText("{{strategy.order.action}}");
  await expect(message).toContainText('"secret": "••••••••"');
  await page.getByRole("button", { name: "Copy the entry message" }).click();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as { secret: string };
  expect(copied.secret).not.toContain("•");
  await lookAt(page, "webhook");

  await page.getByRole("button", { name: "Test on paper" }).click();
  await page.getByRole("menuitem", { name: "Buy" }).click();
  await page.getByRole("link", { name: "See what becomes of it" }).click();
  await expect(page).toHaveURL(/\/signals\/[0-9a-f-]{36}$/);
  await expect(page.getByTestId("verdict")).toContainText("Executed");
  await expect(page.getByRole("link", { name: /Buy BTC for 250 USDT at market/ })).toBeVisible();
  expect(account.email).not.toBe("");
});

test("a new address and a new secret stop the old ones; a strategy can be switched off and deleted", async ({
  page,
  account,
  request,
}) => {
  await paperKeys(page);
  const id = await strategy(page, { name: "Old one", amount: "100" });
  const before = await webhookOf(page, id);
  await page.goto(`/webhooks/${id}`);
  await page.getByRole("button", { name: "More for Old one" }).click();
  await page.getByRole("menuitem", { name: "New address" }).click();
  await expect(page.getByRole("dialog")).toContainText("The old address stops working");
  await page.getByRole("dialog").getByRole("button", { name: "Make a new address" }).click();
  await expect(page.getByText("There is a new address.")).toBeVisible();
  const refused = await request.post(new URL(before.urls.token).pathname, {
    data: { action: "buy", symbol: "BTCUSDT" },
  });
  expect(refused.status()).toBe(404);

  await page.getByRole("button", { name: "More for Old one" }).click();
  await page.getByRole("menuitem", { name: "New secret" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a new secret" }).click();
  await expect(page.getByText("There is a new secret.")).toBeVisible();
  const after = await webhookOf(page, id);
  expect(after.secret).not.toBe(before.secret);
  expect(after.urls.token).not.toBe(before.urls.token);

  await page.getByRole("button", { name: "Settings", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Settings of Old one" });
  await dialog.getByRole("switch", { name: "Trades" }).click({ force: true });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("[data-status=off]")).toBeVisible();
  await alert(request, after.urls.token, { action: "buy" });
  await expect(
    page.getByRole("region", { name: "Latest alerts" }).getByText("Strategy is off"),
  ).toBeVisible();

  await page.getByRole("button", { name: "More for Old one" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the webhook" }).click();
  await expect(page).toHaveURL(/\/webhooks$/);
  await expect(page.getByRole("link", { name: "Old one" })).toHaveCount(0);
  expect(account.email).not.toBe("");
});

test("the chart counts alerts by what became of them", async ({ page, account, request }) => {
  await paperKeys(page);
  const { urls } = await webhookOf(page, await defaultStrategy(page));
  await page.goto("/webhooks");
  await expect(page.getByText("No alert has come in during the last 24 hours.")).toBeVisible();
  await alert(request, urls.token, { action: "buy" });
  await alert(request, urls.token, { action: "buy", symbol: "NOSUCHCOIN" });
  await alert(request, urls.token, { action: "exit" });
  await expect(
    page.getByRole("img", { name: /3 alerts were received, 2 executed, 1 refused/ }),
  ).toBeVisible();
  await lookAt(page, "webhooks");
  expect(account.email).not.toBe("");
});
