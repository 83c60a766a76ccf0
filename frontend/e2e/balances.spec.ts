import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";
import { alert, defaultStrategy, paperKeys, strategy, webhookOf } from "./trading-support";

test("balances and positions follow what is traded", async ({ page, account, request }) => {
  const keys = await paperKeys(page);
  const { urls } = await webhookOf(page, await defaultStrategy(page));
  const futures = await strategy(page, { name: "Shorts", market_type: "usdm", key_id: keys.futures.id });
  const short = await webhookOf(page, futures);
  await page.goto("/balances");
  await expectLive(page);
  const spot = page.getByRole("table", { name: "Assets of Paper spot" });
  await expect(spot.getByRole("row", { name: /USDT/ })).toContainText("100,000");
  await alert(request, urls.token, { action: "buy" });
  await alert(request, short.urls.token, { action: "sell", amount: "500" });
  await expect(spot.getByRole("row", { name: /BTC/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("table", { name: "Positions of Paper futures" })).toContainText("Short", {
    timeout: 30_000,
  });
  await lookAt(page, "balances");
  await page.getByRole("button", { name: "Read Paper spot again" }).click();
  await expect(page.getByText("The exchange is being asked.")).toBeVisible();
  expect(account.email).not.toBe("");
});
